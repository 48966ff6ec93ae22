//! What reads well in a policy and still can never work.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use crate::ids::Login;

use super::DEFAULT_RULE;
use super::Permission;
use super::Policy;
use super::Rule;

/// Why an approval rule or delegation can never work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The rule it is about; `None` for the policy as a whole.
    pub rule: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// What can never be satisfied in the policy, whatever people do. For `config-invalid` and
/// `doctor`.
pub fn problems(policy: &Policy) -> Vec<PolicyProblem> {
    let mut found = Vec::new();
    let mut say = |rule: Option<&str>, message: String| {
        found.push(PolicyProblem {
            rule: rule.map(str::to_owned),
            message,
        });
    };
    let rules = policy.rules.as_deref().unwrap_or_default();
    let mut names = BTreeSet::new();
    for rule in rules {
        let name = rule.name.as_str();
        if name.trim().is_empty() {
            say(None, "an approval rule has an empty `name`".to_owned());
        } else if !names.insert(name) {
            say(Some(name), format!("two approval rules are named `{name}`"));
        }
        for message in rule_problems(rule) {
            say(Some(name), message);
        }
    }
    let known: BTreeSet<&str> = match &policy.rules {
        Some(_) => names,
        None => BTreeSet::from([DEFAULT_RULE]),
    };
    for delegate in &policy.delegates {
        let pair = format!("delegation from {} to {}", delegate.from, delegate.to);
        if delegate.from == delegate.to {
            say(None, format!("{pair} gives nothing: both are the same person"));
        }
        for rule in delegate
            .rules
            .iter()
            .filter(|rule| !known.contains(rule.as_str()))
        {
            say(
                None,
                format!("{pair} names the approval rule `{rule}`, which does not exist"),
            );
        }
        for message in glob_problems(&delegate.paths) {
            say(None, format!("{pair}: {message}"));
        }
    }
    found
}

fn rule_problems(rule: &Rule) -> Vec<String> {
    let name = &rule.name;
    let mut found = glob_problems(&rule.paths);
    if rule.on.is_empty() {
        found.push(format!(
            "approval rule `{name}` has an empty `on` and never applies"
        ));
    }
    if rule.require == 0 {
        found.push(format!(
            "approval rule `{name}` has `require: 0` and asks nobody (expected 1 or more)"
        ));
    }
    if rule.from.is_empty() {
        found.push(format!(
            "approval rule `{name}` has an empty `from`: nobody can ever approve"
        ));
    }
    if matches!(rule.from.permission, Some(Permission::None | Permission::Read)) {
        found.push(format!(
            "approval rule `{name}` lets everyone who can read the repository approve (expected `permission: triage` or more)"
        ));
    }
    let only_users = rule.from.teams.is_empty()
        && rule.from.permission.is_none()
        && !rule.from.owner
        && !rule.from.codeowners;
    let users: BTreeSet<&Login> = rule.from.users.iter().collect();
    if only_users && !users.is_empty() && rule.require > users.len() {
        found.push(format!(
            "approval rule `{name}` requires {} people and only {} can approve",
            rule.require,
            users.len()
        ));
    }
    found
}

fn glob_problems(globs: &[String]) -> Vec<String> {
    globs
        .iter()
        .filter_map(|glob| GlobBuilder::new(glob).build().err())
        .map(|error| format!("path pattern does not parse: {error}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn rules_that_can_never_be_satisfied_are_named() {
        let policy = |yaml: &str| Policy {
            rules: Some(yaml::from_str_strict(yaml).unwrap()),
            ..Policy::default()
        };
        for (yaml, expected) in [
            ("[{ name: a, from: {} }]", "empty `from`"),
            (
                "[{ name: a, require: 3, from: { users: [x, y, X] } }]",
                "requires 3 people and only 2",
            ),
            ("[{ name: a, require: 0, from: { users: [x] } }]", "require: 0"),
            ("[{ name: a, on: [], from: { users: [x] } }]", "empty `on`"),
            (
                "[{ name: a, from: { permission: read } }]",
                "everyone who can read",
            ),
            (
                "[{ name: a, paths: ['a[b'], from: { users: [x] } }]",
                "does not parse",
            ),
            (
                "[{ name: a, from: { users: [x] } }, { name: a, from: { users: [y] } }]",
                "two approval rules",
            ),
        ] {
            let found = problems(&policy(yaml));
            assert!(
                found.iter().any(|p| p.message.contains(expected)),
                "{yaml}: {found:?}"
            );
        }
        assert_eq!(
            problems(&policy(
                "[{ name: a, require: 3, from: { teams: [a/b], users: [x] } }]"
            )),
            []
        );
        assert_eq!(problems(&Policy::default()), []);
    }

    #[test]
    fn delegations_that_give_nothing_are_named() {
        let mut policy = Policy {
            rules: Some(vec![
                yaml::from_str_strict("{ name: security, from: { users: [x] } }").unwrap(),
            ]),
            ..Policy::default()
        };
        policy.delegates = yaml::from_str_strict("[{ from: x, to: X, until: 2026-12-31 }, { from: x, to: y, rules: [securty], until: 2026-12-31 }]").unwrap();
        let found = problems(&policy);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].message.contains("`securty`"));
    }
}
