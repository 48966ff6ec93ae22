//! Words that make a sentence a rule, and sentences as such. Start in [`rule`].

mod introductions;
mod orders;
mod senses;
mod sentences;
mod tongues;
mod words;

use std::cell::LazyCell;

pub(super) use introductions::Introduction;
pub(super) use introductions::TURNING;
pub(super) use introductions::goes_on;
pub(super) use introductions::introduction;
pub(super) use orders::is_order;
use orders::orders_not;
use senses::asks;
use senses::is_being;
use senses::is_consent;
use senses::is_possibility;
use senses::is_state;
use senses::is_supposed;
use senses::last_on_its_own;
use senses::negates;
use senses::withheld;
pub(super) use sentences::sentences;
pub(super) use words::each_word;
pub(super) use words::lowered;
use words::words;

use crate::spec::Facet;
use crate::spec::binding::words::may_bind;

/// What a statement is outside a typed section: a limit or a grant if it binds, else nothing.
pub(super) fn rule(text: &str) -> Option<Facet> {
    if !may_bind(text) {
        return tongues::east_asian(text);
    }
    if is_speech(text) {
        return None;
    }
    let lower = lowered(text);
    let words = words(&lower);
    told_by(&lower, &words)
        .or_else(|| orders_not(text).then_some(Facet::Limit))
        .or_else(|| tongues::told_by(&words))
}

/// What the words of a statement in lower case make it.
fn told_by(lower: &str, words: &[&str]) -> Option<Facet> {
    let supposes = words.first().is_some_and(|word| *word == "if");
    let alone = LazyCell::new(|| last_on_its_own(words));
    let withheld = LazyCell::new(|| withheld(words));
    // "No single vendor can …", "Only one agent may …": who may is what binds.
    let excludes = words
        .first()
        .is_some_and(|word| matches!(*word, "no" | "only" | "nobody" | "none" | "neither"));
    let mut permits = false;
    let mut binds = false;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let after = words.get(at + 2).copied().unwrap_or_default();
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        match *word {
            // "What must exist" asks.
            "must" | "shall" | "mustn't" | "shan't" => binds |= before != "what",
            "never" => binds = true,
            // "If it is not measured, it cannot be improved" tells how the world is.
            "cannot" | "can't" => binds |= !(supposes && next == "be"),
            "can" if next == "not" => binds = true,
            "can" if next == "only" => binds = true,
            "can" | "may" if excludes && !is_possibility(next) && !next.is_empty() => binds = true,
            // What can be done independently is not done by the role.
            "can" if alone.is_some_and(|last| at <= last) => permits |= next != "be",
            "may" if next == "not" => {
                binds |= !is_possibility(after);
            }
            "may" if next == "only" => binds = true,
            "may" => {
                permits |= !is_possibility(next)
                    && !is_state(next, after)
                    && !asks(&words[at.saturating_sub(4)..at])
                    && !next.is_empty();
            }
            "allowed" | "permitted" | "authorised" | "authorized" | "entitled"
                if is_being(before) || before == "not" || before == "only" || before == "never" =>
            {
                let negated = words[at.saturating_sub(3)..at].iter().any(|word| {
                    matches!(
                        *word,
                        "not" | "never" | "no" | "zero" | "only" | "isn't" | "aren't"
                    )
                });
                if negated {
                    binds = true;
                } else if next == "to" || is_being(before) {
                    permits = true;
                }
            }
            "has" | "have" | "had" if next == "to" => {
                binds |= !negates(&words[at.saturating_sub(2)..at]) && !supposes;
            }
            "obliged" | "bound" if next == "to" && is_being(before) => {
                binds |= !negates(&words[at.saturating_sub(3)..at]);
            }
            "nobody" | "no-one" if next == "but" || next == "may" || next == "can" => binds = true,
            "is" | "are" if next == "to" && after == "be" => binds |= !supposes,
            "is" | "are" if next == "not" && after == "to" => binds |= !supposes,
            "free" if next == "to" && is_being(before) => permits = true,
            "forbidden" | "prohibited" | "disallowed" => binds = true,
            "only" => binds |= !matches!(before, "not" | "the" | "if" | "an" | "read" | "my"),
            "requires" => binds |= !is_supposed(lower, words, at),
            "need" if next == "to" && before == "will" => binds |= !supposes,
            "need" | "needs" if next == "to" && after == "be" => {
                let denied = negates(&words[at.saturating_sub(2)..at]);
                binds |= !denied && !supposes && !is_supposed(lower, words, at);
            }
            "due" => binds |= is_being(before) && matches!(next, "within" | "by"),
            // "No mission starts without a radio", "Slopes are not entered before dawn".
            "without" | "unless" | "before" | "until" => {
                let none = words[0] == "no" && at > 2 || words[0] == "nobody" && at > 1;
                binds |= !supposes && (none || withheld.is_some_and(|after| after <= at));
            }
            "require" | "needs" | "need" => {
                let consent = words[at + 1..].iter().take(4).any(|word| is_consent(word));
                binds |= consent && !negates(&words[at.saturating_sub(2)..at]);
            }
            "required" | "mandatory" => {
                binds |= is_being(before)
                    && !negates(&words[at.saturating_sub(3)..at])
                    && !is_supposed(lower, words, at);
            }
            "ability" | "authority" | "right" | "power" if next == "to" && !after.is_empty() => {
                let has = words[at.saturating_sub(3)..at]
                    .iter()
                    .any(|word| matches!(*word, "has" | "have" | "holds" | "hold"));
                let lacks = has && negates(&words[at.saturating_sub(3)..at]);
                permits |= has && !lacks && !supposes;
                binds |= lacks && !supposes;
            }
            // An order: `Always keep the door shut`, not `Always on call`.
            "always" if at == 0 => {
                binds |= !after.is_empty()
                    && !matches!(
                        next,
                        "on" | "available" | "a" | "an" | "the" | "in" | "at" | "up" | "there"
                    );
            }
            "approval" | "sign-off" => {
                binds |= matches!(before, "prior" | "explicit" | "written") || next == "before";
            }
            "do" if next == "not" && at == 0 => binds = true,
            "don't" if at == 0 => binds = true,
            _ => {}
        }
    }
    if binds {
        Some(Facet::Limit)
    } else if permits {
        Some(Facet::Grant)
    } else {
        None
    }
}

