//! Fetching from the stand-in GitHub: with libgit2's client, and with `git` where it is installed.

use std::path::Path;
use std::process::Command;

use git2::Cred;
use git2::FetchOptions;
use git2::Oid;
use git2::RemoteCallbacks;
use git2::Repository;
use specwarden::demo::github::Access;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::GitStep;
use specwarden::demo::github::faults::GitFault;
use specwarden::ids::RepoName;

struct Scene {
    github: GitHub,
    repo: RepoName,
    head: String,
    number: u64,
    token: String,
}

/// A repository whose `main` has 30 commits, with a pull request of two more.
async fn scene(access: Access) -> Scene {
    let github = GitHub::start().await.unwrap();
    github.add_user("ann");
    let files = [("roles/a.md", "one\n"), ("deep/er/b.md", "b\n")];
    let repo = github.add_repository_with("ann/roles", access, &files).unwrap();
    let ann = github.player("ann");
    for round in 1..30 {
        let text = format!("round {round}\n");
        ann.push(&repo, "main", &[("log.md", Some(&text))], "another round")
            .await
            .unwrap();
    }
    ann.push(&repo, "edit", &[("roles/a.md", Some("two\n"))], "first")
        .await
        .unwrap();
    let head = ann
        .push(&repo, "edit", &[("roles/a.md", Some("three\n"))], "second")
        .await
        .unwrap();
    let number = ann.open_pull(&repo, "edit", "main", "Edit").await.unwrap();
    let token = github.user_token("ann");
    Scene {
        github,
        repo,
        head,
        number,
        token,
    }
}

impl Scene {
    fn url(&self) -> String {
        format!("{}/{}.git", self.github.url(), self.repo)
    }

    /// Fetches as libgit2 does, on a blocking thread as it must be.
    async fn fetch(&self, into: &Path, refspec: &str, depth: i32) -> Result<(), git2::Error> {
        let (url, token) = (self.url(), self.token.clone());
        let (into, refspec) = (into.to_owned(), refspec.to_owned());
        tokio::task::spawn_blocking(move || {
            let repo = Repository::init_bare(&into)?;
            let mut callbacks = RemoteCallbacks::new();
            callbacks.credentials(move |_, _, _| Cred::userpass_plaintext("x-access-token", &token));
            let mut options = FetchOptions::new();
            options.remote_callbacks(callbacks).depth(depth);
            repo.remote_anonymous(&url)?
                .fetch(&[refspec], Some(&mut options), None)
        })
        .await
        .unwrap()
    }
}

fn text(repo: &Repository, id: &str, path: &str) -> String {
    let tree = repo
        .find_commit(Oid::from_str(id).unwrap())
        .unwrap()
        .tree()
        .unwrap();
    let blob = repo
        .find_blob(tree.get_path(Path::new(path)).unwrap().id())
        .unwrap();
    String::from_utf8(blob.content().to_vec()).unwrap()
}

