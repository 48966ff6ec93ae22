//! What each event may cost in calls of the API.

use specwarden::demo::github::GitHub;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;

use crate::bill::Bill;
use crate::bill::calls;
use crate::scene::BEFORE;
use crate::scene::BRANCH;
use crate::scene::POLICY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::idle;
use crate::scene::loosened;
use crate::scene::policy_with;
use crate::scene::stages;

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
async fn without_push_events_nothing_costs_more() {
    for stage in stages().await {
        let mut bill = Bill::of(Scene::furnish(&stage, "unheard").await).await;
        bill.no_push_event();
        bill.scene.open(&[(SPEC, Some(&loosened()))]).await;
        bill.verdict("action_required").await;
        bill.at_most(4, "opened").await;
        for (who, what) in [("ann", "the author's vote"), ("eve", "an outsider's vote")] {
            bill.scene.says(who, "/approve-role").await;
            bill.at_most(4, what).await;
        }
        bill.scene.says("sam", "/approve-role").await;
        bill.verdict("success").await;
        bill.at_most(4, "approved").await;
        for round in 0..3 {
            bill.no_push_event();
            bill.pushes_other_marks(round).await;
            bill.verdict("success").await;
            bill.at_most(2, "pushed").await;
        }
        // Somebody whose commits were never seen before.
        bill.no_push_event();
        let mel = bill.scene.who("mel");
        let files = [("notes.txt", Some("x\n"))];
        mel.push(&bill.scene.repo, BRANCH, &files, "notes").await.unwrap();
        bill.verdict("success").await;
        bill.at_most(2, "pushed by another one").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_approvers_cost_no_more_than_one() {
    for stage in stages().await {
        let name = "couple";
        let from = format!("{{ teams: [{name}/security] }}");
        let files = [(POLICY, policy_with(2, &from)), (SPEC, BEFORE.to_owned())];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let scene = Scene::with(&stage, name, &files).await;
        let mel = scene.who("mel");
        mel.add_to_team(name, "security", mel.login().as_str())
            .await
            .unwrap();
        let mut bill = Bill::of(scene).await;
        bill.no_push_event();
        bill.scene.open(&[(SPEC, Some(&loosened()))]).await;
        bill.verdict("action_required").await;
        bill.at_most(4, "opened").await;
        bill.scene.says("sam", "/approve-role").await;
        bill.at_most(4, "approved once").await;
        bill.scene.says("mel", "/approve-role").await;
        bill.verdict("success").await;
        bill.at_most(4, "approved twice").await;
        for round in 0..2 {
            bill.no_push_event();
            bill.pushes_other_marks(round).await;
            bill.verdict("success").await;
            bill.at_most(2, "pushed").await;
        }
    }
}

/// Two rules that ask two teams.
fn two_rules(org: &str) -> String {
    let rule = |name: &str| {
        format!("  - name: {name}\n    on: [constraint.loosened]\n    from: {{ teams: [{org}/{name}] }}\n")
    };
    format!(
        "specs:\n  - paths: [\"agents/**/*.md\"]\napprovals:\n{}{}",
        rule("security"),
        rule("finance"),
    )
}

/// A repository where sam of one team and fin of another have to approve.
async fn furnish_for_two<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let fin = format!("fin-{name}");
    stage.github.add_user(&fin);
    stage.github.add_organization(name);
    stage.github.add_team(name, "finance", &[&fin]);
    let rules = two_rules(name);
    let scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    stage.github.grant_team(&scene.repo, "finance", "write");
    scene
}

/// A pull request there that both have approved.
pub(crate) async fn approved_in_two_ways<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = furnish_for_two(stage, name).await;
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene.verdict("action_required").await;
    for who in ["sam", "fin"] {
        scene.says(who, "/approve-role").await;
    }
    scene.verdict("success").await;
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_under_approvals_of_two_teams_costs_what_any_push_does() {
    for stage in stages().await {
        let mut bill = Bill::of(approved_in_two_ways(&stage, "kinds").await).await;
        idle(&stage).await;
        bill.begin();
        for round in 0..3 {
            bill.no_push_event();
            bill.pushes_other_marks(round).await;
            bill.verdict("success").await;
            bill.at_most(2, "pushed").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_asks_two_teams_costs_what_any_does() {
    for stage in stages().await {
        let mut bill = Bill::of(furnish_for_two(&stage, "both").await).await;
        bill.scene.open(&[(SPEC, Some(&loosened()))]).await;
        bill.verdict("action_required").await;
        bill.at_most(4, "opened").await;
        bill.scene.says("sam", "/approve-role").await;
        // Whether sam is in the other team has to be asked as well: either rule may want him.
        bill.at_most(5, "approved by one team").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forks_pull_request_costs_no_more_than_any() {
    for stage in stages().await {
        let name = "forked";
        let scene = Scene::furnish(&stage, name).await;
        let login = format!("eve-{name}");
        let fork = stage.github.fork(&scene.repo, &login).unwrap();
        let mut bill = Bill::of(scene).await;
        let eve = bill.scene.who("eve");
        let text = loosened();
        let files = [(SPEC, Some(text.as_str()))];
        eve.push(&fork, BRANCH, &files, "edit").await.unwrap();
        let head = format!("{login}:{BRANCH}");
        bill.scene.number = eve
            .open_pull(&bill.scene.repo, &head, "main", "Edit")
            .await
            .unwrap();
        bill.verdict("action_required").await;
        bill.at_most(4, "opened").await;
        bill.scene.says("eve", "/approve-role").await;
        bill.at_most(4, "the author's vote").await;
        bill.scene.says("sam", "/approve-role").await;
        bill.verdict("success").await;
        bill.at_most(4, "approved").await;
        let files = [("notes.txt", Some("x\n"))];
        eve.push(&fork, BRANCH, &files, "notes").await.unwrap();
        bill.verdict("success").await;
        bill.at_most(2, "pushed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_made_ready_costs_the_request_for_reviews() {
    for stage in stages().await {
        let mut bill = Bill::of(Scene::furnish(&stage, "drafted").await).await;
        bill.no_push_event();
        let ann = bill.scene.who("ann");
        let text = loosened();
        let files = [(SPEC, Some(text.as_str()))];
        ann.push(&bill.scene.repo, BRANCH, &files, "edit").await.unwrap();
        bill.scene.number = ann
            .open_draft(&bill.scene.repo, BRANCH, "main", "Edit")
            .await
            .unwrap();
        bill.verdict("action_required").await;
        bill.at_most(4, "opened as a draft").await;
        ann.ready(&bill.scene.repo, bill.scene.number).await.unwrap();
        stage
            .team_asked(&bill.scene.repo, bill.scene.number, "security")
            .await
            .unwrap();
        // One more than the request: GitHub tells in whole seconds, so that of two tellings of one second
        // it has to be asked which is the newer.
        bill.at_most(2, "made ready").await;
        bill.scene.says("sam", "/approve-role").await;
        bill.verdict("success").await;
        bill.at_most(4, "approved").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_cost_what_each_may_and_a_moved_base_costs_nothing() {
    const PULLS: usize = 5;
    for stage in stages().await {
        let mut bill = Bill::of(Scene::furnish(&stage, "crowd").await).await;
        let ann = bill.scene.who("ann");
        let mut numbers = Vec::new();
        for place in 0..PULLS {
            let branch = format!("edit{place}");
            let text = format!("{}\n", loosened());
            let note = format!("{place}\n");
            let files = [(SPEC, Some(text.as_str())), ("notes.txt", Some(note.as_str()))];
            bill.no_push_event();
            ann.push(&bill.scene.repo, &branch, &files, "edit").await.unwrap();
            let opened = ann.open_pull(&bill.scene.repo, &branch, "main", "Edit").await;
            numbers.push(opened.unwrap());
        }
        for number in &numbers {
            bill.scene.number = *number;
            bill.verdict("action_required").await;
        }
        bill.at_most(PULLS * 4, "opened").await;
        let mel = bill.scene.who("mel");
        let files = [("README.md", Some("More.\n"))];
        mel.push(&bill.scene.repo, "main", &files, "more").await.unwrap();
        bill.at_most(0, "the base moved").await;
        for number in &numbers {
            bill.scene.number = *number;
            bill.scene.says("sam", "/approve-role").await;
            bill.verdict("success").await;
            bill.at_most(4, "approved").await;
        }
        mel.push(&bill.scene.repo, "main", &[("README.md", None)], "less")
            .await
            .unwrap();
        bill.at_most(0, "the base moved under approvals").await;
        for number in &numbers {
            bill.scene.number = *number;
            bill.verdict("success").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_another_organisation_costs_nothing_here() {
    for stage in stages().await {
        let mut bill = Bill::of(furnish_for_two(&stage, "here").await).await;
        bill.scene.open(&[(SPEC, Some(&loosened()))]).await;
        bill.verdict("action_required").await;
        bill.scene.says("sam", "/approve-role").await;
        bill.scene.says("vic", "/spec-status").await;
        bill.at_most(usize::MAX, "until here").await;
        let there = Scene::waiting(&stage, "there").await;
        let sam = there.who("sam");
        there
            .who("mel")
            .remove_from_team("there", "security", sam.login().as_str())
            .await
            .unwrap();
        idle(&stage).await;
        bill.scene.says("vic", "/spec-status").await;
        bill.at_most(STATUS, "asked how it stands").await;
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
