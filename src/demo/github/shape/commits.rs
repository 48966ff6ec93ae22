//! Commits and comparisons.

use git2::Oid;
use git2::Repository;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::bare;
use crate::demo::github::world::Repo;
use crate::demo::github::world::World;
use crate::demo::github::world::iso;

use super::join;
use super::node_id;
use super::user;

fn signature(who: &git2::Signature<'_>) -> Value {
    let at = Timestamp::from_second(who.when().seconds()).unwrap_or(Timestamp::UNIX_EPOCH);
    json!({
        "name": who.name().unwrap_or_default(), "email": who.email().unwrap_or_default(),
        "date": iso(at)
    })
}

fn account(world: &World, who: &git2::Signature<'_>) -> Option<Value> {
    let account = world.account_by_email(who.email().ok()?)?;
    Some(user(world, &account.login))
}

fn verification() -> Value {
    json!({ "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null })
}

/// A commit as the commit endpoints have it, with the accounts behind its e-mail addresses.
pub(in crate::demo::github) fn commit(
    world: &World,
    repo: &Repo,
    git: &Repository,
    id: Oid,
) -> Option<Value> {
    let commit = git.find_commit(id).ok()?;
    let api = format!("{}/api/v3/repos/{}", world.host, repo.name);
    let page = format!("{}/{}/commit", world.host, repo.name);
    let parents: Vec<Value> = commit
        .parent_ids()
        .map(|parent| {
            json!({
                "sha": parent.to_string(), "url": format!("{api}/commits/{parent}"),
                "html_url": format!("{page}/{parent}")
            })
        })
        .collect();
    Some(json!({
        "sha": id.to_string(), "node_id": node_id("Commit", 1),
        "commit": {
            "author": signature(&commit.author()), "committer": signature(&commit.committer()),
            "message": commit.message().unwrap_or_default(),
            "tree": {
                "sha": commit.tree_id().to_string(),
                "url": format!("{api}/git/trees/{}", commit.tree_id())
            },
            "url": format!("{api}/git/commits/{id}"), "comment_count": 0,
            "verification": verification()
        },
        "url": format!("{api}/commits/{id}"), "html_url": format!("{page}/{id}"),
        "comments_url": format!("{api}/commits/{id}/comments"),
        "author": account(world, &commit.author()),
        "committer": account(world, &commit.committer()), "parents": parents
    }))
}

/// A commit as the Git database endpoints have it.
pub(in crate::demo::github) fn git_commit(
    world: &World,
    repo: &Repo,
    git: &Repository,
    id: Oid,
) -> Option<Value> {
    let full = commit(world, repo, git, id)?;
    let inner = full.get("commit")?.clone();
    let api = format!("{}/api/v3/repos/{}/git/commits/{id}", world.host, repo.name);
    let parents = full.get("parents").cloned().unwrap_or_default();
    let mut document = join(
        json!({ "sha": id.to_string(), "node_id": node_id("Commit", 1) }),
        inner,
    );
    if let Value::Object(members) = &mut document {
        members.remove("comment_count");
    }
    Some(join(
        document,
        json!({ "url": api, "html_url": full.get("html_url"), "parents": parents }),
    ))
}

/// A commit as push events carry it.
pub(in crate::demo::github) fn push_commit(
    world: &World,
    repo: &Repo,
    git: &Repository,
    id: Oid,
) -> Option<Value> {
    let commit = git.find_commit(id).ok()?;
    let person = |who: &git2::Signature<'_>| {
        let login = who.email().ok().and_then(|email| world.account_by_email(email));
        let mut person = json!({
            "name": who.name().unwrap_or_default(), "email": who.email().unwrap_or_default()
        });
        if let Some(account) = login {
            person = join(person, json!({ "username": account.login.as_str() }));
        }
        person
    };
    let before = commit.parent(0).ok().and_then(|parent| parent.tree().ok());
    let diff = git
        .diff_tree_to_tree(before.as_ref(), Some(&commit.tree().ok()?), None)
        .ok()?;
    let paths = |wanted: git2::Delta| -> Vec<String> {
        diff.deltas()
            .filter(|delta| delta.status() == wanted)
            .filter_map(|delta| {
                delta
                    .new_file()
                    .path()
                    .or(delta.old_file().path())
                    .map(|path| path.to_string_lossy().into_owned())
            })
            .collect()
    };
    let at = Timestamp::from_second(commit.time().seconds()).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(json!({
        "id": id.to_string(), "tree_id": commit.tree_id().to_string(), "distinct": true,
        "message": commit.message().unwrap_or_default(), "timestamp": iso(at),
        "url": format!("{}/{}/commit/{id}", world.host, repo.name),
        "author": person(&commit.author()), "committer": person(&commit.committer()),
        "added": paths(git2::Delta::Added), "removed": paths(git2::Delta::Deleted),
        "modified": paths(git2::Delta::Modified)
    }))
}

/// `base...head`, as the compare endpoint tells it.
pub(in crate::demo::github) fn compare(
    world: &World,
    repo: &Repo,
    git: &Repository,
    base: Oid,
    head: Oid,
) -> Option<Value> {
    let start = git.merge_base(base, head).ok()?;
    let (ahead, behind) = git.graph_ahead_behind(head, base).ok()?;
    let status = match (ahead, behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let ids = bare::between(git, base, head).ok()?;
    let commits: Vec<Value> = ids
        .iter()
        .filter_map(|id| commit(world, repo, git, *id))
        .collect();
    let api = format!(
        "{}/api/v3/repos/{}/compare/{base}...{head}",
        world.host, repo.name
    );
    let page = format!("{}/{}/compare/{base}...{head}", world.host, repo.name);
    Some(json!({
        "url": api, "html_url": page, "permalink_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
        "base_commit": commit(world, repo, git, base)?,
        "merge_base_commit": commit(world, repo, git, start)?,
        "status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ids.len(),
        "commits": commits, "files": []
    }))
}
