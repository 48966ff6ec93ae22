//! `key: value`: which direction of the value binds less, by the key's name.

use super::compare::Effects;
use super::compare::Way;
use super::key_names::Sense;
use super::key_names::sense;
use super::lexicon::Step;
use super::lexicon::lexicon;
use super::lexicon::step_on;
use super::normal::normalise;
use crate::spec::Level;
use crate::spec::Vocabulary;

/// The value of a scalar item's text.
pub fn value_of(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, value)| value)
}

/// What a change of one scalar does; `None` for an absent side. `grant` tells its facet.
pub fn compare(
    key: &str,
    before: Option<&str>,
    after: Option<&str>,
    grant: bool,
    vocabulary: &Vocabulary,
) -> Effects {
    let mut effects = Effects::default();
    let sense = sense(key, grant, vocabulary);
    let name = key.rsplit('.').next().unwrap_or(key);
    let (b, a) = (before.map(normalise), after.map(normalise));
    if b == a {
        return effects;
    }
    let evidence = match (before, after) {
        (Some(b), Some(a)) => format!("{name}: {b} → {a}"),
        (None, Some(a)) => format!("{name}: {a} is new"),
        (Some(b), None) => format!("{name}: {b} is gone"),
        (None, None) => return effects,
    };
    if is_same_value(b.as_deref(), a.as_deref()) {
        return effects;
    }
    match way(&sense, b.as_deref(), a.as_deref(), grant) {
        Some(way) => effects.push(way, evidence),
        None => effects.unclear.push(evidence),
    }
    effects
}

/// `true` and `yes`, `5000` and `5,000`: one value in two spellings.
fn is_same_value(before: Option<&str>, after: Option<&str>) -> bool {
    let (Some(b), Some(a)) = (before, after) else {
        return false;
    };
    let plain = |text: &str| {
        matches!(
            text,
            "true" | "yes" | "on" | "enabled" | "false" | "no" | "off" | "disabled"
        )
    };
    if plain(b) && plain(a) {
        return flag(b) == flag(a);
    }
    let number = |text: &str| text.replace([',', '_'], "").parse::<f64>().ok();
    number(b).is_some_and(|x| number(a) == Some(x))
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "on" | "enabled" | "always" | "required" => Some(true),
        "false" | "no" | "off" | "disabled" | "never" | "none" => Some(false),
        _ => None,
    }
}

fn way(sense: &Sense, before: Option<&str>, after: Option<&str>, grant: bool) -> Option<Way> {
    let restricts = matches!(sense, Sense::Restriction) || (matches!(sense, Sense::Open) && !grant);
    match (before.and_then(flag), after.and_then(flag)) {
        (Some(x), Some(y)) if x != y => {
            return Some(if y { Way::Looser } else { Way::Tighter }.turn_if(restricts));
        }
        (Some(x), None) if after.is_none() => {
            return Some(if x { Way::Tighter } else { Way::Looser }.turn_if(restricts));
        }
        (None, Some(y)) if before.is_none() => {
            return Some(if y { Way::Looser } else { Way::Tighter }.turn_if(restricts));
        }
        _ => {}
    }
    if let Some(way) = number_way(sense, before, after, grant) {
        return Some(way);
    }
    // `edit: deny` → `edit: ask`, on whichever side it stands.
    let level = |value: Option<&str>| value.filter(|value| flag(value).is_none()).and_then(Level::of);
    if let (Some(b), Some(a)) = (level(before), level(after))
        && b != a
        && !matches!(sense, Sense::Restriction)
    {
        return Some(if a > b { Way::Looser } else { Way::Tighter });
    }
    let step = match (sense, before, after) {
        (Sense::Scale(scale), Some(b), Some(a)) => step_on(std::slice::from_ref(scale), b, a),
        (_, Some(b), Some(a)) => lexicon().power_step(b, a),
        _ => None,
    };
    match step {
        Some(Step::Up) => Some(Way::Looser.turn_if(restricts)),
        Some(Step::Down) => Some(Way::Tighter.turn_if(restricts)),
        Some(Step::Level) | None => match (before, after) {
            // A power or limit that comes or goes as a whole.
            (None, Some(_)) => Some(Way::Tighter.turn_if(grant)),
            (Some(_), None) => Some(Way::Looser.turn_if(grant)),
            (Some(b), Some(a)) => {
                let way = match reach(a).cmp(&reach(b)) {
                    std::cmp::Ordering::Greater => Way::Looser,
                    std::cmp::Ordering::Less => Way::Tighter,
                    std::cmp::Ordering::Equal => return None,
                };
                Some(way.turn_if(restricts))
            }
            (None, None) => None,
        },
    }
}

