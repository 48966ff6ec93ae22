//! The words around a number that say how it bounds.

use super::quantity::Comparator;
use super::quantity::Unit;
use super::units::number_at;

const COMPARATORS: &[(&str, Comparator)] = &[
    ("at least", Comparator::AtLeast),
    ("no fewer than", Comparator::AtLeast),
    ("not fewer than", Comparator::AtLeast),
    ("no less than", Comparator::AtLeast),
    ("not less than", Comparator::AtLeast),
    ("not below", Comparator::AtLeast),
    ("not under", Comparator::AtLeast),
    ("a minimum of", Comparator::AtLeast),
    ("minimum of", Comparator::AtLeast),
    ("minimum", Comparator::AtLeast),
    ("min", Comparator::AtLeast),
    ("≥", Comparator::AtLeast),
    ("at most", Comparator::AtMost),
    ("no more than", Comparator::AtMost),
    ("not more than", Comparator::AtMost),
    ("not to exceed", Comparator::AtMost),
    ("not exceed", Comparator::AtMost),
    ("not exceeding", Comparator::AtMost),
    ("not above", Comparator::AtMost),
    ("not over", Comparator::AtMost),
    ("no later than", Comparator::AtMost),
    ("not later than", Comparator::AtMost),
    ("no longer than", Comparator::AtMost),
    ("not longer than", Comparator::AtMost),
    ("in at most", Comparator::AtMost),
    ("up to", Comparator::AtMost),
    ("a maximum of", Comparator::AtMost),
    ("maximum of", Comparator::AtMost),
    ("maximum", Comparator::AtMost),
    ("max", Comparator::AtMost),
    ("within", Comparator::AtMost),
    ("in under", Comparator::Below),
    ("≤", Comparator::AtMost),
    ("limited to", Comparator::AtMost),
    ("restricted to", Comparator::AtMost),
    ("capped at", Comparator::AtMost),
    ("±", Comparator::AtMost),
    ("plus or minus", Comparator::AtMost),
    ("give or take", Comparator::AtMost),
    ("above", Comparator::Above),
    ("over", Comparator::Above),
    ("more than", Comparator::Above),
    ("greater than", Comparator::Above),
    ("higher than", Comparator::Above),
    ("larger than", Comparator::Above),
    ("longer than", Comparator::Above),
    ("older than", Comparator::Above),
    ("later than", Comparator::Above),
    ("exceeds", Comparator::Above),
    ("exceed", Comparator::Above),
    ("exceeding", Comparator::Above),
    ("in excess of", Comparator::Above),
    ("beyond", Comparator::Above),
    (">", Comparator::Above),
    ("below", Comparator::Below),
    ("under", Comparator::Below),
    ("less than", Comparator::Below),
    ("fewer than", Comparator::Below),
    ("lower than", Comparator::Below),
    ("smaller than", Comparator::Below),
    ("shorter than", Comparator::Below),
    ("younger than", Comparator::Below),
    ("<", Comparator::Below),
];

const BEHIND: &[(&str, Comparator)] = &[
    ("or more", Comparator::AtLeast),
    ("or higher", Comparator::AtLeast),
    ("or above", Comparator::AtLeast),
    ("or longer", Comparator::AtLeast),
    ("and above", Comparator::AtLeast),
    ("or less", Comparator::AtMost),
    ("or fewer", Comparator::AtMost),
    ("or below", Comparator::AtMost),
    ("or lower", Comparator::AtMost),
    ("at most", Comparator::AtMost),
    ("at least", Comparator::AtLeast),
];

