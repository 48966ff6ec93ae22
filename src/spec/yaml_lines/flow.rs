//! Flow collections: `[a, b]` and `{a: b}`, also over several lines.

use std::ops::Range;

use crate::spec::inline::joined;
use crate::spec::yaml_lines::LineReader;
use crate::spec::yaml_lines::MAX_DEPTH;
use crate::spec::yaml_lines::scalar::closing_bracket;
use crate::spec::yaml_lines::scalar::closing_quote;
use crate::spec::yaml_lines::scalar::unescaped;

impl LineReader<'_> {
    /// `[a, b]` and `{a: b}`, also over several lines.
    pub(super) fn flow(&mut self, node: usize, start: usize, end: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let limit = if self.unclosed { end } else { self.end };
        let Some(close) = closing_bracket(bytes, start, limit) else {
            self.unclosed = true;
            self.fault(start, "a bracket is not closed");
            let rest = self.text[start..end].trim_end();
            self.set(node, start..start + rest.len(), true);
            return None;
        };
        let tail_end = self.line_end(close);
        let tail = self.text[close + 1..tail_end].trim();
        if !(tail.is_empty() || tail.starts_with('#')) {
            self.fault(close + 1, "text follows a closed bracket");
            if tail_end == end {
                let rest = self.text[start..end].trim_end();
                self.set(node, start..start + rest.len(), true);
                return None;
            }
        }
        self.flow_entries(node, start, close);
        (close >= end).then_some((tail_end + 1).min(self.end))
    }

    fn flow_entries(&mut self, node: usize, start: usize, close: usize) {
        let bytes = self.text.as_bytes();
        self.tree.nodes[node].range = start..close + 1;
        // The open collections, and the key that waits for its value.
        let mut stack: Vec<usize> = vec![node];
        let mut at = start + 1;
        let mut waiting: Option<usize> = None;
        while at < close {
            let owner = stack.last().copied().unwrap_or(node);
            match bytes[at] {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b',' => {
                    waiting = None;
                    at += 1;
                }
                b'[' | b'{' => {
                    let holder = waiting.take().unwrap_or_else(|| self.push(Some(owner), None));
                    self.tree.nodes[holder].range = at..at + 1;
                    if stack.len() >= MAX_DEPTH {
                        self.tree.too_deep = true;
                        stack.pop();
                    }
                    stack.push(holder);
                    at += 1;
                }
                b']' | b'}' => {
                    if stack.len() > 1 {
                        stack.pop();
                    }
                    waiting = None;
                    at += 1;
                }
                b'#' if at > start && bytes[at - 1].is_ascii_whitespace() => {
                    at = self.line_end(at);
                }
                quote => {
                    let (range, after, quoted) = self.flow_scalar(at, close, quote);
                    let raw = &self.text[range.clone()];
                    let value = if quoted {
                        unescaped(raw, quote)
                    } else {
                        joined(raw)
                    };
                    let colon = self.text[after..close].trim_start().starts_with(':') && waiting.is_none();
                    if colon {
                        let colon_at = after
                            + (self.text[after..close].len() - self.text[after..close].trim_start().len());
                        waiting = Some(self.push(Some(owner), Some((value, range))));
                        at = colon_at + 1;
                    } else {
                        let holder = waiting.take().unwrap_or_else(|| self.push(Some(owner), None));
                        self.set_value(holder, value, range, true);
                        at = after;
                    }
                }
            }
        }
    }

    /// A scalar inside a flow collection: its place without quotes, where to go on (always
    /// further), and whether it was quoted.
    fn flow_scalar(&self, at: usize, close: usize, first: u8) -> (Range<usize>, usize, bool) {
        let bytes = self.text.as_bytes();
        if (first == b'"' || first == b'\'')
            && let Some(end) = closing_quote(bytes, at, close)
        {
            return (at + 1..end, end + 1, true);
        }
        let mut end = at;
        let mut round = 0usize;
        while end < close {
            match bytes[end] {
                b'(' => round += 1,
                b')' => round = round.saturating_sub(1),
                b',' if round == 0 => break,
                b']' | b'}' | b'[' | b'{' => break,
                b':' if bytes.get(end + 1).is_none_or(|b| b" \t\r\n,]}".contains(b)) => break,
                b'\n' => {
                    let below = self.text[end + 1..close].trim_start();
                    if below.starts_with('#') {
                        break;
                    }
                    end = close - below.len();
                    continue;
                }
                _ => {}
            }
            end += 1;
        }
        // Always ends on a character's first byte: it stops at ASCII only.
        let kept = self.text[at..end].trim_end();
        (
            at..at + kept.len(),
            end.max(at + usize::from(first.is_ascii())),
            false,
        )
    }
}
