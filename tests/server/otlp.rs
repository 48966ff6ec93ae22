//! Spans at a collector, where the standard variables name one.

use crate::scene::Process;
use crate::scene::Scene;

#[cfg(feature = "otlp")]
mod sent {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::sync::Mutex;

    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::State;
    use axum::routing::post;
    use http::HeaderMap;
    use tokio::sync::Notify;

    use super::*;
    use crate::scene::LIMIT;
    use crate::scene::loosened;

    #[derive(Default)]
    struct Collector {
        spans: Mutex<Vec<Span>>,
        came: Notify,
    }

    struct Span {
        name: String,
        attributes: Vec<(String, String)>,
    }

    async fn take(State(collector): State<Arc<Collector>>, headers: HeaderMap, body: Bytes) -> Vec<u8> {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        assert_eq!(headers["x-key"], "told by the environment");
        // ExportTraceServiceRequest → ResourceSpans → ScopeSpans → Span.
        let mut spans = vec![body.to_vec()];
        for number in [1, 2, 2] {
            spans = spans.iter().flat_map(|message| inside(message, number)).collect();
        }
        let read = spans.iter().map(|span| Span {
            name: text(span, 5),
            attributes: inside(span, 9)
                .iter()
                .map(|pair| {
                    (
                        text(pair, 1),
                        inside(pair, 2).iter().map(|value| text(value, 1)).collect(),
                    )
                })
                .collect(),
        });
        collector.spans.lock().expect("no panic").extend(read);
        collector.came.notify_one();
        Vec::new()
    }

    /// The fields of a Protobuf message that hold texts or messages and have this number
    /// (<https://protobuf.dev/programming-guides/encoding/>).
    fn inside(mut message: &[u8], number: u64) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        while !message.is_empty() {
            let tag = varint(&mut message);
            let length = match tag & 7 {
                0 => {
                    varint(&mut message);
                    continue;
                }
                1 => 8,
                2 => usize::try_from(varint(&mut message)).expect("a length"),
                5 => 4,
                other => unreachable!("wire type {other}"),
            };
            let (field, rest) = message.split_at(length);
            if tag >> 3 == number && tag & 7 == 2 {
                found.push(field.to_vec());
            }
            message = rest;
        }
        found
    }

    fn varint(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = message.split_first().expect("a whole number");
            *message = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return value;
            }
        }
        unreachable!("a number without an end");
    }

    fn text(message: &[u8], number: u64) -> String {
        let texts = inside(message, number);
        texts
            .first()
            .map(|text| String::from_utf8(text.clone()).expect("UTF-8"))
            .unwrap_or_default()
    }

    async fn collector() -> (Arc<Collector>, SocketAddr) {
        let collector = Arc::new(Collector::default());
        let router = Router::new()
            .route("/v1/traces", post(take))
            .with_state(Arc::clone(&collector));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, address)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_gets_the_spans_with_the_deliverys_id() {
        let scene = Scene::new().await;
        let (collector, address) = collector().await;
        let endpoint = format!("http://{address}");
        let told = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=told by the environment"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ];
        let process =
            Process::start_with(&scene.setting.args(), &scene.setting.folder, "otlp.log", &told).await;
        scene.connect(process.address).await;
        let number = scene.open("loosen", &loosened()).await;
        scene.verdict(number, "failure").await;
        let delivery = scene
            .github
            .deliveries()
            .into_iter()
            .find(|delivery| delivery.event == "pull_request" && delivery.status_code == 202)
            .expect("a delivery");
        let has = |name: &str, key: &str, value: &str| {
            let spans = collector.spans.lock().expect("no panic");
            spans.iter().any(|span| {
                span.name == name
                    && span
                        .attributes
                        .iter()
                        .any(|(named, said)| named == key && said.split(' ').any(|word| word == value))
            })
        };
        let pull = format!("acme/roles#{number}");
        let everything = async {
            while !(has("webhook", "delivery", &delivery.guid)
                && has("visit", "deliveries", &delivery.guid)
                && has("visit", "pull", &pull)
                && has("github", "cause", "pull_request"))
            {
                collector.came.notified().await;
            }
        };
        let came = tokio::time::timeout(LIMIT, everything).await;
        let names: Vec<String> = {
            let spans = collector.spans.lock().expect("no panic");
            spans.iter().map(|span| span.name.clone()).collect()
        };
        assert!(came.is_ok(), "only these came: {names:?}");
        process.kill().await;
    }
}

#[cfg(not(feature = "otlp"))]
#[tokio::test]
async fn a_build_that_cannot_send_spans_says_so_and_works() {
    let scene = Scene::new().await;
    let told = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let process = Process::start_with(&scene.setting.args(), &scene.setting.folder, "plain.log", &told).await;
    let logged = std::fs::read_to_string(&process.log).expect("the log");
    process.kill().await;
    assert!(
        logged.contains("OTEL_EXPORTER_OTLP_ENDPOINT is set") && logged.contains("`otlp`"),
        "{logged}"
    );
}
