//! Versions as documents write them: `1.4.0`, `v2.1`, `3`, `1.0.0-rc.1`, `r4, 2026-06-16`,
//! `Revision 7`, `2026.06`. Read from the text, ordered, and written back in the same style.
//!
//! What a step *means* is no business of this file; see `rules`.

mod reading;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use crate::spec::version::reading::calendar;
use crate::spec::version::reading::number;
use crate::spec::version::reading::numbers;
use crate::spec::version::reading::revision;
use crate::spec::version::reading::split_tail;

/// How a version counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// One number: `3`.
    One,
    /// Two numbers: `v1.4`. They have no patch step.
    Two,
    /// Three numbers: `1.4.0`.
    Three,
    /// A running number: `r4`, `Revision 7`.
    Revision,
    /// A calendar date or month: `2026-06-16`, `2026.06`.
    Calendar,
}

#[derive(Clone, Debug)]
enum Count {
    Numbers {
        value: semver::Version,
        /// How many digits each written number has at least; more than one entry per dot.
        widths: Vec<usize>,
    },
    Revision {
        number: u64,
        width: usize,
    },
    Calendar {
        year: i16,
        month: i8,
        day: Option<i8>,
        separator: char,
        padded: bool,
    },
}

/// A version that can be compared and stepped.
///
/// Equality and order look at what it counts, not at how it is written: `v1.2`, `1.2` and `1.2.0`
/// are equal, and so are `r3` and `r3, 2026-06-16`. Versions of different grammars (numbers,
/// revisions, dates) have no order.
#[derive(Clone, Debug)]
pub struct Version {
    /// `v`, `r`, `Revision ` …, as written.
    prefix: String,
    count: Count,
    /// What follows the count: `, 2026-06-16`, ` (Draft)`, as written.
    tail: String,
    written: String,
}

