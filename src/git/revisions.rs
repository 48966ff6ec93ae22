//! Names of commits: what people type, and what it means.

use git2::ErrorCode;
use git2::Object;
use git2::ObjectType;

use crate::git::GitError;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::git::objects;
use crate::ids::CommitSha;

/// The branch that pull requests go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultBranch {
    /// Its short name, such as `origin/main`; `HEAD` where no branch has a usual name.
    pub name: String,
    /// Its newest commit.
    pub commit: CommitSha,
}

/// Which two states to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The older state.
    pub base: Snapshot,
    /// The newer state.
    pub head: Snapshot,
    /// The newest commit on the base's side, where `base` is the merge base with it.
    pub base_tip: Option<CommitSha>,
}

impl Repository {
    /// The commit that a revision names: a branch, a tag, `HEAD~2`, an abbreviated object name …
    ///
    /// # Errors
    ///
    /// Nothing, several objects, or no commit has that name.
    pub fn resolve(&self, revision: &str) -> Result<CommitSha, GitError> {
        let object = self.object(revision)?;
        let commit = object.peel(ObjectType::Commit);
        commit
            .map(|commit| CommitSha(commit.id().to_string()))
            .map_err(|_| GitError::NotACommit(revision.to_owned()))
    }

    /// The bytes of a file named by `REVISION:PATH`, with the path from the repository's root.
    ///
    /// # Errors
    ///
    /// An unknown revision, no such file, or one of more than 32 MiB.
    pub fn file_at(&self, spec: &str) -> Result<Vec<u8>, GitError> {
        let Some((revision, path)) = spec.split_once(':') else {
            return Err(GitError::UnknownRevision(spec.to_owned()));
        };
        let tree = self.object(revision)?.peel(ObjectType::Tree);
        let tree = tree.map_err(|_| GitError::NotACommit(revision.to_owned()))?;
        let missing = || GitError::NoFile {
            path: path.to_owned(),
            at: format!("`{revision}`"),
        };
        let id = objects::find(self, tree.id(), path)?.ok_or_else(missing)?;
        objects::read(self, id, path)
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    ///
    /// An unknown commit, or no common ancestor; whether the clone is shallow is told apart.
    pub fn merge_base(&self, one: &CommitSha, two: &CommitSha) -> Result<CommitSha, GitError> {
        let (a, b) = (self.commit(one)?.id(), self.commit(two)?.id());
        match self.inner.merge_base(a, b) {
            Ok(id) => Ok(CommitSha(id.to_string())),
            Err(error) if error.code() == ErrorCode::NotFound => {
                let (one, two) = (one.clone(), two.clone());
                Err(match self.is_shallow() {
                    true => GitError::Shallow { one, two },
                    false => GitError::NoMergeBase { one, two },
                })
            }
            Err(error) => Err(GitError::while_doing(format!(
                "find the merge base of {one} and {two}"
            ))(error)),
        }
    }

    /// Where pull requests go: what `origin/HEAD` points at, else `main` or `master` (the remote's
    /// before the local one, which may be stale), else `HEAD`. `None` before the first commit.
    ///
    /// # Errors
    ///
    /// Refs that cannot be read.
    pub fn default_branch(&self) -> Result<Option<DefaultBranch>, GitError> {
        let usual = [
            ("refs/remotes/origin/HEAD", ""),
            ("refs/remotes/origin/main", "origin/main"),
            ("refs/remotes/origin/master", "origin/master"),
            ("refs/heads/main", "main"),
            ("refs/heads/master", "master"),
            ("HEAD", "HEAD"),
        ];
        for (full, short) in usual {
            let reference = match self.inner.find_reference(full) {
                Ok(reference) => reference,
                Err(error) if error.code() == ErrorCode::NotFound => continue,
                Err(error) => return Err(GitError::while_doing(format!("read {full}"))(error)),
            };
            // A symbolic ref may point at a branch that is not there (yet).
            let Ok(commit) = reference.peel_to_commit() else {
                continue;
            };
            let target = reference.symbolic_target().ok().flatten();
            let name = match target.and_then(|target| target.strip_prefix("refs/remotes/")) {
                Some(target) if short.is_empty() => target,
                _ if short.is_empty() => "origin/HEAD",
                _ => short,
            };
            return Ok(Some(DefaultBranch {
                name: name.to_owned(),
                commit: CommitSha(commit.id().to_string()),
            }));
        }
        Ok(None)
    }

    /// What the command line's revisions ask to compare.
    ///
    /// Nothing: from the merge base of `HEAD` and the default branch to the working tree. `REV`:
    /// from it to the working tree. `A..B`, `A...B` or two revisions: from their merge base to the
    /// second, as a pull request does; an end that is left out is `HEAD`.
    ///
    /// # Errors
    ///
    /// An unknown revision, or two without a common ancestor.
    pub fn comparison(&self, first: Option<&str>, second: Option<&str>) -> Result<Comparison, GitError> {
        let split = |text: &str| {
            let (from, to) = text.split_once("...").or_else(|| text.split_once(".."))?;
            let or_head = |end: &str| {
                if end.is_empty() {
                    "HEAD".to_owned()
                } else {
                    end.to_owned()
                }
            };
            Some((or_head(from), or_head(to)))
        };
        match (first, second) {
            (Some(from), Some(to)) => self.between(from, to),
            (Some(one), None) | (None, Some(one)) => match split(one) {
                Some((from, to)) => self.between(&from, &to),
                None => Ok(Comparison {
                    base: Snapshot::Commit(self.resolve(one)?),
                    head: Snapshot::WorkingTree,
                    base_tip: None,
                }),
            },
            (None, None) => self.unmerged(),
        }
    }

    fn between(&self, from: &str, to: &str) -> Result<Comparison, GitError> {
        let (from, to) = (self.resolve(from)?, self.resolve(to)?);
        Ok(Comparison {
            base: Snapshot::Commit(self.merge_base(&from, &to)?),
            head: Snapshot::Commit(to),
            base_tip: Some(from),
        })
    }

    fn unmerged(&self) -> Result<Comparison, GitError> {
        let head = Snapshot::WorkingTree;
        let here = self.inner.head().ok().and_then(|head| head.peel_to_commit().ok());
        match (self.default_branch()?, here) {
            (Some(branch), Some(_)) if branch.name == "HEAD" && self.detached()? => {
                Err(GitError::NoDefaultBranch(self.root().to_owned()))
            }
            (Some(branch), Some(here)) => {
                let base = self.merge_base(&branch.commit, &CommitSha(here.id().to_string()))?;
                Ok(Comparison {
                    base: Snapshot::Commit(base),
                    head,
                    base_tip: Some(branch.commit),
                })
            }
            // A branch without a commit yet.
            _ => Ok(Comparison {
                base: Snapshot::Empty,
                head,
                base_tip: None,
            }),
        }
    }

    fn detached(&self) -> Result<bool, GitError> {
        self.inner
            .head_detached()
            .map_err(GitError::while_doing("read HEAD"))
    }

    fn object(&self, revision: &str) -> Result<Object<'_>, GitError> {
        let object = self.inner.revparse_single(revision);
        object.map_err(|error| match error.code() {
            ErrorCode::Ambiguous => GitError::AmbiguousRevision(revision.to_owned()),
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::UnbornBranch => {
                GitError::UnknownRevision(revision.to_owned())
            }
            _ => GitError::while_doing(format!("look up revision `{revision}`"))(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::fixture::Fixture;

    #[test]
    fn what_has_no_name_is_an_unknown_revision() {
        let repo = Fixture::new();
        repo.commit(&[("a.md", Some("a"))]);
        let git = repo.open();
        for unknown in [
            "foo",
            "HEAD~7",
            "",
            "1234567",
            "a b",
            "HEAD^{/nothing}",
            "-x",
            "@{99}",
            "a..b",
        ] {
            let error = git.resolve(unknown).unwrap_err();
            assert_eq!(error.to_string(), format!("unknown revision `{unknown}`"));
        }
        let error = git.resolve("HEAD:a.md").unwrap_err();
        assert_eq!(error.to_string(), "revision `HEAD:a.md` names no commit");
    }

    #[test]
    fn names_lead_to_commits() {
        let repo = Fixture::new();
        let first = repo.commit(&[("a.md", Some("a"))]);
        let second = repo.commit(&[("a.md", Some("b"))]);
        let git = repo.open();
        assert_eq!(git.resolve("HEAD").unwrap(), second);
        assert_eq!(git.resolve("main").unwrap(), second);
        assert_eq!(git.resolve("HEAD~1").unwrap(), first);
        assert_eq!(git.resolve(&first.as_str()[..12]).unwrap(), first);
        assert_eq!(git.file_at("HEAD~1:a.md").unwrap(), b"a");
        let error = git.file_at("HEAD:b.md").unwrap_err();
        assert_eq!(error.to_string(), "no file `b.md` at `HEAD`");
    }

    #[test]
    fn a_range_starts_at_the_merge_base() {
        let repo = Fixture::new();
        let fork = repo.commit(&[("a.md", Some("a"))]);
        repo.branch("feature");
        let tip = repo.commit(&[("b.md", Some("b"))]);
        repo.switch("feature");
        let head = repo.commit(&[("c.md", Some("c"))]);
        let git = repo.open();
        let expected = Comparison {
            base: Snapshot::Commit(fork.clone()),
            head: Snapshot::Commit(head),
            base_tip: Some(tip.clone()),
        };
        for (first, second) in [
            ("main..feature", None),
            ("main...HEAD", None),
            ("main..", None),
            ("main", Some("feature")),
        ] {
            assert_eq!(
                git.comparison(Some(first), second).unwrap(),
                expected,
                "{first} {second:?}"
            );
        }
        let one = git.comparison(Some("main"), None).unwrap();
        assert_eq!(
            (one.base, one.head),
            (Snapshot::Commit(tip), Snapshot::WorkingTree)
        );
        let none = git.comparison(None, None).unwrap();
        assert_eq!(
            (none.base, none.head),
            (Snapshot::Commit(fork), Snapshot::WorkingTree)
        );
    }

    #[test]
    fn commits_without_a_common_ancestor_are_named() {
        let repo = Fixture::new();
        let one = repo.commit(&[("a.md", Some("a"))]);
        repo.orphan("other");
        let two = repo.commit(&[("b.md", Some("b"))]);
        let error = repo.open().comparison(Some("main..other"), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{one}` and `{two}` have no common ancestor")
        );
    }

    #[test]
    fn the_default_branch_is_what_the_remote_says() {
        let repo = Fixture::new();
        assert_eq!(repo.open().default_branch().unwrap(), None);
        let first = repo.commit(&[("a.md", Some("a"))]);
        let branch = |name: &str| {
            Some(DefaultBranch {
                name: name.to_owned(),
                commit: first.clone(),
            })
        };
        assert_eq!(repo.open().default_branch().unwrap(), branch("main"));
        repo.reference("refs/remotes/origin/trunk", &first);
        repo.commit(&[("a.md", Some("b"))]);
        repo.symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
        assert_eq!(repo.open().default_branch().unwrap(), branch("origin/trunk"));
    }

    #[test]
    fn a_detached_head_is_not_compared_with_itself() {
        let repo = Fixture::new();
        let base = repo.commit(&[("a.md", Some("a"))]);
        let head = repo.commit(&[("a.md", Some("b"))]);
        repo.detach(&head);
        repo.delete("refs/heads/main");
        let error = repo.open().comparison(None, None).unwrap_err();
        assert!(matches!(error, GitError::NoDefaultBranch(_)), "{error}");
        repo.reference("refs/remotes/origin/main", &base);
        let known = repo.open().comparison(None, None).unwrap();
        assert_eq!(known.base, Snapshot::Commit(base));
    }

    #[test]
    fn before_the_first_commit_the_base_is_empty() {
        let repo = Fixture::new();
        let all = repo.open().comparison(None, None).unwrap();
        assert_eq!((all.base, all.head), (Snapshot::Empty, Snapshot::WorkingTree));
    }
}
