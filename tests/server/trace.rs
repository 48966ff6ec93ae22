//! One delivery's id, followed through the log from the door to the last effect.

use serde_json::Value;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::server::LogFormat;
use specwarden::server::ServeArgs;

use crate::scene::Process;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::loosened;

/// A line of the log, with what its spans say.
struct Line {
    message: String,
    fields: Value,
    spans: Vec<Value>,
}

impl Line {
    fn read(text: &str) -> Option<Self> {
        let mut line: Value = serde_json::from_str(text).ok()?;
        if !line["target"].as_str()?.starts_with("specwarden") {
            return None;
        }
        Some(Self {
            message: line["fields"]["message"].as_str()?.to_owned(),
            spans: line["spans"].as_array().cloned().unwrap_or_default(),
            fields: line["fields"].take(),
        })
    }

    fn span(&self, name: &str) -> Option<&Value> {
        self.spans.iter().find(|span| span["name"] == name)
    }

    fn says(&self, field: &str) -> &str {
        self.fields[field].as_str().unwrap_or_default()
    }

    /// The pull request and the deliveries that it goes back to.
    fn about(&self) -> (&str, Vec<&str>) {
        let span = self.span("visit");
        let said = |field| span.and_then(|span| span[field].as_str()).unwrap_or_default();
        (said("pull"), said("deliveries").split_whitespace().collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deliverys_id_can_be_followed_from_the_door_to_the_last_effect() {
    let scene = Scene::new().await;
    let args = ServeArgs {
        log_format: LogFormat::Json,
        ..scene.setting.args()
    };
    let process = Process::start(&args, &scene.setting.folder, "json.log").await;
    scene.connect(process.address).await;
    // What the installation itself makes due is over before the story begins.
    scene.settled(process.address).await;
    // The look is cut off once: what comes after goes back to the same delivery.
    scene.github.fail_requests(
        1,
        Some("POST"),
        "/check-runs",
        ApiFault::Status(500, Effect::Skipped),
    );
    let number = scene.open("loosen", &loosened()).await;
    scene.verdict(number, "failure").await;
    scene.push("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    let (_, reaction) = scene.says(&scene.dana, number, "/approve-role").await;
    assert_eq!(reaction, "+1");
    scene.verdict(number, "success").await;
    scene.settled(process.address).await;
    let log = process.log.clone();
    process.kill().await;
    let logged = std::fs::read_to_string(log).expect("the log");
    let lines: Vec<Line> = logged.lines().filter_map(Line::read).collect();
    let pull = format!("acme/roles#{number}");
    for (event, key, said) in [
        ("pull_request", "/action", "opened"),
        ("issue_comment", "/comment/body", "/approve-role"),
    ] {
        let delivery = scene
            .github
            .deliveries()
            .into_iter()
            .find(|delivery| {
                let body: Value = serde_json::from_str(&delivery.payload).expect("JSON");
                delivery.event == event && body.pointer(key).is_some_and(|found| found == said)
            })
            .expect("a delivery");
        let guid = delivery.guid.as_str();
        let at_the_door = lines.iter().any(|line| {
            line.message == "delivery kept"
                && line.span("webhook").is_some_and(|span| span["delivery"] == guid)
        });
        assert!(at_the_door, "{event}: {guid} does not show at the door");
        let effects: Vec<&Line> = lines
            .iter()
            .filter(|line| line.about().0 == pull && line.about().1.contains(&guid))
            .collect();
        for (message, route) in [("judged", ""), ("GitHub was told", "/check-runs")] {
            let found = effects
                .iter()
                .any(|line| line.message == message && line.says("route").contains(route));
            assert!(found, "{event}: no `{message}` {route} goes back to {guid}");
        }
    }
    let told: Vec<&Line> = lines
        .iter()
        .filter(|line| line.message == "GitHub was told")
        .collect();
    let checks = |status| {
        told.iter()
            .find(move |line| line.says("route").ends_with("/check-runs") && line.says("status") == status)
            .unwrap_or_else(|| panic!("no check run with {status}"))
    };
    let (cut_off, came_after) = (checks("500").about(), checks("201").about());
    assert_eq!(cut_off.0, came_after.0);
    assert!(
        cut_off.1.iter().all(|guid| came_after.1.contains(guid)),
        "{cut_off:?} is forgotten in {came_after:?}"
    );
    // A token is nobody's in particular.
    let effects = told
        .iter()
        .filter(|line| !line.says("route").ends_with("/access_tokens"));
    for line in effects {
        let (about, deliveries) = line.about();
        // The clock is a cause too.
        assert!(
            about.starts_with("acme/roles#") && (!deliveries.is_empty() || line.says("cause") == "sweep"),
            "{} goes back to nothing",
            line.fields
        );
    }
}
