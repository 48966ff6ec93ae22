//! Two open pull requests with one head commit, over HTTP: whatever order they are judged in, the
//! commit shows the worse verdict as long as both are open.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

use std::path::Path;

use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

const POLICY: &str = ".github/specwarden.yml";
const STRICT: &str = "specs:\n  - { paths: [\"roles/**\"], version: optional, changelog: optional }\napprovals:\n  - { name: security, on: [constraint.loosened], from: { users: [dana] } }\n";
const LAX: &str =
    "specs:\n  - { paths: [\"roles/**\"], version: optional, changelog: optional }\napprovals: []\n";

fn spec(guarded: &[&str]) -> String {
    let list: String = guarded.iter().map(|thing| format!("    - {thing}\n")).collect();
    format!(
        "---\nrole: agent\nconstraints:\n  - requires_approval_for:\n{list}---\n\n# agent\n\nKeeps order.\n"
    )
}

struct Shared {
    stage: Stage,
    repo: RepoName,
}

impl Shared {
    /// `main` asks dana, `release` nobody; the branch `edit` takes a constraint away.
    async fn set() -> Self {
        let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
            .await
            .unwrap();
        let github = &stage.github;
        for login in ["mara", "dana"] {
            github.add_user(login);
        }
        github.add_organization("acme");
        let before = spec(&["spending", "deletion"]);
        let files = [(POLICY, STRICT), ("roles/agent.md", before.as_str())];
        let repo = github.add_repository("acme/roles", &files).unwrap();
        github.grant(&repo, "mara", "write");
        github.grant(&repo, "dana", "write");
        github.install_app("acme").await.unwrap();
        let mara = github.player("mara");
        mara.push(&repo, "release", &[(POLICY, Some(LAX))], "lax")
            .await
            .unwrap();
        let after = spec(&["deletion"]);
        mara.push(&repo, "edit", &[("roles/agent.md", Some(after.as_str()))], "edit")
            .await
            .unwrap();
        Self { stage, repo }
    }

    async fn open(&self, base: &str) -> u64 {
        let mara = self.stage.github.player("mara");
        mara.open_pull(&self.repo, "edit", base, "Edit").await.unwrap()
    }

    /// Awaits that so many check runs are on the head and all of them say this.
    async fn all_say(&self, number: u64, runs: usize, conclusion: &str) {
        let seen = || self.stage.checks(&self.repo, number);
        let agreed = || {
            let checks = seen();
            let all = checks
                .iter()
                .all(|check| check.conclusion.as_deref() == Some(conclusion));
            (checks.len() == runs && all).then_some(())
        };
        let told = self.stage.github.until(conclusion, PATIENCE, |_| agreed()).await;
        if let Err(late) = told {
            panic!("{late}: {:#?}\n{}", seen(), self.stage.server_log());
        }
    }
}

impl Shared {
    /// Awaits that the newest check run on the head, which is the one that counts, says this.
    async fn newest_says(&self, number: u64, conclusion: &str) {
        let newest = || self.stage.check(&self.repo, number);
        let agreed = || {
            let said = newest()?.conclusion?;
            (said == conclusion).then_some(())
        };
        let told = self.stage.github.until(conclusion, PATIENCE, |_| agreed()).await;
        if let Err(late) = told {
            panic!("{late}: {:#?}\n{}", newest(), self.stage.server_log());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worse_verdict_wins_in_whatever_order_they_are_judged() {
    for bases in [["main", "release"], ["release", "main"]] {
        let shared = Shared::set().await;
        let first = shared.open(bases[0]).await;
        let alone = if bases[0] == "main" {
            "action_required"
        } else {
            "success"
        };
        shared.all_say(first, 1, alone).await;
        let second = shared.open(bases[1]).await;
        shared.all_say(first, 2, "action_required").await;
        let (strict, lax) = if bases[0] == "main" {
            (first, second)
        } else {
            (second, first)
        };
        let told = shared.stage.checks(&shared.repo, lax);
        let names = |check: &specwarden::demo::github::world::CheckRun| {
            let title = check.title.clone().unwrap_or_default();
            title.contains(&format!("#{strict} has the same head commit"))
        };
        assert_eq!(told.iter().filter(|check| names(check)).count(), 1, "{told:#?}");
        let dana = shared.stage.github.player("dana");
        dana.comment(&shared.repo, strict, "/approve-role").await.unwrap();
        shared.all_say(first, 2, "success").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_that_is_closed_holds_nobody_up() {
    let shared = Shared::set().await;
    let strict = shared.open("main").await;
    let lax = shared.open("release").await;
    shared.all_say(lax, 2, "action_required").await;
    let mara = shared.stage.github.player("mara");
    mara.close(&shared.repo, strict).await.unwrap();
    let freed = || {
        let checks = shared.stage.checks(&shared.repo, lax);
        let green = |conclusion: Option<&str>| conclusion == Some("success");
        checks
            .iter()
            .any(|check| green(check.conclusion.as_deref()))
            .then_some(())
    };
    let told = shared
        .stage
        .github
        .until("a free head", PATIENCE, |_| freed())
        .await;
    told.unwrap_or_else(|late| panic!("{late}\n{}", shared.stage.server_log()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_moves_on_frees_the_other_and_holds_it_up_again_when_it_comes_back() {
    let shared = Shared::set().await;
    let github = &shared.stage.github;
    let mara = github.player("mara");
    let both = github.tip(&shared.repo, "edit").unwrap();
    mara.reset(&shared.repo, "copy", &both).await.unwrap();
    let strict = shared.open("main").await;
    shared.all_say(strict, 1, "action_required").await;
    let lax = mara
        .open_pull(&shared.repo, "copy", "release", "Copy")
        .await
        .unwrap();
    shared.all_say(lax, 2, "action_required").await;
    let files = [("notes.txt", Some("x\n"))];
    mara.push(&shared.repo, "edit", &files, "more").await.unwrap();
    shared.all_say(strict, 1, "action_required").await;
    shared.newest_says(lax, "success").await;
    mara.reset(&shared.repo, "edit", &both).await.unwrap();
    shared.newest_says(lax, "action_required").await;
    github
        .player("dana")
        .comment(&shared.repo, strict, "/approve-role")
        .await
        .unwrap();
    shared.newest_says(lax, "success").await;
    shared.newest_says(strict, "success").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lax_one_that_moves_on_leaves_the_strict_verdict_where_it_is() {
    let shared = Shared::set().await;
    let github = &shared.stage.github;
    let mara = github.player("mara");
    let both = github.tip(&shared.repo, "edit").unwrap();
    mara.reset(&shared.repo, "copy", &both).await.unwrap();
    let strict = shared.open("main").await;
    let lax = mara
        .open_pull(&shared.repo, "copy", "release", "Copy")
        .await
        .unwrap();
    shared.all_say(lax, 2, "action_required").await;
    let files = [("notes.txt", Some("x\n"))];
    mara.push(&shared.repo, "copy", &files, "more").await.unwrap();
    shared.all_say(lax, 1, "success").await;
    let dealt_with = mara.comment(&shared.repo, strict, "/spec-status").await.unwrap();
    shared.stage.reaction(&shared.repo, dealt_with).await.unwrap();
    shared.newest_says(strict, "action_required").await;
}
