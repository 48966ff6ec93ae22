//! Organisations and teams.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::routing::get;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::World;
use crate::ids::Login;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/orgs/{org}", get(organization))
        .route("/orgs/{org}/teams", get(teams))
        .route("/orgs/{org}/teams/{slug}", get(team))
        .route("/orgs/{org}/teams/{slug}/members", get(members))
        .route("/orgs/{org}/teams/{slug}/memberships/{login}", get(membership))
        .route("/orgs/{org}/memberships/{login}", get(org_membership))
        .route("/orgs/{org}/members/{login}", get(is_member))
}

/// Whether the caller may look into an organisation: an installation on it, or one of its members.
fn inside(world: &World, caller: &Caller, org: &Login) -> Result<(), Refusal> {
    let allowed = match caller {
        Caller::Installation(id) => world.installations.get(id).is_some_and(|one| one.account == *org),
        Caller::User(login) => world
            .accounts
            .get(org)
            .is_some_and(|account| account.members.contains_key(login)),
        Caller::Nobody | Caller::App => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::not_found())
    }
}

async fn organization(State(github): State<GitHub>, Path(org): Path<String>) -> Answer {
    let world = github.world();
    let org = Login::new(org);
    world.accounts.get(&org).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::organization_full(&world, &org)))
}

async fn teams(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(org): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let org = Login::new(org);
    inside(&world, &caller, &org)?;
    let all = world
        .teams
        .values()
        .filter(|team| team.org == org)
        .map(|team| shape::team(&world, team))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn team(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((org, slug)): Path<(String, String)>,
) -> Answer {
    let world = github.world();
    let org = Login::new(org);
    inside(&world, &caller, &org)?;
    let team = world
        .teams
        .get(&(org, slug.to_ascii_lowercase()))
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::team_full(&world, team)))
}

async fn members(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((org, slug)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let world = github.world();
    let org = Login::new(org);
    inside(&world, &caller, &org)?;
    let slug = slug.to_ascii_lowercase();
    world
        .teams
        .get(&(org.clone(), slug.clone()))
        .ok_or_else(Refusal::not_found)?;
    let all = world
        .team_members(&org, &slug)
        .iter()
        .map(|login| shape::user(&world, login))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn membership(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((org, slug, login)): Path<(String, String, String)>,
) -> Answer {
    let world = github.world();
    let (org, login) = (Login::new(org), Login::new(login));
    inside(&world, &caller, &org)?;
    let slug = slug.to_ascii_lowercase();
    let team = world
        .teams
        .get(&(org.clone(), slug.clone()))
        .ok_or_else(Refusal::not_found)?;
    let role = world
        .team_role(&org, &slug, &login)
        .ok_or_else(Refusal::not_found)?;
    let org_id = world.accounts.get(&org).map_or(0, |account| account.id);
    Ok(Reply::ok(json!({
        "url": format!("{}/api/v3/organizations/{org_id}/team/{}/memberships/{login}", github.url(), team.id),
        "role": role, "state": "active"
    })))
}

async fn org_membership(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((org, login)): Path<(String, String)>,
) -> Answer {
    let world = github.world();
    let (org, login) = (Login::new(org), Login::new(login));
    inside(&world, &caller, &org)?;
    let owner = *world
        .accounts
        .get(&org)
        .and_then(|account| account.members.get(&login))
        .ok_or_else(Refusal::not_found)?;
    let api = format!("{}/api/v3/orgs/{org}", github.url());
    Ok(Reply::ok(json!({
        "url": format!("{api}/memberships/{login}"), "state": "active",
        "role": if owner { "admin" } else { "member" }, "organization_url": api,
        "user": shape::user(&world, &login), "organization": shape::organization(&world, &org)
    })))
}

async fn is_member(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((org, login)): Path<(String, String)>,
) -> Answer {
    let world = github.world();
    let org = Login::new(org);
    inside(&world, &caller, &org)?;
    let member = world
        .accounts
        .get(&org)
        .is_some_and(|account| account.members.contains_key(&Login::new(login)));
    if member {
        Ok(Reply::nothing())
    } else {
        Err(Refusal::not_found())
    }
}
