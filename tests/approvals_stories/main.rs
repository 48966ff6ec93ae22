//! Who may decide, through the real door: the shipped server against the stand-in GitHub, over HTTP
//! with real Git. The attack list itself is in `tests/story`; here are objections, reviews, single
//! changes, delegations, and the sources of approvers, each with what does not suffice.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod green;
mod pending;
mod scene;

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::StreamExt as _;
use specwarden::demo::stage::Stage;

use scene::POLICY;
use scene::SECURITY;
use scene::SPEC;
use scene::Scene;
use scene::Story;
use scene::loosened_twice;
use scene::policy;
use scene::whole;

async fn stage() -> Stage {
    let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
        .await
        .unwrap();
    let github = &stage.github;
    for login in ["mara", "dana", "sue", "theo", "max", "olga"] {
        github.add_user(login);
    }
    github.add_bot("helper");
    github.add_organization("acme");
    github.add_team("acme", "empty", &[]);
    github.add_team("acme", "writers", &["mara", "dana", "sue"]);
    stage
}

fn furnish(stage: &Arc<Stage>, Story(name, from, require, _): &Story) -> Scene {
    let team = format!("sec-{name}");
    let github = &stage.github;
    github.add_team("acme", &team, &["dana", "sue", "helper[bot]"]);
    let policy = policy(&from.replace("TEAM", &team), *require);
    let spec = whole();
    let files = [
        (POLICY, policy.as_str()),
        (SPEC, spec.as_str()),
        ("CODEOWNERS", "* @olga\n"),
        ("README.md", "roles\n"),
    ];
    let repo = github.add_repository(&format!("acme/{name}"), &files).unwrap();
    github.grant_team(&repo, "writers", "write");
    github.grant(&repo, "max", "maintain");
    github.grant(&repo, "olga", "read");
    Scene {
        stage: Arc::clone(stage),
        repo,
        team,
    }
}

/// Plays all stories, several at a time, and says which did not come out.
async fn play(stories: Vec<Story>) {
    let stage = Arc::new(stage().await);
    let scenes: Vec<(Scene, Story)> = stories
        .into_iter()
        .map(|story| (furnish(&stage, &story), story))
        .collect();
    stage.github.install_app("acme").await.unwrap();
    let failed: Vec<String> = futures_util::stream::iter(scenes)
        .map(|(scene, Story(name, _, _, play))| async move {
            play(scene).await.err().map(|error| format!("{name}: {error:#}"))
        })
        .buffer_unordered(6)
        .filter_map(|failure| async { failure })
        .collect()
        .await;
    assert!(
        failed.is_empty(),
        "{} stories:\n{}\n{}",
        failed.len(),
        failed.join("\n"),
        stage.server_log()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_suffice_stays_pending() {
    play(pending::pending()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_suffices_turns_green() {
    play(green::green()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_costs_one_call_beside_its_reaction() {
    let stage = Arc::new(stage().await);
    let scene = furnish(
        &stage,
        &Story("status", SECURITY, 1, |_| async { Ok(()) }.boxed()),
    );
    stage.github.install_app("acme").await.unwrap();
    let number = scene.loosen().await.unwrap();
    scene.settled(number).await.unwrap();
    scene.answers(number, 1).await.unwrap();
    let before = stage.github.exchanges().len();
    scene.say("theo", number, "/spec-status").await.unwrap();
    scene.answers(number, 2).await.unwrap();
    let calls: Vec<String> = stage.github.exchanges()[before..]
        .iter()
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    let answer = stage.bot_comments(&scene.repo, number).pop().unwrap().body;
    assert!(
        answer.contains("security") && answer.contains("0 of 1 approvals"),
        "{answer}"
    );
    assert!(!answer.contains("@acme/"), "it mentions the team:\n{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reviewers_are_asked_once_and_not_again_when_a_person_took_them_off() {
    let stage = Arc::new(stage().await);
    let scene = furnish(
        &stage,
        &Story("reviewers", "{ users: [mara, olga, sue] }", 1, |_| {
            async { Ok(()) }.boxed()
        }),
    );
    stage.github.install_app("acme").await.unwrap();
    let number = scene.loosen().await.unwrap();
    scene.settled(number).await.unwrap();
    assert_eq!(
        stage.asked(&scene.repo, number),
        ["@olga"],
        "one is enough, and never the author"
    );
    scene
        .player("max")
        .unrequest_review(&scene.repo, number, "olga")
        .await
        .unwrap();
    scene.push("mara", &[(SPEC, &loosened_twice())]).await.unwrap();
    scene.settled(number).await.unwrap();
    let asked = stage.asked(&scene.repo, number);
    assert!(
        !asked.contains(&"@olga".to_owned()),
        "she was taken off by hand: {asked:?}"
    );
}
