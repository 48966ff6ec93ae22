//! A server, a GitHub, and a few people.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use hmac::KeyInit;
use hmac::Mac;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde_json::Value;
use serde_json::json;
use specwarden::demo::github::DEMO_PRIVATE_KEY;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::Player;
use specwarden::demo::github::world::CheckRun;
use specwarden::demo::github::world::Comment;
use specwarden::ids::RepoName;
use specwarden::server;
use specwarden::server::LogFormat;
use specwarden::server::MirrorArgs;
use specwarden::server::Running;
use specwarden::server::ServeArgs;
use tempfile::TempDir;

pub const SECRET: &str = "a secret that is told to nobody";
pub const LIMIT: Duration = Duration::from_secs(120);

/// Where a server keeps things, and the GitHub that it works for.
pub struct Setting {
    pub folder: TempDir,
    pub github: Option<GitHub>,
}

impl Setting {
    /// A server that has an App, of a GitHub that does not answer.
    pub fn alone() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            github: None,
        }
    }

    pub fn args(&self) -> ServeArgs {
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
            mirrors: MirrorArgs::default(),
            lease_seconds: 60,
            pause: Duration::from_secs(1),
            log_format: LogFormat::Text,
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("specwarden.db")
    }

    pub async fn serve(&self) -> Running {
        server::start(&self.args()).await.expect("it starts")
    }
}

pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

pub fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

pub async fn deliver(address: SocketAddr, guid: &str, event: &str, body: Vec<u8>, signature: &str) -> u16 {
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

pub async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let response = reqwest::get(url(address, path)).await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a text"))
}

pub fn ping() -> Vec<u8> {
    serde_json::to_vec(&json!({"zen": "Keep it logically awesome.", "hook_id": 1})).expect("JSON")
}

