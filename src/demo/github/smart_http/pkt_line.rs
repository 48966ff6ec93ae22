//! Git's pkt-lines: a length in four hex digits, then that much less four of payload.
//! <https://git-scm.com/docs/gitprotocol-common>

/// The longest payload of one pkt-line.
pub(super) const LONGEST: usize = 65_516;

/// One pkt-line as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A payload, without its final newline.
    Text(&'a str),
    /// `0000`.
    Flush,
}

/// What was wrong with a pkt-line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("malformed pkt-line at byte {0}")]
pub(super) struct Malformed(usize);

/// Reads pkt-lines up to the end of the input.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line<'_>>, Malformed> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes
            .get(at..at + 4)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| usize::from_str_radix(digits, 16).ok())
            .ok_or(Malformed(at))?;
        if length == 0 {
            lines.push(Line::Flush);
            at += 4;
            continue;
        }
        let text = bytes
            .get(at + 4..at + length)
            .and_then(|payload| std::str::from_utf8(payload).ok())
            .ok_or(Malformed(at))?;
        lines.push(Line::Text(text.trim_end_matches('\n')));
        at += length;
    }
    Ok(lines)
}

/// Appends one pkt-line.
pub(super) fn write(out: &mut Vec<u8>, payload: &[u8]) {
    out.extend(format!("{:04x}", payload.len() + 4).as_bytes());
    out.extend(payload);
}

/// Appends one pkt-line of text, with a final newline.
pub(super) fn write_line(out: &mut Vec<u8>, text: &str) {
    write(out, format!("{text}\n").as_bytes());
}

/// Appends `0000`.
pub(super) fn flush(out: &mut Vec<u8>) {
    out.extend(b"0000");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut out = Vec::new();
        write_line(&mut out, "want x");
        flush(&mut out);
        write(&mut out, b"done");
        assert_eq!(out, b"000bwant x\n00000008done");
        assert_eq!(
            read(&out).unwrap(),
            [Line::Text("want x"), Line::Flush, Line::Text("done")]
        );
    }

    #[test]
    fn a_length_that_lies_is_an_error() {
        for bad in [&b"00"[..], b"zzzz", b"0009done", b"0001", b"0003"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
