//! The pull-request comment. `--format markdown` prints the same.
//!
//! Verdict first, then at most three steps, then why. Everything that comes out of a spec goes
//! through [`escape`], and the whole stays under what GitHub takes: the riskiest is kept and the
//! rest is counted.

use std::collections::BTreeSet;

use askama::Template;

use crate::ids::Digest;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::approvals;
use crate::report::entries;
use crate::report::escape;
use crate::report::faults::Fault;
use crate::report::faults::faults;
use crate::report::outline::Entry;
use crate::report::outline::Outline;
use crate::report::steps::Step;
use crate::report::steps::steps;
use crate::report::words;
use crate::rules::Severity;

/// The first line of the comment: how it is found again.
pub const MARKER: &str = "<!-- specwarden:comment -->";
const SHOWN: &str = "<!-- specwarden:shown ";
const END: &str = " -->";

/// What GitHub takes in one comment, with room for what counts differently there.
const LIMIT: usize = 65_000;
/// What the list of digests may take of it.
const SHOWN_LIMIT: usize = 26_000;
/// What findings besides the steps may take of it.
const FINDINGS_LIMIT: usize = 12_000;
/// The most specs in the table at the top.
const SPECS: usize = 20;

struct SpecLine {
    name: String,
    needed: String,
    declared: String,
    driver: String,
}

struct Fold {
    summary: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "comment.md", escape = "none")]
struct Comment {
    icon: &'static str,
    title: String,
    specs: Vec<SpecLine>,
    more_specs: usize,
    steps: Vec<String>,
    mending: Option<&'static str>,
    changes: Vec<String>,
    more_changes: Option<String>,
    powers: Vec<String>,
    findings: Vec<String>,
    more_findings: Option<String>,
    power: Vec<String>,
    rejections: Vec<String>,
    approvals: Vec<String>,
    folds: Vec<Fold>,
    foot: String,
}

/// The comment with its two hidden lines, at most 65,536 characters long.
pub fn comment(report: &Report, around: &Surroundings) -> String {
    let (body, shown) = compose(report, around, LIMIT - SHOWN_LIMIT.min(shown_cost(report)));
    format!("{MARKER}\n{}\n{body}", shown_line(report, &shown))
}

/// The same without hidden lines: a check run's summary, a step summary.
pub fn summary(report: &Report, around: &Surroundings) -> String {
    compose(report, around, LIMIT).0
}

/// The digests that a comment showed, or `None` where it is none of ours.
pub fn shown(comment: &str) -> Option<Vec<Digest>> {
    let line = comment
        .strip_prefix(MARKER)?
        .lines()
        .find(|line| !line.trim().is_empty())?;
    let inside = line.trim().strip_prefix(SHOWN)?.strip_suffix(END)?;
    let hex = |text: &&str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(inside.split_whitespace().filter(hex).map(Digest::new).collect())
}

fn shown_cost(report: &Report) -> usize {
    let changes: usize = report.specs.iter().map(|spec| spec.changes.len()).sum();
    (changes + report.power.len()) * 65 + SHOWN.len() + END.len() + 80
}

/// The digests of what is told, those that wait for an approval first, as many as fit.
fn shown_line(report: &Report, shown: &[&Digest]) -> String {
    let waiting: BTreeSet<&str> = words::pending(report)
        .flat_map(|approval| approval.because.iter().map(|id| id.as_str()))
        .collect();
    let changes = report.specs.iter().flat_map(|spec| &spec.changes);
    let changes = changes.map(|change| (&change.id, &change.digest));
    let power = report.power.iter().map(|note| (&note.id, &note.digest));
    let asked = changes
        .chain(power)
        .filter(|(id, _)| waiting.contains(id.as_str()));
    let asked: BTreeSet<&Digest> = asked.map(|(_, digest)| digest).collect();
    let (first, rest): (Vec<&&Digest>, Vec<&&Digest>) = shown.iter().partition(|d| asked.contains(**d));
    let mut line = SHOWN.to_owned();
    let mut told = BTreeSet::new();
    for digest in first.into_iter().chain(rest) {
        let hex = digest.as_str().len() == 64 && digest.as_str().bytes().all(|b| b.is_ascii_hexdigit());
        if hex && line.len() + 65 + END.len() <= SHOWN_LIMIT && told.insert(digest) {
            line.push_str(digest.as_str());
            line.push(' ');
        }
    }
    format!("{}{END}", line.trim_end())
}

