//! The parts of the comment, each a bounded piece of Markdown.

use crate::diff::ChangeKind;
use crate::report::PowerNote;
use crate::report::Report;
use crate::report::Side;
use crate::report::SpecReport;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::approvals;
use crate::report::escape;
use crate::report::faults::Fault;
use crate::report::outline::Entry;
use crate::report::outline::Place;
use crate::report::steps::Step;
use crate::report::wording;
use crate::report::wording::Run;
use crate::report::words;
use crate::rules::Finding;
use crate::rules::Severity;

/// The most characters of a sentence about a finding.
const SENTENCE: usize = 900;
/// The most characters of a suggestion that is shown.
const SUGGESTION: usize = 2_500;
/// The most places, approvals, names … that are listed before the rest is counted.
pub(super) const LISTED: usize = 8;
/// A line break inside an entry of a numbered list.
pub(super) const BREAK: &str = "\\\n   ";
/// The most statements of a new role per list.
const POWERS: usize = 12;

/// One change: what it is, where, before and after, why.
pub fn change(entry: &Entry<'_>, around: &Surroundings) -> String {
    let change = entry.change();
    let mut lines = vec![head(entry, around)];
    lines.extend(texts(change.before.as_deref(), change.after.as_deref()));
    if let Some(to) = &change.moved_to {
        lines.push(format!("  - now in: {}", section(to)));
    }
    if !change.evidence.is_empty() {
        let evidence: Vec<String> = change
            .evidence
            .iter()
            .take(LISTED)
            .map(|e| sentence(e, 300))
            .collect();
        lines.push(format!("  - because: {}", evidence.join("; ")));
    }
    if let Some(witness) = &change.witness {
        lines.push(format!(
            "  - allowed now and not before: {}",
            sentence(witness, 400)
        ));
    }
    if !change.echoes.is_empty() {
        lines.push(format!("  - said again in: {}", echoes(entry)));
    }
    if entry.places.len() > 1 {
        lines.push(format!("  - in: {}", places(entry, around)));
    }
    lines.join("\n")
}

fn head(entry: &Entry<'_>, around: &Surroundings) -> String {
    let change = entry.change();
    let name = words::kind_title(change.kind);
    match &entry.places[..] {
        [place] => {
            let at = at(place, around);
            let path = escape::code(&escape::cut(place.spec.path.as_str(), 200));
            let id = escape::code(change.id.as_str());
            let section = if change.section.is_empty() {
                String::new()
            } else {
                format!(", {}", section(&change.section))
            };
            format!("- **{name}** {id} in {path}{section}{at}")
        }
        places => {
            let specs = entry.specs();
            let times = if specs == 1 {
                "times in one spec"
            } else {
                "times, the same change"
            };
            format!("- **{name}** {} {times}", places.len())
        }
    }
}

fn at(place: &Place<'_>, around: &Surroundings) -> String {
    let spec = place.spec;
    let before = spec.previous_path.as_ref().unwrap_or(&spec.path);
    let lines = place.change.lines;
    match (lines.after, lines.before) {
        (Some(at), _) => format!(", {}", around.lines(Side::After, &spec.path, at.first, at.last)),
        (None, Some(at)) => format!(", was {}", around.lines(Side::Before, before, at.first, at.last)),
        (None, None) => String::new(),
    }
}

fn texts(before: Option<&str>, after: Option<&str>) -> Vec<String> {
    match (before, after) {
        (None, None) => Vec::new(),
        (Some(before), None) => vec![format!("  - before: ~~{}~~", shown(before))],
        (None, Some(after)) => vec![format!("  - now: **{}**", shown(after))],
        (Some(before), Some(after)) if before == after => vec![format!("  - text: {}", shown(before))],
        (Some(before), Some(after)) => {
            let wording = wording::compare(before, after);
            vec![
                format!("  - before: {}", marked(&wording.before, "~~")),
                format!("  - after: {}", marked(&wording.after, "**")),
            ]
        }
    }
}

/// A whole statement; a text that shows nothing is said to be empty, since marks around nothing
/// would be read as text.
fn shown(text: &str) -> String {
    let text = escape::inline(&wording::alone(text));
    if text.is_empty() {
        "(empty)".to_owned()
    } else {
        text
    }
}

