//! Change logs: finding their rows in tables, lists, sub-headings, front matter and prose.

use std::ops::Range;

use crate::spec::ChangeLog;
use crate::spec::LogColumn;
use crate::spec::LogOrder;
use crate::spec::LogRow;
use crate::spec::LogShape;
use crate::spec::Version;
use crate::spec::builder::Builder;
use crate::spec::dates::leading_date;
use crate::spec::dates::sortable;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::markdown::Block;
use crate::spec::markdown::Kind;
use crate::spec::markdown::Table;
use crate::spec::title::ornament;
use crate::spec::vocabulary::folded_key;
use crate::spec::yaml_lines::Node;
use crate::spec::yaml_lines::Tree;

/// Reads the blocks below a log's heading. `None` if they hold nothing that a log would.
///
/// `heading` is the heading's own range; `sure` tells whether the title alone makes it a log.
pub(super) fn read(
    builder: &Builder<'_>,
    blocks: &[Block],
    heading: &Range<usize>,
    sure: bool,
) -> Option<ChangeLog> {
    let mut rows = Vec::new();
    let mut columns = Vec::new();
    let mut shape = None;
    let mut body = None;
    for (index, block) in blocks.iter().enumerate() {
        match &block.kind {
            Kind::Table(table) if shape.is_none() || shape == Some(LogShape::Table) => {
                let found = table_columns(table);
                let known = found.iter().filter(|c| **c != LogColumn::Other).count();
                if known < 2 || !(found.contains(&LogColumn::Version) || found.contains(&LogColumn::Date)) {
                    continue;
                }
                shape = Some(LogShape::Table);
                let header = &table.rows[0].range;
                let last = header.end.saturating_sub(1).max(header.start);
                let below = builder
                    .source
                    .next_line(if table.html { last } else { header.start });
                body.get_or_insert(if table.html {
                    below
                } else {
                    builder.source.next_line(below)
                });
                rows.extend(
                    table.rows[1..]
                        .iter()
                        .filter_map(|row| table_row(builder, &found, row)),
                );
                if columns.is_empty() {
                    columns = found;
                }
            }
            Kind::Heading(_) if shape.is_none() || shape == Some(LogShape::Headings) => {
                if let Some(row) = heading_row(builder, blocks, index) {
                    shape = Some(LogShape::Headings);
                    rows.push(row);
                }
            }
            Kind::Entry if block.entry.is_none() && (shape.is_none() || shape == Some(LogShape::List)) => {
                if let Some(row) = entry_row(builder, blocks, index) {
                    shape = Some(LogShape::List);
                    rows.push(row);
                }
            }
            Kind::Paragraph
                if block.entry.is_none() && (shape.is_none() || shape == Some(LogShape::Prose)) =>
            {
                let found = paragraph_rows(builder, block);
                if !found.is_empty() {
                    shape = Some(LogShape::Prose);
                    rows.extend(found);
                }
            }
            _ => {}
        }
    }
    let content = blocks.iter().any(|block| !matches!(block.kind, Kind::QuoteEnd));
    if shape.is_none() && (content || !sure) {
        if !sure
            || !blocks
                .iter()
                .any(|b| matches!(b.kind, Kind::Paragraph | Kind::Entry))
        {
            return None;
        }
        // A log by its title whose text follows no form: one row of prose.
        rows.extend(prose_rows(builder, blocks));
    }
    let end = blocks
        .iter()
        .map(|block| block.range.end)
        .max()
        .unwrap_or(heading.end)
        .max(heading.end);
    let whole = trimmed_end(builder, heading.start..end);
    let after_heading = builder
        .source
        .next_line(heading.end.saturating_sub(1).max(heading.start));
    let body = body.unwrap_or(after_heading);
    Some(ChangeLog {
        shape: shape.unwrap_or(LogShape::Prose),
        order: order(&rows),
        rows,
        columns,
        lines: builder.lines(&whole),
        body: builder.source.disk(&(body..body)).start,
    })
}

fn trimmed_end(builder: &Builder<'_>, range: Range<usize>) -> Range<usize> {
    let text = &builder.source.text[range.clone()];
    range.start..range.start + text.trim_end().len()
}

