//! The head of a row: version, date and author before its text.

use crate::spec::Version;
use crate::spec::dates::leading_date;
use crate::spec::title::ornament;

/// What the head of a row says, and where its text begins.
#[derive(Default, Debug)]
pub(super) struct Head {
    pub(super) version: Option<String>,
    pub(super) date: Option<String>,
    pub(super) author: Option<String>,
    pub(super) rest: usize,
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '-' | '–' | '—' | ',' | '|' | ']' | ')' | '·' | '•' | '*' | '/' | '.' | ';'
        )
}

/// Reads version, date and author off the start of a row.
pub(super) fn head(text: &str, named: bool) -> Head {
    let mut head = Head::default();
    let mut at = ornament(text);
    let mut bracket = false;
    loop {
        let rest = &text[at..];
        if let Some(c) = rest.chars().next().filter(|c| matches!(c, '[' | '(')) {
            bracket = c == '(';
            at += c.len_utf8();
            continue;
        }
        if head.date.is_none()
            && let Some(end) = leading_date(rest)
        {
            head.date = Some(rest[..end].to_owned());
            at += end;
        } else if head.version.is_none()
            && let Some(end) = leading_version(rest)
        {
            let written = &rest[..end];
            // `Version 2.0` is 2.0; `Revision 4` counts otherwise than 4 and keeps its word.
            let bare = written
                .split_once(' ')
                .filter(|(word, _)| !word.to_ascii_lowercase().starts_with("rev"))
                .map_or(written, |(_, bare)| bare);
            head.version = Some(bare.to_owned());
            at += end;
        } else {
            break;
        }
        let rest = &text[at..];
        let separators = rest.len() - rest.trim_start_matches(is_separator).len();
        let passed = &rest[..separators];
        // A dot or a colon ends the head, unless a date or version follows.
        at += separators;
        let more = &text[at..];
        let opened = more.trim_start_matches(['[', '(']);
        let goes_on = (head.date.is_none() && leading_date(opened).is_some())
            || (head.version.is_none() && leading_version(opened).is_some());
        if goes_on {
            continue;
        }
        let by_comma = passed.trim().starts_with(',') || (bracket && !passed.contains(')'));
        let by_dash = named
            && passed
                .trim()
                .chars()
                .all(|c| matches!(c, '-' | '–' | '—' | '|' | '·' | '•'));
        if (by_comma || by_dash)
            && let Some((name, end)) = leading_name(more, named)
        {
            head.author = Some(name);
            at += end;
            at += text[at..].len() - text[at..].trim_start_matches(is_separator).len();
        }
        if head.author.is_none()
            && let Some(name) = more.strip_prefix("by ").or_else(|| more.strip_prefix('@'))
            && let Some((name, end)) = leading_name(name, named)
        {
            at += end + if more.starts_with('@') { 1 } else { 3 };
            at += text[at..].len() - text[at..].trim_start_matches(is_separator).len();
            head.author = Some(name);
        }
        break;
    }
    head.rest = at;
    head
}

/// A version at the start of a row: a number with a dot, `v3`, `r3`, `Version 2`, `Revision 4`.
pub(super) fn leading_version(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut worded = false;
    for word in [
        "version ",
        "revision ",
        "release ",
        "rev ",
        "rev. ",
        "ver ",
        "ver. ",
    ] {
        if text.len() > word.len()
            && text.is_char_boundary(word.len())
            && text[..word.len()].eq_ignore_ascii_case(word)
        {
            at = word.len();
            worded = true;
            break;
        }
    }
    let rest = &text[at..];
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_')))
        .unwrap_or(rest.len());
    let token = rest[..end].trim_end_matches(['.', '-', '_', '+']);
    let marked =
        token.starts_with(['v', 'V', 'r', 'R']) && token[1..].starts_with(|c: char| c.is_ascii_digit());
    let dotted = token.contains('.') && token.starts_with(|c: char| c.is_ascii_digit());
    let number = worded && token.bytes().all(|b| b.is_ascii_digit()) && !token.is_empty();
    let sound = (marked || dotted || number) && token.bytes().any(|b| b.is_ascii_digit());
    (sound && Version::parse(token).is_some()).then_some(at + token.len())
}

