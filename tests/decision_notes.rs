//! The decisions on a merged pull request travel with the repository, as Git notes: the shipped
//! server against the stand-in GitHub, and Git itself reading the bare repository.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

use std::path::Path;
use std::path::PathBuf;

use git2::Oid;
use git2::Repository;
use git2::Signature;
use specwarden::demo::github::bare::Fold;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

const REF: &str = "refs/notes/specwarden";

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

    /// mara takes a constraint out of a role, dana approves, mara merges. The merged commit.
    async fn merged(&self, repo: &RepoName, role: &str, kept: &str, how: Fold) -> (u64, Oid) {
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
        let commit = mara.merge(repo, number, how).await.unwrap();
        (number, Oid::from_str(&commit).unwrap())
    }

    fn bare(&self, repo: &RepoName) -> PathBuf {
        self.stage
            .github
            .read(|world| world.repos[&repo.to_string()].dir.clone())
    }

    /// What Git says about a commit, once it says anything.
    async fn note(&self, repo: &RepoName, commit: Oid) -> String {
        let dir = self.bare(repo);
        let look = || {
            let git = Repository::open(&dir).ok()?;
            let note = git.find_note(Some(REF), commit).ok()?;
            note.message().ok().map(str::to_owned)
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
        tokio::time::timeout(PATIENCE, idle).await.unwrap();
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
        "  security: c",
        " approved by @dana\n",
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