pub const POLICY: &str = "specs:
  - paths: [\"roles/**/*.md\"]
approvals:
  - name: security
    on: [constraint.loosened, constraint.unclear, \"authority.*\"]
    from: { teams: [acme/security] }
";

/// A spec at a version, which needs approval for these.
pub fn spec(version: &str, approvals: &str, rows: &str) -> String {
    format!(
        "---\nrole_id: platform-engineer\nversion: {version}\nowner: alice\nconstraints:\n  - requires_approval_for: [{approvals}]\n---\n\n# Platform Engineer\n\n## Responsibilities\n\n- Keep the platform running.\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n{rows}| 1.0.0 | 2026-01-05 | Alice | First version |\n"
    )
}

pub const FIRST: &str = "deployment, purchases";

/// The spec before anybody touches it.
pub fn original() -> String {
    spec("1.0.0", FIRST, "")
}

/// Loosened, and nobody says so.
pub fn loosened() -> String {
    spec("1.0.0", "purchases", "")
}

/// Loosened, with version and row as they should be.
pub fn declared() -> String {
    let row = "| 2.0.0 | 2026-11-20 | Alice | Deployment needs no approval any more |\n";
    spec("2.0.0", "purchases", row)
}

/// An organisation with a spec, a team, and three people: alice writes, dana is in the team, oscar is
/// neither.
pub struct Scene {
    pub setting: Setting,
    pub github: GitHub,
    pub repo: RepoName,
    pub alice: Player,
    pub dana: Player,
    pub oscar: Player,
}

impl Scene {
    pub async fn new() -> Self {
        let github = GitHub::start().await.expect("a stand-in");
        github.add_organization("acme");
        for login in ["alice", "dana", "oscar", "mona"] {
            github.add_user(login);
            github.join_organization("acme", login);
        }
        github.add_team("acme", "security", &["dana"]);
        let files = [
            ("roles/platform.md", original()),
            (".github/specwarden.yml", POLICY.to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let repo = github.add_repository("acme/roles", &files).expect("a repository");
        github.grant_team(&repo, "security", "push");
        for login in ["alice", "oscar"] {
            github.grant(&repo, login, "push");
        }
        github.grant(&repo, "mona", "maintain");
        Self {
            alice: github.player("alice"),
            dana: github.player("dana"),
            oscar: github.player("oscar"),
            repo,
            setting: Setting {
                folder: tempfile::tempdir().expect("a folder"),
                github: Some(github.clone()),
            },
            github,
        }
    }

    /// Starts the server and has it told of everything from now on.
    pub async fn serve(&self) -> Running {
        let running = self.setting.serve().await;
        self.connect(running.address()).await;
        running
    }

    pub async fn connect(&self, address: SocketAddr) {
        self.github.register_webhook(&url(address, "/webhook"), SECRET);
        if self.github.read(|world| world.installations.is_empty()) {
            self.github.install_app("acme").await.expect("installed");
        }
    }

    /// A pull request of alice's with this spec.
    pub async fn open(&self, branch: &str, text: &str) -> u64 {
        self.push(branch, text).await;
        self.alice
            .open_pull(&self.repo, branch, "main", "A change")
            .await
            .expect("opened")
    }

    pub async fn push(&self, branch: &str, text: &str) -> String {
        self.alice
            // Two commits of one second with the same words would be one commit.
            .push(
                &self.repo,
                branch,
                &[("roles/platform.md", Some(text))],
                &format!("a change on {branch}"),
            )
            .await
            .expect("pushed")
    }

    pub fn head(&self, number: u64) -> String {
        self.github
            .read(|world| world.repos["acme/roles"].pulls[&number].head_sha.clone())
    }

    /// The check runs on the newest commit of a pull request.
    pub fn checks(&self, number: u64) -> Vec<CheckRun> {
        let head = self.head(number);
        self.github.read(|world| {
            let checks = world.repos["acme/roles"].checks.values();
            checks.filter(|check| check.head_sha == head).cloned().collect()
        })
    }

    /// All comments on a pull request.
    pub fn comments(&self, number: u64) -> Vec<Comment> {
        self.github.read(|world| {
            let comments = world.repos["acme/roles"].comments.values();
            comments
                .filter(|comment| comment.number == number)
                .cloned()
                .collect()
        })
    }

    /// The sticky comments on a pull request: there must never be two.
    pub fn sticky(&self, number: u64) -> Vec<Comment> {
        let mut comments = self.comments(number);
        comments.retain(|comment| {
            comment.user.as_str().ends_with("[bot]")
                && comment.body.starts_with("<!-- specwarden:comment -->")
        });
        comments
    }

    /// Who was told that their review is asked for, each time.
    pub fn review_requests(&self, number: u64) -> Vec<String> {
        let told: BTreeMap<String, Value> = self
            .github
            .deliveries()
            .into_iter()
            .filter(|one| one.action.as_deref() == Some("review_requested"))
            .map(|one| {
                (
                    one.guid,
                    serde_json::from_str(&one.payload).expect("a delivery is JSON"),
                )
            })
            .collect();
        let about = |payload: &&Value| payload["number"] == number;
        let who = |payload: &Value| {
            let person = payload["requested_reviewer"]["login"].as_str();
            let name = person.or(payload["requested_team"]["slug"].as_str());
            name.expect("somebody is asked").to_owned()
        };
        told.values().filter(about).map(who).collect()
    }

    /// Waits until the newest commit has this conclusion.
    pub async fn verdict(&self, number: u64, conclusion: &str) {
        self.verdict_within(number, conclusion, LIMIT).await;
    }

    pub async fn verdict_within(&self, number: u64, conclusion: &str, limit: Duration) {
        let found = self
            .github
            .until(conclusion, limit, |_| {
                let checks = self.checks(number);
                checks
                    .iter()
                    .any(|check| check.conclusion.as_deref() == Some(conclusion))
                    .then_some(())
            })
            .await;
        assert!(
            found.is_ok(),
            "no {conclusion}; there is {:#?}",
            self.checks(number)
        );
    }

    /// Waits until the bot has reacted to a comment.
    pub async fn reaction(&self, comment: u64) -> String {
        self.github
            .when("a reaction", LIMIT, |world| {
                let comment = &world.repos["acme/roles"].comments.get(&comment)?;
                Some(comment.reactions.first()?.content.clone())
            })
            .await
            .expect("a reaction")
    }

    /// Comments, and waits for the reaction.
    pub async fn says(&self, who: &Player, number: u64, text: &str) -> (u64, String) {
        let comment = who.comment(&self.repo, number, text).await.expect("commented");
        let reaction = self.reaction(comment).await;
        (comment, reaction)
    }

    /// Waits until the server has nothing left to do.
    pub async fn settled(&self, address: SocketAddr) {
        self.github.delivered(LIMIT).await.expect("delivered");
        let idle = async {
            loop {
                let (_, metrics) = get(address, "/metrics").await;
                if metrics.lines().any(|line| line == "specwarden_queue_due 0") {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, idle).await.expect("settled");
    }
}

/// A fresh schema on the PostgreSQL that `SPECWARDEN_TEST_POSTGRES` names.
pub async fn postgres() -> Option<String> {
    use sqlx::Connection;
    use sqlx::Executor;
    let url = std::env::var("SPECWARDEN_TEST_POSTGRES").ok()?;
    let mut connection = sqlx::PgConnection::connect(&url)
        .await
        .expect("PostgreSQL answers");
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let nth = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let schema = format!("server{}_{nth}", std::process::id());
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    connection.execute(sqlx::raw_sql(create)).await.expect("a schema");
    let joint = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{joint}options=-c%20search_path%3D{schema}"))
}

/// The server as a process of its own.
pub struct Process {
    child: tokio::process::Child,
    pub address: SocketAddr,
    pub log: PathBuf,
}

impl Process {
    pub async fn start(args: &ServeArgs, folder: &TempDir, name: &str) -> Self {
        Self::start_with(args, folder, name, &[]).await
    }

    /// The same with more in its environment.
    pub async fn start_with(args: &ServeArgs, folder: &TempDir, name: &str, more: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let log = folder.path().join(name);
        let file = std::fs::File::create(&log).expect("a log file");
        let child = Self::command(args, port)
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .expect("it starts");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let up = async {
            while reqwest::get(url(address, "/healthz")).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, up).await.expect("it listens");
        Self { child, address, log }
    }

    fn command(args: &ServeArgs, port: u16) -> tokio::process::Command {
        let secret = |secret: &Option<SecretString>| {
            secret
                .as_ref()
                .map(|s| s.expose_secret().to_owned())
                .unwrap_or_default()
        };
        let log_format = match args.log_format {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        };
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_specwarden"));
        command
            .arg("serve")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("APP_ID", args.app_id.unwrap_or_default().to_string())
            .env("PRIVATE_KEY", secret(&args.private_key))
            .env("WEBHOOK_SECRET", secret(&args.webhook_secret))
            .env("GITHUB_API_URL", &args.github_api_url)
            .env("GITHUB_URL", &args.github_url)
            .env("DATABASE_URL", args.database_url.expose_secret())
            .env("PUBLIC_URL", args.public_url.clone().unwrap_or_default())
            .env("MIRROR_DIR", args.mirror_dir.clone().unwrap_or_default())
            .env("LEASE_SECONDS", args.lease_seconds.to_string())
            .env("PORT", port.to_string())
            .env("RUST_LOG", "trace")
            .env("LOG_FORMAT", log_format)
            .kill_on_drop(true);
        command
    }
    /// The most memory that it ever took up, in bytes, where the system tells it.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(peak.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Asks it to stop, and waits until it has, in good order.
    pub async fn terminate(mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        let asked = tokio::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status();
        assert!(asked.await.expect("kill runs").success());
        let ended = tokio::time::timeout(LIMIT, self.child.wait()).await;
        let status = ended.expect("it ends in time").expect("it ends");
        assert!(status.success(), "{status}");
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it was alive");
    }
}
