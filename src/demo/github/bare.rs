//! The bare Git repositories behind the stand-in, written and read through libgit2 alone.

use std::path::Path;

use anyhow::Context;
use anyhow::bail;
use git2::Commit;
use git2::FileMode;
use git2::ObjectType;
use git2::Oid;
use git2::Repository;
use git2::Signature;
use git2::Sort;
use git2::Time;
use git2::build::TreeUpdateBuilder;

/// Who wrote a commit, as Git knows people.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The e-mail address; GitHub ties the commit to the account that owns it.
    pub email: String,
}

impl Identity {
    fn signature(&self) -> anyhow::Result<Signature<'static>> {
        let seconds = jiff::Timestamp::now().as_second();
        Signature::new(&self.name, &self.email, &Time::new(seconds, 0))
            .with_context(|| format!("no signature for `{} <{}>`", self.name, self.email))
    }
}

/// One file of a commit: its path and its new bytes, or none to delete it.
pub type Edit<'a> = (&'a str, Option<&'a [u8]>);

/// A commit to be made on a branch.
pub(super) struct Draft<'a> {
    pub(super) parents: Vec<Oid>,
    pub(super) edits: &'a [Edit<'a>],
    pub(super) message: &'a str,
    pub(super) author: &'a Identity,
    pub(super) committer: &'a Identity,
}

pub(super) fn init(dir: &Path, default_branch: &str) -> anyhow::Result<()> {
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).initial_head(default_branch);
    Repository::init_opts(dir, &options)
        .with_context(|| format!("no bare repository in {}", dir.display()))?;
    Ok(())
}

pub(super) fn open(dir: &Path) -> anyhow::Result<Repository> {
    Repository::open_bare(dir).with_context(|| format!("no repository in {}", dir.display()))
}

/// The commit a branch, a full ref or a commit id names.
pub(super) fn resolve(repo: &Repository, name: &str) -> Option<Oid> {
    if let Ok(id) = Oid::from_str(name)
        && name.len() == 40
    {
        return repo.find_commit(id).ok().map(|commit| commit.id());
    }
    [
        name.to_owned(),
        format!("refs/heads/{name}"),
        format!("refs/tags/{name}"),
    ]
    .iter()
    .find_map(|full| repo.find_reference(full).ok())
    .and_then(|found| found.peel_to_commit().ok())
    .map(|commit| commit.id())
}

/// Writes the draft's objects and returns the new commit; no ref moves.
pub(super) fn commit(repo: &Repository, draft: &Draft<'_>) -> anyhow::Result<Oid> {
    let parents = commits(repo, &draft.parents)?;
    let baseline = match parents.first() {
        Some(parent) => parent.tree()?,
        None => repo.find_tree(repo.treebuilder(None)?.write()?)?,
    };
    let mut update = TreeUpdateBuilder::new();
    for (path, bytes) in draft.edits {
        match bytes {
            Some(bytes) => update.upsert(*path, repo.blob(bytes)?, FileMode::Blob),
            None => update.remove(*path),
        };
    }
    let tree = repo.find_tree(update.create_updated(repo, &baseline)?)?;
    let parents: Vec<&Commit<'_>> = parents.iter().collect();
    Ok(repo.commit(
        None,
        &draft.author.signature()?,
        &draft.committer.signature()?,
        draft.message,
        &tree,
        &parents,
    )?)
}

fn commits<'r>(repo: &'r Repository, ids: &[Oid]) -> anyhow::Result<Vec<Commit<'r>>> {
    ids.iter()
        .map(|id| repo.find_commit(*id).with_context(|| format!("no commit {id}")))
        .collect()
}

pub(super) fn set_ref(repo: &Repository, name: &str, to: Oid) -> anyhow::Result<()> {
    repo.reference(name, to, true, "stand-in")
        .with_context(|| format!("could not move {name}"))?;
    Ok(())
}

/// Commits that `head` has and `base` has not, oldest first.
pub(super) fn between(repo: &Repository, base: Oid, head: Oid) -> anyhow::Result<Vec<Oid>> {
    let mut walk = repo.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
    walk.push(head)?;
    walk.hide(base)?;
    Ok(walk.collect::<Result<_, _>>()?)
}

/// Replays what `head` has beyond `onto` on top of `onto`; authors stay, the committer changes.
pub(super) fn rebase(repo: &Repository, head: Oid, onto: Oid, who: &Identity) -> anyhow::Result<Oid> {
    let mut tip = onto;
    for id in between(repo, onto, head)? {
        let commit = repo.find_commit(id)?;
        if commit.parent_count() > 1 {
            continue;
        }
        let target = repo.find_commit(tip)?;
        let mut index = repo.cherrypick_commit(&commit, &target, 0, None)?;
        if index.has_conflicts() {
            bail!("{id} does not apply on {tip}");
        }
        let tree = repo.find_tree(index.write_tree_to(repo)?)?;
        let message = commit.message().unwrap_or_default();
        tip = repo.commit(
            None,
            &commit.author(),
            &who.signature()?,
            message,
            &tree,
            &[&target],
        )?;
    }
    Ok(tip)
}

