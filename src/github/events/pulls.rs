//! Pull requests.

use serde::Deserialize;

use super::Account;
use super::Repository;
use super::few::few;
use crate::ids::CommitSha;
use crate::ids::PullNumber;

/// One side of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// Its newest commit.
    pub sha: CommitSha,
    /// Its branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its repository; a deleted fork has none.
    #[serde(default)]
    pub repo: Option<Repository>,
}

/// A team as it is named inside an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TeamName {
    /// Its slug; a team that is gone has none.
    #[serde(default)]
    pub slug: String,
}

/// A pull request, as events and reads give it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: PullNumber,
    /// `open` or `closed`.
    pub state: String,
    /// Whether it was merged; told of one pull request, not in lists.
    #[serde(default)]
    pub merged: bool,
    /// The commit that its merge made on the base branch; of an open one, a test merge.
    #[serde(default)]
    pub merge_commit_sha: Option<CommitSha>,
    /// When it was merged, RFC 3339.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// Whether it is not meant to be reviewed yet.
    #[serde(default)]
    pub draft: bool,
    /// Who opened it; an account that is gone is `null`.
    #[serde(default)]
    pub user: Option<Account>,
    /// What is to be merged.
    pub head: Side,
    /// Into what.
    pub base: Side,
    /// When it was opened, RFC 3339.
    #[serde(default)]
    pub created_at: String,
    /// When it last changed, RFC 3339.
    #[serde(default)]
    pub updated_at: String,
    /// Whom a review is asked of.
    #[serde(default, deserialize_with = "few")]
    pub requested_reviewers: Vec<Account>,
    /// Which teams a review is asked of.
    #[serde(default, deserialize_with = "few")]
    pub requested_teams: Vec<TeamName>,
    /// Whether maintainers may push to its branch.
    #[serde(default)]
    pub maintainer_can_modify: bool,
}

impl PullRequest {
    /// Whether it can still be merged.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// `pull_request`.
#[derive(Clone, Debug, Deserialize)]
pub struct PullRequestEvent {
    /// `opened`, `synchronize` …
    pub action: String,
    /// The pull request after it.
    pub pull_request: PullRequest,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// What an edit changed.
    #[serde(default)]
    pub changes: Option<EditedPull>,
    /// The person who was asked for a review, or is asked no more.
    #[serde(default)]
    pub requested_reviewer: Option<Account>,
    /// The team, likewise.
    #[serde(default)]
    pub requested_team: Option<TeamName>,
}

/// What an edit of a pull request changed: fields that it did not touch are absent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedPull {
    /// The base branch.
    #[serde(default)]
    pub base: Option<serde::de::IgnoredAny>,
}

/// Just a pull request's number: reviews carry shorter pull requests.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PullNumbered {
    /// Its number.
    pub number: PullNumber,
}
