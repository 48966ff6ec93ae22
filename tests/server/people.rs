//! Who counts, who does not, and what takes a word back.

use specwarden::demo::github::Access;

use crate::scene::SECRET;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::deliver;
use crate::scene::get;
use crate::scene::loosened;
use crate::scene::original;
use crate::scene::sign;
use crate::scene::spec;

#[tokio::test(flavor = "multi_thread")]
async fn only_the_team_turns_it_green_and_a_rebase_keeps_it() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &loosened()).await;
    scene.verdict(number, "failure").await;
    scene.push("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    let asked = scene
        .github
        .read(|world| world.repos["acme/roles"].pulls[&number].requested_teams.clone());
    assert!(asked.contains("security"), "{asked:?}");
    for outsider in [&scene.alice, &scene.oscar] {
        let (comment, reaction) = scene.says(outsider, number, "/approve-role").await;
        assert_eq!(reaction, "confused");
        let answer = scene
            .github
            .until("an answer in words", crate::scene::LIMIT, |_| {
                let marker = format!("<!-- specwarden:answer {comment} -->");
                scene
                    .comments(number)
                    .into_iter()
                    .find(|comment| comment.body.contains(&marker))
            })
            .await
            .expect("an answer");
        assert!(answer.body.contains("does not count"), "{}", answer.body);
    }
    scene.verdict(number, "action_required").await;
    let (_, reaction) = scene.says(&scene.dana, number, "/approve-role").await;
    assert_eq!(reaction, "+1");
    scene.verdict(number, "success").await;
    scene
        .alice
        .push(&scene.repo, "main", &[("README.md", Some("Roles.\n"))], "readme")
        .await
        .expect("pushed");
    scene
        .alice
        .rebase(&scene.repo, "loosen", "main")
        .await
        .expect("rebased");
    scene.verdict(number, "success").await;
    scene.settled(running.address()).await;
    assert_eq!(scene.sticky(number).len(), 1);
    assert_eq!(scene.checks(number).len(), 1);
    let address = running.address();
    let (status, page) = get(address, &format!("/pulls/acme/roles/{number}")).await;
    assert_eq!(status, 200);
    for told in ["constraint.loosened", "member of @acme/security", "deployment"] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
    assert_eq!(get(address, "/pulls/acme/roles/999").await.0, 404);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_or_deleted_comment_takes_its_approval_back() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    let (first, _) = scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene
        .dana
        .edit_comment(&scene.repo, first, "/approve-role please")
        .await
        .expect("edited");
    scene.verdict(number, "action_required").await;
    let (second, _) = scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene
        .dana
        .delete_comment(&scene.repo, second)
        .await
        .expect("deleted");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_loosening_needs_a_new_approval() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let row = "| 2.0.0 | 2026-11-20 | Alice | Fewer approvals |\n";
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene.push("loosen", &spec("2.0.0", "", row)).await;
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_counts_until_it_is_dismissed_and_requested_changes_block() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    let review = scene
        .dana
        .review(&scene.repo, number, "APPROVED", "Fine.")
        .await
        .expect("reviewed");
    scene.verdict(number, "success").await;
    scene
        .alice
        .dismiss_review(&scene.repo, number, review)
        .await
        .expect("dismissed");
    scene.verdict(number, "action_required").await;
    scene
        .dana
        .review(&scene.repo, number, "CHANGES_REQUESTED", "Not like this.")
        .await
        .expect("reviewed");
    scene.verdict(number, "failure").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_blocks_until_its_author_or_a_maintainer_lifts_it() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene
        .says(&scene.dana, number, "/reject-role this needs a plan")
        .await;
    scene.verdict(number, "failure").await;
    let (_, reaction) = scene.says(&scene.oscar, number, "/reject-role cancel").await;
    assert_eq!(reaction, "confused");
    let mona = scene.github.player("mona");
    let (_, reaction) = scene.says(&mona, number, "/reject-role cancel").await;
    assert_eq!(reaction, "+1");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_team_takes_the_green_along() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene
        .alice
        .remove_from_team("acme", "security", "dana")
        .await
        .expect("removed");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_answered_and_conversation_is_not() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    let (_, reaction) = scene.says(&scene.oscar, number, "/spec-help").await;
    assert_eq!(reaction, "+1");
    let (_, reaction) = scene.says(&scene.oscar, number, "/spec-staus").await;
    assert_eq!(reaction, "confused");
    let (_, reaction) = scene.says(&scene.oscar, number, "/spec-status").await;
    assert_eq!(reaction, "+1");
    let chat = scene
        .oscar
        .comment(&scene.repo, number, "I like it.\n\n> /approve-role\n")
        .await
        .expect("commented");
    scene.settled(running.address()).await;
    let comments = scene.comments(number);
    let said = |word: &str| comments.iter().any(|comment| comment.body.contains(word));
    assert!(
        said("/approve-role ROLE") && said("`/spec-status`"),
        "{comments:#?}"
    );
    let chat = comments
        .iter()
        .find(|comment| comment.id == chat)
        .expect("the chat");
    assert!(chat.reactions.is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_without_a_policy_hears_nothing() {
    let scene = Scene::new().await;
    let quiet = scene
        .github
        .add_repository("acme/quiet", &[("roles/platform.md", &original())])
        .expect("a repository");
    let running = scene.serve().await;
    scene
        .alice
        .push(
            &quiet,
            "loosen",
            &[("roles/platform.md", Some(&loosened()))],
            "loosen",
        )
        .await
        .expect("pushed");
    let number = scene
        .alice
        .open_pull(&quiet, "loosen", "main", "Loosen")
        .await
        .expect("opened");
    scene
        .dana
        .comment(&quiet, number, "/approve-role")
        .await
        .expect("commented");
    scene.settled(running.address()).await;
    let written = scene
        .github
        .exchanges()
        .into_iter()
        .filter(|exchange| exchange.method != "GET" && exchange.path.contains("/quiet"))
        .count();
    assert_eq!(written, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_is_told_to_nobody() {
    let scene = Scene::new().await;
    let files = [
        ("roles/platform.md", original()),
        (".github/specwarden.yml", crate::scene::POLICY.to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let hidden = scene
        .github
        .add_repository_with("acme/hidden", Access::Private, &files)
        .expect("a repository");
    scene.github.grant(&hidden, "alice", "push");
    let running = scene.serve().await;
    scene
        .alice
        .push(
            &hidden,
            "loosen",
            &[("roles/platform.md", Some(&loosened()))],
            "loosen",
        )
        .await
        .expect("pushed");
    let number = scene
        .alice
        .open_pull(&hidden, "loosen", "main", "Loosen")
        .await
        .expect("opened");
    scene
        .github
        .when("a check run", crate::scene::LIMIT, |world| {
            (!world.repos["acme/hidden"].checks.is_empty()).then_some(())
        })
        .await
        .expect("judged");
    scene.settled(running.address()).await;
    let path = format!("/pulls/acme/hidden/{number}");
    assert_eq!(get(running.address(), &path).await.0, 404);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_is_stepped_and_the_row_is_written_when_asked_for() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &loosened()).await;
    scene.verdict(number, "failure").await;
    let before = scene.head(number);
    let (_, reaction) = scene.says(&scene.alice, number, "/spec-fix").await;
    assert_eq!(reaction, "+1", "{:#?}", scene.comments(number));
    scene.verdict(number, "action_required").await;
    assert_ne!(scene.head(number), before);
    let text = scene
        .github
        .file(&scene.repo, "loosen", "roles/platform.md")
        .expect("the spec");
    assert!(text.contains("version: 2.0.0"), "{text}");
    let (_, reaction) = scene.says(&scene.alice, number, "/spec-fix").await;
    assert_eq!(reaction, "confused", "nothing is left to mend");
    scene.settled(running.address()).await;
    assert_eq!(scene.sticky(number).len(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_of_the_check_run_does_the_same() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &loosened()).await;
    scene.verdict(number, "failure").await;
    let check = scene.checks(number)[0].clone();
    assert_eq!(check.actions.len(), 1, "{check:#?}");
    scene
        .alice
        .press(&scene.repo, check.id, "spec-fix")
        .await
        .expect("pressed");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_queues_commit_gets_a_check_run_of_its_own() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    let base = scene.github.tip(&scene.repo, "main").expect("main");
    let branch = format!("gh-readonly-queue/main/pr-{number}-{base}");
    let head = scene.push(&branch, &declared()).await;
    let (repo, installation) = scene.github.read(|world| {
        let id = world.installations.keys().next().copied();
        (world.repos["acme/roles"].id, id.expect("an installation"))
    });
    let body = serde_json::to_vec(&serde_json::json!({
        "action": "checks_requested",
        "merge_group": {
            "head_sha": head,
            "head_ref": format!("refs/heads/{branch}"),
            "base_sha": base,
            "base_ref": "refs/heads/main",
        },
        "repository": {"id": repo, "full_name": "acme/roles", "default_branch": "main"},
        "installation": {"id": installation},
        "sender": {"id": 1, "login": "alice", "type": "User"},
    }))
    .expect("JSON");
    let signature = sign(SECRET, &body);
    let status = deliver(running.address(), "group", "merge_group", body, &signature).await;
    assert_eq!(status, 202);
    let conclusion = scene
        .github
        .when(
            "a check run on the queue's commit",
            crate::scene::LIMIT,
            |world| {
                let mut checks = world.repos["acme/roles"].checks.values();
                checks.find(|check| check.head_sha == head)?.conclusion.clone()
            },
        )
        .await
        .expect("judged");
    assert_eq!(conclusion, "success");
    running.stop().await;
}
