//! Ways out of a prohibition and gates before a permission, told from either side: `must not … until`, `only
//! after …`; and the conditions under which a statement holds.

use super::compare::Frame;
use super::compare::Way;
use super::reading::Force;
use super::reading::Mark;
use super::reading::Modal;
use super::reading::Reading;
use super::tokens::is_function_word;
use super::tokens::stem;

/// `may be published only after the rights are cleared` and `must not be published until the rights are
/// cleared`: one gate, told from either side.
pub fn is_same_gate(before: &Reading, after: &Reading) -> bool {
    let opens = |r: &Reading| {
        // `must only be released when the lock is on` permits under the same gate.
        let must_only = |m: &Modal| {
            m.force == Force::Must && r.only.iter().any(|o| o.at == m.at + m.text.split(' ').count())
        };
        r.main().is_some_and(|m| m.force == Force::May || must_only(m))
            && r.only
                .first()
                .is_some_and(|o| !r.only_these() || r.conditions.iter().any(|c| c.at > o.at))
    };
    let bars = |r: &Reading| {
        let gate = |w: &String| matches!(w.as_str(), "until" | "unless" | "without" | "before");
        r.main().is_some_and(|m| m.force == Force::MustNot) && r.words.iter().any(gate)
    };
    let content = |r: &Reading| {
        let mut all: Vec<String> = r
            .words
            .iter()
            .filter(|w| is_content_word(w))
            .map(|w| stem(w))
            .collect();
        all.sort();
        all.dedup();
        all
    };
    (opens(before) && bars(after) || bars(before) && opens(after)) && content(before) == content(after)
}

/// `are never passed on` → `are passed on only after the donor agreed`: what was forbidden has a way out now.
pub fn gate_way(before: &Reading, after: &Reading, frame: Frame) -> Option<Way> {
    let shut = |r: &Reading| r.forbids() && gates(r) == 0 && r.exceptions.is_empty();
    let gated = |r: &Reading| {
        let only = r
            .only
            .first()
            .is_some_and(|o| !r.only_these() || r.conditions.iter().any(|c| c.at > o.at));
        !r.forbids() && only
    };
    if frame.trigger || frame.grant {
        return None;
    }
    match (shut(before) && gated(after), gated(before) && shut(after)) {
        (true, false) => Some(Way::Looser),
        (false, true) => Some(Way::Tighter),
        _ => None,
    }
}

/// Words that carry meaning and are no gate themselves.
fn is_content_word(word: &str) -> bool {
    !is_function_word(word)
        && !matches!(
            word,
            "only" | "until" | "unless" | "without" | "before" | "after" | "once" | "when" | "never"
        )
}

/// Words that open the way out of a prohibition.
pub fn is_gate(word: &str) -> bool {
    matches!(word, "without" | "before" | "until" | "unless")
}

/// How many ways out of a prohibition are told behind its governing word.
pub fn gates(reading: &Reading) -> usize {
    let from = reading.main().map_or(0, |m| m.at);
    reading.words[from..].iter().filter(|w| is_gate(w)).count()
}

/// Whether a word stands in the way out of a prohibition: `must not leave without a written pass`.
pub fn escape(reading: &Reading, at: usize) -> bool {
    let from = reading.main().map_or(0, |m| m.at);
    reading.forbids() && (from..at).any(|back| is_gate(reading.word(back)))
}

/// Whether a word stands in a condition: behind `if`, `when` …, up to what is governed.
pub fn in_condition(reading: &Reading, at: usize) -> bool {
    reading.conditions.iter().filter(|c| c.at < at).any(|c| {
        let governed = reading.modals.iter().any(|m| m.at > c.at && m.at < at);
        let opens = c.at == 0 || reading.breaks.contains(&c.at);
        let left = opens && reading.breaks.iter().any(|&b| b > c.at && b <= at);
        !governed && !left
    })
}

/// What one more joined condition means: with `or` the statement holds more often, with `and` less.
pub fn conditions_way(or: bool, at: usize, reading: &Reading, frame: Frame) -> Way {
    // `during the drill and the show` speaks of both; `if it rains and blows` of what is both at once.
    let of_things = |c: &Mark| {
        matches!(
            c.text.as_str(),
            "during" | "in case of" | "in the event of" | "in the case of"
        )
    };
    let nearest = reading
        .conditions
        .iter()
        .filter(|c| c.at < at)
        .max_by_key(|c| c.at);
    let or = or || nearest.is_some_and(of_things);
    let gated = reading.only.iter().any(|only| only.at < at);
    let wider = if or { Way::Tighter } else { Way::Looser };
    wider.turn_if(frame.grant || gated && !reading.forbids())
}
