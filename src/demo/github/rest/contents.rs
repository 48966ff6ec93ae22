//! Files through the contents endpoint.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::bare::Identity;
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
    Router::new().route("/repos/{owner}/{repo}/contents/{*path}", get(read).put(write))
}

fn wanted_ref(uri: &Uri) -> Option<String> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "ref")
        .map(|(_, value)| value.into_owned())
}

fn entry(github: &GitHub, repo: &Repo, at: &str, path: &str, kind: &str, sha: &str, size: usize) -> Value {
    let base = format!("{}/api/v3/repos/{}", github.url(), repo.name);
    let page = format!("{}/{}/blob/{at}/{path}", github.url(), repo.name);
    let own = format!("{base}/contents/{path}?ref={at}");
    let object = if kind == "dir" { "trees" } else { "blobs" };
    let git = format!("{base}/git/{object}/{sha}");
    json!({
        "type": kind, "name": path.rsplit('/').next(), "path": path, "sha": sha, "size": size,
        "url": own, "git_url": git, "html_url": page,
        "download_url": (kind == "file").then(|| format!("{}/{}/raw/{at}/{path}", github.url(), repo.name)),
        "_links": { "self": own, "git": git, "html": page }
    })
}

async fn read(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, path)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let git = bare::open(&repo.dir)?;
    let at = wanted_ref(&uri).unwrap_or_else(|| repo.default_branch.clone());
    let no_commit = || Refusal::new(StatusCode::NOT_FOUND, format!("No commit found for the ref {at}"));
    let commit = bare::resolve(&git, &at).ok_or_else(no_commit)?;
    let path = path.trim_matches('/');
    if let Some((sha, bytes)) = bare::blob_at(&git, commit, path) {
        let text = STANDARD.encode(&bytes);
        let lines: String = text
            .as_bytes()
            .chunks(60)
            .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
            .collect();
        let file = entry(&github, repo, &at, path, "file", &sha.to_string(), bytes.len());
        return Ok(Reply::ok(shape::join(
            file,
            json!({ "encoding": "base64", "content": lines }),
        )));
    }
    directory(&github, repo, &git, commit, &at, path)
        .map(Reply::ok)
        .ok_or_else(Refusal::not_found)
}

fn directory(
    github: &GitHub,
    repo: &Repo,
    git: &git2::Repository,
    commit: git2::Oid,
    at: &str,
    path: &str,
) -> Option<Value> {
    let root = git.find_commit(commit).ok()?.tree().ok()?;
    let found = root.get_path(std::path::Path::new(path)).ok()?;
    let tree = git.find_tree(found.id()).ok()?;
    let list = tree
        .iter()
        .filter_map(|one| {
            let full = format!("{path}/{}", one.name().ok()?);
            let id = one.id().to_string();
            Some(match one.kind()? {
                git2::ObjectType::Tree => entry(github, repo, at, &full, "dir", &id, 0),
                _ => {
                    let size = git.find_blob(one.id()).map_or(0, |blob| blob.size());
                    entry(github, repo, at, &full, "file", &id, size)
                }
            })
        })
        .collect();
    Some(Value::Array(list))
}

async fn write(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, path)): Path<(String, String, String)>,
    input: Input,
) -> Answer {
    let message = input.needed("Content", "message")?;
    let bytes = STANDARD
        .decode(input.needed("Content", "content")?.replace(['\n', '\r'], ""))
        .map_err(|_| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "content is not valid Base64"))?;
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let repo = seen(&world, &caller, &owner, &repo)?;
        let git = bare::open(&repo.dir)?;
        let branch = input.text("branch").unwrap_or(&repo.default_branch).to_owned();
        let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("Branch {branch} not found"));
        let tip = bare::resolve(&git, &format!("refs/heads/{branch}")).ok_or_else(missing)?;
        let old = bare::blob_at(&git, tip, &path).map(|(id, _)| id.to_string());
        if old.as_deref() != input.text("sha") {
            let given = input.text("sha").unwrap_or_default();
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                format!("{path} does not match {given}"),
            ));
        }
        let email = world
            .accounts
            .get(&login)
            .and_then(|account| account.emails.last().cloned());
        let who = Identity {
            name: login.to_string(),
            email: email.unwrap_or_default(),
        };
        let edits = [(path.as_str(), Some(bytes.as_slice()))];
        let draft = bare::Draft {
            parents: vec![tip],
            edits: &edits,
            message,
            author: &who,
            committer: &who,
        };
        let id = bare::commit(&git, &draft)?;
        let events = moved(&mut world, &name, &branch, id, &login)?;
        let repo = seen(&world, &caller, &owner, &name.name)?;
        let sha = bare::blob_at(&git, id, &path)
            .map(|(id, _)| id.to_string())
            .unwrap_or_default();
        let body = json!({
            "content": entry(&github, repo, &branch, &path, "file", &sha, bytes.len()),
            "commit": shape::git_commit(&world, repo, &git, id)
        });
        (
            if old.is_some() {
                Reply::ok(body)
            } else {
                Reply::created(body)
            },
            events,
        )
    };
    github.deliver_later(events);
    Ok(reply)
}
