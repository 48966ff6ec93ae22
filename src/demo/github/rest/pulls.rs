//! Pull requests: reading, their commits, reviews.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::PullState;

use super::seen;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/repos/{owner}/{repo}/pulls", get(list))
        .route("/repos/{owner}/{repo}/pulls/{number}", get(one))
        .route("/repos/{owner}/{repo}/pulls/{number}/commits", get(commits))
        .route("/repos/{owner}/{repo}/pulls/{number}/reviews", get(reviews))
        .route("/repos/{owner}/{repo}/issues/{number}", get(issue))
}

type PullPath = Path<(String, String, u64)>;

async fn list(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let asked = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let state = asked("state").unwrap_or("open");
    let mut found: Vec<_> = repo
        .pulls
        .values()
        .filter(|pull| state == "all" || (state == "open") == (pull.state == PullState::Open))
        .filter(|pull| asked("base").is_none_or(|base| base == pull.base_ref))
        .filter(|pull| {
            asked("head").is_none_or(|head| head == format!("{}:{}", pull.head_repo.owner, pull.head_ref))
        })
        .collect();
    if asked("sort") == Some("updated") {
        found.sort_by_key(|pull| pull.updated_at);
    }
    if asked("direction") != Some("asc") {
        found.reverse();
    }
    let all = found
        .into_iter()
        .map(|pull| shape::pull_simple(&world, repo, pull))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn one(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::pull(&world, repo, pull)))
}

async fn issue(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::issue(&world, repo, pull)))
}

async fn commits(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let git = bare::open(&repo.dir)?;
    let ids = match (
        bare::resolve(&git, &pull.base_ref),
        bare::resolve(&git, &pull.head_sha),
    ) {
        (Some(base), Some(head)) => bare::between(&git, base, head)?,
        _ => Vec::new(),
    };
    let all = ids
        .into_iter()
        .take(250)
        .filter_map(|id| shape::commit(&world, repo, &git, id))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn reviews(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let all: Vec<Value> = pull
        .reviews
        .iter()
        .map(|one| shape::review(&world, repo, number, one))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}
