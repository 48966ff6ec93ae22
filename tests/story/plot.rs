//! The plot: the demonstration itself, and what must not be lost or done twice on a bad day.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use specwarden::demo::github::Exchange;
use specwarden::demo::github::bare::Fold;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::PATIENCE;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_tells_its_steps_and_exits_0() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_specwarden")));
    command.arg("demo").current_dir(dir.path()).env("NO_COLOR", "1");
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for line in [
        "the check run says `failure`",
        "the comment names the loosened constraint",
        "the security team was asked",
        "the check run says `action_required`",
        "it is the same comment, edited in place",
        "the check run says `success`",
        "the head is another commit",
        "Git says on which approval the merged change rests",
    ] {
        assert!(told.contains(&format!("✓ {line}")), "no `{line}` in\n{told}");
    }
    assert!(!told.contains('\u{1b}'), "colour where NO_COLOR is set");
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        0,
        "it leaves nothing behind"
    );
}

/// What an onlooker must find in the end, whatever happened on the way.
fn assert_done_once(scene: &Scene<'_>) {
    let checks = scene.stage.checks(&scene.repo, scene.number);
    assert_eq!(checks.len(), 1, "{}: {checks:#?}", scene.org);
    let sticky = scene.stage.bot_comments(&scene.repo, scene.number);
    let first_lines: Vec<&str> = sticky.iter().filter_map(|one| one.body.lines().next()).collect();
    let distinct: BTreeSet<&str> = first_lines.iter().copied().collect();
    assert_eq!(
        first_lines.len(),
        distinct.len(),
        "{}: {first_lines:?}",
        scene.org
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_right_after_its_202_does_the_work_when_it_is_back() {
    let mut stage = stage().await;
    for round in 0..5 {
        let name = format!("kill{round}");
        let mut scene = Scene::furnish(&stage, &name).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        let (repo, number) = (scene.repo.clone(), scene.number);
        let delivery = stage.last_delivery().unwrap();
        assert_eq!(
            (delivery.status_code, delivery.event.as_str()),
            (202, "pull_request")
        );
        stage.kill_server().await.unwrap();
        stage.start_server().await.unwrap();
        let scene = Scene {
            stage: &stage,
            org: name,
            repo,
            number,
        };
        scene.verdict("action_required").await;
        scene.settled().await;
        assert_done_once(&scene);
    }
}

/// Whether a request wrote something of this kind.
fn wrote(exchange: &Exchange, method: &str, path_part: &str) -> bool {
    exchange.method == method && exchange.path.contains(path_part) && exchange.status < 300
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_two_writes_does_neither_twice() {
    let mut stage = stage().await;
    for (round, (method, part)) in [
        ("POST", "/check-runs"),
        ("POST", "/comments"),
        ("POST", "/requested_reviewers"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("cut{round}");
        let mut scene = Scene::furnish(&stage, &name).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        let (repo, number) = (scene.repo.clone(), scene.number);
        let mine = format!("/{name}/");
        let done = |one: &Exchange| wrote(one, method, part) && one.path.contains(&mine);
        let what = format!("{method} {part}");
        stage
            .github
            .until(&what, PATIENCE, |github| {
                github.exchanges().iter().any(done).then_some(())
            })
            .await
            .unwrap();
        stage.kill_server().await.unwrap();
        stage.start_server().await.unwrap();
        let scene = Scene {
            stage: &stage,
            org: name,
            repo,
            number,
        };
        scene.verdict("action_required").await;
        scene.settled().await;
        assert_done_once(&scene);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_delivery_of_anything_does_nothing() {
    let stage = stage().await;
    let mut scene = Scene::furnish(&stage, "twice").await;
    let github = scene.github().clone();
    github.fail_deliveries([HookFault::Duplicate, HookFault::Duplicate]);
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role").await;
    scene.verdict("success").await;
    github.delivered(PATIENCE).await.unwrap();
    let before = github.exchanges().len();
    for delivery in github
        .deliveries()
        .into_iter()
        .filter(|one| one.event != "check_run")
    {
        assert!(github.redeliver(delivery.id).await);
    }
    let again = github.deliveries().into_iter().rev().take(3);
    assert!(
        again
            .into_iter()
            .all(|one| one.redelivery && one.status_code < 300)
    );
    // The fence: by its answer, everything before it was dealt with.
    let fence = scene.says("vic", "/spec-help").await;
    let after = github.exchanges().split_off(before);
    let others: Vec<String> = after
        .iter()
        .filter(|one| !one.path.contains(&fence.to_string()) && !wrote(one, "POST", "/comments"))
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    assert_done_once(&scene);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_asked_for_again_on_start() {
    let mut stage = stage().await;
    let mut scene = Scene::furnish(&stage, "failed").await;
    scene.github().fail_deliveries([HookFault::Fail, HookFault::Fail]);
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    let (repo, number) = (scene.repo.clone(), scene.number);
    assert_eq!(stage.last_delivery().unwrap().status_code, 502);
    stage.start_server().await.unwrap();
    let scene = Scene {
        stage: &stage,
        org: "failed".to_owned(),
        repo,
        number,
    };
    scene.verdict("action_required").await;
    let asked = |one: &Exchange| wrote(one, "POST", "/attempts");
    assert!(scene.github().exchanges().iter().any(asked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_is_lost_is_not_done_twice() {
    let stage = stage().await;
    for (round, (path, fault)) in [
        ("/comments", ApiFault::Status(502, Effect::Done)),
        ("/comments", ApiFault::Reset(Effect::Done)),
        ("/check-runs", ApiFault::Status(500, Effect::Done)),
        ("/check-runs", ApiFault::Truncated(Effect::Done)),
        ("/requested_reviewers", ApiFault::Status(502, Effect::Done)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut scene = Scene::furnish(&stage, &format!("lost{round}")).await;
        scene.github().fail_requests(1, Some("POST"), path, fault);
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        scene.verdict("action_required").await;
        scene.settled().await;
        assert_done_once(&scene);
        assert_eq!(
            scene.stage.asked(&scene.repo, scene.number),
            [format!("@lost{round}/security")]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_in_the_wrong_order_end_in_the_right_state() {
    let stage = stage().await;
    let scene = Scene::green(&stage, "order").await;
    let github = scene.github();
    let ann = scene.who("ann");
    // A push is a `push` and a `synchronize`; the newer pair arrives first.
    github.fail_deliveries([HookFault::Hold; 4]);
    let text = loosened_twice();
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "one more")
        .await
        .unwrap();
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&loosened()))], "and back")
        .await
        .unwrap();
    github.release_held().await;
    scene.settled().await;
    assert_eq!(scene.conclusion().as_deref(), Some("success"));
    assert_done_once(&scene);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_stands_when_a_merge_is_told_late() {
    let stage = stage().await;
    let scene = Scene::green(&stage, "late").await;
    let github = scene.github();
    let since = github.exchanges().len();
    let said = || {
        scene.stage.bot_comments(&scene.repo, scene.number)[0]
            .body
            .clone()
    };
    let before = said();
    // The base branch's push arrives; that the pull request is closed does not.
    github.fail_deliveries([HookFault::Duplicate, HookFault::Hold]);
    scene
        .who("ann")
        .merge(&scene.repo, scene.number, Fold::Merge)
        .await
        .unwrap();
    let asked = |exchanges: &[Exchange]| {
        let mut told = exchanges.iter();
        told.any(|one| one.method == "GET" && one.path.ends_with(&format!("/pulls/{}", scene.number)))
    };
    github
        .until("a question", PATIENCE, |github| {
            asked(&github.exchanges()[since..]).then_some(())
        })
        .await
        .unwrap();
    github.release_held().await;
    assert_eq!(said(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_what_was_decided() {
    let mut stage = stage().await;
    let scene = Scene::green(&stage, "restart").await;
    let (repo, number) = (scene.repo.clone(), scene.number);
    stage.stop_server().await.unwrap();
    stage.start_server().await.unwrap();
    let scene = Scene {
        stage: &stage,
        org: "restart".to_owned(),
        repo,
        number,
    };
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[("notes.txt", Some("x\n"))], "more")
        .await
        .unwrap();
    scene.settled().await;
    assert_eq!(scene.conclusion().as_deref(), Some("success"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_logged() {
    let mut stage = stage().await;
    stage.recipe.env.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    stage.start_server().await.unwrap();
    let scene = Scene::green(&stage, "secrets").await;
    scene
        .github()
        .fail_requests(3, None, "/orgs/secrets", ApiFault::Status(500, Effect::Skipped));
    scene.says("eve", "/approve-role").await;
    let log = stage.server_log();
    assert!(log.len() > 1_000, "the log is there to be searched");
    for secret in [
        stage.recipe.webhook_secret.as_str(),
        "ghs_",
        "BEGIN RSA",
        "Bearer ey",
        "eyJ",
    ] {
        let found = log.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "`{secret}` in: {}", found.unwrap_or_default());
    }
}
