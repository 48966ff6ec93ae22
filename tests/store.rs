//! The store keeps its promises, on SQLite always and on PostgreSQL where `SPECWARDEN_TEST_POSTGRES`
//! names a database (each test makes a schema of its own in it).

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use specwarden::ids::DeliveryId;
use specwarden::ids::InstallationId;
use specwarden::ids::PullNumber;
use specwarden::ids::RepoId;
use specwarden::store;
use specwarden::store::Accepted;
use specwarden::store::Delivery;
use specwarden::store::Lease;
use specwarden::store::Mark;
use specwarden::store::NewEntry;
use specwarden::store::PullKey;
use specwarden::store::PullRow;
use specwarden::store::Record;
use specwarden::store::Store;
use specwarden::store::Trouble;
use specwarden::store::Work;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Runs one claim on every database there is.
async fn everywhere<F, T>(claim: F)
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
async fn postgres() -> Option<String> {
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

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second near 1970")
}

fn key(installation: u64, repo: u64, number: u64) -> PullKey {
    PullKey {
        installation: InstallationId(installation),
        repo: RepoId(repo),
        number: PullNumber(number),
    }
}

fn mark(key: PullKey) -> Mark {
    Mark::Pull {
        key,
        name: "acme/roles".to_owned(),
        work: Work::Evaluate,
    }
}

fn delivery(id: &str, key: PullKey) -> Delivery {
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

async fn lease(store: &Arc<dyn Store>, worker: &str, second: i64) -> Option<Lease> {
    store
        .lease(worker, at(second), at(second + 60))
        .await
        .expect("the queue reads")
}

fn row(key: PullKey, open: bool) -> PullRow {
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

fn record(key: PullKey, open: bool, entries: &[&str], done: &[&str]) -> Record {
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
    }
}

#[tokio::test]
async fn a_second_delivery_of_one_guid_does_nothing() {
    everywhere(|store| async move {
        let first = delivery("a", key(1, 2, 3));
        assert_eq!(store.accept(&first).await.unwrap(), Accepted::New);
        let leased = lease(&store, "w", 2).await.unwrap();
        store.finish(&leased).await.unwrap();
        assert_eq!(store.accept(&first).await.unwrap(), Accepted::Duplicate);
        assert!(lease(&store, "w", 3).await.is_none());
        assert_eq!(store.note("told-by").await.unwrap().as_deref(), Some("a"));
        assert_eq!(store.pending(key(1, 2, 3)).await.unwrap().len(), 1);
        let known = store
            .known(&[DeliveryId::new("a"), DeliveryId::new("b")])
            .await
            .unwrap();
        assert_eq!(known, [DeliveryId::new("a")]);
    })
    .await;
}

#[tokio::test]
async fn deliveries_wait_in_order_until_they_are_dealt_with() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        for id in ["c", "a", "b"] {
            store.accept(&delivery(id, pull)).await.unwrap();
        }
        let ids =
            |kept: Vec<store::Kept>| -> Vec<String> { kept.into_iter().map(|kept| kept.id.0).collect() };
        let pending = store.pending(pull).await.unwrap();
        assert_eq!(pending[0].body, b"{\"a\":1}");
        assert_eq!(ids(pending), ["c", "a", "b"]);
        store.record(&record(pull, true, &[], &["c", "a"])).await.unwrap();
        assert_eq!(ids(store.pending(pull).await.unwrap()), ["b"]);
        assert_eq!(
            store.prune(at(100)).await.unwrap(),
            2,
            "what waits is never pruned"
        );
        assert_eq!(ids(store.pending(pull).await.unwrap()), ["b"]);
    })
    .await;
}

#[tokio::test]
async fn marks_coalesce_and_a_mark_during_the_work_is_not_lost() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        store.mark(&[mark(pull), mark(pull)], at(1)).await.unwrap();
        assert_eq!(store.depth().await.unwrap().due, 1);
        let leased = lease(&store, "w1", 2).await.unwrap();
        assert!(lease(&store, "w2", 3).await.is_none(), "one worker at a time");
        store.mark(&[mark(pull)], at(3)).await.unwrap();
        assert!(lease(&store, "w2", 4).await.is_none(), "even if marked again");
        store.finish(&leased).await.unwrap();
        let again = lease(&store, "w2", 5).await.expect("the mark during the work");
        store.finish(&again).await.unwrap();
        assert!(lease(&store, "w1", 6).await.is_none());
        assert_eq!(store.depth().await.unwrap().due, 0);
    })
    .await;
}

