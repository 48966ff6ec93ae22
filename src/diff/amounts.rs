//! What amounts say: bounds and conditions as intervals, before and after.

use super::compare::Effects;
use super::compare::Frame;
use super::compare::Way;
use super::compare::change;
use super::oversight::Oversight;
use super::quantity::Comparator;
use super::quantity::Quantity;
use super::quantity::Unit;
use super::reading::Modal;
use super::reading::Reading;

/// What an amount does in its statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It bounds what is done: `within 24 hours`.
    Bound,
    /// It says when the statement holds: `above 500 EUR`.
    Condition,
}

/// A half-open or bounded interval.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Interval {
    low: f64,
    high: f64,
    /// 1 where the lower end itself is left out, -1 where the upper end is.
    open: i8,
}

/// What the amounts of two readings say about the edit.
pub fn amounts(before: &Reading, after: &Reading, frame: Frame, effects: &mut Effects) {
    let mut come: Vec<&Quantity> = after.quantities.iter().collect();
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    let shares = |all: &[Quantity]| all.iter().any(|q| q.unit == Unit::Percent);
    let (percent_b, percent_a) = (shares(&before.quantities), shares(&after.quantities));
    let (b_all, a_all): (Vec<Quantity>, Vec<Quantity>);
    let before_quantities = if percent_a && !percent_b {
        b_all = before.quantities.iter().map(as_percent).collect();
        &b_all
    } else {
        &before.quantities
    };
    if percent_b && !percent_a {
        a_all = after.quantities.iter().map(as_percent).collect();
        come = a_all.iter().collect();
    }
    for b in before_quantities {
        let same = come.iter().position(|a| a.comparable(b) && a.equal(b));
        let alike = same.or_else(|| come.iter().position(|a| a.comparable(b)));
        match alike {
            Some(at) => pairs.push((b, come.remove(at))),
            None => gone.push(b),
        }
    }
    while !gone.is_empty() && !come.is_empty() {
        let (b, a) = (gone.remove(0), come.remove(0));
        effects
            .unclear
            .push(format!("{} cannot be compared", change(&b.text, &a.text)));
    }
    for (b, a) in pairs {
        amount_pair(b, a, before, after, frame, effects);
    }
    for b in gone {
        lone_amount(b, before, frame, Way::Looser, "is gone", effects);
    }
    for a in come {
        lone_amount(a, after, frame, Way::Tighter, "is new", effects);
    }
}

/// `0.8` against a percentage is 80%.
fn as_percent(quantity: &Quantity) -> Quantity {
    let part =
        matches!(&quantity.unit, Unit::Count(_)) && quantity.value.abs() <= 1.0 && quantity.high.is_none();
    if !part {
        return quantity.clone();
    }
    Quantity {
        value: quantity.value * 100.0,
        unit: Unit::Percent,
        ..quantity.clone()
    }
}

fn role(quantity: &Quantity, reading: &Reading, frame: Frame) -> Role {
    let compares = matches!(
        quantity.comparator,
        Comparator::Above
            | Comparator::Below
            | Comparator::Between
            | Comparator::Bare
            | Comparator::AtLeast
            | Comparator::AtMost
    );
    // `two signatures` counts what is asked for; `above 500 EUR` says when.
    let counts_it = matches!(
        quantity.comparator,
        Comparator::Bare | Comparator::AtLeast | Comparator::AtMost
    );
    let asked_later = reading.oversight.iter().any(|o| {
        let apart = reading.modals.iter().any(|m| m.at < quantity.at)
            && reading
                .breaks
                .iter()
                .any(|b| (quantity.span.end..=o.at).contains(b));
        o.asked && quantity.at < o.at && !apart && !(counts_it && quantity.span.end == o.at)
    });
    let noun_phrase = frame.limit
        && reading.modals.is_empty()
        && matches!(quantity.comparator, Comparator::Above | Comparator::Below);
    // `baggage of more than 32 kg must …`: which cases are meant.
    let describes = !frame.grant && describes(quantity, reading);
    let conditional = reading.condition_before(quantity.at)
        && reading
            .conditions
            .iter()
            .any(|c| c.at < quantity.at && quantity.at - c.at < 10);
    // What is forbidden between two amounts is a case, not a bound.
    let forbidden = quantity.comparator == Comparator::Between
        && reading
            .modals
            .iter()
            .any(|m| m.force.forbids() && m.at < quantity.at);
    // `letters that nobody opened for a year`: which ones are meant.
    let relative = quantity.comparator == Comparator::Lasting
        && (0..quantity.span.start).any(|at| {
            matches!(reading.word(at), "that" | "which" | "who" | "whose")
                && !reading.breaks.iter().any(|&b| b > at && b <= quantity.span.start)
        });
    if frame.trigger
        || forbidden
        || relative
        || holds_while(quantity, reading, frame)
        || asks_for(quantity, reading)
        || (compares && (asked_later || conditional || noun_phrase || describes))
    {
        Role::Condition
    } else {
        Role::Bound
    }
}

