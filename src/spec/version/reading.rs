//! From the text of one place to what a version counts.

use jiff::civil::Date;

use crate::spec::version::Count;

/// Words that may follow a version without being part of what it counts.
const STAGES: [&str; 10] = [
    "draft", "final", "stable", "alpha", "beta", "wip", "current", "proposed", "approved", "preview",
];

/// Splits `r3, 2026-06-16` and `1.0 (Draft)` into what counts and what follows; `None` where
/// something follows that is neither a date nor a stage nor in brackets.
pub(super) fn split_tail(text: &str) -> Option<(&str, &str)> {
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
pub(super) fn number(text: &str) -> Option<u64> {
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

pub(super) fn calendar(text: &str) -> Option<Count> {
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

pub(super) fn numbers(text: &str) -> Option<(String, Count)> {
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

pub(super) fn revision(text: &str) -> Option<(String, Count)> {
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
