//! The policy's JSON Schema, for editors.

use schemars::Schema;
use schemars::SchemaGenerator;
use serde_json::Value;

use crate::config::Config;
use crate::diff::Bump;
use crate::diff::ChangeKind;

/// The JSON Schema (draft 2020-12) of `.github/specwarden.yml`.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "specwarden policy".into());
    schema.to_value()
}

/// Kind of change → step, with the kinds named.
pub(super) fn bumps(generator: &mut SchemaGenerator) -> Schema {
    let bump = generator.subschema_for::<Bump>();
    let kinds: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    schemars::json_schema!({
        "type": "object",
        "description": "The step that a kind of change asks for, where it is not the default.",
        "propertyNames": { "enum": kinds },
        "additionalProperties": bump,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the schema is published.
    const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/specwarden.policy.v1.json");

    #[test]
    fn the_published_schema_is_the_one_of_the_code() {
        let now = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        if std::env::var_os("SPECWARDEN_BLESS").is_some() {
            std::fs::write(PUBLISHED, &now).unwrap();
        }
        let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
        assert!(
            published == now,
            "run the tests with SPECWARDEN_BLESS=1 and read what differs"
        );
    }

    #[test]
    fn the_schema_takes_a_good_policy_and_no_bad_one() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let valid = |policy: Value| validator.is_valid(&policy);
        assert!(valid(serde_json::json!({
            "specs": [{ "paths": ["roles/**"], "mode": "warn", "changelog": "CHANGES.md" }],
            "rules": { "version-skipped": "off" },
            "bump": { "text.changed": "none" },
            "zero_major": "strict",
            "vocabulary": { "keys": { "trust": ["none", "low"] } },
            "approvals": [{ "name": "a", "on": ["authority.*"], "from": { "teams": ["a/b"] } }],
            "waivers": [{ "rule": "version-skipped", "path": "a.md", "reason": "b", "until": "2026-12-31" }],
        })));
        for bad in [
            serde_json::json!({ "rule": {} }),
            serde_json::json!({ "rules": { "version-skiped": "off" } }),
            serde_json::json!({ "rules": { "version-skipped": "fatal" } }),
            serde_json::json!({ "bump": { "text.change": "none" } }),
            serde_json::json!({ "specs": [{ "mode": "warn" }] }),
            serde_json::json!({ "waivers": [{ "rule": "version-skipped", "path": "a.md" }] }),
        ] {
            assert!(!valid(bad.clone()), "{bad}");
        }
    }
}
