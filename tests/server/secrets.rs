//! Secrets stay secret, even when everything is logged.

use specwarden::demo::github::DEMO_PRIVATE_KEY;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;

use crate::scene::Process;
use crate::scene::SECRET;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::get;

#[tokio::test(flavor = "multi_thread")]
async fn no_key_token_or_secret_shows_in_logs_or_pages() {
    let scene = Scene::new().await;
    let process = Process::start(&scene.setting.args(), &scene.setting.folder, "trace.log").await;
    scene.connect(process.address).await;
    scene.github.fail_requests(
        1,
        Some("POST"),
        "/check-runs",
        ApiFault::Status(500, Effect::Skipped),
    );
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.github.expire_tokens();
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    let mut told = String::new();
    for path in ["/", "/metrics", "/readyz", "/setup"] {
        told.push_str(&get(process.address, path).await.1);
    }
    let log = process.log.clone();
    process.kill().await;
    let logged = std::fs::read_to_string(log).expect("the log");
    assert!(logged.contains("TRACE"), "everything was logged");
    told.push_str(&logged);
    let key_lines = DEMO_PRIVATE_KEY.lines().filter(|line| !line.starts_with("-----"));
    let tokens: Vec<String> = scene
        .github
        .exchanges()
        .iter()
        .filter(|exchange| exchange.path.ends_with("/access_tokens"))
        .filter_map(|exchange| Some(exchange.got.as_ref()?.get("token")?.as_str()?.to_owned()))
        .collect();
    assert!(!tokens.is_empty());
    for secret in key_lines
        .map(str::to_owned)
        .chain(tokens)
        .chain([SECRET.to_owned()])
    {
        assert!(!told.contains(&secret), "it shows `{}…`", &secret[..8]);
    }
    // A signed App token begins with this.
    assert!(
        !told.contains("eyJ0eXAi") && !told.contains("eyJhbGci"),
        "an App token shows"
    );
}
