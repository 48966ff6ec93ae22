//! What one side says on top of everything that the other side says too: further words narrow the
//! cases that a statement covers, or ask for more; fewer words do the opposite.
//!
//! Looked at only where the shorter side is contained in the longer one. What is replaced by other
//! words is told by `scope`, or is other words for the same.

use super::compare::Effects;
use super::compare::Frame;
use super::compare::Way;
use super::gates::conditions_way;
use super::gates::escape;
use super::gates::gates;
use super::gates::in_condition;
use super::gates::is_gate;
use super::lexicon::Plain;
use super::lexicon::lexicon;
use super::reading::Reading;
use super::tokens::is_function_word;
use super::tokens::stem;
use super::units::is_number;

/// The longest surplus that is read, in words that carry meaning.
const LONGEST: usize = 8;

/// How a statement covers cases.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// It speaks of every case it describes, and narrowing the description lets cases go: a
    /// prohibition, a situation to ask in, a power.
    Cases,
    /// It asks for something, and further words may ask for more or speak of fewer cases.
    Deed,
}

/// Reads the surplus of one side, if the other side is contained in it.
pub fn compare(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    if !effects.looser.is_empty() || !effects.unclear.is_empty() {
        return;
    }
    universal(before, after, frame, effects);
    let Some((reading, surplus, gone)) = surplus(before, after) else {
        return;
    };
    let cover = cover(reading, frame);
    let opened = gates(before) != gates(after);
    for group in groups(reading, &surplus) {
        if hedged(reading, group.start) {
            continue;
        }
        let way = if opened && cover == Cover::Cases && escape(reading, group.start) {
            // A way out appears, where there was none.
            Some(Told::Way(Way::Looser))
        } else {
            group_way(reading, &group, cover, frame)
        };
        let Some(way) = way else {
            continue;
        };
        let text = reading.words[group.clone()].join(" ");
        let evidence = format!("\"{text}\" {}", if gone { "is gone" } else { "is new" });
        match way {
            Told::Way(way) => effects.push(way.turn_if(gone), evidence),
            Told::Unclear => effects.unclear.push(evidence),
        }
    }
}

/// Whether a hedge opens the part of the sentence that a word stands in: `…, ideally in a port` asks for nothing.
fn hedged(reading: &Reading, at: usize) -> bool {
    reading
        .hedges
        .iter()
        .filter(|h| h.at < at)
        .any(|h| reading.breaks.contains(&h.at) && !reading.breaks.iter().any(|&b| b > h.at && b <= at))
}

enum Told {
    Way(Way),
    Unclear,
}

fn cover(reading: &Reading, frame: Frame) -> Cover {
    let forbids = frame.limit && reading.forbids();
    if frame.grant || frame.trigger || frame.names_forbidden || forbids || reading.leading_no() {
        Cover::Cases
    } else {
        Cover::Deed
    }
}

fn is_content(reading: &Reading, at: usize) -> bool {
    let word = &reading.words[at];
    let plain = lexicon();
    !reading.taken[at]
        && !is_function_word(word)
        && word.chars().any(char::is_alphanumeric)
        && !is_number(word)
        && !plain.is(word, Plain::Restrict)
        && !plain.is(word, Plain::Demand)
        && !plain.is(word, Plain::Reason)
        && !is_gate(word)
}

/// Places of the words that `reading` says on top of all that `other` says; none where it does not say all of it.
pub fn extra(reading: &Reading, other: &Reading) -> Vec<usize> {
    match surplus(other, reading) {
        Some((_, places, false)) => places,
        Some((_, _, true)) | None => Vec::new(),
    }
}

/// The words of the longer side that the shorter side lacks, where it has all others; and whether
/// they are gone.
fn surplus<'r>(before: &'r Reading, after: &'r Reading) -> Option<(&'r Reading, Vec<usize>, bool)> {
    let content = |reading: &Reading| -> Vec<(usize, String)> {
        (0..reading.words.len())
            .filter(|&at| is_content(reading, at))
            .map(|at| (at, stem(&reading.words[at])))
            .collect()
    };
    let (b, a) = (content(before), content(after));
    let (long, short, reading, gone) = if b.len() > a.len() {
        (b, a, before, true)
    } else {
        (a, b, after, false)
    };
    if long.len() == short.len() || long.len() - short.len() > LONGEST || short.is_empty() {
        return None;
    }
    let mut rest = long;
    // In order, so that of two equal words the one that is really new remains.
    let mut from = 0;
    for (_, word) in &short {
        let ahead = rest[from..]
            .iter()
            .position(|(_, w)| w == word)
            .map(|at| from + at);
        let at = ahead.or_else(|| rest.iter().position(|(_, w)| w == word))?;
        rest.remove(at);
        from = at.min(rest.len());
    }
    rest.retain(|(at, _)| !lexicon().is(&reading.words[*at], Plain::Filler));
    Some((reading, rest.into_iter().map(|(at, _)| at).collect(), gone))
}

