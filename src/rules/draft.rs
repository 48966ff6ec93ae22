//! Rows for a change log, drafted from the changes and written as the log's other rows are.

mod phrase;
mod row;

pub use phrase::phrases;
pub use phrase::sentence;
pub use row::find_in;

use std::ops::Range;

use crate::rules::Context;
use crate::rules::edit::Edit;
use crate::rules::edit::line_break;
use crate::rules::log::is_unreleased;
use crate::spec::ChangeLog;
use crate::spec::LogOrder;
use crate::spec::LogRow;
use crate::spec::Version;

/// What a row says.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The version, in the document's style.
    pub version: &'a Version,
    /// The day.
    pub today: jiff::civil::Date,
    /// The date as it is to be written; `None` for the day in the log's own style.
    pub date: Option<&'a str>,
    /// Who made the change.
    pub author: &'a str,
    /// What changed, one phrase each, the severest first.
    pub phrases: &'a [String],
}

/// Who to name where nobody is known: better a name that people correct than a placeholder that
/// they do not.
pub(super) fn author<'a>(ctx: &Context<'a>) -> &'a str {
    let named = ctx.authors.iter().map(String::as_str);
    named
        .clone()
        .find(|name| name.contains(' '))
        .or_else(|| named.clone().next())
        .or_else(|| {
            ctx.after
                .and_then(|spec| spec.owner.as_ref())
                .map(|owner| owner.value.as_str())
        })
        .unwrap_or("specwarden")
}

/// A new row for `version` at the right end of head's log, with words drafted from the changes.
/// `None` where there is no log, or it is written in a way that nobody can continue (sentences).
pub fn insertion(ctx: &Context<'_>, version: &Version) -> Option<Edit> {
    let phrases = phrases(ctx.changes);
    let draft = Draft {
        version,
        today: ctx.today,
        date: None,
        author: author(ctx),
        phrases: &phrases,
    };
    let logs = ctx.logs();
    insert(logs.after?, logs.before, logs.after_bytes, &draft)
}

/// A new row in a log. `base` is the same log before the edit, whose order counts.
pub fn insert(log: &ChangeLog, base: Option<&ChangeLog>, bytes: &[u8], draft: &Draft<'_>) -> Option<Edit> {
    let eol = line_break(bytes);
    let order = base
        .and_then(|base| base.order)
        .or(log.order)
        .unwrap_or(LogOrder::NewestFirst);
    let released: Vec<_> = log.rows.iter().filter(|row| !is_unreleased(row)).collect();
    let neighbour = match order {
        LogOrder::NewestFirst => released.first(),
        LogOrder::NewestLast => released.last(),
    };
    let Some(neighbour) = neighbour else {
        let text = row::from_nothing(log, draft)?;
        let at = log.body.min(bytes.len());
        let starts_line = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        let text = text.replace('\n', eol);
        return Some(Edit {
            range: at..at,
            text: if starts_line {
                format!("{text}{eol}")
            } else {
                format!("{eol}{text}")
            },
        });
    };
    let written = row::like(log, neighbour, bytes, draft)?.replace('\n', eol);
    Some(match order {
        LogOrder::NewestFirst => put_beside(log, None, Some(neighbour), bytes, &written),
        LogOrder::NewestLast => put_beside(log, Some(neighbour), None, bytes, &written),
    })
}

/// A row in the shape of the log's other rows, without its place; `None` where there are none.
pub(super) fn line_like(log: &ChangeLog, bytes: &[u8], draft: &Draft<'_>) -> Option<String> {
    let other = log.rows.iter().find(|row| !is_unreleased(row))?;
    row::like(log, other, bytes, draft)
}

/// A written row below `above` or, where there is none, above `below`, indented as they are.
pub(super) fn put_beside(
    log: &ChangeLog,
    above: Option<&LogRow>,
    below: Option<&LogRow>,
    bytes: &[u8],
    written: &str,
) -> Edit {
    let eol = line_break(bytes);
    let gap = if row::stands_apart(log, bytes) { eol } else { "" };
    let indent = |row: &LogRow| {
        let from = start_of_line(bytes, row.bytes.start);
        String::from_utf8_lossy(bytes.get(from..row.bytes.start).unwrap_or_default()).into_owned()
    };
    match (above, below) {
        (Some(row), _) => {
            let at = trim_blank_end(bytes, row.bytes.start, row.bytes.end.min(bytes.len()));
            Edit {
                range: at..at,
                text: format!("{eol}{gap}{}{written}", indent(row)),
            }
        }
        (None, Some(row)) => {
            let at = start_of_line(bytes, row.bytes.start);
            Edit {
                range: at..at,
                text: format!("{}{written}{eol}{gap}", indent(row)),
            }
        }
        (None, None) => {
            let at = log.body.min(bytes.len());
            Edit {
                range: at..at,
                text: format!("{written}{eol}"),
            }
        }
    }
}

/// The lines of a row with their line breaks, and the blank lines that part it from the next one.
pub(super) fn whole_row(log: &ChangeLog, row: &LogRow, bytes: &[u8]) -> Range<usize> {
    let start = start_of_line(bytes, row.bytes.start);
    let mut end = trim_blank_end(bytes, row.bytes.start, row.bytes.end.min(bytes.len()));
    let line_end = |from: usize| {
        bytes
            .get(from..)
            .and_then(|rest| rest.iter().position(|&b| b == b'\n'))
            .map_or(bytes.len(), |at| from + at + 1)
    };
    end = line_end(end);
    if row::stands_apart(log, bytes) {
        loop {
            let next = line_end(end);
            if next == end || !bytes[end..next].trim_ascii().is_empty() {
                break;
            }
            end = next;
        }
    }
    start..end
}

fn start_of_line(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    bytes[..at].iter().rposition(|&b| b == b'\n').map_or_else(
        || {
            if bytes.starts_with("\u{feff}".as_bytes()) {
                3.min(at)
            } else {
                0
            }
        },
        |found| found + 1,
    )
}

/// The end of a row without the blank lines that may be counted to it.
fn trim_blank_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    while end > start && bytes[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    end
}
