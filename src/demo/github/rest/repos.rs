//! Repositories, branches, commits, comparisons, permissions.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::ids::Login;

use super::seen;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/repos/{owner}/{repo}", get(repository))
        .route("/repos/{owner}/{repo}/branches/{branch}", get(branch))
        .route("/repos/{owner}/{repo}/commits", get(commits))
        .route("/repos/{owner}/{repo}/commits/{reference}", get(commit))
        .route(
            "/repos/{owner}/{repo}/commits/{reference}/pulls",
            get(pulls_of_commit),
        )
        .route("/repos/{owner}/{repo}/compare/{*basehead}", get(compare))
        .route(
            "/repos/{owner}/{repo}/collaborators/{login}/permission",
            get(permission),
        )
}

async fn repository(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): Path<(String, String)>,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    Ok(Reply::ok(shape::repository(&world, repo)))
}

async fn branch(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, branch)): Path<(String, String, String)>,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let missing = || Refusal::new(StatusCode::NOT_FOUND, "Branch not found");
    let id = bare::resolve(&git, &format!("refs/heads/{branch}")).ok_or_else(missing)?;
    let api = format!("{}/api/v3/repos/{}/branches/{branch}", github.url(), repo.name);
    Ok(Reply::ok(json!({
        "name": branch, "commit": shape::commit(&world, repo, &git, id),
        "_links": { "self": api, "html": format!("{}/{}/tree/{branch}", github.url(), repo.name) },
        "protected": false,
        "protection": { "enabled": false, "required_status_checks": { "enforcement_level": "off", "contexts": [], "checks": [] } },
        "protection_url": format!("{api}/protection")
    })))
}

async fn commits(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let asked = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "sha")
        .map_or_else(|| repo.default_branch.clone(), |(_, value)| value.into_owned());
    let tip = bare::resolve(&git, &asked).ok_or_else(Refusal::not_found)?;
    let walk = || -> Result<Vec<git2::Oid>, git2::Error> {
        let mut walk = git.revwalk()?;
        walk.push(tip)?;
        walk.collect()
    };
    let ids = walk().map_err(anyhow::Error::from)?;
    let all = ids
        .into_iter()
        .filter_map(|id| shape::commit(&world, repo, &git, id))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn commit(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, reference)): Path<(String, String, String)>,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let missing = || {
        Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("No commit found for SHA: {reference}"),
        )
    };
    let id = bare::resolve(&git, &reference).ok_or_else(missing)?;
    let document = shape::commit(&world, repo, &git, id).ok_or_else(missing)?;
    Ok(Reply::ok(document))
}

async fn pulls_of_commit(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, sha)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let wanted = bare::resolve(&git, &sha).ok_or_else(Refusal::not_found)?;
    let all: Vec<Value> = repo
        .pulls
        .values()
        .filter(|pull| {
            let (base, head) = (
                bare::resolve(&git, &pull.base_sha),
                bare::resolve(&git, &pull.head_sha),
            );
            match (base, head) {
                (Some(base), Some(head)) => {
                    bare::between(&git, base, head).is_ok_and(|ids| ids.contains(&wanted))
                }
                _ => false,
            }
        })
        .map(|pull| shape::pull_simple(&world, repo, pull))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn compare(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, basehead)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let (base, head) = basehead.split_once("...").ok_or_else(Refusal::not_found)?;
    let git = bare::open(&repo.dir)?;
    let find = |name: &str| {
        let plain = name.rsplit_once(':').map_or(name, |(_, branch)| branch);
        bare::resolve(&git, plain).ok_or_else(Refusal::not_found)
    };
    let document = shape::compare(&world, repo, &git, find(base)?, find(head)?);
    let document = document.ok_or_else(Refusal::not_found)?;
    Ok(Reply::page_within(github.url(), &uri, document, "commits"))
}

async fn permission(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, login)): Path<(String, String, String)>,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let login = Login::new(login);
    if !world.accounts.contains_key(&login) {
        return Err(Refusal::not_found());
    }
    let role = world.permission(repo, &login);
    let coarse = match role {
        "maintain" => "write",
        "triage" => "read",
        other => other,
    };
    let user = shape::join(
        shape::user(&world, &login),
        json!({
            "role_name": role,
            "permissions": {
                "pull": role != "none", "triage": !matches!(role, "none" | "read"),
                "push": matches!(role, "write" | "maintain" | "admin"),
                "maintain": matches!(role, "maintain" | "admin"), "admin": role == "admin"
            }
        }),
    );
    Ok(Reply::ok(
        json!({ "permission": coarse, "role_name": role, "user": user }),
    ))
}
