//! What is changed: commits that must not be covered by what was approved.

use specwarden::demo::stage::Stage;

use crate::scene::BEFORE;
use crate::scene::BRANCH;
use crate::scene::POLICY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::policy;

pub(crate) async fn force_push<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened_twice();
    scene
        .who("ann")
        .force_push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "edit")
        .await
        .unwrap();
    scene
}

pub(crate) async fn moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened();
    scene.open(&[(SPEC, None), ("docs/porter.md", Some(&text))]).await;
    scene
}

pub(crate) async fn merely_moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene
        .open(&[(SPEC, None), ("docs/porter.md", Some(BEFORE))])
        .await;
    scene
}

pub(crate) async fn moved_to_where_less_is_asked<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let rules = rules.replace(
        "approvals:",
        "  - paths: [\"drafts/**/*.md\"]\n    mode: warn\napprovals:",
    );
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    let unsaid = BEFORE.replace("    - deployment\n", "");
    scene
        .open(&[(SPEC, None), ("drafts/porter.md", Some(&unsaid))])
        .await;
    scene
}

pub(crate) async fn owner_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let owned = BEFORE.replace("owner: keeper", &format!("owner: sam-{name}"));
    let files = [(POLICY, policy("{ owner: true }")), (SPEC, owned)];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let mut scene = Scene::with(stage, name, &files).await;
    let mine = loosened().replace("owner: keeper", &format!("owner: eve-{name}"));
    scene.open(&[(SPEC, Some(&mine))]).await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn relaxed_policy<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let relaxed = policy(&format!("{{ users: [eve-{name}] }}"));
    scene
        .open(&[(SPEC, Some(&loosened())), (POLICY, Some(&relaxed))])
        .await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn codeowners_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let before = format!("/agents/ @sam-{name}\n");
    let after = format!("/agents/ @eve-{name}\n");
    let rules = policy("{ codeowners: true }");
    let files = [
        (POLICY, rules.as_str()),
        (SPEC, BEFORE),
        (".github/CODEOWNERS", before.as_str()),
    ];
    let mut scene = Scene::with(stage, name, &files).await;
    scene
        .open(&[(SPEC, Some(&loosened())), (".github/CODEOWNERS", Some(&after))])
        .await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn delegated_at_head<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let delegated = format!("{rules}people: {{ \"keeper\": eve-{name} }}\napprove: {{ author: true }}\n");
    scene
        .open(&[(SPEC, Some(&loosened())), (POLICY, Some(&delegated))])
        .await;
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn draft<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let ann = scene.who("ann");
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&loosened()))], "edit")
        .await
        .unwrap();
    scene.number = ann.open_draft(&scene.repo, BRANCH, "main", "Edit").await.unwrap();
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene.who("ann").ready(&scene.repo, scene.number).await.unwrap();
    scene
}

pub(crate) async fn retargeted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let lax = "specs:\n  - paths: [\"agents/**/*.md\"]\n    mode: off\n";
    let mel = scene.who("mel");
    mel.push(&scene.repo, "lax", &[(POLICY, Some(lax))], "no rules")
        .await
        .unwrap();
    let ann = scene.who("ann");
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&loosened()))], "edit")
        .await
        .unwrap();
    scene.number = ann.open_pull(&scene.repo, BRANCH, "lax", "Edit").await.unwrap();
    scene.settled().await;
    ann.retarget(&scene.repo, scene.number, "main").await.unwrap();
    scene
}

pub(crate) async fn policy_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene.open(&[(SPEC, Some(&loosened())), (POLICY, None)]).await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn spec_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"))
        .replace("authority.*", "authority.*, spec.removed");
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    scene.open(&[(SPEC, None)]).await;
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene
}
