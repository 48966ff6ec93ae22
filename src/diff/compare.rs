//! Two readings of one statement, before and after: does the edit bind the role less, more, or can
//! nobody tell?
//!
//! Everything is said of *restriction*: an effect is [`Effects::looser`] where the role is bound
//! less afterwards (a limit weaker, a duty weaker, a power wider), [`Effects::tighter`] where it is
//! bound more.

use super::amounts::amounts;
use super::contrary;
use super::gates;
use super::polarity;
use super::quantity::Comparator;
use super::quantity::Quantity;
use super::quantity::Unit;
use super::reading::Force;
use super::reading::Mark;
use super::reading::Modal;
use super::reading::Reading;
use super::scope;
use super::surplus;
use super::tokens::is_function_word;
use super::tokens::stem;
use super::watching::oversight;

/// What kind of statement is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// True for a power: what widens it binds less.
    pub grant: bool,
    /// True for an entry that names a situation in which somebody must be asked.
    pub trigger: bool,
    /// True for a limit.
    pub limit: bool,
    /// True for an entry that names what is forbidden.
    pub names_forbidden: bool,
    /// True for what somebody has to have: the narrower it is told, the fewer have it.
    pub describes_holder: bool,
}

/// What an edit does, with the words that show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The role is bound less.
    pub looser: Vec<String>,
    /// The role is bound more.
    pub tighter: Vec<String>,
    /// Something that governs changed, and nobody can say which way.
    pub unclear: Vec<String>,
    /// One concrete case that was not allowed before and is now.
    pub witness: Option<String>,
}

/// Which way an effect points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Binds less.
    Looser,
    /// Binds more.
    Tighter,
}

impl Way {
    /// The other way.
    pub fn turned(self) -> Self {
        match self {
            Self::Looser => Self::Tighter,
            Self::Tighter => Self::Looser,
        }
    }

    /// The same way, or the other one where `turn` holds.
    pub fn turn_if(self, turn: bool) -> Self {
        if turn { self.turned() } else { self }
    }
}

impl Effects {
    /// Notes an effect.
    pub fn push(&mut self, way: Way, evidence: String) {
        match way {
            Way::Looser => self.looser.push(evidence),
            Way::Tighter => self.tighter.push(evidence),
        }
    }

    /// Adds what another part of the statement says.
    pub fn join(&mut self, other: Self) {
        self.looser.extend(other.looser);
        self.tighter.extend(other.tighter);
        self.unclear.extend(other.unclear);
        self.witness = self.witness.take().or(other.witness);
    }

    /// Whether nothing that governs has changed.
    pub fn is_empty(&self) -> bool {
        self.looser.is_empty() && self.tighter.is_empty() && self.unclear.is_empty()
    }
}

/// What the edit from one reading to the other does.
pub fn compare(before: &Reading, after: &Reading, frame: Frame) -> Effects {
    if before.leading_no() && after.main().is_some() {
        return compare(&before.as_prohibition(), after, frame);
    }
    if after.leading_no() && before.main().is_some() {
        return compare(before, &after.as_prohibition(), frame);
    }
    let mut effects = Effects::default();
    if let Some(turned) = power_turned(before, after, frame) {
        return turned;
    }
    if let Some(way) = gates::gate_way(before, after, frame) {
        effects.push(way, "a way out of what was forbidden".to_owned());
        return effects;
    }
    if gates::is_same_gate(before, after) {
        amounts(before, after, frame, &mut effects);
        return effects;
    }
    modals(before, after, frame, &mut effects);
    oversight(before, after, &mut effects);
    amounts(before, after, frame, &mut effects);
    shares(before, after, frame, &mut effects);
    rhythm(before, after, frame, &mut effects);
    marks(before, after, frame, &mut effects);
    lead(before, after, &mut effects);
    polarity::negations(before, after, frame, &mut effects);
    scope::compare(before, after, frame, &mut effects);
    surplus::compare(before, after, frame, &mut effects);
    effects
}

