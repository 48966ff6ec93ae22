//! Exchanges held against GitHub's OpenAPI description.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use specwarden::demo::github::Exchange;

use crate::published;

/// The description, and validators for what was needed of it so far.
pub(crate) struct OpenApi {
    document: Value,
    validators: BTreeMap<String, Validator>,
}

/// One operation: its path template and its description.
struct Operation {
    template: String,
    description: Value,
}

impl OpenApi {
    /// The description of GitHub's public interface; none where it could not be fetched.
    pub(crate) fn load() -> Option<Self> {
        let document = published::document("openapi/generated/api.github.com.json")?;
        Some(Self {
            document,
            validators: BTreeMap::new(),
        })
    }

    /// Everything about these exchanges that the description does not allow.
    pub(crate) fn complaints(&mut self, exchanges: &[Exchange]) -> Vec<String> {
        let mut all = BTreeSet::new();
        for exchange in exchanges.iter().filter(|exchange| !exchange.fault) {
            for complaint in self.complain(exchange) {
                all.insert(format!("{} {}: {complaint}", exchange.method, route(exchange)));
            }
        }
        all.into_iter().collect()
    }

    fn complain(&mut self, exchange: &Exchange) -> Vec<String> {
        let Some(operation) = self.operation(&exchange.method, &exchange.path) else {
            return vec!["no such operation".to_owned()];
        };
        let mut complaints = self.unknown_parameters(&operation, exchange);
        let body = operation
            .description
            .pointer("/requestBody/content/application~1json/schema")
            .cloned();
        match (&exchange.sent, body) {
            (Some(sent), Some(schema)) => {
                let name = format!("{} {} request", exchange.method, operation.template);
                complaints.extend(self.against(&name, &schema, sent, "the request"));
                complaints.extend(self.unknown_members(&schema, sent));
            }
            (Some(sent), None) if !sent.as_object().is_some_and(Map::is_empty) => {
                complaints.push(format!("a body where none is described: {sent}"));
            }
            _ => {}
        }
        complaints.extend(self.answer(&operation, exchange));
        complaints
    }

    fn answer(&mut self, operation: &Operation, exchange: &Exchange) -> Vec<String> {
        let status = exchange.status.to_string();
        let response = operation
            .description
            .pointer(&format!("/responses/{status}"))
            .cloned();
        let response = match response {
            Some(response) => self.resolved(&response),
            // Any operation may refuse credentials or input, or not be found by those who may not see it.
            None if matches!(exchange.status, 304 | 401 | 403 | 404 | 422) => return Vec::new(),
            None => return vec![format!("answers {status}, which is not described")],
        };
        let schema = response.pointer("/content/application~1json/schema").cloned();
        match (&exchange.got, schema) {
            (Some(got), Some(schema)) => {
                let name = format!("{} {} {status}", exchange.method, operation.template);
                self.against(&name, &schema, got, "the answer")
            }
            (None, Some(_)) if exchange.status != 304 => {
                vec!["answers without the described body".to_owned()]
            }
            _ => Vec::new(),
        }
    }

    /// The operation that GitHub would route a request to: the one with the most literal segments.
    fn operation(&self, method: &str, path: &str) -> Option<Operation> {
        let paths = self.document.get("paths")?.as_object()?;
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        paths
            .iter()
            .filter_map(|(template, methods)| {
                let described = methods.get(method.to_ascii_lowercase())?;
                let literal = matches(template, &parts)?;
                Some((literal, template, described))
            })
            .max_by_key(|(literal, _, _)| *literal)
            .map(|(_, template, described)| Operation {
                template: template.clone(),
                description: described.clone(),
            })
    }