/// Which end new rows join, by dates, else by versions.
fn order(rows: &[LogRow]) -> Option<LogOrder> {
    let dates: Vec<_> = rows
        .iter()
        .filter_map(|row| sortable(row.date.as_deref()?))
        .collect();
    let by_date = dates
        .first()
        .zip(dates.last())
        .map(|(first, last)| first.cmp(last));
    let versions: Vec<_> = rows
        .iter()
        .filter_map(|row| Version::parse(row.version.as_deref()?))
        .collect();
    let by_version = || {
        let (first, last) = versions.first().zip(versions.last())?;
        first.partial_cmp(last)
    };
    match by_date.filter(|order| order.is_ne()).or_else(by_version)? {
        std::cmp::Ordering::Less => Some(LogOrder::NewestLast),
        std::cmp::Ordering::Greater => Some(LogOrder::NewestFirst),
        std::cmp::Ordering::Equal => None,
    }
}

/// What the columns of a table hold, by their header words.
pub(super) fn table_columns(table: &Table) -> Vec<LogColumn> {
    let Some(header) = table.rows.first() else {
        return Vec::new();
    };
    let mut columns: Vec<LogColumn> = Vec::new();
    for cell in &header.cells {
        let name = joined(&cell.text).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let mut column = if has(&["version", "revision", "release", "版本", "バージョン"])
            || matches!(
                name.as_str(),
                "rev" | "rev." | "ver" | "ver." | "v" | "#" | "no." | "no"
            ) {
            if has(&["description", "summary", "note", "reason", "history"]) {
                LogColumn::Text
            } else if has(&["date"]) {
                LogColumn::Date
            } else {
                LogColumn::Version
            }
        } else if has(&["date", "when", "日期", "日付", "datum", "fecha"]) || name == "day" {
            LogColumn::Date
        } else if has(&[
            "author",
            "editor",
            "owner",
            "who",
            "person",
            "contributor",
            "作者",
            "autor",
            "auteur",
        ]) || name == "by"
            || name.ends_with(" by")
        {
            LogColumn::Author
        } else if has(&[
            "change",
            "description",
            "summary",
            "note",
            "detail",
            "what",
            "comment",
            "reason",
            "modification",
            "变更",
            "説明",
            "描述",
            "änderung",
            "cambio",
        ]) {
            LogColumn::Text
        } else {
            LogColumn::Other
        };
        if column != LogColumn::Other && columns.contains(&column) {
            column = LogColumn::Other;
        }
        columns.push(column);
    }
    columns
}

fn table_row(builder: &Builder<'_>, columns: &[LogColumn], row: &super::markdown::Row) -> Option<LogRow> {
    let cell = |column: LogColumn| {
        let at = columns.iter().position(|known| *known == column)?;
        let text = joined(&row.cells.get(at)?.text);
        (!text.is_empty()).then_some(text)
    };
    let text = cell(LogColumn::Text).unwrap_or_else(|| {
        let others: Vec<String> = row
            .cells
            .iter()
            .enumerate()
            .filter(|(at, _)| columns.get(*at).is_none_or(|c| *c == LogColumn::Other))
            .map(|(_, cell)| joined(&cell.text))
            .filter(|text| !text.is_empty())
            .collect();
        others.join(" | ")
    });
    if row.cells.iter().all(Inline::is_blank) {
        return None;
    }
    let range = trimmed_end(builder, row.range.clone());
    Some(LogRow {
        version: cell(LogColumn::Version).map(|v| v.trim_matches(['[', ']']).to_owned()),
        date: cell(LogColumn::Date),
        author: cell(LogColumn::Author),
        text,
        lines: builder.lines(&range),
        bytes: builder.source.disk(&range),
    })
}

/// What the head of a row says, and where its text begins.
#[derive(Default, Debug)]
struct Head {
    version: Option<String>,
    date: Option<String>,
    author: Option<String>,
    rest: usize,
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '-' | '–' | '—' | ',' | '|' | ']' | ')' | '·' | '•' | '*' | '/' | '.' | ';'
        )
}

