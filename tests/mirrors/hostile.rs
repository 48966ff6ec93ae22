//! Servers that never answer, answer garbage, or send more than anybody wants.

use std::collections::HashMap;
use std::time::Duration;
use std::time::Instant;

use specwarden::git::Limits;
use specwarden::git::MirrorError;
use specwarden::git::Mirrors;
use specwarden::git::Reach;

use crate::git_server::Manner;
use crate::git_server::Server;
use crate::scene::commit;
use crate::scene::folders;
use crate::scene::patient;
use crate::scene::remote;
use crate::scene::scene;
use crate::scene::text;

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
        // Only those that keep a client waiting need an end; for the others it would be a race.
        let waits = expected[manner.name()](&MirrorError::TimedOut);
        let limits = Limits {
            overall: Duration::from_secs(if waits { 2 } else { 300 }),
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
fn what_was_too_large_is_not_tried_again_for_a_while() {
    let scene = scene!();
    let small = |large_for| {
        let limits = Limits {
            fetch_bytes: 100,
            large_for,
            ..patient()
        };
        Mirrors::new(scene.folder.path(), limits).unwrap()
    };
    let fetch = |mirrors: &Mirrors| {
        mirrors
            .fetch(&remote(&scene.server), &[commit(&scene.head)], Reach::Trees)
            .unwrap_err()
    };
    let remembering = small(Duration::from_secs(3600));
    assert_eq!(fetch(&remembering), MirrorError::TooLarge);
    let asked = scene.server.requests();
    assert_eq!(fetch(&remembering), MirrorError::TooLarge);
    assert_eq!(scene.server.requests(), asked, "nobody was asked again");
    drop(remembering);
    let forgetting = small(Duration::ZERO);
    for _ in 0..2 {
        let asked = scene.server.requests();
        assert_eq!(fetch(&forgetting), MirrorError::TooLarge);
        assert!(scene.server.requests() > asked);
    }
}
