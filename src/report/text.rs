//! The report for people at a terminal.

use std::fmt::Write;

use crate::report::Report;
use crate::report::Sources;

/// The report as text.
pub fn render(report: &Report, sources: &Sources) -> String {
    let _ = sources;
    let mut out = String::new();
    for spec in &report.specs {
        let _ = writeln!(out, "{}: {} needed", spec.path, spec.version.required_bump);
        for change in &spec.changes {
            let _ = writeln!(
                out,
                "  {} {}: {} -> {}",
                change.id,
                change.kind,
                change.before.as_deref().unwrap_or("-"),
                change.after.as_deref().unwrap_or("-")
            );
        }
    }
    for finding in &report.findings {
        let _ = writeln!(
            out,
            "{:?} {}: {}",
            finding.severity, finding.rule, finding.message
        );
    }
    out
}
