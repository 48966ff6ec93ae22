//! A tolerant reader of front matter between `+++` lines: TOML becomes the same nodes as YAML does.
//! What is no TOML is a fault, and the lines around it are read all the same. Nothing recurses.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::spec::yaml_lines::Fault;
use crate::spec::yaml_lines::Node;
use crate::spec::yaml_lines::Tree;

/// Deeper nesting is read flat.
const MAX_DEPTH: usize = 32;

/// Reads `text[range]`.
pub(super) fn read(text: &str, range: Range<usize>) -> Tree<'_> {
    let mut reader = Reader {
        text,
        end: range.end,
        tree: Tree::default(),
        tables: HashMap::new(),
        current: None,
        unclosed: false,
    };
    let mut at = range.start;
    while at < range.end {
        at = reader.line(at).max(at + 1);
    }
    reader.tree
}

struct Reader<'t> {
    text: &'t str,
    end: usize,
    tree: Tree<'t>,
    /// The node of each table, by the node it stands in and its name.
    tables: HashMap<(Option<usize>, &'t str), usize>,
    /// The table that keys stand in now.
    current: Option<usize>,
    /// A quote or bracket has met the end of the text once: do not look that far again.
    unclosed: bool,
}

impl<'t> Reader<'t> {
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..self.end];
        memchr::memchr(b'\n', rest).map_or(self.end, |n| at + n)
    }

    /// Reads what begins on the line at `at`; returns where to go on.
    fn line(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        let line = &self.text[at..end];
        let start = at + (line.len() - line.trim_start().len());
        match self.text.as_bytes()[start..end].first() {
            None | Some(b'#') => {}
            Some(b'[') => self.header(start, end),
            Some(_) => return self.pair(start, end),
        }
        end + 1
    }

    /// `[limits]` and `[[changelog]]`.
    fn header(&mut self, start: usize, end: usize) {
        let line = self.text[start..end].trim_end();
        let list = line.starts_with("[[");
        let open = start + if list { 2 } else { 1 };
        let Some(close) = self.text[open..end].find(']').map(|at| open + at) else {
            self.fault(start, "a table's name is not closed");
            return;
        };
        self.current = self.table(None, open..close);
        if list {
            self.current = Some(self.push(self.current, None));
        }
    }

    /// The node of a table with a dotted name, made where it is new.
    fn table(&mut self, mut parent: Option<usize>, name: Range<usize>) -> Option<usize> {
        let mut at = name.start;
        for part in self.text[name].split('.').take(MAX_DEPTH) {
            let range = self.bare(at..at + part.len());
            at += part.len() + 1;
            let key = &self.text[range.clone()];
            parent = match self.tables.get(&(parent, key)) {
                Some(known) => Some(*known),
                None => {
                    let node = self.push(parent, Some(range));
                    self.tables.insert((parent, key), node);
                    Some(node)
                }
            };
        }
        parent
    }

    /// A key or name without blanks and quotes around it.
    fn bare(&self, range: Range<usize>) -> Range<usize> {
        let part = &self.text[range.clone()];
        let kept = part.trim().trim_matches(['"', '\'']);
        let start = range.start + part.find(kept).unwrap_or(0);
        start..start + kept.len()
    }

    /// `key = value`
    fn pair(&mut self, start: usize, end: usize) -> usize {
        let Some(equals) = memchr::memchr(b'=', &self.text.as_bytes()[start..end]).map(|at| start + at)
        else {
            self.fault(start, "neither a key nor a table");
            return end + 1;
        };
        let name = start..equals;
        let quoted = self.text[name.clone()].starts_with(['"', '\'']);
        let holder = match self.text[name.clone()].rfind('.') {
            Some(dot) if !quoted => {
                let above = self.table(self.current, start..start + dot);
                self.push(above, Some(self.bare(start + dot + 1..equals)))
            }
            _ => self.push(self.current, Some(self.bare(name))),
        };
        let value = &self.text[equals + 1..end];
        let from = end - value.trim_start().len();
        let after = self.value(holder, from, end);
        self.line_end(after.min(self.end)) + 1
    }

    /// Reads the value that begins at `start`; returns where it ends.
    fn value(&mut self, node: usize, start: usize, end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let limit = if self.unclosed { end } else { self.end };
        match bytes[start..end].first() {
            None => end,
            Some(quote @ (b'"' | b'\'')) => match string(self.text, start, limit, *quote) {
                Some((inner, after)) => {
                    self.set(node, inner, *quote == b'"');
                    after
                }
                None => self.cut_short(node, start, end, "a quote is not closed"),
            },
            Some(b'[' | b'{') => match self.collection(node, start, limit) {
                Some(after) => after,
                None => self.cut_short(node, start, end, "a bracket is not closed"),
            },
            Some(_) => {
                let rest = &self.text[start..end];
                let kept = rest[..rest.find('#').unwrap_or(rest.len())].trim_end();
                self.set(node, start..start + kept.len(), false);
                end
            }
        }
    }

    fn cut_short(&mut self, node: usize, start: usize, end: usize, message: &'static str) -> usize {
        self.unclosed = true;
        self.fault(start, message);
        let rest = self.text[start..end].trim_end();
        self.set(node, start..start + rest.len(), false);
        end
    }

    /// `[a, b]` and `{ a = 1 }`, also over several lines; `None` where the end is missing.
    fn collection(&mut self, node: usize, start: usize, limit: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut stack = vec![(node, bytes[start])];
        let mut waiting = None;
        let mut at = start + 1;
        while at < limit {
            let (owner, kind) = *stack.last()?;
            match bytes[at] {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
                b'#' => at = self.line_end(at),
                b']' | b'}' => {
                    stack.pop();
                    at += 1;
                    if stack.is_empty() {
                        self.tree.nodes[node].range = start..at;
                        return Some(at);
                    }
                }
                open @ (b'[' | b'{') => {
                    let holder = waiting.take().unwrap_or_else(|| self.push(Some(owner), None));
                    if stack.len() >= MAX_DEPTH {
                        self.tree.too_deep = true;
                        return None;
                    }
                    stack.push((holder, open));
                    at += 1;
                }
                quote => {
                    let quoted = matches!(quote, b'"' | b'\'');
                    let (inner, after) = if quoted {
                        string(self.text, at, limit, quote)?
                    } else {
                        let stop = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b'=' | b'\n' | b'#');
                        let length = bytes[at..limit].iter().position(stop)?;
                        let kept = self.text[at..at + length].trim_end();
                        (
                            at..at + kept.len(),
                            (at + length).max(at + usize::from(length == 0)),
                        )
                    };
                    let blanks = self.text[after..limit].len() - self.text[after..limit].trim_start().len();
                    if kind == b'{' && waiting.is_none() && bytes.get(after + blanks) == Some(&b'=') {
                        waiting = Some(self.push(Some(owner), Some(inner)));
                        at = after + blanks + 1;
                    } else {
                        let holder = waiting.take().unwrap_or_else(|| self.push(Some(owner), None));
                        self.set(holder, inner, quote == b'"');
                        at = after;
                    }
                }
            }
        }
        None
    }

    fn push(&mut self, parent: Option<usize>, key: Option<Range<usize>>) -> usize {
        if let Some(parent) = parent {
            self.tree.nodes[parent].has_children = true;
        }
        let at = key.as_ref().map_or(0, |range| range.end);
        self.tree.nodes.push(Node {
            parent,
            key: key.map(|range| (Cow::Borrowed(&self.text[range.clone()]), range)),
            value: None,
            range: at..at,
            line: false,
            has_children: false,
        });
        self.tree.nodes.len() - 1
    }

    fn set(&mut self, node: usize, range: Range<usize>, escaped: bool) {
        let raw = &self.text[range.clone()];
        let value = if escaped && raw.contains('\\') {
            Cow::Owned(
                raw.replace("\\\"", "\"")
                    .replace("\\n", " ")
                    .replace("\\\\", "\\"),
            )
        } else {
            Cow::Borrowed(raw)
        };
        let node = &mut self.tree.nodes[node];
        node.value = Some(value);
        node.line = !range.is_empty();
        node.range = range;
    }

    fn fault(&mut self, at: usize, message: &'static str) {
        if self.tree.faults.len() < 16 {
            self.tree.faults.push(Fault { at, message });
        }
    }
}

/// The inside of a string that begins at `start` and where it ends: `"a"`, `'a'`, `"""a"""`.
fn string(text: &str, start: usize, limit: usize, quote: u8) -> Option<(Range<usize>, usize)> {
    let bytes = text.as_bytes();
    let fence = [quote; 3];
    if bytes[start..limit].starts_with(&fence) {
        let inner = start + 3;
        let close = memchr::memmem::find(&bytes[inner..limit], &fence)? + inner;
        return Some((inner..close, close + 3));
    }
    let mut at = start + 1;
    while at < limit && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote => return Some((start + 1..at, at + 1)),
            _ => at += 1,
        }
    }
    None
}
