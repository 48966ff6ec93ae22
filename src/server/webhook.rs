//! `POST /webhook`: check the size and the signature, keep the delivery, say so.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::StatusCode;
use jiff::Timestamp;
use tracing::Instrument;

use super::Server;
use super::body::Refusal;
use super::crowd::Turn;
use crate::app;
use crate::github::signature_is_valid;
use crate::ids::DeliveryId;
use crate::store::Accepted;

const SIGNATURE: &str = "x-hub-signature-256";
const DELIVERY: &str = "x-github-delivery";
const EVENT: &str = "x-github-event";

/// GitHub's delivery ids are GUIDs of 36 characters, its events' names shorter than that.
const LONGEST_NAME: usize = 128;

pub(super) async fn receive(State(server): State<Arc<Server>>, request: Request) -> Response {
    let began = Instant::now();
    let headers = request.headers().clone();
    let event = known_event(name(&headers, EVENT).unwrap_or("none"));
    let delivery = name(&headers, DELIVERY).unwrap_or("none");
    // At the level of errors, so that no filter takes from a line what it is about.
    let span = tracing::error_span!("webhook", delivery, event);
    let (status, text) = match accept(&server, request).instrument(span.clone()).await {
        Ok(kept) => (StatusCode::ACCEPTED, kept),
        Err((status, why)) => {
            // What is our own fault was logged where it came up.
            if status.is_client_error() {
                span.in_scope(|| tracing::warn!(status = status.as_u16(), why, "a delivery was refused"));
            }
            (status, why)
        }
    };
    metrics::counter!(
        "specwarden_webhooks_total",
        "event" => event,
        "status" => status.as_str().to_owned()
    )
    .increment(1);
    metrics::histogram!("specwarden_webhook_seconds").record(began.elapsed());
    (status, format!("{text}\n")).into_response()
}

async fn accept(server: &Server, request: Request) -> Result<&'static str, Refusal> {
    if server.secrets.is_empty() {
        tracing::warn!("a delivery came, and no WEBHOOK_SECRET is set to judge it by");
        return Err((
            StatusCode::SERVICE_UNAVAILABLE,
            "no webhook secret is configured; see /setup",
        ));
    }
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let body = server.bodies.read(headers, body).await?;
    if let Some(turn) = parts.extensions.get::<Turn>() {
        turn.waits_for_us();
    }
    said_once(headers)?;
    let signature = text(headers, SIGNATURE).unwrap_or_default();
    if !signature_is_valid(&server.secrets, &body.bytes, signature) {
        return Err((StatusCode::UNAUTHORIZED, "the signature does not fit the body"));
    }
    is_plain_json(headers)?;
    let (Some(id), Some(event)) = (name(headers, DELIVERY), name(headers, EVENT)) else {
        return Err((
            StatusCode::BAD_REQUEST,
            "X-GitHub-Delivery or X-GitHub-Event is missing or unusable",
        ));
    };
    let incoming = app::Incoming {
        id: DeliveryId::new(id),
        event: event.to_owned(),
        body: body.bytes,
        received_at: Timestamp::now(),
    };
    let delivery = app::understand(incoming, server.app_id);
    match server.store.accept(&delivery).await {
        Ok(Accepted::New) => {
            tracing::info!(due = delivery.marks.len(), "delivery kept");
            if !delivery.marks.is_empty() {
                server.wake.notify_one();
            }
            Ok("kept")
        }
        Ok(Accepted::Duplicate) => {
            tracing::info!("delivery had come before");
            Ok("had come before")
        }
        Err(error) => {
            tracing::error!(%error, "delivery cannot be kept");
            Err((StatusCode::SERVICE_UNAVAILABLE, "the delivery cannot be kept now"))
        }
    }
}

/// Of two signatures, a proxy before us may have judged the other one.
fn said_once(headers: &HeaderMap) -> Result<(), Refusal> {
    for header in [SIGNATURE, DELIVERY, EVENT] {
        if headers.get_all(header).iter().nth(1).is_some() {
            return Err((
                StatusCode::BAD_REQUEST,
                "a header of GitHub's is given more than once",
            ));
        }
    }
    Ok(())
}

/// GitHub compresses nothing, and nothing is inflated here. A form body would come from a webhook
/// that was set up by hand; `/setup` asks for JSON.
fn is_plain_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let encoding = text(headers, "content-encoding").unwrap_or("identity");
    if !encoding.eq_ignore_ascii_case("identity") {
        return Err((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the webhook's body has to come uncompressed",
        ));
    }
    let kind = text(headers, "content-type").unwrap_or("application/json");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the webhook's content type has to be application/json",
        ));
    }
    Ok(())
}

/// A header's text; one that is there and no text is no reason to take a default.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().unwrap_or("?").trim();
    (!value.is_empty()).then_some(value)
}

/// A header's text where it can be a name that is kept and logged.
fn name<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    text(headers, name)
        .filter(|text| text.len() <= LONGEST_NAME && text.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// A metric's label must not be anything that a stranger can make up without end.
fn known_event(name: &str) -> &'static str {
    const KNOWN: [&str; 17] = [
        "pull_request",
        "issue_comment",
        "pull_request_review",
        "check_run",
        "check_suite",
        "merge_group",
        "push",
        "installation",
        "installation_repositories",
        "member",
        "membership",
        "team",
        "organization",
        "repository",
        "ping",
        "status",
        "none",
    ];
    KNOWN.into_iter().find(|known| *known == name).unwrap_or("other")
}
