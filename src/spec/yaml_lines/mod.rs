//! A tolerant reader of front matter: any text gives nodes, every scalar keeps its text as written
//! and its place. Where YAML would refuse, lines are read as they look.
//!
//! Nodes live in one list and refer to their parent; nothing recurses.

mod flow;
mod scalar;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use crate::spec::yaml_lines::scalar::key_at;

/// Deeper nesting is read flat.
const MAX_DEPTH: usize = 64;

/// One node: a map entry, a list entry, or both values of a flow collection.
#[derive(Debug)]
pub(super) struct Node<'t> {
    /// Index of the node this one stands in; `None` at the top.
    pub(super) parent: Option<usize>,
    /// The key of a map entry with its place; `None` for list entries.
    pub(super) key: Option<(Cow<'t, str>, Range<usize>)>,
    /// The scalar as text, quotes off, wraps joined; `None` for collections.
    pub(super) value: Option<Cow<'t, str>>,
    /// Where the value stands, quotes excluded.
    pub(super) range: Range<usize>,
    /// True where the value may hold a comma list: plain or quoted on one line.
    pub(super) line: bool,
    /// True if other nodes stand in it.
    pub(super) has_children: bool,
}

impl Node<'_> {
    /// Where its key, or else its value, begins; an empty entry begins nowhere.
    pub(super) fn start(&self) -> Option<usize> {
        match &self.key {
            Some((_, place)) => Some(place.start),
            None if self.value.is_none() && self.range.is_empty() => None,
            None => Some(self.range.start),
        }
    }
}

impl Tree<'_> {
    /// The index after the last node that stands below `index`.
    pub(super) fn below(&self, index: usize) -> usize {
        let inside = |node: &&Node| node.parent.is_some_and(|parent| parent >= index);
        index + 1 + self.nodes[index + 1..].iter().take_while(inside).count()
    }
}

/// Something that is no YAML, at an offset.
#[derive(Debug)]
pub(super) struct Fault {
    /// Where.
    pub(super) at: usize,
    /// What, lower case.
    pub(super) message: &'static str,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Tree<'t> {
    /// Parents before children.
    pub(super) nodes: Vec<Node<'t>>,
    /// What was no YAML.
    pub(super) faults: Vec<Fault>,
    /// True if nesting was deeper than the reader follows.
    pub(super) too_deep: bool,
}

/// Reads `text[range]`.
pub(super) fn read(text: &str, range: Range<usize>) -> Tree<'_> {
    let mut reader = LineReader {
        text,
        end: range.end,
        tree: Tree {
            nodes: Vec::with_capacity(range.len() / 32),
            ..Tree::default()
        },
        open: Vec::new(),
        unclosed: false,
    };
    let mut at = range.start;
    while at < range.end {
        at = reader.line(at);
    }
    reader.tree
}

struct Open {
    indent: usize,
    node: usize,
    dash: bool,
}

struct LineReader<'t> {
    text: &'t str,
    end: usize,
    tree: Tree<'t>,
    open: Vec<Open>,
    /// A quote or bracket has met the end of the text once: do not look that far again.
    unclosed: bool,
}