#[tokio::test]
async fn a_mark_that_only_reads_never_hides_one_that_evaluates() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        let light = Mark::Pull {
            key: pull,
            name: "acme/new-name".to_owned(),
            work: Work::Deliveries,
        };
        store.mark(&[mark(pull), light.clone()], at(1)).await.unwrap();
        let leased = lease(&store, "w", 2).await.unwrap();
        assert_eq!(leased.work, Work::Evaluate);
        assert_eq!(leased.name, "acme/new-name");
        store.finish(&leased).await.unwrap();
        store.mark(&[light], at(3)).await.unwrap();
        assert_eq!(lease(&store, "w", 4).await.unwrap().work, Work::Deliveries);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_its_holder_can_do_nothing_more() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        store.mark(&[mark(pull)], at(1)).await.unwrap();
        let dead = lease(&store, "dead", 2).await.unwrap();
        assert!(store.renew(&dead, at(100)).await.unwrap());
        assert!(lease(&store, "w", 90).await.is_none(), "renewed");
        let taken = lease(&store, "w", 101).await.expect("ran out");
        assert!(!store.renew(&dead, at(500)).await.unwrap());
        store.finish(&dead).await.unwrap();
        store.bury(&dead, "late").await.unwrap();
        assert!(
            store.renew(&taken, at(200)).await.unwrap(),
            "still held by the new one"
        );
        store.finish(&taken).await.unwrap();
        assert_eq!(store.depth().await.unwrap(), store::Depth::default());
    })
    .await;
}

#[tokio::test]
async fn what_failed_waits_and_what_is_given_up_wakes_with_something_new() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        store.mark(&[mark(pull)], at(1)).await.unwrap();
        let leased = lease(&store, "w", 2).await.unwrap();
        let failed = Trouble::Failed("no".to_owned());
        store.postpone(&leased, at(50), &failed).await.unwrap();
        assert!(lease(&store, "w", 49).await.is_none());
        let second = lease(&store, "w", 50).await.unwrap();
        assert_eq!(second.attempts, 1);
        let waiting = Trouble::Waiting("stopping".to_owned());
        store.postpone(&second, at(51), &waiting).await.unwrap();
        let third = lease(&store, "w", 51).await.unwrap();
        assert_eq!(third.attempts, 1, "waiting is no failure");
        store.bury(&third, "hopeless").await.unwrap();
        assert!(lease(&store, "w", 10_000).await.is_none());
        let depth = store.depth().await.unwrap();
        assert_eq!((depth.due, depth.dead), (0, 1));
        store.mark(&[mark(pull)], at(60)).await.unwrap();
        let woken = lease(&store, "w", 61).await.unwrap();
        assert_eq!(woken.attempts, 0);
    })
    .await;
}

