//! One worker at a time, and what becomes of its work.

use std::sync::Arc;
use std::time::Duration;

use specwarden::ids::RepoId;
use specwarden::store;
use specwarden::store::Mark;
use specwarden::store::Record;
use specwarden::store::StoreError;
use specwarden::store::Trouble;

use crate::at;
use crate::delivery;
use crate::everywhere;
use crate::key;
use crate::lease;
use crate::mark;
use crate::record;
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
async fn whose_lease_was_taken_over_writes_nothing() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        store.accept(&delivery("a", pull)).await.unwrap();
        let slow = lease(&store, "slow", 2).await.unwrap();
        let by = |worker: &str| Record {
            worker: Some(worker.to_owned()),
            ..record(pull, true, &["{}"], &["a"])
        };
        store.record(&by("slow")).await.unwrap();
        let taken = lease(&store, "quick", 100).await.expect("ran out");
        for worker in ["slow", "nobody"] {
            let refused = store.record(&by(worker)).await;
            assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
        }
        assert_eq!(store.ledger(RepoId(2), None).await.unwrap().len(), 1);
        store.record(&by("quick")).await.unwrap();
        store.finish(&slow).await.unwrap();
        store.finish(&taken).await.unwrap();
        let refused = store.record(&by("quick")).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
        assert_eq!(store.ledger(RepoId(2), None).await.unwrap().len(), 2);
    })
    .await;
}
