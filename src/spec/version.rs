//! Versions as documents write them: `1.4.0`, `v2.1`, `3`, `1.0.0-rc.1`, `r4, 2026-06-16`,
//! `Revision 7`, `2026.06`. Read from the text, ordered, and written back in the same style.
//!
//! What a step *means* is no business of this file; see `rules`.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

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

/// Words that may follow a version without being part of what it counts.
const STAGES: [&str; 10] = [
    "draft", "final", "stable", "alpha", "beta", "wip", "current", "proposed", "approved", "preview",
];

/// Splits `r3, 2026-06-16` and `1.0 (Draft)` into what counts and what follows; `None` where
/// something follows that is neither a date nor a stage nor in brackets.
fn split_tail(text: &str) -> Option<(&str, &str)> {
    let cut = |at: usize| (text[..at].trim_end(), &text[text[..at].trim_end().len()..]);
    if text.ends_with(')')
        && let Some(at) = text.find('(')
        && at > 0
    {
        return Some(cut(at));
    }
    if let Some(at) = text.find(',') {
        let date = text[at + 1..].trim();
        return is_date(date).then(|| cut(at));
    }
    if let Some((head, last)) = text.rsplit_once(char::is_whitespace)
        && head.contains(|c: char| c.is_ascii_digit())
    {
        let at = text.len() - last.len();
        if STAGES.contains(&last.to_ascii_lowercase().as_str()) {
            return Some(cut(at));
        }
        if is_date(last) {
            let head = head.trim_end_matches([' ', '-', '–', '—', '/']);
            return Some((head, &text[head.len()..]));
        }
        return None;
    }
    Some((text, ""))
}

fn is_date(text: &str) -> bool {
    matches!(calendar(text), Some(Count::Calendar { day: Some(_), .. }))
}

