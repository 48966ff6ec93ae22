//! Check runs and their annotations.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::world::CheckRun;
use crate::demo::github::world::PullState;
use crate::demo::github::world::Repo;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;

use super::app;
use super::node_id;

/// A check run.
pub(in crate::demo::github) fn check_run(world: &World, repo: &Repo, check: &CheckRun) -> Value {
    let base = format!("{}/api/v3/repos/{}", world.host, repo.name);
    let api = format!("{base}/check-runs/{}", check.id);
    let page = format!("{}/{}/runs/{}", world.host, repo.name, check.id);
    json!({
        "id": check.id, "name": check.name, "node_id": node_id("CheckRun", check.id),
        "head_sha": check.head_sha, "external_id": check.external_id.clone().unwrap_or_default(),
        "url": api, "html_url": page,
        "details_url": check.details_url.clone().unwrap_or(page), "status": check.status,
        "conclusion": check.conclusion, "started_at": iso(check.started_at),
        "completed_at": check.completed_at.map(iso),
        "output": {
            "title": check.title, "summary": check.summary, "text": check.text,
            "annotations_count": check.annotations.len(),
            "annotations_url": format!("{api}/annotations")
        },
        "check_suite": { "id": suite_id(check) }, "app": app(world),
        "pull_requests": pulls(world, repo, check)
    })
}

/// The check suite of a run, as events carry it.
pub(in crate::demo::github) fn check_suite(world: &World, repo: &Repo, check: &CheckRun) -> Value {
    let id = suite_id(check);
    let pull = repo.pulls.values().find(|pull| pull.head_sha == check.head_sha);
    json!({
        "id": id, "node_id": node_id("CheckSuite", id), "head_branch": pull.map(|pull| pull.head_ref.as_str()),
        "head_sha": check.head_sha, "status": check.status, "conclusion": check.conclusion,
        "url": format!("{}/api/v3/repos/{}/check-suites/{id}", world.host, repo.name),
        "before": pull.map(|pull| pull.base_sha.as_str()), "after": check.head_sha,
        "pull_requests": pulls(world, repo, check), "app": app(world),
        "created_at": iso(check.started_at), "updated_at": iso(check.completed_at.unwrap_or(check.started_at))
    })
}

/// The open pull requests whose head a run judges.
fn pulls(world: &World, repo: &Repo, check: &CheckRun) -> Vec<Value> {
    let base = format!("{}/api/v3/repos/{}", world.host, repo.name);
    repo.pulls
        .values()
        .filter(|pull| pull.head_sha == check.head_sha && pull.state == PullState::Open)
        .filter_map(|pull| {
            let head = world.repo(&pull.head_repo)?;
            Some(json!({
                "url": format!("{base}/pulls/{}", pull.number), "id": pull.id, "number": pull.number,
                "head": { "ref": pull.head_ref, "sha": pull.head_sha, "repo": small(world, head) },
                "base": { "ref": pull.base_ref, "sha": pull.base_sha, "repo": small(world, repo) }
            }))
        })
        .collect()
}

/// The id of the check suite that a run belongs to: one per commit.
fn suite_id(check: &CheckRun) -> u64 {
    u64::from_str_radix(check.head_sha.get(..10).unwrap_or("0"), 16).unwrap_or(1)
}

fn small(world: &World, repo: &Repo) -> Value {
    json!({
        "id": repo.id, "name": repo.name.name,
        "url": format!("{}/api/v3/repos/{}", world.host, repo.name)
    })
}

/// An annotation as it is read back.
pub(in crate::demo::github) fn annotation(repo: &Repo, check: &CheckRun, sent: &Value) -> Value {
    let or_null = |name: &str| sent.get(name).cloned().unwrap_or(Value::Null);
    json!({
        "path": or_null("path"), "start_line": or_null("start_line"),
        "end_line": or_null("end_line"), "start_column": or_null("start_column"),
        "end_column": or_null("end_column"), "annotation_level": or_null("annotation_level"),
        "title": or_null("title"), "message": or_null("message"),
        "raw_details": or_null("raw_details"),
        "blob_href": format!("/{}/blob/{}", repo.name, check.head_sha)
    })
}
