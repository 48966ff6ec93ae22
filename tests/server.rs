//! The server through its door: real HTTP, a real file store, and the stand-in GitHub behind it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use hmac::KeyInit;
use hmac::Mac;
use secrecy::SecretString;
use serde_json::json;
use specwarden::demo::github::DEMO_PRIVATE_KEY;
use specwarden::demo::github::GitHub;
use specwarden::server;
use specwarden::server::LogFormat;
use specwarden::server::Running;
use specwarden::server::ServeArgs;
use tempfile::TempDir;

const SECRET: &str = "a secret that is told to nobody";
const LIMIT: Duration = Duration::from_secs(30);

struct Setting {
    folder: TempDir,
    github: Option<GitHub>,
}

impl Setting {
    /// A server that has an App, of a GitHub that does not answer.
    fn alone() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            github: None,
        }
    }

    async fn with_github() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            github: Some(GitHub::start().await.expect("a stand-in")),
        }
    }

    fn args(&self) -> ServeArgs {
        let nowhere = "http://127.0.0.1:9".to_owned();
        let github = self.github.as_ref();
        ServeArgs {
            app_id: Some(github.map_or(1, GitHub::app_id)),
            private_key: Some(SecretString::from(DEMO_PRIVATE_KEY)),
            private_key_path: None,
            webhook_secret: Some(SecretString::from(format!("{SECRET},old-{SECRET}"))),
            github_api_url: github.map_or(nowhere.clone(), GitHub::api_url),
            github_url: github.map_or(nowhere, |github| github.url().to_owned()),
            database_url: SecretString::from(format!("sqlite://{}", self.database().display())),
            host: "127.0.0.1".to_owned(),
            port: 0,
            public_url: Some("https://specwarden.example".to_owned()),
            client_id: None,
            client_secret: None,
            mirror_dir: Some(self.folder.path().join("mirrors")),
            log_format: LogFormat::Text,
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("specwarden.db")
    }

    async fn serve(&self) -> Running {
        server::start(&self.args()).await.expect("it starts")
    }
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

async fn deliver(address: SocketAddr, guid: &str, event: &str, body: Vec<u8>, signature: &str) -> u16 {
    reqwest::Client::new()
        .post(url(address, "/webhook"))
        .header("x-github-delivery", guid)
        .header("x-github-event", event)
        .header("x-hub-signature-256", signature)
        .body(body)
        .send()
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let response = reqwest::get(url(address, path)).await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a text"))
}

fn ping() -> Vec<u8> {
    serde_json::to_vec(&json!({"zen": "Keep it logically awesome.", "hook_id": 1})).expect("JSON")
}

#[tokio::test]
async fn only_what_was_signed_with_one_of_the_secrets_comes_in() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let address = running.address();
    let body = ping();
    let good = sign(SECRET, &body);
    assert_eq!(deliver(address, "1", "ping", body.clone(), &good).await, 202);
    let old = sign(&format!("old-{SECRET}"), &body);
    assert_eq!(deliver(address, "2", "ping", body.clone(), &old).await, 202);
    for bad in ["", "sha256=00", &sign("other", &body), &sign(SECRET, b"other")] {
        assert_eq!(
            deliver(address, "3", "ping", body.clone(), bad).await,
            401,
            "{bad}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn a_delivery_without_its_headers_is_refused() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let body = ping();
    let status = reqwest::Client::new()
        .post(url(running.address(), "/webhook"))
        .header("x-hub-signature-256", sign(SECRET, &body))
        .body(body)
        .send()
        .await
        .expect("an answer")
        .status();
    assert_eq!(status.as_u16(), 400);
    assert_eq!(get(running.address(), "/webhook").await.0, 405);
    running.stop().await;
}

#[tokio::test]
async fn a_body_over_25_mb_is_refused_and_one_at_the_limit_is_not() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let limit = 25 * 1024 * 1024;
    let mut body = ping();
    body.resize(limit, b' ');
    let signature = sign(SECRET, &body);
    assert_eq!(
        deliver(running.address(), "1", "ping", body.clone(), &signature).await,
        202
    );
    body.push(b' ');
    let signature = sign(SECRET, &body);
    assert_eq!(
        deliver(running.address(), "2", "ping", body, &signature).await,
        413
    );
    running.stop().await;
}

#[tokio::test]
async fn what_is_signed_but_makes_no_sense_is_taken_and_passed_over() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    for (guid, event, body) in [
        ("1", "pull_request", &b"{}"[..]),
        ("2", "pull_request", b"not json"),
        ("3", "issue_comment", b"[]"),
        ("4", "something_new", b"{\"installation\":{\"id\":-1}}"),
        ("5", "push", b""),
        ("6", "pull_request", b"\xff\xfe\x00"),
    ] {
        let signature = sign(SECRET, body);
        let status = deliver(running.address(), guid, event, body.to_vec(), &signature).await;
        assert_eq!(status, 202, "{event}");
    }
    assert_eq!(get(running.address(), "/readyz").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn it_says_how_it_is() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let address = running.address();
    assert_eq!(get(address, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(address, "/readyz").await, (200, "ready\n".to_owned()));
    let (status, metrics) = get(address, "/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("specwarden_queue_due"), "{metrics}");
    let (status, home) = get(address, "/").await;
    assert_eq!(status, 200);
    assert!(home.contains("Everything works") && home.contains("/rules/version-not-bumped"));
    let (status, rule) = get(address, "/rules/version-not-bumped").await;
    assert_eq!(status, 200);
    assert!(rule.contains("<h2>Why</h2>"));
    assert_eq!(get(address, "/rules/no-such-rule").await.0, 404);
    running.stop().await;
}

#[tokio::test]
async fn without_an_app_it_starts_says_so_and_offers_the_set_up() {
    let setting = Setting::alone();
    let args = ServeArgs {
        app_id: None,
        private_key: None,
        webhook_secret: None,
        ..setting.args()
    };
    let running = server::start(&args).await.expect("it starts");
    let address = running.address();
    assert_eq!(get(address, "/healthz").await.0, 200);
    let (status, home) = get(address, "/").await;
    assert!(status == 200 && home.contains("No GitHub App is configured"));
    let (status, form) = get(address, "/setup").await;
    assert!(status == 200 && form.contains("https://specwarden.example/webhook"));
    assert_eq!(get(address, "/setup/done?code=x&state=forged").await.0, 404);
    assert_eq!(deliver(address, "1", "ping", ping(), "").await, 503);
    running.stop().await;
}

#[tokio::test]
async fn half_a_configuration_does_not_start() {
    let setting = Setting::alone();
    let no_secret = ServeArgs {
        webhook_secret: None,
        ..setting.args()
    };
    let no_key = ServeArgs {
        private_key: None,
        ..setting.args()
    };
    let broken_key = ServeArgs {
        private_key: Some(SecretString::from("-----BEGIN RSA PRIVATE KEY-----\nhush-hush\n")),
        ..setting.args()
    };
    for (args, named) in [
        (no_secret, "WEBHOOK_SECRET"),
        (no_key, "PRIVATE_KEY"),
        (broken_key, "PRIVATE_KEY"),
    ] {
        let Err(error) = server::start(&args).await else {
            panic!("it must not start without {named}");
        };
        let told = format!("{error:#} {error:?}");
        assert!(told.contains(named) && !told.contains("hush"), "{told}");
    }
}

const SPEC: &str = "---\nrole_id: platform-engineer\nversion: 1.0.0\nowner: alice\nconstraints:\n  - requires_approval_for: [deployment, purchases]\n---\n\n# Platform Engineer\n\n## Responsibilities\n\n- Keep the platform running.\n";

const POLICY: &str = "specs:\n  - paths: [\"roles/**/*.md\"]\napprovals:\n  - name: security\n    on: [constraint.loosened, constraint.unclear, \"authority.*\"]\n    from: { teams: [acme/security] }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_is_judged_from_the_webhook_to_the_check_run() {
    let setting = Setting::with_github().await;
    let running = setting.serve().await;
    let github = setting.github.as_ref().expect("there is one");
    github.add_organization("acme");
    github.add_user("alice");
    github.join_organization("acme", "alice");
    github.add_user("dana");
    github.join_organization("acme", "dana");
    github.add_team("acme", "security", &["dana"]);
    let repo = github
        .add_repository(
            "acme/roles",
            &[("roles/platform.md", SPEC), (".github/specwarden.yml", POLICY)],
        )
        .expect("a repository");
    github.grant_team(&repo, "security", "push");
    github.grant(&repo, "alice", "push");
    github.register_webhook(&url(running.address(), "/webhook"), SECRET);
    github.install_app("acme").await.expect("installed");
    let alice = github.player("alice");
    let loosened = SPEC.replace("deployment, ", "");
    alice
        .push(
            &repo,
            "loosen",
            &[("roles/platform.md", Some(&loosened))],
            "loosen",
        )
        .await
        .expect("pushed");
    let number = alice
        .open_pull(&repo, "loosen", "main", "Loosen")
        .await
        .expect("opened");
    let conclusion = github
        .when("a check run", LIMIT, |world| {
            let repo = world.repos.get("acme/roles")?;
            let run = repo.checks.values().find(|run| run.name == "specwarden")?;
            run.conclusion.clone()
        })
        .await
        .expect("a verdict");
    assert_ne!(conclusion, "success");
    let comments = github.read(|world| {
        let comments = world.repos["acme/roles"].comments.values();
        comments
            .filter(|comment| comment.number == number)
            .map(|comment| comment.body.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(comments.len(), 1, "{comments:?}");
    running.stop().await;
}