/// Reads version, date and author off the start of a row.
fn head(text: &str, named: bool) -> Head {
    let mut head = Head::default();
    let mut at = ornament(text);
    let mut bracket = false;
    loop {
        let rest = &text[at..];
        if let Some(c) = rest.chars().next().filter(|c| matches!(c, '[' | '(')) {
            bracket = c == '(';
            at += c.len_utf8();
            continue;
        }
        if head.date.is_none()
            && let Some(end) = leading_date(rest)
        {
            head.date = Some(rest[..end].to_owned());
            at += end;
        } else if head.version.is_none()
            && let Some(end) = leading_version(rest)
        {
            let written = &rest[..end];
            // `Version 2.0` is 2.0; `Revision 4` counts otherwise than 4 and keeps its word.
            let bare = written
                .split_once(' ')
                .filter(|(word, _)| !word.to_ascii_lowercase().starts_with("rev"))
                .map_or(written, |(_, bare)| bare);
            head.version = Some(bare.to_owned());
            at += end;
        } else {
            break;
        }
        let rest = &text[at..];
        let separators = rest.len() - rest.trim_start_matches(is_separator).len();
        let passed = &rest[..separators];
        // A dot or a colon ends the head, unless a date or version follows.
        at += separators;
        let more = &text[at..];
        let opened = more.trim_start_matches(['[', '(']);
        let goes_on = (head.date.is_none() && leading_date(opened).is_some())
            || (head.version.is_none() && leading_version(opened).is_some());
        if goes_on {
            continue;
        }
        let by_comma = passed.trim().starts_with(',') || (bracket && !passed.contains(')'));
        let by_dash = named
            && passed
                .trim()
                .chars()
                .all(|c| matches!(c, '-' | '–' | '—' | '|' | '·' | '•'));
        if (by_comma || by_dash) && head.version.is_some() | head.date.is_some() {
            if let Some((name, end)) = leading_name(more, named) {
                head.author = Some(name);
                at += end;
                at += text[at..].len() - text[at..].trim_start_matches(is_separator).len();
            }
        }
        if head.author.is_none()
            && let Some(name) = more.strip_prefix("by ").or_else(|| more.strip_prefix('@'))
            && let Some((name, end)) = leading_name(name, named)
        {
            at += end + if more.starts_with('@') { 1 } else { 3 };
            at += text[at..].len() - text[at..].trim_start_matches(is_separator).len();
            head.author = Some(name);
        }
        break;
    }
    head.rest = at;
    head
}

/// A version at the start of a row: a number with a dot, `v3`, `r3`, `Version 2`, `Revision 4`.
fn leading_version(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut worded = false;
    for word in [
        "version ",
        "revision ",
        "release ",
        "rev ",
        "rev. ",
        "ver ",
        "ver. ",
    ] {
        if text.len() > word.len()
            && text.is_char_boundary(word.len())
            && text[..word.len()].eq_ignore_ascii_case(word)
        {
            at = word.len();
            worded = true;
            break;
        }
    }
    let rest = &text[at..];
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_')))
        .unwrap_or(rest.len());
    let token = rest[..end].trim_end_matches(['.', '-', '_', '+']);
    let marked =
        token.starts_with(['v', 'V', 'r', 'R']) && token[1..].starts_with(|c: char| c.is_ascii_digit());
    let dotted = token.contains('.') && token.starts_with(|c: char| c.is_ascii_digit());
    let number = worded && token.bytes().all(|b| b.is_ascii_digit()) && !token.is_empty();
    let sound = (marked || dotted || number) && token.bytes().any(|b| b.is_ascii_digit());
    (sound && Version::parse(token).is_some()).then_some(at + token.len())
}

/// A person's name that ends at a sentence or bracket mark, or, in a heading, with the line.
fn leading_name(text: &str, whole: bool) -> Option<(String, usize)> {
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let stops = match c {
            ')' | ']' | ':' | ';' | '|' | '\n' | ',' => true,
            '.' => {
                let word = text[..at].rsplit([' ', '.']).next().unwrap_or("");
                let title = matches!(word, "Dr" | "Mr" | "Mrs" | "Ms" | "Prof" | "St" | "Jr" | "Sr");
                word.chars().count() > 1 && !title
            }
            '-' | '–' | '—' => text[..at].ends_with(' '),
            _ => false,
        };
        if stops {
            end = at;
            break;
        }
        if at > 60 {
            return None;
        }
    }
    if end == text.len() && !whole && !text[..end].trim().is_empty() {
        return None;
    }
    let name = text[..end].trim();
    is_name(name).then(|| {
        (
            name.trim_start_matches("by ").trim_start_matches('@').to_owned(),
            end,
        )
    })
}

