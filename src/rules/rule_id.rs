//! A rule's id as policies write it: only those that exist.

use std::borrow::Borrow;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The id of a rule that exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId(String);

/// The text is the id of no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule `{0}`")]
pub struct UnknownRule(pub String);

impl RuleId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RuleId {
    type Error = UnknownRule;
    fn try_from(text: String) -> Result<Self, UnknownRule> {
        match super::find(&text) {
            Some(_) => Ok(Self(text)),
            None => Err(UnknownRule(text)),
        }
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0
    }
}

impl Borrow<str> for RuleId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for RuleId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let ids: Vec<&str> = super::ALL.iter().map(|rule| rule.id).collect();
        schemars::json_schema!({
            "type": "string",
            "description": "The id of a rule.",
            "enum": ids,
        })
    }
}
