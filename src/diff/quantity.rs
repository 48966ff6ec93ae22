//! Numbers with their comparator, unit and basis: `at least 3 offers`, `< 70%`, `up to 500 EUR per day`.

use super::comparator::comparator_around;
use super::ranges::hyphened;
use super::ranges::ranges;
use super::tokens::stem;
pub use super::units::Unit;
use super::units::currency;
use super::units::measure;
use super::units::number_at;

/// How a number bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `≥`
    AtLeast,
    /// `≤`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
    /// No comparator.
    Bare,
    /// `for 3 days`: how long.
    Lasting,
    /// `after 3 days`: how late.
    After,
    /// `until 18:00`: how long, by the clock.
    Until,
    /// `between 2 and 8`, `2–8`.
    Between,
}

/// One amount in a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number in the unit's base (seconds, bytes, per cent, the currency, pieces); the lower end of
    /// a range.
    pub value: f64,
    /// The upper end of a range, in the same unit.
    pub high: Option<f64>,
    /// What it is measured in.
    pub unit: Unit,
    /// `per order`, `per customer quarter`: what it is counted over; stems joined by a space.
    pub basis: String,
    /// How it bounds.
    pub comparator: Comparator,
    /// The words as they stand, for people to read.
    pub text: String,
    /// Where it begins, as an index into the words.
    pub at: usize,
    /// The words it takes, from the comparator to the unit.
    pub span: std::ops::Range<usize>,
}

/// Every amount in the words of a normalised statement, in order.
pub fn quantities(words: &[String]) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let free = found.last().is_none_or(|q| q.span.end <= at);
        if let Some((low, high)) = hyphened(&words[at]).filter(|_| free) {
            let floor = found.last().map_or(0, |q| q.span.end);
            let unit = read(words, at, 1.0, (1, None), floor);
            at = unit.span.end.max(at + 1);
            found.push(unit.between(low, high));
            continue;
        }
        match number_at(words, at).filter(|_| free) {
            Some((value, used, unit)) => {
                let quantity = read(
                    words,
                    at,
                    value,
                    (used, unit),
                    found.last().map_or(0, |q| q.span.end),
                );
                at = quantity.span.end.max(at + 1);
                found.push(quantity);
            }
            None => at += 1,
        }
    }
    let mut found = ranges(words, found);
    // A bare time of day says when, and bounds nothing.
    found.retain(|q| q.unit != Unit::Clock || q.comparator != Comparator::Bare);
    found
}

fn read(
    words: &[String],
    at: usize,
    value: f64,
    (used, unit): (usize, Option<Unit>),
    floor: usize,
) -> Quantity {
    let mut start = at;
    let mut end = at + used;
    let mut value = value;
    let mut unit = unit;
    let sign = at.checked_sub(1).filter(|&i| i >= floor && unit.is_none());
    if let Some(code) = sign.and_then(|i| currency(&words[i])) {
        unit = Some(Unit::Money(code.to_owned()));
        start -= 1;
    }
    if unit.is_none() {
        let adjectives = words.get(end).is_some_and(|w| {
            matches!(
                w.as_str(),
                "business" | "working" | "calendar" | "full" | "more" | "other"
            )
        });
        let place = end + usize::from(adjectives);
        if let Some((scale, known)) = words.get(place).and_then(|w| measure(w)) {
            value *= scale;
            unit = Some(known);
            end = place + 1;
        }
    }
    let basis = basis_after(words, &mut end);
    let (comparator, from, to) = comparator_around(words, (start, end), floor, unit.as_ref());
    let unit = unit.unwrap_or_else(|| {
        Unit::Count(
            words
                .get(end)
                .filter(|w| is_noun_like(w))
                .map(|w| stem(w))
                .unwrap_or_default(),
        )
    });
    Quantity {
        value,
        high: None,
        unit,
        basis,
        comparator,
        text: words[from..to].join(" ").replace(" %", "%"),
        at,
        span: from..to,
    }
}

/// Whether a word may name what is counted.
pub fn is_noun_like(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_alphabetic) && !super::tokens::is_function_word(word)
}

