//! Two commits compared, over the REST API: for a repository that is not fetched
//! (<https://docs.github.com/en/rest/commits/commits#compare-two-commits>).

use jiff::Timestamp;
use serde::Deserialize;

use super::GitHubError;
use super::Installation;
use super::exchange::Call;
use super::exchange::segment;
use super::reads::repo_path;
use crate::ids::CommitSha;
use crate::ids::RepoName;

const PER_PAGE: u64 = 100;

/// A commit as a comparison tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedCommit {
    /// Its object name.
    pub sha: CommitSha,
    /// Its tree's object name.
    pub tree: String,
    /// Who wrote the change, as the commit states it: name and e-mail address.
    pub author: (String, String),
    /// Who made the commit, likewise.
    pub committer: (String, String),
    /// When the commit was made.
    pub when: Timestamp,
    /// Its message.
    pub message: String,
}

/// Two commits and what lies between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedCommits {
    /// The commit that the base names now.
    pub base: ComparedCommit,
    /// The best common ancestor.
    pub merge_base: ComparedCommit,
    /// What the head has and the base has not, newest first.
    pub commits: Vec<ComparedCommit>,
}

#[derive(Deserialize)]
struct Document {
    base_commit: Listed,
    merge_base_commit: Listed,
    #[serde(default)]
    total_commits: u64,
    #[serde(default)]
    commits: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    sha: CommitSha,
    commit: Inner,
}

#[derive(Deserialize)]
struct Inner {
    tree: Tree,
    author: Option<Stated>,
    committer: Option<Stated>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Tree {
    sha: String,
}

#[derive(Deserialize)]
struct Stated {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    date: Option<Timestamp>,
}

impl From<Listed> for ComparedCommit {
    fn from(listed: Listed) -> Self {
        let Inner {
            tree,
            author,
            committer,
            message,
        } = listed.commit;
        let when = committer.as_ref().and_then(|who| who.date);
        let person = |who: Option<Stated>| who.map(|who| (who.name, who.email)).unwrap_or_default();
        Self {
            sha: listed.sha,
            tree: tree.sha,
            author: person(author),
            committer: person(committer),
            when: when.unwrap_or(Timestamp::UNIX_EPOCH),
            message,
        }
    }
}

impl Installation {
    /// Compares what two names (a branch, an object name) stand for now. At most `most` commits come
    /// back, the newest ones.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::NotFound`] where they have no common ancestor.
    pub async fn compare(
        &self,
        repo: &RepoName,
        base: &str,
        head: &CommitSha,
        most: usize,
    ) -> Result<ComparedCommits, GitHubError> {
        let first = self.compare_page(repo, base, head, 1).await?;
        let pages = first.total_commits.div_ceil(PER_PAGE).max(1);
        // The pages go from old to new.
        let wanted = (most as u64).div_ceil(PER_PAGE).max(1);
        let mut commits = match pages <= wanted {
            true => first.commits,
            false => Vec::new(),
        };
        // A branch that moves meanwhile must not mix two comparisons.
        let base = first.base_commit.sha.to_string();
        for page in 2.max(pages.saturating_sub(wanted) + 1)..=pages {
            commits.extend(self.compare_page(repo, &base, head, page).await?.commits);
        }
        let mut commits: Vec<ComparedCommit> = commits.into_iter().map(ComparedCommit::from).collect();
        commits.reverse();
        commits.truncate(most);
        Ok(ComparedCommits {
            base: first.base_commit.into(),
            merge_base: first.merge_base_commit.into(),
            commits,
        })
    }

    async fn compare_page(
        &self,
        repo: &RepoName,
        base: &str,
        head: &CommitSha,
        page: u64,
    ) -> Result<Document, GitHubError> {
        let path = format!(
            "{}/compare/{}...{head}?per_page={PER_PAGE}&page={page}",
            repo_path(repo),
            segment(base),
        );
        self.call(&Call::get("GET /repos/{}/compare/{}", path))
            .await?
            .json()
    }
}
