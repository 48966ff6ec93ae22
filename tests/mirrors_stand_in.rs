//! Remote mirrors against the stand-in GitHub's own Git server: needs nothing but this crate.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use specwarden::demo::github::Access;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::faults::GitFault;
use specwarden::git::Limits;
use specwarden::git::Mirror;
use specwarden::git::MirrorError;
use specwarden::git::Mirrors;
use specwarden::git::Reach;
use specwarden::git::Remote;
use specwarden::git::Snapshot;
use specwarden::git::Want;
use specwarden::ids::RepoId;
use specwarden::ids::RepoName;
use specwarden::ids::SpecPath;

struct Scene {
    github: GitHub,
    repo: RepoName,
    number: u64,
    mirrors: Arc<Mirrors>,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new(limits: Limits) -> Self {
        let github = GitHub::start().await.unwrap();
        github.add_user("ann");
        let repo = github
            .add_repository_with("ann/roles", Access::Private, &[("roles/a.md", "one\n")])
            .unwrap();
        let ann = github.player("ann");
        ann.push(&repo, "edit", &[("roles/a.md", Some("two\n"))], "edit")
            .await
            .unwrap();
        for round in 0..80 {
            let text = format!("round {round}\n");
            ann.push(&repo, "main", &[("log.md", Some(&text))], "a round")
                .await
                .unwrap();
        }
        let number = ann.open_pull(&repo, "edit", "main", "Edit").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mirrors = Arc::new(Mirrors::new(folder.path(), limits).unwrap());
        Self {
            github,
            repo,
            number,
            mirrors,
            _folder: folder,
        }
    }

    async fn fetch(&self, token: String) -> Result<Mirror, MirrorError> {
        let remote = Remote::new(
            self.github.url(),
            &self.repo,
            RepoId(1),
            Some(SecretString::from(token)),
        )
        .unwrap();
        let wants = [
            Want::Ref("refs/heads/main".into()),
            Want::Ref(format!("refs/pull/{}/head", self.number)),
        ];
        let mirrors = Arc::clone(&self.mirrors);
        tokio::task::spawn_blocking(move || mirrors.fetch(&remote, &wants, Reach::Fork))
            .await
            .unwrap()
    }
}

fn head(mirror: &Mirror) -> (String, usize) {
    let (tip, head) = (&mirror.wanted()[0], &mirror.wanted()[1]);
    let base = mirror.merge_base(tip, head).unwrap();
    let bytes = mirror
        .read(&Snapshot::Commit(head.clone()), &SpecPath::new("roles/a.md"))
        .unwrap();
    (
        String::from_utf8(bytes.unwrap()).unwrap(),
        mirror.commits(&base, head).unwrap().len(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_is_mirrored_and_followed() {
    let scene = Scene::new(Limits::default()).await;
    let token = scene.github.user_token("ann");
    let first = scene.fetch(token.clone()).await.unwrap();
    assert_eq!(head(&first), ("two\n".to_owned(), 1));
    let ann = scene.github.player("ann");
    ann.push(&scene.repo, "edit", &[("roles/a.md", Some("three\n"))], "more")
        .await
        .unwrap();
    let second = scene.fetch(token).await.unwrap();
    assert_eq!(head(&second), ("three\n".to_owned(), 2));
    assert!(second.received() < first.received());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_unknown_sees_nothing() {
    let scene = Scene::new(Limits::default()).await;
    let error = scene.fetch("ghs_unknown".to_owned()).await.unwrap_err();
    assert!(
        matches!(error, MirrorError::Auth | MirrorError::NotFound),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_hour_leaves_no_mark() {
    let limits = Limits {
        silence: Duration::from_secs(3),
        overall: Duration::from_secs(60),
        ..Limits::default()
    };
    let scene = Scene::new(limits).await;
    let token = scene.github.user_token("ann");
    for (fault, expected) in [
        (
            GitFault::Status(502),
            MirrorError::Network("answers with HTTP 502".into()),
        ),
        (GitFault::Silence, MirrorError::TimedOut),
    ] {
        scene.github.fail_git([fault]);
        assert_eq!(scene.fetch(token.clone()).await.unwrap_err(), expected);
        scene.github.calm();
    }
    scene.github.fail_git([GitFault::Garbage]);
    let error = scene.fetch(token.clone()).await.unwrap_err();
    assert!(matches!(error, MirrorError::Network(_)), "{error:?}");
    scene.github.calm();
    assert_eq!(head(&scene.fetch(token).await.unwrap()).0, "two\n");
}
