//! The repository's policy, `.github/specwarden.yml`, composed of each room's own config type.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::rules::RulesConfig;
use crate::spec::Vocabulary;

/// The policy of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Levels of rules.
    pub rules: RulesConfig,
    /// Words beyond the built-in tables.
    pub vocabulary: Vocabulary,
}
