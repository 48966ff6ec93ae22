//! Events: what the stand-in sends is held against the published schemas.

use serde_json::Value;
use serde_json::json;
use specwarden::demo::github::Delivery;

use crate::openapi::causes;
use crate::published;

/// The published schemas of webhook payloads.
pub(crate) struct Schemas(Value);

impl Schemas {
    /// The schemas; none where they could not be fetched.
    pub(crate) fn load() -> Option<Self> {
        let mut document = published::document("webhooks-schemas/schema.json")?;
        allow_newer(&mut document);
        Some(Self(document))
    }

    /// Everything about these deliveries that the schemas do not allow.
    pub(crate) fn complaints(&self, deliveries: &[Delivery]) -> Vec<String> {
        let mut all = Vec::new();
        for delivery in deliveries {
            let action = delivery.action.as_deref().unwrap_or("event");
            let name = format!("{}${action}", delivery.event);
            if self.0.pointer(&format!("/definitions/{name}")).is_none() {
                all.push(format!("{name}: no such event"));
                continue;
            }
            let mut schema = self.0.clone();
            schema["anyOf"] = json!([{ "$ref": format!("#/definitions/{name}") }]);
            let validator = jsonschema::options().build(&schema).unwrap();
            let payload: Value = serde_json::from_str(&delivery.payload).unwrap();
            for error in validator.iter_errors(&payload) {
                all.extend(causes(&error).into_iter().map(|text| format!("{name} at {text}")));
            }
        }
        all.sort();
        all.dedup();
        all
    }
}

/// The schemas are older than GitHub: members that they do not know yet are no fault.
fn allow_newer(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("additionalProperties") == Some(&json!(false)) {
                members.remove("additionalProperties");
            }
            // Without that, alternatives overlap.
            if let Some(alternatives) = members.remove("oneOf") {
                members.insert("anyOf".to_owned(), alternatives);
            }
            members.values_mut().for_each(allow_newer);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_newer),
        _ => {}
    }
}
