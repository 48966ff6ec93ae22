//! Git's smart HTTP protocol for reading, written over libgit2 so that no `git` need be installed.
//! Public repositories are open; private ones want an installation's or a person's token as the
//! password of Basic authentication.

mod gunzip;
mod pkt_line;
mod upload_pack;

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde::Deserialize;

use crate::ids::RepoName;

use super::GitHub;
use super::bare;
use super::faults::GitFault;
use super::rest::may_read;

/// One request of Git's own protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitRequest {
    /// The repository.
    pub repo: RepoName,
    /// What was asked for.
    pub step: GitStep,
    /// The status of the answer.
    pub status: u16,
    /// How many bytes the answer has.
    pub bytes: usize,
}

/// The steps of a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitStep {
    /// The list of references.
    References,
    /// Negotiation, or the pack.
    Pack,
}

pub(super) fn router(github: &GitHub) -> Router {
    Router::new()
        .route("/{owner}/{repo}/info/refs", get(references))
        .route("/{owner}/{repo}/git-upload-pack", post(pack))
        .layer(DefaultBodyLimit::max(64 << 20))
        .with_state(github.clone())
}

#[derive(Deserialize)]
struct Service {
    service: Option<String>,
}

async fn references(
    State(github): State<GitHub>,
    Path((owner, repo)): Path<(String, String)>,
    Query(query): Query<Service>,
    headers: HeaderMap,
) -> Response {
    let name = repo_name(owner, &repo);
    if query.service.as_deref() != Some("git-upload-pack") {
        return refuse(&github, name, GitStep::References, StatusCode::FORBIDDEN);
    }
    let work = |git: &git2::Repository| upload_pack::advertise(git);
    serve(&github, name, GitStep::References, &headers, work).await
}

async fn pack(
    State(github): State<GitHub>,
    Path((owner, repo)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let name = repo_name(owner, &repo);
    let zipped = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|value| value == "gzip");
    let body = match zipped.then(|| gunzip::gunzip(&body)) {
        None => body.to_vec(),
        Some(Ok(body)) => body,
        Some(Err(_)) => return refuse(&github, name, GitStep::Pack, StatusCode::BAD_REQUEST),
    };
    let Ok(request) = upload_pack::Request::parse(&body) else {
        return refuse(&github, name, GitStep::Pack, StatusCode::BAD_REQUEST);
    };
    serve(
        &github,
        name,
        GitStep::Pack,
        &headers,
        move |git: &git2::Repository| request.answer(git),
    )
    .await
}

fn repo_name(owner: String, repo: &str) -> RepoName {
    RepoName {
        owner,
        name: repo.strip_suffix(".git").unwrap_or(repo).to_owned(),
    }
}

/// Checks who asks, does the work on a blocking thread, and records the request.
async fn serve(
    github: &GitHub,
    name: RepoName,
    step: GitStep,
    headers: &HeaderMap,
    work: impl FnOnce(&git2::Repository) -> anyhow::Result<Vec<u8>> + Send + 'static,
) -> Response {
    let fault = github.faults().for_git();
    if let Some(fault) = fault {
        return spoilt(github, name, step, fault).await;
    }
    let Ok(caller) = github.caller(headers) else {
        return refuse(github, name, step, StatusCode::UNAUTHORIZED);
    };
    let dir = {
        let world = github.world();
        world
            .repo(&name)
            .filter(|repo| may_read(&world, &caller, repo))
            .map(|repo| repo.dir.clone())
    };
    let Some(dir) = dir else {
        let anonymous = !headers.contains_key(header::AUTHORIZATION);
        let status = if anonymous {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::NOT_FOUND
        };
        return refuse(github, name, step, status);
    };
    let done = tokio::task::spawn_blocking(move || work(&bare::open(&dir)?)).await;
    match done {
        Ok(Ok(bytes)) => answer(github, name, step, bytes),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the stand-in could not answer a fetch");
            refuse(github, name, step, StatusCode::INTERNAL_SERVER_ERROR)
        }
        Err(_) => refuse(github, name, step, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn answer(github: &GitHub, repo: RepoName, step: GitStep, bytes: Vec<u8>) -> Response {
    let kind = match step {
        GitStep::References => "application/x-git-upload-pack-advertisement",
        GitStep::Pack => "application/x-git-upload-pack-result",
    };
    record(
        github,
        GitRequest {
            repo,
            step,
            status: 200,
            bytes: bytes.len(),
        },
    );
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")],
        bytes,
    )
        .into_response()
}

fn refuse(github: &GitHub, repo: RepoName, step: GitStep, status: StatusCode) -> Response {
    record(
        github,
        GitRequest {
            repo,
            step,
            status: status.as_u16(),
            bytes: 0,
        },
    );
    match status {
        StatusCode::UNAUTHORIZED => {
            (status, [(header::WWW_AUTHENTICATE, "Basic realm=\"GitHub\"")]).into_response()
        }
        _ => status.into_response(),
    }
}

async fn spoilt(github: &GitHub, repo: RepoName, step: GitStep, fault: GitFault) -> Response {
    match fault {
        GitFault::Status(code) => {
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            refuse(github, repo, step, status)
        }
        GitFault::Garbage => answer(
            github,
            repo,
            step,
            b"003fthis is no pack at all\0\0\xff\xfe".to_vec(),
        ),
        GitFault::Silence => {
            record(
                github,
                GitRequest {
                    repo,
                    step,
                    status: 200,
                    bytes: 0,
                },
            );
            let stop = github.0.stop.clone();
            let wait = futures_util::stream::once(async move {
                stop.cancelled().await;
                Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::TimedOut))
            });
            Body::from_stream(wait).into_response()
        }
    }
}

fn record(github: &GitHub, request: GitRequest) {
    github.log().git.push(request);
    github.tell();
}