impl Version {
    /// Reads a version from the text of one place, with the blanks around it ignored.
    ///
    /// `None` if it follows no known grammar: `latest`, `1.x`, `1.2.3.4`, an impossible date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > 120 || !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (core, tail) = split_tail(text)?;
        calendar(core)
            .map(|count| (String::new(), count))
            .or_else(|| numbers(core))
            .or_else(|| revision(core))
            .map(|(prefix, count)| Self {
                prefix,
                count,
                tail: tail.to_owned(),
                written: text.to_owned(),
            })
    }

    /// The version exactly as it was written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// How it counts.
    pub fn grammar(&self) -> Grammar {
        match &self.count {
            Count::Numbers { widths, .. } => match widths.len() {
                1 => Grammar::One,
                2 => Grammar::Two,
                _ => Grammar::Three,
            },
            Count::Revision { .. } => Grammar::Revision,
            Count::Calendar { .. } => Grammar::Calendar,
        }
    }

    /// Its three numbers, missing ones as 0; `None` for revisions and dates.
    pub fn numbers(&self) -> Option<[u64; 3]> {
        match &self.count {
            Count::Numbers { value, .. } => Some([value.major, value.minor, value.patch]),
            Count::Revision { .. } | Count::Calendar { .. } => None,
        }
    }

    /// The running number of a revision.
    pub fn revision(&self) -> Option<u64> {
        match &self.count {
            Count::Revision { number, .. } => Some(*number),
            Count::Numbers { .. } | Count::Calendar { .. } => None,
        }
    }

    /// True for `1.0.0-rc.1` and the like.
    pub fn is_prerelease(&self) -> bool {
        match &self.count {
            Count::Numbers { value, .. } => !value.pre.is_empty(),
            Count::Revision { .. } | Count::Calendar { .. } => false,
        }
    }

    /// The same style with other numbers; a pre-release stays, a build goes. A revision takes the
    /// first number; a date stays as it is.
    pub fn with_numbers(&self, [major, minor, patch]: [u64; 3]) -> Self {
        let count = match &self.count {
            Count::Numbers { value, widths } => {
                let mut next = semver::Version::new(major, minor, patch);
                next.pre = value.pre.clone();
                Count::Numbers {
                    value: next,
                    widths: widths.clone(),
                }
            }
            Count::Revision { width, .. } => Count::Revision {
                number: major,
                width: *width,
            },
            calendar @ Count::Calendar { .. } => calendar.clone(),
        };
        self.rendered(count, self.tail.clone())
    }

    /// `2.0.0-rc.2` after `2.0.0-rc.1`; `None` where the pre-release does not end in a number.
    pub fn next_prerelease(&self) -> Option<Self> {
        let Count::Numbers { value, widths } = &self.count else {
            return None;
        };
        let pre = value.pre.as_str();
        let digits = pre.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (word, last) = pre.split_at(pre.len() - digits);
        let next = number(last)?.checked_add(1)?;
        let mut value = value.clone();
        value.pre = semver::Prerelease::new(&format!("{word}{next}")).ok()?;
        value.build = semver::BuildMetadata::EMPTY;
        let count = Count::Numbers {
            value,
            widths: widths.clone(),
        };
        Some(self.rendered(count, self.tail.clone()))
    }

    /// The same style with other dates: a calendar version becomes `today`, and a date that follows
    /// a number (`r3, 2026-06-16`) becomes `today` too.
    pub fn with_date(&self, today: Date) -> Self {
        let count = match &self.count {
            Count::Calendar {
                day,
                separator,
                padded,
                ..
            } => Count::Calendar {
                year: today.year(),
                month: today.month(),
                day: day.map(|_| today.day()),
                separator: *separator,
                padded: *padded,
            },
            other => other.clone(),
        };
        let date = self.tail.trim_start_matches([',', ' ', '(', '–', '—', '-']);
        let start = self.tail.len() - date.len();
        let date = date.trim_end_matches(')');
        let tail = match Date::strptime("%Y-%m-%d", date) {
            Ok(_) => format!(
                "{}{today}{}",
                &self.tail[..start],
                &self.tail[start + date.len()..]
            ),
            Err(_) => self.tail.clone(),
        };
        self.rendered(count, tail)
    }

    fn rendered(&self, count: Count, tail: String) -> Self {
        let mut next = Self {
            prefix: self.prefix.clone(),
            count,
            tail,
            written: String::new(),
        };
        next.written = next.render();
        next
    }

    fn render(&self) -> String {
        let core = match &self.count {
            Count::Numbers { value, widths } => {
                let mut text = [value.major, value.minor, value.patch]
                    .iter()
                    .zip(widths)
                    .map(|(number, width)| format!("{number:0width$}"))
                    .collect::<Vec<_>>()
                    .join(".");
                if !value.pre.is_empty() {
                    text.push('-');
                    text.push_str(&value.pre);
                }
                if !value.build.is_empty() {
                    text.push('+');
                    text.push_str(&value.build);
                }
                text
            }
            Count::Revision { number, width } => format!("{number:0width$}"),
            Count::Calendar {
                year,
                month,
                day,
                separator,
                padded,
            } => {
                let width = if *padded { 2 } else { 1 };
                let mut text = format!("{year}{separator}{month:0width$}");
                if let Some(day) = day {
                    text.push_str(&format!("{separator}{day:0width$}"));
                }
                text
            }
        };
        format!("{}{core}{}", self.prefix, self.tail)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (&self.count, &other.count) {
            (Count::Numbers { value: a, .. }, Count::Numbers { value: b, .. }) => Some(a.cmp_precedence(b)),
            (Count::Revision { number: a, .. }, Count::Revision { number: b, .. }) => Some(a.cmp(b)),
            (
                Count::Calendar { year, month, day, .. },
                Count::Calendar {
                    year: other_year,
                    month: other_month,
                    day: other_day,
                    ..
                },
            ) => Some((year, month, day).cmp(&(other_year, other_month, other_day))),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
