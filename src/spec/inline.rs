//! Running text of one block: what a reader of the page sees, with the way back to the source.

use std::ops::Range;

use crate::spec::title::ornament;

/// The text of one paragraph, heading or cell without emphasis, code marks, link targets and
/// escapes. Line breaks stay as `\n`.
#[derive(Debug, Default, Clone)]
pub(super) struct Inline {
    /// What is seen.
    pub(super) text: String,
    /// Bold parts of `text`.
    pub(super) strong: Vec<Range<usize>>,
    /// Code parts of `text`.
    pub(super) code: Vec<Range<usize>>,
    /// Pieces that were taken over, ascending: where in `text`, where in the source.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    source: usize,
    /// Bytes in the source; those of the text run to the next piece.
    length: usize,
    /// True where text and source are the same bytes.
    same: bool,
}

impl Inline {
    /// Takes over a piece of the source.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let same = text.len() == source.len();
        let at = self.text.len();
        self.text.push_str(text);
        if same
            && let Some(last) = self.pieces.last_mut()
            && last.same
            && last.source + last.length == source.start
            && last.at + last.length == at
        {
            last.length += text.len();
            return;
        }
        self.pieces.push(Piece {
            at,
            source: source.start,
            length: source.len(),
            same,
        });
    }

    /// The part of the source that a part of the text came from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source_at(range.start, false);
        let end = if range.end > range.start {
            self.source_at(range.end - 1, true)
        } else {
            start
        };
        start..end.max(start)
    }

    fn source_at(&self, at: usize, end: bool) -> usize {
        let before = self.pieces.partition_point(|piece| piece.at <= at);
        let Some(piece) = before.checked_sub(1).map(|index| self.pieces[index]) else {
            return self.pieces.first().map_or(0, |piece| piece.source);
        };
        if piece.same {
            piece.source + (at - piece.at).min(piece.length) + usize::from(end)
        } else if end {
            piece.source + piece.length
        } else {
            piece.source
        }
    }

    /// True if nothing is to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The bold part that leads a line or statement which begins at an offset. An emoji may stand
    /// before it or be its first character.
    pub(super) fn strong_at(&self, start: usize) -> Option<&Range<usize>> {
        leading(&self.strong, &self.text, start)
    }

    /// The code part that leads a line or statement which begins at an offset.
    pub(super) fn code_at(&self, start: usize) -> Option<&Range<usize>> {
        leading(&self.code, &self.text, start)
    }
}

fn leading<'p>(parts: &'p [Range<usize>], text: &str, start: usize) -> Option<&'p Range<usize>> {
    let part = parts.get(parts.partition_point(|part| part.end <= start))?;
    if part.start <= start {
        return Some(part);
    }
    let dressed = start + ornament(&text[start..part.start]);
    (dressed == part.start).then_some(part)
}

/// Joins wrapped lines and runs of white space, and trims.
pub(super) fn joined(text: &str) -> String {
    if is_joined(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// True for text that needs no joining; may say no to text beyond ASCII that needs none either.
fn is_joined(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return false;
    }
    // Without early exits, so that many bytes are looked at in one step.
    let wide = |byte: u8| (byte == 0xc2) | (byte.wrapping_sub(0xe1) <= 2) | (byte < b' ');
    let spread = bytes.iter().fold(false, |found, byte| found | wide(*byte));
    let runs = bytes.iter().zip(&bytes[1..]);
    let doubled = runs.fold(false, |found, (one, next)| {
        found | ((*one == b' ') & (*next == b' '))
    });
    !(spread || doubled || bytes[0] == b' ' || bytes[bytes.len() - 1] == b' ')
}

/// The part of a range that is left when white space at both ends is cut off.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}
