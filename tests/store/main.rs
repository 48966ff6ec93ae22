//! The store keeps its promises, on SQLite always and on PostgreSQL where `SPECWARDEN_TEST_POSTGRES`
//! names a database (each test makes a schema of its own in it).

mod inbox;
mod leases;
mod opening;
mod queue;
mod records;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use specwarden::ids::DeliveryId;
use specwarden::ids::InstallationId;
use specwarden::ids::PullNumber;
use specwarden::ids::RepoId;
use specwarden::store;
use specwarden::store::Delivery;
use specwarden::store::Lease;
use specwarden::store::Mark;
use specwarden::store::NewEntry;
use specwarden::store::PullKey;
use specwarden::store::PullRow;
use specwarden::store::Record;
use specwarden::store::Store;
use specwarden::store::Work;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Runs one claim on every database there is.
pub(crate) async fn everywhere<F, T>(claim: F)
where
    F: Fn(Arc<dyn Store>) -> T,
    T: Future<Output = ()>,
{
    claim(store::open("sqlite::memory:").await.expect("a store in memory")).await;
    if let Some(url) = postgres().await {
        claim(store::open(&url).await.expect("a store on PostgreSQL")).await;
    }
}

/// A fresh schema on the PostgreSQL of the environment.
pub(crate) async fn postgres() -> Option<String> {
    use sqlx::Connection;
    use sqlx::Executor;
    let url = std::env::var("SPECWARDEN_TEST_POSTGRES").ok()?;
    let schema = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(&url)
        .await
        .expect("PostgreSQL answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    connection.execute(sqlx::raw_sql(create)).await.expect("a schema");
    let joint = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{joint}options=-c%20search_path%3D{schema}"))
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second near 1970")
}

pub(crate) fn key(installation: u64, repo: u64, number: u64) -> PullKey {
    PullKey {
        installation: InstallationId(installation),
        repo: RepoId(repo),
        number: PullNumber(number),
    }
}

pub(crate) fn mark(key: PullKey) -> Mark {
    Mark::Pull {
        key,
        name: "acme/roles".to_owned(),
        work: Work::Evaluate,
    }
}

pub(crate) fn delivery(id: &str, key: PullKey) -> Delivery {
    Delivery {
        id: DeliveryId::new(id),
        event: "pull_request".to_owned(),
        installation: key.installation,
        received_at: at(1),
        about: Some(key),
        marks: vec![mark(key)],
        notes: vec![("told-by".to_owned(), id.to_owned())],
        body: b"{\"a\":1}".to_vec(),
    }
}

pub(crate) async fn lease(store: &Arc<dyn Store>, worker: &str, second: i64) -> Option<Lease> {
    store
        .lease(worker, at(second), at(second + 60))
        .await
        .expect("the queue reads")
}

pub(crate) fn row(key: PullKey, open: bool) -> PullRow {
    PullRow {
        key,
        name: "acme/roles".to_owned(),
        base_ref: "main".to_owned(),
        open,
        evaluated_at: at(5),
        state: "{}".to_owned(),
        head: String::new(),
    }
}

pub(crate) fn record(key: PullKey, open: bool, entries: &[&str], done: &[&str]) -> Record {
    Record {
        pull: row(key, open),
        entries: entries
            .iter()
            .map(|entry| NewEntry {
                at: at(7),
                entry: (*entry).to_owned(),
            })
            .collect(),
        done: done.iter().map(|id| DeliveryId::new(*id)).collect(),
        at: at(9),
        worker: None,
    }
}