/// Nothing at all, something, everything: 0, 1, 2.
fn reach(value: &str) -> u8 {
    match value {
        "none" | "no" | "nothing" | "nobody" | "never" | "off" | "false" | "disabled" | "denied" => 0,
        "all" | "full" | "any" | "*" | "everything" | "everyone" | "anyone" | "always" | "unrestricted"
        | "unlimited" => 2,
        _ => 1,
    }
}

fn number_way(sense: &Sense, before: Option<&str>, after: Option<&str>, grant: bool) -> Option<Way> {
    let number = |text: &str| -> Option<f64> {
        let plain: String = text
            .chars()
            .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
            .collect();
        let digits = text
            .trim_start_matches(['$', '€', '£', ' '])
            .starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let unlimited = matches!(
            text,
            "unlimited" | "none" | "no limit" | "infinite" | "infinity" | "null" | "~" | "any"
        );
        if unlimited {
            Some(f64::INFINITY)
        } else {
            digits.then(|| plain.parse().ok()).flatten()
        }
    };
    let ceiling = match sense {
        Sense::Ceiling => true,
        Sense::Floor => false,
        // A bare number under a power is how much of it there is.
        _ if grant => true,
        _ => return None,
    };
    let up = if ceiling { Way::Looser } else { Way::Tighter };
    let bounds = matches!(sense, Sense::Ceiling | Sense::Floor);
    match (before, after) {
        (Some(b), Some(a)) => {
            let (x, y) = (number(b)?, number(a)?);
            if unit(b) != unit(a) && x.is_finite() && y.is_finite() {
                return None;
            }
            match y.partial_cmp(&x)? {
                std::cmp::Ordering::Greater => Some(up),
                std::cmp::Ordering::Less => Some(up.turned()),
                std::cmp::Ordering::Equal => None,
            }
        }
        (None, Some(a)) if bounds => number(a).map(|_| Way::Tighter),
        (Some(b), None) if bounds => number(b).map(|_| Way::Looser),
        _ => None,
    }
}

fn unit(text: &str) -> String {
    text.chars()
        .filter(|c| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '_' | ' ')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::KeyMeaning;

    #[test]
    fn the_key_decides_the_direction() {
        type Row = (
            &'static str,
            Option<&'static str>,
            Option<&'static str>,
            bool,
            Option<Way>,
        );
        let table: &[Row] = &[
            (
                "capabilities.can_cancel",
                Some("false"),
                Some("true"),
                true,
                Some(Way::Looser),
            ),
            (
                "requires_human_check",
                Some("true"),
                Some("false"),
                false,
                Some(Way::Looser),
            ),
            (
                "requires_human_check",
                None,
                Some("true"),
                false,
                Some(Way::Tighter),
            ),
            ("max_order_eur", Some("400"), Some("900"), true, Some(Way::Looser)),
            (
                "constraints.max_spend",
                Some("400"),
                None,
                false,
                Some(Way::Looser),
            ),
            ("min_reviewers", Some("2"), Some("1"), false, Some(Way::Looser)),
            (
                "permissionMode",
                Some("acceptEdits"),
                Some("plan"),
                true,
                Some(Way::Tighter),
            ),
            (
                "autonomy_level",
                Some("low"),
                Some("medium"),
                true,
                Some(Way::Looser),
            ),
            (
                "network_access",
                Some("false"),
                Some("true"),
                true,
                Some(Way::Looser),
            ),
            (
                "confidence_threshold",
                Some("80"),
                Some("60"),
                false,
                Some(Way::Looser),
            ),
            (
                "approval_threshold_usd",
                Some("80"),
                Some("600"),
                false,
                Some(Way::Looser),
            ),
            ("scope", Some("team"), Some("org"), true, None),
        ];
        for (key, before, after, grant, expected) in table {
            let effects = compare(key, *before, *after, *grant, &Vocabulary::default());
            let got = if !effects.looser.is_empty() {
                Some(Way::Looser)
            } else if !effects.tighter.is_empty() {
                Some(Way::Tighter)
            } else {
                None
            };
            assert_eq!(got, *expected, "{key} {before:?} {after:?}: {effects:?}");
        }
    }

    #[test]
    fn a_policy_may_add_a_scale() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.keys.insert(
            "trust".into(),
            KeyMeaning::Scale(vec!["none".into(), "some".into(), "much".into()]),
        );
        let effects = compare("trust", Some("much"), Some("some"), true, &vocabulary);
        assert_eq!(effects.tighter.len(), 1);
    }
}
