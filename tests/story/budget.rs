//! What each event may cost in calls of the API. Git's own transport is not counted, and neither is
//! what no event asks for: an installation's token, which serves for an hour, and the App's own look
//! at what could not be delivered, which runs by the clock.

use specwarden::demo::github::Exchange;
use specwarden::demo::github::GitHub;
use specwarden::demo::stage::PATIENCE;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::stages;

/// The calls since a mark, as `METHOD route`.
fn calls(scene: &Scene<'_>, since: usize) -> Vec<String> {
    let counted = |one: &Exchange| !one.path.starts_with("/app/");
    let all = scene.github().exchanges();
    let told = all[since..].iter().filter(|one| counted(one));
    told.map(|one| format!("{} {} {}", one.method, one.path, one.status))
        .collect()
}

/// What `/spec-status` costs: its reaction and its answer.
const STATUS: usize = 2;

/// A fence: its answer comes after everything that happened before it.
async fn status(scene: &Scene<'_>) {
    let told = scene.stage.bot_comments(&scene.repo, scene.number).len();
    scene.says("vic", "/spec-status").await;
    let answered =
        |_: &GitHub| (scene.stage.bot_comments(&scene.repo, scene.number).len() > told).then_some(());
    scene
        .github()
        .until("the status", PATIENCE, answered)
        .await
        .unwrap();
}

fn assert_at_most(most: usize, calls: &[String]) {
    assert!(
        calls.len() <= most,
        "{} calls, {most} allowed:\n{}",
        calls.len(),
        calls.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_cost_no_more_calls_than_they_may() {
    for stage in stages().await {
        let mut scene = Scene::furnish(&stage, "budget").await;
        let mark = |scene: &Scene<'_>| scene.github().exchanges().len();

        // The installation itself made the server look for open pull requests.
        let looked = |github: &GitHub| {
            github
                .exchanges()
                .iter()
                .any(|one| one.path == "/repos/budget/roles/pulls")
                .then_some(())
        };
        scene
            .github()
            .until("a look at the repository", PATIENCE, looked)
            .await
            .unwrap();
        let opened = mark(&scene);
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        scene.verdict("action_required").await;
        stage
            .team_asked(&scene.repo, scene.number, "security")
            .await
            .unwrap();
        // A fence: nothing of the event before it is left once it is answered.
        status(&scene).await;
        assert_at_most(4 + STATUS, &calls(&scene, opened));

        let quiet = mark(&scene);
        scene
            .who("vic")
            .comment(&scene.repo, scene.number, "Nice.\n\nNot /a command.")
            .await
            .unwrap();
        status(&scene).await;
        assert_at_most(STATUS, &calls(&scene, quiet));

        let approved = mark(&scene);
        scene.says("sam", "/approve-role").await;
        scene.verdict("success").await;
        status(&scene).await;
        assert_at_most(4 + STATUS, &calls(&scene, approved));

        let pushed = mark(&scene);
        let text = loosened()
            .replace("- Carry", "* Carry")
            .replace("- Keep", "* Keep");
        scene
            .who("ann")
            .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "stars")
            .await
            .unwrap();
        scene.verdict("success").await;
        status(&scene).await;
        assert_at_most(2 + STATUS, &calls(&scene, pushed));

        let again = mark(&scene);
        for delivery in scene.github().deliveries() {
            if matches!(delivery.event.as_str(), "pull_request" | "issue_comment" | "push") {
                assert!(scene.github().redeliver(delivery.id).await);
            }
        }
        status(&scene).await;
        assert_at_most(STATUS, &calls(&scene, again));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_did_not_ask_hears_nothing() {
    for stage in stages().await {
        let mut scene = Scene::with(&stage, "quiet", &[(SPEC, crate::scene::BEFORE)]).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        // The fence is another organisation's pull request, looked at after this one.
        let other = Scene::waiting(&stage, "loud").await;
        other.settled().await;
        assert!(scene.stage.check(&scene.repo, scene.number).is_none());
        assert!(scene.stage.bot_comments(&scene.repo, scene.number).is_empty());
        let writes = scene
            .github()
            .exchanges()
            .into_iter()
            .filter(|one| one.path.contains("/quiet/"));
        assert_eq!(
            writes
                .filter(|one| one.method != "GET" && !one.path.contains("access_tokens"))
                .count(),
            0
        );
    }
}