/// `must stay locked from 19:00 to 06:00`: the time in which a state has to last.
fn holds_while(quantity: &Quantity, reading: &Reading, frame: Frame) -> bool {
    const LASTS: &[&str] = &[
        "stay", "stays", "remain", "remains", "keep", "keeps", "kept", "wear", "wears", "worn", "staffed",
        "manned", "lit",
    ];
    let window = quantity.unit == Unit::Clock && quantity.comparator == Comparator::Between;
    window && !frame.grant && reading.words.iter().any(|w| LASTS.contains(&w.as_str()))
}

/// `must obtain agreement before firing above 1,100 °C`: says which cases need the approval told before.
fn asks_for(quantity: &Quantity, reading: &Reading) -> bool {
    let compares = matches!(quantity.comparator, Comparator::Above | Comparator::Below);
    let asked = |o: &Oversight| o.asked && o.at < quantity.at;
    compares && reading.oversight.iter().any(asked)
}

/// Whether an amount says which things are meant: `baggage of more than 32 kg must …`, `replace hoses older
/// than 10 years`, `before the level drops under 400 litres`.
fn describes(quantity: &Quantity, reading: &Reading) -> bool {
    let start = quantity.span.start;
    let compares = matches!(quantity.comparator, Comparator::Above | Comparator::Below);
    let Some(before) = start.checked_sub(1).map(|at| reading.word(at)) else {
        return false;
    };
    let subject = reading.main().is_some_and(|m| quantity.at < m.at);
    let behind = (0..2).map(|ahead| reading.word(quantity.span.end + ahead));
    let predicate = behind
        .into_iter()
        .any(|w| matches!(w, "is" | "are" | "go" | "goes" | "need" | "needs"));
    if compares && (subject || predicate) || predicate && matches!(before, "of" | "worth" | "with") {
        return true;
    }
    const CHANGES: &[&str] = &[
        "drops", "drop", "falls", "fall", "sinks", "rises", "rise", "climbs", "goes", "gets", "becomes",
        "is", "are",
    ];
    let changes = CHANGES.contains(&before) && reading.words[..start].iter().any(|w| w == "before");
    let old = matches!(
        reading.word(start),
        "older" | "younger" | "larger" | "smaller" | "heavier" | "taller" | "deeper"
    );
    let every = (start.saturating_sub(4)..start)
        .any(|at| matches!(reading.word(at), "every" | "each" | "any" | "all"));
    if every && compares && !keeps(reading) {
        return true;
    }
    let worth = matches!(quantity.unit, Unit::Money(_)) || matches!(before, "of" | "worth");
    compares && (changes || (old || worth) && !keeps(reading))
}

