//! The shipped server as a child process: the same binary, the same environment variables, real
//! HTTP. Nothing is passed to it that an operator could not pass.

use std::path::Path;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use tokio::io::AsyncBufReadExt;
use tokio::io::BufReader;
use tokio::process::Child;
use tokio::process::Command;
use tokio::sync::oneshot;

use super::github::DEMO_PRIVATE_KEY;
use super::github::GitHub;

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a server may take until it has ended after it was asked to.
const FAREWELL: Duration = Duration::from_secs(12);

/// What a server is started with, besides what the stand-in knows.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The `specwarden` binary.
    pub program: PathBuf,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// `WEBHOOK_SECRET`.
    pub webhook_secret: String,
    /// A working directory of its own.
    pub dir: PathBuf,
    /// More environment variables.
    pub env: Vec<(String, String)>,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
}

impl Recipe {
    /// A server with an SQLite file in a directory.
    pub fn in_dir(program: &Path, dir: &Path) -> Self {
        Self {
            program: program.to_owned(),
            database_url: format!("sqlite://{}", dir.join("specwarden.db").display()),
            webhook_secret: hex::encode(rand::random::<[u8; 20]>()),
            dir: dir.to_owned(),
            env: Vec::new(),
            port: 0,
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Shipped {
    child: Child,
    url: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Shipped {
    /// Starts `specwarden serve` against a stand-in GitHub, waits until it listens, and registers
    /// its webhook there.
    ///
    /// # Errors
    /// When the program cannot be started or ends before it listens; with what it said.
    pub async fn start(recipe: &Recipe, github: &GitHub) -> anyhow::Result<Self> {
        let mut command = Command::new(&recipe.program);
        command
            .arg("serve")
            .current_dir(&recipe.dir)
            .env_remove("PRIVATE_KEY_PATH")
            .env("APP_ID", github.app_id().to_string())
            .env("PRIVATE_KEY", DEMO_PRIVATE_KEY)
            .env("WEBHOOK_SECRET", &recipe.webhook_secret)
            .env("GITHUB_API_URL", github.api_url())
            .env("GITHUB_URL", github.url())
            .env("DATABASE_URL", &recipe.database_url)
            .env("HOST", "127.0.0.1")
            .env("PORT", recipe.port.to_string())
            // A server that is killed cannot clean up a temporary folder.
            .env("MIRROR_DIR", recipe.dir.join("mirrors"))
            .env("LOG_FORMAT", "json")
            .env("NO_COLOR", "1")
            .envs(recipe.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .with_context(|| format!("could not start {}", recipe.program.display()))?;
        let stderr = child.stderr.take().context("the server has no standard error")?;
        let log = Arc::new(Mutex::new(Vec::new()));
        let (found, address) = oneshot::channel();
        tokio::spawn(read_log(stderr, log.clone(), found));
        let address = match tokio::time::timeout(PATIENCE, address).await {
            Ok(Ok(address)) => address,
            Ok(Err(_)) => bail!("the server ended before it listened:\n{}", lines(&log)),
            Err(_) => bail!(
                "the server did not listen within {} s:\n{}",
                PATIENCE.as_secs(),
                lines(&log)
            ),
        };
        let url = format!("http://{address}");
        github.register_webhook(&format!("{url}/webhook"), &recipe.webhook_secret);
        Ok(Self { child, url, log })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        let port = self.url.rsplit_once(':').map(|(_, port)| port.parse());
        port.and_then(Result::ok).unwrap_or_default()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        lines(&self.log)
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills it at once, as `kill -9` does, and waits until it is gone.
    ///
    /// # Errors
    /// When the process cannot be killed.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("could not kill the server")
    }

    /// Asks it to stop, as an operator does, and waits until it has ended.
    ///
    /// # Errors
    /// When it does not end in time or ends with an error.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let Some(pid) = self.child.id() else {
            return Ok(());
        };
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(pid.to_string())
            .status()
            .await;
        if !asked.is_ok_and(|status| status.success()) {
            return self.kill().await;
        }
        let ended = tokio::time::timeout(FAREWELL, self.child.wait()).await;
        let status =
            ended.with_context(|| format!("the server did not end within {} s", FAREWELL.as_secs()))??;
        if !status.success() {
            bail!("the server ended with {status}:\n{}", self.log());
        }
        Ok(())
    }
}

/// Keeps what the server logs, and tells its address once.
async fn read_log(
    stderr: tokio::process::ChildStderr,
    log: Arc<Mutex<Vec<String>>>,
    found: oneshot::Sender<String>,
) {
    let mut found = Some(found);
    let mut reader = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = reader.next_line().await {
        if found.is_some()
            && let Some(address) = address(&line)
            && let Some(found) = found.take()
        {
            // Nobody waits any more: the start has timed out.
            let _ = found.send(address);
        }
        log.lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(line);
    }
}

/// The address in the line that says that the server listens.
fn address(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let fields = line.get("fields")?;
    let message = fields.get("message")?.as_str()?;
    let address = fields.get("address")?.as_str()?;
    message.contains("listens").then(|| address.to_owned())
}

fn lines(log: &Mutex<Vec<String>>) -> String {
    log.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_that_says_it() {
        let line = r#"{"level":"INFO","fields":{"message":"specwarden listens","address":"127.0.0.1:4321"}}"#;
        assert_eq!(address(line).as_deref(), Some("127.0.0.1:4321"));
        assert_eq!(
            address(r#"{"fields":{"message":"connects","address":"127.0.0.1:1"}}"#),
            None
        );
        assert_eq!(address("no json"), None);
    }
}
