//! A stage for stories: the stand-in GitHub, the shipped server, and what an onlooker sees of a
//! pull request. Everything is read from the stand-in; the server is never asked.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use crate::ids::RepoName;

use super::github::Delivery;
use super::github::GitHub;
use super::github::world::CheckRun;
use super::github::world::Comment;
use super::shipped::Recipe;
use super::shipped::Shipped;

/// How long an onlooker waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Where decisions are noted in a repository.
pub const NOTES: &str = "refs/notes/specwarden";

/// The stage.
#[derive(Debug)]
pub struct Stage {
    /// The stand-in GitHub.
    pub github: GitHub,
    /// What the server is started with, again after a crash.
    pub recipe: Recipe,
    server: Option<Shipped>,
    _dir: TempDir,
}

impl Stage {
    /// Starts a stand-in GitHub and the server in `program`, with an empty SQLite store.
    ///
    /// # Errors
    /// When either does not start.
    pub async fn set(program: &Path) -> anyhow::Result<Self> {
        let github = GitHub::start().await?;
        let dir = tempfile::Builder::new()
            .prefix("specwarden-stage-")
            .tempdir()
            .context("no temporary directory for the server")?;
        let mut recipe = Recipe::in_dir(program, dir.path());
        let server = Shipped::start(&recipe, &github).await?;
        recipe.port = server.port();
        Ok(Self {
            github,
            recipe,
            server: Some(server),
            _dir: dir,
        })
    }

    /// The server's address; empty while it is down.
    pub fn server_url(&self) -> &str {
        self.server.as_ref().map_or("", Shipped::url)
    }

    /// What the server has logged since its last start.
    pub fn server_log(&self) -> String {
        self.server.as_ref().map(Shipped::log).unwrap_or_default()
    }

    /// The server's process id, while it runs.
    pub fn server_pid(&self) -> Option<u32> {
        self.server.as_ref().and_then(Shipped::pid)
    }

    /// Kills the server as `kill -9` does.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill_server(&mut self) -> anyhow::Result<()> {
        match self.server.take() {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    /// Asks the server to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop_server(&mut self) -> anyhow::Result<()> {
        match self.server.take() {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }

    /// Starts the server again with the same store and, unless somebody has taken it, on the same
    /// port: what is delivered as soon as it listens finds it.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_server(&mut self) -> anyhow::Result<()> {
        self.kill_server().await?;
        let server = match Shipped::start(&self.recipe, &self.github).await {
            // Somebody else has taken the port meanwhile.
            Err(_) if self.recipe.port != 0 => {
                self.recipe.port = 0;
                Shipped::start(&self.recipe, &self.github).await?
            }
            started => started?,
        };
        self.recipe.port = server.port();
        self.server = Some(server);
        Ok(())
    }

    /// The head commit of a pull request.
    pub fn head(&self, repo: &RepoName, number: u64) -> Option<String> {
        self.github
            .read(|world| Some(world.repo(repo)?.pulls.get(&number)?.head_sha.clone()))
    }

    /// The check run on a pull request's head; the newest, where there are several.
    pub fn check(&self, repo: &RepoName, number: u64) -> Option<CheckRun> {
        self.github.read(|world| {
            let repo = world.repo(repo)?;
            let head = &repo.pulls.get(&number)?.head_sha;
            repo.checks
                .values()
                .rev()
                .find(|check| check.head_sha == *head)
                .cloned()
        })
    }

    /// All check runs on a pull request's head.
    pub fn checks(&self, repo: &RepoName, number: u64) -> Vec<CheckRun> {
        self.github.read(|world| {
            let Some(repo) = world.repo(repo) else {
                return Vec::new();
            };
            let head = repo.pulls.get(&number).map(|pull| pull.head_sha.as_str());
            repo.checks
                .values()
                .filter(|check| Some(check.head_sha.as_str()) == head)
                .cloned()
                .collect()
        })
    }

