//! What each event may cost in calls; Git and tokens are not counted.

use specwarden::demo::github::Exchange;

use crate::scene::Scene;
use crate::scene::declared;

/// Calls since `from` that count.
fn calls(scene: &Scene, from: usize) -> Vec<String> {
    let counts = |exchange: &Exchange| {
        exchange.seq >= from
            && !exchange.path.contains("/access_tokens")
            && !exchange.path.contains("/app/hook/deliveries")
    };
    scene
        .github
        .exchanges()
        .into_iter()
        .filter(counts)
        .map(|exchange| format!("{} {} {}", exchange.method, exchange.path, exchange.status))
        .collect()
}

fn so_far(scene: &Scene) -> usize {
    scene.github.exchanges().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_costs_more_than_its_budget() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let address = running.address();
    scene.settled(address).await;

    let from = so_far(&scene);
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(address).await;
    let opened = calls(&scene, from);
    assert!(opened.len() <= 4, "opened: {opened:#?}");

    let from = so_far(&scene);
    scene
        .oscar
        .comment(&scene.repo, number, "Looks good to me.")
        .await
        .expect("commented");
    scene.settled(address).await;
    let comment = calls(&scene, from);
    assert!(comment.is_empty(), "comment: {comment:#?}");

    let from = so_far(&scene);
    let same = declared().replace("# Platform Engineer\n", "# Platform Engineer\n\n");
    scene.push("loosen", &same).await;
    scene.verdict(number, "action_required").await;
    scene.settled(address).await;
    let push = calls(&scene, from);
    assert!(push.len() <= 2, "push: {push:#?}");

    let from = so_far(&scene);
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene.settled(address).await;
    let approve = calls(&scene, from);
    assert!(approve.len() <= 4, "approve: {approve:#?}");

    let from = so_far(&scene);
    for delivery in scene.github.deliveries() {
        scene.github.redeliver(delivery.id).await;
    }
    scene.settled(address).await;
    let again = calls(&scene, from);
    assert!(again.is_empty(), "second deliveries: {again:#?}");
    running.stop().await;
}
