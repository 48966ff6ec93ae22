//! The server is killed, and nothing is lost or done twice.

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
