//! Who approves: people whose word must not count.

use specwarden::demo::github::Commit;
use specwarden::demo::github::bare::Identity;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::Stage;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::policy;
use crate::scene::policy_with;
use crate::scene::with_policy;

pub(crate) async fn author<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("ann", "/approve-role").await;
    scene
}

async fn push_as(scene: &Scene<'_>, author: Identity) {
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(author.clone()),
        committer: Some(author),
    };
    scene
        .who("ann")
        .push_commit(&scene.repo, BRANCH, &commit)
        .await
        .unwrap();
}

pub(crate) async fn second_identity<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    push_as(&scene, scene.who("sam").identity()).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn pusher<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let ann = scene.who("ann").identity();
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(ann.clone()),
        committer: Some(ann),
    };
    scene
        .who("sam")
        .push_commit(&scene.repo, BRANCH, &commit)
        .await
        .unwrap();
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn unattributable<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let nobody = Identity {
        name: "N. N.".to_owned(),
        email: format!("nn-{name}@nowhere.invalid"),
    };
    push_as(&scene, nobody).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn outsider<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn former_member<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let sam = scene.who("sam");
    scene
        .who("mel")
        .remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn stale_membership<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene.says("sam", "/approve-role cancel").await;
    scene.verdict("action_required").await;
    scene.github().fail_deliveries([HookFault::Vanish]);
    let sam = scene.who("sam");
    scene
        .who("mel")
        .remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn no_such_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/ghosts] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn empty_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    stage.github.add_team(name, "void", &[]);
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/void] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn twice_the_same<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = with_policy(
        stage,
        name,
        &policy_with(2, &format!("{{ teams: [{name}/security] }}")),
    )
    .await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn lookup_fails<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let path = format!("/orgs/{name}/teams/security/memberships");
    scene
        .github()
        .fail_requests(1_000, None, &path, ApiFault::Status(500, Effect::Skipped));
    scene.github().fail_requests(
        1_000,
        None,
        &format!("/orgs/{name}/teams"),
        ApiFault::Status(500, Effect::Skipped),
    );
    scene
        .who("sam")
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    let asked =
        |exchange: &specwarden::demo::github::Exchange| exchange.fault && exchange.path.contains(name);
    let limit = specwarden::demo::stage::PATIENCE;
    let seen = |github: &specwarden::demo::github::GitHub| github.exchanges().iter().any(asked).then_some(());
    scene
        .github()
        .until("a failed lookup", limit, seen)
        .await
        .unwrap();
    scene
}

pub(crate) async fn bot<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let slug = format!("helper-{name}");
    scene.github().add_bot(&slug);
    let bot = format!("{slug}[bot]");
    scene
        .who("mel")
        .add_to_team(name, "security", &bot)
        .await
        .unwrap();
    scene
        .github()
        .player(&bot)
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    scene
}