/// Whether the statement asks to keep something within bounds: `keep the stock above 400 EUR`.
fn keeps(reading: &Reading) -> bool {
    const KEEPS: &[&str] = &[
        "keep",
        "keeps",
        "kept",
        "hold",
        "holds",
        "held",
        "maintain",
        "maintains",
        "stay",
        "stays",
        "remain",
        "remains",
        "be",
        "is",
        "are",
        "ensure",
        "ensures",
        "achieve",
        "reach",
        "limit",
        "reduce",
        "bring",
        "spend",
        "cost",
        "pay",
        "exceed",
        "store",
        "stored",
        "retain",
        "leave",
    ];
    reading.words.iter().any(|w| KEEPS.contains(&w.as_str()))
}

fn opens_time(quantity: &Quantity, reading: &Reading) -> bool {
    reading.only.iter().any(|only| only.at < quantity.at) && !reading.forbids()
}

/// `may not go unreported for more than a day`: the amount bounds what was negated.
fn lasts_against(modal: &Modal, quantity: &Quantity) -> bool {
    let lasting = matches!(
        quantity.comparator,
        Comparator::Above | Comparator::Below | Comparator::Lasting
    );
    modal.composed && lasting
}

fn interval(quantity: &Quantity, reading: &Reading, role: Role, frame: Frame) -> Option<Interval> {
    let v = quantity.value;
    // `more than 3 people must not enter`: the amount opens the statement that forbids it.
    let opens = quantity.span.start == 0 && reading.forbids();
    let negated = role == Role::Bound
        && (opens
            || reading
                .modals
                .iter()
                .any(|m| m.force.forbids() != lasts_against(m, quantity) && m.at < quantity.at));
    let at_least = Interval {
        low: v,
        high: f64::INFINITY,
        open: 0,
    };
    let at_most = Interval {
        low: f64::NEG_INFINITY,
        high: v,
        open: 0,
    };
    let above = Interval { open: 1, ..at_least };
    let below = Interval { open: -1, ..at_most };
    Some(match (quantity.comparator, negated) {
        (Comparator::AtLeast, false) | (Comparator::Below, true) => at_least,
        (Comparator::AtMost, false) | (Comparator::Above, true) => at_most,
        (Comparator::Above, false) => above,
        (Comparator::Below, false) => below,
        (Comparator::AtLeast, true) => below,
        (Comparator::AtMost, true) => above,
        (Comparator::Between, _) => Interval {
            low: v,
            high: quantity.high.unwrap_or(v),
            open: 0,
        },
        (Comparator::Bare | Comparator::Lasting, true) => return None,
        (Comparator::Until, true) => at_least,
        (Comparator::After, true) => at_most,
        // `only after 22:00`, `only until 18:00`: the ends of a time in which something may be done.
        (Comparator::After, false) if opens_time(quantity, reading) => at_least,
        (Comparator::Until, false) if opens_time(quantity, reading) => at_most,
        (Comparator::Until, false) if frame.grant && role == Role::Bound => at_most,
        (Comparator::Until, false) => at_least,
        (Comparator::After, false) if !frame.grant && role == Role::Bound => at_most,
        (Comparator::After, false) => at_least,
        (Comparator::Bare | Comparator::Lasting, false) if frame.grant && role == Role::Bound => at_most,
        (Comparator::Bare | Comparator::Lasting, false) => at_least,
    })
}

fn amount_pair(
    b: &Quantity,
    a: &Quantity,
    before: &Reading,
    after: &Reading,
    frame: Frame,
    effects: &mut Effects,
) {
    let (b_role, a_role) = (role(b, before, frame), role(a, after, frame));
    let evidence = change(&b.text, &a.text);
    let (Some(x), Some(y)) = (
        interval(b, before, b_role, frame),
        interval(a, after, a_role, frame),
    ) else {
        if !b.equal(a) {
            effects.unclear.push(evidence);
        }
        return;
    };
    if x == y || (b_role != a_role && b.equal(a)) {
        return;
    }
    if b_role != a_role {
        effects.unclear.push(evidence);
        return;
    }
    // Growing bounds less; a condition of a limit that grows asks more often.
    let outside = |q: &Quantity, reading: &Reading| {
        let before = (1..=2).filter_map(|back| q.span.start.checked_sub(back));
        q.high.is_some() && before.into_iter().any(|at| reading.word(at) == "outside")
    };
    // `outside 40% to 60%` holds less often the wider the range is.
    let turned = outside(b, before) && outside(a, after);
    let approval = asks_for(b, before) && asks_for(a, after);
    let grows_binds_less = (b_role == Role::Bound || frame.grant && !approval) != turned;
    let (mut grows, mut shrinks) = (y.low < x.low || y.high > x.high, y.low > x.low || y.high < x.high);
    if !grows && !shrinks {
        grows = x.open != 0;
        shrinks = !grows;
    }
    if grows {
        effects.push(Way::Looser.turn_if(!grows_binds_less), evidence.clone());
    }
    if shrinks {
        effects.push(Way::Tighter.turn_if(!grows_binds_less), evidence);
    }
    let looser = if grows_binds_less { grows } else { shrinks };
    if looser && grows != shrinks && !b.equal(a) {
        effects.witness = witness(b, a, b_role, frame);
    }
}

