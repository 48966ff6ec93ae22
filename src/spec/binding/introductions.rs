//! Lines that speak for the list below them: `The clerk may not:`, `Candidates need:`.

use crate::spec::Facet;
use crate::spec::binding::is_consent;
use crate::spec::binding::rule;
use crate::spec::binding::words::lowered;
use crate::spec::binding::words::may_bind;
use crate::spec::binding::words::words;

/// Verbs for turning to somebody before something is done.
pub(in crate::spec) const TURNING: [&str; 9] = [
    "ask", "call", "consult", "wake", "page", "ring", "phone", "speak", "talk",
];

/// What a line before a list says of the entries below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spec) struct Introduction {
    /// What each entry is.
    pub(in crate::spec) facet: Facet,
    /// True if it forbids, false if it only binds or permits.
    pub(in crate::spec) forbids: bool,
}

/// What a line that ends in a colon says of the list below: `The clerk may not:`. The last clause has
/// the word; where it says nothing, as in `The clerk may, without asking the board:`, the line has.
pub(in crate::spec) fn introduction(text: &str) -> Option<Introduction> {
    let text = text.trim_end();
    let text = match text.strip_suffix([':', '：']) {
        Some(text) => text,
        None => Some(text).filter(|text| goes_on(text))?,
    };
    // `Without guardrails, agents can:` tells what would be.
    let unreal = text
        .get(..8)
        .is_some_and(|word| word.eq_ignore_ascii_case("without "));
    if unreal {
        return None;
    }
    let clause = text.rsplit([',', ';', '–', '—']).next().unwrap_or(text);
    // `…, including` and `…, between meetings` say nothing by themselves.
    let says = clause.split_whitespace().count() >= 3 || may_bind(clause);
    let said = says.then(|| introduced_by(clause)).flatten();
    let supposes = text
        .as_bytes()
        .get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"if "));
    said.or_else(|| {
        let goes_back = clause.len() < text.len() && !supposes && may_bind(text);
        goes_back.then(|| introduced_by(text)).flatten()
    })
}

/// True for a line that goes on in the list below without a colon: `Speak to the head before you`,
/// `Candidates need`.
pub(in crate::spec) fn goes_on(text: &str) -> bool {
    let mut words = text.trim_end().rsplit(' ');
    match words.next() {
        Some("you") => words.next() == Some("before"),
        Some(last) => matches!(
            last,
            "may" | "must" | "shall" | "can" | "cannot" | "not" | "never" | "need"
        ),
        None => false,
    }
}

fn introduced_by(clause: &str) -> Option<Introduction> {
    let lower = lowered(clause);
    let words = words(&lower);
    let last = *words.last()?;
    let before = words.len().checked_sub(2).map_or("", |at| words[at]);
    let negative = |word: &str| {
        matches!(word, "not" | "never" | "no" | "cannot" | "neither" | "nobody") || word.ends_with("n't")
    };
    let negated = words.iter().any(|word| negative(word));
    let facet = match last {
        "must" | "shall" | "require" | "requires" | "never" | "cannot" | "can't" | "mustn't" | "shan't" => {
            Facet::Limit
        }
        "not" if matches!(before, "must" | "shall" | "may" | "can" | "do" | "does" | "will") => Facet::Limit,
        "may" | "can" if negated => Facet::Limit,
        "may" | "can" if words.len() > 1 => Facet::Grant,
        "will" if words.len() > 1 && !negated && !matches!(before, "a" | "the") => Facet::Duty,
        "need" | "needs" if words.iter().any(|word| is_candidate(word)) => Facet::Demand,
        _ if !negated && admits(&words) => Facet::Demand,
        _ if !negated && has_to(&words) => Facet::Duty,
        _ if !negated && holds_power(&words) => Facet::Grant,
        _ if turns(&words) => Facet::Limit,
        _ => rule(clause)?,
    };
    // Who needs consent for something may not do it alone.
    let asks = words.iter().any(|word| is_consent(word)) || turns(&words);
    let without = words.contains(&"without");
    Some(Introduction {
        facet,
        forbids: facet == Facet::Limit && (negated || asks || without),
    })
}

/// `Candidates for the team need:`
fn is_candidate(word: &str) -> bool {
    matches!(
        word,
        "candidate" | "candidates" | "applicant" | "applicants" | "nominees" | "you"
    )
}

/// `To become a member you must meet the following requirements:`, `Before you can be one, you have:`.
fn admits(words: &[&str]) -> bool {
    let becomes = |word: &str| matches!(word, "become" | "be" | "join" | "qualify" | "apply" | "serve");
    match words {
        ["to", deed, ..] => {
            becomes(deed)
                && words
                    .iter()
                    .any(|word| matches!(*word, "must" | "should" | "need"))
        }
        ["before", "you", "can", deed, ..] => becomes(deed),
        _ => false,
    }
}

/// `The manager has the responsibility to:`, `The clerk is responsible for:`.
fn has_to(words: &[&str]) -> bool {
    let ends = |end: &[&str]| words.ends_with(end);
    let held = words.len().checked_sub(2).map_or("", |at| words[at]);
    (ends(&["to"])
        && matches!(
            held,
            "responsibility" | "responsibilities" | "duty" | "duties" | "task" | "expected"
        ))
        || (ends(&["for"]) && matches!(held, "responsible" | "accountable"))
        || ends(&["responsible", "for", "the", "following"])
}

/// `Please speak to the head before you:`, `Ask the owner before you:`.
fn turns(words: &[&str]) -> bool {
    let first = words.iter().find(|word| **word != "please");
    let speaks = first.is_some_and(|word| TURNING.contains(word));
    let last = words.len().saturating_sub(2);
    speaks
        && words[last..]
            .iter()
            .any(|word| matches!(*word, "before" | "when" | "if" | "first"))
}

/// `The board has final authority over:`, `Members have the right to:`.
fn holds_power(words: &[&str]) -> bool {
    let has = words
        .iter()
        .position(|word| matches!(*word, "has" | "have" | "holds" | "hold"));
    has.is_some_and(|at| {
        words[at..].iter().take(5).any(|word| {
            matches!(
                *word,
                "authority"
                    | "power"
                    | "powers"
                    | "right"
                    | "rights"
                    | "permission"
                    | "permissions"
                    | "discretion"
                    | "competence"
                    | "competences"
            )
        })
    })
}
