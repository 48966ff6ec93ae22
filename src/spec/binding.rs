//! Words that make a sentence a rule, and sentences as such.

use std::cell::LazyCell;
use std::ops::Range;

use crate::spec::Facet;

/// What a statement is outside a typed section: a limit or a grant if it binds, else nothing.
pub(super) fn rule(text: &str) -> Option<Facet> {
    if !may_bind(text) || is_speech(text) {
        return None;
    }
    let lower = lowered(text);
    let words = words(&lower);
    let supposes = words.first().is_some_and(|word| *word == "if");
    let alone = LazyCell::new(|| last_on_its_own(&words));
    // "No single vendor can …", "Only one agent may …": who may is what binds.
    let excludes = words
        .first()
        .is_some_and(|word| matches!(*word, "no" | "only" | "nobody" | "none" | "neither"));
    let mut permits = false;
    let mut binds = false;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let after = words.get(at + 2).copied().unwrap_or_default();
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        match *word {
            "must" | "shall" | "mustn't" | "shan't" => binds = true,
            "never" => binds = true,
            // "If it is not measured, it cannot be improved" tells how the world is.
            "cannot" | "can't" => binds |= !(supposes && next == "be"),
            "can" if next == "not" => binds = true,
            "can" if next == "only" => binds = true,
            "can" | "may" if excludes && !is_possibility(next) && !next.is_empty() => binds = true,
            "can" if alone.is_some_and(|last| at <= last) => permits = true,
            "may" if next == "not" => {
                binds |= !is_possibility(after);
            }
            "may" if next == "only" => binds = true,
            "may" => {
                permits |= !is_possibility(next)
                    && !is_state(next, after)
                    && before != "whatever"
                    && !next.is_empty();
            }
            "allowed" | "permitted" | "authorised" | "authorized" | "entitled"
                if is_being(before) || before == "not" || before == "only" || before == "never" =>
            {
                let negated = words[at.saturating_sub(3)..at]
                    .iter()
                    .any(|word| matches!(*word, "not" | "never" | "no" | "only" | "isn't" | "aren't"));
                if negated {
                    binds = true;
                } else if next == "to" || is_being(before) {
                    permits = true;
                }
            }
            "has" | "have" | "had" if next == "to" => {
                binds |= !negates(&words[at.saturating_sub(2)..at]) && !supposes;
            }
            "obliged" | "bound" if next == "to" && is_being(before) => {
                binds |= !negates(&words[at.saturating_sub(3)..at]);
            }
            "nobody" | "no-one" if next == "but" || next == "may" || next == "can" => binds = true,
            "is" | "are" if next == "to" && after == "be" => binds |= !supposes,
            "is" | "are" if next == "not" && after == "to" => binds |= !supposes,
            "free" if next == "to" && is_being(before) => permits = true,
            "forbidden" | "prohibited" | "disallowed" => binds = true,
            "only" => binds |= !matches!(before, "not" | "the" | "if" | "an" | "read" | "my"),
            "requires" => binds = true,
            "require" | "needs" | "need" => {
                binds |= words[at + 1..].iter().take(4).any(|word| is_consent(word));
            }
            "required" | "mandatory" => {
                binds |= is_being(before) && !negates(&words[at.saturating_sub(3)..at]);
            }
            "approval" | "sign-off" => {
                binds |= matches!(before, "prior" | "explicit" | "written") || next == "before";
            }
            "do" if next == "not" && at == 0 => binds = true,
            "don't" if at == 0 => binds = true,
            _ => {}
        }
    }
    if binds {
        Some(Facet::Limit)
    } else if permits {
        Some(Facet::Grant)
    } else {
        None
    }
}

/// What a line before a list says of the entries below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Introduction {
    /// What each entry is.
    pub(super) facet: Facet,
    /// True if it forbids, false if it only binds or permits.
    pub(super) forbids: bool,
}

