//! What each room takes from the policy.

use crate::approvals::Policy;
use crate::check::CheckInput;
use crate::config::Config;

/// The part about people.
pub(super) fn approvals(config: &Config) -> Policy {
    config.approvals_policy()
}

/// The policy of the pull request, where it changes it and it can be read.
pub(super) fn at_head(input: &CheckInput) -> Option<Config> {
    let after = input.policy_change.as_ref()?.after.as_deref()?;
    Config::parse(std::str::from_utf8(after).ok()?).ok()
}

/// Whether the pull request changes more of the policy than the part about people.
pub(super) fn others_differ(input: &CheckInput, head: Option<&Config>) -> bool {
    let rest = |config: &Config| Config {
        approvals: None,
        people: Config::default().people,
        approve: Config::default().approve,
        delegates: Vec::new(),
        ..config.clone()
    };
    head.is_none_or(|head| rest(head) != rest(&input.config))
}
