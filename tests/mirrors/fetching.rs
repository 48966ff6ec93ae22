//! What a fetch brings, and what it does not ask for.

use specwarden::git::MirrorError;
use specwarden::git::Reach;
use specwarden::git::Remote;
use specwarden::git::Snapshot;
use specwarden::git::Want;
use specwarden::ids::CommitSha;
use specwarden::ids::RepoId;
use specwarden::ids::SpecPath;

use crate::scene::TOKEN;
use crate::scene::commit;
use crate::scene::folders;
use crate::scene::remote;
use crate::scene::remote_of;
use crate::scene::scene;
use crate::scene::text;

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
