//! The gate in front of the REST interface: who is asking, faults, rate-limit headers, ETags, and
//! the record of everything that passed.

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use base64::Engine;
use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::ids::Login;

use super::DEMO_PUBLIC_KEY;
use super::GitHub;
use super::faults::ApiFault;
use super::faults::Effect;
use super::reply::Refusal;
use super::world::Holder;

/// How many requests an installation has per hour.
const LIMIT: usize = 5_000;
/// The largest request body that is read.
const BODY: usize = 64 << 20;

/// One REST request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its place in the order of answers, from 0.
    pub seq: usize,
    /// The method.
    pub method: String,
    /// The path below the interface's address, percent-encoding as it came.
    pub path: String,
    /// The query, without `?`.
    pub query: Option<String>,
    /// The route that took it, with `{name}` for what varies; none if there is no such route.
    pub route: Option<String>,
    /// Who asked.
    pub caller: Caller,
    /// The body that was sent, if any.
    pub sent: Option<Value>,
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer, if any.
    pub got: Option<Value>,
    /// Whether the fault switch made this answer.
    pub fault: bool,
}

/// Who a request speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody: no credentials.
    Nobody,
    /// The App itself, by its signed token.
    App,
    /// An installation of the App.
    Installation(u64),
    /// A person.
    User(Login),
}

#[derive(Deserialize)]
struct Claims {
    iss: Value,
    iat: i64,
    exp: i64,
}

impl GitHub {
    /// Who these headers speak for.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Ok(Caller::Nobody);
        };
        let value = value.to_str().map_err(|_| Refusal::bad_credentials())?;
        let (scheme, rest) = value.split_once(' ').ok_or_else(Refusal::bad_credentials)?;
        let token = match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "token" => rest.trim().to_owned(),
            "basic" => password(rest.trim()).ok_or_else(Refusal::bad_credentials)?,
            _ => return Err(Refusal::bad_credentials()),
        };
        if token.split('.').count() == 3 {
            self.app_token(&token)?;
            return Ok(Caller::App);
        }
        let world = self.world();
        match world.tokens.get(&token) {
            Some(known) if known.expires_at > Timestamp::now() => Ok(match &known.holder {
                Holder::Installation(id) => Caller::Installation(*id),
                Holder::User(login) => Caller::User(login.clone()),
            }),
            _ => Err(Refusal::bad_credentials()),
        }
    }

    fn app_token(&self, token: &str) -> Result<(), Refusal> {
        let refuse = |message: &str| Refusal::new(StatusCode::UNAUTHORIZED, message);
        let undecodable = || refuse("A JSON web token could not be decoded");
        let key = DecodingKey::from_rsa_pem(DEMO_PUBLIC_KEY.as_bytes()).map_err(|_| undecodable())?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_required_spec_claims(&["exp"]);
        rules.leeway = 0;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
            .map_err(|_| undecodable())?
            .claims;
        let issuer = claims
            .iss
            .as_str()
            .map_or_else(|| claims.iss.to_string(), str::to_owned);
        let now = Timestamp::now().as_second();
        if issuer != self.world().app.id.to_string() {
            return Err(refuse("'Issuer' claim ('iss') must be an Integer"));
        }
        if claims.iat > now + 5 {
            return Err(refuse(
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
            ));
        }
        if claims.exp > now + 605 {
            return Err(refuse("'Expiration time' claim ('exp') is too far in the future"));
        }
        Ok(())
    }
}

fn password(encoded: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// What is kept of a request until its answer is there.
struct Asked {
    method: String,
    path: String,
    query: Option<String>,
    route: Option<String>,
    sent: Option<Value>,
    if_none_match: Option<HeaderValue>,
}

/// The middleware itself.
pub(super) async fn pass(State(github): State<GitHub>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY).await else {
        return Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large").into_response();
    };
    let path = parts.uri.path().replacen("/api/v3", "", 1);
    let asked = Asked {
        method: parts.method.to_string(),
        query: parts.uri.query().map(str::to_owned),
        route: parts
            .extensions
            .get::<MatchedPath>()
            .map(|matched| matched.as_str().replacen("/api/v3", "", 1)),
        sent: serde_json::from_slice(&bytes).ok(),
        if_none_match: parts.headers.get(header::IF_NONE_MATCH).cloned(),
        path,
    };
    let (caller, refusal) = match github.caller(&parts.headers) {
        Ok(caller) => (caller, None),
        Err(refusal) => (Caller::Nobody, Some(refusal)),
    };
    parts.extensions.insert(caller.clone());
    let fault = github.faults().for_request(&asked.method, &asked.path);
    let carried_out = !matches!(
        fault,
        Some(
            ApiFault::PrimaryLimit(_)
                | ApiFault::SecondaryLimit(_)
                | ApiFault::TooMany(_)
                | ApiFault::Status(_, Effect::Skipped)
                | ApiFault::Truncated(Effect::Skipped)
                | ApiFault::Reset(Effect::Skipped)
        )
    );
    let response = match refusal {
        Some(refusal) => refusal.into_response(),
        None if carried_out => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        None => StatusCode::OK.into_response(),
    };
    answer(&github, asked, caller, fault, response).await
}

