//! Where a report goes, in which format, and how errors are told.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::ValueEnum;

use crate::check::CheckInput;
use crate::cli::Outcome;
use crate::report::Paint;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::github;
use crate::report::json;
use crate::report::markdown;
use crate::report::sarif;
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

/// Adds the report to the job's page, where GitHub Actions says where that is.
fn step_summary(report: &Report) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let shown = Path::new(&path).display();
    let text = markdown::summary(report, &Surroundings::default());
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let mut file = file.with_context(|| format!("cannot open the step summary {shown}"))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("cannot write the step summary {shown}"))
}

/// Renders a report in a format and prints it.
pub fn emit(report: &Report, input: &CheckInput, format: Format) -> anyhow::Result<Outcome> {
    let rendered = match format {
        Format::Text => text::render(report, &input.sources(), Paint::Colour),
        Format::Json => json::render(report),
        Format::Markdown => markdown::comment(report, &Surroundings::default()),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
    };
    if format == Format::Github {
        step_summary(report)?;
    }
    print(&rendered)?;
    Ok(outcome(report))
}
