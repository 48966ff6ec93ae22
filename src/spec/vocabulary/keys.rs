//! Keys and labels, and the single values that they name.

use std::borrow::Cow;

use crate::spec::vocabulary::tables::tables;

/// Which single value a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spec) enum Field {
    /// The document's version.
    Version,
    /// A date of the document.
    Date,
    /// Its owner.
    Owner,
    /// Its status.
    Status,
    /// The role's id.
    RoleId,
    /// The role's code.
    RoleCode,
    /// Its title.
    Title,
    /// A name, which is the role's id where nothing else is.
    Name,
    /// Other metadata.
    Plain,
}

/// Which single value a label or key names.
pub(in crate::spec) fn field(label: &str) -> Option<Field> {
    field_folded(folded_key(label).trim_end_matches('.'))
}

/// Which single value a folded key names.
pub(in crate::spec) fn field_folded(key: &str) -> Option<Field> {
    tables().fields.get(key).copied()
}

/// True if a label of a date tells when the document was made, not when it was last changed.
pub(in crate::spec) fn tells_birth(label: &str) -> bool {
    let key = folded_key(label);
    key.contains("creat") || key.starts_with("first")
}

/// True if a plain string under this folded key is a list with commas.
pub(in crate::spec) fn is_comma_list(key: &str) -> bool {
    tables().commas.contains(key)
}

/// A key in snake case: `allowedTools`, `allowed-tools` and `Allowed Tools` are one.
pub(in crate::spec) fn folded_key(key: &str) -> Cow<'_, str> {
    if is_folded_key(key) {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len() + 4);
    let mut lower = false;
    for c in key.trim().chars() {
        // Most are told without a look into the tables of Unicode.
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
            lower = true;
        } else if c.is_ascii_uppercase() {
            if lower {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            lower = false;
        } else if c == '-' || c == '_' || c == ' ' || c == '\u{a0}' || c == '/' {
            if !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            lower = false;
        } else if c.is_alphanumeric() || c == '.' {
            if c.is_uppercase() && lower {
                out.push('_');
            }
            lower = c.is_lowercase();
            out.extend(c.to_lowercase());
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    Cow::Owned(out)
}

/// True for a key that is its own folded form; says no to some beyond ASCII that are.
fn is_folded_key(key: &str) -> bool {
    let mut before = b'_';
    let sound = key.bytes().all(|byte| {
        let doubled = before == b'_' && byte == b'_';
        before = byte;
        !doubled && matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.')
    });
    sound && before != b'_'
}
