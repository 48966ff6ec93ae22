//! One decision.

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use crate::approvals::Counted;
use crate::ids::ChangeId;
use crate::ids::CommitSha;
use crate::ids::DeliveryId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoId;
use crate::ids::UserId;

/// One entry of the ledger. Written once, read for ever: fields are only added, and what is absent
/// is left out, so that an old entry keeps its text and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was done, as GitHub says.
    pub at: Timestamp,
    /// The repository; inside the text that is hashed, so that no entry can be moved elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo: Option<RepoId>,
    /// The pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<PullNumber>,
    /// The delivery that told us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    /// Who did it: the event's sender. `None` for what follows from facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What was done.
    #[serde(flatten)]
    pub deed: Deed,
}

/// An account, by the id that survives a renamed login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// GitHub's number for it.
    pub id: UserId,
    /// What it was called then.
    pub login: Login,
}

/// Where something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A comment, by id.
    Comment(u64),
    /// A review, by id.
    Review(u64),
}

impl Origin {
    /// Whether it is a review.
    pub fn is_review(self) -> bool {
        match self {
            Self::Review(_) => true,
            Self::Comment(_) => false,
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// These changes are fine.
    Approved {
        /// Which.
        changes: Vec<ApprovedChange>,
    },
    /// All of one's approvals are taken back.
    ApprovalsCancelled,
    /// Blocked.
    Rejected {
        /// The role it is about; `None` for the whole pull request.
        role: Option<String>,
        /// Why.
        reason: String,
    },
    /// Rejections are taken back: one's own, or everybody's by a maintainer.
    RejectionsCancelled {
        /// True where a maintainer lifts all.
        everybodys: bool,
    },
    /// What was said in that place no longer counts: edited, deleted, dismissed.
    Withdrawn {
        /// Which of these.
        because: String,
    },
    /// The check turned green on these grounds.
    Granted {
        /// The head commit.
        head: CommitSha,
        /// The rules that were satisfied.
        rules: Vec<GrantedRule>,
    },
}

/// A change that was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedChange {
    /// The role, as shown.
    pub role: String,
    /// The spec's path then.
    pub path: String,
    /// What the change was called.
    pub id: ChangeId,
    /// What the approval binds to.
    pub digest: Digest,
}

/// A rule that was satisfied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedRule {
    /// Its name.
    pub name: String,
    /// The changes that asked for it.
    pub because: Vec<ChangeId>,
    /// Who approved all of them.
    pub approved_by: Vec<Login>,
    /// Whose approvals counted, and of which of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<Counted>,
    /// The memberships and permissions that were seen, in words.
    pub seen: Vec<String>,
}

impl GrantedRule {
    /// Who approved what, one line for each of them.
    pub fn told(&self) -> Vec<String> {
        let ids = |ids: &[ChangeId]| ids.iter().map(ChangeId::as_str).collect::<Vec<_>>().join(", ");
        if self.counted.is_empty() {
            // An entry from before it was written down which changes each of them approved.
            let by: Vec<String> = self.approved_by.iter().map(|login| format!("@{login}")).collect();
            let seen = self.seen.join("; ");
            return vec![format!(
                "{} approved by {} ({seen})",
                ids(&self.because),
                by.join(", ")
            )];
        }
        let line = |one: &Counted| format!("@{} approved {} ({})", one.login, ids(&one.changes), one.why);
        self.counted.iter().map(line).collect()
    }
}
