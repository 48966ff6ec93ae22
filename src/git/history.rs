//! History: who committed what, what landed on a branch, and how one file came to be.

use git2::Commit;
use git2::Oid;
use git2::Sort;
use jiff::Timestamp;

use crate::git::GitError;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::git::objects;
use crate::git::renames;
use crate::git::snapshot::Content;
use crate::git::snapshot::Files;
use crate::ids::CommitSha;
use crate::ids::SpecPath;

/// A name and an e-mail address, as a commit states them; nobody has verified them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// What a commit says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its object name.
    pub sha: CommitSha,
    /// Who wrote the change.
    pub author: Person,
    /// Who made the commit.
    pub committer: Person,
    /// When the commit was made.
    pub when: Timestamp,
    /// The first line of its message.
    pub summary: String,
}

/// Something that landed on a branch: a merge, or a commit made straight on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit on the branch.
    pub commit: CommitInfo,
    /// What the change started from: for a merge, the merge base of both sides.
    pub base: Snapshot,
    /// What was changed: for a merge, the side that was merged.
    pub head: Snapshot,
    /// The branch just before; differs from `base` where it had moved on.
    pub base_tip: Option<CommitSha>,
    /// Whether it was a merge.
    pub merge: bool,
}

/// One commit that changed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitInfo,
    /// The state before; [`Snapshot::Empty`] for a first commit.
    pub base: Snapshot,
    /// The path before; `None` where the file was added.
    pub before: Option<SpecPath>,
    /// The path in this commit; `None` where it removed the file.
    pub after: Option<SpecPath>,
}

impl Repository {
    /// What a commit says about itself.
    ///
    /// # Errors
    ///
    /// An unknown commit.
    pub fn commit_info(&self, sha: &CommitSha) -> Result<CommitInfo, GitError> {
        Ok(info(&self.commit(sha)?))
    }

    /// The commits that `head` has and `base` has not, newest first.
    ///
    /// # Errors
    ///
    /// An unknown commit or damaged history.
    pub fn commits(&self, base: &CommitSha, head: &CommitSha) -> Result<Vec<CommitInfo>, GitError> {
        if let Some(known) = self.beyond.as_ref().and_then(|beyond| beyond.commits(base, head)) {
            return Ok(known.to_vec());
        }
        let doing = || GitError::while_doing(format!("walk from {base} to {head}"));
        let (base, head) = (self.commit(base)?.id(), self.commit(head)?.id());
        let mut walk = self.inner.revwalk().map_err(doing())?;
        walk.set_sorting(Sort::TOPOLOGICAL).map_err(doing())?;
        walk.push(head).map_err(doing())?;
        walk.hide(base).map_err(doing())?;
        walk.map(|id| {
            let commit = id.and_then(|id| self.inner.find_commit(id)).map_err(doing())?;
            Ok(info(&commit))
        })
        .collect()
    }

    /// What landed after `since` (exclusive; `None`: ever) up to `until`, along first parents,
    /// newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An unknown commit or damaged history.
    pub fn landings(
        &self,
        since: Option<&CommitSha>,
        until: &CommitSha,
        limit: usize,
    ) -> Result<Vec<Landing>, GitError> {
        let doing = || GitError::while_doing(format!("walk back from {until}"));
        let mut walk = self.inner.revwalk().map_err(doing())?;
        walk.push(self.commit(until)?.id()).map_err(doing())?;
        walk.simplify_first_parent().map_err(doing())?;
        if let Some(since) = since {
            walk.hide(self.commit(since)?.id()).map_err(doing())?;
        }
        walk.take(limit)
            .map(|id| {
                let commit = id.and_then(|id| self.inner.find_commit(id)).map_err(doing())?;
                Ok(self.landing(&commit))
            })
            .collect()
    }

    fn landing(&self, commit: &Commit<'_>) -> Landing {
        let sha = |id: Oid| CommitSha(id.to_string());
        let parents: Vec<Oid> = commit.parent_ids().collect();
        let (base, head) = match parents[..] {
            [] => (Snapshot::Empty, commit.id()),
            // Unrelated histories and octopuses are judged by what they did to the branch.
            [tip, side] => match self.inner.merge_base(tip, side) {
                Ok(base) => (Snapshot::Commit(sha(base)), side),
                Err(_) => (Snapshot::Commit(sha(tip)), commit.id()),
            },
            [tip, ..] => (Snapshot::Commit(sha(tip)), commit.id()),
        };
        Landing {
            commit: info(commit),
            base,
            head: Snapshot::Commit(sha(head)),
            base_tip: parents.first().copied().map(sha),
            merge: parents.len() > 1,
        }
    }

