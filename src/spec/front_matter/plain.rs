//! Front matter that is YAML beyond doubt: plain maps and lists of plain values.
//!
//! Says yes only to what every YAML parser takes; the rest is left to one. This spares nearly every
//! file a second reading.

use memchr::memchr_iter;

/// Deeper nesting is left to the parser.
const MAX_DEPTH: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map,
    List,
}

struct Open {
    column: usize,
    kind: Kind,
    /// Its last key or dash waits for a value.
    waits: bool,
}

/// True for text that is YAML beyond doubt.
pub(super) fn is_plain_yaml(text: &str) -> bool {
    let mut check = Check::default();
    let mut start = 0;
    let ends = memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    for end in ends {
        let line = &text[start..end];
        if !check.line(line.strip_suffix('\r').unwrap_or(line)) {
            return false;
        }
        start = end + 1;
    }
    check.begun
}

#[derive(Default)]
struct Check {
    open: Vec<Open>,
    begun: bool,
    /// The column of the key or dash above a block scalar, and that of its first line.
    block: Option<(usize, Option<usize>)>,
}

impl Check {
    fn line(&mut self, line: &str) -> bool {
        // Without an early exit, so that many bytes are looked at in one step.
        let strange = line
            .bytes()
            .fold(false, |found, byte| found | !matches!(byte, b' '..=b'~'));
        if strange && !line.chars().all(is_printable) {
            return false;
        }
        let content = line.trim_start_matches(' ');
        let column = line.len() - content.len();
        if content.is_empty() {
            // A blank line may be longer than a block's indentation.
            return self.block.is_none() || line.is_empty();
        }
        if let Some((above, first)) = &mut self.block {
            if column > *above {
                return column >= *first.get_or_insert(column);
            }
            self.block = None;
        }
        content.starts_with('#') || self.content(content.trim_end_matches(' '), column)
    }

    fn content(&mut self, mut rest: &str, mut column: usize) -> bool {
        let mut first = true;
        while rest == "-" || rest.starts_with("- ") {
            if !self.enter(column, Kind::List, first) {
                return false;
            }
            first = false;
            let next = rest[1..].trim_start_matches(' ');
            column += rest.len() - next.len();
            rest = next;
        }
        if rest.is_empty() || rest.starts_with('#') {
            return true;
        }
        if let Some(colon) = key_end(rest) {
            let value = rest[colon + 1..].trim_start_matches(' ');
            return self.enter(column, Kind::Map, first)
                && (value.is_empty() || value.starts_with('#') || self.value(value, column));
        }
        !first && self.value(rest, column)
    }

    /// Goes on with the collection at a column, or opens one where a value is waited for.
    fn enter(&mut self, column: usize, kind: Kind, first: bool) -> bool {
        if first {
            while self.open.last().is_some_and(|open| open.column > column) {
                self.open.pop();
            }
            // The entries of an unindented list end where their map goes on.
            if let [.., below, last] = &self.open[..]
                && kind == Kind::Map
                && last.kind == Kind::List
                && below.column == column
                && last.column == column
            {
                self.open.pop();
            }
            if let Some(last) = self.open.last_mut()
                && last.column == column
                && last.kind == kind
            {
                last.waits = true;
                return true;
            }
        }
        let held = match self.open.last_mut() {
            Some(last) => {
                let unindented = kind == Kind::List && last.kind == Kind::Map && last.column == column;
                std::mem::take(&mut last.waits) && (last.column < column || unindented)
            }
            None => !std::mem::replace(&mut self.begun, true),
        };
        self.open.push(Open {
            column,
            kind,
            waits: true,
        });
        held && self.open.len() <= MAX_DEPTH
    }

    fn value(&mut self, value: &str, column: usize) -> bool {
        let column = match self.open.last_mut() {
            Some(last) => {
                last.waits = false;
                last.column
            }
            None => column,
        };
        match value.as_bytes()[0] {
            b'|' | b'>' => {
                self.block = Some((column, None));
                matches!(&value[1..], "" | "-" | "+")
            }
            b'[' => match value.find(']') {
                Some(close) => is_flow(&value[1..close]) && is_tail(&value[close + 1..]),
                None => false,
            },
            b'"' | b'\'' => quoted(value).is_some_and(is_tail),
            _ => is_plain(value),
        }
    }
}

fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdff}' | '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffee}' | '\u{10000}'..='\u{10fffd}')
}

/// Where the colon of a key stands that is a plain word or more.
fn key_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let sound = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'.' | b'/');
    let colon = bytes.iter().position(|byte| !sound(byte))?;
    (colon > 0
        && colon < 200
        && bytes[0].is_ascii_alphanumeric()
        && bytes[colon] == b':'
        && matches!(bytes.get(colon + 1), None | Some(b' ')))
    .then_some(colon)
}

/// A plain value on one line, a comment after it included.
fn is_plain(value: &str) -> bool {
    let comment = memchr_iter(b'#', value.as_bytes()).find(|at| *at > 0 && value.as_bytes()[*at - 1] == b' ');
    let value = comment.map_or(value, |at| &value[..at - 1]).trim_end_matches(' ');
    let nests = |at: usize| matches!(value.as_bytes().get(at + 1), None | Some(b' '));
    let begins = value.chars().next().is_some_and(|c| {
        c.is_alphanumeric() || matches!(c, '/' | '(' | '.' | '$' | '_' | '+' | '<' | '~' | '^')
    });
    begins && !memchr_iter(b':', value.as_bytes()).any(nests)
}

/// What follows a quoted value on one line that has no escapes.
fn quoted(value: &str) -> Option<&str> {
    let quote = char::from(value.as_bytes()[0]);
    let close = value[1..].find([quote, '\\'])? + 1;
    let rest = &value[close + 1..];
    (value[close..].starts_with(quote) && !rest.starts_with(quote)).then_some(rest)
}

/// Nothing or a comment after a quoted value or a flow list.
fn is_tail(rest: &str) -> bool {
    let bare = rest.trim_start_matches(' ');
    bare.is_empty() || (bare.len() < rest.len() && bare.starts_with('#'))
}

/// The entries of a flow list, if they are plain words or quoted ones.
fn is_flow(inside: &str) -> bool {
    let sound = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '/' | '-' | '(' | ')');
    let entry = |entry: &str| {
        let entry = entry.trim_matches(' ');
        match entry.chars().next() {
            Some('"' | '\'') => quoted(entry).is_some_and(str::is_empty),
            Some(c) => c.is_alphanumeric() && entry.chars().all(sound),
            None => false,
        }
    };
    inside.trim_matches(' ').is_empty() || inside.split(',').all(entry)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;
    use crate::yaml;

    #[test]
    fn what_people_write_most_is_beyond_doubt() {
        for text in [
            "version: 1.4.0\nname: \"x\" # why\n",
            "tools: [Read, 'Write']\r\nconstraints:\r\n- a\r\n- b: c\r\n  d: e\r\nowner: x\r\n",
            "a:\n  - requires_approval_for:\n    - x\n    - y z\n  - c: d\n\nb: |\n  one: [\n   two\n\nc: 1\n",
        ] {
            assert!(is_plain_yaml(text), "{text}");
            assert!(yaml::from_str::<IgnoredAny>(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_a_parser_may_refuse_is_in_doubt() {
        for text in [
            "",
            "a: b: c\n",
            "a: b\n  c: d\n",
            "a:\n    b: c\n  d: e\n",
            "a: \"b\" c\n",
            "a: [b\n",
            "a: *b\n",
            "a: @b\n",
            "\ta: b\n",
            "- a\nb: c\n",
            "a: b\n- c\n",
            "a: b\nc\n",
            "a: - b\n",
            "a: |\n    b\n  c\n",
        ] {
            assert!(!is_plain_yaml(text), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn what_is_beyond_doubt_is_yaml(pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "b c", ": ", ":", "\n", "\n", "\n", "  ", " ", "- ", "-", "key: ", "key:\n", "k2: v\n",
            "[", "]", ", ", "\"", "'", "#", " # x", "|", ">", "|-", "é", "/", "(", ".", "$", "1", "---", "\r\n",
            "{", "}", "&", "*", "!", "%", "@", "`", "?", "~", "<", "<<", "=", "\\", "\t",
        ]), 0..24)) {
            let text = pieces.concat();
            if is_plain_yaml(&text) {
                let read = yaml::from_str::<IgnoredAny>(&text);
                prop_assert!(read.is_ok(), "{text:?}: {read:?}");
            }
        }
    }
}
