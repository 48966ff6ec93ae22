//! The contract as the shipped server keeps it: what it asks in the course of the story, and what
//! it makes of GitHub's own example payloads.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use specwarden::demo::github::signature;
use specwarden::demo::stage::Stage;
use specwarden::demo::story;
use specwarden::demo::tell::Teller;

use crate::openapi::OpenApi;
use crate::payloads::Schemas;
use crate::published;

async fn stage() -> Stage {
    Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_the_story_is_one_that_github_describes() {
    let (Some(mut openapi), Some(schemas)) = (OpenApi::load(), Schemas::load()) else {
        return;
    };
    let stage = stage().await;
    story::play(&stage, &Teller::silent()).await.unwrap();
    stage.github.delivered(Duration::from_secs(90)).await.unwrap();
    let exchanges = stage.github.exchanges();
    assert!(exchanges.len() > 15, "{}", exchanges.len());
    let complaints = openapi.complaints(&exchanges);
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    let complaints = schemas.complaints(&stage.github.deliveries());
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_payload_comes_through_the_door() {
    let Some(examples) = published::document("webhooks-examples/api.github.com/index.json") else {
        return;
    };
    let stage = stage().await;
    let client = reqwest::Client::new();
    let url = format!("{}/webhook", stage.server_url());
    let mut sent = 0;
    for event in examples.as_array().unwrap() {
        let name = event["name"].as_str().unwrap();
        for payload in event["examples"].as_array().unwrap() {
            sent += 1;
            let status = deliver(&client, &url, &stage, name, sent, payload).await;
            assert!((200..300).contains(&status), "{name}: {status} for {payload}");
        }
    }
    assert!(sent > 300, "{sent}");
    let log = stage.server_log();
    let misread: Vec<&str> = log
        .lines()
        .filter(|line| {
            line.contains("\"ERROR\"")
                || line.contains("does not read as its event says")
                || line.contains("panicked")
        })
        .collect();
    assert!(misread.is_empty(), "{}", misread.join("\n"));
}

async fn deliver(
    client: &reqwest::Client,
    url: &str,
    stage: &Stage,
    event: &str,
    place: usize,
    payload: &Value,
) -> u16 {
    let body = payload.to_string();
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .header("x-github-event", event)
        .header(
            "x-github-delivery",
            format!("00000000-0000-0000-0000-{place:012}"),
        )
        .header(
            "x-hub-signature-256",
            signature(&stage.recipe.webhook_secret, body.as_bytes()),
        )
        .body(body)
        .send()
        .await
        .unwrap();
    answer.status().as_u16()
}
