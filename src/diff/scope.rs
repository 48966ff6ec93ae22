//! What the aligned words say about scope: a narrowing word that comes or goes alone, a word that
//! changes its place on a scale, an element of an enumeration, an identifier, an actor.

use similar::Algorithm;
use similar::DiffOp;
use similar::capture_diff_slices;

use super::compare::Effects;
use super::compare::Frame;
use super::compare::Way;
use super::contrary::are_opposites;
use super::contrary::folder;
use super::contrary::later;
use super::contrary::names_everybody;
use super::contrary::person;
use super::contrary::weekday;
use super::gates::conditions_way;
use super::gates::escape;
use super::gates::in_condition;
use super::lexicon::Class;
use super::lexicon::Step;
use super::lexicon::lexicon;
use super::reading::Reading;
use super::tokens::is_function_word;
use super::tokens::stem;

/// Reads the edit word by word.
pub fn compare(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    let governed = !effects.is_empty();
    for op in capture_diff_slices(Algorithm::Patience, &before.words, &after.words) {
        match op {
            DiffOp::Equal { .. } => {}
            DiffOp::Delete {
                old_index: from,
                old_len: length,
                ..
            } => {
                let part = Part {
                    reading: before,
                    other: after,
                    from,
                    length,
                    side: Side::Before,
                };
                lone(&part, frame, governed, effects);
            }
            DiffOp::Insert {
                new_index: from,
                new_len: length,
                ..
            } => {
                let part = Part {
                    reading: after,
                    other: before,
                    from,
                    length,
                    side: Side::After,
                };
                lone(&part, frame, governed, effects);
            }
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                let (old, new) = (
                    &before.words[old_index..old_index + old_len],
                    &after.words[new_index..new_index + new_len],
                );
                replaced(old, new, old_index, before, after, frame, effects);
            }
        }
    }
    if effects.is_empty() {
        enumerations(before, after, frame, effects);
    }
}

/// `ropes, hooks and chains` against `ropes and hooks`: one side lists everything that the other does,
/// and something more.
fn enumerations(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    for (reading, other, gone) in [(before, after, true), (after, before, false)] {
        let mut rest: Vec<String> = reading.words.iter().map(|w| stem(w)).collect();
        let contained = other.words.iter().all(|word| {
            let joint = is_joint(word);
            let found = rest.iter().position(|r| *r == stem(word));
            found.map(|at| rest.remove(at)).is_some() || joint
        });
        let surplus: Vec<usize> = (0..reading.words.len())
            .filter(|&at| !is_function_word(&reading.words[at]) && rest.contains(&stem(&reading.words[at])))
            .collect();
        let (Some(&first), Some(&last)) = (surplus.first(), surplus.last()) else {
            continue;
        };
        let near = first.saturating_sub(1)..(last + 3).min(reading.words.len());
        let Some(joint) = reading.words[near].iter().find(|w| is_joint(w)) else {
            continue;
        };
        if !contained || surplus.len() > 4 || last - first > 4 || reading.taken[first] {
            continue;
        }
        let text = reading.words[first..=last].join(" ");
        let more = if escape(reading, first) {
            if joint == "or" { Way::Looser } else { Way::Tighter }
        } else {
            more_elements(joint == "or", first, reading, frame)
        };
        let way = more.turn_if(gone);
        effects.push(
            way,
            format!("\"{text}\" {}", if gone { "is gone" } else { "is new" }),
        );
        return;
    }
}

fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or")
}

/// In an obligation each further element asks more, an alternative ("or") asks less; a prohibition or
/// a situation covers more with each element; a power reaches further.
fn more_elements(or: bool, at: usize, reading: &Reading, frame: Frame) -> Way {
    if in_condition(reading, at) {
        return conditions_way(or, at, reading, frame);
    }
    let names_cases = frame.trigger || frame.grant || frame.names_forbidden;
    let alternative = or && !reading.forbids() && !names_cases;
    Way::Tighter.turn_if(frame.grant || alternative || reading.only_these())
}

/// What it means that `and` becomes `or`: one of them will do where all were asked for, a case arises more often, a
/// prohibition reaches further.
fn joint_way(at: usize, reading: &Reading, frame: Frame) -> Way {
    if in_condition(reading, at) {
        return conditions_way(true, at, reading, frame);
    }
    // Behind the first cell of a row that asks for approval stand those who give it.
    let approvers = frame.trigger && reading.cells.iter().any(|&cell| cell <= at);
    let covers = frame.trigger && !approvers
        || frame.grant
        || frame.names_forbidden
        || reading.forbids() && !escape(reading, at);
    Way::Looser.turn_if(covers)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// Words that stand on one side only.
struct Part<'r> {
    reading: &'r Reading,
    other: &'r Reading,
    from: usize,
    length: usize,
    side: Side,
}

