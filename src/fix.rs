//! Mends what can be mended: the version step in every place, the drafted log row, quotes that front
//! matter lacks.
//!
//! Pure: bytes in, bytes out. Each step is applied and the file read again, until the rules have
//! nothing left that can be mended; so a second run changes nothing. Start in [`fix`].

use crate::check::CheckInput;
use crate::check::SpecPair;
use crate::check::with_context;
use crate::diff::diff;
use crate::ids::SpecPath;
use crate::rules;
use crate::rules::edit;
use crate::rules::mend::Mend;
use crate::rules::mend::Target;
use crate::rules::mend::next_mend;
use crate::rules::verdict;
use crate::spec::parse;

/// More steps than any file needs: a bound, so that two rules that disagree cannot go on for ever.
const MOST_STEPS: usize = 32;

/// What mending one spec came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The files that changed, with their new bytes: the spec, its separate change log, or both.
    pub files: Vec<(SpecPath, Vec<u8>)>,
    /// What was done, one phrase each.
    pub summary: Vec<String>,
}

/// Mends the version and the change log of one spec, and front-matter values that lack quotes. `None`
/// where there is nothing to mend.
///
/// The policy, the names of the authors and today come from `input`; its list of specs is not read.
pub fn fix(pair: &SpecPair, input: &CheckInput) -> Option<Fixed> {
    let mut mended = pair.clone();
    let mut summary = Vec::new();
    for _ in 0..MOST_STEPS {
        let Some(mend) = step(&mended, input) else {
            break;
        };
        if !apply(&mut mended, &mend, input) {
            break;
        }
        summary.push(mend.summary);
    }
    let mut files = Vec::new();
    if mended.after != pair.after {
        files.extend(mended.after_path.clone().zip(mended.after));
    }
    let log = |pair: &SpecPair| pair.separate_log.clone().and_then(|(_, after)| after);
    if let (Some(now), before) = (
        mended.separate_log.clone().and_then(|(_, after)| after),
        log(pair),
    ) && Some(&now) != before.as_ref()
    {
        files.extend(log_path(pair, input).map(|path| (path, now)));
    }
    (!files.is_empty()).then_some(Fixed { files, summary })
}

fn log_path(pair: &SpecPair, input: &CheckInput) -> Option<SpecPath> {
    input.config.policy_for(&pair.path())?.separate_log
}

/// The next step, worked out from the bytes as they are.
fn step(pair: &SpecPair, input: &CheckInput) -> Option<Mend> {
    let vocabulary = &input.config.vocabulary;
    let read = |path: &Option<SpecPath>, bytes: &Option<Vec<u8>>| {
        Some(parse(path.as_ref()?.as_str(), bytes.as_deref()?, vocabulary))
    };
    let before = read(&pair.before_path, &pair.before);
    let after = read(&pair.after_path, &pair.after);
    let sides = (before.as_ref(), after.as_ref());
    let mut changes = diff(sides.0, sides.1, pair.before != pair.after, vocabulary).changes;
    input.config.set_bumps(&mut changes);
    let version = verdict(sides.0, sides.1, &changes, input.config.zero_major);
    with_context(input, pair, sides, &changes, &version, |ctx| {
        let findings = rules::run(ctx, &input.config.rules);
        let policy = SpecPath::new(crate::config::PATH);
        let findings = rules::waive(findings, &input.config.waivers, input.today, &[], &policy);
        next_mend(ctx, &findings)
    })
}

/// Applies a step; false where it changed nothing.
fn apply(pair: &mut SpecPair, mend: &Mend, input: &CheckInput) -> bool {
    let separate = log_path(pair, input).is_some();
    let bytes = match (mend.target, &mut pair.separate_log) {
        (Target::Log, Some((_, after))) if separate => after,
        (Target::Log | Target::Spec, _) => &mut pair.after,
    };
    let Some(old) = bytes else {
        return false;
    };
    let new = edit::apply(old, &mend.edits);
    let changed = new != *old;
    *old = new;
    changed
}
