//! Which file is asked what.

use std::fmt;

use globset::GlobBuilder;
use globset::GlobMatcher;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::config::discovery;
use crate::ids::SpecPath;

/// A pattern of paths: `*` stays inside a folder, `**` crosses them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct PathGlob(String);

/// The text is no pattern of paths.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no pattern of paths: {why}")]
pub struct BadGlob {
    pattern: String,
    why: String,
}

impl PathGlob {
    /// Whether a path is meant.
    pub fn matches(&self, path: &SpecPath) -> bool {
        matcher(&self.0).is_ok_and(|glob| glob.is_match(path.as_str()))
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let glob = GlobBuilder::new(pattern.trim_start_matches("./"))
        .literal_separator(true)
        .build()?;
    Ok(glob.compile_matcher())
}

impl TryFrom<String> for PathGlob {
    type Error = BadGlob;
    fn try_from(text: String) -> Result<Self, BadGlob> {
        match matcher(&text) {
            Ok(_) if text.trim().is_empty() => Err(BadGlob {
                pattern: text,
                why: "it is empty".to_owned(),
            }),
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(BadGlob {
                why: error.kind().to_string(),
                pattern: text,
            }),
        }
    }
}

impl From<PathGlob> for String {
    fn from(glob: PathGlob) -> Self {
        glob.0
    }
}

impl fmt::Display for PathGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a finding does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// An error turns the check red, and approvals are asked for.
    #[default]
    Enforce,
    /// Everything is shown and nothing turns red.
    Warn,
    /// These files are no specs.
    Off,
}

/// Whether a version is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionPolicy {
    /// A spec without one is an error.
    Required,
    /// A spec may go without.
    #[default]
    Optional,
}

/// Where the change log is, and whether one is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ChangelogPolicy {
    /// A spec without one is an error.
    Required,
    /// A spec may go without.
    #[default]
    Optional,
    /// It stands in a file of its own: a path from the repository's root, or from the spec's own
    /// folder where it starts with `./`.
    File(String),
}

impl From<String> for ChangelogPolicy {
    fn from(text: String) -> Self {
        match text.as_str() {
            "required" => Self::Required,
            "optional" => Self::Optional,
            _ => Self::File(text),
        }
    }
}

impl From<ChangelogPolicy> for String {
    fn from(policy: ChangelogPolicy) -> Self {
        match policy {
            ChangelogPolicy::Required => "required".to_owned(),
            ChangelogPolicy::Optional => "optional".to_owned(),
            ChangelogPolicy::File(path) => path,
        }
    }
}

impl JsonSchema for ChangelogPolicy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChangelogPolicy".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Whether a change log is asked for, or the path of a separate file.",
            "anyOf": [{ "enum": ["required", "optional"] }, { "type": "string", "minLength": 1 }],
        })
    }
}

impl ChangelogPolicy {
    /// The separate file for a spec, from the repository's root.
    fn file_for(&self, spec: &SpecPath) -> Option<SpecPath> {
        let Self::File(written) = self else {
            return None;
        };
        Some(match written.strip_prefix("./") {
            Some(beside) => match spec.as_str().rsplit_once('/') {
                Some((folder, _)) => SpecPath::new(format!("{folder}/{beside}")),
                None => SpecPath::new(beside),
            },
            None => SpecPath::new(written.trim_start_matches('/')),
        })
    }
}

/// One entry of `specs:`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecsEntry {
    /// Patterns of the files that it is about; `!` in front takes some out again.
    pub paths: Vec<Pattern>,
    /// What their findings do.
    #[serde(default)]
    pub mode: Mode,
    /// Whether they need a version.
    #[serde(default)]
    pub version: VersionPolicy,
    /// Whether they need a change log, or where it is.
    #[serde(default)]
    pub changelog: ChangelogPolicy,
}

/// A pattern of paths that are meant, or with `!` in front not meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Pattern {
    glob: PathGlob,
    except: bool,
}

impl TryFrom<String> for Pattern {
    type Error = BadGlob;
    fn try_from(text: String) -> Result<Self, BadGlob> {
        let (bare, except) = match text.strip_prefix('!') {
            Some(bare) => (bare.to_owned(), true),
            None => (text, false),
        };
        Ok(Self {
            glob: PathGlob::try_from(bare)?,
            except,
        })
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        let mark = if pattern.except { "!" } else { "" };
        format!("{mark}{}", pattern.glob)
    }
}

impl SpecsEntry {
    /// Whether the entry is about a path: the last pattern that matches decides.
    fn covers(&self, path: &SpecPath) -> bool {
        self.paths
            .iter()
            .rev()
            .find(|pattern| pattern.glob.matches(path))
            .is_some_and(|pattern| !pattern.except)
    }
}

/// What the policy asks of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPolicy {
    /// What its findings do; never [`Mode::Off`].
    pub mode: Mode,
    /// Whether it needs a version.
    pub version_required: bool,
    /// Whether it needs a change log of its own.
    pub changelog_required: bool,
    /// The separate file that holds its change log, from the repository's root.
    pub separate_log: Option<SpecPath>,
    /// False where nobody named the file: then it is a spec only if it reads like one, which
    /// [`crate::config::reads_like_a_spec`] tells.
    pub certain: bool,
}

impl Config {
    /// What is asked of a file; `None` where it is no spec by this policy.
    pub fn policy_for(&self, path: &SpecPath) -> Option<PathPolicy> {
        let Some(entries) = &self.specs else {
            return discovery::may_hold_a_spec(path).then(|| PathPolicy {
                mode: Mode::Enforce,
                version_required: false,
                changelog_required: false,
                separate_log: None,
                certain: discovery::named_as_a_spec(path),
            });
        };
        let entry = entries.iter().find(|entry| entry.covers(path))?;
        (entry.mode != Mode::Off).then(|| PathPolicy {
            mode: entry.mode,
            version_required: entry.version == VersionPolicy::Required,
            changelog_required: entry.changelog != ChangelogPolicy::Optional,
            separate_log: entry.changelog.file_for(path),
            certain: true,
        })
    }
}