/// What the edit does to the words that govern, whatever the statements speak of.
pub fn governing(before: &Reading, after: &Reading, frame: Frame) -> Effects {
    let mut effects = Effects::default();
    modals(before, after, frame, &mut effects);
    oversight(before, after, &mut effects);
    amounts(before, after, frame, &mut effects);
    rhythm(before, after, frame, &mut effects);
    marks(before, after, frame, &mut effects);
    effects
}

/// A power that is forbidden now, or the way back: whatever else the statement says, it speaks of
/// another case than before.
fn power_turned(before: &Reading, after: &Reading, frame: Frame) -> Option<Effects> {
    let (b, a) = (before.main(), after.main());
    let forbids = |modal: Option<&Modal>| modal.is_some_and(|m| m.force.forbids());
    let permits = |r: &Reading| r.main().is_some_and(|m| m.force == Force::May) && r.only.is_empty();
    let power =
        frame.grant || !frame.trigger && !frame.names_forbidden && (permits(before) || permits(after));
    if !power || forbids(b) == forbids(a) {
        return None;
    }
    let text = |modal: Option<&Modal>| modal.map_or("no word", |m| m.text.as_str()).to_owned();
    let mut effects = Effects::default();
    let way = if forbids(a) { Way::Tighter } else { Way::Looser };
    effects.push(way, change(&text(b), &text(a)));
    Some(effects)
}

/// `"before" → "after"`.
pub fn change(before: &str, after: &str) -> String {
    format!("\"{before}\" → \"{after}\"")
}

// ---------------------------------------------------------------- modality

fn modals(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    let (mut gone, mut come): (Vec<&Modal>, Vec<&Modal>) =
        (before.modals.iter().collect(), after.modals.iter().collect());
    let mut pairs = Vec::new();
    let mut keep = Vec::new();
    for modal in gone {
        match come
            .iter()
            .position(|c| c.head == modal.head && !modal.head.is_empty())
        {
            Some(at) => pairs.push((modal, come.remove(at))),
            None => keep.push(modal),
        }
    }
    gone = keep;
    while !gone.is_empty() && !come.is_empty() {
        pairs.push((gone.remove(0), come.remove(0)));
    }
    for (b, a) in pairs {
        if let Some(way) = modal_way(Some(b.force), Some(a.force), frame) {
            effects.push(way, change(&b.text, &a.text));
        }
    }
    for b in gone {
        let main = before.modals.len() == 1;
        if let Some(way) = modal_way(Some(b.force), None, frame).filter(|_| main || !after.words.is_empty()) {
            effects.push(way, format!("\"{}\" is gone", b.text));
        }
    }
    for a in come {
        if let Some(way) = modal_way(None, Some(a.force), frame) {
            effects.push(way, format!("\"{}\" is new", a.text));
        }
    }
}

/// `None` as a force is a statement in its bare form: an order under duties and limits, a permission
/// under grants.
fn modal_way(before: Option<Force>, after: Option<Force>, frame: Frame) -> Option<Way> {
    use Force::*;
    if before == after {
        return None;
    }
    if frame.grant {
        let power = |force: Option<Force>| match force {
            Some(MustNot) => 0,
            Some(ShouldNot) => 1,
            // What may be done has to be done now.
            Some(Must | Should) => 2,
            Some(May | NeedNot) | None => 3,
        };
        return match power(after).cmp(&power(before)) {
            std::cmp::Ordering::Greater => Some(Way::Looser),
            std::cmp::Ordering::Less => Some(Way::Tighter),
            std::cmp::Ordering::Equal => None,
        };
    }
    if frame.trigger && (before.is_none() || after.is_none()) {
        // A situation turned into its contrary is another situation.
        let forbids = |force: Option<Force>| force == Some(MustNot);
        return (forbids(before) || forbids(after)).then_some(Way::Looser);
    }
    let plain = |force: Option<Force>| force.unwrap_or(Must);
    let bound = |force: Force| match force {
        Must | MustNot => 3,
        Should | ShouldNot => 2,
        May | NeedNot => 0,
    };
    let (b, a) = (plain(before), plain(after));
    // A bare entry of a limit may name what is forbidden ("Negotiating discounts"): "must not" adds nothing to it.
    if frame.limit && (before.is_none() && a.forbids() || after.is_none() && b.forbids()) {
        return (bound(b) != bound(a)).then(|| {
            if bound(a) < bound(b) {
                Way::Looser
            } else {
                Way::Tighter
            }
        });
    }
    let turned = (b.forbids() && a.obliges()) || (b.obliges() && a.forbids());
    if turned {
        return Some(Way::Looser);
    }
    match bound(a).cmp(&bound(b)) {
        std::cmp::Ordering::Less => Some(Way::Looser),
        std::cmp::Ordering::Greater => Some(Way::Tighter),
        std::cmp::Ordering::Equal => None,
    }
}

