//! Comments on the conversation, their reactions, and labels.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::delete;
use axum::routing::get;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::events;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Input;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::Comment;
use crate::demo::github::world::Reaction;
use crate::demo::github::world::now;

use super::seen;
use super::writable;

/// The longest comment that GitHub takes, in characters.
const LONGEST: usize = 65_536;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route(
            "/repos/{owner}/{repo}/issues/{number}/comments",
            get(list).post(create),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}",
            get(one).patch(update).delete(destroy),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
            get(reactions).post(react),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}/reactions/{reaction}",
            delete(unreact),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/labels",
            get(labels).post(add_labels),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/labels/{label}",
            delete(remove_label),
        )
}

type NumberPath = Path<(String, String, u64)>;

async fn list(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): NumberPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let all = repo
        .comments
        .values()
        .filter(|comment| comment.number == number)
        .map(|comment| shape::comment(&world, repo, comment))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn one(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): NumberPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let comment = repo.comments.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::comment(&world, repo, comment)))
}

fn body(input: &Input) -> Result<String, Refusal> {
    let body = input.needed("IssueComment", "body")?;
    if body.trim().is_empty() {
        return Err(Refusal::invalid("IssueComment", "body", "missing_field"));
    }
    if body.chars().count() > LONGEST {
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Validation Failed: body is too long (maximum is 65536 characters)",
        ));
    }
    Ok(body.to_owned())
}

async fn create(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): NumberPath,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        seen(&world, &caller, &owner, &repo)?
            .pulls
            .get(&number)
            .ok_or_else(Refusal::not_found)?;
        let (id, at) = (world.next_id(), now());
        let comment = Comment {
            id,
            number,
            user: login.clone(),
            body: body(&input)?,
            earlier: Vec::new(),
            reactions: Vec::new(),
            created_at: at,
            updated_at: at,
        };
        if let Some(repo) = world.repo_mut(&name) {
            repo.comments.insert(id, comment.clone());
        }
        let shown = shape::comment(&world, seen(&world, &caller, &owner, &repo)?, &comment);
        (
            Reply::created(shown),
            events::issue_comment(&world, &name, &comment, &login, "created", json!({})),
        )
    };
    github.deliver_later(events);
    Ok(reply)
}

async fn update(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): NumberPath,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let text = body(&input)?;
        let comment = world
            .repo_mut(&name)
            .and_then(|repo| repo.comments.get_mut(&id))
            .ok_or_else(Refusal::not_found)?;
        let old = std::mem::replace(&mut comment.body, text);
        comment.earlier.push(old.clone());
        comment.updated_at = now();
        let comment = comment.clone();
        let shown = shape::comment(&world, seen(&world, &caller, &owner, &repo)?, &comment);
        let changes = json!({ "changes": { "body": { "from": old } } });
        (
            Reply::ok(shown),
            events::issue_comment(&world, &name, &comment, &login, "edited", changes),
        )
    };
    github.deliver_later(events);
    Ok(reply)
}

async fn destroy(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): NumberPath,
) -> Answer {
    let events = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let comment = world
            .repo_mut(&name)
            .and_then(|repo| repo.comments.remove(&id))
            .ok_or_else(Refusal::not_found)?;
        events::issue_comment(&world, &name, &comment, &login, "deleted", json!({}))
    };
    github.deliver_later(events);
    Ok(Reply::nothing())
}

async fn reactions(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): NumberPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let comment = repo.comments.get(&id).ok_or_else(Refusal::not_found)?;
    let all = comment
        .reactions
        .iter()
        .map(|one| shape::reaction(&world, one))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn react(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id)): NumberPath,
    input: Input,
) -> Answer {
    let content = input.needed("Reaction", "content")?;
    if !shape::REACTIONS.contains(&content) {
        return Err(Refusal::invalid("Reaction", "content", "invalid"));
    }
    let mut world = github.world();
    let (name, login) = writable(&world, &caller, &owner, &repo)?;
    let new = world.next_id();
    let comment = world
        .repo_mut(&name)
        .and_then(|repo| repo.comments.get_mut(&id))
        .ok_or_else(Refusal::not_found)?;
    if let Some(old) = comment
        .reactions
        .iter()
        .find(|one| one.user == login && one.content == content)
        .cloned()
    {
        return Ok(Reply::ok(shape::reaction(&world, &old)));
    }
    let reaction = Reaction {
        id: new,
        user: login,
        content: content.to_owned(),
        created_at: now(),
    };
    comment.reactions.push(reaction.clone());
    Ok(Reply::created(shape::reaction(&world, &reaction)))
}

async fn unreact(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, id, reaction)): Path<(String, String, u64, u64)>,
) -> Answer {
    let mut world = github.world();
    let (name, _) = writable(&world, &caller, &owner, &repo)?;
    let comment = world
        .repo_mut(&name)
        .and_then(|repo| repo.comments.get_mut(&id))
        .ok_or_else(Refusal::not_found)?;
    let before = comment.reactions.len();
    comment.reactions.retain(|one| one.id != reaction);
    if comment.reactions.len() == before {
        return Err(Refusal::not_found());
    }
    Ok(Reply::nothing())
}

fn label_list(
    github: &GitHub,
    caller: &Caller,
    owner: &str,
    repo: &str,
    number: u64,
) -> Result<Vec<Value>, Refusal> {
    let world = github.world();
    let repo = seen(&world, caller, owner, repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let simple = shape::pull_simple(&world, repo, pull);
    Ok(simple
        .get("labels")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default())
}

async fn labels(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): NumberPath,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    Ok(Reply::page(
        github.url(),
        &uri,
        label_list(&github, &caller, &owner, &repo, number)?,
    ))
}

async fn add_labels(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): NumberPath,
    input: Input,
) -> Answer {
    {
        let mut world = github.world();
        let (name, _) = writable(&world, &caller, &owner, &repo)?;
        let pull = world
            .repo_mut(&name)
            .and_then(|repo| repo.pulls.get_mut(&number))
            .ok_or_else(Refusal::not_found)?;
        pull.labels
            .extend(input.texts("labels").into_iter().map(str::to_owned));
    }
    Ok(Reply::ok(Value::Array(label_list(
        &github, &caller, &owner, &repo, number,
    )?)))
}

async fn remove_label(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number, label)): Path<(String, String, u64, String)>,
) -> Answer {
    {
        let mut world = github.world();
        let (name, _) = writable(&world, &caller, &owner, &repo)?;
        let pull = world
            .repo_mut(&name)
            .and_then(|repo| repo.pulls.get_mut(&number))
            .ok_or_else(Refusal::not_found)?;
        if !pull.labels.remove(&label) {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "Label does not exist"));
        }
    }
    Ok(Reply::ok(Value::Array(label_list(
        &github, &caller, &owner, &repo, number,
    )?)))
}
