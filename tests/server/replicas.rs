//! Several servers on one PostgreSQL: what one leaves behind, another one finishes, and nothing is
//! done twice. Needs `SPECWARDEN_TEST_POSTGRES`.

use std::time::Duration;

use specwarden::approvals::ledger;
use specwarden::demo::github::Exchange;
use specwarden::demo::github::faults::ApiFault;
use specwarden::ids::RepoId;
use specwarden::server::ServeArgs;
use specwarden::store;

use crate::scene::LIMIT;
use crate::scene::Process;
use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::url;

const SERVERS: usize = 3;
const PULLS: usize = 9;

/// Three servers, and one of them in the middle of something.
struct Replicas {
    scene: Scene,
    database: String,
    servers: Vec<Process>,
    numbers: Vec<u64>,
}

impl Replicas {
    /// `None` where there is no PostgreSQL.
    async fn at_work(lease_seconds: u64) -> Option<(Self, Process)> {
        let Some(database) = crate::scene::postgres().await else {
            eprintln!("skipped: SPECWARDEN_TEST_POSTGRES names no database");
            return None;
        };
        let scene = Scene::new().await;
        let mut servers = Vec::new();
        for server in 0..SERVERS {
            let args = ServeArgs {
                database_url: secrecy::SecretString::from(database.clone()),
                mirror_dir: Some(scene.setting.folder.path().join("mirrors")),
                lease_seconds,
                ..scene.setting.args()
            };
            servers.push(Process::start(&args, &scene.setting.folder, &format!("{server}.log")).await);
        }
        scene.connect(servers[0].address).await;
        // The comment is made, and whoever makes it waits for the answer.
        let never = ApiFault::Late(Duration::from_secs(3_600));
        scene.github.fail_requests(1, Some("POST"), "/comments", never);
        let mut numbers = Vec::new();
        for pull in 0..PULLS {
            scene.connect(servers[pull % SERVERS].address).await;
            numbers.push(scene.open(&format!("loosen-{pull}"), &declared()).await);
        }
        let cut_off = scene
            .github
            .until("a comment", LIMIT, |github| {
                github.exchanges().into_iter().find(|one| one.fault)
            })
            .await
            .expect("somebody comments");
        let holder = holder(&database, &cut_off).await;
        let place = servers.iter().position(|server| server.pid() == Some(holder));
        let busy = servers.swap_remove(place.expect("one of the three holds the lease"));
        let replicas = Self {
            scene,
            database,
            servers,
            numbers,
        };
        Some((replicas, busy))
    }

    /// The other two finish everything, once.
    async fn finish(self) {
        let Self {
            scene,
            database,
            servers,
            numbers,
        } = self;
        for number in &numbers {
            scene.connect(servers[0].address).await;
            scene.verdict(*number, "action_required").await;
        }
        for number in &numbers[..2] {
            scene.says(&scene.dana, *number, "/approve-role").await;
            scene.verdict(*number, "success").await;
        }
        scene.settled(servers[1].address).await;
        scene.github.delivered(LIMIT).await.expect("they are told");
        for number in numbers {
            assert_eq!(scene.sticky(number).len(), 1, "#{number}");
            assert_eq!(scene.checks(number).len(), 1, "#{number}");
            let told = scene.review_requests(number);
            assert_eq!(told.len(), 1, "#{number}: {told:?}");
        }
        let store = store::open_to_read(&database).await.expect("it opens");
        let repo = scene.github.read(|world| world.repos["acme/roles"].id);
        let rows = store.ledger(RepoId(repo), None).await.expect("it reads");
        let lines: Vec<ledger::Line> = rows
            .into_iter()
            .map(|row| ledger::Line {
                seq: row.seq,
                prev: row.prev,
                hash: row.hash,
                entry: row.entry,
            })
            .collect();
        assert!(lines.len() >= 2, "{lines:?}");
        ledger::verify(&lines).expect("the ledger holds");
        assert_eq!(store.depth().await.expect("it reads"), store::Depth::default());
        for server in servers {
            let (status, _) = crate::scene::get(server.address, "/readyz").await;
            assert_eq!(status, 200, "{}", url(server.address, "/readyz"));
            server.kill().await;
        }
    }
}

/// The process that holds the pull request that was commented on: leases begin with its id.
async fn holder(database: &str, comment: &Exchange) -> u32 {
    use sqlx::Connection;
    let number: i64 = comment
        .path
        .split('/')
        .rev()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("…/issues/N/comments");
    let mut connection = sqlx::PgConnection::connect(database).await.expect("it answers");
    let (held,): (String,) = sqlx::query_as("SELECT leased_by FROM due WHERE number = $1")
        .bind(number)
        .fetch_one(&mut connection)
        .await
        .expect("it is held");
    let (process, _) = held.split_once('-').expect("PROCESS-RANDOM");
    process.parse().expect("a process id")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_servers_is_killed_between_a_write_and_its_note() {
    let Some((replicas, busy)) = Replicas::at_work(3).await else {
        return;
    };
    busy.kill().await;
    replicas.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_servers_is_told_to_stop_and_hands_its_work_back() {
    // A lease that nobody waits for to run out.
    let Some((replicas, busy)) = Replicas::at_work(3_600).await else {
        return;
    };
    let log = busy.log.clone();
    busy.terminate().await;
    let told = std::fs::read_to_string(log).expect("a log");
    assert!(told.contains("stopped"), "{told}");
    assert!(!told.contains("did not stop in time"), "{told}");
    replicas.finish().await;
}
