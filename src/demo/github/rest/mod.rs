//! The REST interface, one file per part of GitHub's own table of contents.

mod apps;
mod checks;
mod comments;
mod contents;
mod git_data;
mod orgs;
mod pulls;
mod repos;
mod reviewers;

use axum::Router;
use axum::middleware;
use axum::routing::any;

use crate::ids::Login;
use crate::ids::RepoName;

use super::GitHub;
use super::gate;
use super::gate::Caller;
use super::reply::Refusal;
use super::world::Repo;
use super::world::World;

/// All routes, behind the gate.
pub(super) fn router(github: &GitHub) -> Router {
    let routes = Router::new()
        .merge(apps::routes())
        .merge(repos::routes())
        .merge(contents::routes())
        .merge(git_data::routes())
        .merge(pulls::routes())
        .merge(reviewers::routes())
        .merge(comments::routes())
        .merge(checks::routes())
        .merge(orgs::routes())
        .route("/{*unknown}", any(|| async { Refusal::not_found() }));
    Router::new()
        .nest("/api/v3", routes)
        .layer(middleware::from_fn_with_state(github.clone(), gate::pass))
        .with_state(github.clone())
}

/// Whether someone may read a repository.
pub(in crate::demo::github) fn may_read(world: &World, caller: &Caller, repo: &Repo) -> bool {
    match caller {
        _ if !repo.private => true,
        Caller::Installation(id) => world
            .installation_for(&repo.name)
            .is_some_and(|found| found.id == *id),
        Caller::User(login) => world.permission(repo, login) != "none",
        Caller::Nobody | Caller::App => false,
    }
}

/// A repository that the caller may read; 404 otherwise, as GitHub answers.
fn seen<'w>(world: &'w World, caller: &Caller, owner: &str, name: &str) -> Result<&'w Repo, Refusal> {
    let name = RepoName {
        owner: owner.to_owned(),
        name: name.to_owned(),
    };
    world
        .repo(&name)
        .filter(|repo| may_read(world, caller, repo))
        .ok_or_else(Refusal::not_found)
}

/// A repository that the caller may write to, and the login that its writes carry.
fn writable(world: &World, caller: &Caller, owner: &str, name: &str) -> Result<(RepoName, Login), Refusal> {
    let repo = seen(world, caller, owner, name)?;
    match caller {
        Caller::Installation(id)
            if world
                .installation_for(&repo.name)
                .is_some_and(|found| found.id == *id) =>
        {
            Ok((repo.name.clone(), world.bot()))
        }
        Caller::User(login) if matches!(world.permission(repo, login), "write" | "maintain" | "admin") => {
            Ok((repo.name.clone(), login.clone()))
        }
        Caller::Nobody => Err(Refusal::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "Requires authentication",
        )),
        Caller::Installation(_) | Caller::User(_) | Caller::App => Err(Refusal::forbidden()),
    }
}
