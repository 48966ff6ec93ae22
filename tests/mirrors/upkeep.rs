//! Mirrors on disk: damaged, evicted, kept, and shared.

use std::fs;
use std::path::Path;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use specwarden::git::Limits;
use specwarden::git::Listing;
use specwarden::git::Mirrors;
use specwarden::git::Parts;
use specwarden::git::Reach;
use specwarden::git::Refusal;
use specwarden::git::Snapshot;
use specwarden::git::Supplier;
use specwarden::git::Want;
use specwarden::ids::SpecPath;

use crate::scene::TOKEN;
use crate::scene::commit;
use crate::scene::folders;
use crate::scene::patient;
use crate::scene::remote;
use crate::scene::remote_of;
use crate::scene::scene;
use crate::scene::text;

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

/// Every file of a mirror, but not its locks.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// Turns some bits of a file, wherever they are.
fn flip(path: &Path, dice: &mut StdRng) {
    let mut bytes = fs::read(path).unwrap();
    for _ in 0..16 {
        if let Some(place) = (!bytes.is_empty()).then(|| dice.random_range(0..bytes.len())) {
            bytes[place] ^= dice.random_range(1..=255u8);
        }
    }
    // Packs are read-only.
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn bits_that_turn_anywhere_never_change_what_is_read_and_are_mended() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let wants = [commit(&scene.fork), commit(&scene.head)];
    let fetch = || {
        mirrors
            .fetch(&remote(&scene.server), &wants, Reach::Fork)
            .unwrap()
    };
    drop(fetch());
    let seed = std::env::var("SPECWARDEN_FLIPS").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let mut dice = StdRng::seed_from_u64(seed);
    for round in 0..30 {
        let damaged = files(&folders(scene.folder.path())[0]);
        let victim = &damaged[dice.random_range(0..damaged.len())];
        flip(victim, &mut dice);
        let told = format!("seed {seed}, round {round}, {}", victim.display());
        let at = Snapshot::Commit(scene.head.clone());
        let path = SpecPath::new("roles/a.md");
        let mirror = fetch();
        match mirror.read(&at, &path) {
            Ok(read) => assert_eq!(read.as_deref(), Some(b"head\n".as_slice()), "{told}"),
            // What the caller does with a mirror that does not read.
            Err(_) => mirror.discard(),
        }
        let read = fetch()
            .read(&at, &path)
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        assert_eq!(read.as_deref(), Some(b"head\n".as_slice()), "{told}");
    }
}

#[test]
fn locks_that_were_left_behind_lock_nobody_out() {
    let scene = scene!();
    let mirrors = scene.mirrors();
    let main = "refs/heads/main";
    let wants = |head: &str| [Want::Ref(main.into()), Want::Ref(head.into())];
    drop(
        mirrors
            .fetch(&remote(&scene.server), &wants("refs/pull/7/head"), Reach::Fork)
            .unwrap(),
    );
    for (round, lock) in [
        "HEAD.lock",
        "config.lock",
        "shallow.lock",
        "index.lock",
        "packed-refs.lock",
        "refs/heads/main.lock",
        "refs/pull/7/head.lock",
    ]
    .into_iter()
    .enumerate()
    {
        let mirror = &folders(scene.folder.path())[0];
        let lock = mirror.join(lock);
        fs::create_dir_all(lock.parent().unwrap()).unwrap();
        fs::write(&lock, "").unwrap();
        let pushed = format!("{round}\n");
        let head = scene.origin.commit("refs/pull/7/head", "roles/a.md", &pushed, 2);
        scene.origin.commit(main, "roles/c.md", &pushed, 1);
        let mirror = mirrors
            .fetch(&remote(&scene.server), &wants("refs/pull/7/head"), Reach::Fork)
            .unwrap_or_else(|error| panic!("{}: {error}", lock.display()));
        assert_eq!(text(&mirror, &head, "roles/a.md"), pushed);
    }
}

/// Supplies nothing: whatever is asked for is missing.
struct Nobody;

impl Supplier for Nobody {
    fn tree(&self, _: &str) -> Result<Listing, Refusal> {
        Err("nobody is there".into())
    }

    fn blob(&self, _: &str) -> Result<Vec<u8>, Refusal> {
        Err("nobody is there".into())
    }
}

#[test]
fn what_is_kept_of_large_repositories_is_bounded_like_mirrors_and_mended() {
    let scene = scene!();
    let limits = Limits {
        mirrors: 2,
        ..patient()
    };
    let mirrors = Mirrors::new(scene.folder.path(), limits).unwrap();
    let open = |id: u64| {
        let parts = Parts {
            trees: vec![(scene.head.clone(), "1".repeat(40))],
            range: (scene.fork.clone(), scene.head.clone()),
            commits: Vec::new(),
            supplier: Box::new(Nobody),
        };
        mirrors
            .partial(&remote_of(&scene.server, id, Some(TOKEN)), parts)
            .unwrap()
    };
    drop((open(1), open(2), open(3)));
    let kept = folders(scene.folder.path());
    assert_eq!(kept.len(), 2);
    drop(open(3));
    assert_eq!(folders(scene.folder.path()), kept, "it is used again");
    for folder in &kept {
        fs::remove_file(folder.join("HEAD")).unwrap();
    }
    let read = open(3).read(&Snapshot::Commit(scene.head.clone()), &SpecPath::new("a.md"));
    assert!(read.unwrap_err().to_string().contains("nobody is there"));
    assert_ne!(folders(scene.folder.path()), kept);
}