/// Digits only, few enough for a number.
fn number(text: &str) -> Option<u64> {
    (!text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn width(text: &str) -> usize {
    if text.len() > 1 && text.starts_with('0') {
        text.len()
    } else {
        1
    }
}

fn calendar(text: &str) -> Option<Count> {
    let separator = text.chars().nth(4)?;
    if !matches!(separator, '-' | '.' | '/') {
        return None;
    }
    let parts: Vec<&str> = text.split(separator).collect();
    let (2 | 3) = parts.len() else { return None };
    if parts[0].len() != 4 || parts[1..].iter().any(|part| part.len() > 2) {
        return None;
    }
    let year = number(parts[0])?;
    let month = i8::try_from(number(parts[1])?).ok()?;
    let day = match parts.get(2) {
        Some(day) => Some(i8::try_from(number(day)?).ok()?),
        None => None,
    };
    if !(1900..2200).contains(&year) {
        return None;
    }
    let year = i16::try_from(year).ok()?;
    Date::new(year, month, day.unwrap_or(1)).ok()?;
    Some(Count::Calendar {
        year,
        month,
        day,
        separator,
        padded: parts[1].len() == 2,
    })
}

fn numbers(text: &str) -> Option<(String, Count)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = text.split_at(at);
    let word = prefix.trim_end_matches([' ', '.']).to_ascii_lowercase();
    if !matches!(word.as_str(), "" | "v" | "ver" | "version") || (word.is_empty() && at > 0) {
        return None;
    }
    let (rest, build) = match rest.split_once('+') {
        Some((rest, build)) => (rest, semver::BuildMetadata::new(build).ok()?),
        None => (rest, semver::BuildMetadata::EMPTY),
    };
    let (rest, pre) = match rest.split_once('-') {
        Some((rest, pre)) if !pre.is_empty() => (rest, semver::Prerelease::new(pre).ok()?),
        Some(_) => return None,
        None => (rest, semver::Prerelease::EMPTY),
    };
    let parts: Vec<&str> = rest.split('.').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut value = [0; 3];
    for (slot, part) in value.iter_mut().zip(&parts) {
        *slot = number(part)?;
    }
    // A pre-release that looks like the rest of a date (`2026-13-40`) is a broken date.
    if parts.len() == 1 && parts[0].len() == 4 && pre.as_str().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut version = semver::Version::new(value[0], value[1], value[2]);
    version.pre = pre;
    version.build = build;
    let widths = parts.iter().map(|part| width(part)).collect();
    Some((
        prefix.to_owned(),
        Count::Numbers {
            value: version,
            widths,
        },
    ))
}

fn revision(text: &str) -> Option<(String, Count)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = text.split_at(at);
    let word = prefix
        .trim_end_matches([' ', '.', '#', ':', '-'])
        .to_ascii_lowercase();
    if !matches!(word.as_str(), "r" | "rev" | "revision" | "issue" | "edition") {
        return None;
    }
    Some((
        prefix.to_owned(),
        Count::Revision {
            number: number(rest)?,
            width: width(rest),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} should be a version"))
    }

    #[test]
    fn every_known_grammar_is_read() {
        use Grammar::*;
        for (text, grammar) in [
            ("3", One),
            ("v3", One),
            ("1.10", Two),
            ("v1.0", Two),
            ("V2.1", Two),
            ("1.4.0", Three),
            ("v1.4.0", Three),
            ("Version 0.5.0", Three),
            ("v.2.1", Two),
            ("1.0.0-rc.1", Three),
            ("1.0-beta", Two),
            ("1.0.0+build.5", Three),
            ("1.0 (Draft)", Two),
            ("2.0 draft", Two),
            ("1.2, 2026-06-16", Two),
            ("1.2 - 2026-06-16", Two),
            ("r3", Revision),
            ("r3, 2026-06-16", Revision),
            ("Rev. 4", Revision),
            ("Revision 7", Revision),
            ("2026-06-16", Calendar),
            ("2026.06", Calendar),
            ("2026/6/1", Calendar),
        ] {
            let read = version(text);
            assert_eq!(read.grammar(), grammar, "{text}");
            assert_eq!(read.render(), text, "is written back as it was");
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "",
            "latest",
            "two-ish",
            "1.x.y",
            "1.2.3.4",
            "next one, soon",
            "Java 21+ Engineer",
            "2026-02-30",
            "2026-13-40",
            "-1",
            "1..2",
            "1.",
            ".1",
            "v",
            "rev",
            "1.2, soon",
            "99999999999999999999999",
            "1.0.0-",
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn order_is_by_number_and_not_by_letter() {
        for (low, high) in [
            ("1.9", "1.10"),
            ("v1.9", "1.10"),
            ("1.9.9", "2.0.0"),
            ("1.0.0-rc.1", "1.0.0"),
            ("1.0.0-rc.2", "1.0.0-rc.10"),
            ("r9", "r10, 2026-01-01"),
            ("Revision 2", "r3"),
            ("2026-06-16", "2026-07-01"),
            ("2026.6", "2026.11"),
        ] {
            assert!(version(low) < version(high), "{low} < {high}");
            assert!(version(high) > version(low), "{high} > {low}");
        }
    }

    #[test]
    fn the_way_of_writing_does_not_count() {
        for (a, b) in [
            ("v1.2", "1.2"),
            ("1.2", "1.2.0"),
            ("r3", "r3, 2026-06-16"),
            ("1.0", "1.0 (Draft)"),
        ] {
            assert_eq!(version(a), version(b));
        }
    }

    #[test]
    fn grammars_do_not_compare() {
        assert_eq!(version("r3").partial_cmp(&version("3")), None);
        assert_eq!(version("2026-06-16").partial_cmp(&version("1.0")), None);
    }

    #[test]
    fn a_step_keeps_the_style() {
        assert_eq!(version("v1.4").with_numbers([1, 5, 0]).as_written(), "v1.5");
        assert_eq!(version("1.09").with_numbers([1, 10, 0]).as_written(), "1.10");
        assert_eq!(version("1.08").with_numbers([1, 9, 0]).as_written(), "1.09");
        assert_eq!(
            version("1.0 (Draft)").with_numbers([1, 1, 0]).as_written(),
            "1.1 (Draft)"
        );
        let today = Date::constant(2026, 11, 21);
        assert_eq!(
            version("r3, 2026-06-16")
                .with_numbers([4, 0, 0])
                .with_date(today)
                .as_written(),
            "r4, 2026-11-21"
        );
        assert_eq!(version("2026.06").with_date(today).as_written(), "2026.11");
        assert_eq!(version("2026/6/1").with_date(today).as_written(), "2026/11/21");
    }
}
