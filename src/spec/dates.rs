//! Dates as people write them at the start of a text.

/// Length in bytes of the date at the start of `text`, if there is one.
pub(super) fn leading_date(text: &str) -> Option<usize> {
    iso(text)
        .or_else(|| numeric(text))
        .or_else(|| day_month_year(text))
        .or_else(|| month_day_year(text))
        .filter(|end| !text[*end..].starts_with(|c: char| c.is_alphanumeric()))
}

/// A date as a number that sorts: year, month, day; missing parts are 0.
pub(super) fn sortable(text: &str) -> Option<(u32, u32, u32)> {
    let end = leading_date(text.trim())?;
    let text = &text.trim()[..end];
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    if let Some(month) = text.split(|c: char| !c.is_alphabetic()).find_map(month) {
        return match numbers[..] {
            [year] => Some((year, month, 0)),
            [day, year] if year > 31 => Some((year, month, day)),
            [year, day] => Some((year, month, day)),
            _ => None,
        };
    }
    match numbers[..] {
        [year, month] if year > 31 => Some((year, month, 0)),
        [year, month, day] if year > 31 => Some((year, month, day)),
        // With slashes the month may come first; where both are possible the day is taken.
        [first, second, year] if second > 12 => Some((year, first, second)),
        [day, month, year] => Some((year, month, day)),
        _ => None,
    }
}

fn digits(text: &str, least: usize, most: usize) -> Option<usize> {
    let count = text.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&count).then_some(count)
}

fn iso(text: &str) -> Option<usize> {
    let year = digits(text, 4, 4)?;
    let separator = text[year..]
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.' | '‑'))?;
    let month_at = year + separator.len_utf8();
    let month = month_at + digits(&text[month_at..], 1, 2)?;
    let rest = &text[month..];
    let Some(rest) = rest.strip_prefix(separator) else {
        // `2026.06` alone may as well be a version; `2026-06` is a month.
        return (separator == '-' && month - month_at == 2).then_some(month);
    };
    let day = digits(rest, 1, 2)?;
    Some(month + separator.len_utf8() + day)
}

fn numeric(text: &str) -> Option<usize> {
    let first = digits(text, 1, 2)?;
    let separator = text[first..]
        .chars()
        .next()
        .filter(|c| matches!(c, '/' | '.' | '-'))?;
    let rest = &text[first + 1..];
    let second = digits(rest, 1, 2)?;
    let rest = rest[second..].strip_prefix(separator)?;
    let year = digits(rest, 4, 4)?;
    Some(first + 1 + second + 1 + year)
}

/// The months' English names, January first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of the month, from 1, that a word names in full or by its first letters, three at least.
pub fn month(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    (word.len() >= 3).then_some(())?;
    let at = MONTHS.iter().position(|name| name.starts_with(&word))?;
    u32::try_from(at + 1).ok()
}

fn month_word(text: &str) -> Option<usize> {
    let end = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    month(&text[..end])?;
    Some(end + usize::from(text[end..].starts_with('.')))
}

fn blank(text: &str) -> Option<usize> {
    let end = text.len() - text.trim_start_matches([' ', '-', '\u{a0}']).len();
    (end > 0).then_some(end)
}

fn day_month_year(text: &str) -> Option<usize> {
    let mut at = digits(text, 1, 2)?;
    for suffix in ["st", "nd", "rd", "th", "."] {
        if text[at..].starts_with(suffix) {
            at += suffix.len();
            break;
        }
    }
    at += blank(&text[at..])?;
    at += month_word(&text[at..])?;
    at += usize::from(text[at..].starts_with(','));
    at += blank(&text[at..])?;
    Some(at + digits(&text[at..], 4, 4)?)
}

fn month_day_year(text: &str) -> Option<usize> {
    let mut at = month_word(text)?;
    at += blank(&text[at..])?;
    if let Some(year) = digits(&text[at..], 4, 4) {
        return Some(at + year);
    }
    at += digits(&text[at..], 1, 2)?;
    for suffix in ["st", "nd", "rd", "th"] {
        if text[at..].starts_with(suffix) {
            at += suffix.len();
            break;
        }
    }
    at += usize::from(text[at..].starts_with(','));
    at += blank(&text[at..])?;
    Some(at + digits(&text[at..], 4, 4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seen_in_the_forms_people_use() {
        for (text, date) in [
            ("2026-09-01, Ravi", Some("2026-09-01")),
            ("2026/9/1", Some("2026/9/1")),
            ("01.09.2026 x", Some("01.09.2026")),
            ("9/1/2026", Some("9/1/2026")),
            ("1 September 2026", Some("1 September 2026")),
            ("Sep 1, 2026", Some("Sep 1, 2026")),
            ("1st Sept. 2026", Some("1st Sept. 2026")),
            ("May 2026: x", Some("May 2026")),
            ("2026-13-45", Some("2026-13-45")),
            ("1.2.3", None),
            ("v1.0", None),
            ("2.6", None),
            ("Maybe 2026", None),
            ("2026", None),
        ] {
            assert_eq!(leading_date(text).map(|end| &text[..end]), date, "{text}");
        }
        assert_eq!(sortable("1 September 2026"), Some((2026, 9, 1)));
        assert_eq!(sortable("13/12/2026"), Some((2026, 12, 13)));
        assert_eq!(sortable("12/13/2026"), Some((2026, 12, 13)));
    }
}
