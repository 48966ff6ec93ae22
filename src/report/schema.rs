//! The published JSON Schema of the report, made from the types.

use crate::report::Report;

/// The schema as indented JSON with a line break at the end; the file
/// `schema/specwarden.report.v1.json` holds the same.
pub fn text() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has string keys only");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json;
    use crate::report::sample;

    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/specwarden.report.v1.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, text()).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            published,
            text(),
            "run the test with UPDATE_SCHEMA=1 and look at the difference"
        );
    }

    #[test]
    fn a_report_is_valid_and_a_broken_one_is_not() {
        let schema: serde_json::Value = serde_json::from_str(&text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let (report, _) = sample::loosened();
        let mut value: serde_json::Value = serde_json::from_str(&json::render(&report)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        value["specs"][0]["changes"][0]["bump"] = "huge".into();
        assert!(!validator.is_valid(&value));
    }
}
