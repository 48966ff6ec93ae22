//! Pairs that are more or less than one statement in other words: names with wild cards, sentences that
//! bind by their place, statements that were divided.

use super::compare::Frame;
use super::compare::compare;
use super::compare::governing;
use super::judge::LONGEST;
use super::judge::Outcome;
use super::judge::Subject;
use super::judge::Verdict;
use super::judge::by_effects;
use super::judge::kind;
use super::patterns::Reach;
use super::patterns::reach;
use super::reading::read;
use crate::spec::Facet;
use crate::spec::ItemForm;

/// How far two entries of a set of names reach.
pub fn pattern_reach(before: Subject<'_>, after: Subject<'_>) -> Option<Reach> {
    let name = |s: Subject<'_>| {
        matches!(s.item.facet, Facet::Limit | Facet::Grant)
            && (s.item.form == ItemForm::SetEntry || !s.normal.contains(' '))
    };
    (name(before) && name(after)).then(|| reach(before.normal, after.normal))?
}

/// An edit to a sentence that binds by where it stands, not by its words: told as such where something
/// that governs it changed.
pub fn prose(before: Subject<'_>, after: Subject<'_>) -> Option<Verdict> {
    let held = before.section.facet;
    let bound = held == after.section.facet
        && matches!(held, Facet::Duty | Facet::Limit | Facet::Grant)
        && before.normal.len().max(after.normal.len()) <= LONGEST;
    if !bound || before.item.facet != Facet::Prose || after.item.facet != Facet::Prose {
        return None;
    }
    let frame = Frame {
        grant: held == Facet::Grant,
        trigger: before.section.trigger,
        limit: held == Facet::Limit,
        names_forbidden: false,
        describes_holder: false,
    };
    let effects = compare(&read(before.normal), &read(after.normal), frame);
    let told = !effects.looser.is_empty() || !effects.tighter.is_empty();
    told.then(|| by_effects(held, effects, Outcome::Reworded))
}

/// One statement that became two, or two that became one: other words, unless what governs them got weaker.
pub fn divided(before: Subject<'_>, after: &str, word: &str) -> Verdict {
    let facet = before.item.facet;
    let plain = Verdict::new(kind(facet, Outcome::Reworded), word);
    let read_whole = before.normal.len().max(after.len()) <= LONGEST;
    if !read_whole || matches!(facet, Facet::Metadata | Facet::Prose | Facet::Outcome) {
        return plain;
    }
    let effects = governing(&read(before.normal), &read(after), before.frame());
    if effects.looser.is_empty() {
        return plain;
    }
    let mut verdict = by_effects(facet, effects, Outcome::Reworded);
    verdict.evidence.push(word.to_owned());
    verdict
}
