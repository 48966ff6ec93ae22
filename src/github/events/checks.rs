//! Check runs, check suites and merge queues.

use serde::Deserialize;

use super::Account;
use super::PullNumbered;
use super::Repository;
use super::few::few;
use crate::ids::CommitSha;

/// `check_run`.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckRunEvent {
    /// `rerequested`, `requested_action` …
    pub action: String,
    /// The check run.
    pub check_run: CheckRunRef,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// Which button was pressed.
    #[serde(default)]
    pub requested_action: Option<RequestedAction>,
}

/// A check run in an event.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckRunRef {
    /// Its id.
    pub id: u64,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The commit it is about.
    pub head_sha: CommitSha,
    /// Pull requests with that head; empty for forks.
    #[serde(default, deserialize_with = "few")]
    pub pull_requests: Vec<PullNumbered>,
    /// What we called it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub app: Option<AppRef>,
}

/// An App in an event.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct AppRef {
    /// Its id.
    #[serde(default)]
    pub id: Option<u64>,
}

/// A button of a check run.
#[derive(Clone, Debug, Deserialize)]
pub struct RequestedAction {
    /// What we called it.
    pub identifier: String,
}

/// `check_suite`.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckSuiteEvent {
    /// `rerequested` …
    pub action: String,
    /// The suite.
    pub check_suite: CheckSuiteRef,
    /// Where.
    pub repository: Repository,
}

/// A check suite in an event.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckSuiteRef {
    /// The commit it is about.
    pub head_sha: CommitSha,
    /// Pull requests with that head.
    #[serde(default, deserialize_with = "few")]
    pub pull_requests: Vec<PullNumbered>,
}

/// `merge_group`.
#[derive(Clone, Debug, Deserialize)]
pub struct MergeGroupEvent {
    /// `checks_requested` or `destroyed`.
    pub action: String,
    /// The group.
    pub merge_group: MergeGroup,
    /// Where.
    pub repository: Repository,
}

/// A merge queue's candidate.
#[derive(Clone, Debug, Deserialize)]
pub struct MergeGroup {
    /// Its commit.
    pub head_sha: CommitSha,
    /// Its full ref: `refs/heads/gh-readonly-queue/main/pr-7-…`.
    pub head_ref: String,
    /// What it would be merged onto.
    pub base_sha: CommitSha,
    /// Into which full ref.
    pub base_ref: String,
}