fn is_name(name: &str) -> bool {
    let bare = name.trim_start_matches("by ").trim_start_matches('@');
    let words = bare.split_whitespace().count();
    (1..=5).contains(&words)
        && !bare.chars().any(|c| c.is_ascii_digit() && words > 1)
        && bare
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_ascii() || name.starts_with('@'))
}

/// A name in brackets at the end of a row: `Rating added (Ada Roth)`.
fn trailing_name(text: &str) -> Option<(String, usize)> {
    let kept = text.trim_end().trim_end_matches('.');
    let inside = kept.strip_suffix(')')?;
    let open = inside.rfind('(')?;
    let name = inside[open + 1..].trim();
    let capital = name.split_whitespace().all(|word| {
        word.chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_ascii())
            || matches!(word, "van" | "von" | "de" | "der" | "da" | "by")
    });
    (is_name(name) && capital).then(|| (name.trim_start_matches("by ").to_owned(), open))
}

fn row_from(
    builder: &Builder<'_>,
    text: &str,
    more: &str,
    range: Range<usize>,
    named: bool,
) -> Option<LogRow> {
    let head = head(text, named);
    if head.version.is_none() && head.date.is_none() {
        return None;
    }
    let mut rest = text[head.rest..].trim();
    let mut author = head.author;
    if author.is_none()
        && let Some((name, at)) = trailing_name(rest)
    {
        author = Some(name);
        rest = rest[..at].trim_end();
    }
    let mut told = joined(rest);
    if !more.is_empty() {
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(more);
    }
    let range = trimmed_end(builder, range);
    Some(LogRow {
        version: head.version,
        date: head.date,
        author,
        text: told,
        lines: builder.lines(&range),
        bytes: builder.source.disk(&range),
    })
}

fn entry_row(builder: &Builder<'_>, blocks: &[Block], index: usize) -> Option<LogRow> {
    let block = &blocks[index];
    let mut first = None;
    let mut more = String::new();
    for inner in &blocks[index + 1..] {
        if inner.range.start >= block.range.end {
            break;
        }
        if matches!(inner.kind, Kind::Paragraph) {
            if first.is_none() {
                first = Some(&inner.inline.text);
            } else {
                if !more.is_empty() {
                    more.push(' ');
                }
                more.push_str(&joined(&inner.inline.text));
            }
        }
    }
    row_from(builder, first?, &more, block.range.clone(), false)
}

fn heading_row(builder: &Builder<'_>, blocks: &[Block], index: usize) -> Option<LogRow> {
    let heading = &blocks[index];
    let mut more = String::new();
    let mut end = heading.range.end;
    for inner in &blocks[index + 1..] {
        if matches!(inner.kind, Kind::Heading(_)) {
            if inner_is_row(inner) {
                break;
            }
            end = inner.range.end;
            continue;
        }
        end = end.max(inner.range.end);
        if matches!(inner.kind, Kind::Paragraph) {
            if !more.is_empty() {
                more.push(' ');
            }
            more.push_str(&joined(&inner.inline.text));
        }
    }
    row_from(
        builder,
        &heading.inline.text,
        &more,
        heading.range.start..end,
        true,
    )
}

fn inner_is_row(block: &Block) -> bool {
    let head = head(&block.inline.text, true);
    head.version.is_some() || head.date.is_some()
}

/// Lines of a paragraph that each begin with a version or date, or bold paragraphs per version.
fn paragraph_rows(builder: &Builder<'_>, block: &Block) -> Vec<LogRow> {
    let text = &block.inline.text;
    let mut rows: Vec<LogRow> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let source = block.inline.source(&range);
        let source = builder_line_start(builder, source.start)..source.end;
        if let Some(row) = row_from(builder, line, "", source.clone(), false) {
            rows.push(row);
        } else if let Some(row) = rows.last_mut() {
            row.text.push(' ');
            row.text.push_str(&joined(line));
            row.lines.last = builder.source.line(source.end.saturating_sub(1));
            row.bytes.end = builder.source.disk(&(source.end..source.end)).end;
        }
    }
    rows
}

fn builder_line_start(builder: &Builder<'_>, at: usize) -> usize {
    builder.source.text[..at].rfind('\n').map_or(0, |n| n + 1)
}