fn history(repo: &Repository, id: &str) -> usize {
    let mut walk = repo.revwalk().unwrap();
    walk.push(Oid::from_str(id).unwrap()).unwrap();
    walk.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn libgit2_fetches_a_pull_requests_head_with_all_its_history() {
    let scene = scene(Access::Public).await;
    let dir = tempfile::tempdir().unwrap();
    let refspec = format!("refs/pull/{}/head:refs/heads/pr", scene.number);
    scene.fetch(dir.path(), &refspec, 0).await.unwrap();
    let repo = Repository::open(dir.path()).unwrap();
    assert_eq!(text(&repo, &scene.head, "roles/a.md"), "three\n");
    assert_eq!(text(&repo, &scene.head, "deep/er/b.md"), "b\n");
    assert_eq!(history(&repo, &scene.head), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn libgit2_fetches_a_bare_commit_id_at_depth_one() {
    let scene = scene(Access::Private).await;
    let dir = tempfile::tempdir().unwrap();
    scene
        .fetch(dir.path(), &format!("{}:refs/x", scene.head), 1)
        .await
        .unwrap();
    let repo = Repository::open(dir.path()).unwrap();
    assert_eq!(text(&repo, &scene.head, "roles/a.md"), "three\n");
    assert!(repo.is_shallow());
    assert_eq!(history(&repo, &scene.head), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_fetch_brings_only_what_is_new() {
    let scene = scene(Access::Public).await;
    let dir = tempfile::tempdir().unwrap();
    let refspec = "+refs/heads/*:refs/heads/*";
    scene.fetch(dir.path(), refspec, 0).await.unwrap();
    let whole = scene
        .github
        .git_requests()
        .iter()
        .map(|one| one.bytes)
        .max()
        .unwrap();
    let before = scene.github.git_requests().len();
    let files = [("roles/a.md", Some("four\n"))];
    let head = scene
        .github
        .player("ann")
        .push(&scene.repo, "edit", &files, "third")
        .await
        .unwrap();
    scene.fetch(dir.path(), refspec, 0).await.unwrap();
    let repo = Repository::open(dir.path()).unwrap();
    assert_eq!(text(&repo, &head, "roles/a.md"), "four\n");
    let later = scene.github.git_requests();
    let packs = later[before..].iter().filter(|one| one.step == GitStep::Pack);
    let new = packs.map(|one| one.bytes).max().unwrap();
    assert!(new * 4 < whole, "{new} of {whole} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_repository_wants_a_token() {
    let mut scene = scene(Access::Private).await;
    let dir = tempfile::tempdir().unwrap();
    scene.token = "ghs_wrong".to_owned();
    assert!(scene.fetch(dir.path(), "refs/heads/main", 0).await.is_err());
    assert!(scene.github.git_requests().iter().all(|one| one.status == 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_errors_fail_a_fetch() {
    let scene = scene(Access::Public).await;
    let dir = tempfile::tempdir().unwrap();
    for fault in [GitFault::Garbage, GitFault::Status(500)] {
        scene.github.fail_git([fault]);
        assert!(
            scene.fetch(dir.path(), "refs/heads/main", 0).await.is_err(),
            "{fault:?}"
        );
    }
    scene.fetch(dir.path(), "refs/heads/main", 0).await.unwrap();
}

fn files_of(many: &[(String, String)]) -> Vec<(&str, Option<&str>)> {
    many.iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_str())))
        .collect()
}

/// Runs `git`; none where it is not installed.
async fn git(dir: &Path, args: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command
        .current_dir(dir)
        .args(args)
        .env("GIT_TERMINAL_PROMPT", "0");
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {told}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn git_itself_clones_deepens_and_fetches() {
    let scene = scene(Access::Private).await;
    let dir = tempfile::tempdir().unwrap();
    let url = scene
        .url()
        .replace("http://", &format!("http://x-access-token:{}@", scene.token));
    if git(dir.path(), &["clone", "-q", "--depth", "2", &url, "clone"])
        .await
        .is_none()
    {
        eprintln!("skipped: git is not installed");
        return;
    }
    let clone = dir.path().join("clone");
    let count = ["rev-list", "--count", "HEAD"];
    assert_eq!(git(&clone, &count).await.unwrap().trim(), "2");
    git(&clone, &["fetch", "-q", "--depth", "5"]).await.unwrap();
    assert_eq!(git(&clone, &count).await.unwrap().trim(), "5");
    git(&clone, &["fetch", "-q", "--unshallow"]).await.unwrap();
    assert_eq!(git(&clone, &count).await.unwrap().trim(), "30");
    git(&clone, &["fetch", "-q", "origin", &scene.head])
        .await
        .unwrap();
    let shown = git(&clone, &["show", &format!("{}:roles/a.md", scene.head)])
        .await
        .unwrap();
    assert_eq!(shown, "three\n");
    let files = [("new.md", Some("new\n"))];
    scene
        .github
        .player("ann")
        .push(&scene.repo, "main", &files, "new")
        .await
        .unwrap();
    git(&clone, &["pull", "-q"]).await.unwrap();
    assert_eq!(git(&clone, &count).await.unwrap().trim(), "31");
    let many: Vec<(String, String)> = (0..40).map(|n| (format!("n{n}.md"), n.to_string())).collect();
    for (path, text) in &many {
        let mine = format!("{path}.mine");
        std::fs::write(clone.join(&mine), text).unwrap();
        git(&clone, &["add", &mine]).await.unwrap();
        git(
            &clone,
            &["-c", "user.name=n", "-c", "user.email=n@n", "commit", "-qm", text],
        )
        .await
        .unwrap();
    }
    let head = scene
        .github
        .player("ann")
        .push(&scene.repo, "main", &files_of(&many), "many")
        .await
        .unwrap();
    git(&clone, &["fetch", "-q", "origin", "main"]).await.unwrap();
    assert_eq!(
        git(&clone, &["rev-parse", "FETCH_HEAD"]).await.unwrap().trim(),
        head
    );
    git(&clone, &["fsck", "--strict"]).await.unwrap();
}
