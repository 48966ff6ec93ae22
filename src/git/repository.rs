//! A repository on this machine.

use std::path::Path;
use std::path::PathBuf;

use git2::ErrorCode;
use git2::Oid;

use crate::git::GitError;
use crate::git::partial::Beyond;
use crate::ids::CommitSha;

/// A repository on this machine, open for reading. Opening costs tens of milliseconds: keep it.
pub struct Repository {
    pub(super) inner: git2::Repository,
    /// What is not here, where only parts are.
    pub(super) beyond: Option<Beyond>,
}

impl Repository {
    /// Opens the repository that a folder lies in.
    ///
    /// # Errors
    ///
    /// No repository at the folder or above, or one that Git would not trust.
    pub fn discover(folder: &Path) -> Result<Self, GitError> {
        let inner = git2::Repository::discover(folder).map_err(|error| match error.code() {
            ErrorCode::NotFound => GitError::NoRepository(folder.to_owned()),
            ErrorCode::Owner => GitError::NotOwned(folder.to_owned()),
            _ => GitError::while_doing(format!("open the repository at {}", folder.display()))(error),
        })?;
        Ok(Self { inner, beyond: None })
    }

    /// Opens a bare repository of our own.
    pub(super) fn bare(folder: &Path) -> Result<Self, GitError> {
        let doing = GitError::while_doing(format!("open {}", folder.display()));
        git2::Repository::open_bare(folder)
            .map(|inner| Self { inner, beyond: None })
            .map_err(doing)
    }

    /// The top folder: of the working tree, or of the bare repository.
    pub fn root(&self) -> &Path {
        self.inner.workdir().unwrap_or_else(|| self.inner.path())
    }

    /// Whether there is no working tree.
    pub fn is_bare(&self) -> bool {
        self.inner.is_bare()
    }

    /// Whether older history has been left out of this clone.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// The name under which commits would be made here, as configured.
    pub fn user_name(&self) -> Option<String> {
        let name = self.inner.config().ok()?.get_string("user.name").ok()?;
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// The path of a file or folder relative to the root, with `/`; empty for the root itself.
    /// `None` where it lies elsewhere. Links in the folder that holds it are followed.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let root = self.root().canonicalize().ok()?;
        let absolute = std::path::absolute(path).ok()?;
        let full = match absolute.canonicalize() {
            Ok(full) => full,
            Err(_) => absolute
                .parent()?
                .canonicalize()
                .ok()?
                .join(absolute.file_name()?),
        };
        let parts: PathBuf = full.strip_prefix(&root).ok()?.to_owned();
        let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy()).collect();
        Some(parts.join("/"))
    }

    pub(super) fn workdir(&self) -> Result<&Path, GitError> {
        self.inner
            .workdir()
            .ok_or_else(|| GitError::Bare(self.inner.path().to_owned()))
    }

    pub(super) fn commit(&self, sha: &CommitSha) -> Result<git2::Commit<'_>, GitError> {
        self.inner
            .find_commit(self.oid(sha)?)
            .map_err(|error| match error.code() {
                ErrorCode::NotFound => GitError::UnknownRevision(sha.to_string()),
                _ => GitError::while_doing(format!("read commit {sha}"))(error),
            })
    }

    pub(super) fn oid(&self, sha: &CommitSha) -> Result<Oid, GitError> {
        Oid::from_str(sha.as_str()).map_err(|_| GitError::UnknownRevision(sha.to_string()))
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.root()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Snapshot;
    use crate::git::fixture::Fixture;

    #[test]
    fn a_repository_is_found_from_below() {
        let repo = Fixture::new();
        repo.write("a/b/c.md", "c");
        let git = Repository::discover(&repo.path().join("a/b")).unwrap();
        assert_eq!(
            git.root().canonicalize().unwrap(),
            repo.path().canonicalize().unwrap()
        );
        assert_eq!(git.relative(&repo.path().join("a/b")).as_deref(), Some("a/b"));
        assert_eq!(
            git.relative(&repo.path().join("a/gone.md")).as_deref(),
            Some("a/gone.md")
        );
        assert_eq!(git.relative(repo.path()).as_deref(), Some(""));
        assert_eq!(git.relative(Path::new("/")), None);
    }

    #[test]
    fn a_folder_without_a_repository_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = Repository::discover(dir.path()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no Git repository at {} or above", dir.path().display())
        );
    }

    #[test]
    fn a_bare_repository_has_no_working_tree() {
        let dir = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(dir.path()).unwrap();
        let git = Repository::discover(dir.path()).unwrap();
        let error = git.files(&Snapshot::WorkingTree, &|_| true).unwrap_err();
        assert!(
            error.to_string().ends_with("is bare: it has no working tree"),
            "{error}"
        );
    }
}
