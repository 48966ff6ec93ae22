//! What every story begins with, and what its people do.

use std::sync::Arc;

use anyhow::Context as _;
use anyhow::ensure;
use futures_util::future::BoxFuture;
use specwarden::demo::github::Commit;
use specwarden::demo::github::Player;
use specwarden::demo::github::bare::Identity;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

pub(crate) const SPEC: &str = "roles/agent.md";
pub(crate) const POLICY: &str = ".github/specwarden.yml";
pub(crate) const BRANCH: &str = "edit";

/// The rule of most stories; `TEAM` becomes the team of the story.
pub(crate) const SECURITY: &str = "{ teams: [acme/TEAM] }";

pub(crate) fn policy(from: &str, require: usize) -> String {
    format!(
        "specs:\n  - paths: [\"roles/**\"]\napprovals:\n  - name: security\n    \
         on: [constraint.loosened, constraint.unclear, authority.*]\n    require: {require}\n    from: {from}\n"
    )
}

/// A spec in which these things need an approval.
pub(crate) fn spec(owner: &str, guarded: &[&str]) -> String {
    let list: String = guarded.iter().map(|thing| format!("    - {thing}\n")).collect();
    format!(
        "---\nrole: agent\nowner: \"{owner}\"\nconstraints:\n  - requires_approval_for:\n{list}---\n\n# Agent\n\n\
         ## Responsibilities\n\n- Keep the lights on\n- Tell what was done\n"
    )
}

pub(crate) fn whole() -> String {
    spec("@olga", &["deployment", "spending", "deletion"])
}

pub(crate) fn loosened() -> String {
    spec("@olga", &["spending", "deletion"])
}

pub(crate) fn loosened_twice() -> String {
    spec("@olga", &["deletion"])
}

/// One story: `acme/NAME` with a policy of its own and a team of its own in which dana and sue are.
/// mara writes, theo is from outside, max maintains, olga owns.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) stage: Arc<Stage>,
    pub(crate) repo: RepoName,
    pub(crate) team: String,
}

pub(crate) type Play = fn(Scene) -> BoxFuture<'static, anyhow::Result<()>>;

/// What it is called, whom its rule asks, how many of them, and what happens.
pub(crate) struct Story(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) usize,
    pub(crate) Play,
);

impl Scene {
    pub(crate) fn player(&self, login: &str) -> Player {
        self.stage.github.player(login)
    }

    pub(crate) async fn push(&self, login: &str, files: &[(&str, &str)]) -> anyhow::Result<()> {
        let files: Vec<(&str, Option<&str>)> =
            files.iter().map(|(path, text)| (*path, Some(*text))).collect();
        self.player(login)
            .push(&self.repo, BRANCH, &files, "edit")
            .await?;
        Ok(())
    }

    pub(crate) async fn commit(
        &self,
        pusher: &str,
        author: Option<Identity>,
        committer: Option<Identity>,
    ) -> anyhow::Result<()> {
        let text = loosened();
        let files = [(SPEC, Some(text.as_str()))];
        let commit = Commit {
            files: &files,
            message: "edit",
            author,
            committer,
        };
        self.player(pusher)
            .push_commit(&self.repo, BRANCH, &commit)
            .await?;
        Ok(())
    }

    /// mara opens a pull request from the branch as it is, and it has been looked at.
    pub(crate) async fn open(&self) -> anyhow::Result<u64> {
        let number = self
            .player("mara")
            .open_pull(&self.repo, BRANCH, "main", "Edit")
            .await?;
        self.stage.verdict(&self.repo, number, "action_required").await?;
        Ok(number)
    }

    /// mara loosens a constraint and opens a pull request.
    pub(crate) async fn loosen(&self) -> anyhow::Result<u64> {
        self.push("mara", &[(SPEC, &loosened())]).await?;
        self.open().await
    }

    /// Somebody says something, and it has been dealt with.
    pub(crate) async fn say(&self, login: &str, number: u64, text: &str) -> anyhow::Result<u64> {
        let comment = self.player(login).comment(&self.repo, number, text).await?;
        self.stage.reaction(&self.repo, comment).await?;
        Ok(comment)
    }

    /// Everything that has happened so far has been looked at: the answer to a later question comes
    /// after it.
    pub(crate) async fn settled(&self, number: u64) -> anyhow::Result<Option<String>> {
        self.stage.github.delivered(PATIENCE).await?;
        self.say("theo", number, "/spec-status").await?;
        let check = self
            .stage
            .check(&self.repo, number)
            .context("no check run on the head")?;
        Ok(check.conclusion)
    }

    pub(crate) async fn not_green(&self, number: u64) -> anyhow::Result<()> {
        let conclusion = self.settled(number).await?;
        ensure!(
            matches!(conclusion.as_deref(), Some("action_required" | "failure")),
            "the check run says {conclusion:?}"
        );
        Ok(())
    }

    pub(crate) async fn still_green(&self, number: u64) -> anyhow::Result<()> {
        let conclusion = self.settled(number).await?;
        ensure!(
            conclusion.as_deref() == Some("success"),
            "the check run says {conclusion:?}"
        );
        Ok(())
    }

    /// dana approves, and it is green.
    pub(crate) async fn approved(&self) -> anyhow::Result<u64> {
        let number = self.loosen().await?;
        self.say("dana", number, "/approve-role").await?;
        self.stage.verdict(&self.repo, number, "success").await?;
        Ok(number)
    }

    /// A pull request in which somebody's approval must not count.
    pub(crate) async fn approval_by(&self, login: &str) -> anyhow::Result<()> {
        let number = self.loosen().await?;
        self.say(login, number, "/approve-role").await?;
        self.not_green(number).await
    }

    /// The ids of the changes that ask for an approval, as the summary names them.
    pub(crate) fn ids(&self, number: u64) -> anyhow::Result<Vec<String>> {
        let body = self.stage.sticky(&self.repo, number).context("no summary")?.body;
        let words = body.split(|c: char| !c.is_ascii_alphanumeric());
        let id = |word: &&str| {
            let hex = word.strip_prefix('c').unwrap_or_default();
            hex.len() == 7 && hex.chars().all(|c| c.is_ascii_hexdigit())
        };
        let mut ids: Vec<String> = Vec::new();
        for word in words.filter(id) {
            if !ids.iter().any(|known| known == word) {
                ids.push(word.to_owned());
            }
        }
        Ok(ids)
    }

    /// Awaits so many comments of the App besides its summary.
    pub(crate) async fn answers(&self, number: u64, count: usize) -> anyhow::Result<()> {
        let enough = || (self.stage.bot_comments(&self.repo, number).len() > count).then_some(());
        Ok(self
            .stage
            .github
            .until("an answer", PATIENCE, |_| enough())
            .await?)
    }

    pub(crate) fn policy(&self, from: &str, require: usize) -> String {
        policy(&from.replace("TEAM", &self.team), require)
    }
}

pub(crate) fn stranger(email: &str) -> Identity {
    Identity {
        name: "Somebody".to_owned(),
        email: email.to_owned(),
    }
}

/// One story's play.
macro_rules! play {
    (|$scene:ident| $body:block) => {
        |$scene: Scene| async move { $body }.boxed()
    };
}

pub(crate) use play;
