//! `POST /webhook`: check the size and the signature, keep the delivery, say so.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::StatusCode;
use http_body_util::BodyExt;
use jiff::Timestamp;

use super::Server;
use crate::app;
use crate::github::signature_is_valid;
use crate::ids::DeliveryId;
use crate::store::Accepted;

/// GitHub sends no more than 25 MB
/// (<https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>).
pub(super) const LARGEST_BODY: usize = 25 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that an honest client gets to
/// read why.
const DRAINED: usize = 16 * 1024 * 1024;

/// How long a body may take. GitHub itself gives up after ten seconds.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

pub(super) async fn receive(State(server): State<Arc<Server>>, headers: HeaderMap, body: Body) -> Response {
    let began = Instant::now();
    let event = header(&headers, "x-github-event").unwrap_or("none").to_owned();
    let response = accept(&server, &headers, body).await;
    metrics::counter!(
        "specwarden_webhooks_total",
        "event" => known_event(&event),
        "status" => response.status().as_str().to_owned()
    )
    .increment(1);
    metrics::histogram!("specwarden_webhook_seconds").record(began.elapsed());
    response
}

async fn accept(server: &Server, headers: &HeaderMap, body: Body) -> Response {
    if server.secrets.is_empty() {
        return said(
            StatusCode::SERVICE_UNAVAILABLE,
            "no webhook secret is configured; see /setup",
        );
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err((status, why)) => return said(status, why),
    };
    let signature = header(headers, "x-hub-signature-256").unwrap_or_default();
    if !signature_is_valid(&server.secrets, &body, signature) {
        return said(StatusCode::UNAUTHORIZED, "the signature does not fit the body");
    }
    if header(headers, "content-type").is_some_and(|kind| kind.contains("form-urlencoded")) {
        return said(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the webhook's content type has to be application/json",
        );
    }
    let (Some(id), Some(event)) = (
        header(headers, "x-github-delivery"),
        header(headers, "x-github-event"),
    ) else {
        return said(
            StatusCode::BAD_REQUEST,
            "X-GitHub-Delivery or X-GitHub-Event is missing",
        );
    };
    let incoming = app::Incoming {
        id: DeliveryId::new(id),
        event: event.to_owned(),
        body,
        received_at: Timestamp::now(),
    };
    let delivery = app::understand(incoming, server.app_id);
    match server.store.accept(&delivery).await {
        Ok(Accepted::New) => {
            tracing::info!(delivery = %delivery.id, event = delivery.event, due = delivery.marks.len(), "delivery kept");
            if !delivery.marks.is_empty() {
                server.wake.notify_one();
            }
            said(StatusCode::ACCEPTED, "kept")
        }
        Ok(Accepted::Duplicate) => {
            tracing::info!(delivery = %delivery.id, event = delivery.event, "delivery had come before");
            said(StatusCode::ACCEPTED, "had come before")
        }
        Err(error) => {
            tracing::error!(delivery = %delivery.id, event = delivery.event, %error, "delivery cannot be kept");
            said(StatusCode::SERVICE_UNAVAILABLE, "the delivery cannot be kept now")
        }
    }
}

async fn read(body: Body) -> Result<Vec<u8>, (StatusCode, &'static str)> {
    let reading = async {
        let mut body = body;
        let mut kept = Vec::new();
        let mut seen = 0_usize;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| (StatusCode::BAD_REQUEST, "the body broke off"))?;
            let Some(data) = frame.data_ref() else { continue };
            seen = seen.saturating_add(data.len());
            if seen <= LARGEST_BODY {
                kept.extend_from_slice(data);
            } else {
                kept = Vec::new();
                if seen > LARGEST_BODY + DRAINED {
                    break;
                }
            }
        }
        if seen > LARGEST_BODY {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 25 MB"));
        }
        Ok(kept)
    };
    tokio::time::timeout(BODY_TIMEOUT, reading).await.unwrap_or(Err((
        StatusCode::REQUEST_TIMEOUT,
        "the body took longer than 20 s",
    )))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
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

fn said(status: StatusCode, text: &'static str) -> Response {
    (status, format!("{text}\n")).into_response()
}
