//! A flood of deliveries against the shipped server, as its own process, with the stand-in GitHub
//! behind it: how fast it acknowledges, how soon it is done, and what it costs.
//!
//! ```sh
//! cargo bench --bench load
//! SPECWARDEN_TEST_POSTGRES=postgres://… cargo bench --bench load   # on PostgreSQL as well
//! ```
//!
//! It sends 10,000 signed deliveries about 500 pull requests over loopback and takes less than two
//! minutes. `SPECWARDEN_LOAD_DELIVERIES` and `SPECWARDEN_LOAD_PULLS` ask for other numbers. It fails
//! where a delivery is refused, where a commit is judged more than twice, where the server needs
//! more than 200 MB, or where anything is left undone or done twice.

mod flood;
mod outcome;
mod scene;

use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::ensure;
use specwarden::demo::shipped::Recipe;
use specwarden::demo::shipped::Shipped;

use scene::Scene;

/// The most that the server process may ever hold in memory.
const MEMORY: u64 = 200 * 1024 * 1024;
/// The most evaluations of one pull request at one head.
const EVALUATIONS: usize = 2;
/// The longest that everything may take to settle.
const PATIENCE: Duration = Duration::from_secs(240);

/// How much of everything there is.
#[derive(Clone, Copy)]
pub struct Size {
    /// Deliveries that are sent.
    pub deliveries: usize,
    /// Pull requests that they are about.
    pub pulls: usize,
}

fn main() -> anyhow::Result<()> {
    let size = Size {
        deliveries: asked("SPECWARDEN_LOAD_DELIVERIES")?.unwrap_or(10_000),
        pulls: asked("SPECWARDEN_LOAD_PULLS")?.unwrap_or(500),
    };
    ensure!(
        size.pulls > 0 && size.deliveries >= size.pulls,
        "there are fewer deliveries than pull requests"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        run("SQLite", None, size).await?;
        match std::env::var("SPECWARDEN_TEST_POSTGRES") {
            Ok(url) => run("PostgreSQL", Some(scene::schema(&url).await?), size).await,
            Err(_) => {
                println!("PostgreSQL: left out, SPECWARDEN_TEST_POSTGRES names no database");
                Ok(())
            }
        }
    })
}

fn asked(name: &str) -> anyhow::Result<Option<usize>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(
            text.parse()
                .with_context(|| format!("{name} is no number: `{text}`"))?,
        )),
        Err(_) => Ok(None),
    }
}

async fn run(store: &str, database_url: Option<String>, size: Size) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut recipe = Recipe::in_dir(Path::new(env!("CARGO_BIN_EXE_specwarden")), dir.path());
    if let Some(url) = database_url {
        recipe.database_url = url;
    }
    let scene = Scene::furnish(size.pulls).await?;
    let begun = Instant::now();
    let first = scene.first_heads().await?;
    println!(
        "{store}: {} pull requests opened in {:.1} s",
        size.pulls,
        begun.elapsed().as_secs_f64()
    );
    let server = Shipped::start(&recipe, &scene.github).await?;
    let pid = server.pid().context("the server has no process id")?;

    let half = size.deliveries / 2;
    let mut flood = flood::send(&server, &recipe.webhook_secret, &first, half).await?;
    println!("{store}: first half: {flood}");
    let begun = Instant::now();
    // GitHub tells of a push after it is there: the second heads are, before their deliveries.
    let second = scene.second_heads().await?;
    println!("{store}: pushed again in {:.1} s", begun.elapsed().as_secs_f64());
    let webhook = format!("{}/webhook", server.url());
    scene.github.register_webhook(&webhook, &recipe.webhook_secret);
    flood += flood::send(&server, &recipe.webhook_secret, &second, size.deliveries - half).await?;
    let settling = Instant::now();
    outcome::settled(&server, &scene, PATIENCE).await?;
    let settled = settling.elapsed();

    let judged = outcome::evaluations(&server);
    let total: usize = judged.values().sum();
    let memory = outcome::peak_memory(pid);
    println!("{store}: {flood}");
    println!(
        "{store}: settled {:.1} s after the last one; {total} evaluations of {} commits of pull requests, {} API calls, {} requests of Git; peak memory {}",
        settled.as_secs_f64(),
        judged.len(),
        scene.github.exchanges().len(),
        scene.github.git_requests().len(),
        memory.map_or("unknown".to_owned(), |bytes| format!(
            "{} MB",
            bytes / (1024 * 1024)
        )),
    );
    flood.check(size.deliveries)?;
    let most = judged.iter().max_by_key(|(_, times)| **times);
    if let Some(((pull, head), times)) = most {
        ensure!(*times <= EVALUATIONS, "{pull} was judged {times} times at {head}");
    }
    outcome::counted(&server, total).await?;
    if let Some(bytes) = memory {
        ensure!(
            bytes <= MEMORY,
            "the server held {bytes} bytes, more than {MEMORY}"
        );
    }
    outcome::done_once(&scene)?;
    server.stop().await?;
    scene.github.stop();
    Ok(())
}
