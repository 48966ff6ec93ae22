//! Comments, reactions and the issue side of a pull request.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::world::Comment;
use crate::demo::github::world::Pull;
use crate::demo::github::world::PullState;
use crate::demo::github::world::Reaction;
use crate::demo::github::world::Repo;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;

use super::join;
use super::node_id;
use super::pulls::association;
use super::user;

/// GitHub's eight reactions.
pub(in crate::demo::github) const REACTIONS: [&str; 8] = [
    "+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket",
];

/// A comment on a pull request's conversation.
pub(in crate::demo::github) fn comment(world: &World, repo: &Repo, comment: &Comment) -> Value {
    let api = format!("{}/api/v3/repos/{}/issues", world.host, repo.name);
    json!({
        "url": format!("{api}/comments/{}", comment.id),
        "html_url": format!(
            "{}/{}/pull/{}#issuecomment-{}", world.host, repo.name, comment.number, comment.id
        ),
        "issue_url": format!("{api}/{}", comment.number), "id": comment.id,
        "node_id": node_id("IssueComment", comment.id), "user": user(world, &comment.user),
        "created_at": iso(comment.created_at), "updated_at": iso(comment.updated_at),
        "body": comment.body, "author_association": association(world, repo, &comment.user),
        "reactions": rollup(&format!("{api}/comments/{}/reactions", comment.id), &comment.reactions),
        "performed_via_github_app": null
    })
}

fn rollup(url: &str, reactions: &[Reaction]) -> Value {
    let mut document = json!({ "url": url, "total_count": reactions.len() });
    for content in REACTIONS {
        let count = reactions
            .iter()
            .filter(|reaction| reaction.content == content)
            .count();
        document = join(document, json!({ content: count }));
    }
    document
}

/// A reaction.
pub(in crate::demo::github) fn reaction(world: &World, reaction: &Reaction) -> Value {
    json!({
        "id": reaction.id, "node_id": node_id("Reaction", reaction.id),
        "user": user(world, &reaction.user), "content": reaction.content,
        "created_at": iso(reaction.created_at)
    })
}

/// The issue that every pull request also is.
pub(in crate::demo::github) fn issue(world: &World, repo: &Repo, pull: &Pull) -> Value {
    let base = format!("{}/api/v3/repos/{}", world.host, repo.name);
    let api = format!("{base}/issues/{}", pull.number);
    let page = format!("{}/{}/pull/{}", world.host, repo.name, pull.number);
    let closed = pull.closed_at.map(iso);
    let labels: Vec<Value> = pull.labels.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "url": api, "repository_url": base, "labels_url": format!("{api}/labels{{/name}}"),
        "comments_url": format!("{api}/comments"), "events_url": format!("{api}/events"),
        "html_url": page, "id": pull.id + 1, "node_id": node_id("Issue", pull.id + 1),
        "number": pull.number, "title": pull.title, "user": user(world, &pull.author),
        "labels": labels, "state": if pull.state == PullState::Open { "open" } else { "closed" },
        "locked": false, "assignee": null, "assignees": [], "milestone": null,
        "comments": repo.comments.values().filter(|comment| comment.number == pull.number).count(),
        "created_at": iso(pull.created_at), "updated_at": iso(pull.updated_at),
        "closed_at": closed, "author_association": association(world, repo, &pull.author),
        "active_lock_reason": null, "draft": pull.draft,
        "pull_request": {
            "url": format!("{base}/pulls/{}", pull.number), "html_url": page,
            "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
            "merged_at": closed.filter(|_| pull.state == PullState::Merged)
        },
        "body": pull.body, "reactions": rollup(&format!("{api}/reactions"), &[]),
        "timeline_url": format!("{api}/timeline"), "performed_via_github_app": null,
        "state_reason": null
    })
}
