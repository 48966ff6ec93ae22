//! Leads: explicit ids, bold names, and `**Key:** value` lines.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use crate::spec::inline::Inline;
use crate::spec::inline::trimmed;
use crate::spec::title::ornament;

/// The range of an explicit id at the start of a text: `REQ-001`, `R-12`, `[REQ-3]`, `FR1.2:`.
/// `COVID-19` in a sentence is one as well; a plain word with a number (`Phase-2`) is none.
pub(super) fn explicit_id(text: &str) -> Option<Range<usize>> {
    id(text, false)
}

/// The same for a text that may be its id and nothing else: a lead, a cell.
pub(super) fn whole_id(text: &str) -> Option<Range<usize>> {
    id(text, true)
}

fn id(text: &str, whole: bool) -> Option<Range<usize>> {
    let start = usize::from(text.starts_with(['[', '(']));
    let body = &text[start..];
    let letters = body
        .bytes()
        .take_while(|b| b.is_ascii_uppercase() || *b == b'_')
        .count();
    let word = body.as_bytes().get(letters);
    if letters == 0 || letters > 12 || word.is_none_or(|next| matches!(next, b' ' | b'a'..=b'z')) {
        return None;
    }
    let mut at = letters;
    loop {
        let rest = &body.as_bytes()[at..];
        match rest.first() {
            Some(b'-' | b'.' | b'_')
                if rest
                    .get(1)
                    .is_some_and(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) =>
            {
                at += 1;
            }
            Some(b) if b.is_ascii_digit() => at += 1,
            Some(b) if b.is_ascii_uppercase() && at > letters => at += 1,
            _ => break,
        }
    }
    let id = &body[..at];
    if !id.contains(|c: char| c.is_ascii_digit()) || at > 40 {
        return None;
    }
    let after = &body[at..];
    let separated = id.contains('-') || id.contains('.') || id.contains('_');
    let closed = if start == 1 {
        after.starts_with([']', ')'])
    } else {
        match after.chars().next() {
            Some(':') => true,
            Some('.') => separated && (after[1..].starts_with(' ') || whole && after.len() == 1),
            Some(c) => separated && c.is_whitespace(),
            None => separated && whole,
        }
    };
    closed.then_some(start..start + at)
}

/// The lead that names a statement: an explicit id, or the bold or code text at its start.
pub(super) fn key<'i>(inline: Inline<'i>, range: &Range<usize>) -> Option<Cow<'i, str>> {
    let text = inline.text;
    let start = range.start + ornament(&text[range.clone()]);
    if let Some(id) = explicit_id(&text[start..range.end]) {
        return Some(Cow::Borrowed(&text[start + id.start..start + id.end]));
    }
    let part = inline.strong_at(start).or_else(|| inline.code_at(start))?;
    let end = part.end.min(range.end);
    let lead = &text[start..end];
    if let Some(id) = whole_id(lead.trim_end_matches([':', '.', ' '])) {
        return Some(Cow::Borrowed(&lead[id]));
    }
    let lead = lead.trim_end_matches([':', '：', '.', ' ', '-', '–', '—']).trim();
    let whole = end >= range.end;
    // A statement that is bold as a whole has no lead.
    (!lead.is_empty() && !whole && lead.len() <= 120).then(|| super::inline::joined(lead))
}

/// One `**Key:** value` of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The label without emphasis, emoji and colon, as a range of the text.
    pub(super) label: Range<usize>,
    /// The value, separators cut off; may be empty.
    pub(super) value: Range<usize>,
}

/// Most lines hold one, if any.
pub(super) type Pairs = SmallVec<[Pair; 1]>;

