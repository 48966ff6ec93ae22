//! Running text of one block: what a reader of the page sees, with the way back to the source.

use std::ops::Range;

use crate::spec::title::ornament;

/// The text of one paragraph, heading or cell without emphasis, code marks, link targets and
/// escapes. Line breaks stay as `\n`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inline<'i> {
    /// What is seen.
    pub(super) text: &'i str,
    /// Bold parts of `text`.
    pub(super) strong: &'i [Range<usize>],
    /// Code parts of `text`.
    pub(super) code: &'i [Range<usize>],
    /// Pieces that were taken over, ascending: where in `text`, where in the source.
    pieces: &'i [Piece],
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

/// The running text of a whole document: every [`Inline`] is a part of it, so that a block costs no
/// buffers of its own. One inline is open at a time.
#[derive(Debug, Default)]
pub(super) struct Ink {
    text: String,
    strong: Vec<Range<usize>>,
    code: Vec<Range<usize>>,
    pieces: Vec<Piece>,
    open: Mark,
}

/// How far each buffer of [`Ink`] reaches.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    text: usize,
    strong: usize,
    code: usize,
    pieces: usize,
}

/// Which part of [`Ink`] is one inline's.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Span {
    from: Mark,
    to: Mark,
}

impl Ink {
    /// Room for the text of a document.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            strong: Vec::with_capacity(bytes / 128),
            code: Vec::with_capacity(bytes / 256),
            pieces: Vec::with_capacity(bytes / 32),
            open: Mark::default(),
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            strong: self.strong.len(),
            code: self.code.len(),
            pieces: self.pieces.len(),
        }
    }

    /// Takes over a piece of the source.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let same = text.len() == source.len();
        let at = self.length();
        self.text.push_str(text);
        if same
            && let Some(last) = self.pieces[self.open.pieces..].last_mut()
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

    /// Length of the open inline's text.
    pub(super) fn length(&self) -> usize {
        self.text.len() - self.open.text
    }

    /// What was pushed since the open inline had a length is bold.
    pub(super) fn strong_since(&mut self, start: usize) {
        let end = self.length();
        self.strong.push(start..end);
    }

    /// What was pushed since the open inline had a length is code.
    pub(super) fn code_since(&mut self, start: usize) {
        let end = self.length();
        self.code.push(start..end);
    }

    /// True if nothing is to be seen in the open inline.
    pub(super) fn is_blank(&self) -> bool {
        self.text[self.open.text..].trim().is_empty()
    }

    /// Ends the open inline; the next begins empty.
    pub(super) fn take(&mut self) -> Span {
        let to = self.mark();
        let from = std::mem::replace(&mut self.open, to);
        Span { from, to }
    }

    /// An inline that has ended.
    pub(super) fn read(&self, span: Span) -> Inline<'_> {
        let Span { from, to } = span;
        Inline {
            text: &self.text[from.text..to.text],
            strong: &self.strong[from.strong..to.strong],
            code: &self.code[from.code..to.code],
            pieces: &self.pieces[from.pieces..to.pieces],
        }
    }
}

impl<'i> Inline<'i> {
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
    pub(super) fn strong_at(&self, start: usize) -> Option<&'i Range<usize>> {
        leading(self.strong, self.text, start)
    }

    /// The code part that leads a line or statement which begins at an offset.
    pub(super) fn code_at(&self, start: usize) -> Option<&'i Range<usize>> {
        leading(self.code, self.text, start)
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
