//! Who was asked for a review.

use axum::Extension;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::events;
use crate::demo::github::gate::Caller;
use crate::demo::github::hooks::Outgoing;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Input;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::World;
use crate::ids::Login;
use crate::ids::RepoName;

use super::seen;
use super::writable;

pub(super) fn routes() -> Router<GitHub> {
    Router::new().route(
        "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
        get(list).post(add).delete(remove),
    )
}

type PullPath = Path<(String, String, u64)>;

async fn list(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
) -> Answer {
    let world = github.world();
    let repo = seen(&world, &caller, &owner, &repo)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let simple = shape::pull_simple(&world, repo, pull);
    Ok(Reply::ok(
        json!({ "users": simple.get("requested_reviewers"), "teams": simple.get("requested_teams") }),
    ))
}

/// One person or team to be asked.
enum Asked {
    Person(Login),
    Team(String),
}

async fn add(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let asked = asked(&world, &name, number, &input)?;
        let mut new = Vec::new();
        if let Some(pull) = world.repo_mut(&name).and_then(|repo| repo.pulls.get_mut(&number)) {
            for one in asked {
                let is_new = match &one {
                    Asked::Person(who) => pull.requested_reviewers.insert(who.clone()),
                    Asked::Team(slug) => pull.requested_teams.insert(slug.clone()),
                };
                if is_new {
                    new.push(one);
                }
            }
        }
        let events = announce(&world, &name, number, &login, "review_requested", &new);
        (Reply::created(simple(&world, &name, number)?), events)
    };
    github.deliver_later(events);
    Ok(reply)
}

async fn remove(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo, number)): PullPath,
    input: Input,
) -> Answer {
    let (reply, events) = {
        let mut world = github.world();
        let (name, login) = writable(&world, &caller, &owner, &repo)?;
        let pull = world
            .repo_mut(&name)
            .and_then(|repo| repo.pulls.get_mut(&number))
            .ok_or_else(Refusal::not_found)?;
        let mut gone = Vec::new();
        for who in input.texts("reviewers").into_iter().map(Login::new) {
            if pull.requested_reviewers.remove(&who) {
                gone.push(Asked::Person(who));
            }
        }
        for slug in input.texts("team_reviewers") {
            if pull.requested_teams.remove(slug) {
                gone.push(Asked::Team(slug.to_owned()));
            }
        }
        let events = announce(&world, &name, number, &login, "review_request_removed", &gone);
        (Reply::ok(simple(&world, &name, number)?), events)
    };
    github.deliver_later(events);
    Ok(reply)
}

/// Checks a request as GitHub does: nobody who cannot see the repository, and never the author.
fn asked(world: &World, name: &RepoName, number: u64, input: &Input) -> Result<Vec<Asked>, Refusal> {
    let repo = world.repo(name).ok_or_else(Refusal::not_found)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    let no = |message: &str| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message);
    let owner = Login::new(&name.owner);
    let mut asked = Vec::new();
    for who in input.texts("reviewers").into_iter().map(Login::new) {
        if who == pull.author {
            return Err(no("Review cannot be requested from pull request author."));
        }
        let member = world
            .accounts
            .get(&owner)
            .is_some_and(|org| org.members.contains_key(&who));
        if !(member || repo.collaborators.contains_key(&who) || who == owner) {
            return Err(no(
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
            ));
        }
        asked.push(Asked::Person(who));
    }
    for slug in input.texts("team_reviewers") {
        let exists = world.teams.contains_key(&(owner.clone(), slug.to_owned()));
        if !exists || !repo.teams.contains_key(slug) {
            return Err(no(
                "Could not resolve to a node with the global id of the team, or it is not a collaborator of the repository.",
            ));
        }
        asked.push(Asked::Team(slug.to_owned()));
    }
    Ok(asked)
}

fn announce(
    world: &World,
    name: &RepoName,
    number: u64,
    sender: &Login,
    action: &str,
    who: &[Asked],
) -> Vec<Outgoing> {
    let owner = Login::new(&name.owner);
    who.iter()
        .flat_map(|one| {
            let more = match one {
                Asked::Person(login) => json!({ "requested_reviewer": shape::user(world, login) }),
                Asked::Team(slug) => {
                    let team = world.teams.get(&(owner.clone(), slug.clone()));
                    json!({ "requested_team": team.map(|team| shape::team(world, team)) })
                }
            };
            events::pull_request(world, name, number, sender, action, more)
        })
        .collect()
}

fn simple(world: &World, name: &RepoName, number: u64) -> Result<Value, Refusal> {
    let repo = world.repo(name).ok_or_else(Refusal::not_found)?;
    let pull = repo.pulls.get(&number).ok_or_else(Refusal::not_found)?;
    Ok(shape::pull_simple(world, repo, pull))
}
