//! One place through which every call goes: a request, and the answer or why there is none.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::StatusCode;
use http_body_util::BodyExt;
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::GitHubError;
use super::error::Route;

const CALL_TIMEOUT: Duration = Duration::from_secs(30);
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// A call to be made.
pub(super) struct Call<'a, B: Serialize + ?Sized> {
    pub(super) route: Route,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) accept: Option<&'static str>,
    pub(super) body: Option<&'a B>,
}

impl Call<'_, ()> {
    pub(super) fn get(route: Route, path: String) -> Self {
        Self {
            route,
            method: Method::GET,
            path,
            accept: None,
            body: None,
        }
    }
}

impl<'a, B: Serialize + ?Sized> Call<'a, B> {
    pub(super) fn send(route: Route, method: Method, path: String, body: &'a B) -> Self {
        Self {
            route,
            method,
            path,
            accept: None,
            body: Some(body),
        }
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) route: Route,
    pub(super) body: Arc<[u8]>,
}

impl Answer {
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, GitHubError> {
        serde_json::from_slice(&self.body).map_err(|error| GitHubError::Flaky {
            route: self.route,
            why: format!("the answer does not read as expected: {error}"),
        })
    }
}

/// Makes a call without an App.
pub(super) async fn call_openly<B: Serialize + ?Sized>(
    crab: &Octocrab,
    call: &Call<'_, B>,
) -> Result<Answer, GitHubError> {
    plainly(crab, "setup", call).await
}

/// Makes a call once; nothing of its answer is remembered.
pub(super) async fn plainly<B: Serialize + ?Sized>(
    crab: &Octocrab,
    cause: &'static str,
    call: &Call<'_, B>,
) -> Result<Answer, GitHubError> {
    let reply = exchange(crab, call, None).await;
    count(call.route, cause, &reply);
    let reply = reply?;
    match GitHubError::of(
        call.route,
        reply.status,
        &reply.headers,
        &reply.body,
        Timestamp::now(),
    ) {
        Some(error) => Err(error),
        None => Ok(Answer {
            route: call.route,
            body: reply.body,
        }),
    }
}

/// An answer, whatever it says.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Arc<[u8]>,
}

pub(super) fn builder(
    api_url: &str,
) -> Result<
    octocrab::OctocrabBuilder<
        octocrab::NoSvc,
        octocrab::DefaultOctocrabBuilderConfig,
        octocrab::NoAuth,
        octocrab::NotLayerReady,
    >,
    GitHubError,
> {
    let builder = Octocrab::builder()
        .base_uri(api_url.trim_end_matches('/'))
        .map_err(|_| GitHubError::Settings("GITHUB_API_URL is no URL".to_owned()))?
        .set_connect_timeout(Some(Duration::from_secs(10)))
        .set_read_timeout(Some(CALL_TIMEOUT))
        .set_write_timeout(Some(CALL_TIMEOUT));
    Ok(builder)
}

pub(super) async fn exchange<B: Serialize + ?Sized>(
    crab: &Octocrab,
    call: &Call<'_, B>,
    etag: Option<&HeaderValue>,
) -> Result<Reply, GitHubError> {
    let flaky = |why: String| GitHubError::Flaky {
        route: call.route,
        why,
    };
    let mut request = Request::builder()
        .method(call.method.clone())
        .uri(call.path.as_str())
        .header(
            http::header::ACCEPT,
            call.accept.unwrap_or("application/vnd.github+json"),
        );
    if let Some(etag) = etag {
        request = request.header(http::header::IF_NONE_MATCH, etag);
    }
    let request = crab
        .build_request(request, call.body)
        .map_err(|error| flaky(chain(&error)))?;
    let exchanged = tokio::time::timeout(CALL_TIMEOUT, async {
        let response = crab
            .execute(request)
            .await
            .map_err(|error| flaky(chain(&error)))?;
        let (parts, body) = response.into_parts();
        let body = http_body_util::Limited::new(body, LARGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| flaky(format!("the answer broke off: {error}")))?
            .to_bytes();
        Ok(Reply {
            status: parts.status,
            headers: parts.headers,
            body: Arc::from(&body[..]),
        })
    })
    .await;
    exchanged.unwrap_or_else(|_| Err(flaky(format!("no answer in {} s", CALL_TIMEOUT.as_secs()))))
}

pub(super) fn count(route: Route, cause: &'static str, reply: &Result<Reply, GitHubError>) {
    let status = match reply {
        Ok(reply) => reply.status.as_str().to_owned(),
        Err(_) => "none".to_owned(),
    };
    // Reads are many, and change nothing.
    if route.starts_with("GET ") {
        tracing::debug!(route, cause, status, "GitHub was asked");
    } else {
        tracing::info!(route, cause, status, "GitHub was told");
    }
    metrics::counter!("specwarden_github_calls_total", "route" => route, "cause" => cause, "status" => status)
        .increment(1);
}

/// An error and what caused it, in one line. Octocrab's own text can hold a backtrace.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = first_line(&error.to_string());
    let mut source = error.source();
    while let Some(error) = source {
        let said = first_line(&error.to_string());
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = error.source();
    }
    text
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// One path segment, escaped.
pub(super) fn segment(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