fn compose<'a>(report: &'a Report, around: &Surroundings, limit: usize) -> (String, Vec<&'a Digest>) {
    let outline = Outline::of(report);
    let faults = faults(report);
    let steps = steps(report, &faults);
    let told_by_steps: BTreeSet<usize> = steps.iter().filter_map(Step::fault).collect();
    let mut comment = Comment {
        icon: icon(report.conclusion),
        title: escape::message(&escape::cut(&words::title(report), 240)),
        specs: spec_lines(report),
        more_specs: report.specs.len().saturating_sub(SPECS),
        steps: steps
            .iter()
            .map(|step| entries::step(*step, &faults, report, around))
            .collect(),
        mending: entries::mending(report, around),
        changes: Vec::new(),
        more_changes: None,
        powers: Vec::new(),
        findings: Vec::new(),
        more_findings: None,
        power: entries::power(report),
        rejections: approvals::rejections(report),
        approvals: approvals::approvals(report),
        folds: Vec::new(),
        foot: foot(report, around),
    };
    // What is there so far is bounded by itself; the rest shares what is left, the riskiest first.
    let fixed = units(&comment.render().unwrap_or_default()) + 1_000;
    let mut left = limit.saturating_sub(fixed);

    let others = |note: bool| {
        let chosen = faults.iter().enumerate().filter(|(at, fault)| {
            !told_by_steps.contains(at) && (fault.severity() == Severity::Note) == note
        });
        chosen.map(|(_, fault)| fault).collect::<Vec<&Fault<'_>>>()
    };
    let found = others(false);
    let mut purse = left.min(FINDINGS_LIMIT);
    let lines = found.iter().map(|fault| entries::fault(fault, around)).collect();
    let (told, _) = take(lines, &mut purse);
    left -= told.iter().map(|line| units(line) + 1).sum::<usize>();
    let missing = found[told.len()..].iter().map(|fault| fault.findings.len());
    comment.more_findings = more(missing.sum(), "finding");
    comment.findings = told;

    let mut shown: Vec<&Digest> = entries::power_notes(report).map(|note| &note.digest).collect();
    comment.changes = tell(&outline.changes, around, &mut left, &mut shown);
    comment.more_changes = more_changes(&outline.changes[comment.changes.len()..], around);
    let powers = report.specs.iter().filter_map(entries::powers);
    (comment.powers, _) = take(powers.collect(), &mut left);

    let cosmetic = tell(&outline.cosmetic, around, &mut left, &mut shown);
    let untold = outline.cosmetic.len() - cosmetic.len();
    fold(
        &mut comment,
        outline.cosmetic.len(),
        "change of form or wording",
        cosmetic,
        untold,
    );
    let notes = others(true);
    let sizes: Vec<usize> = notes.iter().map(|fault| fault.findings.len()).collect();
    let count = sizes.iter().sum();
    let lines = notes.iter().map(|fault| entries::fault(fault, around)).collect();
    let (notes, _) = take(lines, &mut left);
    let untold = sizes[notes.len()..].iter().sum();
    fold(
        &mut comment,
        count,
        "note on what was there before",
        notes,
        untold,
    );

    (comment.render().unwrap_or_default(), shown)
}

