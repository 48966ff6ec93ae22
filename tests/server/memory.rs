//! What is remembered of GitHub, and what makes it forgotten: tokens, answers, memberships.

use std::time::Duration;

use specwarden::demo::github::Exchange;

use crate::scene::Scene;
use crate::scene::declared;

fn tokens(exchanges: &[Exchange]) -> usize {
    let asked = |one: &&Exchange| one.path.ends_with("/access_tokens");
    exchanges.iter().filter(asked).count()
}

fn refused(exchanges: &[Exchange]) -> usize {
    exchanges.iter().filter(|one| one.status == 401).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_serves_everything_while_it_lives() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    for branch in ["one", "two", "three"] {
        let number = scene.open(branch, &declared()).await;
        scene.verdict(number, "action_required").await;
    }
    scene.settled(running.address()).await;
    assert_eq!(tokens(&scene.github.exchanges()), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_soon_is_replaced_before_it_is_refused() {
    let scene = Scene::new().await;
    // Less than what a token must live for at least to be used.
    scene.github.tokens_live(Duration::from_secs(290));
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(running.address()).await;
    let exchanges = scene.github.exchanges();
    assert!(tokens(&exchanges) > 1, "{}", tokens(&exchanges));
    assert_eq!(refused(&exchanges), 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_revoked_is_replaced_once() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(running.address()).await;
    // The first to notice is Git here, and a call there.
    for more in ["git", "call"] {
        let before = scene.github.exchanges().len();
        scene.github.expire_tokens();
        match more {
            "git" => drop(scene.push("loosen", &format!("{}\n", declared())).await),
            _ => drop(scene.says(&scene.oscar, number, "/spec-help").await),
        }
        scene.settled(running.address()).await;
        scene.verdict(number, "action_required").await;
        let since = scene.github.exchanges().split_off(before);
        assert_eq!(tokens(&since), 1, "{more}: {since:#?}");
        assert!(refused(&since) <= 1, "{more}: {since:#?}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_costs_nothing_of_the_rate_limit() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene.settled(running.address()).await;
    let before = scene.github.exchanges().len();
    scene.says(&scene.oscar, number, "/spec-recheck").await;
    scene.settled(running.address()).await;
    let since = scene.github.exchanges().split_off(before);
    let asked: Vec<_> = since
        .iter()
        .filter(|one| one.path.contains("/memberships/"))
        .map(|one| one.status)
        .collect();
    assert!(!asked.is_empty(), "from scratch means that it is asked again");
    assert!(asked.iter().all(|status| *status == 304), "{asked:?}");
    scene.verdict(number, "success").await;
    running.stop().await;
}

/// An approved pull request, and nothing left to do.
async fn approved(scene: &Scene, address: std::net::SocketAddr) -> u64 {
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene.settled(address).await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_is_remembered_until_an_event_tells_otherwise() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = approved(&scene, running.address()).await;
    let memberships = || {
        let exchanges = scene.github.exchanges();
        let asked = exchanges.iter().filter(|one| one.path.contains("/memberships/"));
        asked.count()
    };
    let known = memberships();
    // The same verdict on the same commit again: what is remembered will do.
    scene.says(&scene.oscar, number, "/spec-status").await;
    scene.settled(running.address()).await;
    assert_eq!(memberships(), known);
    scene
        .alice
        .add_to_team("acme", "security", "oscar")
        .await
        .expect("added");
    scene.settled(running.address()).await;
    assert!(memberships() > known);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_organisation_takes_the_green_along() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = approved(&scene, running.address()).await;
    scene
        .alice
        .remove_from_organization("acme", "dana")
        .await
        .expect("removed");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_deleted_takes_the_green_along() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let number = approved(&scene, running.address()).await;
    scene
        .alice
        .delete_team("acme", "security")
        .await
        .expect("deleted");
    scene.verdict(number, "action_required").await;
    running.stop().await;
}
