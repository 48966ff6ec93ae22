//! Waivers: a finding that somebody has agreed to live with, for a while.

use globset::GlobBuilder;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::SpecPath;
use crate::rules::Finding;
use crate::rules::RuleId;
use crate::rules::Severity;

/// One entry of `waivers:`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule.
    pub rule: RuleId,
    /// The specs it is good for: a path or a glob.
    pub path: String,
    /// Why that is fine.
    pub reason: String,
    /// The last day on which it counts.
    #[schemars(with = "String")]
    pub until: Date,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Waiver {
    fn covers(&self, path: &SpecPath) -> bool {
        self.path == path.as_str()
            || GlobBuilder::new(&self.path)
                .literal_separator(true)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(path.as_str()))
    }
}

/// Turns waived findings into notes that say so. A waiver that has run out waives nothing and is a
/// finding itself, at `policy`, where it is about one of `paths` (the specs of this report).
pub fn waive(
    mut findings: Vec<Finding>,
    waivers: &[Waiver],
    today: Date,
    paths: &[SpecPath],
    policy: &SpecPath,
) -> Vec<Finding> {
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.severity != Severity::Note)
    {
        let found = waivers.iter().find(|waiver| {
            waiver.until >= today && waiver.rule.as_str() == finding.rule && waiver.covers(&finding.path)
        });
        if let Some(waiver) = found {
            let by = waiver
                .owner
                .as_ref()
                .map_or_else(String::new, |owner| format!(" by {owner}"));
            finding.severity = Severity::Note;
            finding.message = format!(
                "{} (waived{by} until {}: {})",
                finding.message, waiver.until, waiver.reason
            );
        }
    }
    let stale = waivers
        .iter()
        .filter(|waiver| waiver.until < today && paths.iter().any(|path| waiver.covers(path)));
    findings.extend(stale.map(|waiver| Finding {
        rule: super::config_invalid::RULE.id.to_owned(),
        severity: Severity::Warning,
        path: policy.clone(),
        line: None,
        message: format!(
            "the waiver of `{}` for `{}` ran out on {}",
            waiver.rule, waiver.path, waiver.until
        ),
        help: "mend what it waived and delete it, or give it a new `until` with a fresh reason".to_owned(),
        suggestion: None,
    }));
    findings
}