/// Runs with the changed ones between marks. Runs end at white space, where marks always work.
fn marked(runs: &[Run], mark: &str) -> String {
    if runs.is_empty() {
        return "(empty)".to_owned();
    }
    let parts = runs.iter().map(|run| {
        let text = escape::inline(&run.text);
        if run.changed {
            format!("{mark}{text}{mark}")
        } else {
            text
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

pub(super) fn sentence(text: &str, limit: usize) -> String {
    escape::message(&escape::cut(text, limit))
}

fn section(path: &[String]) -> String {
    let parts = path.iter().map(|title| escape::inline(&escape::cut(title, 80)));
    parts.collect::<Vec<_>>().join(" › ")
}

pub(super) fn listed<T>(all: &[T], show: impl Fn(&T) -> String) -> String {
    let mut parts: Vec<String> = all.iter().take(LISTED).map(show).collect();
    if all.len() > LISTED {
        parts.push(format!("{} more", all.len() - LISTED));
    }
    parts.join(", ")
}

fn echoes(entry: &Entry<'_>) -> String {
    listed(&entry.change().echoes, |echo| {
        let path = section(&echo.section);
        let line = echo.lines.first;
        if path.is_empty() {
            format!("line {line}")
        } else {
            format!("{path} (line {line})")
        }
    })
}

fn places(entry: &Entry<'_>, around: &Surroundings) -> String {
    listed(&entry.places, |place| {
        format!(
            "{} {}{}",
            escape::code(&escape::cut(place.spec.path.as_str(), 120)),
            escape::code(place.change.id.as_str()),
            at(place, around)
        )
    })
}

/// One fault as a list entry.
pub fn fault(fault: &Fault<'_>, around: &Surroundings) -> String {
    let finding = fault.first();
    let mark = severity(fault.severity());
    let rule = around.rule(&finding.rule);
    let help = sentence(&finding.help, SENTENCE);
    if fault.is_shared() {
        let times = fault.findings.len();
        let places = locations(fault, around);
        return format!("- {mark} {rule} {times} times: {help}\n  - in: {places}");
    }
    let mut text = format!(
        "- {mark} {rule} {}: {}",
        location(finding, around),
        sentence(&finding.message, SENTENCE)
    );
    if !help.is_empty() {
        text.push_str(&format!(" — {help}"));
    }
    text
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

fn location(finding: &Finding, around: &Surroundings) -> String {
    let path = escape::code(&escape::cut(finding.path.as_str(), 200));
    match finding.line {
        Some(line) => format!("{path} {}", around.lines(Side::After, &finding.path, line, line)),
        None => path,
    }
}

fn locations(fault: &Fault<'_>, around: &Surroundings) -> String {
    listed(&fault.findings, |finding| location(finding, around))
}

/// One step of "What to do", without its number: what to do on the first line, why below it.
pub fn step(step: Step, faults: &[Fault<'_>], report: &Report, around: &Surroundings) -> String {
    let (fault, more) = match step {
        Step::Mend { fault, more } => (&faults[fault], more),
        Step::Settle => return approvals::settle(report, around),
        Step::Approve => return approvals::ask(report, around),
    };
    let finding = fault.first();
    let rule = around.rule(&finding.rule);
    let message = sentence(&finding.message, SENTENCE);
    let help = sentence(&finding.help, SENTENCE);
    let mut text = if fault.is_shared() {
        let times = fault.findings.len();
        let places = locations(fault, around);
        format!(
            "{} ({times} times){BREAK}{rule} in {places}",
            words::capital(&help)
        )
    } else {
        let at = format!("{rule} in {}", location(finding, around));
        match help.as_str() {
            "" => format!("{}{BREAK}{at}", words::capital(&message)),
            _ => format!("{}{BREAK}{at}: {message}", words::capital(&help)),
        }
    };
    if more > 0 {
        text.push_str(&format!("{BREAK}{} below", words::count(more, "more error")));
    }
    if let (Some(suggestion), false) = (&finding.suggestion, fault.is_shared()) {
        text.push_str(&suggested(suggestion.line, &suggestion.replacement));
    }
    text
}

fn suggested(line: usize, replacement: &str) -> String {
    if replacement.chars().count() > SUGGESTION {
        return String::new();
    }
    let block = escape::fenced("text", replacement);
    let indented: Vec<String> = block.lines().map(|line| format!("   {line}")).collect();
    format!("\n\n   Line {line} becomes\n\n{}", indented.join("\n"))
}

/// What does the mending by itself, where anything has a suggestion.
pub fn mending(report: &Report, around: &Surroundings) -> Option<&'static str> {
    let mendable = |finding: &Finding| finding.severity == Severity::Error && finding.suggestion.is_some();
    let voice = report.findings.iter().any(mendable).then_some(around.voice)?;
    Some(match voice {
        Voice::PullRequest => "Comment `/spec-fix` to have this mended here.",
        Voice::CommandLine => "`specwarden fix` mends this.",
    })
}

/// Changes to who may approve that are told besides the changes of specs: an owner's change is one
/// of those already. At most a handful exist.
pub fn power_notes(report: &Report) -> impl Iterator<Item = &PowerNote> {
    report
        .power
        .iter()
        .filter(|note| note.kind != ChangeKind::OwnerChanged.as_str())
        .take(LISTED)
}

/// The same as list entries.
pub fn power(report: &Report) -> Vec<String> {
    let notes = power_notes(report).map(|note| {
        let mut text = format!(
            "- **{}** {} in {}",
            words::capital(&escape::inline(&note.kind.replace('.', " "))),
            escape::code(note.id.as_str()),
            escape::code(&escape::cut(note.path.as_str(), 200))
        );
        for told in note.sentences.iter().take(LISTED) {
            text.push_str(&format!("\n  - {}", sentence(told, 300)));
        }
        text
    });
    notes.collect()
}

/// What a new role may and must do, folded.
pub fn powers(spec: &SpecReport) -> Option<String> {
    let powers = spec.powers.as_ref()?;
    let lists = [
        ("May, on its own", &powers.grants),
        ("Must not, or must ask for", &powers.limits),
        ("Must", &powers.duties),
    ];
    let mut text = format!(
        "<details><summary>The new role {}: {} on its own, {}, {}</summary>\n",
        escape::html(&escape::cut(&spec.role, 100)),
        words::count(powers.grants.len(), "power"),
        words::count(powers.limits.len(), "limit"),
        if powers.duties.len() == 1 {
            "1 duty".to_owned()
        } else {
            format!("{} duties", powers.duties.len())
        },
    );
    for (title, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        text.push_str(&format!("\n**{title}**\n\n"));
        for item in items.iter().take(POWERS) {
            text.push_str(&format!("- “{}”\n", escape::inline(&escape::cut(item, 240))));
        }
        if items.len() > POWERS {
            text.push_str(&format!("- … and {} more\n", items.len() - POWERS));
        }
    }
    text.push_str("\n</details>");
    Some(text)
}
