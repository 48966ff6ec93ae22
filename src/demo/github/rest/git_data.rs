//! The Git database: blobs, trees, commits and refs.

use axum::Extension;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::routing::patch;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use git2::Oid;
use git2::build::TreeUpdateBuilder;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::gate::Caller;
use crate::demo::github::players::moved;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Input;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::Repo;

use super::seen;
use super::writable;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/repos/{owner}/{repo}/git/blobs", post(create_blob))
        .route("/repos/{owner}/{repo}/git/blobs/{sha}", get(blob))
        .route("/repos/{owner}/{repo}/git/trees", post(create_tree))
        .route("/repos/{owner}/{repo}/git/trees/{sha}", get(tree))
        .route("/repos/{owner}/{repo}/git/commits", post(create_commit))
        .route("/repos/{owner}/{repo}/git/commits/{sha}", get(commit))
        .route("/repos/{owner}/{repo}/git/ref/{*name}", get(reference))
        .route("/repos/{owner}/{repo}/git/refs", post(create_ref))
        .route("/repos/{owner}/{repo}/git/refs/{*name}", patch(update_ref))
}

type RepoPath = Path<(String, String)>;
type ObjectPath = Path<(String, String, String)>;

fn oid(text: &str) -> Result<Oid, Refusal> {
    Oid::from_str(text).map_err(|_| {
        Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        )
    })
}

fn wrong(error: git2::Error) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.message().to_owned())
}

async fn create_blob(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): RepoPath,
    input: Input,
) -> Answer {
    let world = github.world();
    let (name, _) = writable(&world, &caller, &owner, &repo)?;
    let repo = seen(&world, &caller, &owner, &repo)?;
    let text = input.needed("Blob", "content")?;
    let bytes = match input.text("encoding") {
        Some("base64") => STANDARD
            .decode(text.replace(['\n', '\r'], ""))
            .map_err(|_| Refusal::invalid("Blob", "content", "invalid"))?,
        _ => text.as_bytes().to_vec(),
    };
    let id = bare::open(&repo.dir)?.blob(&bytes).map_err(wrong)?;
    let url = format!("{}/api/v3/repos/{name}/git/blobs/{id}", github.url());
    Ok(Reply::created(json!({ "sha": id.to_string(), "url": url })))
}

async fn blob(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, sha)): ObjectPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let found = git.find_blob(oid(&sha)?).map_err(|_| Refusal::not_found())?;
    let url = format!("{}/api/v3/repos/{}/git/blobs/{sha}", github.url(), repo.name);
    Ok(Reply::ok(json!({
        "sha": sha, "node_id": shape::node_id("Blob", 1), "size": found.size(), "url": url,
        "content": STANDARD.encode(found.content()), "encoding": "base64"
    })))
}

fn tree_shape(
    github: &GitHub,
    repo: &Repo,
    git: &git2::Repository,
    id: Oid,
    deep: bool,
    limit: usize,
) -> Result<Value, Refusal> {
    let base = format!("{}/api/v3/repos/{}/git", github.url(), repo.name);
    let found = git.find_tree(id).map_err(|_| Refusal::not_found())?;
    let mut list = Vec::new();
    let mut truncated = false;
    found
        .walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if list.len() >= limit {
                truncated = true;
                return git2::TreeWalkResult::Abort;
            }
            let kind = match entry.kind() {
                Some(git2::ObjectType::Tree) => "tree",
                Some(git2::ObjectType::Commit) => "commit",
                _ => "blob",
            };
            let path = format!("{folder}{}", entry.name().unwrap_or_default());
            let mut one = json!({
                "path": path, "mode": format!("{:06o}", entry.filemode()), "type": kind,
                "sha": entry.id().to_string(), "url": format!("{base}/{kind}s/{}", entry.id())
            });
            if kind == "blob" {
                let size = git.find_blob(entry.id()).map_or(0, |blob| blob.size());
                one = shape::join(one, json!({ "size": size }));
            }
            list.push(one);
            if deep {
                git2::TreeWalkResult::Ok
            } else {
                git2::TreeWalkResult::Skip
            }
        })
        .or_else(|error| if truncated { Ok(()) } else { Err(wrong(error)) })?;
    Ok(json!({
        "sha": id.to_string(), "url": format!("{base}/trees/{id}"), "tree": list, "truncated": truncated
    }))
}

async fn tree(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, sha)): ObjectPath,
    uri: axum::http::Uri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let deep = uri.query().is_some_and(|query| query.contains("recursive="));
    let id = match bare::resolve(&git, &sha) {
        Some(commit) => git.find_commit(commit).map_err(wrong)?.tree_id(),
        None => oid(&sha)?,
    };
    let limit = if deep { world.tree_limit } else { usize::MAX };
    tree_shape(&github, repo, &git, id, deep, limit).map(Reply::ok)
}

