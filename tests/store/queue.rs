//! What is due, and whose turn it is.

use std::sync::Arc;
use std::time::Duration;

use specwarden::ids::InstallationId;
use specwarden::ids::RepoId;
use specwarden::store::Mark;
use specwarden::store::Work;

use crate::at;
use crate::everywhere;
use crate::key;
use crate::lease;
use crate::mark;
use crate::record;
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
                settles_in: Duration::ZERO,
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
async fn a_branch_that_moves_several_times_in_a_row_is_looked_at_once_and_not_for_ever_later() {
    everywhere(|store| async move {
        for number in [1, 2] {
            let pull = record(key(1, 2, number), true, &[], &[]);
            store.record(&pull).await.unwrap();
        }
        let moved = [Mark::OpenPulls {
            repo: RepoId(2),
            base: None,
            settles_in: Duration::from_secs(10),
        }];
        store.mark(&moved, at(100)).await.unwrap();
        store.mark(&moved, at(105)).await.unwrap();
        assert!(lease(&store, "w", 109).await.is_none(), "it may move again");
        // What has a reason of its own does not wait.
        store.mark(&[mark(key(1, 2, 2))], at(109)).await.unwrap();
        let leased = lease(&store, "w", 109).await.unwrap();
        assert_eq!(leased.key.number.0, 2);
        store.finish(&leased).await.unwrap();
        store.mark(&moved, at(109)).await.unwrap();
        let leased = lease(&store, "w", 110).await.unwrap();
        assert_eq!(leased.key.number.0, 1, "later moves do not put it off");
        store.finish(&leased).await.unwrap();
        assert!(lease(&store, "w", 118).await.is_none());
        assert_eq!(lease(&store, "w", 119).await.unwrap().key.number.0, 2);
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
async fn a_busy_installation_delays_a_quiet_one_by_one_turn() {
    everywhere(|store| async move {
        let flood: Vec<Mark> = (1..=300).map(|number| mark(key(1, 10, number))).collect();
        store.mark(&flood, at(1)).await.unwrap();
        for second in 2..20 {
            // The busy one is served; meanwhile one pull request of the quiet one becomes due.
            let busy = lease(&store, "w", second).await.unwrap();
            store.mark(&[mark(key(2, 20, 1))], at(second)).await.unwrap();
            let next = lease(&store, "w", second).await.unwrap();
            assert_eq!(next.key.installation.0, 2, "at {second}");
            store.finish(&next).await.unwrap();
            store.finish(&busy).await.unwrap();
        }
    })
    .await;
}
