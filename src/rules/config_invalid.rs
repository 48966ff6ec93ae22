//! `config-invalid`

use crate::ids::SpecPath;
use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Finding;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::Severity;
use crate::rules::registry::Found;

/// The policy file in this pull request does not parse or can never be satisfied.
pub(super) const RULE: Rule = Rule {
    id: "config-invalid",
    default: Level::Error,
    summary: "the policy file in this pull request does not parse or can never be satisfied",
    docs: Docs {
        what: "Reads the policy file of the pull request (the one at base judges it): unknown keys, unknown \
               rules and kinds, and approval rules that nobody could ever satisfy. A waiver that has run out \
               is a warning.",
        why: "After the merge it is this file that judges. A typo in it must not switch a rule off.",
        example: Example {
            before: None,
            after: "rules:\n  version-not-bumpd: warning\n",
            base_tip: None,
        },
        instead: Example {
            before: None,
            after: "rules:\n  version-not-bumped: warning\n",
            base_tip: None,
        },
    },
    check,
};

/// The policy is no spec: whoever reads it makes the finding, with [`config_invalid`].
fn check(_: &Context<'_>) -> Vec<Found> {
    Vec::new()
}

/// A finding about the policy file. No policy can switch it off: it is about the policy.
pub fn config_invalid(path: &SpecPath, line: Option<usize>, message: String, help: String) -> Finding {
    Finding {
        rule: RULE.id.to_owned(),
        severity: Severity::Error,
        path: path.clone(),
        line,
        message,
        help,
        suggestion: None,
    }
}
