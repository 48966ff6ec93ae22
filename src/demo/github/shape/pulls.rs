//! Pull requests and reviews.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::bare;
use crate::demo::github::world::Pull;
use crate::demo::github::world::PullState;
use crate::demo::github::world::Repo;
use crate::demo::github::world::Review;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;
use crate::ids::Login;

use super::join;
use super::node_id;
use super::repository;
use super::team;
use super::user;

/// How someone stands to a repository, in GitHub's words.
pub(in crate::demo::github) fn association(world: &World, repo: &Repo, login: &Login) -> &'static str {
    let owner = Login::new(&repo.name.owner);
    if owner == *login {
        "OWNER"
    } else if world
        .accounts
        .get(&owner)
        .is_some_and(|org| org.members.contains_key(login))
    {
        "MEMBER"
    } else if repo.collaborators.contains_key(login) {
        "COLLABORATOR"
    } else {
        "NONE"
    }
}

/// A pull request as lists have it.
pub(in crate::demo::github) fn pull_simple(world: &World, repo: &Repo, pull: &Pull) -> Value {
    let base = format!("{}/api/v3/repos/{}", world.host, repo.name);
    let api = format!("{base}/pulls/{}", pull.number);
    let issue = format!("{base}/issues/{}", pull.number);
    let page = format!("{}/{}/pull/{}", world.host, repo.name, pull.number);
    let owner = Login::new(&repo.name.owner);
    let teams: Vec<Value> = pull
        .requested_teams
        .iter()
        .filter_map(|slug| world.teams.get(&(owner.clone(), slug.clone())))
        .map(|one| team(world, one))
        .collect();
    let reviewers: Vec<Value> = pull
        .requested_reviewers
        .iter()
        .map(|login| user(world, login))
        .collect();
    let labels: Vec<Value> = pull.labels.iter().map(|name| label(world, repo, name)).collect();
    let closed = pull.closed_at.map(iso);
    let identity = json!({
        "url": api, "id": pull.id, "node_id": node_id("PullRequest", pull.id), "html_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
        "issue_url": issue, "number": pull.number,
        "state": if pull.state == PullState::Open { "open" } else { "closed" },
        "locked": false, "title": pull.title, "user": user(world, &pull.author),
        "body": pull.body, "created_at": iso(pull.created_at), "updated_at": iso(pull.updated_at),
        "closed_at": closed, "merged_at": closed.filter(|_| pull.state == PullState::Merged),
        "merge_commit_sha": pull.merge_commit_sha, "draft": pull.draft
    });
    let people = json!({
        "assignee": null, "assignees": [], "requested_reviewers": reviewers,
        "requested_teams": teams, "labels": labels, "milestone": null,
        "author_association": association(world, repo, &pull.author),
        "auto_merge": null, "active_lock_reason": null
    });
    let commits = format!("{api}/commits");
    let reviews = format!("{api}/comments");
    let one_review = format!("{base}/pulls/comments{{/number}}");
    let comments = format!("{issue}/comments");
    let statuses = format!("{base}/statuses/{}", pull.head_sha);
    let links = json!({
        "commits_url": commits, "review_comments_url": reviews, "review_comment_url": one_review,
        "comments_url": comments, "statuses_url": statuses,
        "head": side(world, world.repo(&pull.head_repo), &pull.head_repo.owner, &pull.head_ref, &pull.head_sha),
        "base": side(world, Some(repo), &repo.name.owner, &pull.base_ref, &pull.base_sha),
        "_links": {
            "self": { "href": api }, "html": { "href": page }, "issue": { "href": issue },
            "comments": { "href": comments }, "review_comments": { "href": reviews },
            "review_comment": { "href": one_review }, "commits": { "href": commits },
            "statuses": { "href": statuses }
        }
    });
    join(join(identity, people), links)
}

fn label(world: &World, repo: &Repo, name: &str) -> Value {
    let id = name.bytes().fold(7u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    }) >> 16;
    json!({
        "id": id, "node_id": node_id("Label", id), "name": name, "color": "ededed", "default": false,
        "description": null, "url": format!("{}/api/v3/repos/{}/labels/{name}", world.host, repo.name)
    })
}

fn side(world: &World, repo: Option<&Repo>, owner: &str, name: &str, sha: &str) -> Value {
    json!({
        "label": format!("{owner}:{name}"), "ref": name, "sha": sha,
        "user": user(world, &Login::new(owner)),
        "repo": repo.map(|repo| repository(world, repo))
    })
}

/// A pull request as a single read and as events have it.
pub(in crate::demo::github) fn pull(world: &World, repo: &Repo, pull: &Pull) -> Value {
    let counts = counts(repo, pull).unwrap_or_default();
    join(
        pull_simple(world, repo, pull),
        json!({
            "merged": pull.state == PullState::Merged, "mergeable": true, "rebaseable": true,
            "mergeable_state": if pull.draft { "draft" } else { "clean" },
            "merged_by": pull.merged_by.as_ref().map(|login| user(world, login)),
            "comments": repo.comments.values().filter(|comment| comment.number == pull.number).count(),
            "review_comments": 0, "maintainer_can_modify": false, "commits": counts.commits,
            "additions": counts.additions, "deletions": counts.deletions,
            "changed_files": counts.files
        }),
    )
}

#[derive(Default)]
struct Counts {
    commits: usize,
    additions: usize,
    deletions: usize,
    files: usize,
}

fn counts(repo: &Repo, pull: &Pull) -> Option<Counts> {
    let git = bare::open(&repo.dir).ok()?;
    let (base, head) = (
        bare::resolve(&git, &pull.base_sha)?,
        bare::resolve(&git, &pull.head_sha)?,
    );
    let start = git.merge_base(base, head).ok()?;
    let (additions, deletions, files) = bare::stats(&git, start, head)?;
    let commits = bare::between(&git, base, head).ok()?.len();
    Some(Counts {
        commits,
        additions,
        deletions,
        files,
    })
}

/// A review.
pub(in crate::demo::github) fn review(world: &World, repo: &Repo, number: u64, review: &Review) -> Value {
    let page = format!(
        "{}/{}/pull/{number}#pullrequestreview-{}",
        world.host, repo.name, review.id
    );
    let pull = format!("{}/api/v3/repos/{}/pulls/{number}", world.host, repo.name);
    json!({
        "id": review.id, "node_id": node_id("PullRequestReview", review.id),
        "user": user(world, &review.user), "body": review.body, "state": review.state,
        "html_url": page, "pull_request_url": pull,
        "_links": { "html": { "href": page }, "pull_request": { "href": pull } },
        "submitted_at": iso(review.submitted_at), "commit_id": review.commit_id,
        "author_association": association(world, repo, &review.user)
    })
}
