//! Check runs.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::events;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Input;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::CheckRun;
use crate::demo::github::world::now;

use super::seen;
use super::writable;

/// The longest summary or text that GitHub takes, in characters.
const LONGEST: usize = 65_535;
/// How many annotations one request may bring.
const BATCH: usize = 50;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/repos/{owner}/{repo}/check-runs", post(create))
        .route("/repos/{owner}/{repo}/check-runs/{id}", get(one).patch(update))
        .route(
            "/repos/{owner}/{repo}/check-runs/{id}/annotations",
            get(annotations),
        )
        .route("/repos/{owner}/{repo}/commits/{reference}/check-runs", get(list))
}

type IdPath = Path<(String, String, u64)>;

async fn create(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): Path<(String, String)>,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let sha = input.needed("CheckRun", "head_sha")?;
        let git = bare::open(&seen(&world, &caller, &owner, &repo)?.dir)?;
        if bare::resolve(&git, sha).is_none() {
            let message = format!("No commit found for SHA: {sha}");
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message));
        }
        let id = world.next_id();
        let mut check = CheckRun {
            id,
            name: input.needed("CheckRun", "name")?.to_owned(),
            head_sha: sha.to_owned(),
            status: "queued".to_owned(),
            conclusion: None,
            details_url: None,
            external_id: None,
            title: None,
            summary: None,
            text: None,
            annotations: Vec::new(),
            actions: Vec::new(),
            started_at: now(),
            completed_at: None,
            updates: 0,
        };
        apply(&mut check, &input)?;
        if let Some(repo) = world.repo_mut(&name) {
            repo.checks.insert(id, check.clone());
        }
        let shown = shape::check_run(&world, seen(&world, &caller, &owner, &repo)?, &check);
        (
            Reply::created(shown),
            events::check_run(&world, &name, id, &login, "created", json!({})),
        )
    };
    github.deliver_later(events);
    Ok(reply)
}

async fn update(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): IdPath,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let check = world
            .repo_mut(&name)
            .and_then(|repo| repo.checks.get_mut(&id))
            .ok_or_else(Refusal::not_found)?;
        let mut changed = check.clone();
        apply(&mut changed, &input)?;
        changed.updates += 1;
        let completed = check.conclusion.is_none() && changed.conclusion.is_some();
        *check = changed.clone();
        let shown = shape::check_run(&world, seen(&world, &caller, &owner, &repo)?, &changed);
        let events = match completed {
            true => events::check_run(&world, &name, id, &login, "completed", json!({})),
            false => Vec::new(),
        };
        (Reply::ok(shown), events)
    };
    github.deliver_later(events);
    Ok(reply)
}

/// Takes over what a request says, refusing what GitHub refuses.
fn apply(check: &mut CheckRun, input: &Input) -> Result<(), Refusal> {
    let take = |name: &str, into: &mut Option<String>| {
        if let Some(text) = input.text(name) {
            *into = Some(text.to_owned());
        }
    };
    if let Some(name) = input.text("name") {
        name.clone_into(&mut check.name);
    }
    take("details_url", &mut check.details_url);
    take("external_id", &mut check.external_id);
    if let Some(status) = input.text("status") {
        if !matches!(status, "queued" | "in_progress" | "completed") {
            return Err(Refusal::invalid("CheckRun", "status", "invalid"));
        }
        status.clone_into(&mut check.status);
    }
    if let Some(conclusion) = input.text("conclusion") {
        const KNOWN: [&str; 7] = [
            "action_required",
            "cancelled",
            "failure",
            "neutral",
            "success",
            "skipped",
            "timed_out",
        ];
        if !KNOWN.contains(&conclusion) {
            return Err(Refusal::invalid("CheckRun", "conclusion", "invalid"));
        }
        check.conclusion = Some(conclusion.to_owned());
        "completed".clone_into(&mut check.status);
        let told = input
            .text("completed_at")
            .and_then(|text| text.parse::<Timestamp>().ok());
        check.completed_at = Some(told.unwrap_or_else(now));
    } else if check.status != "completed" {
        check.conclusion = None;
        check.completed_at = None;
    } else if check.conclusion.is_none() {
        return Err(Refusal::invalid("CheckRun", "conclusion", "missing_field"));
    }
    if let Some(at) = input
        .text("started_at")
        .and_then(|text| text.parse::<Timestamp>().ok())
    {
        check.started_at = at;
    }
    if let Some(actions) = input.0.get("actions").and_then(Value::as_array) {
        check.actions = buttons(actions)?;
    }
    output(check, input.0.get("output"))
}

fn buttons(actions: &[Value]) -> Result<Vec<Value>, Refusal> {
    let fits = |action: &Value| {
        [("label", 20), ("description", 40), ("identifier", 20)]
            .iter()
            .all(|(name, longest)| {
                action
                    .get(name)
                    .and_then(Value::as_str)
                    .is_some_and(|text| text.chars().count() <= *longest)
            })
    };
    if actions.len() > 3 || !actions.iter().all(fits) {
        return Err(Refusal::invalid("CheckRun", "actions", "invalid"));
    }
    Ok(actions.to_vec())
}

fn output(check: &mut CheckRun, output: Option<&Value>) -> Result<(), Refusal> {
    let Some(output) = output.filter(|output| !output.is_null()) else {
        return Ok(());
    };
    let text = |name: &str| output.get(name).and_then(Value::as_str).map(str::to_owned);
    let summary =
        text("summary").ok_or_else(|| Refusal::invalid("CheckRun", "output.summary", "missing_field"))?;
    let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.chars().count() > LONGEST);
    let (title, summary, text) = (text("title"), Some(summary), text("text"));
    if title.is_none() && check.title.is_none() {
        return Err(Refusal::invalid("CheckRun", "output.title", "missing_field"));
    }
    if long(&summary) || long(&text) {
        return Err(Refusal::invalid("CheckRun", "output", "too_long"));
    }
    check.title = title.or(check.title.take());
    check.summary = summary;
    check.text = text.or(check.text.take());
    let new = output
        .get("annotations")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if new.len() > BATCH {
        return Err(Refusal::invalid("CheckRun", "output.annotations", "too_many"));
    }
    check.annotations.extend(new);
    Ok(())
}

async fn one(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): IdPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let check = repo.checks.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::check_run(&world, repo, check)))
}

async fn annotations(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): IdPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let check = repo.checks.get(&id).ok_or_else(Refusal::not_found)?;
    let all = check
        .annotations
        .iter()
        .map(|sent| shape::annotation(repo, check, sent))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn list(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, reference)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let sha = bare::resolve(&git, &reference)
        .ok_or_else(Refusal::not_found)?
        .to_string();
    let wanted = query(&uri, "check_name");
    let found = repo
        .checks
        .values()
        .rev()
        .filter(|check| check.head_sha == sha)
        .filter(|check| wanted.as_ref().is_none_or(|name| *name == check.name))
        .map(|check| shape::check_run(&world, repo, check))
        .collect();
    Ok(Reply::page_in(github.url(), &uri, "check_runs", found))
}

fn query(uri: &Uri, name: &str) -> Option<String> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}
