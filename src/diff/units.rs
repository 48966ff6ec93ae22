//! Numbers and units as they are written: `1,500`, `three`, `800ms`, `%`, `EUR`.

/// What an amount is measured in. Amounts compare only within one unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// Per cent.
    Percent,
    /// Bytes.
    Bytes,
    /// A currency, by its code.
    Money(String),
    /// A count of things, by the stem of their name; empty where nothing is named.
    Count(String),
}

/// The number that begins at a word, and how many words it takes.
pub fn number_at(words: &[String], at: usize) -> Option<(f64, usize, Option<Unit>)> {
    let word = words.get(at)?;
    if let Some(value) = written_number(word) {
        // `one` and `a dozen` are numbers only where something is counted.
        let counts = words
            .get(at + 1)
            .is_some_and(|w| super::quantity::is_noun_like(w) || measure(w).is_some());
        return counts.then_some((value, 1, None));
    }
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if word.matches('-').count() == 2 || word.contains(':') {
        return None;
    }
    let plain = word.replace(',', "");
    let (digits, suffix) = plain.split_at(
        plain
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(plain.len()),
    );
    let value: f64 = digits.trim_end_matches('.').parse().ok()?;
    let scale = match suffix.trim_start_matches('-') {
        "" => 1.0,
        "k" => 1e3,
        "m" | "mio" => 1e6,
        "x" => 1.0,
        unit => return measure(unit).map(|(scale, unit)| (value * scale, 1, Some(unit))),
    };
    let ordinal_list = at > 0
        && matches!(
            words[at - 1].as_str(),
            "tier" | "level" | "phase" | "section" | "version" | "step" | "chapter" | "grade"
        );
    (!ordinal_list).then_some((value * scale, 1, None))
}

fn written_number(word: &str) -> Option<f64> {
    Some(match word {
        "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" | "dozen" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "ninety" => 90.0,
        "hundred" => 100.0,
        "thousand" => 1000.0,
        _ => return None,
    })
}

/// The code of a currency's sign or name.
pub fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "€" | "eur" | "euro" | "euros" => "eur",
        "$" | "usd" | "dollar" | "dollars" => "usd",
        "£" | "gbp" | "pounds" => "gbp",
        "¥" | "jpy" | "yen" => "jpy",
        "chf" | "francs" => "chf",
        "inr" | "rupees" => "inr",
        _ => return None,
    })
}

/// The factor to the base unit, and the unit.
pub fn measure(word: &str) -> Option<(f64, Unit)> {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 3600.0;
    const DAY: f64 = 86_400.0;
    let time = |seconds: f64| Some((seconds, Unit::Time));
    let bytes = |n: f64| Some((n, Unit::Bytes));
    match word {
        "ms" | "millisecond" | "milliseconds" => time(0.001),
        "s" | "sec" | "secs" | "second" | "seconds" => time(1.0),
        "min" | "mins" | "minute" | "minutes" => time(MINUTE),
        "h" | "hr" | "hrs" | "hour" | "hours" => time(HOUR),
        "d" | "day" | "days" => time(DAY),
        "w" | "week" | "weeks" => time(7.0 * DAY),
        "month" | "months" => time(365.0 / 12.0 * DAY),
        "year" | "years" | "yr" | "yrs" => time(365.0 * DAY),
        "%" | "percent" | "percentage" | "pct" => Some((1.0, Unit::Percent)),
        "kb" | "kib" => bytes(1e3),
        "mb" | "mib" => bytes(1e6),
        "gb" | "gib" => bytes(1e9),
        "tb" | "tib" => bytes(1e12),
        _ => currency(word).map(|code| (1.0, Unit::Money(code.to_owned()))),
    }
}
