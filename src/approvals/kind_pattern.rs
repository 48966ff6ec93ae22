//! Kinds of change, as a policy names them.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diff::ChangeKind;

use super::near;

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
    /// `*`.
    pub(super) fn every() -> Self {
        Self("*".to_owned())
    }

    /// This one kind.
    pub(super) fn exactly(kind: ChangeKind) -> Self {
        Self(kind.as_str().to_owned())
    }

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
            .filter_map(|name| near::distance(&pattern.0, name, 3).map(|d| (d, name)))
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
