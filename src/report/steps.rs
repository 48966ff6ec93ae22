//! What to do about a report, in at most three steps.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diff::Bump;
use crate::ids::SpecPath;
use crate::report::Report;
use crate::report::words;
use crate::rules::Severity;

/// The most steps that are told.
pub const MOST: usize = 3;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The finding it mends, as an index into [`Report::findings`].
    pub finding: Option<usize>,
    /// How many more errors there are that this step stands for.
    pub more: usize,
    /// Whether it is to ask for the approvals that are missing.
    pub approvals: bool,
}

/// The errors, those about specs that need the largest step first, then the approvals. Where there
/// are more errors than steps, the last error's step says so.
pub fn steps(report: &Report) -> Vec<Step> {
    let needed: BTreeMap<&SpecPath, Bump> = report
        .specs
        .iter()
        .map(|spec| (&spec.path, spec.version.required_bump))
        .collect();
    let mut errors: Vec<usize> = (0..report.findings.len())
        .filter(|at| report.findings[*at].severity == Severity::Error)
        .collect();
    // Stable: within one spec the report's order stays.
    errors.sort_by_key(|at| {
        Reverse(
            needed
                .get(&report.findings[*at].path)
                .copied()
                .unwrap_or_default(),
        )
    });
    let asks = words::pending(report).next().is_some();
    let room = if asks { MOST - 1 } else { MOST };
    let mut steps: Vec<Step> = errors
        .iter()
        .take(room)
        .map(|at| Step {
            finding: Some(*at),
            more: 0,
            approvals: false,
        })
        .collect();
    if let Some(last) = steps.last_mut() {
        last.more = errors.len().saturating_sub(room);
    }
    if asks {
        steps.push(Step {
            finding: None,
            more: 0,
            approvals: true,
        });
    }
    steps
}
