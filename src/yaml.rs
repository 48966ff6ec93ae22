//! The one door to YAML. No other file names a YAML crate.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a YAML text could not be read, with its place.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong, lower case, without the place.
    pub message: String,
    /// 1-based line in the text, where known.
    pub line: Option<usize>,
    /// 1-based column, where known.
    pub column: Option<usize>,
}

/// Reads one YAML document into a type.
///
/// # Errors
/// If the text is no YAML, repeats a key, or does not fit the type.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    serde_yaml::from_str(text).map_err(|e| YamlError {
        line: e.location().map(|l| l.line()),
        column: e.location().map(|l| l.column()),
        message: e.to_string(),
    })
}

/// Writes a value as YAML.
///
/// # Errors
/// If the value has a shape that YAML cannot carry.
pub fn to_string<T: Serialize>(value: &T) -> Result<String, YamlError> {
    serde_yaml::to_string(value).map_err(|e| YamlError {
        message: e.to_string(),
        line: None,
        column: None,
    })
}
