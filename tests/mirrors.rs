//! Remote mirrors against real Git over real HTTP (`git http-backend`, where Git is installed), and
//! against servers that do what no Git server should.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod git_server;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use git_server::Manner;
use git_server::Origin;
use git_server::Server;
use secrecy::SecretString;
use specwarden::git::Limits;
use specwarden::git::Mirror;
use specwarden::git::MirrorError;
use specwarden::git::Mirrors;
use specwarden::git::Reach;
use specwarden::git::Remote;
use specwarden::git::Snapshot;
use specwarden::git::Want;
use specwarden::ids::CommitSha;
use specwarden::ids::RepoId;
use specwarden::ids::SpecPath;

const TOKEN: &str = "ghs_test-token";

/// Far above what a loaded machine takes; no test waits for them.
fn patient() -> Limits {
    Limits {
        silence: Duration::from_secs(60),
        ..Limits::default()
    }
}

fn remote_of(server: &Server, id: u64, token: Option<&str>) -> Remote {
    let name = "acme/roles".parse().unwrap();
    Remote::new(&server.url(), &name, RepoId(id), token.map(SecretString::from)).unwrap()
}

fn remote(server: &Server) -> Remote {
    remote_of(server, 7, Some(TOKEN))
}

fn commit(sha: &CommitSha) -> Want {
    Want::Commit {
        sha: sha.clone(),
        on: None,
    }
}

fn text(mirror: &Mirror, sha: &CommitSha, path: &str) -> String {
    let bytes = mirror
        .read(&Snapshot::Commit(sha.clone()), &SpecPath::new(path))
        .unwrap()
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A cache and an origin with a long main branch and a pull request that left it early.
struct Scene {
    origin: Origin,
    server: Server,
    folder: tempfile::TempDir,
    fork: CommitSha,
    tip: CommitSha,
    head: CommitSha,
}

impl Scene {
    /// `None` where Git is not installed.
    fn new() -> Option<Self> {
        let origin = Origin::new()?;
        let fork = origin.commit("refs/heads/main", "roles/a.md", "fork\n", 5);
        origin.branch("refs/pull/7/head", &fork);
        let head = origin.commit("refs/pull/7/head", "roles/a.md", "head\n", 3);
        let tip = origin.commit("refs/heads/main", "roles/b.md", "tip\n", 150);
        let server = Server::start(origin.folder(), Some(TOKEN));
        Some(Self {
            origin,
            server,
            folder: tempfile::tempdir().unwrap(),
            fork,
            tip,
            head,
        })
    }

    fn mirrors(&self) -> Mirrors {
        Mirrors::new(self.folder.path(), patient()).unwrap()
    }
}

/// Runs only where Git is; says so where it is not.
macro_rules! scene {
    () => {
        match Scene::new() {
            Some(scene) => scene,
            None => {
                eprintln!("skipped: `git` is not installed");
                return;
            }
        }
    };
}

#[test]
fn wanted_trees_arrive_without_history_and_are_not_asked_for_twice() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let wants = [commit(&scene.fork), commit(&scene.head)];
    let mirror = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Trees)
        .unwrap();
    assert!(mirror.received() > 0);
    assert_eq!(text(&mirror, &scene.head, "roles/a.md"), "head\n");
    let (base, head) = (
        Snapshot::Commit(scene.fork.clone()),
        Snapshot::Commit(scene.head.clone()),
    );
    let changed = mirror
        .changed(&base, &head, &|path| path.ends_with(".md"))
        .unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].after, Some(SpecPath::new("roles/a.md")));
    assert!(mirror.is_shallow());
    let asked = scene.server.requests();
    let again = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Trees)
        .unwrap();
    assert_eq!((again.received(), scene.server.requests()), (0, asked));
}

