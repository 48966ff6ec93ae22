//! Pull requests, decisions and notes come back as they were written.

use specwarden::ids::RepoId;
use specwarden::store;

use crate::everywhere;
use crate::key;
use crate::postgres;
use crate::record;
use crate::row;
#[tokio::test]
async fn the_ledger_is_a_chain_per_repository() {
    everywhere(|store| async move {
        store
            .record(&record(key(1, 2, 3), true, &["{\"a\":1}", "{\"b\":2}"], &[]))
            .await
            .unwrap();
        store
            .record(&record(key(1, 2, 4), true, &["{\"c\":3}"], &[]))
            .await
            .unwrap();
        store
            .record(&record(key(1, 9, 1), true, &["{\"d\":4}"], &[]))
            .await
            .unwrap();
        let rows = store.ledger(RepoId(2), None).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(rows[0].prev, "");
        assert!(rows.windows(2).all(|pair| pair[0].hash == pair[1].prev));
        assert!(rows.iter().all(|row| row.hash.len() == 64));
        let of_pull = store.ledger(RepoId(2), Some(4)).await.unwrap();
        assert_eq!(of_pull.len(), 1);
        assert_eq!(of_pull[0].entry, "{\"c\":3}");
        assert_eq!(store.ledger(RepoId(9), None).await.unwrap()[0].seq, 1);
    })
    .await;
}

#[tokio::test]
async fn a_pull_request_comes_back_as_it_was_kept() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        assert_eq!(store.pull(pull).await.unwrap(), None);
        store.record(&record(pull, true, &[], &[])).await.unwrap();
        store.record(&record(pull, false, &[], &[])).await.unwrap();
        let expected = row(pull, false);
        assert_eq!(store.pull(pull).await.unwrap(), Some(expected.clone()));
        assert_eq!(store.pull_named("ACME/Roles", 3).await.unwrap(), Some(expected));
        assert_eq!(store.pull_named("acme/roles", 4).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn notes_are_kept_and_the_store_answers() {
    everywhere(|store| async move {
        assert_eq!(store.note("x").await.unwrap(), None);
        store.set_note("x", "1").await.unwrap();
        store.set_note("x", "2").await.unwrap();
        assert_eq!(store.note("x").await.unwrap().as_deref(), Some("2"));
        store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_databases_themselves_refuse_to_change_the_ledger() {
    use sqlx::Connection;
    use sqlx::Executor;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("s.db").display());
    let store = store::open(&url).await.unwrap();
    store
        .record(&record(key(1, 2, 3), true, &["{}"], &[]))
        .await
        .unwrap();
    store.close().await;
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    for statement in ["UPDATE ledger SET entry = 'x'", "DELETE FROM ledger"] {
        let refused = connection.execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
    if let Some(url) = postgres().await {
        let store = store::open(&url).await.unwrap();
        store
            .record(&record(key(1, 2, 3), true, &["{}"], &[]))
            .await
            .unwrap();
        let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
        for statement in ["UPDATE ledger SET entry = 'x'", "DELETE FROM ledger"] {
            let refused = connection.execute(statement).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
    }
}
