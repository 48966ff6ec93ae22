//! People, organisations, teams, the App and its installations.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::world::AccountKind;
use crate::demo::github::world::Installation;
use crate::demo::github::world::Team;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;
use crate::ids::Login;

use super::join;
use super::node_id;

/// Events that the App listens to.
const EVENTS: [&str; 12] = [
    "check_run",
    "check_suite",
    "issue_comment",
    "member",
    "membership",
    "merge_group",
    "organization",
    "pull_request",
    "pull_request_review",
    "push",
    "repository",
    "team",
];

fn permissions() -> Value {
    json!({
        "checks": "write", "contents": "write", "issues": "write", "members": "read",
        "metadata": "read", "pull_requests": "write"
    })
}

/// A simple user; an unknown login becomes GitHub's `ghost`.
pub(in crate::demo::github) fn user(world: &World, login: &Login) -> Value {
    let account = world.accounts.get(login);
    let id = account.map_or(10_137, |account| account.id);
    let name = account.map_or("ghost", |account| account.login.as_str());
    let kind = match account.map(|account| account.kind) {
        Some(AccountKind::Organization) => "Organization",
        Some(AccountKind::Bot) => "Bot",
        Some(AccountKind::User) | None => "User",
    };
    let path = name.replace('[', "%5B").replace(']', "%5D");
    let api = format!("{}/api/v3/users/{path}", world.host);
    let page = match kind {
        "Bot" => format!("{}/apps/{}", world.host, world.app.slug),
        _ => format!("{}/{path}", world.host),
    };
    json!({
        "login": name, "id": id, "node_id": node_id("User", id),
        "avatar_url": format!("{}/avatars/u/{id}", world.host), "gravatar_id": "",
        "url": api, "html_url": page,
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"), "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": kind, "user_view_type": "public", "site_admin": false
    })
}

/// A simple organisation.
pub(in crate::demo::github) fn organization(world: &World, login: &Login) -> Value {
    let id = world.accounts.get(login).map_or(0, |account| account.id);
    let api = format!("{}/api/v3/orgs/{login}", world.host);
    json!({
        "login": login.as_str(), "id": id, "node_id": node_id("Organization", id), "url": api,
        "repos_url": format!("{api}/repos"), "events_url": format!("{api}/events"),
        "hooks_url": format!("{api}/hooks"), "issues_url": format!("{api}/issues"),
        "members_url": format!("{api}/members{{/member}}"),
        "public_members_url": format!("{api}/public_members{{/member}}"),
        "avatar_url": format!("{}/avatars/u/{id}", world.host), "description": ""
    })
}

/// An organisation with its counts.
pub(in crate::demo::github) fn organization_full(world: &World, login: &Login) -> Value {
    let start = "2024-01-08T09:00:00Z";
    join(
        organization(world, login),
        json!({
            "html_url": format!("{}/{login}", world.host), "name": login.as_str(),
            "has_organization_projects": true, "has_repository_projects": true,
            "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
            "type": "Organization", "created_at": start, "updated_at": start, "archived_at": null
        }),
    )
}

/// A team as lists have it.
pub(in crate::demo::github) fn team(world: &World, team: &Team) -> Value {
    let parent = team
        .parent
        .as_ref()
        .and_then(|slug| world.teams.get(&(team.org.clone(), slug.clone())))
        .map(|parent| team_without_parent(world, parent));
    join(team_without_parent(world, team), json!({ "parent": parent }))
}

fn team_without_parent(world: &World, team: &Team) -> Value {
    let org = world.accounts.get(&team.org).map_or(0, |account| account.id);
    let api = format!("{}/api/v3/organizations/{org}/team/{}", world.host, team.id);
    json!({
        "id": team.id, "node_id": node_id("Team", team.id), "url": api,
        "html_url": format!("{}/orgs/{}/teams/{}", world.host, team.org, team.slug),
        "name": team.slug, "slug": team.slug, "description": "", "privacy": "closed",
        "notification_setting": "notifications_enabled", "permission": "pull",
        "members_url": format!("{api}/members{{/member}}"),
        "repositories_url": format!("{api}/repos"),
        "type": "organization", "organization_id": org
    })
}

/// A team with its organisation and counts.
pub(in crate::demo::github) fn team_full(world: &World, one: &Team) -> Value {
    let start = "2024-01-08T09:00:00Z";
    let repos = world
        .repos
        .values()
        .filter(|repo| repo.teams.contains_key(&one.slug))
        .count();
    join(
        team(world, one),
        json!({
            "created_at": start, "updated_at": start,
            "members_count": world.team_members(&one.org, &one.slug).len(),
            "repos_count": repos, "organization": organization_full(world, &one.org)
        }),
    )
}

/// The App.
pub(in crate::demo::github) fn app(world: &World) -> Value {
    let owner = world.bot();
    json!({
        "id": world.app.id, "client_id": "Iv23demo00000000demo", "slug": world.app.slug,
        "node_id": node_id("Integration", world.app.id), "owner": user(world, &owner),
        "name": world.app.slug, "description": "", "external_url": world.host,
        "html_url": format!("{}/apps/{}", world.host, world.app.slug),
        "created_at": "2024-01-08T09:00:00Z", "updated_at": "2024-01-08T09:00:00Z",
        "permissions": permissions(), "events": EVENTS
    })
}

/// An installation.
pub(in crate::demo::github) fn installation(world: &World, one: &Installation) -> Value {
    let account = world.accounts.get(&one.account);
    let kind = match account.map(|account| account.kind) {
        Some(AccountKind::Organization) => "Organization",
        _ => "User",
    };
    let api = format!("{}/api/v3/app/installations/{}", world.host, one.id);
    json!({
        "id": one.id, "account": user(world, &one.account),
        "client_id": "Iv23demo00000000demo",
        "repository_selection": if one.only.is_empty() { "all" } else { "selected" },
        "access_tokens_url": format!("{api}/access_tokens"),
        "repositories_url": format!("{}/api/v3/installation/repositories", world.host),
        "html_url": format!("{}/organizations/{}/settings/installations/{}", world.host, one.account, one.id),
        "app_id": world.app.id, "app_slug": world.app.slug,
        "target_id": account.map_or(0, |account| account.id), "target_type": kind,
        "permissions": permissions(), "events": EVENTS,
        "created_at": iso(one.created_at), "updated_at": iso(one.created_at),
        "single_file_name": null, "has_multiple_single_files": false, "single_file_paths": [],
        "suspended_by": null, "suspended_at": null
    })
}

/// An installation as events carry it.
pub(in crate::demo::github) fn installation_lite(id: u64) -> Value {
    json!({ "id": id, "node_id": node_id("IntegrationInstallation", id) })
}
