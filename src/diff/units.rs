//! Numbers and units as they are written: `1,500`, `three`, `800ms`, `%`, `EUR`.

/// What an amount is measured in. Amounts compare only within one unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// A time of day, in seconds after midnight.
    Clock,
    /// Per cent.
    Percent,
    /// Bytes.
    Bytes,
    /// Grams.
    Mass,
    /// Metres.
    Length,
    /// Litres.
    Volume,
    /// A currency, by its code.
    Money(String),
    /// A count of things, by the stem of their name; empty where nothing is named.
    Count(String),
}

/// The number that begins at a word, and how many words it takes.
pub fn number_at(words: &[String], at: usize) -> Option<(f64, usize, Option<Unit>)> {
    let word = words.get(at)?;
    if let Some(span) = one_day(words, at) {
        return Some(span);
    }
    if let Some(times) = times(words, at) {
        return Some((times, 1, Some(Unit::Count(super::tokens::stem("times")))));
    }
    if let Some(value) = written_number(word) {
        // `one` and `a dozen` are numbers only where something is counted.
        let counts = words
            .get(at + 1)
            .is_some_and(|w| super::quantity::is_noun_like(w) || measure(w).is_some());
        let compared = at.checked_sub(1).is_some_and(|before| {
            matches!(
                words[before].as_str(),
                "exceed"
                    | "exceeds"
                    | "exceeding"
                    | "than"
                    | "least"
                    | "most"
                    | "over"
                    | "≥"
                    | "≤"
                    | "<"
                    | ">"
            )
        });
        let counts = counts || compared;
        return counts.then_some((value, 1, None));
    }
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((seconds, used)) = clock(words, at) {
        return Some((seconds, used, Some(Unit::Clock)));
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

/// `within a week`, `on the same day`, `by the end of the month`: a time without a number.
fn one_day(words: &[String], at: usize) -> Option<(f64, usize, Option<Unit>)> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let before = at.checked_sub(1).map_or("", word);
    let time = |name: &str| {
        measure(name)
            .filter(|(_, unit)| *unit == Unit::Time)
            .map(|(scale, _)| scale)
    };
    match word(at) {
        "a" | "an"
            if matches!(
                before,
                "within" | "than" | "least" | "most" | "under" | "exceeding" | "in" | "for"
            ) =>
        {
            let working = usize::from(matches!(
                word(at + 1),
                "working" | "business" | "full" | "calendar"
            ));
            let scale = time(word(at + 1 + working)).or_else(|| season(word(at + 1)))?;
            let length = 2 + working;
            let half =
                word(at + length) == "and" && word(at + length + 1) == "a" && word(at + length + 2) == "half";
            let (factor, more) = if half { (1.5, 3) } else { (1.0, 0) };
            Some((scale * factor, length + more, Some(Unit::Time)))
        }
        "half" if matches!(word(at + 1), "a" | "an") => {
            let scale = time(word(at + 2))?;
            Some((scale / 2.0, 3, Some(Unit::Time)))
        }
        "same" if matches!(word(at + 1), "day" | "working" | "business") => {
            let length = if word(at + 1) == "day" { 2 } else { 3 };
            (word(at + length - 1) == "day").then_some((0.75 * 86_400.0, length, Some(Unit::Time)))
        }
        "next" | "following" if matches!(word(at + 1), "day" | "working" | "business") => {
            let length = if word(at + 1) == "day" { 2 } else { 3 };
            (word(at + length - 1) == "day").then_some((1.75 * 86_400.0, length, Some(Unit::Time)))
        }
        "end" if word(at + 1) == "of" => {
            let article = usize::from(matches!(word(at + 2), "the" | "each" | "every" | "that" | "a"));
            let noun = word(at + 2 + article);
            let noun = if matches!(noun, "working" | "business" | "calendar") {
                word(at + 3 + article)
            } else {
                noun
            };
            let scale = time(noun).or_else(|| season(noun))?;
            Some((scale, 3 + article, Some(Unit::Time)))
        }
        _ => None,
    }
}

/// `twice`, or `once` at the end of a statement, where no period follows: how many times.
fn times(words: &[String], at: usize) -> Option<f64> {
    const PERIODS: &[&str] = &[
        "a",
        "an",
        "per",
        "every",
        "each",
        "in",
        "daily",
        "weekly",
        "monthly",
        "quarterly",
        "yearly",
        "annually",
    ];
    let value = match words[at].as_str() {
        "once" if at + 1 == words.len() => 1.0,
        "twice" => 2.0,
        "thrice" => 3.0,
        _ => return None,
    };
    let followed = words.get(at + 1).is_some_and(|w| PERIODS.contains(&w.as_str()));
    (at > 0 && !followed).then_some(value)
}

fn season(name: &str) -> Option<f64> {
    const DAY: f64 = 86_400.0;
    Some(match name {
        "shift" => 0.5 * DAY,
        "fortnight" => 14.0 * DAY,
        "quarter" => 91.25 * DAY,
        _ => return None,
    })
}

/// `17:30`, `5 pm`, `9am`: seconds after midnight, and how many words it takes.
fn clock(words: &[String], at: usize) -> Option<(f64, usize)> {
    let word = words.get(at)?;
    let hours = |hour: u32, half: &str| match (hour, half) {
        (12, "am") => Some(0),
        (12, "pm") => Some(12),
        (1..=11, "pm") => Some(hour + 12),
        (0..=11, "am") | (0..=24, "") => Some(hour),
        _ => None,
    };
    let half = |text: &str| match text {
        "am" | "a.m" => "am",
        "pm" | "p.m" => "pm",
        _ => "",
    };
    let end = word.find(|c: char| c.is_alphabetic()).unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "0"));
    let behind = words.get(at + 1).map_or("", |next| half(next));
    let (part, used) = if half(suffix).is_empty() {
        (behind, 1 + usize::from(!behind.is_empty()))
    } else {
        (half(suffix), 1)
    };
    if part.is_empty() && !(digits.contains(':') && suffix.is_empty()) {
        return None;
    }
    let minute: u32 = minute.parse().ok().filter(|&m| m < 60)?;
    let hour = hours(hour.parse().ok()?, part)?;
    Some((f64::from(hour * 3600 + minute * 60), used))
}

/// Whether a word is a number, in digits or written out.
pub fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || written_number(word).is_some()
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
    let mass = |grams: f64| Some((grams, Unit::Mass));
    let length = |metres: f64| Some((metres, Unit::Length));
    let volume = |litres: f64| Some((litres, Unit::Volume));
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
        "mg" | "milligrams" => mass(0.001),
        "g" | "gram" | "grams" => mass(1.0),
        "kg" | "kilo" | "kilos" | "kilogram" | "kilograms" => mass(1e3),
        "t" | "ton" | "tons" | "tonne" | "tonnes" => mass(1e6),
        "mm" | "millimetres" | "millimeters" => length(0.001),
        "cm" | "centimetres" | "centimeters" => length(0.01),
        "m" | "metre" | "metres" | "meter" | "meters" => length(1.0),
        "km" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => length(1e3),
        "ml" | "millilitres" | "milliliters" => volume(0.001),
        "l" | "litre" | "litres" | "liter" | "liters" => volume(1.0),
        _ => currency(word).map(|code| (1.0, Unit::Money(code.to_owned()))),
    }
}
