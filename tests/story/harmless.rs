//! What changes commits or bytes and not the meaning.

use specwarden::demo::stage::Stage;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;

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
