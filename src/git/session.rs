//! One fetch over HTTP: where it goes, what it may cost, and why it failed.
//!
//! A token goes into one header and nowhere else, and to the host that it was given for alone.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use git2::transport::Service;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use ureq::Agent;
use ureq::tls::Certificate;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;

use crate::git::MirrorError;

/// How often the first request of a fetch may be sent elsewhere.
const REDIRECTS: usize = 3;

thread_local! {
    /// The fetch that this thread is doing: libgit2 calls back on the thread that called it.
    static CURRENT: RefCell<Option<Arc<Session>>> = const { RefCell::new(None) };
}

/// Everything one fetch may do, and why it failed.
pub(super) struct Session {
    agent: Agent,
    /// The repository's URL, without a trailing `/`; a redirect of the first request changes it.
    url: Mutex<String>,
    authorization: Option<SecretString>,
    deadline: Instant,
    allowed: u64,
    /// Bytes that may still come.
    left: AtomicU64,
    failure: Mutex<Option<MirrorError>>,
}

/// The limits of one fetch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) connect: Duration,
    pub(super) silence: Duration,
    pub(super) overall: Duration,
    pub(super) bytes: u64,
}

impl Session {
    pub(super) fn new(url: &str, token: Option<&SecretString>, budget: &Budget) -> Arc<Self> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect is followed by hand: only there can it be kept from taking the token along.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(budget.connect))
            .timeout_connect(Some(budget.connect))
            .timeout_per_read(Some(budget.silence))
            .timeout_per_write(Some(budget.silence))
            // The pool would keep a connection per repository for nothing.
            .max_idle_connections(1)
            // GitHub answers Git clients by this prefix.
            .user_agent(concat!("git/specwarden-", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(roots()).build());
        // Nothing on this machine is behind a proxy, whatever the environment says.
        let config = if loopback(url) { config.proxy(None) } else { config };
        let config = config.build();
        let basic = |token: &SecretString| {
            let pair = format!("x-access-token:{}", token.expose_secret());
            SecretString::from(format!("Basic {}", base64(pair.as_bytes())))
        };
        Arc::new(Self {
            agent: config.new_agent(),
            url: Mutex::new(url.trim_end_matches('/').to_owned()),
            authorization: token.map(basic),
            deadline: Instant::now() + budget.overall,
            allowed: budget.bytes,
            left: AtomicU64::new(budget.bytes),
            failure: Mutex::new(None),
        })
    }

    /// The session that this thread's libgit2 calls belong to.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.with(|current| current.borrow().clone())
    }

    /// Counts bytes that have come; where they are too many, that is the failure.
    pub(super) fn within_limit(&self, count: usize) -> bool {
        let take = |left: u64| left.checked_sub(count as u64);
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok();
        if !taken {
            self.fail(MirrorError::TooLarge);
        }
        taken
    }

    /// Runs libgit2 calls of this thread with this session.
    pub(super) fn run<T>(self: &Arc<Self>, call: impl FnOnce() -> T) -> T {
        struct Restore(Option<Arc<Session>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                let before = self.0.take();
                CURRENT.with(|current| *current.borrow_mut() = before);
            }
        }
        let before = CURRENT.with(|current| current.borrow_mut().replace(Arc::clone(self)));
        let _restore = Restore(before);
        call()
    }

    /// Bytes that have come so far, of all requests together.
    pub(super) fn received(&self) -> u64 {
        self.allowed - self.left.load(Ordering::Relaxed)
    }

    /// Why it failed, where that was seen here and not by libgit2.
    pub(super) fn failure(&self) -> Option<MirrorError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether time is left; where not, that is the failure.
    pub(super) fn in_time(&self) -> bool {
        let late = Instant::now() >= self.deadline;
        if late {
            self.fail(MirrorError::TimedOut);
        }
        !late
    }

    /// The first cause stays: what comes after it is a consequence.
    pub(super) fn fail(&self, error: MirrorError) -> io::Error {
        let told = io::Error::other(error.to_string());
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
        told
    }

    fn lock_url(&self) -> std::sync::MutexGuard<'_, String> {
        self.url.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One HTTP exchange; its body is still to be read.
    pub(super) fn exchange(
        &self,
        service: Service,
        body: &[u8],
    ) -> Result<ureq::BodyReader<'static>, MirrorError> {
        match service {
            Service::UploadPackLs => self.advertisement(),
            Service::UploadPack => {
                let answer = self.post(&self.lock_url().clone(), body)?;
                read(answer, "application/x-git-upload-pack-result")
            }
            Service::ReceivePackLs | Service::ReceivePack => {
                Err(MirrorError::Network("a mirror is never pushed from".to_owned()))
            }
        }
    }

    /// Asks for the refs. A repository that was renamed answers under its new name; later requests
    /// go there at once.
    fn advertisement(&self) -> Result<ureq::BodyReader<'static>, MirrorError> {
        const REFS: &str = "/info/refs?service=git-upload-pack";
        for _ in 0..=REDIRECTS {
            let base = self.lock_url().clone();
            let answer = self.get(&format!("{base}{REFS}"))?;
            if !answer.status().is_redirection() {
                return read(answer, "application/x-git-upload-pack-advertisement");
            }
            let next = answer
                .headers()
                .get("location")
                .and_then(|next| next.to_str().ok());
            let next = next.and_then(|next| redirected(&base, next));
            let next = next.as_ref().and_then(|next| next.strip_suffix(REFS));
            let Some(next) = next else {
                return Err(MirrorError::Network("redirects to somewhere else".to_owned()));
            };
            *self.lock_url() = next.to_owned();
        }
        Err(MirrorError::Network(format!(
            "redirects more than {REDIRECTS} times"
        )))
    }

    fn get(&self, url: &str) -> Result<Answer, MirrorError> {
        let mut request = self.agent.get(url);
        if let Some(secret) = &self.authorization {
            request = request.header("authorization", secret.expose_secret());
        }
        request
            .config()
            .timeout_global(Some(self.remaining()?))
            .build()
            .call()
            .map_err(told)
    }

    fn post(&self, base: &str, body: &[u8]) -> Result<Answer, MirrorError> {
        let mut request = self.agent.post(format!("{base}/git-upload-pack"));
        if let Some(secret) = &self.authorization {
            request = request.header("authorization", secret.expose_secret());
        }
        let request = request
            .header("content-type", "application/x-git-upload-pack-request")
            .header("accept", "application/x-git-upload-pack-result");
        request
            .config()
            .timeout_global(Some(self.remaining()?))
            .build()
            .send(body)
            .map_err(told)
    }

    fn remaining(&self) -> Result<Duration, MirrorError> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            Err(MirrorError::TimedOut)
        } else {
            Ok(remaining)
        }
    }
}

