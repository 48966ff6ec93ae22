//! Rows in list entries, sub-headings and paragraphs.

use std::ops::Range;

use crate::spec::LogRow;
use crate::spec::builder::Builder;
use crate::spec::change_log::head::head;
use crate::spec::change_log::head::trailing_name;
use crate::spec::change_log::line_start;
use crate::spec::change_log::trimmed_end;
use crate::spec::inline::joined;
use crate::spec::page::Block;
use crate::spec::page::Kind;
use crate::spec::page::Page;

pub(super) fn row_from(
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
    let mut told = joined(rest).into_owned();
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

pub(super) fn entry_row(
    builder: &Builder<'_>,
    page: &Page,
    blocks: &[Block],
    index: usize,
) -> Option<LogRow> {
    let block = &blocks[index];
    let mut first = None;
    let mut more = String::new();
    for inner in &blocks[index + 1..] {
        if inner.range().start >= block.range().end {
            break;
        }
        if matches!(inner.kind, Kind::Paragraph) {
            if first.is_none() {
                first = Some(page.inline(inner.inline).text);
            } else {
                if !more.is_empty() {
                    more.push(' ');
                }
                more.push_str(&joined(page.inline(inner.inline).text));
            }
        }
    }
    row_from(builder, first?, &more, block.range(), false)
}

pub(super) fn heading_row(
    builder: &Builder<'_>,
    page: &Page,
    blocks: &[Block],
    index: usize,
) -> Option<LogRow> {
    let heading = &blocks[index];
    if !inner_is_row(page, heading) {
        return None;
    }
    let mut more = String::new();
    let mut end = heading.range().end;
    for inner in &blocks[index + 1..] {
        if matches!(inner.kind, Kind::Heading(_)) {
            if inner_is_row(page, inner) {
                break;
            }
            end = inner.range().end;
            continue;
        }
        end = end.max(inner.range().end);
        if matches!(inner.kind, Kind::Paragraph) {
            if !more.is_empty() {
                more.push(' ');
            }
            more.push_str(&joined(page.inline(inner.inline).text));
        }
    }
    row_from(
        builder,
        page.inline(heading.inline).text,
        &more,
        heading.range().start..end,
        true,
    )
}

fn inner_is_row(page: &Page, block: &Block) -> bool {
    let head = head(page.inline(block.inline).text, true);
    head.version.is_some() || head.date.is_some()
}

/// Lines of a paragraph that each begin with a version or date, or bold paragraphs per version.
pub(super) fn paragraph_rows(builder: &Builder<'_>, page: &Page, block: &Block) -> Vec<LogRow> {
    let inline = page.inline(block.inline);
    let text = inline.text;
    let mut rows: Vec<LogRow> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let source = inline.source(&range);
        let source = line_start(builder, source.start)..source.end;
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

pub(super) fn prose_rows(builder: &Builder<'_>, page: &Page, blocks: &[Block]) -> Vec<LogRow> {
    blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Paragraph) && !page.inline(block.inline).is_blank())
        .map(|block| {
            let range = trimmed_end(builder, block.range());
            LogRow {
                version: None,
                date: None,
                author: None,
                text: joined(page.inline(block.inline).text).into_owned(),
                lines: builder.lines(&range),
                bytes: builder.source.disk(&range),
            }
        })
        .collect()
}
