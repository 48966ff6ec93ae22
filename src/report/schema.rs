//! The published JSON Schema of the report, made from the types.

use crate::report::Report;

/// The schema as indented JSON with a line break at the end; the file
/// `schema/specwarden.report.v1.json` holds the same.
pub fn text() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has string keys only");
    text.push('\n');
    text
}
