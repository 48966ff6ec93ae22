//! Findings: what a spec's author did wrong, and what to do about it. One rule, one file.
//!
//! Rules read specs, changes and versions; they never read policy files or people. Severities come
//! in from outside ([`RulesConfig`]). Start in [`run`].

mod changelog_author_unknown;
mod changelog_date_invalid;
mod changelog_history_rewritten;
mod changelog_missing;
mod changelog_out_of_order;
mod changelog_row_incomplete;
mod changelog_row_mismatch;
mod changelog_row_missing;
mod changelog_silent_on_risk;
mod config_invalid;
mod conflict_markers;
mod hidden_text;
mod owner_missing;
mod spec_drift;
mod spec_unreadable;
mod version_bump_too_large;
mod version_bump_too_small;
mod version_conflict;
mod version_decreased;
mod version_missing;
mod version_not_bumped;
mod version_removed;
mod version_skipped;
mod version_taken;
mod version_unreadable;

mod context;
mod dates;
mod log;
mod quote;
mod registry;
mod rule_id;
mod troubles;
mod verdict;
mod waiver;
mod words;

pub mod draft;
pub mod edit;
pub mod mend;
pub mod step;

pub use config_invalid::config_invalid;
pub use context::Moved;
pub use registry::ALL;
pub use registry::Docs;
pub use registry::Example;
pub use registry::Rule;
pub use registry::as_warnings;
pub use registry::find;
pub use registry::is_of_reading;
pub use registry::run;
pub use rule_id::RuleId;
pub use rule_id::UnknownRule;
pub use step::ZeroMajor;
pub use verdict::verdict;
pub use waiver::Waiver;
pub use waiver::waive;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diff::Bump;
use crate::diff::Change;
use crate::ids::ChangeId;
use crate::ids::SpecPath;
use crate::spec::Spec;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It turns the check red.
    Error,
    /// It is shown.
    Warning,
    /// An old fault that this change does not touch, or a waived one: shown folded.
    Note,
}

/// What a policy says about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Findings are errors.
    Error,
    /// Findings are warnings.
    Warning,
    /// The rule does not run.
    Off,
}

/// A change to one line that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// The 1-based line of the head file that is replaced.
    pub line: usize,
    /// The new text of that line, without a line break at the end; several lines where it holds some.
    pub replacement: String,
}

/// Something a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule's id, kebab-case.
    pub rule: String,
    /// How bad it is here.
    pub severity: Severity,
    /// The file it is about.
    pub path: SpecPath,
    /// The 1-based line in the head file (in the base file for a removed spec).
    pub line: Option<usize>,
    /// What, where and both values.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// A change that mends it, where one line can.
    pub suggestion: Option<Suggestion>,
}

/// What the versions say, and what they would have to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionVerdict {
    /// The version at base, as written.
    pub before: Option<String>,
    /// The version at head, as written.
    pub after: Option<String>,
    /// The step that was made; `null` where a side has no readable version or it went down.
    pub actual_bump: Option<Bump>,
    /// The largest bump of the changes, by meaning. Always told.
    pub required_bump: Bump,
    /// The smallest step in this document's grammar that satisfies it; `null` without a version.
    pub required_step: Option<Bump>,
    /// The change that asks for `required_bump`.
    pub driven_by: Option<ChangeId>,
}

/// What a policy says about rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RulesConfig {
    /// Rule id → level; rules not named have their default.
    pub levels: BTreeMap<RuleId, Level>,
}

impl JsonSchema for RulesConfig {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RulesConfig".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let level = generator.subschema_for::<Level>();
        let ids = generator.subschema_for::<RuleId>();
        schemars::json_schema!({
            "type": "object",
            "description": "Rule id to level; rules not named have their default.",
            "propertyNames": ids,
            "additionalProperties": level,
        })
    }
}

/// A change log that stands in a file of its own.
#[derive(Clone, Copy, Debug)]
pub struct SeparateLog<'a> {
    /// Its path.
    pub path: &'a SpecPath,
    /// The file at base.
    pub before: Option<&'a Spec>,
    /// The file at head.
    pub after: Option<&'a Spec>,
    /// The file at base, as it is on disk.
    pub before_bytes: &'a [u8],
    /// The file at head, as it is on disk.
    pub after_bytes: &'a [u8],
}

/// Everything a rule may look at: one spec on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The path at head (at base for a removed spec).
    pub path: &'a SpecPath,
    /// The spec at base.
    pub before: Option<&'a Spec>,
    /// The spec at head.
    pub after: Option<&'a Spec>,
    /// The head file as text on disk, for suggestions.
    pub after_bytes: &'a [u8],
    /// The base file.
    pub before_bytes: &'a [u8],
    /// What the edit means, with the policy's bumps.
    pub changes: &'a [Change],
    /// The versions.
    pub version: &'a VersionVerdict,
    /// The spec on the base branch's newest commit, if it differs from `before`.
    pub base_tip: Option<&'a Spec>,
    /// The separate change-log file, where the policy names one.
    pub separate_log: Option<SeparateLog<'a>>,
    /// Names and logins of the pull request's author and its commits' authors; empty where unknown.
    pub authors: &'a [String],
    /// Today, for dates in the future.
    pub today: Date,
    /// Whether a version is required here.
    pub version_required: bool,
    /// Whether a change log is required here.
    pub changelog_required: bool,
}
