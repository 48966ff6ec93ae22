//! Whether a webhook's body was signed with our secret.

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use sha2::Sha256;

/// Whether `header` (`X-Hub-Signature-256`: `sha256=` and 64 hex digits) is the HMAC-SHA256 of the
/// raw `body` under one of the secrets. Compares in constant time and tries every secret, so that a
/// secret can be rotated without losing a delivery. Empty secrets sign nothing.
pub fn signature_is_valid(secrets: &[SecretString], body: &[u8], header: &str) -> bool {
    let Some(claimed) = header.strip_prefix("sha256=") else {
        return false;
    };
    let Ok(claimed) = hex::decode(claimed) else {
        return false;
    };
    let mut valid = false;
    for secret in secrets {
        let secret = secret.expose_secret();
        if secret.is_empty() {
            continue;
        }
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            continue;
        };
        mac.update(body);
        valid |= mac.verify_slice(&claimed).is_ok();
    }
    valid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Vec<SecretString> {
        texts.iter().map(|text| SecretString::from(*text)).collect()
    }

    // The example of GitHub's own documentation:
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    const BODY: &[u8] = b"Hello, World!";
    const SIGNED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn githubs_own_example_is_valid() {
        assert!(signature_is_valid(
            &secrets(&["It's a Secret to Everybody"]),
            BODY,
            SIGNED
        ));
    }

    #[test]
    fn either_secret_is_valid_while_they_rotate() {
        assert!(signature_is_valid(
            &secrets(&["new", "It's a Secret to Everybody"]),
            BODY,
            SIGNED
        ));
        assert!(signature_is_valid(
            &secrets(&["It's a Secret to Everybody", "old"]),
            BODY,
            SIGNED
        ));
    }

    #[test]
    fn everything_else_is_not() {
        let secret = secrets(&["It's a Secret to Everybody"]);
        assert!(!signature_is_valid(&secret, b"Hello, World?", SIGNED));
        assert!(!signature_is_valid(&secrets(&["other"]), BODY, SIGNED));
        assert!(!signature_is_valid(&[], BODY, SIGNED));
        assert!(!signature_is_valid(&secrets(&[""]), BODY, SIGNED));
        for header in [
            "",
            "sha256=",
            "sha256=zz",
            "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
            &SIGNED[..60],
            &SIGNED["sha256=".len()..],
        ] {
            assert!(!signature_is_valid(&secret, BODY, header), "{header}");
        }
    }

    #[test]
    fn an_empty_secret_is_never_a_key() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(BODY);
        let signed = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert!(!signature_is_valid(&secrets(&[""]), BODY, &signed));
    }
}
