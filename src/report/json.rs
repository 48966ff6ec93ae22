//! The report for programs.

use crate::report::Report;

/// The report as indented JSON with a line break at the end.
pub fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a report has string keys only");
    text.push('\n');
    text
}
