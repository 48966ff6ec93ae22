//! Bodies and headers that no honest client sends: the right 4xx, one line in the log without what was
//! sent, never a 5xx, and no more memory than the server has anyway.

use std::net::SocketAddr;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;

use crate::scene::Process;
use crate::scene::SECRET;
use crate::scene::Setting;
use crate::scene::deliver;
use crate::scene::get;
use crate::scene::ping;
use crate::scene::sign;
use crate::scene::url;

const LARGEST: usize = 25 * 1024 * 1024;
/// Enough for what costs no more memory than its length.
const LARGE: usize = 2 * 1024 * 1024;
/// Enough to tell whether it costs many times its length.
const LARGER: usize = 10 * 1024 * 1024;
/// It stands in every body, and must stand in no log line.
const MARK: &str = "what-was-sent";
/// The server may take up this much in all, in bytes.
const MEMORY: u64 = 200 * 1024 * 1024;

/// `start`, `again` as often as it fits into this length, `end`.
fn filled_to(length: usize, start: &str, again: &str, end: &str) -> Vec<u8> {
    let times = (length - start.len() - end.len()) / again.len();
    let mut body = String::with_capacity(length);
    body.push_str(start);
    for _ in 0..times {
        body.push_str(again);
    }
    body.push_str(end);
    body.into_bytes()
}

fn filled(start: &str, again: &str, end: &str) -> Vec<u8> {
    filled_to(LARGE, start, again, end)
}

fn bombs() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let push =
        r#"{"ref":"refs/heads/main","installation":{"id":3},"repository":{"id":7,"full_name":"acme/roles"},"#;
    let pull = r#"{"action":"opened","pull_request":{"number":1,"state":"open","head":{"sha":"1111111111111111111111111111111111111111","ref":"a"},"base":{"sha":"2222222222222222222222222222222222222222","ref":"b"},"#;
    let pull_end = r#"},"repository":{"id":7,"full_name":"acme/roles"},"sender":{"id":1,"login":"a"},"installation":{"id":3}}"#;
    let deep = filled(&format!("{push}\"what-was-sent\":"), "[", "");
    let closed = {
        let depth = LARGE / 2 - 200;
        let text = format!("{push}\"commits\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        text.into_bytes()
    };
    vec![
        ("deep nesting that is ignored", "push", deep),
        ("deep nesting that is read", "push", closed),
        (
            "deep objects",
            "issue_comment",
            filled("{\"issue\":", "{\"issue\":", ""),
        ),
        (
            "tiny commits",
            "push",
            filled_to(LARGER, &format!("{push}\"commits\":["), "{},", "{}]}"),
        ),
        (
            "tiny teams",
            "pull_request",
            filled_to(
                LARGER,
                &format!("{pull}\"requested_teams\":["),
                "{},",
                &format!("{{}}]{pull_end}"),
            ),
        ),
        (
            "tiny values",
            "push",
            filled(&format!("{push}\"x\":["), "1,", "1]}"),
        ),
        (
            "a huge string",
            "push",
            filled("{\"ref\":\"what-was-sent", "y", "\"}"),
        ),
        (
            "a huge string where a number is meant",
            "pull_request",
            filled(
                "{\"action\":\"opened\",\"pull_request\":\"what-was-sent",
                "y",
                "\"}",
            ),
        ),
        (
            "a huge string of escapes",
            "push",
            filled("{\"ref\":\"what-was-sent", "\\u00e9", "\"}"),
        ),
        (
            "a huge number",
            "pull_request",
            filled("{\"action\":\"opened\",\"pull_request\":{\"number\":1", "9", "}}"),
        ),
        (
            "a number out of range",
            "pull_request",
            br#"{"action":"opened","pull_request":{"number":1e999999999},"what-was-sent":1}"#.to_vec(),
        ),
        (
            "duplicate keys",
            "push",
            filled("{", "\"ref\":\"what-was-sent\",", "\"ref\":\"x\"}"),
        ),
        (
            "other duplicate keys",
            "push",
            filled(push, "\"x\":1,", "\"x\":2}"),
        ),
        ("a huge key", "push", filled("{\"what-was-sent", "k", "\":1}")),
    ]
}

#[tokio::test]
async fn bombs_of_json_are_taken_and_passed_over_in_bounded_memory() {
    let setting = Setting::alone();
    let process = Process::start(&setting.args(), &setting.folder, "bombs.log").await;
    for (guid, (what, event, body)) in bombs().into_iter().enumerate() {
        assert!(body.len() <= LARGEST, "{what}");
        let signature = sign(SECRET, &body);
        let signed = deliver(process.address, &format!("s{guid}"), event, body, &signature).await;
        assert_eq!(signed, 202, "{what}");
        if let Some(peak) = process.peak_memory() {
            assert!(peak < MEMORY, "after {what}: {} MiB", peak >> 20);
        }
    }
    assert_eq!(get(process.address, "/readyz").await.0, 200);
    println!("peak: {:?} MiB", process.peak_memory().map(|peak| peak >> 20));
    let log = process.log.clone();
    process.kill().await;
    let logged = std::fs::read_to_string(log).expect("the log");
    assert!(!logged.contains(MARK) && !logged.contains("yyyyyyyy") && !logged.contains("99999999"));
    assert!(
        logged.len() < 4 * 1024 * 1024,
        "{} bytes were logged",
        logged.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_with_many_large_bodies_at_once_cost_bounded_memory() {
    let setting = Setting::alone();
    let process = Process::start(&setting.args(), &setting.folder, "strangers.log").await;
    let address = process.address;
    let mut strangers = tokio::task::JoinSet::new();
    for stranger in 0..16 {
        strangers.spawn(async move {
            let client = reqwest::Client::new();
            let sent = client
                .post(url(address, "/webhook"))
                .header("x-github-delivery", stranger.to_string())
                .header("x-github-event", "push")
                .body(vec![b'['; LARGEST])
                .send()
                .await;
            // Some may be told that it took too long for all of them to have their turn.
            sent.map(|answer| answer.status().as_u16())
        });
    }
    while let Some(status) = strangers.join_next().await {
        let status = status.expect("a stranger");
        assert!(matches!(status, Ok(401 | 408) | Err(_)), "{status:?}");
    }
    let body = ping();
    let signature = sign(SECRET, &body);
    assert_eq!(deliver(address, "honest", "ping", body, &signature).await, 202);
    if let Some(peak) = process.peak_memory() {
        println!("peak: {} MiB", peak >> 20);
        assert!(peak < MEMORY, "{} MiB", peak >> 20);
    }
    process.kill().await;
}

/// The status that is right, the headers, the body.
type Case<'a> = (u16, Vec<(&'a str, &'a str)>, &'a [u8]);

async fn send(address: SocketAddr, headers: &[(&str, &str)], body: &[u8]) -> u16 {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::try_from(*name).expect("a name"),
            HeaderValue::try_from(*value).expect("a value"),
        );
    }
    reqwest::Client::new()
        .post(url(address, "/webhook"))
        .headers(map)
        .body(body.to_vec())
        .send()
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

