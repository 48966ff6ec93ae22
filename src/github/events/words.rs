//! What people say on a pull request: comments and reviews.

use serde::Deserialize;

use super::Account;
use super::PullNumbered;
use super::Repository;
use crate::ids::CommitSha;
use crate::ids::PullNumber;

/// `issue_comment`.
#[derive(Clone, Debug, Deserialize)]
pub struct CommentEvent {
    /// `created`, `edited` or `deleted`.
    pub action: String,
    /// What was commented on.
    pub issue: Issue,
    /// The comment.
    pub comment: Comment,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// What an edit changed.
    #[serde(default)]
    pub changes: Option<EditedComment>,
}

/// What an edit of a comment changed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedComment {
    /// Its text.
    #[serde(default)]
    pub body: Option<EditedText>,
}

/// A text that was edited.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedText {
    /// What it was before.
    #[serde(default)]
    pub from: Option<String>,
}

/// An issue; a pull request where `pull_request` is there.
#[derive(Clone, Debug, Deserialize)]
pub struct Issue {
    /// Its number.
    pub number: PullNumber,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: String,
    /// There for a pull request.
    #[serde(default)]
    pub pull_request: Option<serde::de::IgnoredAny>,
}

/// A comment on a pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<Account>,
    /// What it says, as Markdown.
    #[serde(default)]
    pub body: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(default)]
    pub created_at: String,
}

/// `pull_request_review`.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewEvent {
    /// `submitted`, `edited` or `dismissed`.
    pub action: String,
    /// The review.
    pub review: Review,
    /// The pull request.
    pub pull_request: PullNumbered,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
}

/// A review.
#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<Account>,
    /// `approved`, `changes_requested`, `commented`, `dismissed`; case differs between API and events.
    pub state: String,
    /// What it says.
    #[serde(default)]
    pub body: Option<String>,
    /// The commit it was made on.
    #[serde(default)]
    pub commit_id: Option<CommitSha>,
    /// When, RFC 3339.
    #[serde(default)]
    pub submitted_at: Option<String>,
}
