//! A new row, written as an old one is: its cells or its head with other contents.

use std::ops::Range;

use crate::rules::context::in_style_of;
use crate::rules::dates;
use crate::rules::draft::Draft;
use crate::rules::draft::sentence;
use crate::rules::words;
use crate::spec::ChangeLog;
use crate::spec::LogColumn;
use crate::spec::LogRow;
use crate::spec::LogShape;

/// Where a text stands inside a range of bytes, as a word of its own where possible.
pub fn find_in(bytes: &[u8], range: &Range<usize>, text: &str) -> Option<Range<usize>> {
    let raw = std::str::from_utf8(bytes.get(range.clone())?).ok()?;
    let found = find_word(raw, text, 0)?;
    Some(range.start + found.start..range.start + found.end)
}

fn find_word(raw: &str, text: &str, from: usize) -> Option<Range<usize>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let whole = raw.get(from..)?.match_indices(text).find(|(at, _)| {
        let start = from + at;
        edge(raw[..start].chars().next_back()) && edge(raw[start + text.len()..].chars().next())
    });
    let at = from + whole.or_else(|| raw.get(from..)?.match_indices(text).next())?.0;
    Some(at..at + text.len())
}

/// Whether rows of this log have a blank line between them.
pub(super) fn stands_apart(log: &ChangeLog, bytes: &[u8]) -> bool {
    match log.shape {
        LogShape::Headings | LogShape::Prose => true,
        LogShape::Table | LogShape::FrontMatter => false,
        LogShape::List => match log.rows.as_slice() {
            [first, second, ..] => bytes
                .get(first.bytes.end..second.bytes.start)
                .is_some_and(|between| between.iter().filter(|&&b| b == b'\n').count() > 1),
            _ => false,
        },
    }
}

/// A row in the shape of `old`, lines parted by `\n`; `None` where that shape cannot be continued.
pub(super) fn like(log: &ChangeLog, old: &LogRow, bytes: &[u8], draft: &Draft<'_>) -> Option<String> {
    let raw = std::str::from_utf8(bytes.get(old.bytes.clone())?).ok()?;
    let raw = raw.replace("\r\n", "\n");
    let raw = raw.trim_end();
    let parts = Parts::of(old, draft);
    match log.shape {
        LogShape::Table if raw.contains('|') => pipes(log, old, raw, &parts),
        LogShape::Table => cells(log, old, raw, &parts),
        LogShape::FrontMatter => keys(old, raw, &parts).or_else(|| text(old, raw, &parts.for_yaml())),
        LogShape::List | LogShape::Headings => text(old, raw, &parts),
        LogShape::Prose => old.version.as_ref().and_then(|_| text(old, raw, &parts)),
    }
}

/// A row where there is none to go by.
pub(super) fn from_nothing(log: &ChangeLog, draft: &Draft<'_>) -> Option<String> {
    let said = sentence(draft.phrases);
    let Draft { version, author, .. } = draft;
    let today = draft.date.map_or_else(|| draft.today.to_string(), str::to_owned);
    match log.shape {
        LogShape::Table => {
            let cell = |column: &LogColumn| match column {
                LogColumn::Version => version.as_written().to_owned(),
                LogColumn::Date => today.clone(),
                LogColumn::Author => (*author).to_owned(),
                LogColumn::Text => said.clone(),
                LogColumn::Other => String::new(),
            };
            let cells: Vec<String> = log.columns.iter().map(cell).collect();
            (!cells.is_empty()).then(|| format!("| {} |", cells.join(" | ")))
        }
        LogShape::List => Some(format!("- **{version}** ({today}, {author}): {said}")),
        LogShape::Headings => Some(format!("### [{version}] - {today} - {author}\n\n- {said}\n")),
        LogShape::FrontMatter => Some(format!(
            "  - version: \"{version}\"\n    date: {today}\n    author: {}\n    changes: {}",
            quoted(author),
            quoted(&said)
        )),
        LogShape::Prose => None,
    }
}

/// The contents of the new row, in the style of the old one's.
struct Parts {
    version: String,
    date: String,
    author: String,
    said: String,
}

impl Parts {
    fn of(old: &LogRow, draft: &Draft<'_>) -> Self {
        Self {
            version: match old.version.as_deref() {
                Some(written) => in_style_of(written, draft.version),
                None => draft.version.as_written().to_owned(),
            },
            date: match draft.date {
                Some(written) => written.to_owned(),
                None => dates::write_like(old.date.as_deref().unwrap_or(""), draft.today),
            },
            author: draft.author.replace('|', "/"),
            said: sentence(draft.phrases),
        }
    }

