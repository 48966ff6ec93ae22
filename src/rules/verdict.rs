//! From the changes and the stated versions to what they say and would have to say.

use crate::diff::Bump;
use crate::diff::Change;
use crate::rules::VersionVerdict;
use crate::rules::ZeroMajor;
use crate::rules::step;
use crate::spec::Spec;
use crate::spec::Version;

/// What the versions of one spec say, and what the changes would have them say.
pub fn verdict(
    before: Option<&Spec>,
    after: Option<&Spec>,
    changes: &[Change],
    zero: ZeroMajor,
) -> VersionVerdict {
    let driver = changes.iter().filter(|change| change.bump > Bump::None).fold(
        None,
        |best: Option<&Change>, change| match best {
            Some(best) if best.bump >= change.bump => Some(best),
            Some(_) | None => Some(change),
        },
    );
    let required_bump = driver.map_or(Bump::None, |change| change.bump);
    let read = |spec: Option<&Spec>| spec.and_then(Spec::version).and_then(Version::parse);
    let old = read(before);
    let new = read(after);
    VersionVerdict {
        before: before.and_then(Spec::version).map(str::to_owned),
        after: after.and_then(Spec::version).map(str::to_owned),
        actual_bump: match (&old, &new) {
            (Some(old), Some(new)) => step::actual_bump(old, new),
            (Some(_), None) | (None, Some(_)) | (None, None) => None,
        },
        required_bump,
        required_step: old
            .as_ref()
            .or(new.as_ref())
            .map(|from| step::required_step(from, grammar(from, new.as_ref()), required_bump, zero)),
        driven_by: driver.map(|change| change.id.clone()),
    }
}

/// The grammar that the document counts in now: head's, where it still is the same sort.
fn grammar(old: &Version, new: Option<&Version>) -> crate::spec::Grammar {
    match new {
        Some(new) if new.partial_cmp(old).is_some() => new.grammar(),
        Some(_) | None => old.grammar(),
    }
}