type Answer = http::Response<ureq::Body>;

/// The body of an answer that is what a Git server sends.
fn read(answer: Answer, expected: &str) -> Result<ureq::BodyReader<'static>, MirrorError> {
    let kind = answer
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    match answer.status().as_u16() {
        // Without a type, the bytes have to speak for themselves.
        200 if kind == expected || kind.is_empty() => Ok(answer.into_body().into_reader()),
        200 => Err(MirrorError::Network(format!(
            "answers with `{kind}`, not as a Git server does"
        ))),
        401 | 403 => Err(MirrorError::Auth),
        404 | 410 => Err(MirrorError::NotFound),
        408 | 504 => Err(MirrorError::TimedOut),
        status => Err(MirrorError::Network(format!("answers with HTTP {status}"))),
    }
}

/// Where a redirect leads, if it is on the same host, and not from HTTPS to HTTP: the token goes along.
fn redirected(base: &str, location: &str) -> Option<String> {
    let from = url::Url::parse(base).ok()?;
    let to = from.join(location).ok()?;
    let upgrade =
        from.scheme() == "http" && from.port().is_none() && to.scheme() == "https" && to.port().is_none();
    let same = from.scheme() == to.scheme() && from.port_or_known_default() == to.port_or_known_default();
    (from.host() == to.host() && (same || upgrade)).then(|| to.to_string())
}

/// What an HTTP failure means. None of ureq's messages holds a header or a URL with credentials.
pub(super) fn told(error: ureq::Error) -> MirrorError {
    match error {
        ureq::Error::Timeout(_) => MirrorError::TimedOut,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => MirrorError::TimedOut,
        other => MirrorError::Network(other.to_string()),
    }
}

/// The machine's certificates, so that a company's own authority counts; the built-in ones where
/// the machine has none, as in a bare container.
pub(crate) fn roots() -> RootCerts {
    static ROOTS: OnceLock<RootCerts> = OnceLock::new();
    let load = || {
        let found = rustls_native_certs::load_native_certs().certs;
        let found: Vec<_> = found
            .iter()
            .map(|der| Certificate::from_der(der).to_owned())
            .collect();
        if found.is_empty() {
            RootCerts::WebPki
        } else {
            RootCerts::new_with_certs(&found)
        }
    };
    ROOTS.get_or_init(load).clone()
}

fn loopback(url: &str) -> bool {
    let parsed = url::Url::parse(url).ok();
    parsed.is_some_and(|url| match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    })
}

/// RFC 4648 with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |n: usize| u32::from(group.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n)) as usize & 63];
            text.push(if n <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_takes_the_token_to_another_place() {
        let base = "https://git.example/acme/roles.git";
        for (location, follows) in [
            ("https://git.example/acme/specs.git/info/refs", true),
            ("/acme/specs.git/info/refs", true),
            ("https://evil.example/acme/roles.git/info/refs", false),
            ("http://git.example/acme/roles.git/info/refs", false),
            ("https://git.example:444/acme/roles.git/info/refs", false),
            ("//evil.example/x", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(redirected(base, location).is_some(), follows, "{location}");
        }
        assert!(redirected("http://git.example/a.git", "https://git.example/a.git/x").is_some());
    }

    #[test]
    fn base64_is_as_in_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
