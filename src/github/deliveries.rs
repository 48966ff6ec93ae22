//! The App's own affairs: its delivery log, and how it is made from a manifest.

use http::Method;
use secrecy::SecretString;
use serde::Deserialize;

use super::GitHub;
use super::GitHubError;
use super::exchange::Answer;
use super::exchange::Call;
use super::exchange::builder;
use super::exchange::segment;
use crate::ids::DeliveryId;

/// One attempt to deliver a webhook, as GitHub's log lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HookDelivery {
    /// The attempt's id.
    pub id: u64,
    /// The delivery's GUID; all attempts share it.
    pub guid: DeliveryId,
    /// When, RFC 3339.
    pub delivered_at: String,
    /// What came back; 0 for no connection.
    #[serde(default)]
    pub status_code: u16,
}

impl HookDelivery {
    /// Whether we said that we have it.
    pub fn arrived(&self) -> bool {
        (200..300).contains(&self.status_code)
    }
}

/// What GitHub hands over when an App was made from a manifest.
#[derive(Clone, Debug, Deserialize)]
pub struct NewApp {
    /// The App's id.
    pub id: u64,
    /// Its name in URLs.
    #[serde(default)]
    pub slug: String,
    /// Its page.
    #[serde(default)]
    pub html_url: String,
    /// Its private key, PEM.
    pub pem: SecretString,
    /// The secret that signs its webhooks.
    #[serde(default)]
    pub webhook_secret: Option<SecretString>,
    /// For signing people in.
    #[serde(default)]
    pub client_id: String,
    /// For signing people in.
    #[serde(default)]
    pub client_secret: Option<SecretString>,
}

impl GitHub {
    /// The newest attempts of GitHub's delivery log, at most `pages` times 100, newest first.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn hook_deliveries(&self, pages: usize) -> Result<Vec<HookDelivery>, GitHubError> {
        let mut all: Vec<HookDelivery> = Vec::new();
        for _ in 0..pages {
            // GitHub pages this log by a cursor, which is the id of the last attempt that was read.
            let path = match all.last() {
                None => "/app/hook/deliveries?per_page=100".to_owned(),
                Some(last) => format!("/app/hook/deliveries?per_page=100&cursor=v1_{}", last.id),
            };
            let some: Vec<HookDelivery> = self
                .call("sweep", &Call::get("GET /app/hook/deliveries", path))
                .await?
                .json()?;
            let last = some.len() < 100;
            all.extend(some);
            if last {
                break;
            }
        }
        Ok(all)
    }

    /// Has a delivery sent once more.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn redeliver(&self, attempt: u64) -> Result<(), GitHubError> {
        let nothing = serde_json::Map::new();
        let call = Call::send(
            "POST /app/hook/deliveries/{}/attempts",
            Method::POST,
            format!("/app/hook/deliveries/{attempt}/attempts"),
            &nothing,
        );
        self.call("sweep", &call).await.map(drop)
    }
}

/// Trades the code that GitHub gave at the end of the manifest flow for the App's credentials.
///
/// # Errors
///
/// As any call.
pub async fn convert_manifest(api_url: &str, code: &str) -> Result<NewApp, GitHubError> {
    let crab = builder(api_url)?
        .build()
        .map_err(|_| GitHubError::Settings("cannot set up TLS".to_owned()))?;
    let body = serde_json::Map::new();
    let call = Call::send(
        "POST /app-manifests/{}/conversions",
        Method::POST,
        format!("/app-manifests/{}/conversions", segment(code)),
        &body,
    );
    let answer: Answer = super::exchange::call_openly(&crab, &call).await?;
    answer.json()
}
