//! A pull request as GitHub tells of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use crate::github::PullRequest;
use crate::ids::CommitSha;
use crate::ids::Login;
use crate::ids::RepoName;
use crate::ids::UserId;

/// What a look depends on of what events tell about a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct LookedAt {
    head: CommitSha,
    base_ref: String,
    draft: bool,
}

/// A pull request as GitHub last told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct PullFacts {
    pub(in crate::app) author: Option<Login>,
    #[serde(default)]
    pub(in crate::app) author_id: Option<UserId>,
    pub(in crate::app) draft: bool,
    pub(in crate::app) open: bool,
    #[serde(default)]
    pub(in crate::app) merged: Option<Merged>,
    pub(in crate::app) head: CommitSha,
    pub(in crate::app) head_ref: String,
    pub(in crate::app) head_repo: Option<RepoName>,
    pub(in crate::app) base_ref: String,
    /// Whether only some may read the repository.
    pub(in crate::app) private: bool,
    pub(in crate::app) maintainer_can_modify: bool,
    /// `@login` or `@org/team` of whom a review is asked.
    pub(in crate::app) requested: BTreeSet<String>,
    /// When it was opened.
    pub(in crate::app) created_at: Option<Timestamp>,
    /// `updated_at`, RFC 3339: an older telling never replaces a newer one.
    pub(in crate::app) updated_at: String,
    /// When we were told.
    pub(in crate::app) seen_at: Timestamp,
}

/// What became of a pull request that was merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct Merged {
    /// What the merge made on the base branch.
    pub(in crate::app) commit: CommitSha,
    /// When, if GitHub tells.
    pub(in crate::app) at: Option<Timestamp>,
}

impl Merged {
    fn of(pull: &PullRequest) -> Option<Self> {
        let commit = pull.merge_commit_sha.clone().filter(|_| pull.merged)?;
        let at = pull.merged_at.as_ref().and_then(|at| at.parse().ok());
        Some(Self { commit, at })
    }
}

impl PullFacts {
    /// What a look at it depends on; `None` where it is not open, so that it is looked at anew when
    /// it is reopened: its base may have moved unheeded.
    pub(in crate::app) fn to_look_at(&self) -> Option<LookedAt> {
        self.open.then(|| LookedAt {
            head: self.head.clone(),
            base_ref: self.base_ref.clone(),
            draft: self.draft,
        })
    }

    /// What a payload or a read says.
    pub(in crate::app) fn of(pull: &PullRequest, repo: &RepoName, private: bool, seen_at: Timestamp) -> Self {
        let people = pull
            .requested_reviewers
            .iter()
            .map(|user| format!("@{}", user.login));
        let teams = pull
            .requested_teams
            .iter()
            .map(|team| format!("@{}/{}", repo.owner, team.slug));
        Self {
            author: pull.user.as_ref().map(|user| user.login.clone()),
            author_id: pull.user.as_ref().map(|user| user.id),
            draft: pull.draft,
            open: pull.is_open(),
            merged: Merged::of(pull),
            head: pull.head.sha.clone(),
            head_ref: pull.head.branch.clone(),
            head_repo: pull.head.repo.as_ref().map(|repo| repo.full_name.clone()),
            base_ref: pull.base.branch.clone(),
            private: pull.base.repo.as_ref().map_or(private, |repo| repo.private),
            maintainer_can_modify: pull.maintainer_can_modify,
            requested: people
                .chain(teams)
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            created_at: pull.created_at.parse().ok(),
            updated_at: pull.updated_at.clone(),
            seen_at,
        }
    }
}
