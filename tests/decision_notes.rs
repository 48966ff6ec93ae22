//! The decisions on a merged pull request travel with the repository, as Git notes: the shipped
//! server against the stand-in GitHub, and Git itself reading the bare repository.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use git2::Oid;
use git2::Repository;
use git2::Signature;
use specwarden::demo::github::bare::Fold;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

const REF: &str = specwarden::demo::stage::NOTES;

fn policy(ledger: &str) -> String {
    format!(
        "specs:\n  - paths: [\"roles/**\"]\n    changelog: optional\n    version: optional\napprovals:\n  - name: security\n    \
         on: [constraint.loosened]\n    from: {{ users: [dana] }}\n{ledger}"
    )
}

fn spec(role: &str, guarded: &[&str]) -> String {
    let list: String = guarded.iter().map(|thing| format!("    - {thing}\n")).collect();
    format!(
        "---\nrole: {role}\nconstraints:\n  - requires_approval_for:\n{list}---\n\n# {role}\n\nKeeps order.\n"
    )
}

struct House {
    stage: Stage,
}

impl House {
    async fn set() -> Self {
        let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
            .await
            .unwrap();
        for login in ["mara", "dana"] {
            stage.github.add_user(login);
        }
        stage.github.add_organization("acme");
        Self { stage }
    }

    fn repository(&self, name: &str, ledger: &str) -> RepoName {
        let (policy, agent, clerk) = (
            policy(ledger),
            spec("agent", &["spending", "deletion"]),
            spec("clerk", &["opening", "closing"]),
        );
        let files = [
            (".github/specwarden.yml", policy.as_str()),
            ("roles/agent.md", &agent),
            ("roles/clerk.md", &clerk),
        ];
        let repo = self.stage.github.add_repository(name, &files).unwrap();
        self.stage.github.grant(&repo, "mara", "write");
        self.stage.github.grant(&repo, "dana", "write");
        repo
    }

    /// mara takes a constraint out of a role and dana approves. The pull request and the comment.
    async fn approved(&self, repo: &RepoName, role: &str, kept: &str) -> (u64, u64) {
        let github = &self.stage.github;
        let text = spec(role, &[kept]);
        let path = format!("roles/{role}.md");
        let (mara, dana) = (github.player("mara"), github.player("dana"));
        mara.push(repo, role, &[(&path, Some(text.as_str()))], "edit")
            .await
            .unwrap();
        let number = mara.open_pull(repo, role, "main", "Edit").await.unwrap();
        self.stage.verdict(repo, number, "action_required").await.unwrap();
        let comment = dana.comment(repo, number, "/approve-role").await.unwrap();
        self.stage.reaction(repo, comment).await.unwrap();
        self.stage.verdict(repo, number, "success").await.unwrap();
        (number, comment)
    }

    async fn merge(&self, repo: &RepoName, number: u64, how: Fold) -> Oid {
        let mara = self.stage.github.player("mara");
        let commit = mara.merge(repo, number, how).await.unwrap();
        Oid::from_str(&commit).unwrap()
    }

    /// mara takes a constraint out of a role, dana approves, mara merges. The merged commit.
    async fn merged(&self, repo: &RepoName, role: &str, kept: &str, how: Fold) -> (u64, Oid) {
        let (number, _) = self.approved(repo, role, kept).await;
        (number, self.merge(repo, number, how).await)
    }

    fn bare(&self, repo: &RepoName) -> PathBuf {
        self.stage
            .github
            .read(|world| world.repos[&repo.to_string()].dir.clone())
    }

    /// What Git says about a commit, once it says anything.
    async fn note(&self, repo: &RepoName, commit: Oid) -> String {
        self.note_with(repo, commit, "").await
    }

    /// What Git says about a commit, once it says these words.
    async fn note_with(&self, repo: &RepoName, commit: Oid, words: &str) -> String {
        let dir = self.bare(repo);
        // Git itself: libgit2 does not see a note that stands flat beside a folder of its first digits.
        let look = || {
            let show = ["notes", "--ref", REF, "show", &commit.to_string()];
            let git = Command::new("git")
                .arg("--git-dir")
                .arg(&dir)
                .args(show)
                .output()
                .ok()?;
            let text = String::from_utf8(git.stdout)
                .ok()
                .filter(|_| git.status.success())?;
            text.contains(words).then_some(text)
        };
        let told = self.stage.github.until("a note", PATIENCE, |_| look()).await;
        told.unwrap_or_else(|late| panic!("{late}\n{}", self.stage.server_log()))
    }

