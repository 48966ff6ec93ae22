//! The check run: plain data, posted by whoever speaks to GitHub.

use crate::diff::Change;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::SpecReport;
use crate::report::Surroundings;
use crate::report::escape;
use crate::report::markdown;
use crate::report::wording;
use crate::report::words;
use crate::rules::Finding;
use crate::rules::Severity;

/// The name under which branch protection knows it.
pub const NAME: &str = "specwarden";

/// How loud an annotation is, in GitHub's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// `failure`.
    Failure,
    /// `warning`.
    Warning,
    /// `notice`.
    Notice,
}

impl Level {
    /// GitHub's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// A remark beside lines of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The first line, 1-based.
    pub start_line: usize,
    /// The last line.
    pub end_line: usize,
    /// How loud.
    pub level: Level,
    /// At most 255 characters.
    pub title: String,
    /// What, where and both values; plain text.
    pub message: String,
    /// A suggestion's new text, where there is one.
    pub raw_details: Option<String>,
}

/// Everything a check run says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// The verdict.
    pub conclusion: Conclusion,
    /// The verdict as one line of plain text.
    pub title: String,
    /// The same Markdown as the comment's.
    pub summary: String,
    /// Errors first; all of them, to be sent in batches of 50.
    pub annotations: Vec<Annotation>,
    /// Whether a button that runs `/spec-fix` makes sense.
    pub fixable: bool,
}

/// The most annotations that are sent; more would only be scrolled past.
const ANNOTATIONS: usize = 300;

/// The check run of a report.
pub fn check_run(report: &Report, around: &Surroundings) -> CheckRun {
    let mut annotations = annotations(report);
    annotations.truncate(ANNOTATIONS);
    let fixable = |finding: &Finding| finding.severity != Severity::Note && finding.suggestion.is_some();
    CheckRun {
        conclusion: report.conclusion,
        title: escape::cut(&escape::clean(&words::title(report)), 240),
        summary: markdown::summary(report, around),
        annotations,
        fixable: report.findings.iter().any(fixable),
    }
}

/// What stands beside lines of the head: findings, then severe changes.
pub fn annotations(report: &Report) -> Vec<Annotation> {
    let findings = report.findings.iter().map(of_finding);
    let severe = report.specs.iter().flat_map(|spec| {
        let severe = spec.changes.iter().filter(|change| change.kind.is_severe());
        severe.filter_map(|change| of_change(spec, change))
    });
    findings.chain(severe).collect()
}

fn of_finding(finding: &Finding) -> Annotation {
    let line = finding.line.unwrap_or(1).max(1);
    let text = match finding.help.as_str() {
        "" => finding.message.clone(),
        help => format!("{}. {}.", finding.message, words::capital(help)),
    };
    Annotation {
        path: path(&finding.path),
        start_line: line,
        end_line: line,
        level: match finding.severity {
            Severity::Error => Level::Failure,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Notice,
        },
        title: finding.rule.clone(),
        message: escape::cut(&escape::clean(&text), 2_000),
        raw_details: finding
            .suggestion
            .as_ref()
            .map(|suggestion| suggestion.replacement.clone()),
    }
}

/// `None` where the change stands nowhere at head: a line of another file would be marked.
fn of_change(spec: &SpecReport, change: &Change) -> Option<Annotation> {
    let lines = change.lines.after?;
    let text = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("before: {}\nafter: {}", short(before), short(after)),
        (Some(text), None) | (None, Some(text)) => short(text),
        (None, None) => return None,
    };
    Some(Annotation {
        path: path(&spec.path),
        start_line: lines.first.max(1),
        end_line: lines.last.max(lines.first).max(1),
        level: Level::Notice,
        title: format!("{} ({})", words::kind_title(change.kind), change.id),
        message: text,
        raw_details: None,
    })
}

fn short(text: &str) -> String {
    escape::cut(&escape::clean(&wording::alone(text)), 1_000)
}

fn path(path: &SpecPath) -> String {
    path.as_str().to_owned()
}