/// On which side a statement stands below a title that names powers and limits at once.
pub(super) fn side(text: &str) -> Option<Facet> {
    let escalates = || {
        each_word(&lowered(text))
            .next()
            .is_some_and(|word| word.starts_with("escalat"))
    };
    rule(text).or_else(|| escalates().then_some(Facet::Limit))
}

/// True if a sentence below a typed title is a statement of that title, not talk about it.
pub(super) fn binds(text: &str) -> bool {
    let states = |word: &str| {
        matches!(
            word,
            "should"
                | "shouldn't"
                | "ought"
                | "avoid"
                | "ideally"
                | "always"
                | "may"
                | "can"
                | "require"
                | "required"
                | "approval"
                | "sign-off"
                | "permission"
        )
    };
    rule(text).is_some() || text.starts_with("No ") || each_word(&lowered(text)).any(states)
}

/// True for a statement that forbids or obliges in so many words, whatever stands above it.
pub(super) fn forbids(text: &str) -> bool {
    each_word(&lowered(text)).any(|word| {
        matches!(word, "must" | "shall" | "never" | "cannot" | "not" | "no") || word.ends_with("n't")
    })
}

/// True for words put into a mouth: `"We never do that."`
fn is_speech(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',']);
    let quotes = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('「', '」')];
    quotes.iter().any(|(open, close)| {
        text.strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close))
            .is_some_and(|inside| !inside.is_empty() && !inside.contains([*open, *close]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_word_makes_a_rule_and_a_possibility_does_not() {
        use Facet::*;
        for (text, facet) in [
            ("The agent must ask first.", Some(Limit)),
            ("Never push on a Friday", Some(Limit)),
            ("Guests cannot enter", Some(Limit)),
            ("Guests may not enter", Some(Limit)),
            ("No mission starts without a leader", Some(Limit)),
            ("No mission is like another", None),
            ("No rain before noon", None),
            ("Nobody flies before the check is back", Some(Limit)),
            ("Slopes are not entered before the check", Some(Limit)),
            ("The path is not open before June", None),
            ("We met before the slopes opened", None),
            ("Each report is due within 3 days", Some(Limit)),
            ("Thanks are due to the crew", None),
            ("Receipts need to be kept", Some(Limit)),
            ("Receipts do not need to be kept", None),
            ("Guests may only use the portal", Some(Limit)),
            ("Sessions from shared computers are not allowed", Some(Limit)),
            ("Rollbacks require sign-off from the owner", Some(Limit)),
            ("Publication requires approval from the board", Some(Limit)),
            ("Only mention alternatives when asked", Some(Limit)),
            ("The clerk may pay small invoices", Some(Grant)),
            ("The agent is allowed to read the archive", Some(Grant)),
            ("The agent can deploy on its own", Some(Grant)),
            ("Cut it into parts that can be merged independently", None),
            ("Private monitors may be used at home", Some(Grant)),
            ("Personal data may have left the company", None),
            ("A task may take 30 minutes", None),
            ("Status may be a precondition", None),
            ("The clerk may take leave", Some(Grant)),
            ("No vendor can hold more than half", Some(Limit)),
            ("Vendors can hold more than half", None),
            ("so that a newcomer can follow it", None),
            ("It is not only fast but small", None),
            ("A read-only replica", None),
            ("Results may vary", None),
            ("List what must exist before", None),
            ("See what needs to be created", None),
            ("Der Agent muss vorher fragen", Some(Limit)),
            ("Er gilt, dass er nur gemeinsam zeichnen darf", Some(Limit)),
            (
                "Die Mitglieder dürfen Räume nicht ohne Schlüssel öffnen",
                Some(Limit),
            ),
            ("Der Kassier darf kleine Rechnungen zahlen", Some(Grant)),
            ("Le trésorier doit tenir les livres", Some(Limit)),
            ("El agente debe pedir permiso", Some(Limit)),
            ("De agent moet eerst vragen", Some(Limit)),
            ("De agent mag nooit zonder toestemming", Some(Limit)),
            ("Ik mag hem", None),
            ("本番環境への直接変更は禁止", Some(Limit)),
            ("部署前必须获得批准", Some(Limit)),
            ("本番環境を見る", None),
            ("Zero assumptions are allowed", Some(Limit)),
            ("Members may face a warning", None),
            ("Run it in the sandbox when access is required", None),
            ("When at height, a harness is required", Some(Limit)),
            ("It tells what upgrades are required", None),
            ("It reviews changes that may be required", None),
            ("A harness is required when at height", Some(Limit)),
            ("Newcomers will need to attend a workshop", Some(Limit)),
            ("Newcomers need to rest", None),
            ("You have the ability to rename the room", Some(Grant)),
            ("You have no authority to rename the room", Some(Limit)),
            ("The chair has authority to rename the room", Some(Grant)),
            ("Small changes do not require approval", None),
            ("Always keep the door shut", Some(Limit)),
            ("Always on call", None),
            ("The door is always shut", None),
            ("Respect the paths; do not create folders", Some(Limit)),
            ("Craft a plan — **do not edit files**", Some(Limit)),
            ("If it is late, don't call", Some(Limit)),
            ("Members, as a rule, do not vote", None),
            ("Those who do not vote", None),
            ("Historical context is helpful but not required", None),
            ("\"No one may touch my desk.\"", None),
            ("If it isn't measured, it can't be improved", None),
        ] {
            assert_eq!(rule(text), facet, "{text}");
        }
    }
}
