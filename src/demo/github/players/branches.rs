//! Commits and pushes.

use anyhow::Context;
use git2::Oid;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::bare;
use crate::demo::github::bare::Fold;
use crate::demo::github::bare::Identity;
use crate::demo::github::events;
use crate::demo::github::events::Push;
use crate::demo::github::hooks::Outgoing;
use crate::demo::github::world::PullState;
use crate::demo::github::world::World;
use crate::demo::github::world::now;
use crate::ids::Login;
use crate::ids::RepoName;

use super::Player;
use super::repo;
use super::repo_mut;

/// A commit to push: its files, its message and, where it is not the pusher, who wrote it.
#[derive(Clone, Debug)]
pub struct Commit<'a> {
    /// Paths and new texts; none deletes the file.
    pub files: &'a [(&'a str, Option<&'a str>)],
    /// The message.
    pub message: &'a str,
    /// The author; the pusher if none.
    pub author: Option<Identity>,
    /// The committer; the author if none.
    pub committer: Option<Identity>,
}

impl Player {
    /// Commits files on a branch (made from the default branch if it is new) and pushes it.
    /// Returns the new head.
    ///
    /// # Errors
    /// When there is no such repository or the commit cannot be written.
    pub async fn push(
        &self,
        name: &RepoName,
        branch: &str,
        files: &[(&str, Option<&str>)],
        message: &str,
    ) -> anyhow::Result<String> {
        self.push_commit(
            name,
            branch,
            &Commit {
                files,
                message,
                author: None,
                committer: None,
            },
        )
        .await
    }

    /// Commits on a branch and pushes it. Returns the new head.
    ///
    /// # Errors
    /// When there is no such repository or the commit cannot be written.
    pub async fn push_commit(
        &self,
        name: &RepoName,
        branch: &str,
        commit: &Commit<'_>,
    ) -> anyhow::Result<String> {
        self.write(name, branch, commit, Start::Tip).await
    }

    /// Throws a branch's own commits away, puts one commit on the default branch's tip in their
    /// place and pushes with force. Returns the new head.
    ///
    /// # Errors
    /// When there is no such repository or the commit cannot be written.
    pub async fn force_push(
        &self,
        name: &RepoName,
        branch: &str,
        files: &[(&str, Option<&str>)],
        message: &str,
    ) -> anyhow::Result<String> {
        let commit = Commit {
            files,
            message,
            author: None,
            committer: None,
        };
        self.write(name, branch, &commit, Start::DefaultBranch).await
    }

    /// Rebases a branch onto the tip of another and pushes with force. Returns the new head.
    ///
    /// # Errors
    /// When a branch is missing or a commit does not apply.
    pub async fn rebase(&self, name: &RepoName, branch: &str, onto: &str) -> anyhow::Result<String> {
        let who = self.identity();
        self.rewrite(name, branch, |git, head| {
            let onto = bare::resolve(git, onto).with_context(|| format!("no branch `{onto}`"))?;
            bare::rebase(git, head, onto, &who)
        })
        .await
    }

    /// Merges another branch into a branch and pushes it. Returns the new head.
    ///
    /// # Errors
    /// When a branch is missing or the two conflict.
    pub async fn merge_into(&self, name: &RepoName, branch: &str, other: &str) -> anyhow::Result<String> {
        self.merge_as(name, branch, other, Fold::Merge).await
    }

    /// Merges another branch into a branch, throwing away what the other one has changed, and pushes
    /// it. Returns the new head.
    ///
    /// # Errors
    /// When a branch is missing.
    pub async fn merge_and_revert(
        &self,
        name: &RepoName,
        branch: &str,
        other: &str,
    ) -> anyhow::Result<String> {
        self.merge_as(name, branch, other, Fold::Ours).await
    }

