//! The cell of a table row that says how much the row is wanted: `Must`, `Should`, `Could`, `high`, `P2`.

use super::compare::Effects;
use super::compare::Way;
use super::compare::change;

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
    let at = (1..b.len().min(a.len()))
        .rev()
        .find(|&at| rank(b[at]).is_some() && rank(a[at]).is_some())?;
    let (x, y) = (rank(b[at])?, rank(a[at])?);
    let mut effects = Effects::default();
    if x != y {
        effects.push(
            if y < x { Way::Looser } else { Way::Tighter },
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
        assert!(super::rows("label the dish | must", "label the dish").is_none());
        assert!(super::rows("must | label the dish", "should | label the dish").is_none());
    }
}
