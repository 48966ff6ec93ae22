//! Statements that begin with a mark which Markdown does not know: `• text`, `2.1 Text`, `(a) text`,
//! `§ 3 Text`, and the `: text` of a definition.

use std::ops::Range;

use crate::spec::ItemForm;
use crate::spec::body::Body;
use crate::spec::body::statement;
use crate::spec::builder::NewItem;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::lead;

/// What a line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A bullet or a number.
    Entry,
    /// The colon of a definition; the line above is its term.
    Definition,
}

/// The mark that a line begins with and its length, blanks after it included.
pub(super) fn mark(line: &str) -> Option<(Mark, usize)> {
    match *line.as_bytes().first()? {
        b':' => {
            let rest = line[1..].trim_start();
            let spaced = line[1..].starts_with([' ', '\t']) && !rest.is_empty();
            spaced.then(|| (Mark::Definition, line.len() - rest.len()))
        }
        // An id names its statement and stays in it.
        b'A'..=b'Z' => opens_with_id(line).then_some((Mark::Entry, 0)),
        first if first.is_ascii() => Some((Mark::Entry, number(line)?)),
        _ => Some((Mark::Entry, bullet(line)?)),
    }
}

/// True for `REQ-7: Text`, `A.1 Text`; `COVID-19 is over` is a sentence.
fn opens_with_id(line: &str) -> bool {
    let head = line
        .as_bytes()
        .iter()
        .take(24)
        .any(|byte| matches!(byte, b'-' | b'.' | b':'));
    let Some(id) = lead::explicit_id(line).filter(|_| head) else {
        return false;
    };
    let after = line[id.end..].trim_start_matches([']', ')', ':', '.']);
    let rest = after.trim_start_matches([' ', '–', '—', '-']);
    rest.len() < after.len() && (after.len() < line.len() - id.end || rest.starts_with(char::is_uppercase))
}

/// Length of a bullet of people's own at the start of a line.
fn bullet(line: &str) -> Option<usize> {
    let c = line.chars().next()?;
    let is_bullet = matches!(
        c,
        '•' | '◦'
            | '▪'
            | '▫'
            | '‣'
            | '⁃'
            | '●'
            | '○'
            | '∙'
            | '·'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '➤'
            | '➢'
            | '►'
            | '▶'
            | '→'
            | '➔'
            | '➜'
            | '⇒'
            | '✓'
            | '✔'
            | '✗'
            | '✘'
            | '✖'
            | '☐'
            | '☑'
            | '☒'
            | '✅'
            | '❌'
            | '⛔'
            | '🚫'
    );
    if !is_bullet {
        return (c == '§').then(|| paragraph_sign(line)).flatten();
    }
    let after = line[c.len_utf8()..].trim_start_matches('\u{fe0f}');
    let rest = after.trim_start();
    (rest.len() < after.len() && !rest.is_empty()).then(|| line.len() - rest.len())
}

fn paragraph_sign(line: &str) -> Option<usize> {
    let after = line.trim_start_matches(['§', ' ', '\u{a0}']);
    let count = after
        .bytes()
        .take_while(|b| b.is_ascii_digit() || *b == b'.')
        .count();
    let rest = after[count..].trim_start_matches([':', ')']);
    let bare = rest.trim_start_matches([' ', '\u{a0}', '–', '—', '-']);
    let sound = count > 0 && rest.starts_with([' ', '\u{a0}']) && !bare.is_empty();
    sound.then(|| line.len() - bare.len())
}

/// Length of the number of a clause at the start of a statement: `2.1 `, `(a) `, `b) `, `§ 3 `.
/// `2.1 GHz`, `3.5 hours` and `(new)` are none.
pub(super) fn number(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = match *bytes.first()? {
        b'(' => {
            let close = text[1..].find(')').filter(|at| (1..=5).contains(at))? + 1;
            is_ordinal(&text[1..close]).then_some(close + 1)?
        }
        b'a'..=b'z' if bytes.get(1) == Some(&b')') => 2,
        b'0'..=b'9' => dotted(text)?,
        b'\xc2' => return paragraph_sign(text).filter(|_| text.starts_with('§')),
        _ => return None,
    };
    let after = &text[end..];
    let rest = after.trim_start();
    (rest.len() < after.len() && !rest.is_empty()).then(|| text.len() - rest.len())
}

fn is_ordinal(text: &str) -> bool {
    let lower = |b: u8| b.is_ascii_lowercase();
    text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 2
        || text.len() == 1 && text.bytes().all(lower)
        || text.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'))
}

/// Length of `2.1`, `2.1.3.` or `4)` where a sentence follows, not a unit.
fn dotted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let count = bytes
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    let number = text[..count].trim_end_matches('.');
    let parts = number.split('.').count();
    let short = number.split('.').all(|part| (1..=2).contains(&part.len()));
    if !short {
        return None;
    }
    let closed = count > number.len() || bytes.get(count) == Some(&b')');
    let end = count + usize::from(bytes.get(count) == Some(&b')'));
    if parts < 2 {
        return closed.then_some(end);
    }
    let mut word = text[end..].trim_start().chars();
    let capital = word.next().is_some_and(|c| c.is_uppercase() || !c.is_ascii());
    let goes_on = word.next().is_none_or(|c| c.is_lowercase() || c.is_whitespace());
    (closed && parts > 2 || capital && goes_on).then_some(end)
}

impl Body<'_, '_, '_> {
    /// Takes over one statement of a paragraph as an entry of its own.
    pub(super) fn clause(&mut self, at: usize, inline: Inline<'_>, range: Range<usize>) {
        let range = statement(inline, range);
        if range.is_empty() {
            return;
        }
        let text = joined(&inline.text[range.clone()]);
        let section = self.section_of(at);
        let held = self.builder.spec.sections[section].facet;
        let facet = self.introduced_facet(held, self.facet(section, &text), self.introduced, &text);
        let parent = self.parent_item(at);
        self.builder.item(NewItem {
            facet,
            key: lead::key(inline, &range).as_deref(),
            text: &text,
            section,
            form: ItemForm::ListEntry,
            parent,
            range: inline.source(&range),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_what_a_sentence_begins_with() {
        for (line, rest) in [
            ("• Sort the post", Some("Sort the post")),
            ("◦ sort", Some("sort")),
            ("– and so on", None),
            ("→ Ask first", Some("Ask first")),
            ("2.1 Letters must be sorted", Some("Letters must be sorted")),
            ("2.1. Letters", Some("Letters")),
            ("2.1.4. letters", Some("letters")),
            ("7) letters", Some("letters")),
            ("(a) letters", Some("letters")),
            ("(iv) letters", Some("letters")),
            ("(12) letters", Some("letters")),
            ("b) letters", Some("letters")),
            ("§ 3 Letters", Some("Letters")),
            ("§3.2 Letters", Some("Letters")),
            (": a bag", Some("a bag")),
            ("2.1 GHz or more", None),
            ("3.5 hours a day", None),
            ("1.5 FTE", None),
            ("2026.06 is the release", None),
            ("24 letters", None),
            ("(new) letters", None),
            ("(R) letters", None),
            ("a letter", None),
            ("-letter", None),
            ("—", None),
            (":smile: letter", None),
            ("REQ-7: Letters", Some("REQ-7: Letters")),
            ("A.1 Letters", Some("A.1 Letters")),
            ("[R-2] letters", None),
            ("COVID-19 is over", None),
            ("AWS runs it", None),
            ("§", None),
            ("§ Letters", None),
            ("", None),
        ] {
            let found = mark(line).map(|(_, length)| &line[length..]);
            assert_eq!(found, rest, "{line}");
        }
    }
}
