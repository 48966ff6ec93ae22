//! What an edit to approval, review, advice or notice does.

use super::compare::Effects;
use super::compare::Way;
use super::compare::change;
use super::lexicon::lexicon;
use super::oversight::Look;
use super::oversight::Oversight;
use super::reading::Reading;
use super::tokens::stem;

/// What an edit to approval, review, advice or notice does.
pub fn oversight(before: &Reading, after: &Reading, effects: &mut Effects) {
    let count = before.oversight.len().max(after.oversight.len());
    for at in 0..count {
        match (before.oversight.get(at), after.oversight.get(at)) {
            (Some(b), Some(a)) => oversight_pair(b, a, before, after, effects),
            (Some(b), None) => {
                if let Some(way) = added_oversight(b, before, after) {
                    effects.push(way.turned(), format!("\"{}\" is gone", b.text));
                }
            }
            (None, Some(a)) => {
                if let Some(way) = added_oversight(a, after, before) {
                    effects.push(way, format!("\"{}\" is new", a.text));
                }
            }
            (None, None) => {}
        }
    }
}

/// Which way it points when this oversight is added to a statement that had none.
fn added_oversight(oversight: &Oversight, with: &Reading, without: &Reading) -> Option<Way> {
    if oversight.without && with.forbids() {
        // "must not deploy" → "must not deploy without approval": a way out appears.
        return without.forbids().then_some(Way::Looser);
    }
    if with.forbids() && without.forbids() && oversight.asked {
        return Some(Way::Looser);
    }
    Some(if oversight.asked {
        Way::Tighter
    } else {
        Way::Looser
    })
}

fn oversight_pair(b: &Oversight, a: &Oversight, before: &Reading, after: &Reading, effects: &mut Effects) {
    let asked = |o: &Oversight, r: &Reading| o.asked || (o.without && r.forbids());
    match (asked(b, before), asked(a, after)) {
        (true, false) => effects.push(Way::Looser, change(&b.text, &a.text)),
        (false, true) => effects.push(Way::Tighter, change(&b.text, &a.text)),
        (false, false) => {}
        (true, true) if a.look != b.look => {
            effects.push(
                if a.look < b.look {
                    Way::Looser
                } else {
                    Way::Tighter
                },
                format!("{} → {}", look(b.look), look(a.look)),
            );
        }
        (true, true) => who(b, a, before, after, effects),
    }
}

fn look(look: Look) -> &'static str {
    match look {
        Look::Approval => "approval",
        Look::Review => "review",
        Look::Advice => "advice",
        Look::Notice => "notice",
    }
}

/// Stems as the words that stand in the statement.
fn said(reading: &Reading, stems: &[String]) -> String {
    let word = |name: &String| {
        reading
            .words
            .iter()
            .find(|word| stem(word) == *name)
            .unwrap_or(name)
            .clone()
    };
    stems.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn who(b: &Oversight, a: &Oversight, before: &Reading, after: &Reading, effects: &mut Effects) {
    let more = |x: &Oversight, y: &Oversight| x.strength.iter().find(|w| !y.strength.contains(w)).cloned();
    if let Some(gone) = more(b, a) {
        effects.looser.push(format!("\"{gone}\" is gone"));
    }
    if let Some(come) = more(a, b) {
        effects.tighter.push(format!("\"{come}\" is new"));
    }
    if b.any != a.any && !b.who.is_empty() && b.who.iter().all(|w| a.who.contains(w)) {
        let way = if a.any { Way::Looser } else { Way::Tighter };
        effects.push(
            way,
            format!(
                "{} of \"{}\"",
                if a.any { "any" } else { "all" },
                said(after, &a.who)
            ),
        );
    }
    if b.who == a.who {
        return;
    }
    let words = lexicon();
    let same = |x: &String, list: &[String]| list.iter().any(|y| words.is_same(x, y));
    let gone: Vec<&String> = b.who.iter().filter(|x| !same(x, &a.who)).collect();
    let come: Vec<&String> = a.who.iter().filter(|x| !same(x, &b.who)).collect();
    let evidence = change(&said(before, &b.who), &said(after, &a.who));
    match (b.who.is_empty(), a.who.is_empty()) {
        (true, false) => effects.push(Way::Tighter, format!("only \"{}\" now", said(after, &a.who))),
        (false, true) => effects.push(Way::Looser, format!("no longer \"{}\"", said(before, &b.who))),
        _ if gone.is_empty() && come.is_empty() => {}
        _ if b.joints != a.joints && (gone.is_empty() || come.is_empty()) => {
            // One more who must agree binds more; one more who may is one more way.
            let more = if a.joints > b.joints { a } else { b };
            let way = if more.any { Way::Looser } else { Way::Tighter };
            effects.push(way.turn_if(a.joints < b.joints), evidence);
        }
        _ => {
            let rank = |list: &[&String]| list.iter().filter_map(|w| words.actor(w)).max();
            match (rank(&gone), rank(&come)) {
                (Some(x), Some(y)) if y < x => effects.push(Way::Looser, evidence),
                (Some(x), Some(y)) if y > x => effects.push(Way::Tighter, evidence),
                (Some(x), Some(y)) if x == y => {}
                _ => effects.unclear.push(format!("who is asked: {evidence}")),
            }
        }
    }
}