/// Adds GitHub's headers, applies the fault and records the exchange.
async fn answer(
    github: &GitHub,
    asked: Asked,
    caller: Caller,
    fault: Option<ApiFault>,
    response: Response,
) -> Response {
    let (mut parts, body) = response.into_parts();
    let mut bytes = axum::body::to_bytes(body, BODY).await.unwrap_or_default();
    if let Some(fault) = fault {
        (parts.status, bytes) = spoil(fault, parts.status, bytes, &mut parts.headers);
    }
    if asked.method == "GET" && parts.status == StatusCode::OK && fault.is_none() {
        let tag = format!("W/\"{}\"", hex::encode(Sha256::digest(&bytes)));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            if asked.if_none_match.as_ref() == Some(&tag) {
                parts.status = StatusCode::NOT_MODIFIED;
                bytes = Bytes::new();
                parts.headers.remove(header::CONTENT_TYPE);
            }
            parts.headers.insert(header::ETAG, tag);
        }
    }
    let used = record(github, asked, &caller, fault.is_some(), parts.status, &bytes);
    limits(&mut parts.headers, used);
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(ApiFault::Late(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    github.tell();
    Response::from_parts(parts, body_for(fault, bytes))
}

fn record(
    github: &GitHub,
    asked: Asked,
    caller: &Caller,
    fault: bool,
    status: StatusCode,
    bytes: &[u8],
) -> usize {
    let mut log = github.log();
    let seq = log.exchanges.len();
    log.exchanges.push(Exchange {
        seq,
        method: asked.method,
        path: asked.path,
        query: asked.query,
        route: asked.route,
        caller: caller.clone(),
        sent: asked.sent,
        status: status.as_u16(),
        got: serde_json::from_slice(bytes).ok(),
        fault,
    });
    log.exchanges
        .iter()
        .filter(|one| one.caller == *caller && one.status != 304)
        .count()
}

fn limits(headers: &mut HeaderMap, used: usize) {
    let reset = Timestamp::now().as_second() + 3_600;
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
    };
    put("x-ratelimit-limit", LIMIT.to_string());
    put("x-ratelimit-remaining", LIMIT.saturating_sub(used).to_string());
    put("x-ratelimit-used", used.to_string());
    put("x-ratelimit-reset", reset.to_string());
    put("x-ratelimit-resource", "core".to_owned());
    put("x-github-media-type", "github.v3; format=json".to_owned());
    put("x-github-request-id", format!("{:016X}", rand::random::<u64>()));
}

/// The status, body and headers that a fault makes of an answer.
fn spoil(fault: ApiFault, status: StatusCode, body: Bytes, headers: &mut HeaderMap) -> (StatusCode, Bytes) {
    let error = |message: &str| {
        Bytes::from(
            json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }).to_string(),
        )
    };
    let number = |value: u64| HeaderValue::from(value);
    match fault {
        ApiFault::PrimaryLimit(wait) => {
            let reset = Timestamp::now().as_second().unsigned_abs() + wait.as_secs();
            headers.insert("x-ratelimit-remaining", number(0));
            headers.insert("x-ratelimit-reset", number(reset));
            (
                StatusCode::FORBIDDEN,
                error("API rate limit exceeded for installation."),
            )
        }
        ApiFault::SecondaryLimit(seconds) => {
            headers.insert(header::RETRY_AFTER, number(seconds));
            (
                StatusCode::FORBIDDEN,
                error(
                    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                ),
            )
        }
        ApiFault::TooMany(seconds) => {
            headers.insert(header::RETRY_AFTER, number(seconds));
            (StatusCode::TOO_MANY_REQUESTS, error("API rate limit exceeded"))
        }
        ApiFault::Status(code, _) => {
            headers.remove(header::LINK);
            let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (code, error("Server Error"))
        }
        ApiFault::Truncated(_) if body.is_empty() => (status, Bytes::from_static(b"{\"id\": 1, \"bo")),
        ApiFault::Truncated(_) => (status, body.slice(..body.len() / 2)),
        ApiFault::Reset(_) | ApiFault::Late(_) => (status, body),
    }
}

/// The body as it goes out; a reset is a body that fails before its first byte.
fn body_for(fault: Option<ApiFault>, bytes: Bytes) -> Body {
    match fault {
        Some(ApiFault::Reset(_)) => {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(broken) }))
        }
        _ => Body::from(bytes),
    }
}
