//! What happened to a change log: which rows are new, which old ones changed or vanished.

use crate::rules::Context;
use crate::rules::context::Logs;
use crate::rules::dates;
use crate::rules::dates::Reading;
use crate::rules::words;
use crate::spec::ChangeLog;
use crate::spec::LogColumn;
use crate::spec::LogRow;
use crate::spec::Version;

/// Rows beyond this many on a side that match nothing are not compared by likeness.
const MOST_COMPARED: usize = 200;

/// The rows of a log on both sides, brought together. Indices are into the rows of either side.
#[derive(Clone, Debug)]
pub(super) struct LogEdit<'a> {
    pub(super) logs: Logs<'a>,
    /// (base, head): the same in all but format.
    pub(super) kept: Vec<(usize, usize)>,
    /// (base, head): the same row, with other words.
    pub(super) edited: Vec<(usize, usize)>,
    /// Of base: not found at head.
    pub(super) gone: Vec<usize>,
    /// Of head: not found at base.
    pub(super) new: Vec<usize>,
}

impl<'a> LogEdit<'a> {
    pub(super) fn read(ctx: &Context<'a>) -> Self {
        let logs = ctx.logs();
        let old = logs.before.map_or(&[][..], |log| &log.rows);
        let new = logs.after.map_or(&[][..], |log| &log.rows);
        let mut edit = Self {
            logs,
            kept: Vec::new(),
            edited: Vec::new(),
            gone: (0..old.len()).collect(),
            new: (0..new.len()).collect(),
        };
        edit.kept = edit.pair(|b, h| same(&old[b], &new[h]));
        edit.edited = edit.pair(|b, h| same_version(&old[b], &new[h]));
        if edit.gone.len() <= MOST_COMPARED && edit.new.len() <= MOST_COMPARED {
            let alike = edit.pair(|b, h| alike(&old[b], &new[h]));
            edit.edited.extend(alike);
        }
        edit
    }

    /// Takes out of `gone` and `new` what belongs together, in document order.
    fn pair(&mut self, belongs: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let new = &mut self.new;
        self.gone.retain(|&b| {
            let found = new.iter().position(|&h| belongs(b, h));
            match found {
                Some(at) => {
                    pairs.push((b, new.remove(at)));
                    false
                }
                None => true,
            }
        });
        pairs
    }

    pub(super) fn base_row(&self, at: usize) -> Option<&'a LogRow> {
        self.logs.before.and_then(|log| log.rows.get(at))
    }

    pub(super) fn head_row(&self, at: usize) -> Option<&'a LogRow> {
        self.logs.after.and_then(|log| log.rows.get(at))
    }

    /// The rows that are new at head, in document order; those under "Unreleased" are none yet.
    pub(super) fn new_rows(&self) -> impl Iterator<Item = (usize, &'a LogRow)> {
        self.new
            .iter()
            .filter_map(|&at| Some((at, self.head_row(at)?)))
            .filter(|(_, row)| !is_unreleased(row))
    }

    /// The newest row that has a version or a date, at base.
    pub(super) fn newest_before(&self) -> Option<&'a LogRow> {
        let log = self.logs.before?;
        match log.order {
            Some(crate::spec::LogOrder::NewestLast) => log.rows.iter().rev().find(|row| !is_unreleased(row)),
            Some(crate::spec::LogOrder::NewestFirst) | None => {
                log.rows.iter().find(|row| !is_unreleased(row))
            }
        }
    }

    /// True where the log's rows are expected to have what `has` looks for: a column for it, or
    /// another row with it.
    pub(super) fn expects(&self, column: LogColumn, has: impl Fn(&LogRow) -> Option<&str>) -> bool {
        let with = |log: Option<&ChangeLog>, but: &[usize]| {
            log.is_some_and(|log| {
                log.columns.contains(&column)
                    || log.rows.iter().enumerate().any(|(at, row)| {
                        !but.contains(&at) && has(row).is_some_and(|text| !text.trim().is_empty())
                    })
            })
        };
        with(self.logs.before, &[]) || with(self.logs.after, &self.new)
    }
}

/// True where the two differ in format only.
pub(super) fn same(a: &LogRow, b: &LogRow) -> bool {
    same_text(a.version.as_deref(), b.version.as_deref(), |x, y| {
        Version::parse(x).is_some_and(|x| Version::parse(y).is_some_and(|y| x == y))
    }) && same_text(a.date.as_deref(), b.date.as_deref(), |x, y| {
        match (dates::read(x), dates::read(y)) {
            (Reading::Day(x), Reading::Day(y)) => x == y,
            _ => false,
        }
    }) && same_text(a.author.as_deref(), b.author.as_deref(), |_, _| false)
        && words::fold(&a.text) == words::fold(&b.text)
}

