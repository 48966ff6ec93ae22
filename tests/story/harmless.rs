//! What changes commits or bytes and not the meaning.

use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::Stage;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;

pub(crate) async fn rebase<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("mel")
        .push(&scene.repo, "main", &[("README.md", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .rebase(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

pub(crate) async fn squash<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[("notes.txt", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .squash(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

pub(crate) async fn merge_from_base<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("mel")
        .push(&scene.repo, "main", &[("README.md", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .merge_into(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

pub(crate) async fn reformatted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened()
        .replace("- Carry", "* Carry")
        .replace("- Keep", "* Keep");
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "stars")
        .await
        .unwrap();
    scene
}

pub(crate) async fn moved_inside<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened();
    let files = [(SPEC, None), ("agents/house/porter.md", Some(text.as_str()))];
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &files, "move")
        .await
        .unwrap();
    scene
}

pub(crate) async fn typo<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened().replace("every parcel", "every parcell");
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "typo")
        .await
        .unwrap();
    scene
}

pub(crate) async fn delivered_again<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let installation = scene.github().read(|world| {
        let mine = world.installation_for(&scene.repo);
        mine.map(|installation| installation.id)
    });
    for delivery in scene.github().deliveries() {
        if delivery.installation_id == installation {
            assert!(scene.github().redeliver(delivery.id).await);
        }
    }
    scene
}

/// To a commit that takes one more constraint away, and to the very one that was approved.
pub(crate) async fn there_and_back<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let approved = scene.stage.head(&scene.repo, scene.number).unwrap();
    let ann = scene.who("ann");
    let text = loosened_twice();
    ann.force_push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "edit")
        .await
        .unwrap();
    scene.verdict("action_required").await;
    ann.reset(&scene.repo, BRANCH, &approved).await.unwrap();
    scene
}

pub(crate) async fn reopened<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let ann = scene.who("ann");
    ann.close(&scene.repo, scene.number).await.unwrap();
    ann.reopen(&scene.repo, scene.number).await.unwrap();
    scene
}

pub(crate) async fn draft_for_a_while<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let ann = scene.who("ann");
    ann.to_draft(&scene.repo, scene.number).await.unwrap();
    scene.looked_at().await;
    ann.ready(&scene.repo, scene.number).await.unwrap();
    scene
}

pub(crate) async fn retargeted_and_back<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let mel = scene.who("mel");
    mel.push(&scene.repo, "next", &[("README.md", Some("x\n"))], "next")
        .await
        .unwrap();
    let ann = scene.who("ann");
    ann.retarget(&scene.repo, scene.number, "next").await.unwrap();
    scene.looked_at().await;
    ann.retarget(&scene.repo, scene.number, "main").await.unwrap();
    scene
}

pub(crate) async fn approver_renamed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .github()
        .rename_user(&format!("sam-{name}"), &format!("samuel-{name}"));
    scene.says("samuel", "/approve-role").await;
    scene
}

/// Eve was refused, joins the team, and nobody tells us.
pub(crate) async fn joined_unheard_of<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("eve", "/approve-role").await;
    scene.github().fail_deliveries([HookFault::Vanish]);
    let eve = scene.who("eve");
    let mel = scene.who("mel");
    mel.add_to_team(name, "security", eve.login().as_str())
        .await
        .unwrap();
    scene.says("eve", "/approve-role").await;
    scene
}
