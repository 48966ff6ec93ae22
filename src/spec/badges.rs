//! Badges that state the version: `…/badge/Version-2.6-555`.

use std::ops::Range;

use memchr::memmem;

use crate::spec::builder::Builder;
use crate::spec::builder::Found;
use crate::spec::builder::Rank;

const MARK: &[u8] = b"badge/";

/// No badge's name is longer.
const MAX_BADGE: usize = 200;

/// Finds the badges outside code blocks.
pub(super) fn read(builder: &mut Builder<'_>, from: usize, code: &[Range<usize>]) {
    let text: &str = &builder.source.text;
    for start in memmem::find_iter(&text.as_bytes()[from..], MARK).map(|at| from + at + MARK.len()) {
        let index = code.partition_point(|range| range.end <= start);
        if code.get(index).is_some_and(|range| range.start <= start) {
            continue;
        }
        let limit = text.floor_char_boundary(start + MAX_BADGE);
        let rest = &text[start..limit];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '>' | '?' | ']' | '<'))
            .unwrap_or(rest.len());
        let badge = &rest[..end];
        if let Some(range) = version(badge) {
            // A doubled dash is how a badge writes one.
            let value = badge[range.clone()].replace("--", "-").replace("__", "_");
            let range = start + range.start..start + range.end;
            builder.version(&Found {
                label: "version",
                value: &value,
                range,
                form: "badge",
                rank: Rank::Aside,
            });
        }
    }
}

/// The version in `Version-2.6-555`: label, message and colour are separated by single dashes.
fn version(badge: &str) -> Option<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let bytes = badge.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'-' {
            if bytes.get(at + 1) == Some(&b'-') {
                at += 2;
                continue;
            }
            parts.push(start..at);
            start = at + 1;
        }
        at += 1;
    }
    parts.push(start..bytes.len());
    if parts.len() < 3 {
        return None;
    }
    let label = badge[parts[0].clone()]
        .replace("%20", " ")
        .replace('_', " ")
        .to_lowercase();
    let named = label == "v" || label.split(' ').next_back() == Some("version") || label == "revision";
    let value = &parts[1];
    (named && badge[value.clone()].contains(|c: char| c.is_ascii_digit())).then(|| value.clone())
}