/// One amount between the old bound and the new: the case that the edit lets through.
fn witness(b: &Quantity, a: &Quantity, role: Role, frame: Frame) -> Option<String> {
    let middle = between(b, a)?;
    Some(match role {
        Role::Condition if !frame.grant => {
            format!("a case of {middle} was covered by this before; now it is not")
        }
        Role::Condition => {
            format!("a case of {middle} was not covered by this power before; now it is")
        }
        Role::Bound => format!("{middle} was not allowed before; now it is"),
    })
}

fn between(b: &Quantity, a: &Quantity) -> Option<String> {
    if b.high.is_some() || a.high.is_some() {
        return None;
    }
    let (low, high) = (b.value.min(a.value), b.value.max(a.value));
    let (scale, name): (f64, String) = match &b.unit {
        Unit::Percent => (1.0, "%".to_owned()),
        Unit::Money(code) => (1.0, format!(" {}", code.to_uppercase())),
        Unit::Count(_) => (1.0, String::new()),
        Unit::Clock => return None,
        Unit::Bytes => (1e9, " GB".to_owned()),
        Unit::Mass => (1e3, " kg".to_owned()),
        Unit::Length => (1.0, " m".to_owned()),
        Unit::Volume => (1.0, " l".to_owned()),
        Unit::Time => [
            (365.0 * 86_400.0, "years"),
            (86_400.0, "days"),
            (3600.0, "hours"),
            (60.0, "minutes"),
            (1.0, "seconds"),
        ]
        .into_iter()
        .find(|(s, _)| high / s >= 2.0)
        .map(|(s, n)| (s, format!(" {n}")))?,
    };
    let (low, high) = (low / scale, high / scale);
    let middle = ((low + high) / 2.0).round();
    let value = if middle > low && middle < high {
        middle
    } else {
        a.value / scale
    };
    let text = if (value - value.round()).abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    };
    Some(format!("{text}{name}"))
}

/// An amount that stands on one side only. `way` is what the *loss of a bound* on this side means:
/// looser for one that is gone, tighter for one that is new.
fn lone_amount(q: &Quantity, reading: &Reading, frame: Frame, way: Way, word: &str, effects: &mut Effects) {
    // Inside an exception clause or a rhythm the clause itself already speaks.
    let inside = reading
        .exceptions
        .iter()
        .any(|e| q.at >= e.at && q.at < e.at + e.text.split(' ').count());
    if inside
        || reading
            .rhythm
            .iter()
            .any(|(_, m)| q.at >= m.at && q.at <= m.at + 2)
    {
        return;
    }
    let role = role(q, reading, frame);
    let binds = match (role, q.comparator) {
        (Role::Bound, Comparator::Bare | Comparator::Lasting) => frame.grant || frame.limit,
        (Role::Bound, _) => true,
        // A condition that goes makes the statement hold always.
        (Role::Condition, _) => {
            effects.push(
                if frame.grant { way } else { way.turned() },
                format!("\"{}\" {word}", q.text),
            );
            return;
        }
    };
    if binds {
        effects.push(way, format!("\"{}\" {word}", q.text));
    }
}
