//! Opening a store: what earlier versions and processes left, and what cannot be opened.

use std::sync::Arc;

use specwarden::ids::RepoId;
use specwarden::store;
use specwarden::store::Accepted;
use specwarden::store::Store;

use crate::at;
use crate::delivery;
use crate::key;
use crate::lease;
use crate::postgres;
use crate::record;
use crate::row;
#[tokio::test]
async fn a_file_keeps_everything_and_frees_leases_of_the_process_before() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("s.db").display());
    let pull = key(1, 2, 3);
    {
        let store = store::open(&url).await.unwrap();
        store.accept(&delivery("a", pull)).await.unwrap();
        assert!(lease(&store, "gone", 2).await.is_some());
        store.close().await;
    }
    let store = store::open(&url).await.unwrap();
    assert_eq!(
        store.accept(&delivery("a", pull)).await.unwrap(),
        Accepted::Duplicate
    );
    assert!(lease(&store, "new", 3).await.is_none());
    assert_eq!(store.reclaim(at(3)).await.unwrap(), 1);
    assert!(lease(&store, "new", 3).await.is_some());
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_it() {
    let Err(error) = store::open("mysql://user:hush@host/db").await else {
        panic!("there is no such store");
    };
    assert!(!error.to_string().contains("hush"));
}

/// A file or schema as the first version left it, with one row of everything.
const FIRST_VERSION: [&str; 4] = [
    "INSERT INTO pulls (repo, number, installation, name, base_ref, is_open, evaluated_at, state)
     VALUES (2, 3, 1, 'acme/roles', 'main', 1, 5000, '{}')",
    "INSERT INTO inbox (guid, event, installation, repo, number, received_at, body)
     VALUES ('a', 'pull_request', 1, 2, 3, 1000, '{\"a\":1}')",
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     VALUES (2, 3, 1, 'acme/roles', 1, 1, 1000, 1000, 0)",
    "INSERT INTO ledger (repo, seq, number, at, entry, prev, hash) VALUES (2, 1, 3, 7000, '{}', '', 'h')",
];

/// What the first version left is there after it was opened by this one, and goes on being used.
async fn taken_over(store: Arc<dyn Store>) {
    let pull = key(1, 2, 3);
    assert_eq!(
        store.pull(pull).await.expect("the store answers"),
        Some(row(pull, true))
    );
    assert_eq!(
        store.pending(pull).await.expect("the store answers")[0].body,
        b"{\"a\":1}"
    );
    assert_eq!(
        store.ledger(RepoId(2), None).await.expect("the store answers")[0].hash,
        "h"
    );
    assert_eq!(
        store
            .accept(&delivery("a", pull))
            .await
            .expect("the store answers"),
        Accepted::Duplicate
    );
    let leased = lease(&store, "w", 9).await.expect("still due");
    let entry = record(pull, true, &["{}"], &["a"]);
    store.record(&entry).await.expect("the store answers");
    assert_eq!(
        store.ledger(RepoId(2), None).await.expect("the store answers")[1].prev,
        "h"
    );
    store.finish(&leased).await.expect("the store answers");
    store.close().await;
}

/// The migrations up to the first one alone, as the first version had them.
async fn first_migration(from: &str, to: &std::path::Path) -> sqlx::migrate::Migrator {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
    std::fs::copy(source.join("0001_start.sql"), to.join("0001_start.sql")).expect("the store answers");
    sqlx::migrate::Migrator::new(to).await.expect("the store answers")
}

#[tokio::test]
async fn what_the_first_version_left_is_taken_over() {
    use sqlx::Connection;
    use sqlx::Executor;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let old = first_migration("src/store/migrations/sqlite", folder.path()).await;
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    old.run(&mut connection).await.unwrap();
    for statement in FIRST_VERSION {
        connection.execute(statement).await.unwrap();
    }
    connection.close().await.unwrap();
    let url = format!("sqlite://{}", file.display());
    taken_over(store::open(&url).await.unwrap()).await;
    let again = store::open(&url).await.unwrap();
    assert_eq!(again.ledger(RepoId(2), None).await.unwrap().len(), 2);

    if let Some(url) = postgres().await {
        let folder = tempfile::tempdir().unwrap();
        let old = first_migration("src/store/migrations/postgres", folder.path()).await;
        let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
        old.run(&mut connection).await.unwrap();
        for statement in FIRST_VERSION {
            connection.execute(statement).await.unwrap();
        }
        connection.close().await.unwrap();
        taken_over(store::open(&url).await.unwrap()).await;
    }
}

#[tokio::test]
async fn what_a_newer_version_left_is_refused() {
    use sqlx::Connection;
    use sqlx::Executor;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("s.db").display());
    store::open(&url).await.unwrap().close().await;
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of tomorrow', 1, x'00', 0)";
    connection.execute(newer).await.unwrap();
    let Err(error) = store::open(&url).await else {
        panic!("it was opened");
    };
    let told = error.to_string();
    assert!(
        told.contains("9999") && told.contains("brought up to date"),
        "{told}"
    );
}

#[tokio::test]
async fn a_postgresql_that_refuses_is_told_at_once_and_plainly() {
    // A port that nobody listens on: it was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let url = format!("postgres://keeper:hush@127.0.0.1:{port}/registry");
    let Err(error) = store::open(&url).await else {
        panic!("nobody is there");
    };
    let told = format!("{:#}", anyhow::Error::from(error));
    assert!(
        told.starts_with(&format!(
            "PostgreSQL at 127.0.0.1:{port} does not let us use database `registry`: "
        )),
        "{told}"
    );
    assert!(told.contains("refused") && !told.contains("timed out"), "{told}");
    assert!(!told.contains("hush"), "{told}");
    assert_eq!(told.matches("refused").count(), 1, "{told}");
}

#[tokio::test]
async fn a_cause_is_told_once() {
    let Err(error) = store::open("sqlite:///proc/none/s.db").await else {
        panic!("there is no such folder");
    };
    let told = format!(
        "{:#}",
        anyhow::Error::from(error).context("cannot open the store")
    );
    assert_eq!(told.matches("unable to open").count(), 1, "{told}");
}
