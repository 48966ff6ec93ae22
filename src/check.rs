//! The one road through the house: [`CheckInput`] → [`check`] → [`Report`].
//!
//! A pure function. The server, the command line and the tests fill the same plain struct; what the
//! server needs beside the report (which facts about people are missing, who is to be asked) comes
//! from [`judge`] in the same walk.

mod findings;
mod input;
mod names;
mod people;
mod policy;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::config::reads_like_a_spec;
use crate::diff::SpecDiff;
use crate::diff::diff;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Powers;
use crate::report::Reading;
use crate::report::Report;
use crate::report::SCHEMA;
use crate::report::SpecReport;
use crate::report::Status;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::rules::as_warnings;
use crate::rules::is_of_reading;
use crate::rules::verdict;
use crate::spec::Facet;
use crate::spec::Spec;
use crate::spec::parse;

pub(crate) use findings::with_context;
pub use input::*;
pub use people::Judgement;

/// One pair, read on both sides, with what the edit means.
struct ReadPair<'a> {
    pair: &'a SpecPair,
    before: Option<Spec>,
    after: Option<Spec>,
    diff: SpecDiff,
}

/// Judges the specs that differ.
pub fn check(input: &CheckInput) -> Report {
    judge(input).report
}

/// Judges the specs that differ, and tells beside the report what it rests on.
pub fn judge(input: &CheckInput) -> Judgement {
    let mut pairs: Vec<ReadPair<'_>> = input.specs.par_iter().map(|pair| read(pair, input)).collect();
    names::name(pairs.iter_mut().flat_map(|pair| pair.diff.changes.iter_mut()));
    let told: Vec<(SpecReport, Vec<Finding>)> = pairs.par_iter().map(|pair| judge_one(pair, input)).collect();
    let (specs, findings): (Vec<SpecReport>, Vec<Vec<Finding>>) = told.into_iter().unzip();
    let owners = pairs
        .iter()
        .map(|pair| people::Owners::of(pair, &input.config.vocabulary))
        .collect();
    let report = finish(input, specs, findings);
    people::judge(input, report, owners)
}

fn finish(input: &CheckInput, specs: Vec<SpecReport>, findings: Vec<Vec<Finding>>) -> Report {
    let mut findings = findings::of_all(input, findings.into_iter().flatten().collect());
    findings.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        base: input.base.clone(),
        head: input.head.clone(),
        conclusion: Conclusion::Neutral,
        specs,
        findings,
        approvals: Vec::new(),
        power: Vec::new(),
        rejections: Vec::new(),
    };
    report.conclusion = conclude(&report);
    report
}

/// Tells what every spec says, and what is wrong with it as it stands. Only the head is looked at;
/// `step` is called once per spec.
pub fn survey(input: &CheckInput, step: &(dyn Fn() + Sync)) -> Report {
    let told: Vec<(SpecReport, Vec<Finding>)> = input
        .specs
        .par_iter()
        .map(|pair| {
            let told = describe(pair, input);
            step();
            told
        })
        .collect();
    let (specs, findings): (Vec<SpecReport>, Vec<Vec<Finding>>) = told.into_iter().unzip();
    finish(input, specs, findings)
}

fn describe(pair: &SpecPair, input: &CheckInput) -> (SpecReport, Vec<Finding>) {
    let path = pair.path();
    let bytes = pair.after.as_deref().unwrap_or_default();
    let spec = parse(path.as_str(), bytes, &input.config.vocabulary);
    let version = verdict(None, Some(&spec), &[], input.config.zero_major);
    let findings = match input.config.policy_for(&path) {
        Some(policy) => {
            let findings = findings::of_spec(input, pair, (None, Some(&spec)), &[], &version);
            // A file that nobody named as a spec and that does not read like one is told, not judged;
            // but what could not be read may be why.
            if policy.certain || reads_like_a_spec(&spec) {
                findings
            } else {
                as_warnings(findings.into_iter().filter(is_of_reading).collect())
            }
        }
        None => Vec::new(),
    };
    let report = SpecReport {
        role: spec.identity().to_owned(),
        path,
        previous_path: None,
        status: Status::Unchanged,
        version,
        changes: Vec::new(),
        powers: None,
        fallback: None,
        reading: Some(Reading::of(&spec)),
    };
    (report, findings)
}

/// Reads both sides under the policy's vocabulary and compares them.
fn read<'a>(pair: &'a SpecPair, input: &CheckInput) -> ReadPair<'a> {
    let vocabulary = &input.config.vocabulary;
    let side = |path: &Option<SpecPath>, bytes: &Option<Vec<u8>>| {
        let bytes = bytes.as_deref()?;
        Some(parse(
            path.as_ref().map_or("", SpecPath::as_str),
            bytes,
            vocabulary,
        ))
    };
    let before = side(&pair.before_path, &pair.before);
    let after = side(&pair.after_path, &pair.after);
    let raw_differs = pair.before != pair.after;
    let mut diff = diff(before.as_ref(), after.as_ref(), raw_differs, vocabulary);
    input.config.set_bumps(&mut diff.changes);
    ReadPair {
        pair,
        before,
        after,
        diff,
    }
}

fn judge_one(read: &ReadPair<'_>, input: &CheckInput) -> (SpecReport, Vec<Finding>) {
    let changes = &read.diff.changes;
    let sides = (read.before.as_ref(), read.after.as_ref());
    let version = verdict(sides.0, sides.1, changes, input.config.zero_major);
    let findings = findings::of_spec(input, read.pair, sides, changes, &version);
    let path = read.pair.path();
    let previous = read.pair.before_path.clone().filter(|before| *before != path);
    let known = read.after.as_ref().or(read.before.as_ref());
    let report = SpecReport {
        role: known.map_or(path.as_str(), Spec::identity).to_owned(),
        path,
        previous_path: previous,
        status: read.pair.status(),
        version,
        changes: changes.clone(),
        powers: match (&read.before, &read.after) {
            (None, Some(after)) => Some(powers(after)),
            _ => None,
        },
        fallback: read.diff.fallback.clone(),
        reading: None,
    };
    (report, findings)
}

/// What a new role may and must do.
fn powers(spec: &Spec) -> Powers {
    let texts = |facet: Facet| {
        let mut seen = BTreeSet::new();
        let items = spec.items.iter().filter(|item| item.facet == facet);
        items
            .filter(|item| seen.insert(item.text.as_str()))
            .map(|item| item.text.to_string())
            .collect()
    };
    Powers {
        duties: texts(Facet::Duty),
        limits: texts(Facet::Limit),
        grants: texts(Facet::Grant),
    }
}

/// The verdict: red before yellow before green, and never green for nothing.
fn conclude(report: &Report) -> Conclusion {
    let error = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if error || report.rejections.iter().any(|rejection| rejection.blocks) {
        Conclusion::Failure
    } else if report.approvals.iter().any(|approval| !approval.satisfied) {
        Conclusion::ActionRequired
    } else if report.specs.is_empty() && report.approvals.is_empty() {
        Conclusion::Neutral
    } else {
        Conclusion::Success
    }
}
