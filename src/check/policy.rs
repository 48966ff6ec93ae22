//! What each room takes from the policy.

use crate::approvals::Policy;
use crate::check::CheckInput;
use crate::config::Config;

/// The part about people.
pub(super) fn approvals(config: &Config) -> Policy {
    let _ = config;
    Policy::default()
}

/// The policy of the pull request, where it changes it and it can be read.
pub(super) fn at_head(input: &CheckInput) -> Option<Config> {
    let _ = input.policy_change.as_ref()?;
    None
}

/// Whether the pull request changes more of the policy than the part about people.
pub(super) fn others_differ(input: &CheckInput, head: Option<&Config>) -> bool {
    head.is_none_or(|head| *head != input.config)
}
