//! What is wrong with a policy, in words for the person who wrote it.

use std::fmt;

use crate::approvals::near;
use crate::diff::ChangeKind;
use crate::rules;
use crate::yaml::YamlError;

/// A mistake in a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// 1-based line, where known.
    pub line: Option<usize>,
    /// 1-based column, where known.
    pub column: Option<usize>,
    /// What to write instead; may be empty.
    pub help: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, " ({})", self.help)?;
        }
        Ok(())
    }
}

impl ConfigError {
    /// The reader's message in the words of a policy.
    pub(super) fn explain(error: &YamlError) -> Self {
        let (message, help) = reword(&error.message);
        Self {
            message,
            line: error.line,
            column: error.column,
            help,
        }
    }
}

fn reword(message: &str) -> (String, String) {
    let first = message.lines().next().unwrap_or_default();
    if let Some((word, known)) = named(first, "unknown field `") {
        return (format!("unknown key `{word}`"), hint(word, &known));
    }
    if let Some((word, known)) = named(first, "unknown variant `") {
        let kinds: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
        if known.first() == kinds.first() {
            return (format!("unknown kind of change `{word}`"), hint(word, &kinds));
        }
        return (format!("unknown value `{word}`"), hint(word, &known));
    }
    if let Some((word, _)) = named(first, "unknown rule `") {
        let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
        return (format!("unknown rule `{word}`"), hint(word, &ids));
    }
    if let Some((word, _)) = named(first, "missing field `") {
        return (format!("missing key `{word}`"), String::new());
    }
    if let Some(rest) = first.strip_prefix("duplicate mapping key: ") {
        let word = rest.split([',', ' ']).next().unwrap_or(rest);
        return (format!("`{word}` stands twice"), "keep one of them".to_owned());
    }
    (first.trim_end_matches('.').to_owned(), String::new())
}

/// The word in back quotes after `opening`, and what was expected in its place.
fn named<'a>(message: &'a str, opening: &str) -> Option<(&'a str, Vec<&'a str>)> {
    let from = message.find(opening)? + opening.len();
    let rest = &message[from..];
    let (word, rest) = rest.split_once('`')?;
    let known = rest
        .split_once("expected ")
        .map(|(_, known)| known.strip_prefix("one of ").unwrap_or(known))
        .map(|known| {
            known
                .split([',', ' '])
                .map(|word| word.trim_matches(['`', '.']))
                .filter(|word| !word.is_empty() && *word != "or")
                .collect()
        })
        .unwrap_or_default();
    Some((word, known))
}

/// `did you mean …?`, or all there is where that is little.
fn hint(word: &str, known: &[&str]) -> String {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    let nearest = known
        .iter()
        .filter_map(|name| near::distance(word, name, limit).map(|far| (far, *name)))
        .min();
    match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None if known.is_empty() => String::new(),
        None if known.len() <= 12 => format!("expected {}", known.join(", ")),
        None => "`specwarden explain` lists them".to_owned(),
    }
}

/// The first 1-based line that says `key: value`.
pub(super) fn line_naming(text: &str, key: &str, value: &str) -> Option<usize> {
    let bare = |text: &str| text.trim().trim_matches(['"', '\'', ',', '}', ' ']).to_owned();
    text.lines()
        .position(|line| {
            line.match_indices(key).any(|(at, _)| {
                line[at + key.len()..]
                    .trim_start()
                    .strip_prefix(':')
                    .is_some_and(|rest| {
                        let rest = rest.trim_start();
                        bare(rest) == value
                            || rest.trim_start_matches(['"', '\'']).starts_with(value)
                                && !rest.trim_start_matches(['"', '\''])[value.len()..]
                                    .starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
                    })
            })
        })
        .map(|at| at + 1)
}
