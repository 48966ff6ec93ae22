//! Running text of one block: what a reader of the page sees, with the way back to the source.

use std::borrow::Cow;
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
    /// True if it has more than one line.
    wrapped: bool,
    /// Pieces that were taken over, ascending: where in `text`, where in the source.
    pieces: &'i [Piece],
}

/// Small on purpose, as there are many: no file that is read is near 4 GB.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: u32,
    source: u32,
    /// Bytes in the source; those of the text run to the next piece.
    length: u32,
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
    /// Where each inline ends and the next begins.
    ends: Vec<Mark>,
    open: Mark,
    breaks: u32,
}

/// How far each buffer of [`Ink`] reaches.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    text: u32,
    strong: u32,
    code: u32,
    pieces: u32,
    breaks: u32,
}

/// Which inline of [`Ink`] it is; the first by default, which is empty.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Span(u32);

/// An offset or number in half the room; nothing that is read is beyond it.
pub(super) fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Ink {
    /// Forgets all it holds, and makes room for the text of a document.
    pub(super) fn clear(&mut self, bytes: usize) {
        self.text.clear();
        self.text.reserve(bytes);
        self.strong.clear();
        self.strong.reserve(bytes / 64);
        self.code.clear();
        self.code.reserve(bytes / 256);
        self.pieces.clear();
        self.pieces.reserve(bytes / 36);
        self.ends.clear();
        self.ends.reserve(bytes / 64);
        self.open = Mark::default();
        self.breaks = 0;
    }

    /// Takes over a line break.
    pub(super) fn end_line(&mut self, at: usize) {
        self.push("\n", at..at + 1);
        self.breaks += 1;
    }

    /// Takes over a piece of the source that may have more than one line.
    pub(super) fn push_lines(&mut self, text: &str, source: Range<usize>) {
        self.push(text, source);
        self.breaks += u32::from(text.contains('\n'));
    }

    /// Takes over a piece of the source, of one line.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let same = text.len() == source.len();
        let at = self.length();
        self.text.push_str(text);
        if same
            && let Some(last) = self.pieces[self.open.pieces as usize..].last_mut()
            && last.same
            && last.source + last.length == short(source.start)
            && last.at + last.length == short(at)
        {
            last.length += short(text.len());
            return;
        }
        self.pieces.push(Piece {
            at: short(at),
            source: short(source.start),
            length: short(source.len()),
            same,
        });
    }

    /// Length of the open inline's text.
    pub(super) fn length(&self) -> usize {
        self.text.len() - self.open.text as usize
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
        self.text[self.open.text as usize..].trim().is_empty()
    }

    /// Ends the open inline; the next begins empty.
    pub(super) fn take(&mut self) -> Span {
        debug_assert_eq!(
            self.text[self.open.text as usize..].contains('\n'),
            self.breaks > self.open.breaks
        );
        if self.ends.is_empty() {
            self.ends.push(Mark::default());
        }
        self.open = Mark {
            text: short(self.text.len()),
            strong: short(self.strong.len()),
            code: short(self.code.len()),
            pieces: short(self.pieces.len()),
            breaks: self.breaks,
        };
        self.ends.push(self.open);
        Span(short(self.ends.len() - 1))
    }

    /// An inline that has ended.
    pub(super) fn read(&self, span: Span) -> Inline<'_> {
        let index = span.0 as usize;
        let end = |index: usize| self.ends.get(index).copied().unwrap_or_default();
        let (from, to) = (end(index.saturating_sub(1)), end(index));
        Inline {
            text: &self.text[from.text as usize..to.text as usize],
            strong: &self.strong[from.strong as usize..to.strong as usize],
            code: &self.code[from.code as usize..to.code as usize],
            wrapped: to.breaks > from.breaks,
            pieces: &self.pieces[from.pieces as usize..to.pieces as usize],
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
        let before = self.pieces.partition_point(|piece| piece.at as usize <= at);
        let Some(piece) = before.checked_sub(1).map(|index| self.pieces[index]) else {
            return self.pieces.first().map_or(0, |piece| piece.source as usize);
        };
        let (source, length) = (piece.source as usize, piece.length as usize);
        if piece.same {
            source + (at - piece.at as usize).min(length) + usize::from(end)
        } else if end {
            source + length
        } else {
            source
        }
    }

    /// True if nothing is to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Where the first line ends, if another follows.
    pub(super) fn line_break(&self) -> Option<usize> {
        self.wrapped
            .then(|| memchr::memchr(b'\n', self.text.as_bytes()))
            .flatten()
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
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    if is_joined(text) {
        return Cow::Borrowed(text);
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
    Cow::Owned(out)
}

/// True for text that needs no joining; may say no to some ASCII that needs none either.
///
/// Looks at eight bytes at a time, with a bit each in the place of its highest. What borrows from a
/// neighbour can only take a byte for white space that is none.
fn is_joined(text: &str) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    const BLANKS: u64 = ONES * b' ' as u64;
    let bytes = text.as_bytes();
    let ([first, ..], [.., last]) = (bytes, bytes) else {
        return false;
    };
    if *first == b' ' || *last == b' ' {
        return false;
    }
    let Some(end) = bytes.last_chunk::<8>() else {
        return is_joined_slowly(text);
    };
    let (mut wide, mut found) = (0, 0);
    // Whether the byte before the eight is a blank, in the lowest byte's place.
    let mut look = |eight: &[u8; 8], before: u64| {
        let eight = u64::from_le_bytes(*eight);
        let blanks = (eight ^ BLANKS).wrapping_sub(ONES) & HIGH;
        wide |= eight & HIGH;
        found |= eight.wrapping_sub(BLANKS) & HIGH | blanks & (blanks << 8 | before);
        blanks >> 56
    };
    let mut before = 0;
    for eight in bytes.as_chunks().0 {
        before = look(eight, before);
    }
    // What is left over, with some that have been looked at before it.
    look(end, 0);
    if wide == 0 {
        found == 0
    } else {
        is_joined_slowly(text)
    }
}

fn is_joined_slowly(text: &str) -> bool {
    let mut blank = false;
    text.chars().all(|c| {
        let doubled = std::mem::replace(&mut blank, c.is_whitespace()) && blank;
        !doubled && (!blank || c == ' ')
    })
}

/// The part of a range that is left when white space at both ends is cut off.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    // Most parts begin and end with something to be seen.
    if let ([first, ..], [.., last]) = (part.as_bytes(), part.as_bytes())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return range;
    }
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plainly_joined(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn joining_leaves_single_blanks_between_words(pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "Word", "longer words here", " ", " ", "  ", "\n", "\t", "!", "!!", " !", "~", "\u{a0}", "é",
            "\u{2003}", "字", "\u{7f}", "\u{1}",
        ]), 0..24)) {
            let text = pieces.concat();
            prop_assert_eq!(&*joined(&text), &plainly_joined(&text));
        }
    }

    #[test]
    fn what_most_people_write_is_not_copied() {
        for text in [
            "Plan the work of the team",
            "A!",
            "Ask first – then act",
            "one two three four! five, six",
        ] {
            assert!(matches!(joined(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
