//! The one road through the house: [`CheckInput`] → [`check`] → [`Report`].
//!
//! A pure function. The server, the command line and the tests fill the same plain struct.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::approvals::Approval;
use crate::approvals::Facts;
use crate::approvals::Vote;
use crate::config::Config;
use crate::diff::Change;
use crate::diff::SpecDiff;
use crate::diff::diff;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Powers;
use crate::report::Reading;
use crate::report::Report;
use crate::report::SCHEMA;
use crate::report::Side;
use crate::report::Sources;
use crate::report::SpecReport;
use crate::report::Status;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::rules::VersionVerdict;
use crate::spec::Facet;
use crate::spec::Spec;
use crate::spec::parse;

/// One spec file on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecPair {
    /// The path at base; `None` where it is new.
    pub before_path: Option<SpecPath>,
    /// The path at head; `None` where it is gone.
    pub after_path: Option<SpecPath>,
    /// The bytes at base.
    pub before: Option<Vec<u8>>,
    /// The bytes at head.
    pub after: Option<Vec<u8>>,
    /// The bytes on the base branch's newest commit, where they differ from `before`.
    pub base_tip: Option<Vec<u8>>,
    /// The separate change-log file, where the policy names one: bytes at base and head.
    pub separate_log: Option<(Option<Vec<u8>>, Option<Vec<u8>>)>,
}

/// The policy file itself, where the pull request changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Its path.
    pub path: SpecPath,
    /// Its bytes at head; `None` where it is removed.
    pub after: Option<Vec<u8>>,
}

/// Everything a verdict is made of. Nothing else is read.
#[derive(Clone, Debug)]
pub struct CheckInput {
    /// What to call the base in the report.
    pub base: String,
    /// What to call the head in the report.
    pub head: String,
    /// The specs that differ.
    pub specs: Vec<SpecPair>,
    /// The policy that judges: the one at base.
    pub config: Config,
    /// The policy file of the pull request, where it differs.
    pub policy_change: Option<PolicyChange>,
    /// The text of CODEOWNERS at base.
    pub codeowners: Option<String>,
    /// What people have said.
    pub votes: Vec<Vote>,
    /// What is known about people.
    pub facts: Facts,
    /// The pull request's author.
    pub author: Option<Login>,
    /// Everyone who pushed to it.
    pub pushers: Vec<Login>,
    /// Logins of its commits' authors and committers.
    pub commit_authors: Vec<Login>,
    /// Commits whose author is no known account, for people to read.
    pub unattributed: Vec<String>,
    /// Names of commit authors, for the change log's author column.
    pub author_names: Vec<String>,
    /// Today.
    pub today: Date,
}

impl CheckInput {
    /// Nothing changed yet, and nothing known about people: what the command line starts from.
    pub fn local(base: &str, head: &str, config: Config, today: Date) -> Self {
        Self {
            base: base.to_owned(),
            head: head.to_owned(),
            specs: Vec::new(),
            config,
            policy_change: None,
            codeowners: None,
            votes: Vec::new(),
            facts: Facts::default(),
            author: None,
            pushers: Vec::new(),
            commit_authors: Vec::new(),
            unattributed: Vec::new(),
            author_names: Vec::new(),
            today,
        }
    }

    /// The texts of both sides, for renderers that show lines of them.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for pair in &self.specs {
            let sides = [
                (Side::Before, &pair.before_path, &pair.before),
                (Side::After, &pair.after_path, &pair.after),
            ];
            for (side, path, bytes) in sides {
                if let (Some(path), Some(bytes)) = (path, bytes) {
                    sources.add(side, path, bytes);
                }
            }
        }
        sources
    }
}

impl SpecPair {
    /// The path at head, or at base where the spec is gone.
    pub fn path(&self) -> SpecPath {
        let known = self.after_path.as_ref().or(self.before_path.as_ref());
        known.cloned().unwrap_or_else(|| SpecPath::new(""))
    }

    fn status(&self) -> Status {
        match (&self.before_path, &self.after_path) {
            (None, _) => Status::Added,
            (Some(_), None) => Status::Removed,
            (Some(before), Some(after)) if before != after => Status::Renamed,
            (Some(_), Some(_)) => Status::Modified,
        }
    }
}

/// One pair, read on both sides, with what the edit means.
struct ReadPair<'a> {
    pair: &'a SpecPair,
    before: Option<Spec>,
    after: Option<Spec>,
    diff: SpecDiff,
}

/// Judges the specs that differ.
pub fn check(input: &CheckInput) -> Report {
    let mut pairs: Vec<ReadPair<'_>> = input.specs.par_iter().map(|pair| read(pair, input)).collect();
    name_changes(pairs.iter_mut().flat_map(|pair| pair.diff.changes.iter_mut()));
    let (specs, findings): (Vec<SpecReport>, Vec<Vec<Finding>>) =
        pairs.par_iter().map(|pair| judge(pair, input)).unzip();
    finish(input, specs, findings, Vec::new())
}