fn same_text(a: Option<&str>, b: Option<&str>, or: impl Fn(&str, &str) -> bool) -> bool {
    let (a, b) = (a.unwrap_or(""), b.unwrap_or(""));
    words::fold(a) == words::fold(b) || or(a, b)
}

fn same_version(a: &LogRow, b: &LogRow) -> bool {
    match (version_of(a), version_of(b)) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => false,
    }
}

/// The same row under another version or date: its words and one more thing are the same.
fn alike(a: &LogRow, b: &LogRow) -> bool {
    let equal = |x: &Option<String>, y: &Option<String>| match (x, y) {
        (Some(x), Some(y)) => words::fold(x) == words::fold(y),
        (None, _) | (_, None) => false,
    };
    let likeness = words::likeness(&a.text, &b.text);
    let dated = equal(&a.date, &b.date);
    let unversioned = a.version.is_none() && b.version.is_none();
    (dated && likeness >= 0.5)
        || (likeness >= 0.8 && (equal(&a.author, &b.author) && unversioned))
        || (dated && unversioned && equal(&a.author, &b.author) && likeness >= 0.3)
}

/// The version that a row is about.
pub(super) fn version_of(row: &LogRow) -> Option<Version> {
    row.version.as_deref().and_then(Version::parse)
}

/// True for the heading under which changes wait for a version.
pub(super) fn is_unreleased(row: &LogRow) -> bool {
    let named = row.version.as_deref().unwrap_or(&row.text);
    let folded = words::fold(named);
    let word = folded.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(word, "unreleased" | "upcoming" | "next" | "pending")
}

impl LogEdit<'_> {
    /// True where a row of head, new or old, is about one of the versions.
    pub(super) fn tells_about(&self, versions: &[Version]) -> bool {
        let rows = self.logs.after.map_or(&[][..], |log| &log.rows);
        rows.iter()
            .any(|row| version_of(row).is_some_and(|version| versions.contains(&version)))
    }

    /// True where the log went back to what it was at a version: its newest row is that version's,
    /// and nothing but the rows of later versions is missing.
    pub(super) fn goes_back_to(&self, version: &Version) -> bool {
        let told = self
            .kept
            .iter()
            .filter_map(|&(at, _)| self.base_row(at))
            .any(|row| version_of(row).is_some_and(|of| of == *version));
        let later = |at: &usize| {
            self.base_row(*at)
                .and_then(version_of)
                .is_some_and(|of| of > *version)
        };
        told && self.new.is_empty()
            && self.edited.is_empty()
            && !self.gone.is_empty()
            && self.gone.iter().all(later)
    }

    /// The new rows that stand on the wrong side of the rows that were there.
    pub(super) fn misplaced(&self) -> Vec<usize> {
        let Some(order) = self.logs.before.and_then(|base| base.order) else {
            return Vec::new();
        };
        let newest = self.newest_before().and_then(version_of);
        let mut old = self
            .kept
            .iter()
            .chain(&self.edited)
            .map(|&(_, at)| at)
            .filter(|&at| {
                // What stands under "Unreleased" stays where it is.
                self.head_row(at).is_some_and(|row| !is_unreleased(row))
            });
        let edge = match order {
            crate::spec::LogOrder::NewestFirst => old.next().map(|first| old.fold(first, usize::min)),
            crate::spec::LogOrder::NewestLast => old.next().map(|first| old.fold(first, usize::max)),
        };
        let Some(edge) = edge else {
            return Vec::new();
        };
        self.new_rows()
            .filter(|(_, row)| {
                // A row of an earlier version is history that is told later: it belongs inside.
                version_of(row)
                    .zip(newest.as_ref())
                    .is_none_or(|(version, newest)| version > *newest)
            })
            .filter(|&(at, _)| match order {
                crate::spec::LogOrder::NewestFirst => at > edge,
                crate::spec::LogOrder::NewestLast => at < edge,
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// A row of base as it was written.
    pub(super) fn original(&self, at: usize) -> Option<String> {
        let row = self.base_row(at)?;
        let bytes = self.logs.before_bytes.get(row.bytes.clone())?;
        String::from_utf8(bytes.to_vec()).ok()
    }
}
