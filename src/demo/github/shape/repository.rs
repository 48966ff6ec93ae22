//! Repositories.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::world::PullState;
use crate::demo::github::world::Repo;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;
use crate::ids::Login;

use super::join;
use super::node_id;
use super::user;

/// Address templates below a repository: member name → what follows the repository's address.
const TEMPLATES: [(&str, &str); 37] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("url", ""),
];

/// A repository with everything that single reads, lists and events carry.
pub(in crate::demo::github) fn repository(world: &World, repo: &Repo) -> Value {
    let name = &repo.name;
    let page = format!("{}/{name}", world.host);
    let api = format!("{}/api/v3/repos/{name}", world.host);
    let host = world.host.split("//").nth(1).unwrap_or_default();
    let open = repo
        .pulls
        .values()
        .filter(|pull| pull.state == PullState::Open)
        .count();
    let identity = json!({
        "id": repo.id, "node_id": node_id("Repository", repo.id), "name": name.name,
        "full_name": name.to_string(), "private": repo.private,
        "owner": user(world, &Login::new(&name.owner)), "html_url": page,
        "description": "", "fork": repo.parent.is_some(),
        "created_at": iso(repo.created_at), "updated_at": iso(repo.pushed_at),
        "pushed_at": iso(repo.pushed_at),
        "git_url": format!("git://{host}/{name}.git"),
        "ssh_url": format!("git@{host}:{name}.git"),
        "clone_url": format!("{page}.git"), "svn_url": page, "homepage": "", "size": 12
    });
    let features = json!({
        "stargazers_count": 0, "watchers_count": 0, "language": null, "has_issues": true,
        "has_projects": true, "has_downloads": true, "has_wiki": false, "has_pages": false,
        "has_discussions": false, "has_pull_requests": true, "forks_count": 0, "mirror_url": null,
        "archived": false, "disabled": false, "open_issues_count": open, "license": null, "allow_forking": true,
        "is_template": false
    });
    let counts = json!({
        "web_commit_signoff_required": false, "topics": [],
        "visibility": if repo.private { "private" } else { "public" },
        "forks": 0, "open_issues": open, "watchers": 0, "default_branch": repo.default_branch,
        "network_count": 0, "subscribers_count": 0, "custom_properties": {}
    });
    let mut document = join(join(identity, features), counts);
    if let Value::Object(members) = &mut document {
        for (member, rest) in TEMPLATES {
            members.insert(member.to_owned(), Value::String(format!("{api}{rest}")));
        }
    }
    document
}
