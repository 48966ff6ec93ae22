//! What GitHub tells us: only the fields that we read, and none demanded that a real payload lacks.

mod checks;
mod few;
mod places;
mod pulls;
mod words;

use serde::Deserialize;

use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::ids::UserId;

pub use checks::*;
pub use places::*;
pub use pulls::*;
pub use words::*;

/// An account that acts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its numeric id, which survives a renamed login.
    pub id: UserId,
    /// Its login.
    pub login: Login,
    /// `User`, `Bot`, `Organization` …
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl Account {
    /// Whether a program acts under it.
    pub fn is_bot(&self) -> bool {
        self.kind == "Bot" || self.login.as_str().ends_with("[bot]")
    }
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its numeric id.
    pub id: RepoId,
    /// `owner/name`.
    pub full_name: RepoName,
    /// Whether only some may read it.
    #[serde(default)]
    pub private: bool,
    /// Its default branch.
    #[serde(default)]
    pub default_branch: String,
}

/// Where the App is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct InstallationRef {
    /// Its id.
    pub id: InstallationId,
}

/// What most payloads have in common. Everything may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Envelope {
    /// What happened.
    #[serde(default)]
    pub action: Option<String>,
    /// Whose delivery it is.
    #[serde(default)]
    pub installation: Option<InstallationRef>,
}

/// What an event's name says it is, for those that concern us.
#[derive(Clone, Debug)]
pub enum Event {
    /// `pull_request`.
    PullRequest(Box<PullRequestEvent>),
    /// `issue_comment`.
    Comment(Box<CommentEvent>),
    /// `pull_request_review`.
    Review(Box<ReviewEvent>),
    /// `check_run`.
    CheckRun(Box<CheckRunEvent>),
    /// `check_suite`.
    CheckSuite(Box<CheckSuiteEvent>),
    /// `merge_group`.
    MergeGroup(Box<MergeGroupEvent>),
    /// `push`.
    Push(Box<PushEvent>),
    /// `installation`, `installation_repositories`.
    Installation(Box<InstallationEvent>),
    /// `team`, `membership`, `organization`.
    Team(Box<TeamEvent>),
    /// `member`, `repository`.
    Repository(Box<RepositoryEvent>),
    /// Anything else, `ping` too.
    Other,
}

impl Event {
    /// Reads the body of an event.
    ///
    /// # Errors
    ///
    /// Where the body is not what that event's body looks like.
    pub fn read(name: &str, body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match name {
            "pull_request" => Self::PullRequest(serde_json::from_slice(body)?),
            "issue_comment" => Self::Comment(serde_json::from_slice(body)?),
            "pull_request_review" => Self::Review(serde_json::from_slice(body)?),
            "check_run" => Self::CheckRun(serde_json::from_slice(body)?),
            "check_suite" => Self::CheckSuite(serde_json::from_slice(body)?),
            "merge_group" => Self::MergeGroup(serde_json::from_slice(body)?),
            "push" => Self::Push(serde_json::from_slice(body)?),
            "installation" | "installation_repositories" => Self::Installation(serde_json::from_slice(body)?),
            "team" | "membership" | "organization" => Self::Team(serde_json::from_slice(body)?),
            "member" | "repository" => Self::Repository(serde_json::from_slice(body)?),
            _ => Self::Other,
        })
    }
}