#[tokio::test]
async fn a_failure_does_not_delay_what_was_marked_meanwhile() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        store.mark(&[mark(pull)], at(1)).await.unwrap();
        let leased = lease(&store, "w", 2).await.unwrap();
        store.mark(&[mark(pull)], at(3)).await.unwrap();
        store
            .postpone(&leased, at(500), &Trouble::Failed("no".to_owned()))
            .await
            .unwrap();
        assert!(lease(&store, "w", 4).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn installations_take_turns() {
    everywhere(|store| async move {
        let busy: Vec<Mark> = (1..=20).map(|number| mark(key(1, 10, number))).collect();
        store.mark(&busy, at(1)).await.unwrap();
        store.mark(&[mark(key(2, 20, 1))], at(2)).await.unwrap();
        store.mark(&[mark(key(3, 30, 1))], at(3)).await.unwrap();
        let mut served = Vec::new();
        for _ in 0..4 {
            let leased = lease(&store, "w", 5).await.unwrap();
            served.push(leased.key.installation.0);
            store.finish(&leased).await.unwrap();
        }
        assert_eq!(served, [1, 2, 3, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_held_installation_waits_alone() {
    everywhere(|store| async move {
        store
            .mark(&[mark(key(1, 10, 1)), mark(key(2, 20, 1))], at(1))
            .await
            .unwrap();
        store
            .hold(InstallationId(1), at(100), "rate limit")
            .await
            .unwrap();
        store.hold(InstallationId(1), at(50), "shorter").await.unwrap();
        let leased = lease(&store, "w", 5).await.unwrap();
        assert_eq!(leased.key.installation.0, 2);
        store.finish(&leased).await.unwrap();
        assert!(
            lease(&store, "w", 99).await.is_none(),
            "a shorter hold shortens nothing"
        );
        assert_eq!(lease(&store, "w", 100).await.unwrap().key.installation.0, 1);
    })
    .await;
}

#[tokio::test]
async fn a_push_marks_the_open_pull_requests_into_its_branch() {
    everywhere(|store| async move {
        for (number, open, base) in [(1, true, "main"), (2, false, "main"), (3, true, "next")] {
            let pull = key(1, 2, number);
            let mut record = record(pull, open, &[], &[]);
            record.pull.base_ref = base.to_owned();
            store.record(&record).await.unwrap();
        }
        let numbers = |marks: Vec<Mark>| {
            let store = Arc::clone(&store);
            async move {
                store.mark(&marks, at(1)).await.unwrap();
                let mut numbers = Vec::new();
                while let Some(leased) = lease(&store, "w", 2).await {
                    numbers.push(leased.key.number.0);
                    store.finish(&leased).await.unwrap();
                }
                numbers
            }
        };
        let push = |base: Option<&str>| {
            vec![Mark::OpenPulls {
                repo: RepoId(2),
                base: base.map(str::to_owned),
            }]
        };
        assert_eq!(numbers(push(Some("main"))).await, [1]);
        assert_eq!(numbers(push(Some("other"))).await, [0_u64; 0]);
        assert_eq!(numbers(push(None)).await, [1, 3]);
        let all = vec![Mark::OpenPullsOf {
            installation: InstallationId(1),
        }];
        assert_eq!(numbers(all).await, [1, 3]);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_looked_at_for_long_is_marked_oldest_first() {
    everywhere(|store| async move {
        for (number, evaluated, open) in [(1, 50, true), (2, 10, true), (3, 5, false), (4, 90, true)] {
            let mut record = record(key(1, 2, number), open, &[], &[]);
            record.pull.evaluated_at = at(evaluated);
            store.record(&record).await.unwrap();
        }
        assert_eq!(store.mark_stale(at(60), at(100), 1).await.unwrap(), 1);
        assert_eq!(lease(&store, "w", 101).await.unwrap().key.number.0, 2);
        assert_eq!(
            store.mark_stale(at(60), at(100), 10).await.unwrap(),
            1,
            "2 is due already"
        );
        assert_eq!(lease(&store, "w", 101).await.unwrap().key.number.0, 1);
    })
    .await;
}

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
async fn many_workers_never_share_a_pull_request_and_leave_none() {
    everywhere(|store| async move {
        let marks: Vec<Mark> = (0..200)
            .map(|n| mark(key(n % 5, 100 + n % 5, n / 5 + 1)))
            .collect();
        store.mark(&marks, at(1)).await.unwrap();
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..8 {
            let store = Arc::clone(&store);
            workers.spawn(async move {
                let mut done = Vec::new();
                while let Some(leased) = lease(&store, &format!("w{worker}"), 2).await {
                    done.push(leased.key);
                    tokio::time::timeout(Duration::from_secs(20), store.finish(&leased))
                        .await
                        .expect("no deadlock")
                        .unwrap();
                }
                done
            });
        }
        let mut all = Vec::new();
        while let Some(done) = workers.join_next().await {
            all.extend(done.unwrap());
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((count, all.len()), (200, 200));
    })
    .await;
}

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

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_it() {
    let Err(error) = store::open("mysql://user:hush@host/db").await else {
        panic!("there is no such store");
    };
    assert!(!error.to_string().contains("hush"));
}
