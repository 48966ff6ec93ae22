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

/// Reads one YAML document that people write by hand: a key that stands twice is an error, only
/// `true` and `false` are booleans (`off` and `no` are words), and errors carry their place.
///
/// # Errors
/// If the text is no YAML, repeats a key, or does not fit the type.
pub fn from_str_strict<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|e| {
        let place = e.location();
        let shown = e.to_string();
        let first = shown.lines().next().unwrap_or_default();
        YamlError {
            message: bare(first).to_owned(),
            line: place.and_then(|l| usize::try_from(l.line()).ok()),
            column: place.and_then(|l| usize::try_from(l.column()).ok()),
        }
    })
}

/// The message without the place that the reader writes before or after it.
fn bare(message: &str) -> &str {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = match message.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => message,
    };
    match message.rsplit_once(" at line ") {
        Some((rest, place)) if place.contains("column") => rest,
        _ => message,
    }
}
