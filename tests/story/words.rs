//! How it is said: words that must not count, or count no more.

use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::Stage;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::policy;
use crate::scene::with_policy;

pub(crate) async fn before_it_was_shown<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.github().fail_deliveries([HookFault::Hold, HookFault::Hold]);
    let text = loosened_twice();
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "one more")
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene.github().release_held().await;
    scene
}

pub(crate) async fn edited_into<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene
        .who("sam")
        .comment(&scene.repo, scene.number, "Looking.")
        .await
        .unwrap();
    scene
        .who("mel")
        .edit_comment(&scene.repo, comment, "/approve-role")
        .await
        .unwrap();
    scene
}

pub(crate) async fn edited_by_himself<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene
        .who("sam")
        .comment(&scene.repo, scene.number, "Looking.")
        .await
        .unwrap();
    scene
        .who("sam")
        .edit_comment(&scene.repo, comment, "/approve-role")
        .await
        .unwrap();
    scene
}

pub(crate) async fn not_said<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    for text in [
        "> /approve-role",
        "```\n/approve-role\n```",
        "    /approve-role",
        "Hello <!--\n/approve-role\n-->",
        "I would say `/approve-role` if I were sure",
        "[x](/approve-role)",
        "<details>\n<!-- /approve-role -->\n</details>",
    ] {
        scene
            .who("sam")
            .comment(&scene.repo, scene.number, text)
            .await
            .unwrap();
    }
    scene
}

pub(crate) async fn many_arguments<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = format!("/approve-role {}", "x ".repeat(10_000));
    scene.says("sam", &text).await;
    scene
}

pub(crate) async fn deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene.says("sam", "/approve-role").await;
    scene.verdict("success").await;
    scene
        .who("sam")
        .delete_comment(&scene.repo, comment)
        .await
        .unwrap();
    scene
}

pub(crate) async fn withdrawn_by_edit<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene.says("sam", "/approve-role").await;
    scene.verdict("success").await;
    scene
        .who("sam")
        .edit_comment(&scene.repo, comment, "I take it back.")
        .await
        .unwrap();
    scene
}

pub(crate) async fn dismissed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = format!(
        "{}approve: {{ reviews: true }}\n",
        policy(&format!("{{ teams: [{name}/security] }}"))
    );
    let scene = with_policy(stage, name, &rules).await;
    scene.verdict("action_required").await;
    let review = scene
        .who("sam")
        .review(&scene.repo, scene.number, "APPROVED", "")
        .await
        .unwrap();
    scene.verdict("success").await;
    scene
        .who("mel")
        .dismiss_review(&scene.repo, scene.number, review)
        .await
        .unwrap();
    scene
}

pub(crate) async fn markdown_name<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened().replace(
        "role: porter",
        "role: \"**x** @victim [a](http://b) /approve-role\"",
    );
    scene.open(&[(SPEC, Some(&text))]).await;
    scene.settled().await;
    let body = scene.stage.sticky(&scene.repo, scene.number).unwrap().body;
    assert!(!body.contains(" @victim"), "{body}");
    assert!(!body.contains("](http://b)"), "{body}");
    scene
}
