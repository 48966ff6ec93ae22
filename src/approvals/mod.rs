//! Who must approve which change, who has, and why it is still pending.
//!
//! Pure: all facts about people come in with [`Facts`]; this room asks nobody. What it cannot know
//! is pending with the reason, never satisfied. Start in [`evaluate`].

mod asks;
#[cfg(test)]
mod attack_list;
mod codeowners;
mod decision;
mod evaluate;
mod facts;
#[cfg(test)]
mod harmless;
mod kind_pattern;
pub mod ledger;
pub(crate) mod near;
mod policy;
mod power;
mod problems;
#[cfg(test)]
mod properties;
mod reject;
#[cfg(test)]
mod sample;
mod sources;
mod standing;
mod subject;

pub use codeowners::*;
pub use decision::*;
pub use evaluate::evaluate;
pub use facts::*;
pub use kind_pattern::*;
pub use policy::*;
pub use power::PowerShift;
pub use power::power_shifts;
pub use problems::*;
pub use reject::*;
pub use subject::*;

use std::fmt;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::TeamSlug;

/// What one person has said about changes; taken from the ledger, the command line or a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub login: Login,
    /// What they said.
    pub choice: Choice,
}

/// What a vote says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "choice")]
pub enum Choice {
    /// These changes are fine, by digest.
    Approve {
        /// The digests of the changes that were approved.
        digests: Vec<Digest>,
    },
    /// Blocked until withdrawn.
    Reject {
        /// The role it is about; `None` for the whole pull request.
        role: Option<String>,
        /// Why.
        reason: String,
    },
}

/// Whether somebody is in a team, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Membership {
    /// An active member (child teams count).
    Member,
    /// Not a member.
    Outsider,
    /// Could not be found out: the reason, for people to read.
    Unknown(String),
}

/// A repository permission, ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// No access beyond the public's.
    None,
    /// May read.
    Read,
    /// May triage.
    Triage,
    /// May push.
    Write,
    /// May maintain.
    Maintain,
    /// May do everything.
    Admin,
}

impl Permission {
    /// The word GitHub uses: `write`, `maintain` …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about people; gathered above, never asked for here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// (team, person) → membership. A pair that is missing was not asked for.
    pub memberships: BTreeMap<(TeamSlug, Login), Membership>,
    /// Person → permission on the repository, or why it is not known.
    pub permissions: BTreeMap<Login, Result<Permission, String>>,
    /// Teams that do not exist or are empty, with the reason.
    pub unusable_teams: BTreeMap<TeamSlug, String>,
}

/// One person's approval, as a rule counts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Who.
    pub login: Login,
    /// Why it counts: `member of @acme/security`, `in the place of @alice`.
    pub why: String,
    /// The changes that they approved.
    pub changes: Vec<ChangeId>,
}

/// What an approval rule still misses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// The changes that miss approvals.
    pub changes: Vec<ChangeId>,
    /// How many approvals the one that misses the most is short of.
    pub missing: usize,
    /// Whether nobody who takes no part in the pull request could give them.
    pub unreachable: bool,
    /// The reasons that tell more than what is missing and whose approvals count.
    pub remarks: Vec<String>,
    /// Those of them that are about people whose approval does not count.
    pub uncounted: Vec<String>,
}

/// How one approval rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// The rule's name in the policy.
    pub name: String,
    /// The changes that ask for it.
    pub because: Vec<ChangeId>,
    /// How many distinct people must approve each of them.
    pub require: usize,
    /// Who can: `@acme/security`, `@alice`, `permission: maintain`.
    pub from: Vec<String>,
    /// Who has approved all of them.
    pub approved_by: Vec<Login>,
    /// Whose approvals count, and of which changes: one person need not have approved all of them.
    /// Not part of a report that is written down.
    #[serde(skip)]
    pub counted: Vec<Counted>,
    /// What is still missing, for whoever tells it. Not part of a report that is written down.
    #[serde(skip)]
    pub open: Open,
    /// Whether nothing is missing.
    pub satisfied: bool,
    /// Why it is pending or whose vote did not count, one sentence each.
    #[serde(default)]
    pub reasons: Vec<String>,
}
