//! Where sentences end.

use std::ops::Range;

use crate::spec::inline::trimmed;

/// The sentences of a paragraph as ranges, white space at their ends excluded.
pub(in crate::spec) fn sentences(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let ascii = text[range.clone()].is_ascii();
    let mut start = range.start;
    std::iter::from_fn(move || {
        while start < range.end {
            let end = sentence_end(&text[..range.end], start, ascii);
            let sentence = trimmed(text, start..end);
            start = end;
            if !sentence.is_empty() {
                return Some(sentence);
            }
        }
        None
    })
}

/// Where the sentence ends that begins at an offset.
fn sentence_end(text: &str, start: usize, ascii: bool) -> usize {
    let mut from = start;
    while let Some(at) = next_mark(text, from, ascii) {
        let c = text[at..].chars().next().unwrap_or('.');
        let wide = matches!(c, '。' | '！' | '？');
        let mut end = at + c.len_utf8();
        for next in text[end..].chars() {
            if matches!(next, '.' | '!' | '?' | '"' | '”' | '\'' | '’' | ')' | ']' | '」') {
                end += next.len_utf8();
            } else {
                break;
            }
        }
        from = end;
        let rest = &text[end..];
        let ends = rest.is_empty()
            || wide
            || (rest.starts_with(char::is_whitespace)
                && starts_sentence(rest.trim_start())
                && !(c == '.' && is_abbreviation(&text[start..at])));
        if ends {
            return end;
        }
    }
    text.len()
}

/// The next sentence mark from an offset on.
fn next_mark(text: &str, from: usize, ascii: bool) -> Option<usize> {
    let rest = &text[from..];
    let found = if ascii {
        memchr::memchr3(b'.', b'!', b'?', rest.as_bytes())
    } else {
        rest.find(['.', '!', '?', '。', '！', '？'])
    };
    found.map(|at| from + at)
}

fn starts_sentence(rest: &str) -> bool {
    rest.chars()
        .find(|c| !matches!(c, '"' | '“' | '(' | '\'' | '‘' | '[' | '*' | '`'))
        .is_none_or(|c| !c.is_lowercase())
}

fn is_abbreviation(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or("");
    let single = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    single || word == "No" || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// What ends in a dot and no sentence.
const ABBREVIATIONS: [&str; 25] = [
    "e.g", "i.e", "etc", "vs", "dr", "mr", "mrs", "ms", "prof", "st", "approx", "cf", "resp", "incl", "inc",
    "ltd", "fig", "sec", "art", "dept", "est", "al", "z.b", "d.h", "ca",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Use v1.2 of it. See https://a.b/c.d now! Ask Dr. Who, e.g. Mr. Smith. The end";
        let parts: Vec<&str> = sentences(text, 0..text.len()).map(|range| &text[range]).collect();
        assert_eq!(
            parts,
            [
                "Use v1.2 of it.",
                "See https://a.b/c.d now!",
                "Ask Dr. Who, e.g. Mr. Smith.",
                "The end"
            ]
        );
    }
}