/// How a pull request's commits come into a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// A commit with two parents.
    Merge,
    /// One new commit with all of it.
    Squash,
    /// A merge commit that takes nothing of theirs.
    Ours,
}

/// Brings `theirs` into `ours` and returns the new commit; no ref moves.
pub(super) fn fold(
    repo: &Repository,
    ours: Oid,
    theirs: Oid,
    how: Fold,
    message: &str,
    who: &Identity,
) -> anyhow::Result<Oid> {
    let (ours, theirs) = (repo.find_commit(ours)?, repo.find_commit(theirs)?);
    let tree = match how {
        Fold::Ours => ours.tree()?,
        Fold::Merge | Fold::Squash => {
            let mut index = repo.merge_commits(&ours, &theirs, None)?;
            if index.has_conflicts() {
                bail!("{} and {} conflict", ours.id(), theirs.id());
            }
            repo.find_tree(index.write_tree_to(repo)?)?
        }
    };
    let signature = who.signature()?;
    let parents: Vec<&Commit<'_>> = match how {
        Fold::Merge | Fold::Ours => vec![&ours, &theirs],
        Fold::Squash => vec![&ours],
    };
    Ok(repo.commit(None, &signature, &signature, message, &tree, &parents)?)
}

/// Copies a commit and all it reaches from one repository into another, under a ref of the latter.
pub(super) fn copy_commit(from: &Repository, into: &Repository, id: Oid, name: &str) -> anyhow::Result<()> {
    let target = into.odb()?;
    let mut builder = from.packbuilder()?;
    let mut walk = from.revwalk()?;
    walk.push(id)?;
    builder.insert_walk(&mut walk)?;
    let mut pack = git2::Buf::new();
    builder.write_buf(&mut pack)?;
    let mut writer = target.packwriter()?;
    std::io::Write::write_all(&mut writer, &pack)?;
    writer.commit()?;
    set_ref(into, name, id)
}

/// One file's blob at a commit.
pub(super) fn blob_at(repo: &Repository, commit: Oid, path: &str) -> Option<(Oid, Vec<u8>)> {
    let tree = repo.find_commit(commit).ok()?.tree().ok()?;
    let entry = tree.get_path(Path::new(path)).ok()?;
    if entry.kind() != Some(ObjectType::Blob) {
        return None;
    }
    let blob = repo.find_blob(entry.id()).ok()?;
    Some((blob.id(), blob.content().to_vec()))
}

/// Additions, deletions and changed files between two commits' trees.
pub(super) fn stats(repo: &Repository, base: Oid, head: Oid) -> Option<(usize, usize, usize)> {
    let (base, head) = (
        repo.find_commit(base).ok()?.tree().ok()?,
        repo.find_commit(head).ok()?.tree().ok()?,
    );
    let stats = repo
        .diff_tree_to_tree(Some(&base), Some(&head), None)
        .ok()?
        .stats()
        .ok()?;
    Some((stats.insertions(), stats.deletions(), stats.files_changed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone() -> Identity {
        Identity {
            name: "Someone".to_owned(),
            email: "someone@example.com".to_owned(),
        }
    }

    fn put(repo: &Repository, parents: Vec<Oid>, path: &str, text: &str) -> Oid {
        let who = someone();
        commit(
            repo,
            &Draft {
                parents,
                edits: &[(path, Some(text.as_bytes()))],
                message: "write",
                author: &who,
                committer: &who,
            },
        )
        .unwrap()
    }

    #[test]
    fn a_rebase_keeps_the_files_of_both_sides() {
        let dir = tempfile::tempdir().unwrap();
        init(dir.path(), "main").unwrap();
        let repo = open(dir.path()).unwrap();
        let root = put(&repo, vec![], "a.md", "a\n");
        let main = put(&repo, vec![root], "b.md", "b\n");
        let head = put(&repo, vec![root], "c/d.md", "d\n");
        let moved = rebase(&repo, head, main, &someone()).unwrap();
        assert_ne!(moved, head);
        for path in ["a.md", "b.md", "c/d.md"] {
            assert!(blob_at(&repo, moved, path).is_some(), "{path}");
        }
        assert_eq!(between(&repo, main, moved).unwrap(), vec![moved]);
    }

    #[test]
    fn a_commit_can_be_copied_into_another_repository() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        init(one.path(), "main").unwrap();
        init(two.path(), "main").unwrap();
        let (from, into) = (open(one.path()).unwrap(), open(two.path()).unwrap());
        let root = put(&from, vec![], "a.md", "a\n");
        let head = put(&from, vec![root], "b.md", "b\n");
        copy_commit(&from, &into, head, "refs/pull/1/head").unwrap();
        let into = open(two.path()).unwrap();
        assert_eq!(resolve(&into, "refs/pull/1/head"), Some(head));
        assert!(blob_at(&into, head, "a.md").is_some());
    }
}