#[tokio::test]
async fn each_kind_of_junk_is_refused_for_what_it_is_and_logged_once() {
    let setting = Setting::alone();
    let process = Process::start(&setting.args(), &setting.folder, "junk.log").await;
    let address = process.address;
    let body = format!("{{\"zen\":\"{MARK}\"}}").into_bytes();
    let signature = sign(SECRET, &body);
    let other = sign("another secret", &body);
    let zipped = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4c];
    let zipped_signature = sign(SECRET, &zipped);
    let form = format!("payload=%7B%22zen%22%3A%22{MARK}%22%7D").into_bytes();
    let form_signature = sign(SECRET, &form);
    let long = "g".repeat(1_000);
    let sent = ("x-hub-signature-256", signature.as_str());
    let delivery = |guid| ("x-github-delivery", guid);
    let event = ("x-github-event", "ping");
    let json = ("content-type", "application/json");
    let cases: Vec<Case> = vec![
        (202, vec![delivery("ok-1"), event, sent, json], &body),
        (
            202,
            vec![
                delivery("ok-2"),
                event,
                sent,
                ("content-type", "Application/JSON; charset=utf-8"),
            ],
            &body,
        ),
        (
            202,
            vec![
                delivery("ok-3"),
                event,
                sent,
                json,
                ("content-encoding", "identity"),
            ],
            &body,
        ),
        (
            202,
            vec![delivery("ok-4"), ("x-github-event", "never_heard_of"), sent, json],
            &body,
        ),
        (401, vec![delivery("no-signature"), event, json], &body),
        (
            401,
            vec![delivery("sha1-only"), event, json, ("x-hub-signature", "sha1=00")],
            &body,
        ),
        (
            401,
            vec![delivery("forged"), event, json, ("x-hub-signature-256", &other)],
            &body,
        ),
        (
            400,
            vec![
                delivery("two-signatures"),
                event,
                json,
                sent,
                ("x-hub-signature-256", &other),
            ],
            &body,
        ),
        (
            400,
            vec![
                delivery("two-events"),
                event,
                json,
                sent,
                ("x-github-event", "push"),
            ],
            &body,
        ),
        (
            400,
            vec![delivery("two-ids"), delivery("two-ids"), event, json, sent],
            &body,
        ),
        (400, vec![event, sent, json], &body),
        (400, vec![delivery(""), event, sent, json], &body),
        (400, vec![delivery(&long), event, sent, json], &body),
        (400, vec![delivery("no-event"), sent, json], &body),
        (
            400,
            vec![delivery("odd-event"), ("x-github-event", "pi\tng"), sent, json],
            &body,
        ),
        (
            415,
            vec![delivery("text"), event, sent, ("content-type", "text/plain")],
            &body,
        ),
        (
            415,
            vec![
                delivery("xml"),
                event,
                sent,
                ("content-type", "application/json+xml"),
            ],
            &body,
        ),
        (
            415,
            vec![
                delivery("form"),
                event,
                ("x-hub-signature-256", &form_signature),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            &form,
        ),
        (
            415,
            vec![
                delivery("gzip"),
                event,
                json,
                ("x-hub-signature-256", &zipped_signature),
                ("content-encoding", "gzip"),
            ],
            &zipped,
        ),
    ];
    let refused = cases.iter().filter(|(status, ..)| *status >= 400).count();
    for (status, headers, body) in cases {
        assert_eq!(send(address, &headers, body).await, status, "{headers:?}");
    }
    let client = reqwest::Client::new();
    for method in ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = client.request(method.clone(), url(address, "/webhook"));
        assert_eq!(request.send().await.expect("an answer").status(), 405, "{method}");
    }
    let log = process.log.clone();
    process.kill().await;
    let logged = std::fs::read_to_string(log).expect("the log");
    assert!(!logged.contains(MARK), "the body shows in the log");
    assert!(
        !logged.contains("gggggggg"),
        "a name that is none shows in the log"
    );
    let lines = logged
        .lines()
        .filter(|line| line.contains("a delivery was refused"));
    assert_eq!(lines.count(), refused);
    for guid in ["no-signature", "forged", "two-signatures", "gzip", "form"] {
        let lines = logged
            .lines()
            .filter(|line| line.contains("WARN") && line.contains(guid))
            .count();
        assert_eq!(lines, 1, "{guid}");
    }
}
