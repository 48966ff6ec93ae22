//! What a version step is in each grammar: the smallest that serves, the next version, and the one
//! that was made.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diff::Bump;
use crate::spec::Grammar;
use crate::spec::Version;

/// What a version below 1 promises: `zero_major` in the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ZeroMajor {
    /// Below 1.0 a major change needs a minor step, anything else a patch step.
    #[default]
    Relaxed,
    /// Below 1.0 the same steps are needed as above.
    Strict,
}

/// True where any increase serves any change: revisions, dates, one number, pre-releases.
pub fn any_step_serves(version: &Version) -> bool {
    match version.grammar() {
        Grammar::One | Grammar::Revision | Grammar::Calendar => true,
        Grammar::Two | Grammar::Three => version.is_prerelease(),
    }
}

/// The smallest step from `version` that satisfies a change of meaning, in a document that counts
/// in `grammar`.
///
/// One number, a revision and a date have one step only, which is told as `major`.
pub fn required_step(version: &Version, grammar: Grammar, required: Bump, zero: ZeroMajor) -> Bump {
    if required == Bump::None {
        return Bump::None;
    }
    let smallest = smallest_step(grammar);
    if any_step_serves(version) {
        return smallest;
    }
    let below_one = version.numbers().is_some_and(|[major, ..]| major == 0);
    let wanted = match (zero, below_one, required) {
        (ZeroMajor::Relaxed, true, Bump::Major) => Bump::Minor,
        (ZeroMajor::Relaxed, true, _) => Bump::Patch,
        (ZeroMajor::Relaxed, false, _) | (ZeroMajor::Strict, _, _) => required,
    };
    wanted.max(smallest)
}

/// The smallest step that a grammar has.
pub fn smallest_step(grammar: Grammar) -> Bump {
    match grammar {
        Grammar::Three => Bump::Patch,
        Grammar::Two => Bump::Minor,
        Grammar::One | Grammar::Revision | Grammar::Calendar => Bump::Major,
    }
}

/// The version one step on, in the document's own style. `today` is for dates.
pub fn next(version: &Version, step: Bump, today: Date) -> Version {
    match version.grammar() {
        Grammar::Revision => {
            let number = version.revision().unwrap_or_default();
            version
                .with_numbers([number.saturating_add(1), 0, 0])
                .with_date(today)
        }
        Grammar::Calendar => version.with_date(today),
        Grammar::One | Grammar::Two | Grammar::Three => {
            if let Some(next) = version.next_prerelease() {
                return next.with_date(today);
            }
            let [major, minor, patch] = version.numbers().unwrap_or_default();
            let up = |number: u64| number.saturating_add(1);
            let next = match step.max(smallest_step(version.grammar())) {
                Bump::Major => [up(major), 0, 0],
                Bump::Minor => [major, up(minor), 0],
                Bump::Patch | Bump::None => [major, minor, up(patch)],
            };
            version.with_numbers(next).with_date(today)
        }
    }
}

/// The step that was made; [`Bump::None`] where both count the same, `None` where they do not
/// compare or it went down.
pub fn actual_bump(before: &Version, after: &Version) -> Option<Bump> {
    use std::cmp::Ordering;
    match before.partial_cmp(after)? {
        Ordering::Greater => None,
        Ordering::Equal => Some(Bump::None),
        Ordering::Less => Some(match (before.numbers(), after.numbers()) {
            (Some(old), Some(new)) if old[0] != new[0] => Bump::Major,
            (Some(old), Some(new)) if old[1] != new[1] => Bump::Minor,
            (Some(old), Some(new)) if old[2] != new[2] => Bump::Patch,
            // Only the pre-release differs: what leaving it makes of the number.
            (Some(_), Some([_, 0, 0])) => Bump::Major,
            (Some(_), Some([_, _, 0])) => Bump::Minor,
            (Some(_), Some(_)) => Bump::Patch,
            (None, _) | (_, None) => Bump::Major,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Bump::*;

    const TODAY: Date = Date::constant(2026, 11, 21);

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} should be a version"))
    }

    #[test]
    fn the_grammar_decides_which_step_serves() {
        for (text, required, step) in [
            ("1.4.0", Patch, Patch),
            ("1.4.0", Minor, Minor),
            ("1.4.0", Major, Major),
            ("v1.4", Patch, Minor),
            ("v1.4", Major, Major),
            ("3", Patch, Major),
            ("r3", Patch, Major),
            ("2026-06-16", Minor, Major),
            ("0.4.1", Major, Minor),
            ("0.4.1", Minor, Patch),
            ("0.4", Patch, Minor),
            ("1.0.0-rc.1", Major, Patch),
            ("1.4.0", None, None),
        ] {
            let from = version(text);
            let got = required_step(&from, from.grammar(), required, ZeroMajor::Relaxed);
            assert_eq!(got, step, "{text} {required}");
        }
        let zero = version("0.4.1");
        assert_eq!(
            required_step(&zero, zero.grammar(), Major, ZeroMajor::Strict),
            Major
        );
    }

    #[test]
    fn the_next_version_is_written_as_the_last_one_was() {
        for (text, step, next_text) in [
            ("1.4.2", Major, "2.0.0"),
            ("1.4.2", Minor, "1.5.0"),
            ("v1.4.2", Patch, "v1.4.3"),
            ("v1.9", Minor, "v1.10"),
            ("1.9", Patch, "1.10"),
            ("3", Patch, "4"),
            ("r3", Major, "r4"),
            ("r3, 2026-05-06", Major, "r4, 2026-11-21"),
            ("2026.06", Major, "2026.11"),
            ("2.0.0-rc.1", Major, "2.0.0-rc.2"),
            ("1.3-draft", Minor, "1.4-draft"),
        ] {
            assert_eq!(
                next(&version(text), step, TODAY).as_written(),
                next_text,
                "{text}"
            );
        }
    }

    #[test]
    fn the_step_that_was_made_is_told_by_the_first_number_that_differs() {
        for (before, after, step) in [
            ("1.4.2", "2.0.0", Some(Major)),
            ("1.4.2", "1.5.0", Some(Minor)),
            ("1.4.2", "1.4.3", Some(Patch)),
            ("v1.4", "1.4", Some(None)),
            ("1.10", "1.9", Option::None),
            ("r3", "r5", Some(Major)),
            ("r3", "1.0", Option::None),
            ("2.0.0-rc.1", "2.0.0", Some(Major)),
            ("2.1.0-rc.1", "2.1.0-rc.2", Some(Minor)),
        ] {
            assert_eq!(
                actual_bump(&version(before), &version(after)),
                step,
                "{before} {after}"
            );
        }
    }
}