/// What the last clause of a line that ends in a colon says of the list below: `The clerk may not:`.
pub(super) fn introduction(text: &str) -> Option<Introduction> {
    let text = text.trim_end().strip_suffix([':', '：'])?;
    let clause = text.rsplit([',', ';', '–', '—']).next().unwrap_or(text);
    let lower = lowered(clause);
    let words = words(&lower);
    let last = *words.last()?;
    let before = words.len().checked_sub(2).map_or("", |at| words[at]);
    let forbids = words.iter().any(|word| {
        matches!(*word, "not" | "never" | "no" | "cannot" | "neither" | "without") || word.ends_with("n't")
    });
    let facet = match last {
        "must" | "shall" | "require" | "requires" | "never" | "cannot" | "can't" | "mustn't" | "shan't" => {
            Facet::Limit
        }
        "not" if matches!(before, "must" | "shall" | "may" | "can" | "do" | "does" | "will") => Facet::Limit,
        "may" | "can" if forbids => Facet::Limit,
        "may" | "can" if words.len() > 1 => Facet::Grant,
        _ => rule(clause)?,
    };
    Some(Introduction { facet, forbids })
}

/// True if a sentence below a typed title is a statement of that title, not talk about it.
pub(super) fn binds(text: &str) -> bool {
    rule(text).is_some()
        || words(&lowered(text)).into_iter().any(|word| {
            matches!(
                word,
                "should"
                    | "shouldn't"
                    | "ought"
                    | "avoid"
                    | "ideally"
                    | "always"
                    | "may"
                    | "can"
                    | "require"
                    | "required"
                    | "approval"
                    | "sign-off"
                    | "permission"
            )
        })
}

/// False for text without any word that could bind: most text, told without taking it apart. Any
/// character beyond ASCII ends a word here, which only finds more of them.
fn may_bind(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Whether the word before could begin `has to`, `is to be`, `are not to`.
    let mut opened = false;
    let mut at = 0;
    while at < bytes.len() {
        let letter = CLASSES[usize::from(bytes[at])];
        let start = at;
        at += 1;
        if !is_letter(letter) {
            continue;
        }
        let ends = |byte: &u8| !is_letter(CLASSES[usize::from(*byte)]);
        at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
        let before = std::mem::take(&mut opened);
        // Length and first letter rule out nearly every word.
        if at - start > LONGEST || LENGTHS[usize::from(letter)] & (1 << (at - start)) == 0 {
            continue;
        }
        let word = &bytes[start..at];
        if (before && word.eq_ignore_ascii_case(b"to")) || is_one(&BINDING, word) {
            return true;
        }
        opened = is_one(&OPENERS, word);
    }
    false
}

fn is_letter(class: u8) -> bool {
    class > JOINT
}

/// The class of an apostrophe or hyphen, which may stand inside a word.
const JOINT: u8 = 1;

/// The class of a digit.
const DIGIT: u8 = 2;

/// 0 for what is no part of a word, `JOINT`, `DIGIT`, or a number for each letter of the alphabet.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => byte - b'a' + DIGIT + 1,
            b'A'..=b'Z' => byte - b'A' + DIGIT + 1,
            b'0'..=b'9' => DIGIT,
            b'\'' | b'-' => JOINT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// By the class of a word's first letter: which lengths a word that matters may have, a bit each.
const LENGTHS: [u16; DIGIT as usize + 27] = {
    let mut lengths = [0; DIGIT as usize + 27];
    lengths[CLASSES[b't' as usize] as usize] |= 1 << "to".len();
    let mut length = 0;
    while length <= LONGEST {
        let mut at = 0;
        while at < BINDING[length].len() + OPENERS[length].len() {
            let word = if at < BINDING[length].len() {
                BINDING[length][at]
            } else {
                OPENERS[length][at - BINDING[length].len()]
            };
            lengths[CLASSES[word.as_bytes()[0] as usize] as usize] |= 1 << length;
            at += 1;
        }
        length += 1;
    }
    lengths
};

/// No word that matters is longer.
const LONGEST: usize = 10;

/// Words by their length.
type Words = [&'static [&'static str]; LONGEST + 1];

/// Words that oblige together with `to`.
const OPENERS: Words = [
    &[],
    &[],
    &["is"],
    &["has", "had", "are", "not"],
    &["have"],
    &["bound"],
    &[],
    &["obliged"],
    &[],
    &[],
    &[],
];