impl<'t> LineReader<'t> {
    pub(super) fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[at..self.end]).map_or(self.end, |n| at + n)
    }

    /// Reads the line at `at` (with what it carries below it) and returns where the next begins.
    fn line(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        let next = (end + 1).min(self.end.max(end));
        let next = if end == self.end { self.end } else { next };
        let line = &self.text[at..end];
        let body = line.trim_start_matches(' ');
        let mut indent = line.len() - body.len();
        if body.starts_with('\t') && !body.trim().is_empty() {
            self.fault(at + indent, "a tab is no indentation");
            let tabless = body.trim_start();
            indent += (body.len() - tabless.len()) * 2;
        }
        let mut start = end - body.trim_start().len();
        let content = self.text[start..end].trim_end();
        if content.is_empty() || content.starts_with('#') {
            return next;
        }
        let mut depth = 0;
        loop {
            let content = self.text[start..end].trim_end();
            let dash = content == "-" || content.starts_with("- ") || content.starts_with("-\t");
            if !dash {
                break;
            }
            depth += 1;
            if depth > MAX_DEPTH {
                self.tree.too_deep = true;
                break;
            }
            self.close(indent, true);
            let node = self.node(None);
            self.open.push(Open {
                indent,
                node,
                dash: true,
            });
            let rest = &self.text[start + 1..end];
            let skip = 1 + (rest.len() - rest.trim_start().len());
            start += skip;
            indent += skip;
            if self.text[start.min(end)..end].trim().is_empty() {
                return next;
            }
        }
        self.content(start, end, indent, depth > 0).unwrap_or(next)
    }

    /// Reads what stands on a line after its dashes; returns where to go on if it took more lines.
    fn content(&mut self, start: usize, end: usize, indent: usize, entry: bool) -> Option<usize> {
        if let Some((key, after)) = key_at(self.text, start, end) {
            self.close(indent, false);
            if self.open.len() >= MAX_DEPTH {
                self.tree.too_deep = true;
                self.open.pop();
            }
            let name = Cow::Borrowed(&self.text[key.clone()]);
            let node = self.node(Some((name, key)));
            self.open.push(Open {
                indent,
                node,
                dash: false,
            });
            return self.value(node, after, end, indent);
        }
        if entry {
            let node = self.open.last()?.node;
            return self.value(node, start, end, indent);
        }
        // A line that is neither key nor entry goes on with the value above it.
        let Some(open) = self.open.last().map(|open| open.node) else {
            self.fault(start, "neither a key nor an entry");
            return None;
        };
        let joins =
            self.open.last().is_some_and(|open| indent > open.indent) && !self.tree.nodes[open].has_children;
        let piece = start..start + self.text[start..end].trim_end().len();
        let node = &mut self.tree.nodes[open];
        if joins && self.text.as_bytes()[start] != b'[' && self.text.as_bytes()[start] != b'{' {
            match &mut node.value {
                Some(value) => {
                    let value = value.to_mut();
                    value.push(' ');
                    value.push_str(&self.text[piece.clone()]);
                    node.range.end = piece.end;
                    node.line = false;
                }
                None => return self.value(open, start, end, indent),
            }
            None
        } else if joins && node.value.is_none() {
            self.value(open, start, end, indent)
        } else {
            self.fault(start, "neither a key nor an entry");
            None
        }
    }

    /// Closes what a line at `indent` does not stand in.
    fn close(&mut self, indent: usize, dash: bool) {
        while let Some(open) = self.open.last() {
            // The entries of an unindented list stand at their key's own column.
            let holds = open.indent < indent || (dash && open.indent == indent && !open.dash);
            if holds {
                break;
            }
            self.open.pop();
        }
    }

    fn node(&mut self, key: Option<(Cow<'t, str>, Range<usize>)>) -> usize {
        let parent = self.open.last().map(|open| open.node);
        self.push(parent, key)
    }

    pub(super) fn push(&mut self, parent: Option<usize>, key: Option<(Cow<'t, str>, Range<usize>)>) -> usize {
        if let Some(parent) = parent {
            self.tree.nodes[parent].has_children = true;
        }
        let at = key.as_ref().map_or(0, |(_, range)| range.end);
        self.tree.nodes.push(Node {
            parent,
            key,
            value: None,
            range: at..at,
            line: false,
            has_children: false,
        });
        self.tree.nodes.len() - 1
    }

    pub(super) fn fault(&mut self, at: usize, message: &'static str) {
        if self.tree.faults.len() < 16 {
            self.tree.faults.push(Fault { at, message });
        }
    }

    pub(super) fn set(&mut self, node: usize, range: Range<usize>, line: bool) {
        let value = Cow::Borrowed(&self.text[range.clone()]);
        self.set_value(node, value, range, line);
    }

    pub(super) fn set_value(&mut self, node: usize, value: Cow<'t, str>, range: Range<usize>, line: bool) {
        let node = &mut self.tree.nodes[node];
        node.value = Some(value);
        node.range = range;
        node.line = line;
    }
}
