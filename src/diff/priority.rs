//! The cell of a table row that says how much the row is wanted: `Must`, `Should`, `Could`, `high`, `P2`;
//! or how freely what it tells may be done: `Never`, `Ask first`, `Autonomous`.

use super::compare::Effects;
use super::compare::Way;
use super::compare::change;
use crate::spec::Level;

/// Two rows without the cell that tells their priority, which is compared by itself.
pub struct Rows {
    /// The row at base.
    pub before: String,
    /// The row at head.
    pub after: String,
    /// What the change of the priority does.
    pub effects: Effects,
}

/// Takes the priority out of two rows that both tell one in the same column.
pub fn rows(before: &str, after: &str) -> Option<Rows> {
    let (b, a): (Vec<&str>, Vec<&str>) = (before.split(" | ").collect(), after.split(" | ").collect());
    let columns = 1..b.len().min(a.len());
    // Who agrees may be another one, so that equal levels are compared by their words.
    let freed = |at: &usize| {
        let (before, after) = (Level::of(b[*at])?, Level::of(a[*at])?);
        (before != after).then_some((*at, after > before))
    };
    let wanted = |at: &usize| {
        let (before, after) = (rank(b[*at])?, rank(a[*at])?);
        Some((*at, (before != after).then_some(after < before)))
    };
    let level = columns.clone().find_map(|at| freed(&at));
    let (at, looser) = match level {
        Some((at, looser)) => (at, Some(looser)),
        None => columns.rev().find_map(|at| wanted(&at))?,
    };
    let mut effects = Effects::default();
    if let Some(looser) = looser {
        effects.push(
            if looser { Way::Looser } else { Way::Tighter },
            change(b[at], a[at]),
        );
    }
    let rest = |cells: Vec<&str>| {
        let kept: Vec<&str> = cells
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != at)
            .map(|(_, cell)| *cell)
            .collect();
        kept.join(" | ")
    };
    Some(Rows {
        before: rest(b),
        after: rest(a),
        effects,
    })
}

/// The higher, the more it is wanted.
fn rank(cell: &str) -> Option<u8> {
    Some(match cell.trim() {
        "won't" | "won't have" | "will not" => 0,
        "could" | "could have" | "may" | "optional" | "nice to have" | "low" | "p3" | "p4" => 1,
        "should" | "should have" | "recommended" | "desirable" | "medium" | "p2" => 2,
        "must" | "must have" | "shall" | "required" | "mandatory" | "high" | "p1" => 3,
        "critical" | "blocker" | "p0" => 4,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_priority_is_read_apart_from_the_row() {
        let rows = rows("label the dish | must", "label each dish | should").unwrap();
        assert_eq!(
            (rows.before.as_str(), rows.after.as_str()),
            ("label the dish", "label each dish")
        );
        assert_eq!(rows.effects.looser.len(), 1);
        let freed = super::rows("drop it | never", "drop it | ask first").unwrap();
        assert_eq!((freed.after.as_str(), freed.effects.looser.len()), ("drop it", 1));
        let held = super::rows("drop it | autonomous", "drop it | lead approval").unwrap();
        assert_eq!(held.effects.tighter.len(), 1);
        assert!(super::rows("drop it | lead approval", "drop it | any approval").is_none());
        assert!(super::rows("label the dish | must", "label the dish").is_none());
        assert!(super::rows("must | label the dish", "should | label the dish").is_none());
    }
}
