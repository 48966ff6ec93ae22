//! What to do about a report, in at most three steps.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diff::Bump;
use crate::ids::SpecPath;
use crate::report::Report;
use crate::report::faults::Fault;
use crate::report::words;
use crate::rules::Severity;

/// The most steps that are told.
pub const MOST: usize = 3;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To mend a fault.
    Mend {
        /// The fault, as an index into what [`faults`](crate::report::faults::faults) gave.
        fault: usize,
        /// How many more errors there are that this step stands for.
        more: usize,
    },
    /// To settle the objections that block.
    Settle,
    /// To ask for the approvals that are missing.
    Approve,
}

impl Step {
    /// The fault it mends.
    pub fn fault(&self) -> Option<usize> {
        match self {
            Step::Mend { fault, .. } => Some(*fault),
            Step::Settle | Step::Approve => None,
        }
    }
}

/// The errors, those about specs that need the largest step first, then the approvals. Where there
/// are more errors than steps, the last error's step says so.
pub fn steps(report: &Report, faults: &[Fault<'_>]) -> Vec<Step> {
    let needed: BTreeMap<&SpecPath, Bump> = report
        .specs
        .iter()
        .map(|spec| (&spec.path, spec.version.required_bump))
        .collect();
    let need = |at: usize| {
        let paths = faults[at].findings.iter().map(|finding| &finding.path);
        paths
            .filter_map(|path| needed.get(path).copied())
            .max()
            .unwrap_or_default()
    };
    let mut errors: Vec<usize> = (0..faults.len())
        .filter(|at| faults[*at].severity() == Severity::Error)
        .collect();
    // Stable: within one spec the report's order stays.
    errors.sort_by_key(|at| Reverse(need(*at)));
    let asks = words::pending(report).next().is_some();
    let blocked = report.rejections.iter().any(|rejection| rejection.blocks);
    let room = MOST - usize::from(asks) - usize::from(blocked);
    let untold = errors
        .iter()
        .skip(room)
        .map(|at| faults[*at].findings.len())
        .sum();
    errors.truncate(room);
    let last = errors.len().saturating_sub(1);
    let told = errors.into_iter().enumerate();
    let mut steps: Vec<Step> = told
        .map(|(at, fault)| Step::Mend {
            fault,
            more: if at == last { untold } else { 0 },
        })
        .collect();
    if blocked {
        steps.push(Step::Settle);
    }
    if asks {
        steps.push(Step::Approve);
    }
    steps
}