    /// Awaits a verdict on the head.
    ///
    /// # Errors
    /// When the check run on the head does not come to this conclusion in time; says what it came to.
    pub async fn verdict(&self, repo: &RepoName, number: u64, conclusion: &str) -> anyhow::Result<CheckRun> {
        let found = self
            .github
            .when(&format!("the conclusion `{conclusion}`"), PATIENCE, |world| {
                let repo = world.repo(repo)?;
                let head = &repo.pulls.get(&number)?.head_sha;
                let mut on_head = repo.checks.values().filter(|check| check.head_sha == *head);
                on_head
                    .find(|check| check.conclusion.as_deref() == Some(conclusion))
                    .cloned()
            })
            .await;
        found.with_context(|| match self.check(repo, number) {
            Some(check) => format!(
                "the check run on the head is `{}`: {}",
                check.conclusion.unwrap_or(check.status),
                check.title.unwrap_or_default()
            ),
            None => "there is no check run on the head".to_owned(),
        })
    }

    /// The App's comments on a pull request, oldest first.
    pub fn bot_comments(&self, repo: &RepoName, number: u64) -> Vec<Comment> {
        self.github.read(|world| {
            let bot = world.bot();
            let Some(repo) = world.repo(repo) else {
                return Vec::new();
            };
            let mine = repo
                .comments
                .values()
                .filter(|one| one.number == number && one.user == bot);
            mine.cloned().collect()
        })
    }

    /// The App's sticky comment: its first one.
    pub fn sticky(&self, repo: &RepoName, number: u64) -> Option<Comment> {
        self.bot_comments(repo, number).into_iter().next()
    }

    /// Awaits a sticky comment that says something.
    ///
    /// # Errors
    /// When it does not in time; with what it says.
    pub async fn told(&self, repo: &RepoName, number: u64, words: &str) -> anyhow::Result<Comment> {
        let found = self
            .github
            .until(&format!("a comment with `{words}`"), PATIENCE, |_| {
                self.sticky(repo, number)
                    .filter(|comment| comment.body.contains(words))
            })
            .await;
        found.with_context(|| match self.sticky(repo, number) {
            Some(comment) => format!("the comment says:\n{}", comment.body),
            None => "there is no comment".to_owned(),
        })
    }

    /// Awaits the App's reaction to a comment: it comes after everything that the comment changed.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn reaction(&self, repo: &RepoName, comment: u64) -> anyhow::Result<String> {
        let found = self
            .github
            .when("a reaction to the comment", PATIENCE, |world| {
                let bot = world.bot();
                let reactions = &world.repo(repo)?.comments.get(&comment)?.reactions;
                reactions
                    .iter()
                    .find(|one| one.user == bot)
                    .map(|one| one.content.clone())
            })
            .await?;
        Ok(found)
    }

    /// Who was asked for a review: people, then teams.
    pub fn asked(&self, repo: &RepoName, number: u64) -> Vec<String> {
        self.github.read(|world| {
            let Some(pull) = world.repo(repo).and_then(|repo| repo.pulls.get(&number)) else {
                return Vec::new();
            };
            let people = pull.requested_reviewers.iter().map(|login| format!("@{login}"));
            let teams = pull
                .requested_teams
                .iter()
                .map(|slug| format!("@{}/{slug}", repo.owner));
            people.chain(teams).collect()
        })
    }

    /// Awaits a request to a team for a review.
    ///
    /// # Errors
    /// When the team is not asked in time.
    pub async fn team_asked(&self, repo: &RepoName, number: u64, slug: &str) -> anyhow::Result<()> {
        let what = format!("a review request to @{}/{slug}", repo.owner);
        let asked = self.github.when(&what, PATIENCE, |world| {
            world
                .repo(repo)?
                .pulls
                .get(&number)?
                .requested_teams
                .contains(slug)
                .then_some(())
        });
        Ok(asked.await?)
    }

    /// Awaits a note on a merged commit.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn noted(&self, repo: &RepoName, commit: &str) -> anyhow::Result<()> {
        let commit = git2::Oid::from_str(commit).context("a commit's id has 40 hex digits")?;
        let dir = self
            .github
            .read(|world| world.repo(repo).map(|repo| repo.dir.clone()))
            .with_context(|| format!("there is no repository {repo}"))?;
        let noted = || {
            let git = git2::Repository::open(&dir).ok()?;
            git.find_note(Some(NOTES), commit).is_ok().then_some(())
        };
        let what = format!("a note on {commit}");
        Ok(self.github.until(&what, PATIENCE, |_| noted()).await?)
    }

    /// The last event that was delivered, or failed to be.
    pub fn last_delivery(&self) -> Option<Delivery> {
        self.github.deliveries().pop()
    }
}