/// Runs of neighbouring places; words that hold a phrase together do not part it.
fn groups(reading: &Reading, places: &[usize]) -> Vec<std::ops::Range<usize>> {
    let ties = |at: usize| {
        let word = reading.word(at);
        is_function_word(word) && !matches!(word, "and" | "or")
    };
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for &at in places {
        match out.last_mut() {
            Some(last) if at <= last.end + 1 || (last.end..at).all(ties) => last.end = at + 1,
            _ => out.push(at..at + 1),
        }
    }
    out
}

/// What it means that these words come.
fn group_way(reading: &Reading, group: &std::ops::Range<usize>, cover: Cover, frame: Frame) -> Option<Told> {
    let permits = frame.grant || reading.only_these();
    let narrower = Told::Way(Way::Looser.turn_if(permits || frame.describes_holder));
    let joint = joined(reading, group);
    let conditional = in_condition(reading, group.start);
    if let Some(joint) = joint.filter(|_| conditional) {
        return Some(Told::Way(conditions_way(
            joint == Joint::Or,
            group.start,
            reading,
            frame,
        )));
    }
    let opener = if reading.explains(group.start) {
        Some(Plain::Reason)
    } else {
        opener(reading, group.start)
    };
    if opener == Some(Plain::Reason) || joint == Some(Joint::Or) && cover == Cover::Deed {
        return (joint == Some(Joint::Or)).then_some(Told::Way(Way::Looser));
    }
    if joint.is_some() && cover == Cover::Cases && escape(reading, group.start) {
        return Some(Told::Way(if joint == Some(Joint::Or) {
            Way::Looser
        } else {
            Way::Tighter
        }));
    }
    if joint.is_some() {
        return Some(Told::Way(Way::Tighter.turn_if(permits)));
    }
    match cover {
        Cover::Cases if escape(reading, group.start) => Some(Told::Way(Way::Tighter)),
        // `at any hour` leaves nothing out.
        Cover::Cases if is_universal(reading, group.start) => None,
        Cover::Cases => Some(narrower),
        Cover::Deed if conditional => Some(narrower),
        Cover::Deed if counted(reading, group) => Some(Told::Way(Way::Tighter)),
        Cover::Deed if describes_subject(reading, group) => Some(narrower),
        Cover::Deed if before_noun(reading, group) => attributive(reading, group).then_some(narrower),
        Cover::Deed => match opener {
            Some(Plain::Demand) => Some(Told::Way(Way::Tighter)),
            Some(Plain::Restrict) if frame.describes_holder => Some(narrower),
            Some(Plain::Restrict) => Some(Told::Unclear),
            _ if partitive(reading, group) => Some(narrower),
            _ => None,
        },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

/// Whether these words are an element of an enumeration.
fn joined(reading: &Reading, group: &std::ops::Range<usize>) -> Option<Joint> {
    let word = |at: Option<usize>| at.map_or("", |at| reading.word(at));
    let before = word(group.start.checked_sub(1));
    let two = word(group.start.checked_sub(2));
    let article = matches!(
        before,
        "a" | "an" | "the" | "to" | "by" | "in" | "on" | "for" | "with"
    );
    for word in [before, if article { two } else { "" }, word(Some(group.end))] {
        match word {
            "and" | "nor" => return Some(Joint::And),
            "or" => return Some(Joint::Or),
            _ => {}
        }
    }
    None
}

/// The class of the preposition that opens the phrase a word stands in.
fn opener(reading: &Reading, at: usize) -> Option<Plain> {
    let plain = lexicon();
    for back in (at.saturating_sub(3)..at).rev() {
        let word = reading.word(back);
        for class in [Plain::Reason, Plain::Demand, Plain::Restrict] {
            if plain.is(word, class) {
                return Some(class);
            }
        }
        let article = matches!(
            word,
            "a" | "an"
                | "the"
                | "all"
                | "any"
                | "its"
                | "their"
                | "our"
                | "your"
                | "this"
                | "one"
                | "two"
                | "three"
                | "another"
        );
        if !article {
            return None;
        }
    }
    None
}

/// Whether these words describe the things that the statement speaks of, before its governing word:
/// `offsite backups are to be encrypted`. Whose duty it is, is another matter.
fn describes_subject(reading: &Reading, group: &std::ops::Range<usize>) -> bool {
    let modal = reading.main().map(|m| m.at);
    let asked = reading.oversight.iter().filter(|o| o.asked).map(|o| o.at).min();
    let governs = modal.or(asked).unwrap_or(0);
    let passive = match reading.main() {
        Some(m) => {
            let end = m.at + m.text.split(' ').count();
            m.text.ends_with(" be") || reading.word(end) == "be"
        }
        None => true,
    };
    let head = (group.end..governs.max(group.end))
        .rev()
        .find(|&at| is_content(reading, at));
    let person = head.is_some_and(|at| lexicon().actor(reading.word(at)).is_some());
    group.end <= governs && passive && !person
}

/// Whether a word of both sides follows, so that these words describe it.
fn before_noun(reading: &Reading, group: &std::ops::Range<usize>) -> bool {
    reading
        .words
        .get(group.end)
        .is_some_and(|_| is_content(reading, group.end))
}

/// Whether these words stand before a noun that they narrow: a plural, or one of many.
fn attributive(reading: &Reading, group: &std::ops::Range<usize>) -> bool {
    let noun = reading.word(group.end);
    let known = reading
        .words
        .get(group.end)
        .is_some_and(|_| is_content(reading, group.end));
    let plural = noun.ends_with('s') && !noun.ends_with("ss") && !noun.ends_with("us");
    let before = group.start.checked_sub(1).map_or("", |at| reading.word(at));
    let many = matches!(before, "all" | "every" | "each" | "any" | "no");
    let one = matches!(before, "a" | "an" | "this" | "that" | "these" | "those");
    // The first word of a statement is its verb or its subject, and a verb is no description.
    known && group.start > 0 && (many || plural && !one)
}

/// Whether these words are all of their kind: `at any hour`, `on all days`.
fn is_universal(reading: &Reading, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |at| reading.word(at));
    matches!(before, "any" | "every" | "all" | "each")
}

/// Whether these words say which of a number of people or things will do: `two licensed operators`.
fn counted(reading: &Reading, group: &std::ops::Range<usize>) -> bool {
    reading.words.get(group.end).is_some()
        && is_content(reading, group.end)
        && reading.quantities.iter().any(|q| q.span.end == group.start)
}

/// Whether these words take a part of what follows: `special categories of personal data`.
fn partitive(reading: &Reading, group: &std::ops::Range<usize>) -> bool {
    reading.word(group.end) == "of" && reading.words.get(group.end + 1).is_some()
}

/// `every prescription` → `high-risk prescriptions`: what held of all holds of some.
fn universal(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    for (reading, other, gone) in [(before, after, true), (after, before, false)] {
        for (_, mark) in reading.shares.iter().filter(|(rank, _)| *rank == 3) {
            let at = mark.at + mark.text.split(' ').count();
            let nouns = (at..reading.words.len().min(at + 4)).take_while(|&n| is_content(reading, n));
            let Some(noun) = nouns.clone().next() else {
                continue;
            };
            if let Some(text) = of_any_kind(reading, noun, other) {
                effects.push(Way::Looser.turn_if(frame.grant).turn_if(!gone), text);
                return;
            }
            // A noun behind another one that is replaced is no narrowed one: `any clerk signs`, `the owner signs`.
            let kept = |noun: &usize| {
                (at..*noun).all(|n| other.words.iter().any(|w| stem(w) == stem(&reading.words[n])))
            };
            let narrowed = nouns
                .filter(kept)
                .find_map(|noun| narrowed(reading, &reading.words[noun], other));
            if let Some(text) = narrowed {
                let evidence = format!("\"{} {}\" against \"{text}\"", mark.text, reading.words[noun]);
                effects.push(Way::Looser.turn_if(frame.grant).turn_if(!gone), evidence);
                return;
            }
        }
    }
}

/// `repairs of any kind` against `repairs of the airframe`.
fn of_any_kind(reading: &Reading, noun: usize, other: &Reading) -> Option<String> {
    let kind = |word: &str| {
        matches!(
            word,
            "kind" | "kinds" | "sort" | "type" | "form" | "nature" | "description"
        )
    };
    let all = |reading: &Reading| reading.shares.iter().any(|(rank, _)| *rank == 3);
    let new = (0..other.words.len()).find(|&at| {
        is_content(other, at) && !reading.words.iter().any(|w| stem(w) == stem(&other.words[at]))
    })?;
    (kind(&reading.words[noun]) && !all(other))
        .then(|| format!("\"any {}\" against \"{}\"", reading.words[noun], other.words[new]))
}

/// The noun with a word before it that only this side has, and no universal.
fn narrowed(reading: &Reading, noun: &str, other: &Reading) -> Option<String> {
    let noun = stem(noun);
    let at = (1..other.words.len()).find(|&at| stem(&other.words[at]) == noun)?;
    let known = |word: &str| reading.words.iter().any(|w| stem(w) == stem(word));
    let from = at.saturating_sub(2);
    let universal = other
        .shares
        .iter()
        .any(|(rank, mark)| *rank == 3 && mark.at + 3 >= at && mark.at < at);
    let word = &other.words[at - 1];
    let new = at > 1 && is_content(other, at - 1) && !known(word);
    (new && !universal).then(|| other.words[from.max(at - 1)..=at].join(" "))
}