    /// The commits that changed one file, newest first, its renames followed. Where a merge took
    /// one side's content, only that side is followed.
    ///
    /// # Errors
    ///
    /// An unknown commit, or a file that never was.
    pub fn history(&self, head: &CommitSha, path: &SpecPath) -> Result<Vec<Revision>, GitError> {
        let mut commit = self.commit(head)?;
        let mut path = path.as_str().to_owned();
        let mut here = objects::find(self, commit.tree_id(), &path)?;
        let mut found = Vec::new();
        loop {
            let parents: Vec<Commit<'_>> = commit.parents().collect();
            let mut same = None;
            for parent in &parents {
                if objects::find(self, parent.tree_id(), &path)? == here {
                    same = Some(parent.clone());
                    break;
                }
            }
            // The end of a shallow clone looks like a first commit: what is known starts there.
            let Some(next) = same.clone().or_else(|| parents.first().cloned()) else {
                if here.is_some() {
                    found.push(revision(&commit, None, None, Some(&path)));
                }
                break;
            };
            if same.is_none() {
                let mut before = objects::find(self, next.tree_id(), &path)?.map(|id| (path.clone(), id));
                if before.is_none()
                    && let Some(id) = here
                {
                    before = self.renamed_from(&next, &commit, &path, id)?;
                }
                let after = here.map(|_| path.as_str());
                let old = before.as_ref().map(|(path, _)| path.as_str());
                found.push(revision(&commit, Some(&next), old, after));
                match before {
                    Some((old, id)) => (path, here) = (old, Some(id)),
                    // It may have been removed and added again.
                    None => here = None,
                }
            }
            commit = next;
        }
        if found.is_empty() {
            return Err(GitError::NoFile {
                path,
                at: format!("`{head}` or before"),
            });
        }
        Ok(found)
    }

    /// Where a file that is new in `commit` came from in its parent.
    fn renamed_from(
        &self,
        parent: &Commit<'_>,
        commit: &Commit<'_>,
        path: &str,
        id: Oid,
    ) -> Result<Option<(String, Oid)>, GitError> {
        let suffix = path.rsplit_once('.').map_or(path, |(_, suffix)| suffix);
        let (old, new) =
            objects::differing(self, Some(parent.tree_id()), Some(commit.tree_id()), &|other| {
                other == path || other.ends_with(suffix)
            })?;
        let mut gone: Files = old
            .into_iter()
            .filter(|(old, _)| !new.contains_key(old))
            .collect();
        let come = Files::from([(path.to_owned(), Content::Blob(id))]);
        let pairs = renames::pair(self, &gone, &come, &Files::new())?;
        let from = pairs
            .into_iter()
            .find_map(|c| c.after.and(c.before))
            .map(|from| from.0);
        Ok(from.and_then(|from| match gone.remove(&from)? {
            Content::Blob(id) => Some((from, id)),
            Content::Disk(_) => None,
        }))
    }
}

fn revision(
    commit: &Commit<'_>,
    base: Option<&Commit<'_>>,
    before: Option<&str>,
    after: Option<&str>,
) -> Revision {
    Revision {
        commit: info(commit),
        base: base.map_or(Snapshot::Empty, |base| {
            Snapshot::Commit(CommitSha(base.id().to_string()))
        }),
        before: before.map(SpecPath::new),
        after: after.map(SpecPath::new),
    }
}

