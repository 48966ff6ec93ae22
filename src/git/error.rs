//! What can go wrong with a local repository, in words for people.

use std::path::PathBuf;

use crate::git::Refusal;
use crate::ids::CommitSha;

/// Why a question to a repository has no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Neither the folder nor one above it is a repository.
    #[error("no Git repository at {0} or above")]
    NoRepository(PathBuf),
    /// Git refuses repositories of other users, since their configuration can run programs.
    #[error(
        "the Git repository at {0} belongs to another user; `git config --global --add safe.directory {0}` trusts it"
    )]
    NotOwned(PathBuf),
    /// The repository has no working tree.
    #[error("the Git repository at {0} is bare: it has no working tree")]
    Bare(PathBuf),
    /// No ref, tag or object has this name.
    #[error("unknown revision `{0}`")]
    UnknownRevision(String),
    /// An abbreviated object name fits several objects.
    #[error("revision `{0}` is ambiguous: give more digits")]
    AmbiguousRevision(String),
    /// The revision is a file or a folder.
    #[error("revision `{0}` names no commit")]
    NotACommit(String),
    /// A detached `HEAD`, as workflows have it, and no branch to compare it with: comparing it with
    /// itself would find nothing, whatever it holds.
    #[error("no default branch is known in {0}: say what to compare with, such as `origin/main..HEAD`")]
    NoDefaultBranch(PathBuf),
    /// The two commits share no history.
    #[error("`{one}` and `{two}` have no common ancestor")]
    NoMergeBase {
        /// One commit.
        one: CommitSha,
        /// The other.
        two: CommitSha,
    },
    /// The two commits share no history that has been fetched.
    #[error(
        "`{one}` and `{two}` have no common ancestor in this shallow clone: fetch more history (`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)"
    )]
    Shallow {
        /// One commit.
        one: CommitSha,
        /// The other.
        two: CommitSha,
    },
    /// There is no such file.
    #[error("no file `{path}` at {at}")]
    NoFile {
        /// The path inside the repository.
        path: String,
        /// The commit or `working tree`.
        at: String,
    },
    /// A file is larger than what is read into memory.
    #[error("file `{path}` has {size} bytes; at most {limit} are read")]
    FileTooLarge {
        /// The path inside the repository.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The most bytes that are read.
        limit: u64,
    },
    /// A tree has more entries than are walked.
    #[error("more than {0} files and folders differ: too many to compare")]
    TooManyFiles(usize),
    /// Two names that are no UTF-8 read the same, so that one would hide the other.
    #[error("two files are called `{0}`, as far as their names can be read")]
    SameName(String),
    /// An object that is not here could not be had.
    #[error("what is not here is not supplied: {0}")]
    Supply(Refusal),
    /// An object came whose content does not make up its id.
    #[error("object {0} is not supplied as it is: its content has another id, or a name in it is no UTF-8")]
    NotAsNamed(String),
    /// Too much of the repository is not here.
    #[error("more than {0} objects have to be asked for one by one")]
    TooManyParts(usize),
    /// The disk said no.
    #[error("cannot read {path}: {source}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// libgit2 said no.
    #[error("cannot {doing}: {source}")]
    Git {
        /// What was being done.
        doing: String,
        /// What libgit2 said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl GitError {
    /// Wraps what libgit2 said with what was being done.
    pub(super) fn while_doing(doing: impl Into<String>) -> impl FnOnce(git2::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Git {
            doing,
            source: source.message().into(),
        }
    }
}
