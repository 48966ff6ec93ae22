//! Titles that are phrases: `What the nurse may decide alone`, `I don't handle`, `Changes that need
//! approval`. Grammar says what they are, so that no list has to hold every one.

use smallvec::SmallVec;

use crate::spec::Facet;
use crate::spec::binding::TURNING;
use crate::spec::vocabulary::Typing;

/// A longer title is a sentence.
const WORDS: usize = 12;

/// Words that open a question, an occasion, a power, a rhythm or a measure.
const OPENERS: [&str; 14] = [
    "what",
    "things",
    "when",
    "how",
    "success",
    "can",
    "may",
    "who",
    "files",
    "actions",
    "decisions",
    "every",
    "each",
    "roles",
];

/// Words for who may have a matter: `Powers reserved to the board`, `Matters to be referred upwards`.
const HANDED: [&str; 4] = ["reserved", "referred", "escalated", "delegated"];

/// Words that say of a title's other words what they are: `Forbidden writing areas`.
const BANS: [&str; 4] = ["forbidden", "prohibited", "disallowed", "banned"];

/// The same for what is allowed.
const LEAVES: [&str; 2] = ["allowed", "permitted"];

/// Words that a title speaks of or to.
const SUBJECTS: [&str; 10] = [
    "i", "we", "you", "it", "they", "he", "she", "i'm", "you're", "agents",
];

/// Words for what somebody else has to give first.
const CONSENTS: [&str; 14] = [
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
    "review",
    "recusal",
    "decision",
];

/// A title without any of these words says nothing by the way it is put.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let words = OPENERS.into_iter().chain(SUBJECTS).chain(CONSENTS);
    words
        .chain(["cannot", "can't", "must", "shall", "without"])
        .chain(TURNING)
        .chain(HANDED)
        .chain(BANS)
        .chain(LEAVES)
}

/// What a folded title says by the way it is put.
pub(super) fn typing(folded: &str) -> Option<Typing> {
    let words: SmallVec<[&str; WORDS]> = folded
        .split([' ', '-', '(', ')', '/'])
        .filter(|word| !word.is_empty())
        .collect();
    let first = *words.first()?;
    if first == "success" {
        return Some(Typing::facet(Facet::Outcome)).filter(|_| !folded.contains("stor"));
    }
    if words.len() > WORDS {
        return None;
    }
    handed(&words)
        .or_else(|| turning(&words))
        .or_else(|| put(first, &words))
        .or_else(|| consent(&words))
}

/// What a title says by its first words.
fn put(first: &str, words: &[&str]) -> Option<Typing> {
    if matches!(
        first,
        "what" | "things" | "who" | "files" | "actions" | "decisions"
    ) {
        return asked(&words[1..]);
    }
    let none = words.iter().position(|word| *word == "no");
    let unless = words.iter().position(|word| *word == "without");
    let bans = none.zip(unless).is_some_and(|(none, unless)| none < unless);
    if bans || binds_by_not(words) {
        return Some(Typing::facet(Facet::Limit));
    }
    if words.len() > 1 && BANS.contains(&first) {
        return Some(Typing::facet(Facet::Limit));
    }
    if words.len() > 1 && LEAVES.contains(&first) {
        return (!words.iter().any(|word| is_consent(word))).then(|| Typing::facet(Facet::Grant));
    }
    if is_subject(first) {
        return decided(&words[1..]).or_else(|| stated(&words[1..]));
    }
    if matches!(first, "can" | "may") {
        return stated(words).filter(|_| {
            words.len() > 1 && !is_subject(words[1]) && words[1].starts_with(char::is_alphabetic)
        });
    }
    // `Roles of a treasurer`: a group has roles of its own.
    if first == "roles" {
        return matches!(words, [_, "of", "a" | "an", ..]).then(|| Typing::facet(Facet::Duty));
    }
    if first == "when" {
        return occasion(words);
    }
    if matches!(first, "every" | "each") {
        let time = |word: &str| {
            matches!(
                word,
                "day" | "night" | "morning" | "evening" | "shift" | "week" | "month"
            )
        };
        return (words.len() == 2 && time(words[1])).then(|| Typing::facet(Facet::Duty));
    }
    if first == "how" {
        let measured = |word: &str| matches!(word, "success" | "succeed" | "measured" | "measure");
        let knows = |word: &str| matches!(word, "we" | "you" | "we'll" | "you'll" | "will");
        let judged = words[1..].iter().position(|word| !knows(word));
        let judged = judged.is_some_and(|at| at > 0 && words[at + 1] == "know");
        let told = judged || words.iter().skip(1).any(|word| measured(word));
        return told.then(|| Typing::facet(Facet::Outcome));
    }
    let at = words[1..].iter().take(2).position(|word| is_subject(word))?;
    stated(&words[at + 2..])
}

