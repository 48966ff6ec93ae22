//! Words that turn into their contrary, or into words of another reach: first and later, days, people and
//! programs, folders, everybody.

use super::compare::Way;
use super::lexicon::Plain;
use super::lexicon::lexicon;
use super::reading::Mark;
use super::reading::Reading;
use super::tokens::is_function_word;
use super::tokens::stem;

/// `before` → `after`: what was asked for first may now follow.
pub fn later(before: &str, after: &str) -> Option<Way> {
    let first = |word: &str| matches!(word, "before" | "prior" | "beforehand");
    let last = |word: &str| matches!(word, "after" | "following" | "afterwards");
    match (before, after) {
        (b, a) if first(b) && last(a) => Some(Way::Looser),
        (b, a) if last(b) && first(a) => Some(Way::Tighter),
        _ => None,
    }
}

/// `by Tuesday` → `by Friday`: a deadline on another day of the week.
pub fn weekday(before: &Reading, old: &str, new: &str, at: usize) -> Option<Way> {
    let day = |word: &str| {
        [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ]
        .iter()
        .position(|day| *day == word)
    };
    let (x, y) = (day(old)?, day(new)?);
    let due = |back: usize| matches!(before.word(back), "by" | "until" | "before" | "than" | "latest");
    let deadline = (at.saturating_sub(4)..at).any(due);
    (x != y && deadline).then_some(if y > x { Way::Looser } else { Way::Tighter })
}

/// A person who decides or looks became a program, or the way back.
pub fn person(old: &[String], new: &[String]) -> Option<Way> {
    let person = |words: &[String]| {
        words.iter().any(|w| {
            matches!(
                w.as_str(),
                "human" | "humans" | "person" | "people" | "somebody" | "someone"
            )
        })
    };
    let program = |words: &[String]| {
        words.iter().any(|w| {
            matches!(
                w.as_str(),
                "agent"
                    | "agents"
                    | "bot"
                    | "bots"
                    | "model"
                    | "system"
                    | "script"
                    | "automation"
                    | "tool"
                    | "llm"
                    | "ai"
                    | "pipeline"
                    | "algorithm"
                    | "classifier"
            )
        })
    };
    match (person(old) && !program(old), person(new) && !program(new)) {
        (true, false) if program(new) => Some(Way::Looser),
        (false, true) if program(old) => Some(Way::Tighter),
        _ => None,
    }
}

/// `contracts/inbox` → `contracts`: wider.
pub fn folder(old: &[String], new: &[String]) -> Option<Way> {
    let ([b], [a]) = (old, new) else { return None };
    let inside = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with(['/', '.']) && rest.len() > 1)
    };
    match (inside(b, a), inside(a, b)) {
        (true, false) => Some(Way::Looser),
        (false, true) => Some(Way::Tighter),
        _ => None,
    }
}

/// `with` and `without` an approval are told by the approval.
pub fn are_opposites(b: &str, a: &str, before: &Reading, after: &Reading) -> bool {
    let told = matches!((b, a), ("with", "without") | ("without", "with"))
        && !(before.oversight.is_empty() && after.oversight.is_empty());
    let composed =
        before.negations.len() != after.negations.len() && (is_prefixed(b, a) || is_prefixed(a, b));
    !told && !composed && lexicon().are_opposites(b, a)
}

/// Words of one side that are the negated form of a word of the other: `unlisted` against `listed`.
pub fn prefixed<'r>(reading: &'r Reading, other: &'r Reading) -> impl Iterator<Item = &'r String> {
    reading
        .words
        .iter()
        .filter(|w| !other.words.contains(w) && other.words.iter().any(|o| is_prefixed(w, o)))
}

fn is_prefixed(negated: &str, plain: &str) -> bool {
    plain.len() >= 4 && negated.strip_prefix("un") == Some(plain)
}

/// Whether a word stands for everybody or everything.
pub fn names_everybody(words: &[String]) -> bool {
    const EVERYBODY: &[&str] = &[
        "anyone",
        "everyone",
        "everybody",
        "anybody",
        "whoever",
        "public",
        "anything",
    ];
    words.iter().any(|w| EVERYBODY.contains(&w.as_str()))
}

/// Whether what follows `during` stands on the other side too, behind another preposition: `during their
/// first week`, `in their first week`.
pub fn stays(mark: &Mark, reading: &Reading, other: &Reading) -> bool {
    let content = |w: &&String| !is_function_word(w) && !lexicon().is(w, Plain::Restrict);
    let Some(noun) = reading.words[mark.at + 1..].iter().find(content).map(|w| stem(w)) else {
        return false;
    };
    let places = (0..other.words.len()).filter(|&at| stem(&other.words[at]) == noun);
    places.into_iter().any(|at| {
        let opened = |back: usize| lexicon().is(other.word(back), Plain::Restrict);
        (at.saturating_sub(3)..at).any(opened)
    })
}
