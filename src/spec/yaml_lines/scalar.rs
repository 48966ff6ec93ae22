//! Scalars: plain, quoted and in blocks, and the keys before them.

use std::borrow::Cow;
use std::ops::Range;

use crate::spec::yaml_lines::LineReader;

impl LineReader<'_> {
    /// Reads a value that begins on this line. Returns where to go on if it took more lines.
    pub(super) fn value(&mut self, node: usize, start: usize, end: usize, indent: usize) -> Option<usize> {
        let start = end - self.text[start..end].trim_start().len();
        let start = self.skip_tags(start, end);
        let rest = self.text[start..end].trim_end();
        if rest.is_empty() || rest.starts_with('#') {
            return None;
        }
        match rest.as_bytes()[0] {
            b'|' | b'>' if block_header(rest) => Some(self.block(node, end, indent)),
            b'"' | b'\'' => self.quoted(node, start, end),
            b'[' | b'{' => self.flow(node, start, end),
            _ => {
                let plain = plain_end(rest);
                self.set(node, start..start + plain, true);
                None
            }
        }
    }

    /// Anchors (`&x`) and tags (`!x`) say nothing here.
    fn skip_tags(&self, mut start: usize, end: usize) -> usize {
        for _ in 0..4 {
            let rest = &self.text[start..end];
            if !(rest.starts_with('&') || rest.starts_with('!')) {
                break;
            }
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let blank = rest[word..].len() - rest[word..].trim_start().len();
            start += word + blank;
        }
        start
    }

    /// A `|` or `>` scalar: the lines below that are indented deeper than its key.
    fn block(&mut self, node: usize, header_end: usize, _indent: usize) -> usize {
        let own = self.open.last().map_or(0, |open| open.indent);
        let mut at = (header_end + 1).min(self.end);
        let mut first = None;
        let mut last = at;
        let mut value = String::new();
        while at < self.end {
            let end = self.line_end(at);
            let line = &self.text[at..end];
            let body = line.trim();
            let indent = line.len() - line.trim_start().len();
            if !body.is_empty() && indent <= own {
                break;
            }
            if !body.is_empty() {
                let start = at + indent;
                first.get_or_insert(start);
                last = start + body.len();
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(body);
            }
            at = (end + 1).min(self.end);
            if end == self.end {
                break;
            }
        }
        self.set_value(node, Cow::Owned(value), first.unwrap_or(last)..last, false);
        at
    }

    fn quoted(&mut self, node: usize, start: usize, end: usize) -> Option<usize> {
        let quote = self.text.as_bytes()[start];
        let limit = if self.unclosed { end } else { self.end };
        let Some(close) = closing_quote(self.text.as_bytes(), start, limit) else {
            self.unclosed = true;
            self.fault(start, "a quote is not closed");
            let rest = self.text[start + 1..end].trim_end();
            self.set(node, start + 1..start + 1 + rest.len(), true);
            return None;
        };
        let raw = &self.text[start + 1..close];
        let value = unescaped(raw, quote);
        let same_line = close < end;
        self.set_value(node, value, start + 1..close, same_line);
        let tail_end = self.line_end(close);
        let tail = self.text[close + 1..tail_end].trim();
        if !(tail.is_empty() || tail.starts_with('#')) {
            self.fault(close + 1, "text follows a closed quote");
            if same_line {
                // What the author meant is the whole line.
                let rest = self.text[start..tail_end].trim_end();
                self.set(node, start..start + rest.len(), true);
            }
        }
        if same_line {
            None
        } else {
            Some((tail_end + 1).min(self.end))
        }
    }
}

/// The key at the start of a line and where its value may begin.
pub(super) fn key_at(text: &str, start: usize, end: usize) -> Option<(Range<usize>, usize)> {
    let line = &text[start..end];
    let bytes = line.as_bytes();
    let line = if line.starts_with("? ") { return None } else { line };
    match *bytes.first()? {
        b'"' | b'\'' => {
            let close = closing_quote(bytes, 0, bytes.len())?;
            let rest = &line[close + 1..];
            let colon = rest.trim_start();
            let at = close + 1 + (rest.len() - colon.len());
            (colon.starts_with(':') && matches!(colon.as_bytes().get(1), None | Some(b' ' | b'\t' | b'\r')))
                .then_some((start + 1..start + close, start + at + 1))
        }
        b'[' | b'{' | b'#' | b'|' | b'>' | b'@' | b'`' | b'%' => None,
        _ => {
            let mut from = 0;
            loop {
                let colon = from + memchr::memchr(b':', &bytes[from..])?;
                let after = bytes.get(colon + 1);
                if matches!(after, None | Some(b' ' | b'\t' | b'\r')) {
                    let key = line[..colon].trim_end();
                    // A comment before the colon, or a sentence as long as this, is no key.
                    let sound = !key.is_empty() && key.len() <= 120 && !key.contains(" #");
                    return sound.then_some((start..start + key.len(), start + colon + 1));
                }
                from = colon + 1;
            }
        }
    }
}

fn block_header(rest: &str) -> bool {
    let head = rest[1..].trim_start_matches(|c: char| "+-0123456789".contains(c));
    head.trim().is_empty() || head.trim_start().starts_with('#')
}

/// Where a plain scalar ends: before a comment.
fn plain_end(rest: &str) -> usize {
    let cut = memchr::memchr_iter(b'#', rest.as_bytes())
        .find(|at| rest[..*at].ends_with([' ', '\t']))
        .unwrap_or(rest.len());
    rest[..cut].trim_end().len()
}

pub(super) fn closing_quote(bytes: &[u8], start: usize, limit: usize) -> Option<usize> {
    let quote = bytes[start];
    let mut at = start + 1;
    while at < limit {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if bytes[at] == quote {
            if quote == b'\'' && at + 1 < limit && bytes[at + 1] == b'\'' {
                at += 2;
            } else {
                return Some(at);
            }
        } else {
            at += 1;
        }
    }
    None
}

pub(super) fn closing_bracket(bytes: &[u8], start: usize, limit: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = start;
    let mut quotable = true;
    while at < limit {
        match bytes[at] {
            b'[' | b'{' => {
                depth += 1;
                quotable = true;
            }
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
                quotable = false;
            }
            b'"' | b'\'' if quotable => {
                at = closing_quote(bytes, at, limit)?;
                quotable = false;
            }
            b',' | b':' => quotable = true,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => quotable = false,
        }
        at += 1;
    }
    None
}

/// The text between quotes with its escapes resolved and its wraps joined.
pub(super) fn unescaped(raw: &str, quote: u8) -> Cow<'_, str> {
    if !raw.contains(['\'', '\\', '\n', '\r']) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' if quote == b'\'' => {
                if chars.peek() == Some(&'\'') {
                    chars.next();
                }
                out.push('\'');
            }
            '\\' if quote == b'"' => match chars.next() {
                Some('n' | 't' | 'r' | '\n') => out.push(' '),
                Some(code @ ('x' | 'u' | 'U')) => {
                    let digits = match code {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let mut number = 0u32;
                    for _ in 0..digits {
                        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else {
                            break;
                        };
                        number = number.wrapping_mul(16) + digit;
                        chars.next();
                    }
                    out.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                Some(other) => out.push(other),
                None => {}
            },
            '\n' | '\r' => {
                while out.ends_with(' ') {
                    out.pop();
                }
                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                    chars.next();
                }
                out.push(' ');
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
