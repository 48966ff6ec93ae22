//! GitHub on a bad day ends where a good day ends.

use std::time::Duration;

use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::GitFault;
use specwarden::demo::github::faults::HookFault;

use crate::scene::Scene;
use crate::scene::declared;

/// Opens a pull request, has it approved, and tells how it ends.
async fn approved(scene: &Scene) -> u64 {
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    number
}

fn assert_once(scene: &Scene, number: u64) {
    assert_eq!(scene.sticky(number).len(), 1, "{:#?}", scene.comments(number));
    assert_eq!(scene.checks(number).len(), 1, "{:#?}", scene.checks(number));
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_whose_answer_is_lost_are_not_made_twice() {
    for fault in [
        ApiFault::Status(502, Effect::Done),
        ApiFault::Truncated(Effect::Done),
        ApiFault::Reset(Effect::Done),
    ] {
        let scene = Scene::new().await;
        let running = scene.serve().await;
        for path in ["/comments", "/check-runs", "/reactions", "/requested_reviewers"] {
            scene.github.fail_requests(1, Some("POST"), path, fault);
        }
        let number = approved(&scene).await;
        scene.settled(running.address()).await;
        assert_once(&scene, number);
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_outages_delay_and_lose_nothing() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    scene
        .github
        .fail_requests(1, Some("POST"), "/check-runs", ApiFault::SecondaryLimit(1));
    scene
        .github
        .fail_requests(1, None, "/memberships/", ApiFault::TooMany(1));
    scene
        .github
        .fail_requests(2, Some("PATCH"), "", ApiFault::Status(503, Effect::Skipped));
    scene.github.fail_git([GitFault::Status(500), GitFault::Garbage]);
    let number = approved(&scene).await;
    scene.settled(running.address()).await;
    assert_once(&scene, number);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_failed_after_its_delivery_was_read_is_made_up_for() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(running.address()).await;
    // A review is not answered: only the verdict tells that it was heard.
    scene.github.fail_git([GitFault::Status(500)]);
    let review = scene.dana.review(&scene.repo, number, "approved", "Fine.").await;
    review.expect("reviewed");
    scene.verdict(number, "success").await;
    scene.settled(running.address()).await;
    assert_once(&scene, number);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doubled_and_late_deliveries_change_nothing() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    scene.github.fail_deliveries([
        HookFault::Duplicate,
        HookFault::Duplicate,
        HookFault::Late(Duration::from_millis(300)),
        HookFault::Duplicate,
    ]);
    let number = approved(&scene).await;
    scene.settled(running.address()).await;
    assert_once(&scene, number);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_failed_is_asked_for_again_at_the_next_start() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    scene.settled(running.address()).await;
    running.stop().await;
    // Nobody listens: every delivery fails, and GitHub's log says so.
    let number = scene.open("loosen", &declared()).await;
    let running = scene.serve().await;
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_gone_never_means_green() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene
        .github
        .fail_requests(50, None, "/teams/", ApiFault::Status(404, Effect::Skipped));
    let (_, reaction) = scene.says(&scene.dana, number, "/approve-role").await;
    assert_ne!(reaction, "+1");
    scene.settled(running.address()).await;
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_may_not_comment_the_check_run_still_tells() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    scene.github.fail_requests(
        100,
        Some("POST"),
        "/comments",
        ApiFault::Status(403, Effect::Skipped),
    );
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(running.address()).await;
    assert!(scene.comments(number).is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_policy_on_the_base_branch_is_never_green() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let broken = [(".github/specwarden.yml", Some("specs: {nonsense"))];
    scene
        .alice
        .push(&scene.repo, "main", &broken, "break the policy")
        .await
        .expect("pushed");
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "failure").await;
    let mended = [(".github/specwarden.yml", Some(crate::scene::POLICY))];
    scene
        .alice
        .push(&scene.repo, "main", &mended, "mend the policy")
        .await
        .expect("pushed");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}
