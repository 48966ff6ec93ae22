//! The report: what `check` found, as data and in every format. Schema `specwarden.report.v1`.

mod approvals;
pub mod check_run;
pub mod docs;
mod entries;
pub mod escape;
pub mod faults;
pub mod github;
#[cfg(test)]
mod hostile;
pub mod json;
pub mod markdown;
pub mod outline;
mod paint;
mod reading;
#[cfg(test)]
mod sample;
pub mod sarif;
pub mod schema;
mod snippet;
pub mod steps;
mod surroundings;
mod table;
pub mod text;
pub mod wording;
pub mod words;

pub use paint::*;
pub use reading::*;
pub use surroundings::*;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::approvals::Approval;
use crate::approvals::PowerShift;
use crate::approvals::Rejection;
use crate::diff::Change;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::rules::Finding;
use crate::rules::VersionVerdict;

/// The schema's name.
pub const SCHEMA: &str = "specwarden.report.v1";

/// The verdict, in GitHub's words for a check run's conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Nothing in error, nothing pending.
    Success,
    /// A finding in error, or a rejection.
    Failure,
    /// Only approvals are missing.
    ActionRequired,
    /// No spec changed.
    Neutral,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New at head.
    Added,
    /// On both sides.
    Modified,
    /// Gone at head.
    Removed,
    /// On both sides under different paths.
    Renamed,
    /// Looked at without a base (`check --all`).
    Unchanged,
}

/// One spec in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpecReport {
    /// The path at head (at base where it was removed).
    pub path: SpecPath,
    /// The path at base, where it differs.
    pub previous_path: Option<SpecPath>,
    /// What happened to the file.
    pub status: Status,
    /// What names the role: id, else code, else title, else path.
    pub role: String,
    /// What the versions say and would have to say.
    pub version: VersionVerdict,
    /// What the edit means, severest first.
    pub changes: Vec<Change>,
    /// For an added spec: what the new role may and must do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub powers: Option<Powers>,
    /// Said where matching fell back to a cheaper way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// Everything that was found in the file (`check --all`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// What a role may and must do, for an added spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Powers {
    /// Its duties.
    pub duties: Vec<String>,
    /// Its limits.
    pub limits: Vec<String>,
    /// Its grants.
    pub grants: Vec<String>,
}

/// Everything `check` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The base: a commit, or a file's name.
    pub base: String,
    /// The head: a commit, `working tree`, or a file's name.
    pub head: String,
    /// The verdict.
    pub conclusion: Conclusion,
    /// One entry per changed spec.
    pub specs: Vec<SpecReport>,
    /// What rules found, errors first.
    pub findings: Vec<Finding>,
    /// How the approval rules stand.
    pub approvals: Vec<Approval>,
    /// Changes to who may approve; approval rules ask for them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub power: Vec<PowerNote>,
    /// What people object to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejections: Vec<Rejected>,
}

/// A change to a file that says who may approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PowerNote {
    /// For people to type.
    pub id: ChangeId,
    /// What approvals bind to.
    pub digest: Digest,
    /// `policy.changed`, `codeowners.changed` or `owner.changed`.
    pub kind: String,
    /// The file.
    pub path: SpecPath,
    /// Who gains and who loses what, one sentence each.
    pub sentences: Vec<String>,
}

impl From<PowerShift> for PowerNote {
    fn from(shift: PowerShift) -> Self {
        Self {
            id: shift.id,
            digest: shift.digest,
            kind: shift.kind.to_owned(),
            path: shift.path,
            sentences: shift.sentences,
        }
    }
}

/// One person's objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejected {
    /// Who.
    pub login: Login,
    /// The role it is about; `null` for the whole pull request.
    pub role: Option<String>,
    /// Why, in their words.
    pub reason: String,
    /// Whether it blocks.
    pub blocks: bool,
    /// Why it does or does not.
    pub because: String,
}

impl From<Rejection> for Rejected {
    fn from(rejection: Rejection) -> Self {
        Self {
            login: rejection.login,
            role: rejection.role,
            reason: rejection.reason,
            blocks: rejection.blocks,
            because: rejection.because,
        }
    }
}
