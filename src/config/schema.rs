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
