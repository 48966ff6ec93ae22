//! The server is killed with `kill -9` at moments nobody chose, while things go on happening: they
//! must end as on a calm day, on SQLite always and on PostgreSQL where `SPECWARDEN_TEST_POSTGRES`
//! names a database.
//!
//! `SPECWARDEN_KILLS` says how often (12 by default), `SPECWARDEN_STORM` at which moments.

use std::time::Duration;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use specwarden::approvals::ledger;
use specwarden::demo::github::GitHub;
use specwarden::demo::stage::Stage;
use specwarden::store;

use crate::day::Day;
use crate::scene::stage;

/// How many pull requests.
const PULLS: usize = 30;

fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_ends_as_on_a_calm_day() {
    killed_again_and_again(stage().await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_postgresql_killed_again_and_again_ends_as_on_a_calm_day() {
    let Some(url) = crate::scene::postgres("kills").await else {
        eprintln!("skipped: SPECWARDEN_TEST_POSTGRES names no database");
        return;
    };
    let mut stage = stage().await;
    stage.recipe.database_url = url;
    // What a dead server held is free after this time: while it is not, nothing can be killed that
    // works on it.
    stage
        .recipe
        .env
        .push(("LEASE_SECONDS".to_owned(), "3".to_owned()));
    stage.start_server().await.unwrap();
    killed_again_and_again(stage, "PostgreSQL").await;
}

async fn killed_again_and_again(mut stage: Stage, store: &str) {
    let kills: usize = asked("SPECWARDEN_KILLS").unwrap_or(12);
    let seed: u64 = asked("SPECWARDEN_STORM").unwrap_or(7);
    println!("{store}: {kills} kills over {PULLS} pull requests, SPECWARDEN_STORM={seed}");
    let calm = Day::calm(&stage, PULLS).await;
    let day = Day::new(&stage, "fatal", PULLS).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let (allow, allowed) = tokio::sync::mpsc::unbounded_channel();
    let stream = tokio::spawn(happen(day.clone(), allowed));
    for kill in 0..kills {
        // As much as is due by this kill may happen, in the life of this server or while none lives.
        let (from, to) = (day.steps() * kill / kills, day.steps() * (kill + 1) / kills);
        let alive = dice.random_range(from..=to);
        allow.send(alive).unwrap();
        a_moment(&stage.github, &mut dice).await;
        stage.kill_server().await.unwrap();
        allow.send(to).unwrap();
        stage.start_server().await.unwrap();
    }
    drop(allow);
    stream.await.unwrap();
    // What could not be delivered is asked for again when a server starts.
    stage.start_server().await.unwrap();
    assert_eq!(day.evening(&stage).await, calm, "{store}, seed {seed}");
    nothing_is_left(&stage, &day).await;
}

/// Lets the day's steps happen, as far as is allowed.
async fn happen(day: Day, mut allowed: tokio::sync::mpsc::UnboundedReceiver<usize>) {
    let mut next = 0;
    while let Some(to) = allowed.recv().await {
        for step in next..to {
            day.step(step).await;
        }
        next = next.max(to);
    }
}

/// A moment that is told by what the server has done; where it does little, by the clock.
async fn a_moment(github: &GitHub, dice: &mut StdRng) {
    let more = github.exchanged() + dice.random_range(0..8);
    let limit = Duration::from_millis(dice.random_range(10..400));
    let reached = |github: &GitHub| (github.exchanged() >= more).then_some(());
    let _ = github.until("some requests", limit, reached).await;
}

/// Nothing is due or given up, and the ledger verifies.
async fn nothing_is_left(stage: &Stage, day: &Day) {
    let store = store::open_to_read(&stage.recipe.database_url).await.unwrap();
    let queue = async {
        loop {
            let depth = store.depth().await.unwrap();
            if depth.due == 0 {
                return depth;
            }
            tokio::task::yield_now().await;
        }
    };
    let depth = tokio::time::timeout(crate::day::LONG, queue).await.unwrap();
    assert_eq!(depth.dead, 0);
    let repo = stage
        .github
        .read(|world| world.repo(&day.repo).map(|repo| repo.id))
        .unwrap();
    let rows = store.ledger(specwarden::ids::RepoId(repo), None).await.unwrap();
    let lines: Vec<ledger::Line> = rows
        .into_iter()
        .map(|row| ledger::Line {
            seq: row.seq,
            prev: row.prev,
            hash: row.hash,
            entry: row.entry,
        })
        .collect();
    assert!(!lines.is_empty());
    ledger::verify(&lines).unwrap();
}