/// Words without one of which nothing binds.
const BINDING: Words = [
    &[],
    &[],
    &["do"],
    &["can", "may", "don"],
    &["must", "only", "need", "shan", "free", "sign"],
    &["shall", "never", "needs", "mustn"],
    &["cannot", "nobody"],
    &["require", "allowed"],
    &["requires", "required", "approval", "entitled"],
    &["permitted", "forbidden", "mandatory"],
    &["authorised", "authorized", "prohibited", "disallowed"],
];

/// Whether a word of at most [`LONGEST`] bytes is one of these.
fn is_one(words: &Words, word: &[u8]) -> bool {
    let same = |one: &&str| one.as_bytes().eq_ignore_ascii_case(word);
    words[word.len()].iter().any(same)
}

/// True for words put into a mouth: `"We never do that."`
fn is_speech(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',']);
    let quotes = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('「', '」')];
    quotes.iter().any(|(open, close)| {
        text.strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close))
            .is_some_and(|inside| !inside.is_empty() && !inside.contains([*open, *close]))
    })
}

fn negates(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| matches!(*word, "not" | "never" | "no" | "isn't" | "aren't"))
}

fn is_being(word: &str) -> bool {
    matches!(
        word,
        "is" | "are" | "be" | "been" | "being" | "am" | "was" | "were" | "explicitly"
    )
}

fn is_consent(word: &str) -> bool {
    matches!(
        word,
        "approval"
            | "approvals"
            | "sign-off"
            | "signoff"
            | "consent"
            | "permission"
            | "authorization"
            | "authorisation"
            | "review"
            | "confirmation"
            | "agreement"
            | "clearance"
    )
}

/// After `may`, words that tell of a possibility and permit nothing.
fn is_possibility(word: &str) -> bool {
    matches!(
        word,
        "have"
            | "occur"
            | "contain"
            | "vary"
            | "need"
            | "happen"
            | "differ"
            | "become"
            | "seem"
            | "appear"
            | "exist"
            | "arise"
            | "feel"
            | "well"
            | "cause"
            | "lead"
            | "result"
            | "depend"
            | "require"
            | "fail"
            | "mean"
            | "look"
            | "sound"
            | "or"
    )
}

/// After `may`, what something is or takes: `may be a precondition`, `may take 30 minutes`.
fn is_state(word: &str, after: &str) -> bool {
    match word {
        "be" => matches!(
            after,
            "a" | "an" | "the" | "in" | "at" | "of" | "due" | "more" | "less" | "too" | "up" | "as" | "only"
        ),
        "take" | "last" => {
            after.starts_with(|c: char| c.is_ascii_digit())
                || matches!(
                    after,
                    "time"
                        | "long"
                        | "longer"
                        | "several"
                        | "many"
                        | "hours"
                        | "days"
                        | "weeks"
                        | "minutes"
                        | "up"
                )
        }
        "include" => true,
        _ => false,
    }
}

/// Where it is said last that something is done without asking: `on its own`, `without approval`.
fn last_on_its_own(words: &[&str]) -> Option<usize> {
    (0..words.len()).rposition(|at| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        match words[at] {
            "on" => {
                matches!(next, "its" | "their" | "your" | "her" | "his" | "my")
                    && words.get(at + 2) == Some(&"own")
            }
            "without" => is_consent(next),
            "autonomously" | "independently" => true,
            _ => false,
        }
    })
}

/// A text in lower case with straight apostrophes; beyond ASCII, its words with blanks between them.
pub(super) fn lowered(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))) {
        let word = word.trim_matches(['\'', '’', '-']);
        lower.push_str(&word.replace('’', "'").to_lowercase());
        lower.push(' ');
    }
    lower
}

