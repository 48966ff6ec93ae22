//! The words that every format shares: a kind's plain name, counts, the title of a verdict.

use crate::approvals::Approval;
use crate::diff::Bump;
use crate::diff::ChangeKind;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::SpecReport;
use crate::report::Status;
use crate::rules::Severity;
use crate::rules::VersionVerdict;

/// A kind in plain words, such as `constraint loosened`.
pub fn kind(kind: ChangeKind) -> String {
    kind.as_str().replace('.', " ")
}

/// The same, fit to begin a sentence.
pub fn kind_title(kind: ChangeKind) -> String {
    capital(&self::kind(kind))
}

/// The text with a capital first letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// How many findings of a severity there are.
pub fn findings(report: &Report, severity: Severity) -> usize {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count()
}

/// The approval rules that still miss something.
pub fn pending(report: &Report) -> impl Iterator<Item = &Approval> {
    report.approvals.iter().filter(|approval| !approval.satisfied)
}

/// What happened to a file, as a word before its name.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Modified => "modified",
        Status::Removed => "removed",
        Status::Renamed => "renamed",
        Status::Unchanged => "unchanged",
    }
}

/// The declared step in words: `1.0.0 → 1.1.0 (minor)`, `1.0.0, not bumped`, `no version`.
pub fn declared(version: &VersionVerdict) -> String {
    match (&version.before, &version.after, version.actual_bump) {
        (None, None, _) => "no version".to_owned(),
        (None, Some(after), _) => format!("{after}, new"),
        (Some(before), None, _) => format!("{before} → none"),
        (Some(before), Some(after), _) if before == after => format!("{before}, not bumped"),
        (Some(before), Some(after), Some(bump)) => format!("{before} → {after} ({bump})"),
        (Some(before), Some(after), None) => format!("{before} → {after}"),
    }
}

/// The step that is needed, in words: `major`, or `major (a minor step serves)`, or `none`.
pub fn needed(version: &VersionVerdict) -> String {
    match version.required_step {
        Some(step) if step != version.required_bump && version.required_bump != Bump::None => {
            format!("{} (a {step} step serves)", version.required_bump)
        }
        Some(_) | None => version.required_bump.to_string(),
    }
}

/// Whether the declared step is smaller than the needed one.
pub fn too_small(version: &VersionVerdict) -> bool {
    match (version.required_step, version.actual_bump) {
        (Some(required), Some(actual)) => actual < required,
        (Some(required), None) => required > Bump::None && version.before == version.after,
        (None, _) => false,
    }
}

/// The verdict as one line without markup: what a check run's title and a terminal's first line say.
pub fn title(report: &Report) -> String {
    let errors = findings(report, Severity::Error);
    match report.conclusion {
        Conclusion::Neutral => "No role spec changed".to_owned(),
        Conclusion::Failure if errors == 0 => rejected(report),
        Conclusion::Failure => match short_step(report) {
            Some(step) => format!("{}: {step}", capital(&count(errors, "error"))),
            None => capital(&format!("{}: {}", count(errors, "error"), first_rules(report))),
        },
        Conclusion::ActionRequired => {
            let waiting = pending(report).count();
            // One rule asks several times where its specs have different owners.
            let mut names: Vec<&str> = Vec::new();
            for approval in pending(report) {
                if !names.contains(&approval.name.as_str()) {
                    names.push(&approval.name);
                }
            }
            format!("Waiting for {}: {}", count(waiting, "approval"), names.join(", "))
        }
        Conclusion::Success => success(report),
    }
}

fn rejected(report: &Report) -> String {
    let names = report.rejections.iter().filter(|rejection| rejection.blocks);
    let names: Vec<&str> = names.map(|rejection| rejection.login.as_str()).collect();
    format!("Rejected by {}", names.join(", "))
}

fn success(report: &Report) -> String {
    let changes: usize = report.specs.iter().map(|spec| spec.changes.len()).sum();
    if changes == 0 {
        return format!("{} in order", count(report.specs.len(), "spec"));
    }
    let approved = if report.approvals.is_empty() {
        ""
    } else {
        ", approved"
    };
    format!(
        "{} in {} in order{approved}",
        count(changes, "change"),
        count(report.specs.len(), "spec")
    )
}

/// The specs whose declared step is too small: one alone as needed against declared, several by
/// their number and the largest step.
fn short_step(report: &Report) -> Option<String> {
    let short: Vec<&SpecReport> = report
        .specs
        .iter()
        .filter(|spec| too_small(&spec.version))
        .collect();
    let step = |spec: &SpecReport| spec.version.required_step.unwrap_or(spec.version.required_bump);
    // The last of several equals is kept, so it is looked at from the end.
    let most = *short.iter().rev().max_by_key(|spec| step(spec))?;
    if short.len() == 1 {
        return Some(format!(
            "{} needs a {} step, {}",
            most.role,
            step(most),
            made(most)
        ));
    }
    let (specs, largest) = (count(short.len(), "spec"), step(most));
    Some(match short.iter().all(|spec| step(spec) == largest) {
        true => format!("{specs} need a {largest} step"),
        false => format!(
            "{specs} need a larger version step, {} a {largest} one",
            most.role
        ),
    })
}

fn made(spec: &SpecReport) -> String {
    match spec.version.actual_bump {
        Some(bump) if bump > Bump::None => format!("{bump} made"),
        Some(_) | None => "none made".to_owned(),
    }
}

fn first_rules(report: &Report) -> String {
    let mut rules: Vec<&str> = Vec::new();
    for finding in &report.findings {
        if finding.severity == Severity::Error && !rules.contains(&finding.rule.as_str()) {
            rules.push(&finding.rule);
        }
    }
    let more = rules.len().saturating_sub(3);
    rules.truncate(3);
    let mut text = rules.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_title_names_a_rule_once_however_often_it_asks() {
        let (mut report, _) = sample::loosened();
        report.conclusion = Conclusion::ActionRequired;
        let again = report.approvals.clone();
        report.approvals.extend(again);
        let name = report.approvals[0].name.clone();
        assert_eq!(title(&report), format!("Waiting for 2 approvals: {name}"));
    }
}