fn fold(comment: &mut Comment, count: usize, noun: &str, mut lines: Vec<String>, untold: usize) {
    if count == 0 {
        return;
    }
    if untold > 0 && !lines.is_empty() {
        lines.push(format!("- … and {untold} more"));
    }
    let summary = match (count, noun.split_once(' ')) {
        (1, _) | (_, None) => format!("{count} {noun}"),
        (_, Some((first, rest))) => format!("{count} {first}s {rest}"),
    };
    comment.folds.push(Fold { summary, lines });
}

/// GitHub counts characters; counting UTF-16 units is never less.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The lines that fit, and how many do not. What comes first goes first.
fn take(lines: Vec<String>, left: &mut usize) -> (Vec<String>, usize) {
    let all = lines.len();
    let mut told = Vec::new();
    for line in lines {
        let cost = units(&line) + 1;
        if cost > *left {
            break;
        }
        *left -= cost;
        told.push(line);
    }
    let missing = all - told.len();
    (told, missing)
}

/// Tells entries until nothing more fits and notes which digests have been told.
fn tell<'a>(
    entries: &[Entry<'a>],
    around: &Surroundings,
    left: &mut usize,
    shown: &mut Vec<&'a Digest>,
) -> Vec<String> {
    let mut told = Vec::new();
    for entry in entries {
        let text = entries::change(entry, around);
        let cost = units(&text) + 1;
        if cost > *left {
            break;
        }
        *left -= cost;
        shown.extend(entry.places.iter().map(|place| &place.change.digest));
        told.push(text);
    }
    told
}

fn more(missing: usize, noun: &str) -> Option<String> {
    (missing > 0).then(|| format!("… and {}.", words::count(missing, &format!("more {noun}"))))
}

fn more_changes(untold: &[Entry<'_>], around: &Surroundings) -> Option<String> {
    let changes = |entries: &[&Entry<'_>]| entries.iter().map(|entry| entry.places.len()).sum::<usize>();
    let all: Vec<&Entry<'_>> = untold.iter().collect();
    let severe: Vec<&Entry<'_>> = untold
        .iter()
        .filter(|entry| entry.change().kind.is_severe())
        .collect();
    let text = more(changes(&all), "change")?;
    let text = match changes(&severe) {
        0 => text,
        number => format!("{} ({number} of them severe).", text.trim_end_matches('.')),
    };
    Some(match &around.details_url {
        Some(url) => format!("{text} [All of them]({url})"),
        None => text,
    })
}

fn icon(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Success => "✅",
        Conclusion::Failure => "❌",
        Conclusion::ActionRequired => "⏳",
        Conclusion::Neutral => "⚪",
    }
}

fn spec_lines(report: &Report) -> Vec<SpecLine> {
    let lines = report.specs.iter().take(SPECS).map(|spec| SpecLine {
        name: escape::cell_code(&escape::cut(spec.path.as_str(), 200)),
        needed: words::needed(&spec.version),
        declared: escape::inline(&escape::cut(&words::declared(&spec.version), 120)),
        driver: match &spec.version.driven_by {
            Some(id) => format!(" (by {})", escape::cell_code(id.as_str())),
            None => String::new(),
        },
    });
    lines.collect()
}

fn foot(report: &Report, around: &Surroundings) -> String {
    let short = |name: &str| {
        let sha = name.len() >= 40 && name.bytes().all(|b| b.is_ascii_hexdigit());
        escape::code(if sha { &name[..7] } else { name })
    };
    let mut foot = format!("{} → {}", short(&report.base), short(&report.head));
    match (&around.details_url, around.voice) {
        (Some(url), _) => foot.push_str(&format!(" · [details]({url})")),
        (None, Voice::CommandLine) if !report.findings.is_empty() => {
            foot.push_str(" · a rule's reasons: `specwarden explain ID`");
        }
        (None, _) => {}
    }
    if around.voice == Voice::PullRequest {
        foot.push_str(" · commands: `/spec-help`");
    }
    foot
}

#[cfg(test)]
mod tests;
