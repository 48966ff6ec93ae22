//! What most stories begin with: an organisation with a policy and a spec, and a pull request that
//! loosens a constraint and is otherwise in order. Each has its own organisation, so that many fit
//! on one stage.

use std::path::Path;

use jiff::Timestamp;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::Player;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

/// What the server says under a path.
pub(crate) async fn get(stage: &Stage, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("{}{path}", stage.server_url()))
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Returns when everything that was delivered has been dealt with; costs no call.
pub(crate) async fn idle(stage: &Stage) {
    stage.github.delivered(PATIENCE).await.unwrap();
    let idle = async {
        loop {
            let (_, metrics) = get(stage, "/metrics").await;
            if metrics.lines().any(|line| line == "specwarden_queue_due 0") {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    if tokio::time::timeout(PATIENCE, idle).await.is_err() {
        panic!("something stays due:\n{}", stage.server_log());
    }
}

/// Where the spec stands.
pub(crate) const SPEC: &str = "agents/porter.md";
/// The branch of the pull request.
pub(crate) const BRANCH: &str = "edit";
/// Where the policy stands.
pub(crate) const POLICY: &str = ".github/specwarden.yml";

/// Starts the server under test.
pub(crate) async fn stage() -> Stage {
    Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
        .await
        .unwrap()
}

/// A fresh schema on the PostgreSQL that `SPECWARDEN_TEST_POSTGRES` names.
pub(crate) async fn postgres(story: &str) -> Option<String> {
    use sqlx::Connection;
    use sqlx::Executor;
    let url = std::env::var("SPECWARDEN_TEST_POSTGRES").ok()?;
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let schema = format!("{story}{}", std::process::id());
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    connection.execute(sqlx::raw_sql(create)).await.unwrap();
    let joint = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{joint}options=-c%20search_path%3D{schema}"))
}

/// The server with every store there is: an SQLite file, and PostgreSQL where `SPECWARDEN_TEST_POSTGRES`
/// names one (each stage makes a schema of its own in it).
pub(crate) async fn stages() -> Vec<Stage> {
    let mut stages = vec![stage().await];
    let own = format!("story{}_", hex::encode(rand::random::<[u8; 6]>()));
    if let Some(url) = postgres(&own).await {
        let mut on_postgres = stage().await;
        on_postgres.recipe.database_url = url;
        on_postgres.start_server().await.unwrap();
        stages.push(on_postgres);
    }
    stages
}

/// The spec as it is on `main`.
pub(crate) const BEFORE: &str = "\
---
role: porter
version: 1.2.0
owner: keeper
constraints:
  - requires_approval_for:
    - delete_files
    - deployment
    - payments
---

# Porter

## Responsibilities

- Carry every parcel to its floor
- Keep the lift free

## Change Log

| Version | Date | Author | Change |
|---------|------|--------|--------|
| 1.1.0 | 2026-04-20 | Ann Roe | Keeps the lift free |
| 1.2.0 | 2026-08-03 | Ann Roe | Payments need approval |
";

/// The spec with `deployment` gone, the right step and the right row.
pub(crate) fn loosened() -> String {
    let today = Timestamp::now().strftime("%Y-%m-%d");
    let text = BEFORE
        .replace("    - deployment\n", "")
        .replace("version: 1.2.0", "version: 2.0.0");
    format!("{text}| 2.0.0 | {today} | Ann Roe | Deployment no longer waits for an approval |\n")
}

/// The same with `payments` gone as well.
pub(crate) fn loosened_twice() -> String {
    loosened().replace("    - payments\n", "")
}

/// A policy whose one rule takes its approvers from here.
pub(crate) fn policy(from: &str) -> String {
    policy_with(1, from)
}

/// The same with a number of approvals.
pub(crate) fn policy_with(require: u32, from: &str) -> String {
    format!(
        "specs:\n  - paths: [\"agents/**/*.md\"]\n    mode: enforce\n\
         approvals:\n  - name: security\n    on: [constraint.loosened, constraint.unclear, authority.*]\n    \
         require: {require}\n    from: {from}\n"
    )
}

/// One organisation with one repository.
pub(crate) struct Scene<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) org: String,
    pub(crate) repo: RepoName,
    pub(crate) number: u64,
}

impl<'s> Scene<'s> {
    /// A repository with the usual policy (one of the security team) and no pull request yet. Its
    /// people: ann the author; sam, the security team; mel, who maintains; vic, a mere member; and
    /// eve from outside.
    pub(crate) async fn furnish(stage: &'s Stage, name: &str) -> Self {
        let teams = format!("{{ teams: [{name}/security] }}");
        Self::with(stage, name, &[(POLICY, &policy(&teams)), (SPEC, BEFORE)]).await
    }

    /// A repository with these files.
    pub(crate) async fn with(stage: &'s Stage, name: &str, files: &[(&str, &str)]) -> Self {
        let github = &stage.github;
        github.add_organization(name);
        for who in ["ann", "sam", "mel", "vic", "eve"] {
            github.add_user(&format!("{who}-{name}"));
        }
        for who in ["ann", "mel", "vic"] {
            github.join_organization(name, &format!("{who}-{name}"));
        }
        github.add_team(name, "security", &[&format!("sam-{name}")]);
        let repo = github.add_repository(&format!("{name}/roles"), files).unwrap();
        github.grant_team(&repo, "security", "write");
        github.grant(&repo, &format!("ann-{name}"), "write");
        github.grant(&repo, &format!("mel-{name}"), "maintain");
        github.install_app(name).await.unwrap();
        Self {
            stage,
            org: name.to_owned(),
            repo,
            number: 0,
        }
    }

    /// The usual scene with its pull request, waiting for sam.
    pub(crate) async fn waiting(stage: &'s Stage, name: &str) -> Self {
        let mut scene = Self::furnish(stage, name).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        scene.verdict("action_required").await;
        scene
    }

    /// The usual scene, and sam has approved.
    pub(crate) async fn green(stage: &'s Stage, name: &str) -> Self {
        let scene = Self::waiting(stage, name).await;
        scene.says("sam", "/approve-role").await;
        scene.verdict("success").await;
        scene
    }

    pub(crate) fn github(&self) -> &GitHub {
        &self.stage.github
    }

    /// A person of this scene.
    pub(crate) fn who(&self, name: &str) -> Player {
        self.github().player(&format!("{name}-{}", self.org))
    }

    /// Ann opens the pull request with these files.
    pub(crate) async fn open(&mut self, files: &[(&str, Option<&str>)]) {
        let ann = self.who("ann");
        ann.push(&self.repo, BRANCH, files, "edit").await.unwrap();
        self.number = ann.open_pull(&self.repo, BRANCH, "main", "Edit").await.unwrap();
    }

    /// Awaits a verdict on the head.
    pub(crate) async fn verdict(&self, conclusion: &str) {
        if let Err(error) = self.stage.verdict(&self.repo, self.number, conclusion).await {
            panic!("{}: {error:#}\n{}", self.org, self.stage.server_log());
        }
    }

    /// Ann pushes a file to the branch that is no spec.
    pub(crate) async fn pushes_something_harmless(&self) {
        self.who("ann")
            .push(&self.repo, BRANCH, &[("notes.txt", Some("more\n"))], "more")
            .await
            .unwrap();
    }

    /// Somebody comments, and the App has dealt with it.
    pub(crate) async fn says(&self, who: &str, text: &str) -> u64 {
        let comment = self
            .who(who)
            .comment(&self.repo, self.number, text)
            .await
            .unwrap();
        if let Err(error) = self.stage.reaction(&self.repo, comment).await {
            panic!("{}: {who}: {error:#}\n{}", self.org, self.stage.server_log());
        }
        comment
    }

    /// Returns when everything that happened so far has been dealt with.
    pub(crate) async fn settled(&self) {
        self.says("vic", "/spec-recheck").await;
    }

    /// Returns when everything that happened so far has been looked at, without asking anew about
    /// anything that is remembered.
    pub(crate) async fn looked_at(&self) {
        self.says("vic", "/spec-status").await;
    }

    /// Awaits an answer of the App, besides its summary, of which this is true.
    pub(crate) async fn answered(&self, says: impl Fn(&str) -> bool) {
        let bodies = || self.stage.bot_comments(&self.repo, self.number);
        let found = || bodies().iter().skip(1).any(|one| says(&one.body)).then_some(());
        let told = self.github().until("an answer", PATIENCE, |_| found()).await;
        if let Err(late) = told {
            panic!("{}: {late}\n{:#?}", self.org, bodies());
        }
    }

    /// What the check run on the head says now.
    pub(crate) fn conclusion(&self) -> Option<String> {
        let check = self.stage.check(&self.repo, self.number)?;
        Some(check.conclusion.unwrap_or(check.status))
    }
}

/// The usual change where another policy judges; nobody has looked at it yet.
pub(crate) async fn with_policy<'s>(stage: &'s Stage, name: &str, text: &str) -> Scene<'s> {
    let mut scene = Scene::with(stage, name, &[(POLICY, text), (SPEC, BEFORE)]).await;
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene
}
