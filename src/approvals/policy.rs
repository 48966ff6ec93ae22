//! What a policy says about approvals: the types behind `approvals:`, `approve:` and `delegates:`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use globset::GlobBuilder;
use globset::GlobSet;
use globset::GlobSetBuilder;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diff::ChangeKind;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::ids::TeamSlug;

use super::Permission;

/// Names and e-mail addresses as people write them in specs and commits → logins.
pub type People = BTreeMap<String, Login>;

/// One entry of `approvals:`: who must approve which changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What people call it; unique in the policy.
    pub name: String,
    /// The kinds of change that ask for it: `constraint.loosened`, `authority.*`, `*`.
    #[serde(default = "every_kind")]
    pub on: Vec<KindPattern>,
    /// Globs of the specs it is about; empty means every spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// How many distinct people must approve each change.
    #[serde(default = "one")]
    pub require: usize,
    /// It applies only to pull requests with at least this many such changes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub at_least: usize,
    /// Who can approve; any of these.
    pub from: Approvers,
}

fn every_kind() -> Vec<KindPattern> {
    vec![KindPattern("*".to_owned())]
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(n: &usize) -> bool {
    *n == 1
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Where approvers come from; a person in any of them can approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approvers {
    /// Members of these teams, `org/slug`; members of child teams count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamSlug>,
    /// These people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Login>,
    /// Everyone with this permission on the repository, or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
    /// The spec's owner, as stated at base.
    #[serde(skip_serializing_if = "is_false")]
    pub owner: bool,
    /// Whom CODEOWNERS names for the spec, at base.
    #[serde(skip_serializing_if = "is_false")]
    pub codeowners: bool,
}

impl Approvers {
    /// True where nobody could ever be found.
    pub fn is_empty(&self) -> bool {
        self.teams.is_empty()
            && self.users.is_empty()
            && self.permission.is_none()
            && !self.owner
            && !self.codeowners
    }
}

/// Kinds of change: a name, or a name with `*` for any run of characters.
///
/// A pattern with a star never means `format.changed`: there is no meaning in it to approve, and a
/// mere reformatting must keep approvals. Name it to have it approved all the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct KindPattern(String);

/// The pattern matches no kind of change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` matches no kind of change (expected e.g. `constraint.loosened` or `authority.*`){1}")]
pub struct NoSuchKind(String, String);

impl KindPattern {
    /// Whether a change of this kind is meant.
    pub fn matches(&self, kind: ChangeKind) -> bool {
        if !self.0.contains('*') {
            return self.0 == kind.as_str();
        }
        kind != ChangeKind::FormatChanged && star_match(&self.0, kind.as_str())
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KindPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for KindPattern {
    type Error = NoSuchKind;

    fn try_from(text: String) -> Result<Self, NoSuchKind> {
        let pattern = Self(text);
        if ChangeKind::ALL.iter().any(|&kind| pattern.matches(kind)) {
            return Ok(pattern);
        }
        let near = ChangeKind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .filter_map(|name| super::near::distance(&pattern.0, name, 3).map(|d| (d, name)))
            .min();
        let hint = near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"));
        Err(NoSuchKind(pattern.0, hint))
    }
}

impl From<KindPattern> for String {
    fn from(pattern: KindPattern) -> Self {
        pattern.0
    }
}

fn star_match(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// `approve:`: what counts as an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approve {
    /// Whether the author, those who pushed and the commits' authors may approve.
    pub author: bool,
    /// Whether GitHub reviews count: an approval approves, requested changes block.
    pub reviews: bool,
}

impl Default for Approve {
    fn default() -> Self {
        Self {
            author: false,
            reviews: true,
        }
    }
}

/// One entry of `delegates:`: `to` may approve in the place of `from`, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// Whose approval it stands for.
    pub from: Login,
    /// Who may give it.
    pub to: Login,
    /// The approval rules it is good for, by name; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Globs of the specs it is good for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// The last day on which it counts.
    #[schemars(with = "String")]
    pub until: Date,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The parts of a policy that this room reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `approvals:`; `None` where the key is absent, which asks CODEOWNERS and Owner about severe
    /// changes. An empty list asks nobody.
    pub rules: Option<Vec<Rule>>,
    /// `people:`.
    pub people: People,
    /// `approve:`.
    pub approve: Approve,
    /// `delegates:`.
    pub delegates: Vec<Delegate>,
}

/// The name of the rule that a policy without `approvals:` has.
pub const DEFAULT_RULE: &str = "owners";

impl Policy {
    /// The rules in force: the policy's own, else the one for policies without.
    pub fn rules_in_force(&self) -> Vec<Rule> {
        self.rules.clone().unwrap_or_else(|| vec![default_rule()])
    }
}

/// What a policy without `approvals:` asks for: one of CODEOWNERS or the Owner, for every severe
/// change.
pub fn default_rule() -> Rule {
    Rule {
        name: DEFAULT_RULE.to_owned(),
        on: ChangeKind::ALL
            .iter()
            .filter(|kind| kind.is_severe())
            .map(|kind| KindPattern(kind.as_str().to_owned()))
            .collect(),
        paths: Vec::new(),
        require: 1,
        at_least: 1,
        from: Approvers {
            owner: true,
            codeowners: true,
            ..Approvers::default()
        },
    }
}

/// A set of path globs, `*` not crossing a `/`. Without globs it matches everything.
pub(super) struct Globs(Option<GlobSet>);

impl Globs {
    /// Compiles them. A glob that does not compile matches everything: a mistake in a policy must
    /// not take specs out of it ([`problems`] reports it).
    pub(super) fn new(globs: &[String]) -> Self {
        if globs.is_empty() {
            return Self(None);
        }
        let mut builder = GlobSetBuilder::new();
        for glob in globs {
            match GlobBuilder::new(glob).literal_separator(true).build() {
                Ok(glob) => builder.add(glob),
                Err(_) => return Self(None),
            };
        }
        Self(builder.build().ok())
    }

    pub(super) fn matches(&self, path: &SpecPath) -> bool {
        self.0.as_ref().is_none_or(|set| set.is_match(path.as_str()))
    }
}

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

    fn rule(yaml: &str) -> Rule {
        serde_yaml::from_str(yaml).unwrap()
    }

    #[test]
    fn a_rule_reads_as_the_design_writes_it() {
        let rule = rule(
            "{ name: security, on: [constraint.loosened, authority.*], paths: ['agents/**'], require: 2,
               from: { teams: [acme/security], users: [alice], permission: maintain, owner: true, codeowners: true } }",
        );
        assert_eq!(rule.require, 2);
        assert_eq!(rule.from.permission, Some(Permission::Maintain));
        assert!(rule.on[1].matches(ChangeKind::AuthorityGranted));
        assert!(!rule.on[1].matches(ChangeKind::ConstraintLoosened));
    }

    #[test]
    fn what_a_policy_may_not_say() {
        for (yaml, expected) in [
            ("{ name: a, from: { users: [x] }, requires: 2 }", "requires"),
            ("{ name: a, from: { team: [a/b] } }", "team"),
            (
                "{ name: a, on: [constraint.loosend], from: { users: [x] } }",
                "did you mean `constraint.loosened`",
            ),
            (
                "{ name: a, on: ['nothing.*'], from: { users: [x] } }",
                "matches no kind",
            ),
            ("{ name: a, from: { teams: [security] } }", "owner/name"),
            ("{ name: a }", "from"),
        ] {
            let error = serde_yaml::from_str::<Rule>(yaml).unwrap_err().to_string();
            assert!(error.contains(expected), "{yaml}: {error}");
        }
    }

    #[test]
    fn stars_match_kinds_but_never_mere_format() {
        let pattern = |text: &str| KindPattern::try_from(text.to_owned()).unwrap();
        assert!(pattern("*").matches(ChangeKind::TextChanged));
        assert!(!pattern("*").matches(ChangeKind::FormatChanged));
        assert!(pattern("format.changed").matches(ChangeKind::FormatChanged));
        assert!(pattern("*.removed").matches(ChangeKind::SpecRemoved));
        assert!(!pattern("*.removed").matches(ChangeKind::SpecAdded));
        assert!(pattern("*r*.re*ed").matches(ChangeKind::RequirementRelaxed));
    }

    #[test]
    fn rules_that_can_never_be_satisfied_are_named() {
        let policy = |yaml: &str| Policy {
            rules: Some(serde_yaml::from_str(yaml).unwrap()),
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
            rules: Some(vec![rule("{ name: security, from: { users: [x] } }")]),
            ..Policy::default()
        };
        policy.delegates = serde_yaml::from_str("[{ from: x, to: X, until: 2026-12-31 }, { from: x, to: y, rules: [securty], until: 2026-12-31 }]").unwrap();
        let found = problems(&policy);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].message.contains("`securty`"));
    }

    #[test]
    fn a_broken_glob_never_takes_a_spec_out_of_the_policy() {
        assert!(Globs::new(&["a[b".to_owned()]).matches(&SpecPath::new("roles/x.md")));
        let globs = Globs::new(&["roles/*.md".to_owned()]);
        assert!(globs.matches(&SpecPath::new("roles/x.md")));
        assert!(!globs.matches(&SpecPath::new("roles/a/x.md")));
    }
}