fn prose_rows(builder: &Builder<'_>, blocks: &[Block]) -> Vec<LogRow> {
    blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Paragraph) && !block.inline.is_blank())
        .map(|block| {
            let range = trimmed_end(builder, block.range.clone());
            LogRow {
                version: None,
                date: None,
                author: None,
                text: joined(&block.inline.text),
                lines: builder.lines(&range),
                bytes: builder.source.disk(&range),
            }
        })
        .collect()
}

/// Reads a front-matter key as a change log. True if it was one.
pub(super) fn from_nodes(builder: &mut Builder<'_>, tree: &Tree, index: usize) -> bool {
    let mut rows: Vec<LogRow> = Vec::new();
    let start = tree.nodes[index].start();
    let mut end = start;
    let mut at = index + 1;
    while let Some(node) = tree.nodes.get(at).filter(|node| node.parent == Some(index)) {
        let below = tree.below(at);
        let place = tree.nodes[at..below]
            .iter()
            .map(Node::start)
            .min()
            .unwrap_or(start);
        let last = tree.nodes[at..below]
            .iter()
            .map(|node| node.range.end)
            .max()
            .unwrap_or(place);
        // A list entry begins with its dash.
        let line = builder_line_start(builder, place);
        let place = match builder.source.text[line..place].find('-') {
            Some(dash) if node.key.is_none() => line + dash,
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
    tree: &Tree,
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
        let value = joined(value);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_row_is_read_in_every_usual_form() {
        for (text, named, version, date, author, rest) in [
            (
                "v1.3.0: 2026-09-01, Ravi Menon. Lowered it.",
                false,
                Some("v1.3.0"),
                Some("2026-09-01"),
                Some("Ravi Menon"),
                "Lowered it.",
            ),
            (
                "1.9.2 (2026-08-08, Rui Costa): New supplier",
                false,
                Some("1.9.2"),
                Some("2026-08-08"),
                Some("Rui Costa"),
                "New supplier",
            ),
            (
                "2026-04-04: 2.2.0 Rating added (Ada Roth)",
                false,
                Some("2.2.0"),
                Some("2026-04-04"),
                None,
                "Rating added (Ada Roth)",
            ),
            (
                "2025-01-02: Rating added",
                false,
                None,
                Some("2025-01-02"),
                None,
                "Rating added",
            ),
            (
                "[1.5.2] - 2026-10-05 - Kim Larsen",
                true,
                Some("1.5.2"),
                Some("2026-10-05"),
                Some("Kim Larsen"),
                "",
            ),
            (
                "1.0.3 - 2026-02-02 - Bo Aldén",
                true,
                Some("1.0.3"),
                Some("2026-02-02"),
                Some("Bo Aldén"),
                "",
            ),
            ("v2 (May 2026)", true, Some("v2"), Some("May 2026"), None, ""),
            (
                "Version 2.0 - 1 May 2026",
                true,
                Some("2.0"),
                Some("1 May 2026"),
                None,
                "",
            ),
            (
                "0.9.0 (2026-10-10, Li Wen): first text",
                false,
                Some("0.9.0"),
                Some("2026-10-10"),
                Some("Li Wen"),
                "first text",
            ),
            (
                "1.1.0: 2026-07-21, Wim Bos. Oven temperature",
                false,
                Some("1.1.0"),
                Some("2026-07-21"),
                Some("Wim Bos"),
                "Oven temperature",
            ),
            (
                "1.2.0 (2026-01-01, T. Okafor): x",
                false,
                Some("1.2.0"),
                Some("2026-01-01"),
                Some("T. Okafor"),
                "x",
            ),
            (
                "r3, 2026-05-06: x",
                false,
                Some("r3"),
                Some("2026-05-06"),
                None,
                "x",
            ),
        ] {
            let head = head(text, named);
            assert_eq!(
                (
                    head.version.as_deref(),
                    head.date.as_deref(),
                    head.author.as_deref(),
                    &text[head.rest..]
                ),
                (version, date, author, rest),
                "{text}"
            );
        }
    }

    #[test]
    fn ordinary_entries_have_no_head() {
        for text in [
            "Updates the register",
            "3 reviewers agree",
            "24 hours later",
            "May approve refunds",
        ] {
            let head = head(text, false);
            assert!(head.version.is_none() && head.date.is_none(), "{text}");
        }
    }
}
