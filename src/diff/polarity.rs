//! Negations and hedges: which of them speak of what both sides say.

use super::compare::Effects;
use super::compare::Frame;
use super::contrary;
use super::lexicon::lexicon;
use super::reading::Mark;
use super::reading::Reading;
use super::surplus;
use super::tokens::is_function_word;
use super::tokens::stem;

/// The hedges of one side, without those that only hedge what the other side does not say at all: `two seasons,
/// ideally with adults`.
pub fn hedges(reading: &Reading, other: &Reading) -> Vec<Mark> {
    let weakens = |mark: &&Mark| {
        let from = mark.at + mark.text.split(' ').count();
        let to = reading.breaks.iter().find(|&&b| b >= from).copied();
        let mut hedged = reading.words[from..to.unwrap_or(reading.words.len())]
            .iter()
            .filter(|w| !is_function_word(w))
            .peekable();
        let opens = mark.at == 0 || !reading.breaks.contains(&mark.at);
        let known = |w: &String| other.words.iter().any(|o| stem(o) == stem(w));
        opens || hedged.peek().is_none() || hedged.any(known)
    };
    reading.hedges.iter().filter(weakens).cloned().collect()
}

/// The negations of what both sides speak of; one that comes or goes with its own words is told by those.
fn told_negations<'r>(reading: &'r Reading, other: &Reading) -> Vec<&'r Mark> {
    let extra = surplus::extra(reading, other);
    let shared = |mark: &&Mark| {
        let next = (mark.at + 1..reading.words.len()).find(|&at| !is_function_word(&reading.words[at]));
        let Some(at) = next.filter(|_| mark.text.ends_with("t")) else {
            return true;
        };
        let word = &reading.words[at];
        let own = |o: &String| stem(o) == stem(word) || lexicon().are_opposites(o, word);
        other.words.iter().any(own) && !extra.contains(&at)
    };
    reading.negations.iter().filter(shared).collect()
}

/// What it does that a negation comes or goes.
pub fn negations(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    let (before_told, after_told) = (told_negations(before, after), told_negations(after, before));
    let inner = |x: &Reading, y: &Reading| contrary::prefixed(x, y).count();
    let odd = |told: &[&Mark], x: &Reading, y: &Reading| (told.len() + inner(x, y)) % 2;
    if odd(&before_told, before, after) == odd(&after_told, after, before) {
        return;
    }
    let (mark, word) = match (before_told.last(), after_told.last()) {
        (_, Some(mark)) if after_told.len() > before_told.len() => (mark, "is new"),
        (Some(mark), _) => (mark, "is gone"),
        (_, Some(mark)) => (mark, "is new"),
        (None, None) => {
            let word = contrary::prefixed(before, after)
                .chain(contrary::prefixed(after, before))
                .next();
            effects
                .unclear
                .extend(word.map(|w| format!("\"{w}\" on one side only")));
            return;
        }
    };
    let evidence = format!("\"{}\" {word}", mark.text);
    if frame.grant {
        effects.unclear.push(evidence);
    } else {
        effects.looser.push(evidence);
    }
}