impl Part<'_> {
    fn words(&self) -> &[String] {
        &self.reading.words[self.from..self.from + self.length]
    }

    /// Whether this side says more by about these words: otherwise they were only put elsewhere or
    /// replaced, and the alignment merely cut them off.
    fn is_surplus(&self, words: &[String]) -> bool {
        let meaning = |list: &[String]| list.iter().filter(|w| !is_function_word(w)).count();
        let (own, others) = (meaning(&self.reading.words), meaning(&self.other.words));
        let weight = meaning(words);
        let known: Vec<String> = self.other.words.iter().map(|w| stem(w)).collect();
        let elsewhere = words
            .iter()
            .filter(|w| !is_function_word(w) && known.contains(&stem(w)))
            .count();
        own >= others + weight.div_ceil(2).max(1) && elsewhere * 2 < weight.max(1)
    }
}

fn lone(part: &Part<'_>, frame: Frame, governed: bool, effects: &mut Effects) {
    let reading = part.reading;
    let (word, gone) = match part.side {
        Side::Before => ("is gone", true),
        Side::After => ("is new", false),
    };
    // Fewer cases bind less; under a power they bind more: what a word that narrows means when it comes.
    let narrower = Way::Looser.turn_if(frame.grant || frame.describes_holder);
    for (offset, narrow) in part.words().iter().enumerate() {
        let at = part.from + offset;
        let is_narrow = matches!(lexicon().phrase_at(&reading.words, at), Some((Class::Narrow, _)));
        // In an element that is joined the whole element is what comes or goes.
        if is_joint(&part.words()[0]) {
            break;
        }
        let before_noun = reading.words.get(at + 1).is_some_and(|w| !is_function_word(w));
        if is_narrow && !reading.taken[at] && before_noun && part.is_surplus(std::slice::from_ref(narrow)) {
            effects.push(narrower.turn_if(gone), format!("\"{narrow}\" {word}"));
            return;
        }
    }
    if governed {
        return;
    }
    if let Some(element) = joined_element(part) {
        let more = if escape(reading, part.from) {
            if element.or { Way::Looser } else { Way::Tighter }
        } else {
            more_elements(element.or, part.from, reading, frame)
        };
        effects.push(more.turn_if(gone), format!("\"{}\" {word}", element.text));
    }
}

struct Element {
    text: String,
    or: bool,
}

/// `and X`, `or X`, at the end or before another joined part, where X is short and names things.
fn joined_element(part: &Part<'_>) -> Option<Element> {
    let (reading, words) = (part.reading, part.words());
    let joins = |w: &String| is_joint(w);
    let leading = words.first().is_some_and(joins);
    let trailing = words.last().is_some_and(joins);
    let (rest, or) = if leading {
        (&words[1..], words[0] == "or")
    } else if trailing {
        (&words[..words.len() - 1], words[words.len() - 1] == "or")
    } else {
        // The middle of an enumeration: `a, X, b and c` loses its commas; look for the joint further on.
        let ahead = reading.words[part.from + part.length..]
            .iter()
            .take(4)
            .find(|w| joins(w))?;
        let short = part.length <= 3 && words.iter().all(|w| !is_function_word(w));
        (if short { words } else { return None }, ahead == "or")
    };
    let named = !rest.is_empty() && rest.len() <= 8 && rest.iter().any(|w| !is_function_word(w));
    let untaken = (part.from..part.from + part.length).all(|at| !reading.taken[at]);
    (named && untaken && part.is_surplus(rest)).then(|| Element {
        text: rest.join(" "),
        or,
    })
}