    /// The same without what would end a plain or quoted scalar.
    fn for_yaml(&self) -> Self {
        let calm = |text: &str| {
            text.replace(": ", " - ")
                .replace(" #", " ")
                .replace(['"', '\''], "’")
        };
        Self {
            version: self.version.clone(),
            date: self.date.clone(),
            author: calm(&self.author),
            said: calm(&self.said),
        }
    }

    fn of_column(&self, column: LogColumn) -> Option<&str> {
        match column {
            LogColumn::Version => Some(&self.version),
            LogColumn::Date => Some(&self.date),
            LogColumn::Author => Some(&self.author),
            LogColumn::Text => Some(&self.said),
            LogColumn::Other => None,
        }
    }
}

fn old_part(old: &LogRow, column: LogColumn) -> Option<&str> {
    match column {
        LogColumn::Version => old.version.as_deref(),
        LogColumn::Date => old.date.as_deref(),
        LogColumn::Author => old.author.as_deref(),
        LogColumn::Text | LogColumn::Other => None,
    }
}

/// A cell's new content: what stands around the old value (marks, brackets) stays, a link goes.
fn content(cell: &str, column: LogColumn, old: &LogRow, parts: &Parts) -> String {
    let Some(new) = parts.of_column(column) else {
        return String::new();
    };
    let around = old_part(old, column)
        .filter(|_| !cell.contains("]("))
        .and_then(|was| find_word(cell, was, 0));
    match around {
        Some(at) => format!("{}{new}{}", &cell[..at.start], &cell[at.end..]),
        None => new.to_owned(),
    }
}

/// A row between pipes.
fn pipes(log: &ChangeLog, old: &LogRow, raw: &str, parts: &Parts) -> Option<String> {
    let line = raw.lines().next()?.trim();
    let inner = line.strip_prefix('|').unwrap_or(line);
    let closed = inner.ends_with('|') && !inner.ends_with("\\|");
    let inner = if closed { &inner[..inner.len() - 1] } else { inner };
    let cells = split_cells(inner);
    let mut told = false;
    let parts = &Parts {
        version: parts.version.clone(),
        date: parts.date.clone(),
        author: parts.author.clone(),
        said: parts.said.replace("\\|", "|").replace('|', "\\|"),
    };
    let written: Vec<String> = log
        .columns
        .iter()
        .enumerate()
        .map(|(at, &column)| {
            let cell = cells.get(at).map_or("", |cell| cell.trim());
            let again = column == LogColumn::Text && std::mem::replace(&mut told, true);
            if again {
                String::new()
            } else {
                content(cell, column, old, parts)
            }
        })
        .collect();
    (!written.is_empty()).then(|| {
        let open = if line.starts_with('|') { "| " } else { "" };
        let close = if closed { " |" } else { "" };
        format!("{open}{}{close}", written.join(" | "))
    })
}

/// Cells of a row, parted at pipes that are neither escaped nor inside code.
fn split_cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let (mut code, mut escaped) = (false, false);
    for c in row.chars() {
        match c {
            '|' if !escaped && !code => cells.push(String::new()),
            _ => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(c);
                }
            }
        }
        code ^= c == '`' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// A row of an HTML table: the contents of its `<td>`s.