// ---------------------------------------------------------------- shares, rhythm, marks

fn shares(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    for at in 0..before.shares.len().max(after.shares.len()) {
        let (b, a) = (before.shares.get(at), after.shares.get(at));
        let (rank_b, rank_a) = (b.map_or(3, |s| s.0), a.map_or(3, |s| s.0));
        if rank_a == rank_b {
            continue;
        }
        let name = |s: Option<&(u8, Mark)>| s.map_or("no word", |s| s.1.text.as_str()).to_owned();
        let way = if rank_a < rank_b {
            Way::Looser
        } else {
            Way::Tighter
        };
        effects.push(way.turn_if(frame.grant), change(&name(b), &name(a)));
    }
    // `from all sides` → `from two sides`
    let all = |reading: &Reading| reading.shares.iter().filter(|(rank, _)| *rank == 3).count();
    let counts = |reading: &Reading| {
        let plain =
            |q: &&Quantity| matches!(q.comparator, Comparator::Bare) && matches!(q.unit, Unit::Count(_));
        reading.quantities.iter().filter(plain).count()
    };
    for (reading, other, way) in [(before, after, Way::Looser), (after, before, Way::Tighter)] {
        if all(reading) > all(other) && counts(other) > counts(reading) {
            effects.push(
                way.turn_if(frame.grant),
                "all of them against a number".to_owned(),
            );
        }
    }
}

fn rhythm(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    for at in 0..before.rhythm.len().max(after.rhythm.len()) {
        let (b, a) = (before.rhythm.get(at), after.rhythm.get(at));
        let (way, evidence) = match (b, a) {
            (Some((x, b)), Some((y, a))) if (x - y).abs() > 0.02 * x.max(*y) => (
                if y > x { Way::Looser } else { Way::Tighter },
                change(&b.text, &a.text),
            ),
            (Some((_, b)), None) if turns(after) > turns(before) => {
                effects.unclear.push(format!("\"{}\" is gone", b.text));
                continue;
            }
            (Some((_, b)), None) => (Way::Looser, format!("\"{}\" is gone", b.text)),
            (None, Some((_, a))) if turns(before) > turns(after) => {
                // `after every deployment` → `once a month`: nobody knows which is more often.
                effects.unclear.push(format!("\"{}\" is new", a.text));
                continue;
            }
            (None, Some((_, a))) => (Way::Tighter, format!("\"{}\" is new", a.text)),
            _ => continue,
        };
        effects.push(way.turn_if(frame.grant && b.is_some() && a.is_some()), evidence);
    }
    for at in 0..before.haste.len().max(after.haste.len()) {
        match (before.haste.get(at), after.haste.get(at)) {
            (Some((x, b)), Some((y, a))) if x != y && !frame.grant => {
                effects.push(
                    if y < x { Way::Looser } else { Way::Tighter },
                    change(&b.text, &a.text),
                );
            }
            (Some((3, b)), None) if !frame.grant => effects.looser.push(format!("\"{}\" is gone", b.text)),
            (None, Some((1, a))) if !frame.grant => effects.looser.push(format!("\"{}\" is new", a.text)),
            (Some((1, b)), None) if !frame.grant => effects.tighter.push(format!("\"{}\" is gone", b.text)),
            (None, Some((3, a))) if !frame.grant => effects.tighter.push(format!("\"{}\" is new", a.text)),
            _ => {}
        }
    }
}