async fn create_tree(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): RepoPath,
    input: Input,
) -> Answer {
    let world = github.world();
    writable(&world, &caller, &owner, &repo)?;
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let baseline = match input.text("base_tree") {
        Some(text) => git
            .find_object(oid(text)?, None)
            .and_then(|object| object.peel_to_tree())
            .map_err(|_| Refusal::not_found())?,
        None => {
            let empty = git
                .treebuilder(None)
                .and_then(|builder| builder.write())
                .map_err(wrong)?;
            git.find_tree(empty).map_err(wrong)?
        }
    };
    let mut update = TreeUpdateBuilder::new();
    let entries = input
        .0
        .get("tree")
        .and_then(Value::as_array)
        .ok_or_else(|| Refusal::invalid("Tree", "tree", "missing_field"))?;
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let path = text("path").ok_or_else(|| Refusal::invalid("Tree", "path", "missing_field"))?;
        let mode = match text("mode") {
            Some("100755") => git2::FileMode::BlobExecutable,
            Some("100644") => git2::FileMode::Blob,
            _ => return Err(Refusal::invalid("Tree", "mode", "invalid")),
        };
        match (text("content"), text("sha")) {
            (Some(content), _) => {
                update.upsert(path, git.blob(content.as_bytes()).map_err(wrong)?, mode);
            }
            (None, Some(sha)) => {
                update.upsert(path, oid(sha)?, mode);
            }
            (None, None) => {
                update.remove(path);
            }
        }
    }
    let id = update.create_updated(&git, &baseline).map_err(wrong)?;
    tree_shape(&github, repo, &git, id, false, usize::MAX).map(Reply::created)
}

async fn create_commit(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): RepoPath,
    input: Input,
) -> Answer {
    let world = github.world();
    let (_, login) = writable(&world, &caller, &owner, &repo)?;
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let message = input.needed("Commit", "message")?;
    let tree = git
        .find_tree(oid(input.needed("Commit", "tree")?)?)
        .map_err(|_| Refusal::not_found())?;
    let mut parents = Vec::new();
    for parent in input.texts("parents") {
        parents.push(git.find_commit(oid(parent)?).map_err(|_| Refusal::not_found())?);
    }
    let person = |role: &str| {
        let given = input.0.get(role).unwrap_or(&Value::Null);
        let name = given
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or(login.as_str());
        let own = world
            .accounts
            .get(&login)
            .and_then(|account| account.emails.last());
        let email = given
            .get("email")
            .and_then(Value::as_str)
            .or(own.map(String::as_str));
        git2::Signature::now(name, email.unwrap_or("nobody@example.com"))
    };
    let author = person("author").map_err(wrong)?;
    let committer = if input.0.get("committer").is_some() || input.0.get("author").is_none() {
        person("committer").map_err(wrong)?
    } else {
        author.clone()
    };
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    let id = git
        .commit(None, &author, &committer, message, &tree, &parents)
        .map_err(wrong)?;
    let document = shape::git_commit(&world, repo, &git, id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::created(document))
}

async fn commit(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, sha)): ObjectPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let document = shape::git_commit(&world, repo, &git, oid(&sha)?).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(document))
}

fn ref_shape(github: &GitHub, repo: &Repo, name: &str, id: Oid) -> Value {
    let base = format!("{}/api/v3/repos/{}/git", github.url(), repo.name);
    json!({
        "ref": name, "node_id": shape::node_id("Ref", 1), "url": format!("{base}/{name}"),
        "object": { "sha": id.to_string(), "type": "commit", "url": format!("{base}/commits/{id}") }
    })
}

async fn reference(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, name)): ObjectPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let name = format!("refs/{name}");
    let id = bare::resolve(&git, &name).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(ref_shape(&github, repo, &name, id)))
}

async fn create_ref(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): RepoPath,
    input: Input,
) -> Answer {
    let full = input.needed("Reference", "ref")?.to_owned();
    let id = oid(input.needed("Reference", "sha")?)?;
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let found = seen(&world, &caller, &owner, &repo)?;
        let git = bare::open(&found.dir)?;
        if git.find_reference(&full).is_ok() {
            return Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Reference already exists",
            ));
        }
        let reply = Reply::created(ref_shape(&github, found, &full, id));
        let events = match full.strip_prefix("refs/heads/") {
            Some(branch) => moved(&mut world, &name, branch, id, &login)?,
            None => {
                bare::set_ref(&git, &full, id)?;
                Vec::new()
            }
        };
        (reply, events)
    };
    github.deliver_later(events);
    Ok(reply)
}

async fn update_ref(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, name)): ObjectPath,
    input: Input,
) -> Answer {
    let id = oid(input.needed("Reference", "sha")?)?;
    let forced = input.0.get("force").and_then(Value::as_bool).unwrap_or(false);
    let (reply, events) = {
        let mut world = github.world();
        let (repo_name, login) = writable(&world, &caller, &owner, &repo)?;
        let found = seen(&world, &caller, &owner, &repo)?;
        let git = bare::open(&found.dir)?;
        let full = format!("refs/{name}");
        let missing = || Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "Reference does not exist");
        let old = bare::resolve(&git, &full).ok_or_else(missing)?;
        let forward = old == id || git.graph_descendant_of(id, old).map_err(wrong)?;
        if !forward && !forced {
            return Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Update is not a fast forward",
            ));
        }
        let reply = Reply::ok(ref_shape(&github, found, &full, id));
        let events = match name.strip_prefix("heads/") {
            Some(branch) => moved(&mut world, &repo_name, branch, id, &login)?,
            None => {
                bare::set_ref(&git, &full, id)?;
                Vec::new()
            }
        };
        (reply, events)
    };
    github.deliver_later(events);
    Ok(reply)
}
