//! What fails again and again is given up, loudly, and taken up again.

use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use specwarden::demo::github::faults::GitFault;
use specwarden::server;
use specwarden::server::ServeArgs;

use crate::scene::LIMIT;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::get;
use crate::scene::loosened;

/// The errors that this process logs.
#[derive(Clone, Default)]
struct Errors(Arc<Mutex<Vec<u8>>>);

impl Errors {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Errors {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_again_and_again_says_why_and_recovers() {
    let errors = Errors::default();
    let writer = errors.clone();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::ERROR)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(logging).expect("nobody else reads this process's log");
    let scene = Scene::new().await;
    let args = ServeArgs {
        pause: Duration::from_millis(1),
        ..scene.setting.args()
    };
    let running = server::start(&args).await.expect("it starts");
    let address = running.address();
    scene.connect(address).await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.settled(address).await;

    // Not an outage, which is borne for a day: Git will not have us.
    scene.github.fail_git([GitFault::Status(403); 1_000]);
    scene.push("loosen", &loosened()).await;
    scene.verdict(number, "failure").await;
    let check = &scene.checks(number)[0];
    assert_eq!(check.title.as_deref(), Some("Could not be checked"), "{check:#?}");
    let summary = check.summary.clone().unwrap_or_default();
    assert!(
        summary.contains("credentials") && summary.contains("/spec-recheck"),
        "{summary}"
    );
    let given_up = async {
        loop {
            let (_, metrics) = get(address, "/metrics").await;
            if metrics.lines().any(|line| line == "specwarden_queue_dead 1") {
                return metrics;
            }
            tokio::task::yield_now().await;
        }
    };
    let metrics = tokio::time::timeout(LIMIT, given_up).await.expect("given up");
    let counted = |line: &str| line.starts_with("specwarden_visits_total{outcome=\"given_up\"}");
    assert!(metrics.lines().any(counted), "{metrics}");
    assert!(
        metrics.lines().any(|line| line == "specwarden_queue_due 0"),
        "{metrics}"
    );
    let log = errors.text();
    assert!(
        log.contains("given up") && log.contains(&format!("acme/roles#{number}")),
        "{log}"
    );

    scene.github.calm();
    scene.says(&scene.oscar, number, "/spec-recheck").await;
    scene.settled(address).await;
    let check = &scene.checks(number)[0];
    assert_ne!(check.title.as_deref(), Some("Could not be checked"), "{check:#?}");
    assert_eq!(check.conclusion.as_deref(), Some("failure"), "it is not declared");
    assert_eq!((scene.checks(number).len(), scene.sticky(number).len()), (1, 1));
    let (_, metrics) = get(address, "/metrics").await;
    assert!(
        metrics.lines().any(|line| line == "specwarden_queue_dead 0"),
        "{metrics}"
    );
    running.stop().await;
}