/// The pairs of a line that consists of bold labels with colons and their values.
pub(super) fn bold_pairs(inline: Inline<'_>, line: &Range<usize>) -> Pairs {
    let text = inline.text;
    let first = inline.strong_at(line.start).map(|part| part.start);
    let mut labels: SmallVec<[(Range<usize>, usize); 2]> = SmallVec::new();
    let from = inline.strong.partition_point(|part| part.start < line.start);
    for part in &inline.strong[from..] {
        if part.end > line.end {
            break;
        }
        let inside = text[part.clone()].trim_end();
        let after = &text[part.end..line.end];
        let value = if inside.ends_with([':', '：']) {
            part.end
        } else if let Some(rest) = after
            .trim_start_matches([' ', '\u{a0}'])
            .strip_prefix([':', '：'])
        {
            line.end - rest.len()
        } else {
            continue;
        };
        // Between two pairs only separators may stand; the first begins the line.
        if labels.is_empty() && first != Some(part.start) {
            return Pairs::new();
        }
        labels.push((part.clone(), value));
    }
    let mut pairs = Pairs::new();
    for (index, (part, value)) in labels.iter().enumerate() {
        let end = labels.get(index + 1).map_or(line.end, |(next, _)| next.start);
        let start = part.start + ornament(&text[part.clone()]);
        let label = trimmed(text, start..part.end);
        let label = label.start..label.start + text[label].trim_end_matches([':', '：', ' ']).len();
        let value = trimmed(text, (*value).min(end)..end);
        let last = index + 1 == labels.len();
        let value = if last {
            value
        } else {
            let kept = text[value.clone()].trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '|' | '·' | '•' | ';' | ',' | '–' | '—' | '/')
            });
            value.start..value.start + kept.len()
        };
        pairs.push(Pair { label, value });
    }
    pairs
}

/// The bold text that a line consists of, if it serves as a heading: `**Approval Required For**:`.
pub(super) fn bold_heading(inline: Inline<'_>, line: &Range<usize>, alone: bool) -> Option<Range<usize>> {
    let text = inline.text;
    let part = inline.strong_at(line.start)?;
    if part.start < line.start || part.end > line.end {
        return None;
    }
    let rest = text[part.end..line.end].trim();
    let inside = text[part.clone()].trim();
    let colon = inside.ends_with([':', '：']) || rest == ":" || rest == "：";
    let only = rest.is_empty() || rest == ":" || rest == "：";
    let sentence = inside.ends_with(['.', '!', '?', ',', ';']);
    let short = inside.chars().count() <= 100;
    (only && short && !inside.is_empty() && (colon || (alone && !sentence))).then(|| part.clone())
}

/// True for a line that a piece of code names: `` `tickets.read`: the ticket and its history ``.
pub(super) fn code_name(inline: Inline<'_>, line: &Range<usize>) -> bool {
    inline
        .code_at(line.start)
        .filter(|part| part.start == line.start && part.end < line.end)
        .is_some_and(|part| {
            let rest = inline.text[part.end..line.end].trim_start();
            rest.starts_with([':', '–', '—']) || rest.starts_with("- ")
        })
}

/// A plain `Label: value` at the start of a line, the label short and without sentence marks.
pub(super) fn plain_pair(text: &str, line: &Range<usize>) -> Option<Pair> {
    let start = line.start + ornament(&text[line.clone()]);
    let part = &text[start..line.end];
    let colon = part.find([':', '：'])?;
    let label = part[..colon].trim_end();
    let after = colon + part[colon..].chars().next().map_or(1, char::len_utf8);
    let wide = part[colon..].starts_with('：');
    let spaced = part[after..].is_empty() || part[after..].starts_with(char::is_whitespace) || wide;
    let short = !label.is_empty() && label.len() <= 40 && label.split(' ').count() <= 4;
    (spaced && short && !label.contains(['.', ',', '|'])).then(|| Pair {
        label: start..start + label.len(),
        value: trimmed(text, start + after..line.end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words() {
        for (text, id) in [
            ("REQ-001 The operator", Some("REQ-001")),
            ("[REQ-3] The operator", Some("REQ-3")),
            ("R-12: x", Some("R-12")),
            ("FR1.2: x", Some("FR1.2")),
            ("SEC-A1 x", Some("SEC-A1")),
            ("CI/CD pipelines", None),
            ("AWS Fargate", None),
            ("A 24 hour rota", None),
            ("ISO 27001", None),
            ("K8S clusters", None),
            ("REQ- x", None),
            ("", None),
        ] {
            assert_eq!(explicit_id(text).map(|range| &text[range]), id, "{text}");
        }
    }
}
