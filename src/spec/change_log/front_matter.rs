//! Change logs in front matter.

use std::ops::Range;

use crate::spec::ChangeLog;
use crate::spec::LogRow;
use crate::spec::LogShape;
use crate::spec::builder::Builder;
use crate::spec::change_log::head::leading_version;
use crate::spec::change_log::line_start;
use crate::spec::change_log::order;
use crate::spec::change_log::rows::row_from;
use crate::spec::dates::leading_date;
use crate::spec::inline::joined;
use crate::spec::vocabulary::folded_key;
use crate::spec::yaml_lines::Node;
use crate::spec::yaml_lines::Tree;

/// Reads a front-matter key as a change log. True if it was one.
pub(in crate::spec) fn from_nodes(builder: &mut Builder<'_>, tree: &Tree<'_>, index: usize) -> bool {
    let mut rows: Vec<LogRow> = Vec::new();
    let start = tree.nodes[index].start().unwrap_or_default();
    let mut end = start;
    let mut at = index + 1;
    // The first dash of the line that was looked at last.
    let mut dash = (usize::MAX, None);
    while let Some(node) = tree.nodes.get(at).filter(|node| node.parent == Some(index)) {
        let below = tree.below(at);
        let place = tree.nodes[at..below].iter().filter_map(Node::start).min();
        let Some(place) = place else {
            at = below;
            continue;
        };
        let last = tree.nodes[at..below]
            .iter()
            .map(|node| node.range.end)
            .max()
            .unwrap_or(place);
        // A list entry begins with its dash.
        let line = line_start(builder, place);
        if dash.0 != line {
            let whole = &builder.source.text.as_bytes()[line..builder.source.line_end(line)];
            dash = (line, memchr::memchr(b'-', whole).map(|at| line + at));
        }
        let place = match dash.1.filter(|dash| *dash < place) {
            Some(dash) if node.key.is_none() => dash,
            _ => place,
        };
        let range = place..last.max(place);
        let row = match (&node.value, &node.key) {
            (Some(value), Some((key, _))) => {
                row_from(builder, &format!("{key}: {value}"), "", range.clone(), false)
            }
            (Some(value), None) => row_from(builder, value, "", range.clone(), false),
            (None, _) => record_row(builder, tree, at..below, range.clone()),
        };
        if let Some(row) = row {
            end = end.max(range.end);
            rows.push(row);
        }
        at = below;
    }
    if rows.is_empty() {
        return false;
    }
    let body = builder.source.next_line(start);
    let log = ChangeLog {
        shape: LogShape::FrontMatter,
        order: order(&rows),
        rows,
        columns: Vec::new(),
        lines: builder.lines(&(start..end)),
        body: builder.source.disk(&(body..body)).start,
    };
    builder.spec.changelog.get_or_insert(log);
    true
}

/// A row whose parts have keys of their own; the row's own key may be its version or date.
fn record_row(
    builder: &Builder<'_>,
    tree: &Tree<'_>,
    nodes: Range<usize>,
    range: Range<usize>,
) -> Option<LogRow> {
    let key = tree.nodes[nodes.start].key.as_ref().map_or("", |(key, _)| key);
    let part = |end: Option<usize>| end.map(|end| key[..end].to_owned());
    let mut row = LogRow {
        version: part(leading_version(key)),
        date: part(leading_date(key)),
        author: None,
        text: String::new(),
        lines: builder.lines(&range),
        bytes: builder.source.disk(&range),
    };
    let mut texts = Vec::new();
    for node in &tree.nodes[nodes.start + 1..nodes.end] {
        let Some(value) = &node.value else {
            continue;
        };
        let value = joined(value).into_owned();
        let name = node.key.as_ref().map(|(key, _)| folded_key(key));
        match name.as_deref().unwrap_or_default() {
            "version" | "revision" | "rev" | "ver" | "release" => row.version = Some(value),
            "date" | "when" | "released" => row.date = Some(value),
            "author" | "by" | "editor" | "who" | "name" => row.author = Some(value),
            _ => texts.push(value),
        }
    }
    row.text = texts.join(" ");
    (row.version.is_some() || row.date.is_some()).then_some(row)
}