/// The words of a [`lowered`] text, apostrophes and hyphens kept; a hyphenated `read-only` is one.
pub(super) fn words(lower: &str) -> Vec<&str> {
    let mut words = Vec::with_capacity(lower.len() / 4);
    if lower.is_ascii() {
        let bytes = lower.as_bytes();
        let class = |at: usize| CLASSES[usize::from(bytes[at])];
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            at += 1;
            if !is_letter(class(start)) {
                continue;
            }
            let mut end = at;
            while at < bytes.len() && class(at) != 0 {
                at += 1;
                if class(at - 1) != JOINT {
                    end = at;
                }
            }
            words.push(&lower[start..end]);
        }
    } else {
        words.extend(lower.split(' ').filter(|word| !word.is_empty()));
    }
    words
}

/// The sentences of a paragraph as ranges, white space at their ends excluded.
pub(super) fn sentences(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[range.clone()];
    let mut out = Vec::new();
    let mut start = range.start;
    let mut from = 0;
    let ascii = part.is_ascii();
    while let Some(at) = next_mark(part, from, ascii) {
        let c = part[at..].chars().next().unwrap_or('.');
        let wide = matches!(c, '。' | '！' | '？');
        let mut end = at + c.len_utf8();
        for next in part[end..].chars() {
            if matches!(next, '.' | '!' | '?' | '"' | '”' | '\'' | '’' | ')' | ']' | '」') {
                end += next.len_utf8();
            } else {
                break;
            }
        }
        from = end;
        let rest = &part[end..];
        let ends = rest.is_empty()
            || wide
            || (rest.starts_with(char::is_whitespace)
                && starts_sentence(rest.trim_start())
                && !(c == '.' && is_abbreviation(&part[start - range.start..at])));
        if ends {
            let sentence = super::inline::trimmed(text, start..range.start + end);
            if !sentence.is_empty() {
                out.push(sentence);
            }
            start = range.start + end;
        }
    }
    let rest = super::inline::trimmed(text, start..range.end);
    if !rest.is_empty() {
        out.push(rest);
    }
    out
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
    single
        || word == "No"
        || matches!(
            word.to_ascii_lowercase().as_str(),
            "e.g"
                | "i.e"
                | "etc"
                | "vs"
                | "dr"
                | "mr"
                | "mrs"
                | "ms"
                | "prof"
                | "st"
                | "approx"
                | "cf"
                | "resp"
                | "incl"
                | "inc"
                | "ltd"
                | "fig"
                | "sec"
                | "art"
                | "dept"
                | "est"
                | "al"
                | "z.b"
                | "d.h"
                | "ca"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_word_makes_a_rule_and_a_possibility_does_not() {
        use Facet::*;
        for (text, facet) in [
            ("The agent must ask first.", Some(Limit)),
            ("Never push on a Friday", Some(Limit)),
            ("Guests cannot enter", Some(Limit)),
            ("Guests may not enter", Some(Limit)),
            ("Guests may only use the portal", Some(Limit)),
            ("Sessions from shared computers are not allowed", Some(Limit)),
            ("Rollbacks require sign-off from the owner", Some(Limit)),
            ("Publication requires approval from the board", Some(Limit)),
            ("Only mention alternatives when asked", Some(Limit)),
            ("The clerk may pay small invoices", Some(Grant)),
            ("The agent is allowed to read the archive", Some(Grant)),
            ("The agent can deploy on its own", Some(Grant)),
            ("Private monitors may be used at home", Some(Grant)),
            ("Personal data may have left the company", None),
            ("A task may take 30 minutes", None),
            ("Status may be a precondition", None),
            ("The clerk may take leave", Some(Grant)),
            ("No vendor can hold more than half", Some(Limit)),
            ("Vendors can hold more than half", None),
            ("so that a newcomer can follow it", None),
            ("It is not only fast but small", None),
            ("A read-only replica", None),
            ("Results may vary", None),
            ("Historical context is helpful but not required", None),
            ("\"No one may touch my desk.\"", None),
            ("If it isn't measured, it can't be improved", None),
        ] {
            assert_eq!(rule(text), facet, "{text}");
        }
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Use v1.2 of it. See https://a.b/c.d now! Ask Dr. Who, e.g. Mr. Smith. The end";
        let parts: Vec<&str> = sentences(text, 0..text.len())
            .into_iter()
            .map(|range| &text[range])
            .collect();
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