fn cells(log: &ChangeLog, old: &LogRow, raw: &str, parts: &Parts) -> Option<String> {
    let lower = raw.to_ascii_lowercase();
    let mut out = String::new();
    let mut at = 0;
    for &column in &log.columns {
        let open = at + lower.get(at..)?.find("<td")?;
        let start = open + lower.get(open..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find("</td")?;
        out.push_str(&raw[at..start]);
        let text = content(raw[start..end].trim(), column, old, parts);
        let plain = parts.of_column(column).is_some_and(|new| new == text);
        if plain {
            out.push_str(
                &text
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;"),
            );
        } else {
            out.push_str(&text);
        }
        at = end;
    }
    out.push_str(&raw[at..]);
    (!log.columns.is_empty()).then_some(out)
}

/// An entry whose version, date and author stand in a line of text, in any order.
fn text(old: &LogRow, raw: &str, parts: &Parts) -> Option<String> {
    let mut fields: Vec<(Range<usize>, &str)> = Vec::new();
    for (was, new) in [
        (&old.version, &parts.version),
        (&old.date, &parts.date),
        (&old.author, &parts.author),
    ] {
        let head = raw.len();
        let found = was.as_deref().and_then(|was| find_word(&raw[..head], was, 0));
        let free = found.filter(|at| {
            fields
                .iter()
                .all(|(other, _)| at.end <= other.start || at.start >= other.end)
        });
        if let Some(at) = free {
            fields.push((at, new));
        }
    }
    fields.sort_by_key(|(at, _)| at.start);
    let slot = slot(raw, &fields, &old.text)?;
    let mut out = String::new();
    let mut at = 0;
    fields.push((slot, &parts.said));
    fields.sort_by_key(|(at, _)| at.start);
    for (range, new) in &fields {
        out.push_str(raw.get(at..range.start)?);
        out.push_str(new);
        at = range.end;
    }
    out.push_str(raw.get(at..)?);
    Some(out)
}

/// The bytes of an entry that say what changed: the stretch between the fields that holds its words.
fn slot(raw: &str, fields: &[(Range<usize>, &str)], said: &str) -> Option<Range<usize>> {
    let starts = std::iter::once(0).chain(fields.iter().map(|(at, _)| at.end));
    let ends = fields
        .iter()
        .map(|(at, _)| at.start)
        .chain(std::iter::once(raw.len()));
    let opening: String = words::fold(said).chars().take(12).collect();
    let (start, end) = starts
        .zip(ends)
        .filter(|(start, end)| start <= end)
        .max_by_key(|&(start, end)| {
            let stretch = &raw[start..end];
            let holds = !opening.is_empty() && words::fold(stretch).contains(&opening);
            (
                holds,
                stretch.chars().filter(|c| c.is_alphabetic()).count(),
                start,
            )
        })?;
    let stretch = &raw[start..end];
    let lead = |c: char| c.is_whitespace() || ":.,;-–—+)]}*_`|>".contains(c);
    let mut from = stretch.len() - stretch.trim_start_matches(lead).len();
    // A sub-heading of the entry ("### Changed") stays and what it heads is replaced.
    if stretch[from..].starts_with('#') {
        let line = stretch[from..].find('\n').map_or(stretch.len(), |at| from + at);
        from = stretch.len() - stretch[line..].trim_start_matches(lead).len();
    }
    let rest = &stretch[from..];
    let last = end == raw.len();
    let tail = |c: char| c.is_whitespace() || c == '.' || (!last && "([{*_`-–—,;:".contains(c));
    let to = from + rest.trim_end_matches(tail).len();
    // Nothing but marks: the words go to the end of the stretch.
    Some(if from >= to && last {
        raw.len()..raw.len()
    } else {
        start + from..start + to.max(from)
    })
}

/// A map in a YAML list, one key per line.
fn keys(old: &LogRow, raw: &str, parts: &Parts) -> Option<String> {
    let calm = parts.for_yaml();
    let mut out: Vec<String> = Vec::new();
    let mut told = false;
    let mut depth: Option<usize> = None;
    for line in raw.lines() {
        let bare = line.trim_start().trim_start_matches("- ").trim_start();
        let Some((key, value)) = bare.split_once(':').filter(|(key, value)| {
            !key.is_empty()
                && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
                && (value.is_empty() || value.starts_with(' '))
        }) else {
            // What a longer value went on with.
            continue;
        };
        let lead = &line[..line.len() - bare.len()];
        // The keys of the map stand below its first key; what lies deeper belongs to one of them.
        let first = out.is_empty();
        if !first && *depth.get_or_insert(lead.len()) != lead.len() {
            continue;
        }
        let value = value.trim().trim_matches(['"', '\'']);
        let is = |part: &Option<String>| {
            part.as_deref()
                .is_some_and(|part| !value.is_empty() && part == value)
        };
        let new = if is(&old.version) {
            plain_or_quoted(line, &calm.version)
        } else if is(&old.date) {
            plain_or_quoted(line, &calm.date)
        } else if is(&old.author) {
            quoted(&parts.author)
        } else if !told {
            told = true;
            quoted(&parts.said)
        } else {
            continue;
        };
        out.push(format!("{lead}{key}: {new}"));
    }
    (out.len() > 1 && told).then(|| out.join("\n"))
}

fn plain_or_quoted(line: &str, value: &str) -> String {
    if line.contains(['"', '\'']) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
