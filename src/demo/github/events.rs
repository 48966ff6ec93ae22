//! The events that happenings set off, with GitHub's payloads.

use serde_json::Value;
use serde_json::json;

use crate::ids::Login;
use crate::ids::RepoName;

use super::hooks::Outgoing;
use super::shape;
use super::world::AccountKind;
use super::world::Repo;
use super::world::World;

/// An event about a repository; none where the App is not installed.
pub(super) fn about_repo(
    world: &World,
    name: &RepoName,
    sender: &Login,
    event: &'static str,
    action: Option<&str>,
    details: Value,
) -> Vec<Outgoing> {
    let (Some(repo), Some(installation)) = (world.repo(name), world.installation_for(name)) else {
        return Vec::new();
    };
    let mut payload = json!({});
    if let Some(action) = action {
        payload = shape::join(payload, json!({ "action": action }));
    }
    payload = shape::join(payload, details);
    payload = shape::join(payload, json!({ "repository": shape::repository(world, repo) }));
    payload = shape::join(payload, organization_member(world, repo));
    payload = shape::join(
        payload,
        json!({
            "sender": shape::user(world, sender),
            "installation": shape::installation_lite(installation.id)
        }),
    );
    vec![Outgoing {
        event,
        action: action.map(str::to_owned),
        installation_id: Some(installation.id),
        repository_id: Some(repo.id),
        payload,
    }]
}

fn organization_member(world: &World, repo: &Repo) -> Value {
    let owner = Login::new(&repo.name.owner);
    match world.accounts.get(&owner).map(|account| account.kind) {
        Some(AccountKind::Organization) => json!({ "organization": shape::organization(world, &owner) }),
        _ => json!({}),
    }
}

/// An event about an organisation; none where the App is not installed on it.
pub(super) fn about_org(
    world: &World,
    org: &Login,
    sender: &Login,
    event: &'static str,
    action: &str,
    details: Value,
) -> Vec<Outgoing> {
    let Some(installation) = world.installation_on(org) else {
        return Vec::new();
    };
    let payload = shape::join(
        shape::join(json!({ "action": action }), details),
        json!({
            "organization": shape::organization(world, org), "sender": shape::user(world, sender),
            "installation": shape::installation_lite(installation.id)
        }),
    );
    vec![Outgoing {
        event,
        action: Some(action.to_owned()),
        installation_id: Some(installation.id),
        repository_id: None,
        payload,
    }]
}

/// `pull_request`.
pub(super) fn pull_request(
    world: &World,
    name: &RepoName,
    number: u64,
    sender: &Login,
    action: &str,
    more: Value,
) -> Vec<Outgoing> {
    let Some((repo, pull)) = world
        .repo(name)
        .and_then(|repo| Some((repo, repo.pulls.get(&number)?)))
    else {
        return Vec::new();
    };
    let details = json!({ "number": number, "pull_request": shape::pull(world, repo, pull) });
    about_repo(
        world,
        name,
        sender,
        "pull_request",
        Some(action),
        shape::join(details, more),
    )
}

/// `issue_comment`, with the comment as it is now (or was, for a deletion).
pub(super) fn issue_comment(
    world: &World,
    name: &RepoName,
    comment: &super::world::Comment,
    sender: &Login,
    action: &str,
    more: Value,
) -> Vec<Outgoing> {
    let Some((repo, pull)) = world
        .repo(name)
        .and_then(|repo| Some((repo, repo.pulls.get(&comment.number)?)))
    else {
        return Vec::new();
    };
    let details = json!({
        "issue": shape::issue(world, repo, pull), "comment": shape::comment(world, repo, comment)
    });
    about_repo(
        world,
        name,
        sender,
        "issue_comment",
        Some(action),
        shape::join(details, more),
    )
}

/// `pull_request_review`.
pub(super) fn pull_request_review(
    world: &World,
    name: &RepoName,
    number: u64,
    review: u64,
    sender: &Login,
    action: &str,
) -> Vec<Outgoing> {
    let found = world.repo(name).and_then(|repo| {
        let pull = repo.pulls.get(&number)?;
        let review = pull.reviews.iter().find(|one| one.id == review)?;
        Some((repo, pull, review))
    });
    let Some((repo, pull, review)) = found else {
        return Vec::new();
    };
    let mut document = shape::review(world, repo, number, review);
    if let Some(Value::String(state)) = document.get_mut("state") {
        *state = state.to_ascii_lowercase();
    }
    let details = json!({ "review": document, "pull_request": shape::pull_simple(world, repo, pull) });
    about_repo(world, name, sender, "pull_request_review", Some(action), details)
}

