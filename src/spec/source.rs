//! The bytes of a file as text that can be cut into pieces, with the way back to the disk.
//!
//! Everything else in this room works in offsets of [`Source::text`]; only the builder turns them
//! into on-disk offsets and lines.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use crate::spec::Lines;
use crate::spec::Problem;
use crate::spec::ProblemKind;

/// What the reader goes through in full; the rest of a larger file is left unread.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A file's text and its line breaks.
pub(super) struct Source<'b> {
    /// The text without a byte order mark, invalid bytes replaced.
    pub(super) text: Cow<'b, str>,
    /// Length of the byte order mark.
    mark: usize,
    /// Where the lines of `text` begin.
    starts: Vec<usize>,
    /// The line that was asked for last: the next is near it.
    near: Cell<usize>,
    /// Length of `text`.
    end: usize,
    /// `(offset in text, offset on disk)` after each replaced byte run; empty for valid UTF-8.
    shifts: Vec<(usize, usize)>,
}

impl<'b> Source<'b> {
    /// Reads any bytes; what is no text is said in `problems`.
    pub(super) fn read(bytes: &'b [u8], problems: &mut Vec<Problem>) -> Self {
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut body = &bytes[mark..];
        let oversized = body.len() > MAX_BYTES;
        if oversized {
            body = &body[..MAX_BYTES];
        }
        let mut shifts = Vec::new();
        let text = match std::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(lossy(body, mark, &mut shifts)),
        };
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let source = Self {
            end: text.len(),
            text,
            mark,
            starts,
            near: Cell::new(1),
            shifts,
        };
        // A cut through a character is no fault of the file.
        let cut = oversized && source.shifts.len() == 1 && source.shifts[0].0 == source.text.len();
        if let Some((at, _)) = source.shifts.first().filter(|_| !cut) {
            let line = source.line(at.saturating_sub(1));
            problems.push(Problem {
                kind: ProblemKind::NotText,
                line,
                message: format!("line {line} holds bytes that are no UTF-8 text"),
            });
        }
        if let Some(at) = memchr::memchr(0, source.text.as_bytes()) {
            let line = source.line(at);
            problems.push(Problem {
                kind: ProblemKind::NotText,
                line,
                message: format!("line {line} holds a NUL byte"),
            });
        }
        if oversized {
            let line = source.line(source.text.len());
            problems.push(Problem {
                kind: ProblemKind::TooLarge,
                line,
                message: format!(
                    "the file has {} bytes; only the first {MAX_BYTES} were read, up to line {line}",
                    bytes.len()
                ),
            });
        }
        source
    }

    /// The 1-based line that holds an offset.
    pub(super) fn line(&self, at: usize) -> usize {
        let near = self.near.get();
        let starts = &self.starts;
        let line = if starts[near - 1] > at {
            starts[..near].partition_point(|start| *start <= at)
        } else {
            match starts[near..].iter().take(8).position(|start| *start > at) {
                Some(further) => near + further,
                None => near + starts[near..].partition_point(|start| *start <= at),
            }
        };
        self.near.set(line);
        line
    }

    /// How many bytes of its line stand before an offset.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.starts[self.line(at) - 1]
    }

    /// Where each line stands, line break included.
    pub(super) fn every_line(&self) -> impl Iterator<Item = Range<usize>> {
        let ends = self.starts[1..].iter().chain(std::iter::once(&self.end));
        self.starts.iter().zip(ends).map(|(start, end)| *start..*end)
    }

    /// The lines that a range touches.
    pub(super) fn lines(&self, range: &Range<usize>) -> Lines {
        let first = self.line(range.start);
        let last = if range.end > range.start {
            self.line(range.end - 1)
        } else {
            first
        };
        Lines { first, last }
    }

    /// The range in the file as it is on disk.
    pub(super) fn disk(&self, range: &Range<usize>) -> Range<usize> {
        self.disk_offset(range.start)..self.disk_offset(range.end)
    }

    fn disk_offset(&self, at: usize) -> usize {
        let before = self.shifts.partition_point(|(text, _)| *text <= at);
        match before.checked_sub(1).map(|index| self.shifts[index]) {
            Some((text, disk)) => disk + (at - text),
            None => self.mark + at,
        }
    }

    /// Where the line that holds an offset begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.starts[self.line(at) - 1]
    }

    /// Where the line that holds an offset ends, line break excluded.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(self.text.len(), |n| at + n);
        if end > at && self.text.as_bytes()[end - 1] == b'\r' {
            end - 1
        } else {
            end
        }
    }

    /// Where the line after the one that holds an offset begins.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.starts.get(self.line(at)).copied().unwrap_or(self.text.len())
    }
}

fn lossy(bytes: &[u8], mark: usize, shifts: &mut Vec<(usize, usize)>) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut disk = mark;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        disk += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            disk += chunk.invalid().len();
            shifts.push((text.len(), disk));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_to_the_disk() {
        let bytes = b"\xef\xbb\xbfa\r\nb\xffc\xfe\xfed\n";
        let mut problems = Vec::new();
        let source = Source::read(bytes, &mut problems);
        assert_eq!(source.text, "a\r\nb\u{fffd}c\u{fffd}\u{fffd}d\n");
        let at = source.text.find('d').unwrap();
        let disk = source.disk(&(at..at + 1));
        assert_eq!(&bytes[disk], b"d");
        assert_eq!(source.line(at), 2);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, 2);
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_no_problem() {
        let mut problems = Vec::new();
        let source = Source::read(b"\xef\xbb\xbf# T", &mut problems);
        assert_eq!(source.text, "# T");
        assert_eq!(source.disk(&(2..3)), 5..6);
        assert!(problems.is_empty());
    }
}
