//! What a policy says about approvals: the types behind `approvals:`, `approve:` and `delegates:`.

use std::collections::BTreeMap;

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

use super::KindPattern;
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
    vec![KindPattern::every()]
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
    /// True where nobody is asked but code owners.
    pub fn is_codeowners_only(&self) -> bool {
        let rest = Self {
            codeowners: false,
            ..self.clone()
        };
        self.codeowners && rest.is_empty()
    }

    /// True where nobody could ever be found.
    pub fn is_empty(&self) -> bool {
        self.teams.is_empty()
            && self.users.is_empty()
            && self.permission.is_none()
            && !self.owner
            && !self.codeowners
    }
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
            .map(|kind| KindPattern::exactly(*kind))
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
    /// not take specs out of it ([`super::problems()`] reports it).
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn rule(yaml: &str) -> Rule {
        yaml::from_str_strict(yaml).unwrap()
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
            let error = yaml::from_str_strict::<Rule>(yaml).unwrap_err().to_string();
            assert!(error.contains(expected), "{yaml}: {error}");
        }
    }

    #[test]
    fn a_broken_glob_never_takes_a_spec_out_of_the_policy() {
        assert!(Globs::new(&["a[b".to_owned()]).matches(&SpecPath::new("roles/x.md")));
        let globs = Globs::new(&["roles/*.md".to_owned()]);
        assert!(globs.matches(&SpecPath::new("roles/x.md")));
        assert!(!globs.matches(&SpecPath::new("roles/a/x.md")));
    }
}