    /// Sets a branch to a commit that is there, making the branch if it is new, and pushes with force.
    ///
    /// # Errors
    /// When there is no such repository or commit.
    pub async fn reset(&self, name: &RepoName, branch: &str, to: &str) -> anyhow::Result<()> {
        let events = {
            let mut world = self.github.world();
            let git = bare::open(&repo(&world, name)?.dir)?;
            let to = bare::resolve(&git, to).with_context(|| format!("no commit `{to}`"))?;
            moved(&mut world, name, branch, to, &self.login)?
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    async fn merge_as(
        &self,
        name: &RepoName,
        branch: &str,
        other: &str,
        how: Fold,
    ) -> anyhow::Result<String> {
        let who = self.identity();
        self.rewrite(name, branch, |git, head| {
            let theirs = bare::resolve(git, other).with_context(|| format!("no branch `{other}`"))?;
            bare::fold(
                git,
                head,
                theirs,
                how,
                &format!("merge {other} into {branch}"),
                &who,
            )
        })
        .await
    }

    /// Makes one commit of all that a branch has beyond another and pushes with force. Returns
    /// the new head.
    ///
    /// # Errors
    /// When a branch is missing or the two conflict.
    pub async fn squash(&self, name: &RepoName, branch: &str, onto: &str) -> anyhow::Result<String> {
        let who = self.identity();
        self.rewrite(name, branch, |git, head| {
            let start = bare::resolve(git, onto).with_context(|| format!("no branch `{onto}`"))?;
            let start = git.merge_base(start, head)?;
            bare::fold(git, start, head, Fold::Squash, "squash", &who)
        })
        .await
    }

    async fn write(
        &self,
        name: &RepoName,
        branch: &str,
        commit: &Commit<'_>,
        start: Start,
    ) -> anyhow::Result<String> {
        let me = self.identity();
        let author = commit.author.as_ref().unwrap_or(&me);
        let committer = commit.committer.as_ref().unwrap_or(author);
        let edits: Vec<bare::Edit<'_>> = commit
            .files
            .iter()
            .map(|(path, text)| (*path, text.map(str::as_bytes)))
            .collect();
        let (id, events) = {
            let mut world = self.github.world();
            let repo = repo(&world, name)?;
            let git = bare::open(&repo.dir)?;
            let tip = bare::resolve(&git, &format!("refs/heads/{branch}"));
            let main = bare::resolve(&git, &repo.default_branch).context("the default branch is empty")?;
            let parent = match start {
                Start::Tip => tip.unwrap_or(main),
                Start::DefaultBranch => main,
            };
            let draft = bare::Draft {
                parents: vec![parent],
                edits: &edits,
                message: commit.message,
                author,
                committer,
            };
            let id = bare::commit(&git, &draft)?;
            (id, moved(&mut world, name, branch, id, &self.login)?)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(id.to_string())
    }

    async fn rewrite(
        &self,
        name: &RepoName,
        branch: &str,
        make: impl FnOnce(&git2::Repository, Oid) -> anyhow::Result<Oid>,
    ) -> anyhow::Result<String> {
        let (id, events) = {
            let mut world = self.github.world();
            let git = bare::open(&repo(&world, name)?.dir)?;
            let head = bare::resolve(&git, branch).with_context(|| format!("no branch `{branch}`"))?;
            let id = make(&git, head)?;
            (id, moved(&mut world, name, branch, id, &self.login)?)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(id.to_string())
    }
}

#[derive(Clone, Copy)]
enum Start {
    Tip,
    DefaultBranch,
}

/// Moves a branch, and with it the pull requests whose head it is; returns the events of that.
pub(in crate::demo::github) fn moved(
    world: &mut World,
    name: &RepoName,
    branch: &str,
    to: Oid,
    sender: &Login,
) -> anyhow::Result<Vec<Outgoing>> {
    let full = format!("refs/heads/{branch}");
    let at = now();
    let git = bare::open(&repo(world, name)?.dir)?;
    let before = bare::resolve(&git, &full);
    bare::set_ref(&git, &full, to)?;
    repo_mut(world, name)?.pushed_at = at;
    let forced = match before {
        Some(before) => before != to && !git.graph_descendant_of(to, before)?,
        None => false,
    };
    let push = Push {
        branch,
        before,
        after: Some(to),
        forced,
    };
    let mut events = events::push(world, name, sender, &push);
    for (base, number) in pulls_from(world, name, branch) {
        let target = bare::open(&repo(world, &base)?.dir)?;
        bare::copy_commit(&git, &target, to, &format!("refs/pull/{number}/head"))?;
        if let Some(pull) = repo_mut(world, &base)?.pulls.get_mut(&number) {
            pull.head_sha = to.to_string();
            pull.updated_at = at;
        }
        let more = json!({ "before": before.map(|id| id.to_string()), "after": to.to_string() });
        events.extend(events::pull_request(
            world,
            &base,
            number,
            sender,
            "synchronize",
            more,
        ));
    }
    Ok(events)
}

/// The open pull requests whose head is this branch.
fn pulls_from(world: &World, name: &RepoName, branch: &str) -> Vec<(RepoName, u64)> {
    world
        .repos
        .values()
        .flat_map(|repo| repo.pulls.values().map(move |pull| (repo, pull)))
        .filter(|(_, pull)| {
            pull.state == PullState::Open && pull.head_ref == branch && pull.head_repo == *name
        })
        .map(|(repo, pull)| (repo.name.clone(), pull.number))
        .collect()
}

impl GitHub {
    /// The tip of a branch.
    pub fn tip(&self, name: &RepoName, branch: &str) -> Option<String> {
        let world = self.world();
        let git = bare::open(&world.repo(name)?.dir).ok()?;
        bare::resolve(&git, branch).map(|id| id.to_string())
    }

    /// A file's text at the tip of a branch, or at a commit.
    pub fn file(&self, name: &RepoName, at: &str, path: &str) -> Option<String> {
        let world = self.world();
        let git = bare::open(&world.repo(name)?.dir).ok()?;
        let commit = bare::resolve(&git, at)?;
        let (_, bytes) = bare::blob_at(&git, commit, path)?;
        String::from_utf8(bytes).ok()
    }
}
