//! Webhooks: signing, delivering, the delivery log and redelivery.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use jiff::Timestamp;
use serde_json::Value;
use sha2::Sha256;

use super::GitHub;
use super::faults::HookFault;
use super::world::now;

/// GitHub gives a receiver ten seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// An event that is to be sent.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) event: &'static str,
    pub(super) action: Option<String>,
    pub(super) installation_id: Option<u64>,
    pub(super) repository_id: Option<u64>,
    pub(super) payload: Value,
}

/// One event with the GUID it is delivered under.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    guid: String,
    event: String,
    action: Option<String>,
    installation_id: Option<u64>,
    repository_id: Option<u64>,
    payload: Arc<str>,
}

/// One attempt to deliver one event.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The attempt's own id.
    pub id: u64,
    /// The event's GUID; a redelivery keeps it.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// Its action, where it has one.
    pub action: Option<String>,
    /// The installation it belongs to.
    pub installation_id: Option<u64>,
    /// The repository it is about.
    pub repository_id: Option<u64>,
    /// The body that was sent.
    pub payload: Arc<str>,
    /// When.
    pub delivered_at: Timestamp,
    /// How long the receiver took.
    pub duration: Duration,
    /// Whether this was not the first attempt.
    pub redelivery: bool,
    /// `OK`, or what went wrong in words.
    pub status: String,
    /// The receiver's status; 502 where there was none.
    pub status_code: u16,
    /// What the receiver said.
    pub response: String,
}

/// The client that delivers.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .user_agent("GitHub-Hookshot/stand-in")
        .build()
        .new_agent()
}

/// The signature header for a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(body);
            format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
        }
        Err(_) => String::new(),
    }
}

fn guid() -> String {
    let bits = hex::encode(rand::random::<u128>().to_be_bytes());
    format!(
        "{}-{}-{}-{}-{}",
        &bits[..8],
        &bits[8..12],
        &bits[12..16],
        &bits[16..20],
        &bits[20..]
    )
}

impl GitHub {
    /// Delivers events one after the other and returns when the receiver has answered each.
    pub(super) async fn deliver(&self, events: Vec<Outgoing>) {
        for event in events {
            let attempt = Attempt {
                guid: guid(),
                event: event.event.to_owned(),
                action: event.action,
                installation_id: event.installation_id,
                repository_id: event.repository_id,
                payload: event.payload.to_string().into(),
            };
            let fault = self.faults().for_delivery();
            match fault {
                None => self.attempt(attempt, false).await,
                Some(HookFault::Fail) => self.log_attempt(
                    attempt,
                    false,
                    Duration::ZERO,
                    Err("failed to connect to host".to_owned()),
                ),
                Some(HookFault::Vanish) => {}
                Some(HookFault::Duplicate) => {
                    self.attempt(attempt.clone(), false).await;
                    self.attempt(attempt, false).await;
                }
                Some(HookFault::Hold) => self.faults().held.push(attempt),
                Some(HookFault::Late(delay)) => {
                    tokio::time::sleep(delay).await;
                    self.attempt(attempt, false).await;
                }
            }
        }
    }

    /// Delivers events without making the caller wait.
    pub(super) fn deliver_later(&self, events: Vec<Outgoing>) {
        if events.is_empty() {
            return;
        }
        self.log().on_their_way += 1;
        let github = self.clone();
        tokio::spawn(async move {
            github.deliver(events).await;
            github.log().on_their_way -= 1;
            github.tell();
        });
    }

    /// Sends one event to the registered address and logs what came of it.
    pub(super) async fn attempt(&self, attempt: Attempt, redelivery: bool) {
        let (url, secret, hook) = {
            let world = self.world();
            let app = &world.app;
            (app.webhook_url.clone(), app.webhook_secret.clone(), app.hook_id)
        };
        let Some(url) = url else { return };
        let agent = self.0.agent.clone();
        let begun = Instant::now();
        let sent = attempt.clone();
        let outcome = tokio::task::spawn_blocking(move || post(&agent, &url, &secret, hook, &sent)).await;
        let outcome = outcome.unwrap_or_else(|error| Err(error.to_string()));
        self.log_attempt(attempt, redelivery, begun.elapsed(), outcome);
    }

    fn log_attempt(
        &self,
        attempt: Attempt,
        redelivery: bool,
        duration: Duration,
        outcome: Result<(u16, String), String>,
    ) {
        let id = self.world().next_id();
        let (status_code, status, response) = match outcome {
            Ok((code, text)) if code < 400 => (code, "OK".to_owned(), text),
            Ok((code, text)) => (code, format!("Invalid HTTP Response: {code}"), text),
            Err(text) => (502, text, String::new()),
        };
        self.log().deliveries.push(Delivery {
            id,
            guid: attempt.guid,
            event: attempt.event,
            action: attempt.action,
            installation_id: attempt.installation_id,
            repository_id: attempt.repository_id,
            payload: attempt.payload,
            delivered_at: now(),
            duration,
            redelivery,
            status,
            status_code,
            response,
        });
        self.tell();
    }

    /// Sends a logged event once more under its old GUID; false if there is no such delivery.
    pub async fn redeliver(&self, id: u64) -> bool {
        let Some(old) = self.log().deliveries.iter().find(|one| one.id == id).cloned() else {
            return false;
        };
        let attempt = Attempt {
            guid: old.guid,
            event: old.event,
            action: old.action,
            installation_id: old.installation_id,
            repository_id: old.repository_id,
            payload: old.payload,
        };
        self.attempt(attempt, true).await;
        true
    }
}

fn post(
    agent: &ureq::Agent,
    url: &str,
    secret: &str,
    hook: u64,
    attempt: &Attempt,
) -> Result<(u16, String), String> {
    let body = attempt.payload.as_bytes();
    let mut answer = agent
        .post(url)
        .header("content-type", "application/json")
        .header("accept", "*/*")
        .header("x-github-delivery", &attempt.guid)
        .header("x-github-event", &attempt.event)
        .header("x-github-hook-id", hook.to_string())
        .header("x-github-hook-installation-target-type", "integration")
        .header("x-hub-signature-256", signature(secret, body))
        .send(body)
        .map_err(|error| match error {
            ureq::Error::Timeout(_) => "timed out".to_owned(),
            other => format!("failed to connect to host: {other}"),
        })?;
    let status = answer.status().as_u16();
    Ok((status, answer.body_mut().read_to_string().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_that_github_documents() {
        let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello, World!"),
            expected
        );
    }

    #[test]
    fn a_guid_has_the_usual_shape() {
        let lengths: Vec<usize> = guid().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
