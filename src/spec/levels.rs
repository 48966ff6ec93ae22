//! Levels of autonomy, as the cells of decision tables tell them: `Never`, `Ask first`, `Autonomous`.

use crate::spec::title::folded_title;

/// How freely something may be done, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    Never,
    /// Once somebody has agreed.
    Ask,
    /// Without asking.
    Free,
}

/// A longer cell is a sentence.
const WORDS: usize = 4;

impl Level {
    /// The level that a cell tells by itself; of `Human required + verification` the first part counts.
    pub fn of(cell: &str) -> Option<Self> {
        if cell.len() > 60 {
            return None;
        }
        let folded = folded_title(cell.trim());
        let told = folded.split(" and ").next().unwrap_or(&folded);
        let words = told.split(' ').count();
        let (first, last) = (told.split(' ').next()?, told.split(' ').next_back()?);
        let consent = matches!(
            last,
            "approval"
                | "approves"
                | "review"
                | "required"
                | "needed"
                | "sign-off"
                | "confirmation"
                | "permission"
        );
        match told {
            "never" | "forbidden" | "prohibited" | "denied" | "deny" | "blocked" | "disallowed"
            | "not allowed" | "not permitted" | "locked" | "human only" | "humans only" => Some(Self::Never),
            "ask" | "supervised" | "gated" | "human-gated" | "propose" | "escalate" | "confirm first" => {
                Some(Self::Ask)
            }
            "autonomous" | "autonomously" | "auto-approve" | "auto-approved" | "allowed" | "permitted"
            | "allow" | "full autonomy" | "self-approve" | "self-approved" => Some(Self::Free),
            _ if !(2..=WORDS).contains(&words) => None,
            _ if consent && matches!(first, "no" | "not" | "without") => Some(Self::Free),
            _ if consent || matches!(first, "ask" | "escalate") => Some(Self::Ask),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_a_level_or_something_else() {
        for (cell, level) in [
            ("NEVER", Some(Level::Never)),
            ("Ask first", Some(Level::Ask)),
            ("Lead review", Some(Level::Ask)),
            ("Human required + tests", Some(Level::Ask)),
            ("No approval needed", Some(Level::Free)),
            ("Autonomous", Some(Level::Free)),
            ("Required", None),
            ("Auto", None),
            ("The lead has to agree to the review", None),
            ("", None),
        ] {
            assert_eq!(Level::of(cell), level, "{cell}");
        }
        assert!(Level::Never < Level::Ask && Level::Ask < Level::Free);
    }
}