fn finish(
    input: &CheckInput,
    specs: Vec<SpecReport>,
    findings: Vec<Vec<Finding>>,
    approvals: Vec<Approval>,
) -> Report {
    let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
    findings.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    Report {
        schema: SCHEMA.to_owned(),
        base: input.base.clone(),
        head: input.head.clone(),
        conclusion: conclude(&specs, &findings, &approvals),
        specs,
        findings,
        approvals,
    }
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
    finish(input, specs, findings, Vec::new())
}

fn describe(pair: &SpecPair, input: &CheckInput) -> (SpecReport, Vec<Finding>) {
    let path = pair.path();
    let bytes = pair.after.as_deref().unwrap_or_default();
    let spec = parse(path.as_str(), bytes, &input.config.vocabulary);
    let report = SpecReport {
        role: spec.identity().to_owned(),
        path,
        previous_path: None,
        status: Status::Unchanged,
        version: verdict(None, Some(&spec), &[]),
        changes: Vec::new(),
        powers: None,
        fallback: None,
        reading: Some(Reading::of(&spec)),
    };
    (report, Vec::new())
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
    let diff = diff(before.as_ref(), after.as_ref(), raw_differs, vocabulary);
    ReadPair {
        pair,
        before,
        after,
        diff,
    }
}

/// Gives every change the shortest id, from 7 hex digits up, that no other digest in the report has.
fn name_changes<'a>(changes: impl Iterator<Item = &'a mut Change>) {
    let changes: Vec<&mut Change> = changes.collect();
    let digests: BTreeSet<Digest> = changes.iter().map(|change| change.digest.clone()).collect();
    let names = short_names(&digests);
    for change in changes {
        if let Some(name) = names.get(&change.digest) {
            change.id = name.clone();
        }
    }
}

fn short_names(digests: &BTreeSet<Digest>) -> BTreeMap<Digest, ChangeId> {
    let sorted: Vec<&str> = digests.iter().map(Digest::as_str).collect();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let mut names = BTreeMap::new();
    for (at, digest) in sorted.iter().enumerate() {
        // In sorted order only the neighbours can share the longest beginning.
        let before = at.checked_sub(1).map_or(0, |left| shared(sorted[left], digest));
        let after = sorted.get(at + 1).map_or(0, |right| shared(right, digest));
        let length = before.max(after).saturating_add(1).max(7).min(digest.len());
        let short = digest.get(..length).unwrap_or(digest);
        names.insert(Digest::new(*digest), ChangeId::new(format!("c{short}")));
    }
    names
}

fn judge(read: &ReadPair<'_>, input: &CheckInput) -> (SpecReport, Vec<Finding>) {
    let _ = input;
    let changes = &read.diff.changes;
    let version = verdict(read.before.as_ref(), read.after.as_ref(), changes);
    let findings = Vec::new();
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

fn verdict(before: Option<&Spec>, after: Option<&Spec>, changes: &[Change]) -> VersionVerdict {
    let driver = changes.iter().rev().max_by_key(|change| change.bump);
    VersionVerdict {
        before: before.and_then(Spec::version).map(str::to_owned),
        after: after.and_then(Spec::version).map(str::to_owned),
        actual_bump: None,
        required_bump: driver.map(|change| change.bump).unwrap_or_default(),
        required_step: None,
        driven_by: driver.map(|change| change.id.clone()),
    }
}

/// What a new role may and must do.
fn powers(spec: &Spec) -> Powers {
    let texts = |facet: Facet| {
        let mut seen = BTreeSet::new();
        let items = spec.items.iter().filter(|item| item.facet == facet);
        items
            .map(|item| item.text.clone())
            .filter(|text| seen.insert(text.clone()))
            .collect()
    };
    Powers {
        duties: texts(Facet::Duty),
        limits: texts(Facet::Limit),
        grants: texts(Facet::Grant),
    }
}

/// The verdict: red before yellow before green, and never green for nothing.
fn conclude(specs: &[SpecReport], findings: &[Finding], approvals: &[Approval]) -> Conclusion {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        Conclusion::Failure
    } else if approvals.iter().any(|approval| !approval.satisfied) {
        Conclusion::ActionRequired
    } else if specs.is_empty() {
        Conclusion::Neutral
    } else {
        Conclusion::Success
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(digests: &[&str]) -> Vec<String> {
        let digests = digests.iter().map(|d| Digest::new(*d)).collect();
        short_names(&digests).into_values().map(|id| id.0).collect()
    }

    #[test]
    fn ids_are_seven_digits_and_longer_only_where_two_would_clash() {
        assert_eq!(
            names(&["00000000aa", "1234567890", "12345678ff", "abcdef0123"]),
            ["c0000000", "c123456789", "c12345678f", "cabcdef0"]
        );
    }

    #[test]
    fn one_digest_twice_has_one_id() {
        assert_eq!(names(&["1234567890", "1234567890"]), ["c1234567"]);
    }
}
