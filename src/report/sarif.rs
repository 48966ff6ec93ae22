//! SARIF 2.1.0, for code scanning: findings as results with fixes, severe changes as notes.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::report::Report;
use crate::report::SpecReport;
use crate::report::encoded;
use crate::report::escape;
use crate::report::wording;
use crate::report::words;
use crate::rules;
use crate::rules::Finding;
use crate::rules::Severity;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The report as a SARIF log with one run.
pub fn render(report: &Report) -> String {
    let mut rules = Descriptors::default();
    let mut results = Vec::new();
    for finding in &report.findings {
        let index = rules.index(&finding.rule);
        results.push(of_finding(finding, index));
    }
    for spec in &report.specs {
        for change in spec.changes.iter().filter(|change| change.kind.is_severe()) {
            let index = rules.index(change.kind.as_str());
            results.push(of_change(spec, change, index));
        }
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(rules) },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    let mut text = format!("{log:#}");
    text.push('\n');
    text
}

fn driver(rules: Descriptors) -> Value {
    let mut driver = json!({
        "name": "specwarden",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.list,
    });
    if !HOME.is_empty() {
        driver["informationUri"] = json!(HOME);
    }
    driver
}

/// The rules that results refer to, each once.
#[derive(Default)]
struct Descriptors {
    list: Vec<Value>,
    known: BTreeMap<String, usize>,
}

impl Descriptors {
    fn index(&mut self, id: &str) -> usize {
        if let Some(index) = self.known.get(id) {
            return *index;
        }
        let index = self.list.len();
        self.list.push(descriptor(id));
        self.known.insert(id.to_owned(), index);
        index
    }
}

fn descriptor(id: &str) -> Value {
    let summary = match id.parse::<ChangeKind>() {
        Ok(kind) => words::kind_title(kind),
        Err(_) => rules::find(id).map_or_else(|| id.to_owned(), |rule| rule.summary.to_owned()),
    };
    let level = match rules::find(id).map(|rule| rule.default) {
        Some(rules::Level::Error) => "error",
        Some(rules::Level::Warning | rules::Level::Off) => "warning",
        None => "note",
    };
    json!({
        "id": id,
        "name": pascal(id),
        "shortDescription": { "text": words::capital(&summary) },
        "defaultConfiguration": { "level": level },
        "help": { "text": format!("specwarden explain {id}") },
    })
}

fn pascal(id: &str) -> String {
    id.split(['-', '.']).map(words::capital).collect()
}

fn of_finding(finding: &Finding, index: usize) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = match finding.help.as_str() {
        "" => finding.message.clone(),
        help => format!("{}. {}.", finding.message, words::capital(help)),
    };
    let path = finding.path.as_str();
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level,
        "message": { "text": escape::clean(&text) },
        "locations": [location(path, finding.line.map(|line| (line, line)))],
        "partialFingerprints": { "specwarden/v1": fingerprint(&[&finding.rule, path, &finding.message]) },
    });
    if let Some(suggestion) = &finding.suggestion {
        result["fixes"] = json!([{
            "description": { "text": escape::clean(&finding.help) },
            "artifactChanges": [{
                "artifactLocation": { "uri": encoded(path) },
                // Without an end column the region ends before the line break.
                "replacements": [{
                    "deletedRegion": { "startLine": suggestion.line, "endLine": suggestion.line },
                    "insertedContent": { "text": suggestion.replacement },
                }],
            }],
        }]);
    }
    result
}

fn of_change(spec: &SpecReport, change: &Change, index: usize) -> Value {
    let told = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!(": “{}” → “{}”", wording::alone(before), wording::alone(after))
        }
        (Some(before), None) => format!(": “{}” is gone", wording::alone(before)),
        (None, Some(after)) => format!(": “{}” is new", wording::alone(after)),
        (None, None) => String::new(),
    };
    let text = format!("{} ({}){told}", words::kind_title(change.kind), change.id);
    let lines = change.lines.after.map(|lines| (lines.first, lines.last));
    json!({
        "ruleId": change.kind.as_str(),
        "ruleIndex": index,
        "level": "note",
        "kind": "fail",
        "message": { "text": escape::clean(&text) },
        "locations": [location(spec.path.as_str(), lines)],
        "partialFingerprints": { "specwarden/v1": change.digest.as_str() },
    })
}

/// Code scanning asks for a line; what stands nowhere at head is shown at the top of the file.
fn location(path: &str, lines: Option<(usize, usize)>) -> Value {
    let (first, last) = lines.unwrap_or((1, 1));
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": encoded(path) },
            "region": { "startLine": first.max(1), "endLine": last.max(first).max(1) },
        },
    })
}

/// What stays the same while lines move.
fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
