//! Who we are: the App, its installations, their tokens, and what they have been told before.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Instant;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use jiff::Timestamp;
use octocrab::Octocrab;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde::Deserialize;
use serde::Serialize;

use super::GitHubError;
use super::exchange::Answer;
use super::exchange::Call;
use super::exchange::builder;
use super::exchange::chain;
use super::exchange::count;
use super::exchange::exchange;
use super::exchange::plainly;
use crate::ids::InstallationId;

const TOKEN_MARGIN_SECONDS: i64 = 300;

/// What a GitHub App proves itself with.
#[derive(Clone, Debug)]
pub struct AppCredentials {
    /// The App's id.
    pub app_id: u64,
    /// Its private key, PEM.
    pub private_key: SecretString,
}

/// The App at one GitHub.
#[derive(Clone)]
pub struct GitHub {
    inner: Arc<Inner>,
}

struct Inner {
    app: Octocrab,
    app_id: u64,
    tokens: Mutex<HashMap<InstallationId, Arc<tokio::sync::Mutex<Option<Token>>>>>,
    answers: moka::future::Cache<String, Remembered>,
    /// When GitHub last served an installation.
    answered: Mutex<HashMap<InstallationId, Instant>>,
}

#[derive(Clone)]
struct Token {
    crab: Octocrab,
    secret: SecretString,
    expires: Timestamp,
}

/// An answer that GitHub gave with an ETag.
#[derive(Clone)]
struct Remembered {
    etag: HeaderValue,
    body: Arc<[u8]>,
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub")
            .field("app_id", &self.inner.app_id)
            .finish_non_exhaustive()
    }
}

impl GitHub {
    /// A client for the App at `api_url` (`https://api.github.com`, or `https://host/api/v3`).
    ///
    /// # Errors
    ///
    /// Where the key is no RSA key in PEM or the URL is none. Neither is quoted in the message.
    pub fn new(api_url: &str, credentials: &AppCredentials) -> Result<Self, GitHubError> {
        let key =
            octocrab::auth::EncodingKey::from_rsa_pem(credentials.private_key.expose_secret().as_bytes())
                .map_err(|_| GitHubError::Settings("PRIVATE_KEY is no RSA private key in PEM".to_owned()))?;
        let app = builder(api_url)?
            .app(credentials.app_id.into(), key)
            .build()
            .map_err(|error| GitHubError::Settings(format!("cannot set up TLS: {}", chain(&error))))?;
        Ok(Self {
            inner: Arc::new(Inner {
                app,
                app_id: credentials.app_id,
                tokens: Mutex::default(),
                answered: Mutex::default(),
                answers: moka::future::Cache::builder()
                    .max_capacity(16 * 1024 * 1024)
                    .weigher(|key: &String, answer: &Remembered| {
                        u32::try_from(key.len() + answer.body.len()).unwrap_or(u32::MAX)
                    })
                    .build(),
            }),
        })
    }

    /// The App's id.
    pub fn app_id(&self) -> u64 {
        self.inner.app_id
    }

    /// Calls in the name of one installation, counted under `cause`.
    pub fn installation(&self, id: InstallationId, cause: &'static str) -> Installation {
        Installation {
            github: self.clone(),
            id,
            cause,
            made: Arc::default(),
        }
    }

    /// Whether GitHub served a call of an installation since then; a refusal of what was asked for is
    /// an answer, too.
    pub fn answered_since(&self, id: InstallationId, since: Instant) -> bool {
        let answered = self.inner.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.get(&id).is_some_and(|last| *last >= since)
    }

    fn note_answer(&self, id: InstallationId) {
        let mut answered = self.inner.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.insert(id, Instant::now());
    }

    /// Makes a call in the App's own name.
    pub(super) async fn call<B: Serialize + ?Sized>(
        &self,
        cause: &'static str,
        call: &Call<'_, B>,
    ) -> Result<Answer, GitHubError> {
        plainly(&self.inner.app, cause, call).await
    }