#[test]
fn history_is_deepened_until_the_merge_base_is_certain() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let wants = [
        Want::Ref("refs/heads/main".into()),
        Want::Ref("refs/pull/7/head".into()),
    ];
    let mirror = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Fork)
        .unwrap();
    assert_eq!(mirror.wanted(), [scene.tip.clone(), scene.head.clone()]);
    assert_eq!(mirror.resolve("refs/pull/7/head").unwrap(), scene.head);
    let base = mirror.merge_base(&scene.tip, &scene.head).unwrap();
    assert_eq!(base, scene.fork);
    let commits = mirror.commits(&base, &scene.head).unwrap();
    assert_eq!(commits.len(), 3);
    assert_eq!(
        (commits[0].sha.clone(), commits[0].author.email.as_str()),
        (scene.head.clone(), "ada@example.com")
    );
}

#[test]
fn a_push_is_fetched_into_the_mirror_that_is_there() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let wants = [commit(&scene.tip), commit(&scene.head)];
    let first = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Fork)
        .unwrap();
    // More commits than one round of negotiation tells.
    let head = scene
        .origin
        .commit("refs/pull/7/head", "roles/a.md", "pushed\n", 40);
    let wants = [
        commit(&scene.tip),
        Want::Commit {
            sha: head.clone(),
            on: Some("refs/pull/7/head".into()),
        },
    ];
    let second = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Fork)
        .unwrap();
    assert_eq!(second.merge_base(&scene.tip, &head).unwrap(), scene.fork);
    assert_eq!(second.commits(&scene.fork, &head).unwrap().len(), 43);
    assert_eq!(text(&second, &head, "roles/a.md"), "pushed\n");
    assert!(
        second.received() < first.received(),
        "{} < {}",
        second.received(),
        first.received()
    );
    // The first reader still reads.
    assert_eq!(text(&first, &scene.head, "roles/a.md"), "head\n");
}

#[test]
fn unrelated_histories_end_without_a_merge_base() {
    let scene = scene!();
    let alone = scene.origin.commit("refs/heads/alone", "x.md", "x\n", 70);
    let mirrors = scene.mirrors();
    let wants = [commit(&scene.tip), commit(&alone)];
    let mirror = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Fork)
        .unwrap();
    let error = mirror.merge_base(&scene.tip, &alone).unwrap_err();
    assert!(error.to_string().contains("have no common ancestor"), "{error}");
}

#[test]
fn a_server_that_hands_out_refs_alone_still_serves_a_commit_below_one() {
    let scene = scene!();
    scene.origin.refuse_raw_ids();
    let mirrors = scene.mirrors();
    let wants = [
        commit(&scene.fork),
        Want::Commit {
            sha: scene.head.clone(),
            on: Some("refs/pull/7/head".into()),
        },
    ];
    let mirror = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Trees)
        .unwrap();
    assert_eq!(text(&mirror, &scene.fork, "roles/a.md"), "fork\n");
    assert_eq!(text(&mirror, &scene.head, "roles/a.md"), "head\n");
}

#[test]
fn what_the_server_has_not_is_missing() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let nothing = CommitSha::new("1".repeat(40));
    for want in [Want::Ref("refs/pull/8/head".into()), commit(&nothing)] {
        let error = mirrors
            .fetch(&remote(&scene.server), &[want], Reach::Trees)
            .unwrap_err();
        assert!(matches!(error, MirrorError::Missing(_)), "{error:?}");
    }
}

#[test]
fn a_wrong_token_is_refused_and_shows_nowhere() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    for token in [Some("ghs_wrong-secret"), None] {
        let remote = remote_of(&scene.server, 7, token);
        assert!(!format!("{remote:?}").contains("wrong-secret"));
        let error = mirrors
            .fetch(&remote, &[commit(&scene.head)], Reach::Trees)
            .unwrap_err();
        assert_eq!(error, MirrorError::Auth);
        assert!(!format!("{error} {error:?} {mirrors:?}").contains("wrong-secret"));
    }
    assert!(
        folders(scene.folder.path()).is_empty(),
        "a failed first fetch leaves nothing"
    );
}

