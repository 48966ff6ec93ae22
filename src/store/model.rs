//! The words of the store: plain rows.

use std::time::Duration;

use jiff::Timestamp;

use crate::ids::DeliveryId;
use crate::ids::InstallationId;
use crate::ids::PullNumber;
use crate::ids::RepoId;

/// One pull request, or with number 0 the repository itself (which pull requests does it have?).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PullKey {
    /// The installation through which it is reached.
    pub installation: InstallationId,
    /// The repository it would be merged into.
    pub repo: RepoId,
    /// Its number; 0 for the repository itself.
    pub number: PullNumber,
}

impl PullKey {
    /// Whether it stands for the repository itself.
    pub fn is_repository(&self) -> bool {
        self.number.0 == 0
    }
}

/// What there is to do about a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Only read the deliveries about it; they may turn out to change nothing.
    Deliveries,
    /// Read them and evaluate.
    Evaluate,
}

/// Which pull requests are due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// One pull request, or a repository.
    Pull {
        /// Which.
        key: PullKey,
        /// The repository's `owner/name` now.
        name: String,
        /// What there is to do.
        work: Work,
    },
    /// The open pull requests of a repository that are known, all or those into one base branch.
    OpenPulls {
        /// The repository.
        repo: RepoId,
        /// The base branch, without `refs/heads/`; `None` for all.
        base: Option<String>,
        /// How long to wait for more of the same, so that it is looked at once. What is due anyway
        /// does not wait.
        settles_in: Duration,
    },
    /// All known open pull requests of an installation.
    OpenPullsOf {
        /// The installation.
        installation: InstallationId,
    },
}

/// One webhook delivery, understood as far as the door needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `X-GitHub-Delivery`.
    pub id: DeliveryId,
    /// `X-GitHub-Event`.
    pub event: String,
    /// Whose it is; 0 where the payload names none.
    pub installation: InstallationId,
    /// When it came in.
    pub received_at: Timestamp,
    /// The pull request whose worker shall read the body; `None` where the marks say it all and the
    /// body need not be kept.
    pub about: Option<PullKey>,
    /// What becomes due with it.
    pub marks: Vec<Mark>,
    /// Named values that it sets.
    pub notes: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is kept, and its marks are made.
    New,
    /// It had come before; nothing changed.
    Duplicate,
}

/// A delivery that waits for the worker of its pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// `X-GitHub-Delivery`.
    pub id: DeliveryId,
    /// `X-GitHub-Event`.
    pub event: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// The raw body.
    pub body: Vec<u8>,
}

/// One worker's right to work on one pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which pull request.
    pub key: PullKey,
    /// The repository's `owner/name` when it was last marked.
    pub name: String,
    /// What there is to do.
    pub work: Work,
    /// How often it was tried since it last came out well.
    pub attempts: u32,
    /// When it was first marked.
    pub marked_at: Timestamp,
    /// Who holds it.
    pub worker: String,
    /// Counts the marks; a mark that comes during the work is not lost with it.
    pub generation: i64,
}

/// Why something is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Something of ours or of this pull request went wrong: counts as an attempt.
    Failed(String),
    /// We were asked to wait or are stopping: does not count.
    Waiting(String),
}

/// What a worker found out about a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The pull request as it is now.
    pub pull: PullRow,
    /// New ledger entries, oldest first.
    pub entries: Vec<NewEntry>,
    /// Deliveries that are dealt with.
    pub done: Vec<DeliveryId>,
    /// When.
    pub at: Timestamp,
    /// The worker that writes under a lease: nothing is written where the lease is no longer its own.
    pub worker: Option<String>,
}

/// A ledger entry before it has a place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When the decision was made.
    pub at: Timestamp,
    /// What was decided, as one line of JSON.
    pub entry: String,
}

/// A ledger entry in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The repository whose chain it is in.
    pub repo: RepoId,
    /// Its place, from 1.
    pub seq: u64,
    /// The pull request.
    pub number: PullNumber,
    /// When the decision was made.
    pub at: Timestamp,
    /// What was decided, as one line of JSON.
    pub entry: String,
    /// The hash of the row before; empty for the first.
    pub prev: String,
    /// SHA-256 over `prev` and `entry`, 64 lower-case hex digits.
    pub hash: String,
}

/// What is known about a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRow {
    /// Which.
    pub key: PullKey,
    /// The repository's `owner/name`.
    pub name: String,
    /// The branch it would be merged into.
    pub base_ref: String,
    /// Whether it is open.
    pub open: bool,
    /// When it was last evaluated; 1970 for never.
    pub evaluated_at: Timestamp,
    /// The app's own words, as JSON.
    pub state: String,
    /// The commit that was judged; empty where none was.
    pub head: String,
}

/// How long the queue is and how old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Pull requests that are due.
    pub due: u64,
    /// Pull requests that were given up.
    pub dead: u64,
    /// When the oldest that is due was marked.
    pub oldest: Option<Timestamp>,
}

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no, or could not be reached.
    #[error("the store failed: {0}")]
    Database(sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the store's tables could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
    /// There is no PostgreSQL there, or not for us.
    #[error("PostgreSQL at {server} does not let us use database `{database}`: {why}")]
    Refused {
        /// Host and port, or the socket.
        server: String,
        /// The database's name.
        database: String,
        /// What it said.
        why: String,
    },
    /// A worker wrote whose lease another one has taken over.
    #[error("the lease was lost; somebody else is at it")]
    LeaseLost,
    /// The URL has another scheme.
    #[error("DATABASE_URL begins neither with sqlite: nor with postgres:")]
    UnknownUrl,
    /// A row does not read as what was written.
    #[error("the store holds an unreadable {what}: {why}")]
    Unreadable {
        /// Which kind of row.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

// The message tells the cause, so that a log of the message alone does; as a source it would be told
// twice wherever a chain of causes is printed.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(error)
    }
}
