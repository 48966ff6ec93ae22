//! GitHub in trouble for one organisation, and for nobody else.

use std::time::Duration;
use std::time::Instant;

use specwarden::demo::github::Exchange;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::ids::RepoName;

use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::original;

/// Pull requests that wait in the organisation that is not served.
const PULLS: usize = 6;
/// Workers, each of which may find out for itself while the circuit is closed.
const WORKERS: usize = 4;
/// Failures in a row that open it.
const OPENS_AT: usize = 3;
/// A pause that comes only after several shorter ones.
const WHILE: Duration = Duration::from_secs(6);
/// Nobody waits this long unless something is lost.
const VERY_LONG: Duration = Duration::from_secs(300);

const POLICY: &str = "specs:
  - paths: [\"roles/**/*.md\"]
approvals:
  - name: security
    on: [constraint.loosened]
    from: { users: [dana] }
";

/// The second organisation, with a repository and pull requests of its own.
async fn bolt(scene: &Scene) -> RepoName {
    let github = &scene.github;
    github.add_organization("bolt");
    for login in ["alice", "dana"] {
        github.join_organization("bolt", login);
    }
    let text = original();
    let files = [
        ("roles/platform.md", text.as_str()),
        (".github/specwarden.yml", POLICY),
    ];
    let repo = github.add_repository("bolt/roles", &files).expect("a repository");
    github.grant(&repo, "alice", "push");
    github.install_app("bolt").await.expect("installed");
    repo
}

async fn open_all(scene: &Scene, repo: &RepoName) {
    let text = declared();
    for pull in 0..PULLS {
        let branch = format!("loosen-{pull}");
        let files = [("roles/platform.md", Some(text.as_str()))];
        let message = format!("change {pull}");
        scene
            .alice
            .push(repo, &branch, &files, &message)
            .await
            .expect("pushed");
        scene
            .alice
            .open_pull(repo, &branch, "main", "A change")
            .await
            .expect("opened");
    }
}

/// The most calls since then that come to nothing: after it has opened, one alone tries, after pauses
/// that double.
fn most(began: Instant) -> usize {
    WORKERS * (OPENS_AT + 1) + began.elapsed().as_secs().max(1).ilog2() as usize + 1
}

fn unserved(exchanges: &[Exchange]) -> usize {
    let bolts = |one: &&Exchange| one.fault && one.path.contains("/bolt/");
    exchanges.iter().filter(bolts).count()
}

/// One organisation is not served at all for a long time; the other must not notice, the first must
/// not be asked again and again, and in the end everything is as it should be.
async fn a_long_outage(faults: &[ApiFault], last: ApiFault) {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    let address = running.address();
    let repo = bolt(&scene).await;
    scene.settled(address).await;
    for fault in faults {
        scene.github.fail_requests(1, None, "/bolt/", *fault);
    }
    scene.github.fail_requests(u32::MAX, None, "/bolt/", last);
    let began = Instant::now();
    open_all(&scene, &repo).await;
    // Not before it has been tried again and again, and then left alone for a while.
    let (mut last, mut so_far) = (Instant::now(), 0);
    while last.elapsed() < WHILE && so_far <= most(began) {
        last = Instant::now();
        so_far = scene
            .github
            .until("a failure", VERY_LONG, |github| {
                let now = unserved(&github.exchanges());
                (now > so_far).then_some(now)
            })
            .await
            .expect("it is tried again");
    }

    for branch in ["one", "two", "three"] {
        let number = scene.open(branch, &declared()).await;
        scene.verdict(number, "action_required").await;
        let (_, reaction) = scene.says(&scene.dana, number, "/approve-role").await;
        assert_eq!(reaction, "+1");
        scene.verdict(number, "success").await;
    }
    let tries = unserved(&scene.github.exchanges());
    let most = most(began);
    assert!(
        tries <= most,
        "{tries} calls in {:?}, at most {most}",
        began.elapsed()
    );
    let judged = |conclusion: &str| {
        scene.github.read(|world| {
            let checks = world.repos["bolt/roles"].checks.values();
            checks
                .filter(|check| check.conclusion.as_deref() == Some(conclusion))
                .count()
        })
    };
    assert_eq!(judged("action_required"), 0);

    scene.github.calm();
    scene
        .github
        .until("recovery", VERY_LONG, |_| {
            (judged("action_required") == PULLS).then_some(())
        })
        .await
        .expect("all are judged");
    let (checks, comments) = scene.github.read(|world| {
        let repo = &world.repos["bolt/roles"];
        (repo.checks.len(), repo.comments.len())
    });
    assert_eq!((checks, comments), (PULLS, PULLS));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secondary_limit_holds_up_its_own_installation_alone() {
    a_long_outage(&[], ApiFault::SecondaryLimit(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_holds_up_its_own_installation_alone() {
    let faults = [
        ApiFault::Status(500, Effect::Skipped),
        ApiFault::Reset(Effect::Skipped),
        ApiFault::Truncated(Effect::Skipped),
        ApiFault::Status(503, Effect::Skipped),
    ];
    a_long_outage(&faults, ApiFault::Status(502, Effect::Skipped)).await;
}
