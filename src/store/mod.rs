//! What the server remembers: the inbox of deliveries, the queue of pull requests that are due, what
//! is known about each pull request, and the ledger of decisions.
//!
//! The queue *is* the table of pull requests that are due: newer marks coalesce, a lease gives one
//! worker one pull request, and a lease that is not renewed runs out. This room knows nothing of
//! GitHub or of reports; states and ledger entries are text to it. Start with [`Store`].

mod model;
mod postgres;
mod sql;
mod sqlite;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::ids::DeliveryId;
use crate::ids::InstallationId;
use crate::ids::RepoId;

pub use model::*;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

/// What every store can do. Each method is one transaction.
pub trait Store: Send + Sync + 'static {
    /// Keeps a delivery and makes its marks, both or neither. A delivery id that is known already
    /// changes nothing.
    fn accept<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Accepted, StoreError>>;

    /// Marks pull requests due.
    fn mark<'a>(&'a self, marks: &'a [Mark], now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Leases the pull request whose turn it is until `until`, or `None` where nothing is due.
    /// Installations take turns; nothing of an installation that is held is given out.
    fn lease<'a>(
        &'a self,
        worker: &'a str,
        now: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Lease>, StoreError>>;

    /// Makes a lease last until `until`; `false` where it was lost meanwhile.
    fn renew<'a>(&'a self, lease: &'a Lease, until: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Hands a lease back, done: the row goes unless it was marked again meanwhile.
    fn finish<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Hands a lease back, to be tried again at `at`.
    fn postpone<'a>(
        &'a self,
        lease: &'a Lease,
        at: Timestamp,
        trouble: &'a Trouble,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Hands a lease back for good: it is not tried again until something new marks it.
    fn bury<'a>(&'a self, lease: &'a Lease, reason: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Gives out nothing of an installation before `until`.
    fn hold<'a>(
        &'a self,
        installation: InstallationId,
        until: Timestamp,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Frees leases left behind by processes that are gone, and says how many. A store that only one
    /// process can use frees all of them; a shared one only those that ran out.
    fn reclaim(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Deliveries about one pull request that no worker has dealt with yet, oldest first.
    fn pending(&self, pull: PullKey) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>>;

    /// Writes what a worker found out, all or nothing: the pull request's state, ledger entries, and
    /// which deliveries are dealt with. A worker whose lease is somebody else's now writes nothing
    /// and is told so.
    fn record<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Result<(), StoreError>>;

    /// What is known about a pull request.
    fn pull(&self, pull: PullKey) -> BoxFuture<'_, Result<Option<PullRow>, StoreError>>;

    /// What is known about a pull request, by its repository's name as people write it.
    fn pull_named<'a>(
        &'a self,
        name: &'a str,
        number: u64,
    ) -> BoxFuture<'a, Result<Option<PullRow>, StoreError>>;

    /// The open pull requests of a repository whose judged commit this is.
    fn pulls_at<'a>(&'a self, repo: RepoId, head: &'a str)
    -> BoxFuture<'a, Result<Vec<PullRow>, StoreError>>;

    /// The ledger of one repository, oldest first; of one pull request where a number is given.
    fn ledger(&self, repo: RepoId, number: Option<u64>) -> BoxFuture<'_, Result<Vec<LedgerRow>, StoreError>>;

    /// The repositories of which anything is known, each under every name that it was known by.
    fn repositories(&self) -> BoxFuture<'_, Result<Vec<(RepoId, String)>, StoreError>>;

    /// Marks at most `limit` open pull requests that nobody has looked at since `before`, and says
    /// how many.
    fn mark_stale(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Forgets deliveries that were dealt with and received before `before`.
    fn prune(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Which of these deliveries were received.
    fn known<'a>(&'a self, ids: &'a [DeliveryId]) -> BoxFuture<'a, Result<Vec<DeliveryId>, StoreError>>;

    /// A named value that outlives the process.
    fn note<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>>;

    /// Sets a named value.
    fn set_note<'a>(&'a self, name: &'a str, value: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// How long the queue is and how old.
    fn depth(&self) -> BoxFuture<'_, Result<Depth, StoreError>>;

    /// Answers if the store can be reached and written.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Closes connections; what was committed is safe.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// Opens the store that the URL names, creating and migrating it: `sqlite://FILE`,
/// `sqlite::memory:` or `postgres://…`.
///
/// # Errors
///
/// Where the URL names neither, the store cannot be reached, or a migration fails. The URL itself,
/// which may hold a password, is in no message.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(SqliteStore::open(url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(PostgresStore::open(url).await?)),
        Some(_) | None => Err(StoreError::UnknownUrl),
    }
}

/// Opens a store for somebody who only reads, beside the server that uses it: nothing is created.
///
/// # Errors
///
/// As [`open`], and where there is no such SQLite file.
pub async fn open_to_read(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(SqliteStore::open_to_read(url).await?)),
        Some(_) | None => open(url).await,
    }
}
