//! The server is killed, and nothing is lost or done twice.

use std::time::Duration;

use specwarden::server::ServeArgs;

use crate::scene::LIMIT;
use crate::scene::Process;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::loosened;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_kill_9_is_done_after_the_restart() {
    let scene = Scene::new().await;
    // A server that cannot reach GitHub: it can acknowledge and do nothing else.
    let cut_off = ServeArgs {
        github_api_url: "http://127.0.0.1:9".to_owned(),
        ..scene.setting.args()
    };
    let process = Process::start(&cut_off, &scene.setting.folder, "first.log").await;
    scene.connect(process.address).await;
    let number = scene.open("loosen", &loosened()).await;
    let acknowledged = |delivery: &specwarden::demo::github::Delivery| {
        delivery.event == "pull_request" && delivery.status_code == 202
    };
    scene
        .github
        .until("a 202", LIMIT, |github| {
            github.deliveries().iter().any(acknowledged).then_some(())
        })
        .await
        .expect("acknowledged");
    process.kill().await;
    assert!(scene.checks(number).is_empty());
    let process = Process::start(&scene.setting.args(), &scene.setting.folder, "second.log").await;
    scene.verdict(number, "failure").await;
    scene.settled(process.address).await;
    assert_eq!(scene.sticky(number).len(), 1);
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_ends_with_one_comment_and_one_check_run() {
    let scene = Scene::new().await;
    let mut process = Process::start(&scene.setting.args(), &scene.setting.folder, "0.log").await;
    scene.connect(process.address).await;
    let number = scene.open("loosen", &loosened()).await;
    // Each life ends after one more call than the last: between any two of them.
    for calls in 1..=7 {
        let from = scene.github.exchanges().len();
        scene
            .github
            .until("some calls", LIMIT, |github| {
                let idle = !scene.checks(number).is_empty() && !scene.sticky(number).is_empty();
                (github.exchanges().len() >= from + calls || idle).then_some(())
            })
            .await
            .expect("it works");
        process.kill().await;
        let log = format!("{calls}.log");
        process = Process::start(&scene.setting.args(), &scene.setting.folder, &log).await;
        scene.connect(process.address).await;
        let text = if calls % 2 == 0 { loosened() } else { declared() };
        scene.push("loosen", &text).await;
    }
    scene.push("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(process.address).await;
    assert_eq!(scene.sticky(number).len(), 1);
    assert_eq!(scene.checks(number).len(), 1);
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_one_queue_and_one_of_them_dies() {
    let Some(database) = crate::scene::postgres().await else {
        eprintln!("skipped: SPECWARDEN_TEST_POSTGRES names no database");
        return;
    };
    let scene = Scene::new().await;
    let args = |mirrors: &str| ServeArgs {
        database_url: secrecy::SecretString::from(database.clone()),
        mirror_dir: Some(scene.setting.folder.path().join(mirrors)),
        ..scene.setting.args()
    };
    let doomed = Process::start(&args("a"), &scene.setting.folder, "a.log").await;
    let other = Process::start(&args("b"), &scene.setting.folder, "b.log").await;
    scene.connect(doomed.address).await;
    let mut numbers = Vec::new();
    for pull in 0..6 {
        numbers.push(scene.open(&format!("loosen-{pull}"), &declared()).await);
    }
    doomed.kill().await;
    scene.connect(other.address).await;
    for number in &numbers {
        scene
            .push(&format!("loosen-{}", number - numbers[0]), &declared())
            .await;
    }
    for number in numbers {
        // What the dead one held is free when its lease has run out.
        scene
            .verdict_within(number, "action_required", Duration::from_secs(100))
            .await;
        assert_eq!(scene.sticky(number).len(), 1);
        assert_eq!(scene.checks(number).len(), 1);
    }
    other.kill().await;
}