    async fn token(&self, id: InstallationId, cause: &'static str) -> Result<Token, GitHubError> {
        let slot = {
            let mut tokens = self.inner.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            tokens.entry(id).or_default().clone()
        };
        let mut slot = slot.lock().await;
        if let Some(token) = slot.as_ref()
            && token.expires.as_second() - Timestamp::now().as_second() > TOKEN_MARGIN_SECONDS
        {
            return Ok(token.clone());
        }
        #[derive(Deserialize)]
        struct Made {
            token: SecretString,
            expires_at: Timestamp,
        }
        let everything = serde_json::Map::new();
        let call = Call::send(
            "POST /app/installations/{}/access_tokens",
            Method::POST,
            format!("/app/installations/{id}/access_tokens"),
            &everything,
        );
        let made: Made = self.call(cause, &call).await?.json()?;
        let crab = self
            .inner
            .app
            .user_access_token(made.token.clone())
            .map_err(|_| GitHubError::Settings("the installation token cannot be sent".to_owned()))?;
        let token = Token {
            crab,
            secret: made.token,
            expires: made.expires_at,
        };
        *slot = Some(token.clone());
        Ok(token)
    }

    fn forget_token(&self, id: InstallationId) {
        let mut tokens = self.inner.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(&id);
    }
}

/// The App as installed in one account, working for one cause.
#[derive(Clone, Debug)]
pub struct Installation {
    github: GitHub,
    id: InstallationId,
    cause: &'static str,
    made: Arc<AtomicUsize>,
}

impl Installation {
    /// How many calls were made so far; what an installation's token costs is not counted.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Which installation.
    pub fn id(&self) -> InstallationId {
        self.id
    }

    /// The App's id.
    pub(super) fn app_id(&self) -> u64 {
        self.github.app_id()
    }

    /// A token for Git, valid for five minutes at least.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn git_token(&self) -> Result<SecretString, GitHubError> {
        Ok(self.github.token(self.id, self.cause).await?.secret)
    }

    /// Has the next call ask for a new token: for one that Git refuses.
    pub fn forget_token(&self) {
        self.github.forget_token(self.id);
    }

    /// Makes a call; a token that was revoked is replaced once. Answers to reads are remembered by
    /// their ETag, as a repeated read then costs nothing of the rate limit.
    pub(super) async fn call<B: Serialize + ?Sized>(
        &self,
        call: &Call<'_, B>,
    ) -> Result<Answer, GitHubError> {
        match self.call_once(call).await {
            Err(GitHubError::Unauthorized { .. }) => {
                self.github.forget_token(self.id);
                self.call_once(call).await
            }
            answer => answer,
        }
    }

    #[tracing::instrument(name = "github", skip_all, fields(route = call.route, cause = self.cause))]
    async fn call_once<B: Serialize + ?Sized>(&self, call: &Call<'_, B>) -> Result<Answer, GitHubError> {
        let token = self.github.token(self.id, self.cause).await?;
        let answers = &self.github.inner.answers;
        let key = format!(
            "{} {} {} {}",
            self.id,
            call.method,
            call.path,
            call.accept.unwrap_or("")
        );
        let remembered = match call.method {
            Method::GET => answers.get(&key).await,
            _ => None,
        };
        self.made.fetch_add(1, Ordering::Relaxed);
        let reply = exchange(&token.crab, call, remembered.as_ref().map(|answer| &answer.etag)).await;
        count(call.route, self.cause, &reply);
        let reply = reply?;
        if let Some(left) = reply.headers.get("x-ratelimit-remaining")
            && let Ok(left) = left.to_str().unwrap_or_default().parse::<f64>()
        {
            metrics::gauge!("specwarden_github_rate_limit_remaining", "installation" => self.id.to_string())
                .set(left);
        }
        let error = GitHubError::of(
            call.route,
            reply.status,
            &reply.headers,
            &reply.body,
            Timestamp::now(),
        );
        if !matches!(&error, Some(GitHubError::Wait { .. } | GitHubError::Flaky { .. })) {
            self.github.note_answer(self.id);
        }
        if let Some(error) = error {
            return Err(error);
        }
        if reply.status == StatusCode::NOT_MODIFIED
            && let Some(remembered) = remembered
        {
            metrics::counter!("specwarden_github_cache_hits_total", "route" => call.route).increment(1);
            return Ok(Answer {
                route: call.route,
                body: remembered.body,
            });
        }
        if call.method == Method::GET
            && let Some(etag) = reply.headers.get(http::header::ETAG)
        {
            let answer = Remembered {
                etag: etag.clone(),
                body: reply.body.clone(),
            };
            answers.insert(key, answer).await;
        }
        Ok(Answer {
            route: call.route,
            body: reply.body,
        })
    }
}