fn replaced(
    old: &[String],
    new: &[String],
    at: usize,
    before: &Reading,
    after: &Reading,
    frame: Frame,
    effects: &mut Effects,
) {
    if old.len() == 1 && new.len() == 1 {
        let (b, a) = (&old[0], &new[0]);
        if is_joint(b) && is_joint(a) {
            if !before.taken[at] {
                let way = joint_way(at, before, frame).turn_if(b == "or");
                effects.push(way, format!("\"{b}\" → \"{a}\""));
            }
            return;
        }
        if let Some(step) = scale_step(b, a, frame) {
            let evidence = format!("\"{b}\" → \"{a}\"");
            match (step, frame.grant || frame.trigger) {
                (Step::Level, _) => {}
                (Step::Up, true) => effects.push(Way::Looser, evidence),
                (Step::Down, true) => effects.push(Way::Tighter, evidence),
                (Step::Up, false) => effects.push(Way::Tighter, evidence),
                (Step::Down, false) => effects.push(Way::Looser, evidence),
            }
            return;
        }
        let evidence = format!("\"{b}\" → \"{a}\"");
        if let Some(way) = weekday(before, b, a, at).filter(|_| !frame.grant) {
            return effects.push(way, evidence);
        }
        match later(b, a) {
            Some(way) if !frame.grant && obliges(before) => return effects.push(way, evidence),
            Some(_) => return effects.unclear.push(evidence),
            None if !matches!(b.as_str(), "with" | "without") && are_opposites(b, a, before, after) => {
                return effects.unclear.push(evidence);
            }
            None => {}
        }
    }
    let turned = (old.len() <= 3 && new.len() <= 3)
        .then(|| {
            old.iter()
                .find_map(|b| Some((b, new.iter().find(|a| are_opposites(b, a, before, after))?)))
        })
        .flatten();
    if let Some((b, a)) = turned {
        let way = match (b.as_str(), a.as_str()) {
            ("with", "without") if frame.grant || obliges(before) => Some(Way::Looser),
            ("without", "with") if frame.grant || obliges(before) => Some(Way::Tighter),
            _ => None,
        };
        if let Some(way) = way {
            return effects.push(way, format!("\"{b}\" → \"{a}\""));
        }
        return effects.unclear.push(format!("\"{b}\" → \"{a}\""));
    }
    if let Some(way) = person(old, new).filter(|_| frame.limit) {
        return effects.push(way, format!("\"{}\" → \"{}\"", old.join(" "), new.join(" ")));
    }
    if !(frame.limit || frame.grant) {
        return;
    }
    let ids = |words: &[String]| {
        words
            .iter()
            .filter(|w| is_identifier(w))
            .cloned()
            .collect::<Vec<_>>()
    };
    let (b_ids, a_ids) = (ids(old), ids(new));
    if let Some(way) = folder(old, new) {
        effects.push(
            way.turn_if(!frame.grant),
            format!("\"{}\" → \"{}\"", old[0], new[0]),
        );
        return;
    }
    if let (Some(b), Some(a)) = (b_ids.first(), a_ids.first()) {
        let evidence = format!("\"{b}\" → \"{a}\"");
        let (b_dir, a_dir) = (
            format!("{}/", b.trim_end_matches('/')),
            format!("{}/", a.trim_end_matches('/')),
        );
        if a_dir.starts_with(&b_dir) {
            effects.push(Way::Looser.turn_if(frame.grant), evidence);
        } else if b_dir.starts_with(&a_dir) {
            effects.push(Way::Tighter.turn_if(frame.grant), evidence);
        } else if a != b {
            effects.unclear.push(evidence);
        }
        return;
    }
    actor(old, new, at, before, after, frame, effects);
}

/// Whether the statement asks for something and neither forbids nor permits.
fn obliges(reading: &Reading) -> bool {
    reading.main().is_none_or(|m| m.force.obliges()) && reading.only.is_empty()
}

fn scale_step(before: &str, after: &str, frame: Frame) -> Option<Step> {
    if frame.grant {
        lexicon().power_step(before, after)
    } else {
        lexicon().degree_step(before, after)
    }
}

/// The subject of the statement became somebody else.
fn actor(
    old: &[String],
    new: &[String],
    at: usize,
    before: &Reading,
    after: &Reading,
    frame: Frame,
    effects: &mut Effects,
) {
    let everybody = names_everybody(new) != names_everybody(old);
    if everybody && (frame.grant || before.forbids() && after.forbids()) {
        let way = Way::Looser.turn_if(!frame.grant).turn_if(names_everybody(old));
        let evidence = format!("\"{}\" → \"{}\"", old.join(" "), new.join(" "));
        return effects.push(way, evidence);
    }
    let subject = |reading: &Reading, index: usize| reading.main().is_some_and(|m| index < m.at);
    if !subject(before, at) || after.main().is_none() {
        return;
    }
    let names = names_everybody;
    let evidence = format!("who: \"{}\" → \"{}\"", old.join(" "), new.join(" "));
    match (names(old), names(new)) {
        (false, true) => effects.push(Way::Tighter.turn_if(frame.grant), evidence),
        (true, false) => effects.push(Way::Looser.turn_if(frame.grant), evidence),
        _ => {
            let actor = |words: &[String]| words.iter().rev().find(|w| lexicon().actor(w).is_some()).cloned();
            if let (Some(b), Some(a)) = (actor(old), actor(new)) {
                let rank = |w: &str| lexicon().actor(w);
                let same = lexicon().is_same(&b, &a) || (rank(&b) == rank(&a) && stem(&b) == stem(&a));
                if !same && rank(&b) != rank(&a) {
                    effects.unclear.push(evidence);
                }
            }
        }
    }
}

/// Names that machines read: `src/api`, `can_deploy`, `v2`, `prod-eu-1`.
fn is_identifier(word: &str) -> bool {
    let digit = word.chars().any(|c| c.is_ascii_digit());
    let letter = word.chars().any(char::is_alphabetic);
    let joined =
        word.contains('_') || word.contains('/') || word.contains("::") || (word.contains('.') && letter);
    (joined && letter) || (digit && letter && word.contains('-'))
}
