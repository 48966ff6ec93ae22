//! Change logs: finding their rows in tables, lists, sub-headings, front matter and prose.

mod front_matter;
mod head;
mod rows;
mod table;

pub(super) use front_matter::from_nodes;

use std::ops::Range;

use crate::spec::ChangeLog;
use crate::spec::LogColumn;
use crate::spec::LogOrder;
use crate::spec::LogRow;
use crate::spec::LogShape;
use crate::spec::Version;
use crate::spec::binding;
use crate::spec::builder::Builder;
use crate::spec::change_log::rows::entry_row;
use crate::spec::change_log::rows::heading_row;
use crate::spec::change_log::rows::paragraph_rows;
use crate::spec::change_log::rows::prose_rows;
use crate::spec::change_log::table::table_columns;
use crate::spec::change_log::table::table_row;
use crate::spec::dates::sortable;
use crate::spec::page::Kind;
use crate::spec::page::Page;

/// Reads a range of blocks, those below a log's heading. `None` if they hold nothing that a log would.
///
/// `heading` is the heading's own range; `sure` tells whether the title alone makes it a log.
pub(super) fn read(
    builder: &Builder<'_>,
    page: &Page,
    range: Range<usize>,
    heading: &Range<usize>,
    sure: bool,
) -> Option<ChangeLog> {
    let blocks = &page.blocks[range];
    let mut rows = Vec::new();
    let mut columns = Vec::new();
    let mut shape = None;
    let mut body = None;
    for (index, block) in blocks.iter().enumerate() {
        match &block.kind {
            Kind::Table(table) if shape.is_none() || shape == Some(LogShape::Table) => {
                let table = page.table(*table);
                let found = table_columns(page, table);
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
                        .filter_map(|row| table_row(builder, page, &found, row)),
                );
                if columns.is_empty() {
                    columns = found;
                }
            }
            Kind::Heading(_) if shape.is_none() || shape == Some(LogShape::Headings) => {
                if let Some(row) = heading_row(builder, page, blocks, index) {
                    shape = Some(LogShape::Headings);
                    rows.push(row);
                }
            }
            Kind::Entry if block.entry().is_none() && (shape.is_none() || shape == Some(LogShape::List)) => {
                if let Some(row) = entry_row(builder, page, blocks, index) {
                    shape = Some(LogShape::List);
                    rows.push(row);
                }
            }
            Kind::Paragraph
                if block.entry().is_none() && (shape.is_none() || shape == Some(LogShape::Prose)) =>
            {
                let found = paragraph_rows(builder, page, block);
                if !found.is_empty() {
                    shape = Some(LogShape::Prose);
                    rows.extend(found);
                }
            }
            _ => {}
        }
    }
    // `8.1 The board shall review this` stands below `Amendments` and is a clause, not a version.
    let rules = |row: &LogRow| row.date.is_none() && binding::rule(&row.text).is_some();
    if !sure && shape == Some(LogShape::Prose) && rows.iter().all(rules) {
        return None;
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
        rows.extend(prose_rows(builder, page, blocks));
    }
    let end = blocks
        .iter()
        .map(|block| block.range().end)
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

/// Reads a table as a change log by its columns alone: they begin with a version or a date, tell both
/// and who or what, and every row states a version and a date.
pub(super) fn of_table(
    builder: &Builder<'_>,
    page: &Page,
    at: usize,
    range: &Range<usize>,
) -> Option<ChangeLog> {
    let Kind::Table(table) = page.blocks[at].kind else {
        return None;
    };
    let table = page.table(table);
    if table.rows.len() < 2 || table.rows[0].cells.len() < 3 {
        return None;
    }
    let columns = table_columns(page, table);
    let first = columns.first()?;
    let tells = |column: LogColumn| columns.contains(&column);
    let sound = matches!(first, LogColumn::Version | LogColumn::Date)
        && tells(LogColumn::Version)
        && tells(LogColumn::Date)
        && (tells(LogColumn::Author) || tells(LogColumn::Text));
    if !sound {
        return None;
    }
    let start = range.start..range.start;
    let log = read(builder, page, at..at + 1, &start, false)?;
    let stated = |row: &LogRow| {
        row.version.as_deref().and_then(Version::parse).is_some()
            && row.date.as_deref().and_then(sortable).is_some()
    };
    (!log.rows.is_empty() && log.rows.iter().all(stated)).then_some(log)
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

fn line_start(builder: &Builder<'_>, at: usize) -> usize {
    builder.source.line_start(at)
}