#[test]
fn an_unknown_repository_is_not_found() {
    let scene = scene!();
    let name = "acme/other".parse().unwrap();
    let remote = Remote::new(&scene.server.url(), &name, RepoId(8), Some(TOKEN.into())).unwrap();
    let error = scene
        .mirrors()
        .fetch(&remote, &[commit(&scene.head)], Reach::Trees)
        .unwrap_err();
    assert_eq!(error, MirrorError::NotFound);
}

#[test]
fn servers_that_do_not_answer_as_git_end_in_an_error_in_time() {
    let scene = scene!();
    let expected: HashMap<&str, fn(&MirrorError) -> bool> = HashMap::from([
        (
            "silent",
            (|e| *e == MirrorError::TimedOut) as fn(&MirrorError) -> bool,
        ),
        ("silent after the headers", |e| *e == MirrorError::TimedOut),
        ("dripping", |e| *e == MirrorError::TimedOut),
        ("garbage", |e| matches!(e, MirrorError::Network(_))),
        ("garbage in a frame", |e| matches!(e, MirrorError::Network(_))),
        ("a page", |e| matches!(e, MirrorError::Network(_))),
        ("closing", |e| matches!(e, MirrorError::Network(_))),
        ("status 500", |e| {
            *e == MirrorError::Network("answers with HTTP 500".into())
        }),
        ("elsewhere", |e| matches!(e, MirrorError::Network(_))),
    ]);
    for manner in Manner::HOSTILE {
        let server = Server::hostile(manner);
        let limits = Limits {
            overall: Duration::from_secs(2),
            ..patient()
        };
        let mirrors = Mirrors::new(scene.folder.path(), limits).unwrap();
        let started = Instant::now();
        let error = mirrors
            .fetch(&remote(&server), &[commit(&scene.head)], Reach::Trees)
            .unwrap_err();
        assert!(expected[manner.name()](&error), "{}: {error:?}", manner.name());
        assert!(
            started.elapsed() < Duration::from_secs(50),
            "{} took {:?}",
            manner.name(),
            started.elapsed()
        );
    }
}

#[test]
fn a_pack_that_breaks_off_does_no_lasting_harm() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    mirrors
        .fetch(&remote(&scene.server), &[commit(&scene.fork)], Reach::Trees)
        .unwrap();
    for manner in [Manner::CutPack, Manner::SpoiledPack] {
        scene.server.behave(manner);
        let error = mirrors
            .fetch(&remote(&scene.server), &[commit(&scene.tip)], Reach::Trees)
            .unwrap_err();
        assert!(
            matches!(error, MirrorError::Network(_) | MirrorError::Damaged(_)),
            "{error:?}"
        );
        scene.server.behave(Manner::Honest);
    }
    let mirror = mirrors
        .fetch(&remote(&scene.server), &[commit(&scene.tip)], Reach::Trees)
        .unwrap();
    assert_eq!(text(&mirror, &scene.tip, "roles/b.md"), "tip\n");
}

#[test]
fn more_bytes_than_allowed_are_not_taken() {
    let scene = scene!();
    let big = scene.origin.noise("refs/heads/big", 300_000);
    let mirrors = Mirrors::new(
        scene.folder.path(),
        Limits {
            fetch_bytes: 100_000,
            ..patient()
        },
    )
    .unwrap();
    let error = mirrors
        .fetch(&remote(&scene.server), &[commit(&big)], Reach::Trees)
        .unwrap_err();
    assert_eq!(error, MirrorError::TooLarge);
    assert!(folders(scene.folder.path()).is_empty());
}