/// `check_run`.
pub(super) fn check_run(
    world: &World,
    name: &RepoName,
    id: u64,
    sender: &Login,
    action: &str,
    more: Value,
) -> Vec<Outgoing> {
    let Some((repo, check)) = world
        .repo(name)
        .and_then(|repo| Some((repo, repo.checks.get(&id)?)))
    else {
        return Vec::new();
    };
    let mut run = shape::check_run(world, repo, check);
    if let Value::Object(members) = &mut run {
        members.insert("check_suite".to_owned(), shape::check_suite(world, repo, check));
    }
    let details = json!({ "check_run": run });
    about_repo(
        world,
        name,
        sender,
        "check_run",
        Some(action),
        shape::join(details, more),
    )
}

/// A branch that moved.
pub(super) struct Push<'a> {
    pub(super) branch: &'a str,
    pub(super) before: Option<git2::Oid>,
    pub(super) after: Option<git2::Oid>,
    pub(super) forced: bool,
}

/// `push`.
pub(super) fn push(world: &World, name: &RepoName, sender: &Login, push: &Push<'_>) -> Vec<Outgoing> {
    let Some(repo) = world.repo(name) else {
        return Vec::new();
    };
    let Ok(git) = super::bare::open(&repo.dir) else {
        return Vec::new();
    };
    let zero = git2::Oid::ZERO_SHA1;
    let (before, after) = (push.before.unwrap_or(zero), push.after.unwrap_or(zero));
    let commits: Vec<Value> = match (push.before, push.after) {
        (Some(before), Some(after)) => super::bare::between(&git, before, after)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|id| shape::push_commit(world, repo, &git, id))
            .collect(),
        _ => Vec::new(),
    };
    let head = push
        .after
        .and_then(|id| shape::push_commit(world, repo, &git, id));
    let email = world
        .accounts
        .get(sender)
        .and_then(|account| account.emails.first());
    let details = json!({
        "ref": format!("refs/heads/{}", push.branch), "before": before.to_string(),
        "after": after.to_string(), "created": push.before.is_none(),
        "deleted": push.after.is_none(), "forced": push.forced, "base_ref": null,
        "compare": format!("{}/{name}/compare/{before}...{after}", world.host),
        "commits": commits, "head_commit": head,
        "pusher": { "name": sender.as_str(), "email": email }
    });
    let mut events = about_repo(world, name, sender, "push", None, details);
    for event in &mut events {
        repository_of_a_push(&mut event.payload, repo);
    }
    events
}

/// In `push` alone, a repository's times are seconds and its owner has a name.
fn repository_of_a_push(payload: &mut Value, repo: &Repo) {
    let Some(Value::Object(members)) = payload.get_mut("repository") else {
        return;
    };
    members.insert("created_at".to_owned(), json!(repo.created_at.as_second()));
    members.insert("pushed_at".to_owned(), json!(repo.pushed_at.as_second()));
    members.insert("stargazers".to_owned(), json!(0));
    members.insert("master_branch".to_owned(), json!(repo.default_branch));
    if let Some(Value::Object(owner)) = members.get_mut("owner") {
        owner.insert("name".to_owned(), json!(repo.name.owner));
        owner.insert("email".to_owned(), Value::Null);
    }
}

/// `installation`, for an App that was just installed or removed.
pub(super) fn installation(world: &World, id: u64, sender: &Login, action: &str) -> Vec<Outgoing> {
    let Some(installation) = world.installations.get(&id) else {
        return Vec::new();
    };
    let repositories: Vec<Value> = world
        .repos
        .values()
        .filter(|repo| {
            world
                .installation_for(&repo.name)
                .is_some_and(|found| found.id == id)
        })
        .map(|repo| {
            json!({
                "id": repo.id, "node_id": shape::node_id("Repository", repo.id), "name": repo.name.name,
                "full_name": repo.name.to_string(), "private": repo.private
            })
        })
        .collect();
    let payload = json!({
        "action": action, "installation": shape::installation(world, installation),
        "repositories": repositories, "sender": shape::user(world, sender)
    });
    vec![Outgoing {
        event: "installation",
        action: Some(action.to_owned()),
        installation_id: Some(id),
        repository_id: None,
        payload,
    }]
}
