//! How fast deliveries are acknowledged. Run by hand: `cargo test --test server load -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::scene::SECRET;
use crate::scene::Setting;
use crate::scene::get;
use crate::scene::sign;
use crate::scene::url;

const DELIVERIES: usize = 10_000;
const PULLS: usize = 500;
const CLIENTS: usize = 32;

fn body(number: usize) -> Vec<u8> {
    let repo = json!({"id": 7, "full_name": "acme/roles", "default_branch": "main"});
    let alice = json!({"id": 5, "login": "alice", "type": "User"});
    serde_json::to_vec(&json!({
        "action": "synchronize",
        "pull_request": {
            "number": number, "state": "open", "user": alice,
            "head": {"sha": "1".repeat(40), "ref": "edit", "repo": repo},
            "base": {"sha": "2".repeat(40), "ref": "main", "repo": repo},
            "body": "x".repeat(4_000),
        },
        "repository": repo,
        "sender": alice,
        "installation": {"id": 3},
    }))
    .expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a while; run by hand"]
async fn ten_thousand_deliveries_are_acknowledged_and_coalesce() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let address = running.address();
    let client = reqwest::Client::new();
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, next) = (client.clone(), Arc::clone(&next));
        clients.spawn(async move {
            let mut times: Vec<Duration> = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if at >= DELIVERIES {
                    return times;
                }
                let body = body(at % PULLS + 1);
                let began = Instant::now();
                let status = client
                    .post(url(address, "/webhook"))
                    .header("x-github-delivery", format!("load-{at}"))
                    .header("x-github-event", "pull_request")
                    .header("x-hub-signature-256", sign(SECRET, &body))
                    .body(body)
                    .send()
                    .await
                    .expect("an answer")
                    .status();
                assert_eq!(status.as_u16(), 202);
                times.push(began.elapsed());
            }
        });
    }
    let mut times = Vec::new();
    while let Some(some) = clients.join_next().await {
        times.extend(some.expect("a client"));
    }
    let took = began.elapsed();
    times.sort();
    let (_, metrics) = get(address, "/metrics").await;
    let due = metrics
        .lines()
        .find(|line| line.starts_with("specwarden_queue_due "));
    println!(
        "{} deliveries in {:.2} s: {:.0}/s, p50 {:?}, p99 {:?}, longest {:?}; {}",
        times.len(),
        took.as_secs_f64(),
        times.len() as f64 / took.as_secs_f64(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1],
        due.unwrap_or("no queue"),
    );
    assert_eq!(times.len(), DELIVERIES);
    assert_eq!(due, Some(format!("specwarden_queue_due {PULLS}").as_str()));
    running.stop().await;
}