    fn unknown_parameters(&self, operation: &Operation, exchange: &Exchange) -> Vec<String> {
        let Some(query) = &exchange.query else {
            return Vec::new();
        };
        let described: Vec<Value> = operation
            .description
            .get("parameters")
            .and_then(Value::as_array)
            .map(|list| list.iter().map(|one| self.resolved(one)).collect())
            .unwrap_or_default();
        let known = |name: &str| {
            described
                .iter()
                .any(|one| one.get("name").and_then(Value::as_str) == Some(name))
        };
        url::form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| !known(name))
            .map(|(name, _)| format!("unknown query parameter `{name}`"))
            .collect()
    }

    /// Members of a request that the description does not know: GitHub ignores them silently.
    fn unknown_members(&self, schema: &Value, sent: &Value) -> Vec<String> {
        let schema = self.resolved(schema);
        let (Some(known), Some(sent)) = (
            schema.get("properties").and_then(Value::as_object),
            sent.as_object(),
        ) else {
            return Vec::new();
        };
        sent.keys()
            .filter(|name| !known.contains_key(*name))
            .map(|name| format!("unknown member `{name}`"))
            .collect()
    }

    fn against(&mut self, name: &str, schema: &Value, instance: &Value, what: &str) -> Vec<String> {
        if !self.validators.contains_key(name) {
            let standalone = self.standalone(schema, 0);
            let validator = jsonschema::options().build(&standalone);
            self.validators.insert(
                name.to_owned(),
                validator.unwrap_or_else(|error| panic!("{name}: {error}")),
            );
        }
        self.validators[name]
            .iter_errors(instance)
            .flat_map(|error| causes(&error))
            .map(|text| format!("{what} at {text}"))
            .collect()
    }

    fn resolved(&self, value: &Value) -> Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = self.document.pointer(reference.trim_start_matches('#')).unwrap();
                self.resolved(target)
            }
            None => value.clone(),
        }
    }

    /// A schema with its references resolved and OpenAPI's `nullable` said in JSON Schema's words.
    fn standalone(&self, schema: &Value, depth: usize) -> Value {
        if depth > 40 {
            return json!({});
        }
        let schema = self.resolved(schema);
        let Value::Object(members) = schema else {
            return schema;
        };
        let mut plain = Map::new();
        let mut nullable = false;
        for (name, value) in members {
            match name.as_str() {
                "nullable" => nullable = value == json!(true),
                "example" | "examples" | "description" | "title" | "default" | "deprecated" | "format" => {}
                "properties" => {
                    let inner = value.as_object().cloned().unwrap_or_default();
                    let inner = inner
                        .into_iter()
                        .map(|(key, one)| (key, self.standalone(&one, depth + 1)));
                    plain.insert(name, Value::Object(inner.collect()));
                }
                "items" | "additionalProperties" | "not" if value.is_object() => {
                    plain.insert(name, self.standalone(&value, depth + 1));
                }
                // Its alternatives overlap, so that exactly one would be too much to ask.
                "allOf" | "anyOf" | "oneOf" => {
                    let list = value.as_array().cloned().unwrap_or_default();
                    let list = list.iter().map(|one| self.standalone(one, depth + 1)).collect();
                    let name = match name.as_str() {
                        "oneOf" => "anyOf".to_owned(),
                        "allOf" if user_and_enterprise(&value) => "anyOf".to_owned(),
                        _ => name,
                    };
                    plain.insert(name, Value::Array(list));
                }
                _ => {
                    plain.insert(name, value);
                }
            }
        }
        let plain = Value::Object(plain);
        if nullable {
            json!({ "anyOf": [plain, { "type": "null" }] })
        } else {
            plain
        }
    }
}

/// What is wrong, down to the alternative that fits best.
pub(crate) fn causes(error: &ValidationError<'_>) -> Vec<String> {
    match error.kind() {
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => context
            .iter()
            .min_by_key(|branch| (branch.iter().all(|one| wrong_type(one, error)), branch.len()))
            .map(|branch| branch.iter().flat_map(causes).collect())
            .unwrap_or_default(),
        _ => {
            let text = format!("`{}`: {error}", error.instance_path());
            vec![text.chars().take(300).collect()]
        }
    }
}

/// An installation's account is described as a user and an enterprise at once; it is one of them.
fn user_and_enterprise(list: &Value) -> bool {
    let titles = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("title"));
    titles.eq([&json!("Simple User"), &json!("Enterprise")])
}

/// Whether an alternative is for another type altogether, such as null.
fn wrong_type(one: &ValidationError<'_>, whole: &ValidationError<'_>) -> bool {
    matches!(one.kind(), ValidationErrorKind::Type { .. }) && one.instance_path() == whole.instance_path()
}

fn route(exchange: &Exchange) -> String {
    exchange.route.clone().unwrap_or_else(|| exchange.path.clone())
}

/// How many literal segments of a template a path fills; none where it does not fit. A parameter
/// at the end may take several segments, as paths and references do.
fn matches(template: &str, parts: &[&str]) -> Option<usize> {
    let wanted: Vec<&str> = template.trim_matches('/').split('/').collect();
    let greedy = ["{path}", "{ref}", "{basehead}"].contains(wanted.last()?);
    if parts.len() < wanted.len() || (parts.len() > wanted.len() && !greedy) {
        return None;
    }
    let mut literal = 0;
    for (wanted, part) in wanted.iter().zip(parts) {
        if !wanted.starts_with('{') {
            if wanted != part {
                return None;
            }
            literal += 1;
        }
    }
    Some(literal)
}
