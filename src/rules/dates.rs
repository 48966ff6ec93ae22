//! Dates as change logs write them.

use jiff::civil::Date;

use crate::spec;
use crate::spec::MONTHS;

/// What a date cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A day.
    Day(Date),
    /// A month: its first and last day.
    Month(Date, Date),
    /// Written like a date, and no such day exists; or no date at all.
    Unreal,
    /// Something that may well be a date and is none that is known here (`Q3 2026`).
    Unknown,
}

/// The order of a date's parts and the text between them, to write another in the same style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `2026-05-12` with any of `-./`.
    YearFirst(char),
    /// `12.05.2026` with any of `-./`.
    DayFirst(char),
    /// `05/12/2026` with any of `-./`.
    MonthFirst(char),
    /// `12 May 2026`.
    DayMonth,
    /// `May 12, 2026`.
    MonthDay,
    /// `May 2026`.
    MonthOnly,
    /// `2026-05` with any of `-./`.
    YearMonth(char),
}

/// Reads a date cell.
pub(super) fn read(text: &str) -> Reading {
    parse(text).map_or_else(
        || {
            let mut digits = text.chars().filter(char::is_ascii_digit);
            if digits.by_ref().take(4).count() == 4 {
                Reading::Unknown
            } else {
                Reading::Unreal
            }
        },
        |(reading, _)| reading,
    )
}

/// `today` in the style of `like`; ISO where that is no known style. What follows an ISO day
/// (`2026-04-22 (UTC)`) stays.
pub(super) fn write_like(like: &str, today: Date) -> String {
    if let (Some(day), Some(rest)) = (like.get(..10), like.get(10..))
        && rest.starts_with(' ')
        && matches!(numeric(day), Some((_, Style::YearFirst(_))))
    {
        return format!("{}{rest}", write_like(day, today));
    }
    let style = parse(like).map_or(Style::YearFirst('-'), |(_, style)| style);
    let (year, month, day) = (today.year(), today.month(), today.day());
    let name = usize::try_from(month - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or_default();
    let full = MONTHS.iter().any(|m| like.to_lowercase().contains(m));
    let short = if full { name } else { &name[..3] };
    let name = format!("{}{}", short[..1].to_uppercase(), &short[1..]);
    match style {
        Style::YearFirst(s) => format!("{year}{s}{month:02}{s}{day:02}"),
        Style::DayFirst(s) => format!("{day:02}{s}{month:02}{s}{year}"),
        Style::MonthFirst(s) => format!("{month:02}{s}{day:02}{s}{year}"),
        Style::DayMonth => format!("{day} {name} {year}"),
        Style::MonthDay => format!("{name} {day}, {year}"),
        Style::MonthOnly => format!("{name} {year}"),
        Style::YearMonth(s) => format!("{year}{s}{month:02}"),
    }
}

fn parse(text: &str) -> Option<(Reading, Style)> {
    let text = text
        .trim()
        .trim_matches(['(', ')', '[', ']', '*', '`', ','])
        .trim();
    // A time or zone after an ISO day does not matter: `2026-04-22 (UTC)`, `2026-04-22T10:00`.
    if let Some(day) = text.get(..10)
        && text[10..].starts_with([' ', 'T', 't'])
        && let Some(found @ (_, Style::YearFirst(_))) = numeric(day)
    {
        return Some(found);
    }
    numeric(text).or_else(|| worded(text))
}

fn day(year: u32, month: u32, day: u32) -> Reading {
    let date = || {
        Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
    };
    date().map_or(Reading::Unreal, Reading::Day)
}

fn month(year: u32, month: u32) -> Reading {
    match day(year, month, 1) {
        Reading::Day(first) => Reading::Month(first, first.last_of_month()),
        other @ (Reading::Month(..) | Reading::Unreal | Reading::Unknown) => other,
    }
}

fn numeric(text: &str) -> Option<(Reading, Style)> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '.' | '/') {
        return None;
    }
    let parts: Vec<&str> = text.split(separator).collect();
    if parts.iter().any(|part| part.is_empty() || part.len() > 4) {
        return None;
    }
    let numbers: Vec<u32> = parts
        .iter()
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let long = |at: usize| parts.get(at).is_some_and(|part: &&str| part.len() == 4);
    match *numbers.as_slice() {
        [y, m, d] if long(0) => Some((day(y, m, d), Style::YearFirst(separator))),
        [a, b, y] if long(2) => {
            // 05/12/2026 is read either way; only where one reading is a day is it certain.
            let day_first = (day(y, b, a), Style::DayFirst(separator));
            let month_first = (day(y, a, b), Style::MonthFirst(separator));
            let prefer_month = separator == '/';
            let (first, second) = if prefer_month {
                (month_first, day_first)
            } else {
                (day_first, month_first)
            };
            Some(if first.0 == Reading::Unreal { second } else { first })
        }
        [y, m] if long(0) => Some((month(y, m), Style::YearMonth(separator))),
        _ => None,
    }
}

fn worded(text: &str) -> Option<(Reading, Style)> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '-' || c == '.')
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &str| {
        word.trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse::<u32>()
            .ok()
    };
    match words.as_slice() {
        [a, b, c] => {
            if let (Some(d), Some(m), Some(y)) = (number(a), spec::month(b), number(c)) {
                return Some((day(y, m, d), Style::DayMonth));
            }
            let (m, d, y) = (spec::month(a)?, number(b)?, number(c)?);
            Some((day(y, m, d), Style::MonthDay))
        }
        [a, b] => Some((month(number(b)?, spec::month(a)?), Style::MonthOnly)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 21);

    #[test]
    fn days_are_read_in_every_usual_style_and_written_back_in_it() {
        for (text, written) in [
            ("2026-05-12", "2026-11-21"),
            ("2026/05/12", "2026/11/21"),
            ("12.05.2026", "21.11.2026"),
            ("05/12/2026", "11/21/2026"),
            ("12 Feb 2026", "21 Nov 2026"),
            ("Feb. 12, 2026", "Nov 21, 2026"),
            ("May 12, 2026", "November 21, 2026"),
            ("12 January 2026", "21 November 2026"),
            ("2026-05", "2026-11"),
            ("2026-04-22 (UTC)", "2026-11-21 (UTC)"),
        ] {
            assert!(
                matches!(read(text), Reading::Day(_) | Reading::Month(..)),
                "{text}"
            );
            assert_eq!(write_like(text, TODAY), written, "{text}");
        }
        assert_eq!(
            read("2026-04-22 (UTC)"),
            Reading::Day(Date::constant(2026, 4, 22))
        );
        assert_eq!(read("1st March 2026"), Reading::Day(Date::constant(2026, 3, 1)));
    }

    #[test]
    fn what_is_no_day_is_unreal_and_what_may_be_one_is_left_alone() {
        for text in [
            "2026-02-30",
            "2026-13-01",
            "31.04.2026",
            "February 30, 2026",
            "soon",
            "yesterday",
            "12",
        ] {
            assert_eq!(read(text), Reading::Unreal, "{text}");
        }
        for text in ["Q3 2026", "Spring 2026", "2026-W12"] {
            assert_eq!(read(text), Reading::Unknown, "{text}");
        }
    }
}