    /// Nothing is on its way and nothing is due.
    async fn idle(&self) {
        self.stage.github.delivered(PATIENCE).await.unwrap();
        let metrics = format!("{}/metrics", self.stage.server_url());
        let idle = async {
            loop {
                let told = reqwest::get(&metrics).await.unwrap().text().await.unwrap();
                if told.lines().any(|line| line == "specwarden_queue_due 0") {
                    return;
                }
            }
        };
        let late = tokio::time::timeout(PATIENCE, idle).await.is_err();
        assert!(!late, "{}", self.stage.server_log());
    }
}

/// How many commits the notes have.
fn writings(git: &Repository) -> usize {
    let mut walk = git.revwalk().unwrap();
    walk.push_ref(REF).unwrap();
    walk.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_commit_says_who_approved_which_change() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "ledger: { notes: true }\n");
    house.stage.github.install_app("acme").await.unwrap();
    let (first, commit) = house.merged(&repo, "agent", "deletion", Fold::Merge).await;
    let note = house.note(&repo, commit).await;
    assert!(
        note.starts_with(&format!("specwarden: decisions on acme/roles#{first}\n")),
        "{note}"
    );
    for said in [
        "@dana (account ",
        " approved\n  c",
        " of agent (roles/agent.md)\n",
        "the check turned green on ",
        "  security: @dana approved c",
        " (named)\n",
        "\"deed\":\"approved\"",
    ] {
        assert!(note.contains(said), "{said}: {note}");
    }

    // Somebody notes something by hand, with Git, which writes the notes anew in its own way.
    let git = Repository::open(house.bare(&repo)).unwrap();
    let person = Signature::now("Jo", "jo@example.com").unwrap();
    let root = git.find_commit(commit).unwrap().parent_id(0).unwrap();
    git.note(&person, &person, Some(REF), root, "by hand\n", false)
        .unwrap();
    let (_, second) = house.merged(&repo, "clerk", "closing", Fold::Squash).await;
    let other = house.note(&repo, second).await;
    assert!(other.contains(" of clerk (roles/clerk.md)"), "{other}");
    assert_eq!(house.note(&repo, commit).await, note, "the first one stays");
    assert_eq!(house.note(&repo, root).await, "by hand\n");
    assert_eq!(writings(&git), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_written_once_however_often_github_fails() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "ledger: { notes: true }\n");
    let github = &house.stage.github;
    github.install_app("acme").await.unwrap();
    // A bad gateway before the tree is made; the ref is made and the answer lost.
    let gateway = |effect| ApiFault::Status(502, effect);
    github.fail_requests(1, Some("POST"), "/git/trees", gateway(Effect::Skipped));
    github.fail_requests(1, Some("POST"), "/git/refs", gateway(Effect::Done));
    let (_, commit) = house.merged(&repo, "agent", "deletion", Fold::Merge).await;
    house.note(&repo, commit).await;
    house.idle().await;
    let git = Repository::open(house.bare(&repo)).unwrap();
    assert_eq!(writings(&git), 1, "{}", house.stage.server_log());
    // The notes move between reading and writing.
    let moved = ApiFault::Status(422, Effect::Skipped);
    github.fail_requests(2, Some("PATCH"), "/git/refs/notes/specwarden", moved);
    let (_, second) = house.merged(&repo, "clerk", "closing", Fold::Merge).await;
    house.note(&repo, second).await;
    house.note(&repo, commit).await;
    house.idle().await;
    assert_eq!(writings(&git), 2, "{}", house.stage.server_log());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_being_asked_for_there_are_no_notes() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "");
    house.stage.github.install_app("acme").await.unwrap();
    house.merged(&repo, "agent", "deletion", Fold::Merge).await;
    house.idle().await;
    let git = Repository::open(house.bare(&repo)).unwrap();
    assert!(git.find_reference(REF).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_after_the_merge_reaches_the_note() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "ledger: { notes: true }\n");
    let github = &house.stage.github;
    github.install_app("acme").await.unwrap();
    let (number, comment) = house.approved(&repo, "agent", "deletion").await;
    let commit = house.merge(&repo, number, Fold::Merge).await;
    house.note(&repo, commit).await;
    let dana = github.player("dana");
    dana.delete_comment(&repo, comment).await.unwrap();
    let note = house
        .note_with(
            &repo,
            commit,
            "what was said there counts no more: deleted by @dana",
        )
        .await;
    assert!(note.contains("@dana (account "), "what was decided stays: {note}");
    dana.comment(&repo, number, "/reject-role this was a mistake")
        .await
        .unwrap();
    let note = house.note_with(&repo, commit, "this was a mistake").await;
    assert_eq!(note.matches("specwarden: decisions on ").count(), 1, "{note}");
    house.idle().await;
    let git = Repository::open(house.bare(&repo)).unwrap();
    let written = writings(&git);
    // Nothing is decided by chatting, so nothing is written.
    dana.comment(&repo, number, "we will talk about it")
        .await
        .unwrap();
    house.idle().await;
    assert_eq!(writings(&git), written, "{}", house.stage.server_log());
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_requests_that_are_merged_at_once_all_get_their_notes() {
    let house = House::set().await;
    let github = &house.stage.github;
    let roles: Vec<String> = (0..5).map(|n| format!("clerk{n}")).collect();
    let policy = policy("ledger: { notes: true }\n");
    let texts: Vec<(String, String)> = roles
        .iter()
        .map(|role| (format!("roles/{role}.md"), spec(role, &["opening", "closing"])))
        .collect();
    let mut files = vec![(".github/specwarden.yml", policy.as_str())];
    files.extend(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let repo = github.add_repository("acme/roles", &files).unwrap();
    for login in ["mara", "dana"] {
        github.grant(&repo, login, "write");
    }
    github.install_app("acme").await.unwrap();
    let mut numbers = Vec::new();
    for role in &roles {
        numbers.push(house.approved(&repo, role, "closing").await.0);
    }
    let merges = numbers
        .iter()
        .map(|&number| house.merge(&repo, number, Fold::Squash));
    let commits = futures_util::future::join_all(merges).await;
    for (commit, role) in commits.into_iter().zip(&roles) {
        let note = house.note(&repo, commit).await;
        assert!(note.contains(&format!(" of {role} (roles/{role}.md)")), "{note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_cannot_be_read_stop_nothing_and_are_left_alone() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "ledger: { notes: true }\n");
    house.stage.github.install_app("acme").await.unwrap();
    let git = Repository::open(house.bare(&repo)).unwrap();
    let blob = git.blob(b"no notes at all").unwrap();
    git.reference(REF, blob, true, "damage").unwrap();
    house.merged(&repo, "agent", "deletion", Fold::Merge).await;
    // The next pull request is judged, approved and merged as ever.
    house.merged(&repo, "clerk", "closing", Fold::Merge).await;
    house.idle().await;
    assert_eq!(git.find_reference(REF).unwrap().target(), Some(blob));
    let log = house.stage.server_log();
    assert!(log.contains("cannot be noted on the merged commit"), "{log}");
    assert!(!log.contains("will be tried again"), "{log}");
}

/// Runs `git` as it is installed here; none where it is not.
async fn git(dir: &Path, args: &[&str]) -> Option<String> {
    let mut command = std::process::Command::new("git");
    command
        .current_dir(dir)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
    let ran = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap();
    let output = match ran {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        ran => ran.unwrap(),
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_git_reads_them_over_http() {
    let house = House::set().await;
    let repo = house.repository("acme/roles", "ledger: { notes: true }\n");
    house.stage.github.install_app("acme").await.unwrap();
    let (number, commit) = house.merged(&repo, "agent", "deletion", Fold::Merge).await;
    let note = house.note(&repo, commit).await;
    let dir = tempfile::tempdir().unwrap();
    let url = format!("{}/{repo}.git", house.stage.github.url());
    if git(dir.path(), &["clone", "-q", &url, "clone"]).await.is_none() {
        eprintln!("skipped: git is not installed");
        return;
    }
    let clone = dir.path().join("clone");
    git(&clone, &["fetch", "-q", "origin", "refs/notes/*:refs/notes/*"])
        .await
        .unwrap();
    let shown = git(&clone, &["notes", "--ref=specwarden", "show", "HEAD"])
        .await
        .unwrap();
    assert_eq!(shown, note);
    let log = git(&clone, &["log", "-1", "--notes=specwarden"]).await.unwrap();
    let head = format!("specwarden: decisions on acme/roles#{number}");
    assert!(log.contains(&head), "{log}");
    git(&clone, &["fsck", "--strict"]).await.unwrap();

    // What the note holds is verified without the server and without a network.
    let file = dir.path().join("note.txt");
    std::fs::write(&file, &shown).unwrap();
    let verify = |file: &Path| {
        std::process::Command::new(env!("CARGO_BIN_EXE_specwarden"))
            .args(["ledger", "verify"])
            .arg(file)
            .output()
            .unwrap()
    };
    let ran = verify(&file);
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(told.contains(" intact"), "{told}");
    std::fs::write(&file, shown.replace("\"login\":\"dana\"", "\"login\":\"theo\"")).unwrap();
    let ran = verify(&file);
    assert_eq!(ran.status.code(), Some(1));
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(told.contains("its text was changed"), "{told}");
}