#[test]
fn a_damaged_mirror_is_made_anew() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let wants = [commit(&scene.fork), commit(&scene.head)];
    drop(
        mirrors
            .fetch(&remote(&scene.server), &wants, Reach::Trees)
            .unwrap(),
    );
    for damage in [remove_packs as fn(&Path), spoil_packs, remove_head] {
        let before = folders(scene.folder.path());
        assert_eq!(before.len(), 1);
        damage(&before[0]);
        let mirror = mirrors
            .fetch(&remote(&scene.server), &wants, Reach::Fork)
            .unwrap();
        assert_eq!(text(&mirror, &scene.head, "roles/a.md"), "head\n");
        drop(mirror);
    }
    let mirror = mirrors
        .fetch(&remote(&scene.server), &wants, Reach::Trees)
        .unwrap();
    let before = folders(scene.folder.path());
    mirror.discard();
    drop(
        mirrors
            .fetch(&remote(&scene.server), &wants, Reach::Trees)
            .unwrap(),
    );
    assert_ne!(
        folders(scene.folder.path()),
        before,
        "a discarded mirror is not used again"
    );
}

#[test]
fn the_least_used_mirrors_go_but_none_that_is_read() {
    let scene = scene!();
    let mirrors = Mirrors::new(
        scene.folder.path(),
        Limits {
            mirrors: 2,
            ..patient()
        },
    )
    .unwrap();
    let fetch = |id| {
        let remote = remote_of(&scene.server, id, Some(TOKEN));
        mirrors
            .fetch(&remote, &[commit(&scene.head)], Reach::Trees)
            .unwrap()
    };
    let first = fetch(1);
    drop((fetch(2), fetch(3), fetch(4)));
    assert_eq!(text(&first, &scene.head, "roles/a.md"), "head\n");
    assert_eq!(folders(scene.folder.path()).len(), 3);
    drop(first);
    assert_eq!(folders(scene.folder.path()).len(), 2);
    let small = Limits {
        total_bytes: 1,
        ..patient()
    };
    drop(mirrors);
    let mirrors = Mirrors::new(scene.folder.path(), small).unwrap();
    assert!(
        folders(scene.folder.path()).is_empty(),
        "what is left over counts, too"
    );
    drop(mirrors);
}

#[test]
fn a_restart_keeps_the_mirrors_and_a_second_process_has_its_own() {
    let scene = scene!();
    let wants = [commit(&scene.head)];
    drop(
        scene
            .mirrors()
            .fetch(&remote(&scene.server), &wants, Reach::Trees)
            .unwrap(),
    );
    let mirrors = scene.mirrors();
    assert_eq!(
        mirrors
            .fetch(&remote(&scene.server), &wants, Reach::Trees)
            .unwrap()
            .received(),
        0
    );
    let other = scene.mirrors();
    assert!(
        other
            .fetch(&remote(&scene.server), &wants, Reach::Trees)
            .unwrap()
            .received()
            > 0
    );
}

#[test]
fn many_threads_may_want_the_same_mirror() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let wants = [commit(&scene.tip), commit(&scene.head)];
                let mirror = mirrors
                    .fetch(&remote(&scene.server), &wants, Reach::Fork)
                    .unwrap();
                assert_eq!(mirror.merge_base(&scene.tip, &scene.head).unwrap(), scene.fork);
            });
        }
    });
    assert_eq!(folders(scene.folder.path()).len(), 1);
}

/// The mirrors' folders on disk.
fn folders(cache: &Path) -> Vec<PathBuf> {
    let lanes = fs::read_dir(cache).unwrap().flatten();
    let inside = lanes.flat_map(|lane| fs::read_dir(lane.path()).into_iter().flatten().flatten());
    let mut found: Vec<_> = inside
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn remove_packs(mirror: &Path) {
    fs::remove_dir_all(mirror.join("objects")).unwrap();
}

fn spoil_packs(mirror: &Path) {
    for entry in fs::read_dir(mirror.join("objects/pack")).unwrap() {
        let path = entry.unwrap().path();
        fs::remove_file(&path).unwrap();
        fs::write(&path, vec![0x55; 4096]).unwrap();
    }
}

fn remove_head(mirror: &Path) {
    fs::remove_file(mirror.join("HEAD")).unwrap();
}