fn info(commit: &Commit<'_>) -> CommitInfo {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let person = |signature: git2::Signature<'_>| Person {
        name: text(signature.name_bytes()),
        email: text(signature.email_bytes()),
    };
    CommitInfo {
        sha: CommitSha(commit.id().to_string()),
        author: person(commit.author()),
        committer: person(commit.committer()),
        // A commit may claim any year; one that no calendar has becomes the epoch.
        when: Timestamp::from_second(commit.time().seconds()).unwrap_or(Timestamp::UNIX_EPOCH),
        summary: text(commit.summary_bytes().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::fixture::Fixture;

    const TEN: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

    fn side(sha: &CommitSha) -> Snapshot {
        Snapshot::Commit(sha.clone())
    }

    #[test]
    fn commits_of_a_range_tell_their_people() {
        let repo = Fixture::new();
        let base = repo.commit(&[("a.md", Some("a"))]);
        let head = repo.commit_by("Jo Doe", "jo@example.com", &[("a.md", Some("b"))]);
        let commits = repo.open().commits(&base, &head).unwrap();
        assert_eq!(commits.len(), 1);
        assert_eq!(commits[0].sha, head);
        assert_eq!(
            commits[0].author,
            Person {
                name: "Jo Doe".into(),
                email: "jo@example.com".into()
            }
        );
    }

    #[test]
    fn a_merge_lands_what_its_side_changed() {
        let repo = Fixture::new();
        let fork = repo.commit(&[("a.md", Some("a"))]);
        repo.branch("feature");
        let tip = repo.commit(&[("b.md", Some("b"))]);
        repo.switch("feature");
        let work = repo.commit(&[("c.md", Some("c"))]);
        repo.switch("main");
        let merge = repo.merge("feature", &[("c.md", Some("c"))]);
        let git = repo.open();
        let landed = git.landings(Some(&fork), &merge, 10).unwrap();
        let seen: Vec<_> = landed
            .iter()
            .map(|l| (&l.commit.sha, l.base.clone(), l.head.clone(), l.merge))
            .collect();
        assert_eq!(
            seen,
            [
                (&merge, side(&fork), side(&work), true),
                (&tip, side(&fork), side(&tip), false)
            ]
        );
        assert_eq!(landed[0].base_tip.as_ref(), Some(&tip));
        let all = git.landings(None, &merge, 10).unwrap();
        assert_eq!((all.len(), all[2].base.clone()), (3, Snapshot::Empty));
        assert_eq!(git.landings(None, &merge, 1).unwrap().len(), 1);
    }

    #[test]
    fn a_files_history_follows_renames_and_skips_what_left_it_alone() {
        let repo = Fixture::new();
        let added = repo.commit(&[("old.md", Some(TEN)), ("other.md", Some("x"))]);
        repo.commit(&[("other.md", Some("y"))]);
        let moved = TEN.replace("two", "TWO");
        let renamed = repo.commit(&[("old.md", None), ("new.md", Some(&moved))]);
        repo.commit(&[("other.md", Some("z"))]);
        let edited = repo.commit(&[("new.md", Some(&moved.replace("six", "SIX")))]);
        let git = repo.open();
        let head = git.resolve("HEAD").unwrap();
        let history = git.history(&head, &SpecPath::new("new.md")).unwrap();
        let path = |text: &str| Some(SpecPath::new(text));
        let seen: Vec<_> = history
            .iter()
            .map(|r| (&r.commit.sha, r.before.clone(), r.after.clone()))
            .collect();
        assert_eq!(
            seen,
            [
                (&edited, path("new.md"), path("new.md")),
                (&renamed, path("old.md"), path("new.md")),
                (&added, None, path("old.md")),
            ]
        );
    }

    #[test]
    fn a_file_that_went_and_came_back_has_both_lives() {
        let repo = Fixture::new();
        repo.commit(&[("a.md", Some("a\n")), ("b.md", Some("b\n"))]);
        repo.commit(&[("a.md", None)]);
        let head = repo.commit(&[("a.md", Some("again\n"))]);
        let history = repo.open().history(&head, &SpecPath::new("a.md")).unwrap();
        let seen: Vec<_> = history
            .iter()
            .map(|r| (r.before.is_some(), r.after.is_some()))
            .collect();
        assert_eq!(seen, [(false, true), (true, false), (false, true)]);
    }

    #[test]
    fn a_merge_is_followed_to_the_side_that_wrote_the_text() {
        let repo = Fixture::new();
        let added = repo.commit(&[("a.md", Some(TEN))]);
        repo.branch("feature");
        repo.commit(&[("b.md", Some("b"))]);
        repo.switch("feature");
        let text = TEN.replace("nine", "NINE");
        let edited = repo.commit(&[("a.md", Some(&text))]);
        repo.switch("main");
        let merge = repo.merge("feature", &[("a.md", Some(&text))]);
        let history = repo.open().history(&merge, &SpecPath::new("a.md")).unwrap();
        assert_eq!(
            history.iter().map(|r| &r.commit.sha).collect::<Vec<_>>(),
            [&edited, &added]
        );
    }

    #[test]
    fn a_file_that_never_was_is_named() {
        let repo = Fixture::new();
        let head = repo.commit(&[("a.md", Some("a"))]);
        let error = repo.open().history(&head, &SpecPath::new("no.md")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no file `no.md` at `{head}` or before")
        );
    }
}
