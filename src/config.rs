//! The repository's policy, `.github/specwarden.yml`, composed of each room's own config type.
//!
//! This room reads text and answers questions about paths; where the text comes from (the base
//! commit, the organisation's `.github` repository) is the caller's business. Start in
//! [`Config::parse`] and [`Config::policy_for`].

mod discovery;
mod error;
mod faults;
mod page;
mod paths;
mod schema;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::approvals;
use crate::approvals::Approve;
use crate::approvals::Delegate;
use crate::approvals::People;
use crate::diff::Bump;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::rules::RulesConfig;
use crate::rules::Waiver;
use crate::rules::ZeroMajor;
use crate::spec::Vocabulary;
use crate::yaml;

pub use discovery::may_hold_a_spec;
pub use discovery::reads_like_a_spec;
pub use error::ConfigError;
pub use paths::ChangelogPolicy;
pub use paths::Mode;
pub use paths::PathGlob;
pub use paths::PathPolicy;
pub use paths::SpecsEntry;
pub use paths::VersionPolicy;
pub use schema::schema;

/// Where the policy stands in a repository.
pub const PATH: &str = ".github/specwarden.yml";

/// The policy of one repository. [`Config::default`] is what holds where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which files are specs, and what is asked of them; the first match wins. Without it they are
    /// found by their names and contents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specs: Option<Vec<SpecsEntry>>,
    /// How bad the findings of a rule are: `error`, `warning` or `off`.
    #[serde(skip_serializing_if = "is_default")]
    pub rules: RulesConfig,
    /// The step that a kind of change asks for, where it is not the default.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "schema::bumps")]
    pub bump: BTreeMap<ChangeKind, Bump>,
    /// What a version below 1.0 promises.
    #[serde(skip_serializing_if = "is_default")]
    pub zero_major: ZeroMajor,
    /// Section titles and keys beyond the built-in tables.
    #[serde(skip_serializing_if = "is_default")]
    pub vocabulary: Vocabulary,
    /// Who must approve which changes. Without it a severe change asks CODEOWNERS and the Owner; an
    /// empty list asks nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Vec<approvals::Rule>>,
    /// Names as people write them in specs, and the logins behind them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub people: People,
    /// What counts as an approval.
    #[serde(skip_serializing_if = "is_default")]
    pub approve: Approve,
    /// Who may approve in whose place, for a while.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delegates: Vec<Delegate>,
    /// Where the decisions of a merged pull request go besides the server's own ledger.
    #[serde(skip_serializing_if = "is_default")]
    pub ledger: approvals::ledger::Mirrors,
    /// Findings that somebody has agreed to live with, for a while.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Config {
    /// Reads a policy. An empty text is the default policy.
    ///
    /// # Errors
    /// If the text is no YAML, repeats a key, names something that does not exist, or gives a value
    /// of the wrong sort; with its line where that is known.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let blank = text
            .lines()
            .all(|line| matches!(line.trim(), "" | "---" | "...") || line.trim_start().starts_with('#'));
        if blank {
            return Ok(Self::default());
        }
        yaml::from_str_strict(text).map_err(|error| ConfigError::explain(&error))
    }

    /// Everything that is wrong with a policy, in the order of its lines: where it does not read, each
    /// mistake and not only the first; else what can never work. None where it can be used.
    pub fn faults(text: &str) -> Vec<ConfigError> {
        faults::all(text)
    }

    /// What reads well and still cannot work: approval rules that nobody can satisfy, waivers of no
    /// path. For `config-invalid` and `doctor`; `text` is what was parsed.
    pub fn problems(&self, text: &str) -> Vec<ConfigError> {
        let of_approvals = approvals::problems(&self.approvals_policy())
            .into_iter()
            .map(|problem| ConfigError {
                line: problem
                    .rule
                    .as_deref()
                    .and_then(|rule| error::line_naming(text, "name", rule)),
                column: None,
                message: problem.message,
                help: "change the rule so that somebody can approve".to_owned(),
            });
        let of_waivers = self.waivers.iter().filter_map(|waiver| {
            let message = match PathGlob::try_from(waiver.path.clone()) {
                Err(bad) => bad.to_string(),
                Ok(_) if waiver.reason.trim().is_empty() => {
                    format!(
                        "the waiver of `{}` for `{}` gives no reason",
                        waiver.rule, waiver.path
                    )
                }
                Ok(_) => return None,
            };
            Some(ConfigError {
                line: error::line_naming(text, "path", &waiver.path),
                column: None,
                message,
                help: "a waiver needs a path, a reason and a last day".to_owned(),
            })
        });
        of_approvals.chain(of_waivers).collect()
    }

    /// The part about people.
    pub fn approvals_policy(&self) -> approvals::Policy {
        approvals::Policy {
            rules: self.approvals.clone(),
            people: self.people.clone(),
            approve: self.approve,
            delegates: self.delegates.clone(),
        }
    }

    /// Gives changes the steps that the policy asks for.
    pub fn set_bumps<'a>(&self, changes: impl IntoIterator<Item = &'a mut Change>) {
        for change in changes {
            if let Some(bump) = self.bump.get(&change.kind) {
                change.bump = *bump;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SpecPath;
    use crate::rules::Level;

    const WHOLE: &str = r#"
specs:
  - paths: ["roles/**/*.md", "agents/**/*.md"]   # first match wins
    mode: enforce
    version: optional
    changelog: optional
rules: { version-skipped: off }
bump: { responsibility.added: minor }
vocabulary:
  sections: { "Guardrails": limit, "Powers": grant }
  keys: { max_spend_usd: ceiling, review_floor: floor, trust: [none, low, high], switch: [off, on] }
approvals:
  - name: security
    on: [constraint.loosened, constraint.unclear, authority.*]
    paths: ["agents/**"]
    require: 1
    from: { teams: [acme/security], users: [alice], permission: maintain, owner: true, codeowners: true }
people: { "Jo Doe": jdoe }
approve: { author: false, reviews: true }
ledger: { notes: true }
waivers: [ { rule: version-skipped, path: roles/cto.md, reason: "…", until: 2026-12-31 } ]
"#;

    fn policy(text: &str) -> Config {
        Config::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn the_policy_of_the_design_reads_and_survives_being_written() {
        let config = policy(WHOLE);
        assert_eq!(config.rules.levels.get("version-skipped"), Some(&Level::Off));
        assert_eq!(config.bump[&ChangeKind::ResponsibilityAdded], Bump::Minor);
        assert_eq!(config.waivers[0].until.to_string(), "2026-12-31");
        assert!(config.ledger.notes && !Config::default().ledger.notes);
        assert!(config.problems(WHOLE).is_empty(), "{:?}", config.problems(WHOLE));
        let written = yaml::to_string(&config).unwrap();
        assert_eq!(policy(&written), config, "{written}");
    }

    #[test]
    fn an_empty_policy_is_the_default_one() {
        for text in ["", "\n", "# nothing yet\n", "---\n", "\u{feff}"] {
            assert_eq!(policy(text), Config::default());
        }
        assert!(yaml::to_string(&Config::default()).unwrap().trim() == "{}");
    }

    #[test]
    fn every_mistake_has_its_line_and_a_hint() {
        for (text, line, message, help) in [
            (
                "specs: []\nrulez: {}\n",
                2,
                "unknown key `rulez`",
                "did you mean `rules`?",
            ),
            (
                "specs:\n  - path: [x]\n",
                2,
                "unknown key `path`",
                "did you mean `paths`?",
            ),
            ("specs:\n  - mode: warn\n", 2, "missing key `paths`", ""),
            (
                "specs:\n  - paths: [a]\n    mode: enforced\n",
                3,
                "unknown value `enforced`",
                "did you mean `enforce`?",
            ),
            (
                "rules:\n  version-skipped: off\n  version-skiped: off\n",
                3,
                "unknown rule `version-skiped`",
                "did you mean `version-skipped`?",
            ),
            (
                "rules: { version-skipped: error, version-skipped: off }\n",
                1,
                "`version-skipped` stands twice",
                "",
            ),
            (
                "rules:\n  version-skipped: fatal\n",
                2,
                "unknown value `fatal`",
                "expected error, warning, off",
            ),
            (
                "bump:\n  responsibility.add: minor\n",
                2,
                "unknown kind of change `responsibility.add`",
                "did you mean `responsibility.added`?",
            ),
            ("bump:\n  text.changed: huge\n", 2, "unknown value `huge`", ""),
            ("specs:\n  - paths: [\"a[\"]\n", 2, "`a[`", ""),
            (
                "waivers:\n  - { rule: version-skipped, path: a, reason: b, until: 2026-02-30 }\n",
                2,
                "not valid",
                "",
            ),
            (
                "approvals:\n  - name: a\n    from: { team: [a/b] }\n",
                3,
                "unknown key `team`",
                "did you mean `teams`?",
            ),
            (
                "vocabulary:\n  sections:\n    Guardrails: limits\n",
                3,
                "unknown value `limits`",
                "did you mean `limit`?",
            ),
            ("specs: [\n", 1, "", ""),
            ("a: b: c\n", 1, "", ""),
            ("- specs\n", 1, "", ""),
            (
                "zero_major: lax\n",
                1,
                "unknown value `lax`",
                "expected relaxed, strict",
            ),
        ] {
            let error = Config::parse(text).expect_err(text);
            assert_eq!(error.line, Some(line), "{text}: {error:?}");
            assert!(error.message.contains(message), "{text}: {error:?}");
            assert!(error.help.contains(help), "{text}: {error:?}");
        }
    }

    #[test]
    fn what_can_never_be_satisfied_is_a_problem_with_its_line() {
        let text = "approvals:\n  - name: legal\n    require: 2\n    from: { users: [ann] }\n";
        let problems = policy(text).problems(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].line, Some(2));
    }

    #[test]
    fn the_first_entry_that_matches_wins() {
        let config = policy(
            "specs:\n  - paths: [\"roles/old/**\"]\n    mode: off\n  - paths: [\"roles/**/*.md\"]\n    mode: warn\n    version: required\n    changelog: docs/CHANGES.md\n",
        );
        let of = |path: &str| config.policy_for(&SpecPath::new(path));
        assert_eq!(of("roles/old/cto.md"), None);
        assert_eq!(of("docs/cto.md"), None);
        let found = of("roles/new/cto.md").unwrap();
        assert_eq!(found.mode, Mode::Warn);
        assert!(found.version_required && found.certain);
        assert_eq!(
            found.separate_log.map(|path| path.0).as_deref(),
            Some("docs/CHANGES.md")
        );
        assert!(of("roles/cto.md").is_some(), "`**` may be nothing");
    }
}
