//! Titles that are phrases: `What the nurse may decide alone`, `I don't handle`, `Changes that need
//! approval`. Grammar says what they are, so that no list has to hold every one.

use crate::spec::Facet;
use crate::spec::vocabulary::Typing;

/// A longer title is a sentence.
const WORDS: usize = 12;

/// Words that open a question, an occasion, a power or a measure.
const OPENERS: [&str; 7] = ["what", "things", "when", "how", "success", "can", "may"];

/// Words that a title speaks of or to.
const SUBJECTS: [&str; 10] = [
    "i", "we", "you", "it", "they", "he", "she", "i'm", "you're", "agents",
];

/// Words for what somebody else has to give first.
const CONSENTS: [&str; 11] = [
    "approval",
    "approvals",
    "consent",
    "confirmation",
    "permission",
    "sign",
    "signoff",
    "agreement",
    "authorization",
    "authorisation",
    "clearance",
];

/// A title without any of these words says nothing by the way it is put.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    OPENERS.into_iter().chain(SUBJECTS).chain(CONSENTS)
}

/// What a folded title says by the way it is put.
pub(super) fn typing(folded: &str) -> Option<Typing> {
    let end = memchr::memchr(b' ', folded.as_bytes()).unwrap_or(folded.len());
    let first = &folded[..end];
    let asks = matches!(first, "what" | "things");
    let told = is_subject(first);
    let when = first == "when";
    let how = first == "how";
    if first == "success" {
        return Some(Typing::facet(Facet::Outcome)).filter(|_| !folded.contains("stor"));
    }
    let able = matches!(first, "can" | "may");
    let follows = words_after(folded, end).take(2).any(is_subject);
    if !(asks || told || when || how || able || follows || mentions_consent(folded)) {
        return None;
    }
    let words: Vec<&str> = folded.split([' ', '-', '(', ')', '/']).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.len() > WORDS {
        return None;
    }
    if asks {
        return asked(&words[1..]).or_else(|| consent(&words));
    }
    if told {
        return stated(&words[1..]).or_else(|| consent(&words));
    }
    if able {
        return stated(&words).filter(|_| {
            words.len() > 1 && !is_subject(words[1]) && words[1].starts_with(char::is_alphabetic)
        });
    }
    if when {
        return occasion(&words);
    }
    if how {
        let measured = |word: &str| matches!(word, "success" | "succeed" | "measured" | "measure");
        let judged =
            words.starts_with(&["how", "we", "will", "know"]) || words.starts_with(&["how", "we", "know"]);
        let told = judged || words.iter().skip(1).any(|word| measured(word));
        return told.then(|| Typing::facet(Facet::Outcome));
    }
    if let Some(at) = words
        .iter()
        .take(3)
        .position(|word| is_subject(word))
        .filter(|_| follows)
    {
        return stated(&words[at + 1..]).or_else(|| consent(&words));
    }
    consent(&words)
}

/// The words behind a blank at an offset.
fn words_after(folded: &str, blank: usize) -> impl Iterator<Item = &str> {
    let mut rest = folded.get(blank + 1..);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
        rest = text.get(end + 1..);
        Some(&text[..end])
    })
}

fn is_subject(word: &str) -> bool {
    SUBJECTS.contains(&word)
}

fn forbids(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "never"
                | "cannot"
                | "can't"
                | "won't"
                | "mustn't"
                | "shouldn't"
                | "don't"
                | "doesn't"
                | "forbidden"
                | "prohibited"
        )
    })
}

/// `What the nurse may decide alone`, `What an agent must never do`, `What I own`.
fn asked(words: &[&str]) -> Option<Typing> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let modal = has(&[
        "may", "can", "must", "shall", "cannot", "never", "will", "does", "is", "do", "should", "to",
    ]);
    if forbids(words) || has(&["not"]) && modal {
        return Some(Typing::facet(Facet::Limit));
    }
    if has(&["may", "can"]) {
        let tells = has(&["go", "happen", "expect", "learn", "be"]);
        return (!tells).then(|| Typing::facet(Facet::Grant));
    }
    let subject = words.first().is_some_and(|word| is_subject(word))
        || words
            .first()
            .is_some_and(|word| matches!(*word, "the" | "this" | "a" | "an"))
            && words.len() > 2;
    (subject && words.last().is_some_and(|word| is_deed(word))).then(|| Typing::facet(Facet::Duty))
}

fn is_deed(word: &str) -> bool {
    matches!(
        word,
        "own"
            | "owns"
            | "do"
            | "does"
            | "deliver"
            | "delivers"
            | "handle"
            | "handles"
            | "lead"
            | "leads"
            | "maintain"
            | "maintains"
            | "manage"
            | "manages"
            | "run"
            | "runs"
    )
}

/// `I handle`, `You must never`, `They may`, `It does not`: a subject and how it is bound.
fn stated(words: &[&str]) -> Option<Typing> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let first = *words.first()?;
    if forbids(words) || has(&["not"]) {
        let bound = words
            .iter()
            .take(3)
            .any(|word| matches!(*word, "not" | "cannot" | "never") || word.ends_with("n't"));
        return bound.then(|| Typing::facet(Facet::Limit));
    }
    if words.len() > 4 {
        return None;
    }
    match first {
        "may" | "can" => Some(Typing::facet(Facet::Grant)),
        "must" | "shall" => Some(Typing::facet(Facet::Limit)),
        _ if words.len() <= 2 && is_deed(first) => Some(Typing::facet(Facet::Duty)),
        _ => None,
    }
}

/// `When to escalate to a person`, not `When to use`.
fn occasion(words: &[&str]) -> Option<Typing> {
    let asks = |word: &str| {
        matches!(word, "ask" | "escalate" | "stop" | "pause" | "defer" | "consult")
            || word.starts_with("escalat")
    };
    let negated = words.iter().any(|word| matches!(*word, "not" | "never"));
    (!negated && words.iter().take(5).any(|word| asks(word))).then_some(Typing {
        facet: Some(Facet::Limit),
        weight: None,
        trigger: true,
    })
}

fn mentions_consent(folded: &str) -> bool {
    let mut start = 0;
    let ends = memchr::memchr3_iter(b' ', b'-', b'(', folded.as_bytes());
    ends.chain(std::iter::once(folded.len())).any(|end| {
        let word = &folded[start..end];
        start = end + 1;
        is_consent(word)
    })
}

fn is_consent(word: &str) -> bool {
    CONSENTS.contains(&word)
}

/// `Changes that need approval`, `No sign-off required`.
fn consent(words: &[&str]) -> Option<Typing> {
    let at = words.iter().position(|word| is_consent(word))?;
    let before = &words[..at];
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let freed = before
        .iter()
        .rev()
        .take(2)
        .any(|word| matches!(*word, "no" | "without"))
        || has(&["not"]) && has(&["required", "needed"]);
    let bound = forbids(before) || before.contains(&"not");
    if freed && !bound {
        return Some(Typing::facet(Facet::Grant));
    }
    let required = |word: &str| {
        matches!(
            word,
            "require"
                | "requires"
                | "required"
                | "requiring"
                | "need"
                | "needs"
                | "needed"
                | "needing"
                | "mandatory"
                | "must"
                | "without"
                | "subject"
        )
    };
    words.iter().any(|word| required(word)).then_some(Typing {
        facet: Some(Facet::Limit),
        weight: None,
        trigger: true,
    })
}