/// `per order`, `per customer and quarter`, `a month`, `each day`.
fn basis_after(words: &[String], end: &mut usize) -> String {
    let mut at = *end;
    // The counted noun may stand between: `3 refunds per day`.
    let per = |w: &String| matches!(w.as_str(), "per" | "/" | "each" | "a" | "an" | "every");
    let times = words.get(at).is_some_and(|w| w == "times");
    let strict = |w: &String| w == "per";
    let year = |at: usize| {
        words
            .get(at)
            .and_then(|w| measure(w))
            .is_some_and(|(_, unit)| unit == Unit::Time)
    };
    let article = |w: &String| matches!(w.as_str(), "a" | "an");
    if words.get(at).is_some_and(|w| is_word(w))
        && !words.get(at).is_some_and(per)
        && words
            .get(at + 1)
            .is_some_and(|w| strict(w) || times && per(w) || article(w) && year(at + 2))
    {
        at += 1;
    }
    let Some(first) = words.get(at).filter(|w| per(w)) else {
        return String::new();
    };
    let Some(noun) = words.get(at + 1) else {
        return String::new();
    };
    let period = measure(noun).is_some_and(|(_, unit)| unit == Unit::Time)
        || matches!(noun.as_str(), "quarter" | "season");
    if !(strict(first) || period) {
        return String::new();
    }
    let mut basis = vec![stem(noun)];
    let mut next = at + 2;
    if words.get(next).is_some_and(|w| w == "and") && words.get(next + 1).is_some_and(|w| is_noun_like(w)) {
        basis.push(stem(&words[next + 1]));
        next += 2;
    }
    if at == *end {
        *end = next;
    }
    basis.sort();
    basis.join(" ")
}

fn is_word(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_alphabetic)
}

impl Quantity {
    /// Whether two amounts can be compared at all.
    pub fn comparable(&self, other: &Self) -> bool {
        let counts = matches!((&self.unit, &other.unit), (Unit::Count(_), Unit::Count(_)));
        (counts || self.unit == other.unit) && self.basis == other.basis
    }

    /// Whether two amounts are the same up to rounding of calendar units.
    pub fn equal(&self, other: &Self) -> bool {
        let close = |x: f64, y: f64| (x - y).abs() <= 1e-9 * x.abs().max(y.abs()).max(1e-9);
        close(self.value, other.value)
            && match (self.high, other.high) {
                (Some(x), Some(y)) => close(x, y),
                (None, None) => true,
                _ => false,
            }
    }

    /// This amount, read for the number 1, as a range of that unit.
    pub fn between(self, low: f64, high: f64) -> Self {
        Self {
            value: low * self.value,
            high: Some(high * self.value),
            comparator: Comparator::Between,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::normal::normalise;
    use super::super::tokens::words;
    use super::*;

    fn one(text: &str) -> Quantity {
        let all = quantities(&words(&normalise(text)));
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn comparators_units_and_bases_are_read() {
        let table: &[(&str, Comparator, f64, Unit)] = &[
            (
                "Must keep at least 3 copies",
                Comparator::AtLeast,
                3.0,
                Unit::Count("copy".into()),
            ),
            ("Confidence < 75%", Comparator::Below, 75.0, Unit::Percent),
            (
                "Must answer within 24 hours",
                Comparator::AtMost,
                86_400.0,
                Unit::Time,
            ),
            (
                "May spend up to 1,500 EUR per month",
                Comparator::AtMost,
                1500.0,
                Unit::Money("eur".into()),
            ),
            (
                "Spend above $400",
                Comparator::Above,
                400.0,
                Unit::Money("usd".into()),
            ),
            (
                "80% is above the confidence",
                Comparator::Below,
                80.0,
                Unit::Percent,
            ),
            (
                "Must have 5 years or more in a bakery",
                Comparator::AtLeast,
                5.0 * 365.0 * 86_400.0,
                Unit::Time,
            ),
            (
                "May block it for 6 hours",
                Comparator::Lasting,
                21_600.0,
                Unit::Time,
            ),
            (
                "Fewer than three vans are on the road",
                Comparator::Below,
                3.0,
                Unit::Count("van".into()),
            ),
            ("Waiting in at most 800ms", Comparator::AtMost, 0.8, Unit::Time),
        ];
        for (text, comparator, value, unit) in table {
            let q = one(text);
            assert_eq!(q.comparator, *comparator, "{text}");
            assert!((q.value - value).abs() < 1e-6, "{text}: {}", q.value);
            assert_eq!(q.unit, *unit, "{text}");
        }
        assert_eq!(
            one("refunds up to 900 EUR per customer and quarter").basis,
            "customer quarter"
        );
    }

    #[test]
    fn not_every_digit_is_an_amount() {
        for text in [
            "Published on 2026-11-21",
            "At 09:00 sharp",
            "See section 4",
            "Java 21-ready",
        ] {
            let all = quantities(&words(&normalise(text)));
            assert!(all.len() <= 1, "{text}: {all:?}");
        }
        assert!(quantities(&words("on 2026-11-21")).is_empty());
    }
}
