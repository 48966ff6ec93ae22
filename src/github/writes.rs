//! What we write to GitHub.

use http::Method;
use serde::Deserialize;
use serde::Serialize;

use super::GitHubError;
use super::Installation;
use super::exchange::Call;
use super::reads::repo_path;
use crate::ids::CommitSha;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoName;
use crate::ids::TeamSlug;

/// A check run as GitHub's API takes it
/// (<https://docs.github.com/en/rest/checks/runs#create-a-check-run>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckRunBody {
    /// Its name.
    pub name: String,
    /// The commit; only for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_sha: Option<CommitSha>,
    /// Always `completed` for us.
    pub status: &'static str,
    /// The verdict in GitHub's words.
    pub conclusion: String,
    /// The details link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details_url: Option<String>,
    /// Our own name for it.
    pub external_id: String,
    /// What people read.
    pub output: CheckRunOutput,
    /// Buttons, three at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<CheckRunAction>,
}

/// What a check run shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckRunOutput {
    /// One line.
    pub title: String,
    /// Markdown, 65,535 characters at most.
    pub summary: String,
    /// Marks on lines, 50 at most in one request; GitHub adds them to those it has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<CheckRunAnnotation>,
}

/// A mark on lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckRunAnnotation {
    /// The file.
    pub path: String,
    /// First line, from 1.
    pub start_line: usize,
    /// Last line.
    pub end_line: usize,
    /// `failure`, `warning` or `notice`.
    pub annotation_level: String,
    /// What is wrong.
    pub message: String,
    /// What to call it.
    pub title: String,
    /// More about it, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_details: Option<String>,
}

/// A button of a check run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckRunAction {
    /// At most 20 characters.
    pub label: String,
    /// At most 40 characters.
    pub description: String,
    /// At most 20 characters.
    pub identifier: String,
}

/// A reaction to a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Thumbs up: done.
    Done,
    /// Eyes: seen, and nothing to be done about it yet.
    Seen,
    /// Confused: it did not count.
    Confused,
}

impl Reaction {
    fn content(self) -> &'static str {
        match self {
            Self::Done => "+1",
            Self::Seen => "eyes",
            Self::Confused => "confused",
        }
    }
}

/// A file that a commit of ours writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its path.
    pub path: String,
    /// Its new text.
    pub text: String,
}

#[derive(Deserialize)]
struct Made {
    id: u64,
}

#[derive(Deserialize)]
struct MadeObject {
    sha: String,
}

impl Installation {
    /// Makes a check run and returns its id.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn create_check_run(&self, repo: &RepoName, body: &CheckRunBody) -> Result<u64, GitHubError> {
        let call = Call::send(
            "POST /repos/{}/check-runs",
            Method::POST,
            format!("{}/check-runs", repo_path(repo)),
            body,
        );
        Ok(self.call(&call).await?.json::<Made>()?.id)
    }

    /// Changes a check run.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn update_check_run(
        &self,
        repo: &RepoName,
        id: u64,
        body: &CheckRunBody,
    ) -> Result<(), GitHubError> {
        let call = Call::send(
            "PATCH /repos/{}/check-runs/{}",
            Method::PATCH,
            format!("{}/check-runs/{id}", repo_path(repo)),
            body,
        );
        self.call(&call).await.map(drop)
    }

    /// Comments on a pull request and returns the comment's id.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn create_comment(
        &self,
        repo: &RepoName,
        number: PullNumber,
        body: &str,
    ) -> Result<u64, GitHubError> {
        let body = serde_json::json!({ "body": body });
        let call = Call::send(
            "POST /repos/{}/issues/{}/comments",
            Method::POST,
            format!("{}/issues/{number}/comments", repo_path(repo)),
            &body,
        );
        Ok(self.call(&call).await?.json::<Made>()?.id)
    }

    /// Changes a comment of ours.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::NotFound`] where somebody deleted it.
    pub async fn update_comment(&self, repo: &RepoName, id: u64, body: &str) -> Result<(), GitHubError> {
        let body = serde_json::json!({ "body": body });
        let call = Call::send(
            "PATCH /repos/{}/issues/comments/{}",
            Method::PATCH,
            format!("{}/issues/comments/{id}", repo_path(repo)),
            &body,
        );
        self.call(&call).await.map(drop)
    }

    /// Reacts to a comment; the same reaction twice is one.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn react(&self, repo: &RepoName, comment: u64, reaction: Reaction) -> Result<(), GitHubError> {
        let body = serde_json::json!({ "content": reaction.content() });
        let call = Call::send(
            "POST /repos/{}/issues/comments/{}/reactions",
            Method::POST,
            format!("{}/issues/comments/{comment}/reactions", repo_path(repo)),
            &body,
        );
        self.call(&call).await.map(drop)
    }

    /// Asks people and teams for a review.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::Rejected`] where one of them may not read the repository: then
    /// nobody is asked.
    pub async fn request_reviewers(
        &self,
        repo: &RepoName,
        number: PullNumber,
        people: &[Login],
        teams: &[TeamSlug],
    ) -> Result<(), GitHubError> {
        let slugs: Vec<&str> = teams.iter().map(|team| team.slug.as_str()).collect();
        let body = serde_json::json!({ "reviewers": people, "team_reviewers": slugs });
        let call = Call::send(
            "POST /repos/{}/pulls/{}/requested_reviewers",
            Method::POST,
            format!("{}/pulls/{number}/requested_reviewers", repo_path(repo)),
            &body,
        );
        self.call(&call).await.map(drop)
    }

    /// Commits files onto a branch whose newest commit is `parent`, and returns the new commit. The
    /// branch moves only forward: where somebody pushed meanwhile it is refused.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::Rejected`] where the branch has moved.
    pub async fn commit_files(
        &self,
        repo: &RepoName,
        branch: &str,
        parent: &CommitSha,
        message: &str,
        files: &[WrittenFile],
    ) -> Result<CommitSha, GitHubError> {
        let root = repo_path(repo);
        let base_tree = self.commit_tree(repo, parent).await?;
        let entries: Vec<serde_json::Value> = files
            .iter()
            .map(|file| {
                serde_json::json!({ "path": file.path, "mode": "100644", "type": "blob", "content": file.text })
            })
            .collect();
        let body = serde_json::json!({ "base_tree": base_tree, "tree": entries });
        let call = Call::send(
            "POST /repos/{}/git/trees",
            Method::POST,
            format!("{root}/git/trees"),
            &body,
        );
        let tree: MadeObject = self.call(&call).await?.json()?;
        let body = serde_json::json!({ "message": message, "tree": tree.sha, "parents": [parent] });
        let call = Call::send(
            "POST /repos/{}/git/commits",
            Method::POST,
            format!("{root}/git/commits"),
            &body,
        );
        let commit: MadeObject = self.call(&call).await?.json()?;
        let body = serde_json::json!({ "sha": commit.sha, "force": false });
        let branch: Vec<String> = branch.split('/').map(super::exchange::segment).collect();
        let call = Call::send(
            "PATCH /repos/{}/git/refs/heads/{}",
            Method::PATCH,
            format!("{root}/git/refs/heads/{}", branch.join("/")),
            &body,
        );
        self.call(&call).await?;
        Ok(CommitSha::new(commit.sha))
    }
}