/// A person's name that ends at a sentence or bracket mark, or, in a heading, with the line.
fn leading_name(text: &str, whole: bool) -> Option<(String, usize)> {
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let stops = match c {
            ')' | ']' | ':' | ';' | '|' | '\n' | ',' => true,
            '.' => {
                let word = text[..at].rsplit([' ', '.']).next().unwrap_or("");
                let title = matches!(word, "Dr" | "Mr" | "Mrs" | "Ms" | "Prof" | "St" | "Jr" | "Sr");
                word.chars().count() > 1 && !title
            }
            '-' | '–' | '—' => text[..at].ends_with(' '),
            _ => false,
        };
        if stops {
            end = at;
            break;
        }
        if at > 60 {
            return None;
        }
    }
    if end == text.len() && !whole && !text[..end].trim().is_empty() {
        return None;
    }
    let name = text[..end].trim();
    is_name(name).then(|| {
        (
            name.trim_start_matches("by ").trim_start_matches('@').to_owned(),
            end,
        )
    })
}

fn is_name(name: &str) -> bool {
    let bare = name.trim_start_matches("by ").trim_start_matches('@');
    let words = bare.split_whitespace().count();
    (1..=5).contains(&words)
        && !bare.chars().any(|c| c.is_ascii_digit() && words > 1)
        && bare
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_ascii() || name.starts_with('@'))
}

/// A name in brackets at the end of a row: `Rating added (Ada Roth)`.
pub(super) fn trailing_name(text: &str) -> Option<(String, usize)> {
    let kept = text.trim_end().trim_end_matches('.');
    let inside = kept.strip_suffix(')')?;
    let open = inside.rfind('(')?;
    let name = inside[open + 1..].trim();
    let capital = name.split_whitespace().all(|word| {
        word.chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_ascii())
            || matches!(word, "van" | "von" | "de" | "der" | "da" | "by")
    });
    (is_name(name) && capital).then(|| (name.trim_start_matches("by ").to_owned(), open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_row_is_read_in_every_usual_form() {
        for (text, named, version, date, author, rest) in [
            (
                "v1.3.0: 2026-09-01, Ravi Menon. Lowered it.",
                false,
                Some("v1.3.0"),
                Some("2026-09-01"),
                Some("Ravi Menon"),
                "Lowered it.",
            ),
            (
                "1.9.2 (2026-08-08, Rui Costa): New supplier",
                false,
                Some("1.9.2"),
                Some("2026-08-08"),
                Some("Rui Costa"),
                "New supplier",
            ),
            (
                "2026-04-04: 2.2.0 Rating added (Ada Roth)",
                false,
                Some("2.2.0"),
                Some("2026-04-04"),
                None,
                "Rating added (Ada Roth)",
            ),
            (
                "2025-01-02: Rating added",
                false,
                None,
                Some("2025-01-02"),
                None,
                "Rating added",
            ),
            (
                "[1.5.2] - 2026-10-05 - Kim Larsen",
                true,
                Some("1.5.2"),
                Some("2026-10-05"),
                Some("Kim Larsen"),
                "",
            ),
            (
                "1.0.3 - 2026-02-02 - Bo Aldén",
                true,
                Some("1.0.3"),
                Some("2026-02-02"),
                Some("Bo Aldén"),
                "",
            ),
            ("v2 (May 2026)", true, Some("v2"), Some("May 2026"), None, ""),
            (
                "Version 2.0 - 1 May 2026",
                true,
                Some("2.0"),
                Some("1 May 2026"),
                None,
                "",
            ),
            (
                "0.9.0 (2026-10-10, Li Wen): first text",
                false,
                Some("0.9.0"),
                Some("2026-10-10"),
                Some("Li Wen"),
                "first text",
            ),
            (
                "1.1.0: 2026-07-21, Wim Bos. Oven temperature",
                false,
                Some("1.1.0"),
                Some("2026-07-21"),
                Some("Wim Bos"),
                "Oven temperature",
            ),
            (
                "1.2.0 (2026-01-01, T. Okafor): x",
                false,
                Some("1.2.0"),
                Some("2026-01-01"),
                Some("T. Okafor"),
                "x",
            ),
            (
                "r3, 2026-05-06: x",
                false,
                Some("r3"),
                Some("2026-05-06"),
                None,
                "x",
            ),
        ] {
            let head = head(text, named);
            assert_eq!(
                (
                    head.version.as_deref(),
                    head.date.as_deref(),
                    head.author.as_deref(),
                    &text[head.rest..]
                ),
                (version, date, author, rest),
                "{text}"
            );
        }
    }

    #[test]
    fn ordinary_entries_have_no_head() {
        for text in [
            "Updates the register",
            "3 reviewers agree",
            "24 hours later",
            "May approve refunds",
        ] {
            let head = head(text, false);
            assert!(head.version.is_none() && head.date.is_none(), "{text}");
        }
    }
}