/// How often `every …` stands in a statement.
fn turns(reading: &Reading) -> usize {
    let every = |(_, mark): &&(u8, Mark)| matches!(mark.text.as_str(), "every" | "each" | "any");
    reading.shares.iter().filter(every).count()
}

fn marks(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    let grant = frame.grant;
    counted(
        &polarity::hedges(before, after),
        &polarity::hedges(after, before),
        Way::Looser.turn_if(grant),
        effects,
    );
    counted(&before.only, &after.only, Way::Tighter, effects);
    counted(&before.free, &after.free, Way::Looser, effects);
    // An entry that names a situation holds less often with a further condition; so does everything else.
    let lost = |reading: &Reading, other: &Reading| -> Vec<Mark> {
        let stays = |mark: &&Mark| mark.text != "during" || !contrary::stays(mark, reading, other);
        reading.conditions.iter().filter(stays).cloned().collect()
    };
    counted(
        &lost(before, after),
        &lost(after, before),
        Way::Looser.turn_if(grant),
        effects,
    );
    counted(
        &before.exceptions,
        &after.exceptions,
        Way::Looser.turn_if(grant),
        effects,
    );
    if before.exceptions.len() == after.exceptions.len() {
        for (b, a) in before.exceptions.iter().zip(&after.exceptions) {
            exception_pair(b, a, Way::Looser.turn_if(grant), effects);
        }
    }
}

/// `way` is what one more of them means.
fn counted(before: &[Mark], after: &[Mark], way: Way, effects: &mut Effects) {
    let news = |list: &[Mark], others: &[Mark]| -> String {
        let new = list
            .iter()
            .find(|m| !others.iter().any(|o| o.text == m.text))
            .or(list.last());
        new.map(|m| m.text.clone()).unwrap_or_default()
    };
    match after.len().cmp(&before.len()) {
        std::cmp::Ordering::Greater => effects.push(way, format!("\"{}\" is new", news(after, before))),
        std::cmp::Ordering::Less => {
            effects.push(way.turned(), format!("\"{}\" is gone", news(before, after)))
        }
        std::cmp::Ordering::Equal => {}
    }
}

/// `way` is what a wider exception means.
fn exception_pair(b: &Mark, a: &Mark, way: Way, effects: &mut Effects) {
    if b.text == a.text {
        return;
    }
    let words = |m: &Mark| -> Vec<String> {
        let all = m.text.split(' ').filter(|w| !is_function_word(w)).map(stem);
        all.collect()
    };
    let (x, y) = (words(b), words(a));
    let within = |x: &[String], y: &[String]| x.iter().all(|w| y.contains(w));
    let joined = |m: &Mark| m.text.split(' ').filter(|w| matches!(*w, "and" | "or")).count();
    let shared = x.iter().filter(|w| y.contains(w)).count();
    if within(&x, &y) && y.len() > x.len() {
        // Another joined case widens an exception; a further word about the same case narrows it.
        effects.push(way.turn_if(joined(a) <= joined(b)), change(&b.text, &a.text));
    } else if within(&y, &x) && x.len() > y.len() {
        effects.push(way.turn_if(joined(a) < joined(b)), change(&b.text, &a.text));
    } else if shared * 3 < x.len().max(y.len()) {
        effects
            .unclear
            .push(format!("the exception changed: {}", change(&b.text, &a.text)));
    }
}

fn lead(before: &Reading, after: &Reading, effects: &mut Effects) {
    match (&before.lead, &after.lead) {
        (Some((x, b)), Some((y, a))) if x != y => {
            effects.push(
                if y < x { Way::Looser } else { Way::Tighter },
                change(&b.text, &a.text),
            );
        }
        (None, Some((0, a))) => effects.looser.push(format!("\"{}\" is new", a.text)),
        (Some((0, b)), None) => effects.tighter.push(format!("\"{}\" is gone", b.text)),
        _ => {}
    }
}
