//! Where a report goes, in which format, and how errors are told.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::io::Write;

use anyhow::Context;
use clap::ValueEnum;

use crate::check::CheckInput;
use crate::cli::Outcome;
use crate::report::Paint;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::json;
use crate::report::markdown;
use crate::report::text;
use crate::rules::Severity;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people at a terminal
    #[default]
    Text,
    /// For programs; schema `specwarden.report.v1`
    Json,
    /// The same as the pull-request comment
    Markdown,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// Workflow annotations and a step summary for GitHub Actions
    Github,
}

/// Writes text to stdout. A reader that has gone away (`| head`) is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// Tells an error on stderr: one line, causes joined.
pub fn complain(error: &anyhow::Error) {
    let mut line = String::from("error: ");
    for (depth, cause) in error.chain().enumerate() {
        let joint = if depth == 0 { "" } else { ": " };
        let _ = write!(line, "{joint}{cause}");
    }
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Whether a report has findings in error.
pub fn outcome(report: &Report) -> Outcome {
    let error = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if error { Outcome::Findings } else { Outcome::Clean }
}

/// Says something beside the report, on stderr.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "note: {text}");
}

/// Renders a report in a format and prints it.
pub fn emit(report: &Report, input: &CheckInput, format: Format) -> anyhow::Result<Outcome> {
    let rendered = match format {
        Format::Json => json::render(report),
        Format::Markdown => markdown::comment(report, &Surroundings::default()),
        Format::Text | Format::Sarif | Format::Github => {
            text::render(report, &input.sources(), Paint::Colour)
        }
    };
    print(&rendered)?;
    Ok(outcome(report))
}
