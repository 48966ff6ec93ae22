//! Edits to the bytes of a file: whole lines, replaced ranges.

use std::ops::Range;

use crate::rules::Suggestion;

/// A range of bytes and what comes in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty for an insertion.
    pub range: Range<usize>,
    /// What comes.
    pub text: String,
}

/// The file after the edits. Edits that lie outside the file or overlap an earlier one are left out.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = Vec::with_capacity(bytes.len() + 256);
    let mut at = 0;
    for edit in sorted {
        if edit.range.start < at || edit.range.end > bytes.len() || edit.range.start > edit.range.end {
            continue;
        }
        out.extend_from_slice(&bytes[at..edit.range.start]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// The byte range of a 1-based line without its line break; the end of the file for one past it.
pub fn line_range(bytes: &[u8], line: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for _ in 1..line {
        start += bytes.get(start..)?.iter().position(|&b| b == b'\n')? + 1;
    }
    let rest = bytes.get(start..)?;
    let end = rest
        .iter()
        .position(|&b| b == b'\n')
        .map_or(bytes.len(), |at| start + at);
    let end = if end > start && bytes[end - 1] == b'\r' {
        end - 1
    } else {
        end
    };
    Some(start..end)
}

/// The 1-based line that a byte stands in.
pub fn line_of(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    1 + bytes[..at].iter().filter(|&&b| b == b'\n').count()
}

/// The line break that the file uses: that of its first line.
pub fn line_break(bytes: &[u8]) -> &'static str {
    match bytes.iter().position(|&b| b == b'\n') {
        Some(at) if at > 0 && bytes[at - 1] == b'\r' => "\r\n",
        Some(_) | None => "\n",
    }
}

/// The edits as one suggestion, where they all stand in one line.
pub fn suggestion(bytes: &[u8], edits: &[Edit]) -> Option<Suggestion> {
    let first = edits.first()?;
    let line = line_of(bytes, first.range.start);
    let range = line_range(bytes, line)?;
    let mut moved = Vec::new();
    for edit in edits {
        if edit.range.start < range.start || edit.range.end > range.end {
            return None;
        }
        moved.push(Edit {
            range: edit.range.start - range.start..edit.range.end - range.start,
            text: edit.text.clone(),
        });
    }
    let replacement = String::from_utf8(apply(&bytes[range], &moved)).ok()?;
    Some(Suggestion {
        line,
        replacement: replacement
            .replace("\r\n", "\n")
            .trim_end_matches('\n')
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Range<usize>, text: &str) -> Edit {
        Edit {
            range,
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_are_applied_from_the_back_of_the_list_or_the_front_alike() {
        let edits = [edit(4..5, "B"), edit(0..1, "A"), edit(0..3, "overlaps")];
        assert_eq!(apply(b"a = b", &edits), b"A = B");
        assert_eq!(apply(b"ab", &[edit(1..9, "x")]), b"ab");
    }

    #[test]
    fn lines_are_found_with_either_line_break() {
        let bytes = b"one\r\ntwo\nthree";
        assert_eq!(line_range(bytes, 1), Some(0..3));
        assert_eq!(line_range(bytes, 2), Some(5..8));
        assert_eq!(line_range(bytes, 3), Some(9..14));
        assert_eq!(line_range(bytes, 4), None);
        assert_eq!(line_of(bytes, 6), 2);
        assert_eq!(line_break(bytes), "\r\n");
    }

    #[test]
    fn a_suggestion_stays_in_one_line() {
        let bytes = b"x\nversion: 1.0\n";
        let found = suggestion(bytes, &[edit(11..14, "1.1")]).unwrap();
        assert_eq!((found.line, found.replacement.as_str()), (2, "version: 1.1"));
        assert!(suggestion(bytes, &[edit(0..1, "y"), edit(11..14, "1.1")]).is_none());
    }
}
