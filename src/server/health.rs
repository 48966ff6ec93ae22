//! Whether it lives, whether it works, and in numbers.

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use metrics_exporter_prometheus::Matcher;
use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use super::Server;
use super::measures;

/// A worker that has not looked for work for this long is stuck.
const STUCK_SECONDS: i64 = 600;

const UPKEEP: Duration = Duration::from_secs(5);

const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// The recorder of all metrics in this process.
pub(super) fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &buckets)
                .expect("there are buckets")
                .build_recorder();
            let handle = recorder.handle();
            // Another recorder may have been installed by whoever embeds us: then /metrics is empty.
            let _ = metrics::set_global_recorder(recorder);
            measures::describe();
            handle
        })
        .clone()
}

/// Keeps the recorder small where nobody ever asks for the metrics: it would remember every single
/// measurement until then.
pub(super) async fn keep_small(recorder: PrometheusHandle, stop: CancellationToken) {
    let mut beat = tokio::time::interval(UPKEEP);
    loop {
        tokio::select! {
            _ = beat.tick() => recorder.run_upkeep(),
            () = stop.cancelled() => return,
        }
    }
}

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

pub(super) async fn ready(State(server): State<Arc<Server>>) -> Response {
    match trouble(&server).await {
        None => (StatusCode::OK, "ready\n").into_response(),
        Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("{trouble}\n")).into_response(),
    }
}

/// Why the server cannot do its work, in words without details that only its owner should see.
pub(super) async fn trouble(server: &Server) -> Option<&'static str> {
    match tokio::time::timeout(STORE_ANSWERS_WITHIN, server.store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::error!(%error, "the store does not answer");
            return Some("the store cannot be reached or written");
        }
        Err(_) => return Some("the store does not answer in time"),
    }
    match &server.app {
        Some(app) if app.idle_seconds() > STUCK_SECONDS => Some("the worker is stuck"),
        Some(_) | None => None,
    }
}

pub(super) async fn metrics(State(server): State<Arc<Server>>) -> Response {
    if let Ok(depth) = server.store.depth().await {
        let age = depth.oldest.map_or(0, |oldest| {
            Timestamp::now().as_second().saturating_sub(oldest.as_second())
        });
        metrics::gauge!("specwarden_queue_due").set(as_gauge(depth.due));
        metrics::gauge!("specwarden_queue_dead").set(as_gauge(depth.dead));
        metrics::gauge!("specwarden_queue_age_seconds").set(as_gauge(u64::try_from(age).unwrap_or(0)));
    }
    let headers = [(http::header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (headers, server.metrics.render()).into_response()
}

fn as_gauge(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
