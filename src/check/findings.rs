//! What the rules say about one spec, and what is wrong with the policy of the pull request.

use crate::check::CheckInput;
use crate::check::SpecPair;
use crate::config;
use crate::config::Config;
use crate::config::ConfigError;
use crate::config::Mode;
use crate::config::PathPolicy;
use crate::diff::Change;
use crate::ids::SpecPath;
use crate::rules;
use crate::rules::Context;
use crate::rules::Finding;
use crate::rules::SeparateLog;
use crate::rules::VersionVerdict;
use crate::spec::Spec;
use crate::spec::parse;

/// What the policy asks of a file that is being judged: where it names none, what it asks of any.
fn policy_for(config: &Config, path: &SpecPath) -> PathPolicy {
    config.policy_for(path).unwrap_or(PathPolicy {
        mode: Mode::Enforce,
        version_required: false,
        changelog_required: false,
        separate_log: None,
        certain: true,
    })
}

/// Whether the policy only warns about a file with these paths on the two sides. It is not let off by
/// being moved to where less is asked of it.
pub(super) fn only_warned<'a>(config: &Config, mut sides: impl Iterator<Item = &'a SpecPath>) -> bool {
    sides.all(|path| policy_for(config, path).mode == Mode::Warn)
}

/// One spec as the rules look at it, for as long as `look` does.
pub(crate) fn with_context<T>(
    input: &CheckInput,
    pair: &SpecPair,
    sides: (Option<&Spec>, Option<&Spec>),
    changes: &[Change],
    version: &VersionVerdict,
    look: impl FnOnce(&Context<'_>) -> T,
) -> T {
    let path = pair.path();
    let policy = policy_for(&input.config, &path);
    let read = |path: &SpecPath, bytes: Option<&[u8]>| {
        bytes.map(|bytes| parse(path.as_str(), bytes, &input.config.vocabulary))
    };
    let tip = read(&path, pair.base_tip.as_deref());
    let logs = policy
        .separate_log
        .as_ref()
        .zip(pair.separate_log.as_ref())
        .map(|(path, (before, after))| (path, before.as_deref(), after.as_deref()));
    let log_specs = logs.map(|(path, before, after)| (read(path, before), read(path, after)));
    let separate_log = logs
        .zip(log_specs.as_ref())
        .map(|((path, before, after), (old, new))| SeparateLog {
            path,
            before: old.as_ref(),
            after: new.as_ref(),
            before_bytes: before.unwrap_or_default(),
            after_bytes: after.unwrap_or_default(),
        });
    look(&Context {
        path: &path,
        before: sides.0,
        after: sides.1,
        after_bytes: pair.after.as_deref().unwrap_or_default(),
        before_bytes: pair.before.as_deref().unwrap_or_default(),
        changes,
        version,
        base_tip: tip.as_ref(),
        separate_log,
        authors: &input.author_names,
        today: input.today,
        version_required: policy.version_required,
        changelog_required: policy.changelog_required,
    })
}

/// What the rules say about one spec, under the policy for its path.
pub(super) fn of_spec(
    input: &CheckInput,
    pair: &SpecPair,
    sides: (Option<&Spec>, Option<&Spec>),
    changes: &[Change],
    version: &VersionVerdict,
) -> Vec<Finding> {
    let findings = with_context(input, pair, sides, changes, version, |ctx| {
        rules::run(ctx, &input.config.rules)
    });
    let sides = [&pair.before_path, &pair.after_path];
    if only_warned(&input.config, sides.into_iter().flatten()) {
        rules::as_warnings(findings)
    } else {
        findings
    }
}

/// Everything that was found, with waived findings as notes and the mistakes of the pull request's
/// own policy.
pub(super) fn of_all(input: &CheckInput, of_specs: Vec<Finding>) -> Vec<Finding> {
    let paths: Vec<SpecPath> = input.specs.iter().map(SpecPair::path).collect();
    let policy = SpecPath::new(config::PATH);
    let mut findings = rules::waive(of_specs, &input.config.waivers, input.today, &paths, &policy);
    findings.extend(of_policy(input));
    findings
}

fn of_policy(input: &CheckInput) -> Vec<Finding> {
    let Some(change) = &input.policy_change else {
        return Vec::new();
    };
    let Some(after) = &change.after else {
        return Vec::new();
    };
    let finding =
        |error: ConfigError| rules::config_invalid(&change.path, error.line, error.message, error.help);
    let Ok(text) = std::str::from_utf8(after) else {
        let message = "the policy is no UTF-8 text".to_owned();
        return vec![rules::config_invalid(&change.path, None, message, String::new())];
    };
    Config::faults(text).into_iter().map(finding).collect()
}