/// `You decide`, `You decide together with the director`, `You ask first`.
fn decided(words: &[&str]) -> Option<Typing> {
    let has = |word: &str| words.contains(&word);
    match *words.first()? {
        "decide" | "decides" if has("together") || has("with") => Some(Typing::trigger()),
        "decide" | "decides" if words.len() <= 2 => Some(Typing::facet(Facet::Grant)),
        "ask" | "asks" if has("first") || has("before") => Some(Typing::trigger()),
        _ => None,
    }
}

/// `The orchestrator cannot approve`, `Paths that must not be written`.
fn binds_by_not(words: &[&str]) -> bool {
    let after = |at: usize| words.get(at + 1).copied().unwrap_or_default();
    words.iter().enumerate().any(|(at, word)| match *word {
        "cannot" | "can't" => true,
        "must" | "may" | "shall" | "can" => after(at) == "not",
        _ => false,
    })
}

/// `Powers reserved to the board`, `Matters to be referred upwards`, `Powers delegated to the clerk`.
fn handed(words: &[&str]) -> Option<Typing> {
    let at = words
        .iter()
        .position(|word| HANDED.contains(word))
        .filter(|at| *at > 0)?;
    let to = matches!(words.get(at + 1), Some(&("to" | "for")));
    let by = at > 1 && words[at - 2..at] == ["to", "be"];
    match words[at] {
        "delegated" => to.then(|| Typing::facet(Facet::Grant)),
        "reserved" => to.then_some(Typing::trigger()),
        _ => (to || by).then_some(Typing::trigger()),
    }
}

/// `Ask the owner first`, `Call the nurse before you`, `Wake someone when`, `Things to clear first`.
fn turning(words: &[&str]) -> Option<Typing> {
    let [first, rest @ ..] = words else {
        return None;
    };
    let occasion = |word: &&str| matches!(*word, "first" | "before" | "when" | "if");
    let turns = TURNING.contains(first) && rest.iter().any(occasion);
    let things = matches!(*first, "what" | "things")
        && matches!(rest, ["to", _, .., "first"] | ["to", _, "first", ..]);
    (turns || things).then_some(Typing::trigger())
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
    let nobody = has(&["nobody", "none"]) || words.starts_with(&["no", "one"]);
    let hands_off = words.windows(2).any(|two| two == ["hands", "off"]);
    if forbids(words) || has(&["not"]) && modal || nobody && modal || hands_off {
        return Some(Typing::facet(Facet::Limit));
    }
    // `Who has to be asked`, `Who must be told first`.
    if has(&["asked", "consulted"]) && modal {
        return Some(Typing::trigger());
    }
    if has(&["looks"]) && words.last() == Some(&"like") || has(&["looks"]) && has(&["good", "great"]) {
        return Some(Typing::facet(Facet::Outcome));
    }
    // `What the team counts`.
    if words
        .last()
        .is_some_and(|word| matches!(*word, "counts" | "measures" | "tracks"))
    {
        return Some(Typing::facet(Facet::Outcome));
    }
    if has(&["may", "can"]) {
        let tells = has(&["go", "happen", "expect", "learn", "be"]);
        return (!tells).then(|| Typing::facet(Facet::Grant));
    }
    // `What does the job entail?`, `What skills do you need?`
    if has(&["job", "role"]) && has(&["entail", "involve", "include"]) {
        return Some(Typing::facet(Facet::Duty));
    }
    if has(&["experience", "skills", "qualifications"])
        && has(&["need", "looking", "bring", "have", "required"])
    {
        return Some(Typing::facet(Facet::Demand));
    }
    let subject = words.first().is_some_and(|word| is_subject(word))
        || words
            .first()
            .is_some_and(|word| matches!(*word, "the" | "this" | "a" | "an"))
            && words.len() > 2;
    // `What mentors do`.
    let many =
        matches!(words, [.., who, deed] if who.ends_with('s') && *who != "this" && !deed.ends_with('s'));
    ((subject || many) && words.last().is_some_and(|word| is_deed(word))).then(|| Typing::facet(Facet::Duty))
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
    (!negated && words.iter().take(5).any(|word| asks(word))).then_some(Typing::trigger())
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
                | "only"
        )
    };
    words
        .iter()
        .any(|word| required(word))
        .then_some(Typing::trigger())
}
