//! Two numbers that are one amount: `between 2 and 8 °C`, `from 3 to 5 days`, `2–8`.

use super::quantity::Comparator;
use super::quantity::Quantity;
use super::quantity::Unit;
use super::units::number_at;

/// `2-8` as its two ends.
pub fn hyphened(word: &str) -> Option<(f64, f64)> {
    let (low, high) = word.split_once('-')?;
    let plain = |text: &str| {
        let digits = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['-', ':', '/']);
        digits
            .then(|| text.replace(',', "").parse::<f64>().ok())
            .flatten()
    };
    let (low, high) = (plain(low)?, plain(high)?);
    (low < high).then_some((low, high))
}

/// The amounts with those that are the two ends of a range put together.
pub fn ranges(words: &[String], found: Vec<Quantity>) -> Vec<Quantity> {
    if found.len() < 2 {
        return found;
    }
    let mut out: Vec<Quantity> = Vec::with_capacity(found.len());
    for next in found {
        match out.last().and_then(|low| range(words, low, &next)) {
            Some(range) => {
                out.pop();
                out.push(range);
            }
            None => out.push(next),
        }
    }
    out
}

fn range(words: &[String], low: &Quantity, high: &Quantity) -> Option<Quantity> {
    let joint = words.get(low.span.end..high.span.start)?;
    let [joint] = joint else { return None };
    let before = low.span.start.checked_sub(1).map(|at| words[at].as_str());
    let opened = matches!(
        (before, joint.as_str()),
        (Some("between"), "and") | (Some("from"), "to")
    );
    let plain = |q: &Quantity| matches!(q.comparator, Comparator::Bare | Comparator::Lasting);
    if !(opened || joint == "to") || !plain(low) || !plain(high) || low.high.is_some() || high.high.is_some()
    {
        return None;
    }
    // `between 10 and 20 minutes`: the unit stands behind the second number.
    let scale = high.value / number_at(words, high.at)?.0;
    let unitless = low.unit == Unit::Count(String::new());
    let bottom = if unitless && scale.is_finite() {
        low.value * scale
    } else if low.unit == high.unit {
        low.value
    } else {
        return None;
    };
    // From the evening to the morning.
    let night = high.unit == Unit::Clock && high.value < bottom;
    let top = if night { high.value + 86_400.0 } else { high.value };
    let start = low.span.start - usize::from(opened);
    (bottom < top).then(|| Quantity {
        value: bottom,
        high: Some(top),
        comparator: Comparator::Between,
        text: words[start..high.span.end].join(" ").replace(" %", "%"),
        at: low.at,
        span: start..high.span.end,
        ..high.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::super::normal::normalise;
    use super::super::quantity::quantities;
    use super::super::tokens::words;

    #[test]
    fn two_numbers_may_be_one_amount() {
        let hour = 3600.0;
        for (text, low, high) in [
            ("keep it between 2 and 8 °C", 2.0, 8.0),
            ("keep it at 2–8 °C", 2.0, 8.0),
            ("wait from 10 to 20 minutes", 600.0, 1200.0),
            ("hold 3 to 5 drills", 3.0, 5.0),
            ("silent between 22:00 and 06:00", 22.0 * hour, 30.0 * hour),
        ] {
            let all = quantities(&words(&normalise(text)));
            assert_eq!(all.len(), 1, "{text}: {all:?}");
            assert_eq!((all[0].value, all[0].high), (low, Some(high)), "{text}");
        }
    }

    #[test]
    fn two_numbers_may_be_two_amounts() {
        for text in [
            "at least 2 nurses and at most 8 patients",
            "raise it by 5% to 20 EUR",
            "3 pumps and 5 valves",
        ] {
            let all = quantities(&words(&normalise(text)));
            assert_eq!(all.len(), 2, "{text}: {all:?}");
        }
        assert!(quantities(&words("on 2026-11-21")).is_empty());
    }
}
