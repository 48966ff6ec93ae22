//! The contract as the shipped server keeps it: what it asks in the course of the story, and what
//! it makes of GitHub's own example payloads.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::github::signature;
use specwarden::demo::github::world::World;
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

const POLICY: &str = "\
specs:
  - paths: [\"roles/**\"]
approvals:
  - name: pair
    on: [constraint.loosened]
    require: 2
    from: { teams: [acme/pair] }
  - name: keepers
    on: [constraint.loosened]
    from: { permission: maintain }
";

const BEFORE: &str = "---\nrole: diver\nversion: 1.0.0\n---\n\n## Constraints\n\n- Must not dive alone\n- Must not dive at night\n";

/// What the story has no need to ask: who made commits that no push told of, about two of one team at
/// once, about a permission, and for a merge queue's commit.
#[tokio::test(flavor = "multi_thread")]
async fn every_other_question_is_one_that_github_describes() {
    let Some(mut openapi) = OpenApi::load() else {
        return;
    };
    let stage = stage().await;
    let github = &stage.github;
    github.add_organization("acme");
    for login in ["ann", "sam", "mel"] {
        github.add_user(login);
        github.join_organization("acme", login);
    }
    github.add_team("acme", "pair", &["sam", "mel"]);
    let files = [(".github/specwarden.yml", POLICY), ("roles/diver.md", BEFORE)];
    let repo = github.add_repository("acme/roles", &files).unwrap();
    github.grant_team(&repo, "pair", "write");
    github.grant(&repo, "mel", "maintain");
    github.install_app("acme").await.unwrap();
    let after = BEFORE
        .replace("- Must not dive at night\n", "")
        .replace("1.0.0", "2.0.0");
    let ann = github.player("ann");
    github.fail_deliveries([HookFault::Vanish]);
    ann.push(&repo, "edit", &[("roles/diver.md", Some(&after))], "edit")
        .await
        .unwrap();
    let number = ann.open_pull(&repo, "edit", "main", "Edit").await.unwrap();
    stage.verdict(&repo, number, "action_required").await.unwrap();
    let mel = github.player("mel");
    for player in [github.player("sam"), mel.clone()] {
        let said = player.comment(&repo, number, "/approve-role").await.unwrap();
        stage.reaction(&repo, said).await.unwrap();
    }
    stage.verdict(&repo, number, "success").await.unwrap();
    let place = mel.enqueue(&repo, number, None).await.unwrap();
    let checked = |world: &World| {
        let mut checks = world.repo(&repo)?.checks.values();
        checks
            .find(|check| check.head_sha == place.head)?
            .conclusion
            .clone()
    };
    let limit = Duration::from_secs(90);
    let conclusion = github.when("the queue's check run", limit, checked).await;
    assert_eq!(conclusion.unwrap(), "success");
    let exchanges = github.exchanges();
    for part in [
        "/pulls/1/commits",
        "/teams/pair/members",
        "/collaborators/mel/permission",
    ] {
        assert!(exchanges.iter().any(|one| one.path.ends_with(part)), "{part}");
    }
    let complaints = openapi.complaints(&exchanges);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
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