/// How the number between `start` and `end` bounds, and the words that this takes.
pub fn comparator_around(
    words: &[String],
    (start, end): (usize, usize),
    floor: usize,
    unit: Option<&Unit>,
) -> (Comparator, usize, usize) {
    for (phrase, comparator) in BEHIND {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        for gap in 0..=1 {
            let from = end + gap;
            if words.len() >= from + phrase.len() && words[from..from + phrase.len()].iter().eq(phrase.iter())
            {
                return (*comparator, start, from + phrase.len());
            }
        }
    }
    // `only`, `about`, `a total of` may stand between comparator and number.
    for gap in 0..=1 {
        let Some(stop) = start.checked_sub(gap).filter(|&stop| stop >= floor) else {
            continue;
        };
        if gap == 1
            && !matches!(
                words[stop].as_str(),
                "about" | "the" | "a" | "roughly" | "approximately" | "only" | "usd" | "eur"
            )
        {
            continue;
        }
        let mut best: Option<(usize, Comparator)> = None;
        for (phrase, comparator) in COMPARATORS {
            let length = phrase.split(' ').count();
            let Some(from) = stop.checked_sub(length).filter(|&from| from >= floor) else {
                continue;
            };
            if words[from..stop].iter().map(String::as_str).eq(phrase.split(' '))
                && best.is_none_or(|(l, _)| length > l)
            {
                best = Some((length, *comparator));
            }
        }
        if let Some((length, comparator)) = best {
            return (comparator, stop - length, end);
        }
    }
    if let Some(comparator) = degree(words, start, floor, unit) {
        return (comparator, start - 2, end);
    }
    if let Some(flipped) = flipped(words, end) {
        return (flipped, start, end + 1);
    }
    let measured = unit.is_some();
    let whole = matches!(words[start].as_str(), "same" | "end" | "next" | "following");
    match start
        .checked_sub(1)
        .filter(|&i| i >= floor)
        .map(|i| words[i].as_str())
    {
        Some("before") if unit == Some(&Unit::Clock) => (Comparator::Below, start - 1, end),
        Some("until" | "till") => (Comparator::Until, start - 1, end),
        Some("the" | "that") if whole => (Comparator::AtMost, start - 1, end),
        _ if whole => (Comparator::AtMost, start, end),
        Some("for") => (Comparator::Lasting, start - 1, end),
        Some("after") => (Comparator::After, start - 1, end),
        Some("in" | "by") if measured => (Comparator::AtMost, start - 1, end),
        _ => (Comparator::Bare, start, end),
    }
}

/// `steeper than`, `slower than`: any comparative that names the side on which the amount lies.
fn degree(words: &[String], start: usize, floor: usize, unit: Option<&Unit>) -> Option<Comparator> {
    const UP: &[&str] = &[
        "bigger", "heavier", "taller", "deeper", "hotter", "warmer", "wider", "stronger", "louder",
        "steeper", "thicker", "farther", "further", "brighter", "broader", "costlier", "dearer",
    ];
    const DOWN: &[&str] = &[
        "colder", "cooler", "lighter", "narrower", "weaker", "quieter", "earlier", "sooner", "nearer",
        "closer", "cheaper", "thinner", "newer", "fresher",
    ];
    let than = start.checked_sub(1).filter(|&at| at > floor)?;
    let word = words[than].eq("than").then(|| words[than - 1].as_str())?;
    let takes_time = unit == Some(&Unit::Time);
    match word {
        "faster" | "quicker" => Some(if takes_time {
            Comparator::Below
        } else {
            Comparator::Above
        }),
        "slower" => Some(if takes_time {
            Comparator::Above
        } else {
            Comparator::Below
        }),
        _ if UP.contains(&word) => Some(Comparator::Above),
        _ if DOWN.contains(&word) => Some(Comparator::Below),
        _ => None,
    }
}

/// `80% is above the confidence` says of the confidence that it is below 80%.
fn flipped(words: &[String], end: usize) -> Option<Comparator> {
    let mut at = end;
    while words
        .get(at)
        .is_some_and(|w| matches!(w.as_str(), "is" | "are" | "be" | "lies" | "stays"))
    {
        at += 1;
    }
    if at == end && !matches!(words.get(at).map(String::as_str), Some("<" | ">" | "≤" | "≥")) {
        return None;
    }
    let (comparator, length) = COMPARATORS
        .iter()
        .filter(|(p, _)| {
            let n = p.split(' ').count();
            words.len() >= at + n && words[at..at + n].iter().map(String::as_str).eq(p.split(' '))
        })
        .map(|(p, c)| (*c, p.split(' ').count()))
        .max_by_key(|(_, n)| *n)?;
    if number_at(words, at + length).is_some() {
        return None;
    }
    Some(match comparator {
        Comparator::Above => Comparator::Below,
        Comparator::Below => Comparator::Above,
        Comparator::AtLeast => Comparator::AtMost,
        Comparator::AtMost => Comparator::AtLeast,
        other => other,
    })
}
