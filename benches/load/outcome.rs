//! What has become of it all, as the server's metrics and log, the system and GitHub tell.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use anyhow::ensure;
use specwarden::demo::shipped::Shipped;

use crate::scene::Scene;

/// The server's metrics of one name, by their labels.
async fn metrics(server: &Shipped, name: &str) -> anyhow::Result<BTreeMap<String, f64>> {
    let text = reqwest::get(format!("{}/metrics", server.url()))
        .await?
        .text()
        .await?;
    let values = text.lines().filter_map(|line| {
        let (key, value) = line.rsplit_once(' ')?;
        let labels = key.strip_prefix(name)?;
        (labels.is_empty() || labels.starts_with('{')).then_some(())?;
        Some((labels.to_owned(), value.parse().ok()?))
    });
    Ok(values.collect())
}

/// Waits until nothing is due any more.
pub async fn settled(server: &Shipped, scene: &Scene, patience: Duration) -> anyhow::Result<()> {
    let settling = async {
        loop {
            scene.github.delivered(patience).await?;
            let due = metrics(server, "specwarden_queue_due").await?;
            if due.values().sum::<f64>() == 0.0 {
                return anyhow::Ok(());
            }
            // Looking costs the server something; a benchmark may take its time.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    match tokio::time::timeout(patience, settling).await {
        Ok(settled) => settled?,
        Err(_) => {
            let due = metrics(server, "specwarden_queue_due").await?;
            bail!("not settled after {patience:?}; still due: {due:?}");
        }
    }
    let dead = metrics(server, "specwarden_queue_dead").await?;
    ensure!(dead.values().sum::<f64>() == 0.0, "given up: {dead:?}");
    Ok(())
}

/// How often each pull request was judged at each of its heads, as the log tells.
pub fn evaluations(server: &Shipped) -> BTreeMap<(String, String), usize> {
    let mut judged = BTreeMap::new();
    for line in server.log().lines() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let fields = &line["fields"];
        if fields["message"] == "judged"
            && let (Some(pull), Some(head)) = (fields["pull"].as_str(), fields["head"].as_str())
        {
            *judged.entry((pull.to_owned(), head.to_owned())).or_default() += 1;
        }
    }
    judged
}

/// The metrics must count as many evaluations as the log.
pub async fn counted(server: &Shipped, evaluations: usize) -> anyhow::Result<()> {
    let counted = metrics(server, "specwarden_evaluations_total").await?;
    ensure!(
        counted.values().sum::<f64>() == evaluations as f64,
        "the log tells of {evaluations} evaluations, the metrics of {counted:?}"
    );
    Ok(())
}

/// The most memory that a process ever held, in bytes; `None` where the system does not tell.
pub fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// One check run with the right verdict on each head, one comment and one request for a review per
/// pull request.
pub fn done_once(scene: &Scene) -> anyhow::Result<()> {
    let exchanges = scene.github.exchanges();
    let refused: Vec<String> = exchanges
        .iter()
        .filter(|one| one.status >= 400 && one.path.contains("/pulls/") || one.status >= 500)
        .map(|one| format!("{} {}: {}", one.method, one.path, one.status))
        .collect();
    ensure!(refused.is_empty(), "GitHub refused {refused:?}");
    scene.github.read(|world| {
        let bot = world.bot();
        for one in &scene.pulls {
            let name = format!("{}#{}", one.repo, one.number);
            let repo = world.repo(&one.repo).context("the repository is gone")?;
            let pull = repo.pulls.get(&one.number).context("the pull request is gone")?;
            let on_head: Vec<_> = repo
                .checks
                .values()
                .filter(|check| check.head_sha == pull.head_sha)
                .map(|check| check.conclusion.clone().unwrap_or_default())
                .collect();
            ensure!(
                on_head == ["action_required"],
                "{name} has the check runs {on_head:?}"
            );
            let comments = repo
                .comments
                .values()
                .filter(|comment| comment.number == one.number && comment.user == bot);
            ensure!(comments.count() == 1, "{name} has not one comment of ours");
            ensure!(
                pull.requested_teams.iter().eq(["security"]),
                "{name} asked {:?} for a review",
                pull.requested_teams
            );
        }
        let mut heads = BTreeMap::new();
        for check in world.repos.values().flat_map(|repo| repo.checks.values()) {
            *heads.entry(&check.head_sha).or_insert(0) += 1;
        }
        let doubled = heads.iter().find(|(_, count)| **count > 1);
        ensure!(doubled.is_none(), "a head has several check runs: {doubled:?}");
        Ok(())
    })?;
    for one in &scene.pulls {
        let path = format!("/repos/{}/pulls/{}/requested_reviewers", one.repo, one.number);
        let asked = exchanges
            .iter()
            .filter(|exchange| exchange.method == "POST" && exchange.path.ends_with(&path));
        ensure!(asked.count() == 1, "{}#{}: not asked once", one.repo, one.number);
    }
    Ok(())
}
