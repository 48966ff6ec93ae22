//! A tolerant reader of front matter: any text gives nodes, every scalar keeps its text as written
//! and its place. Where YAML would refuse, lines are read as they look.
//!
//! Nodes live in one list and refer to their parent; nothing recurses.

use std::ops::Range;

/// Deeper nesting is read flat.
const MAX_DEPTH: usize = 64;

/// One node: a map entry, a list entry, or both values of a flow collection.
#[derive(Debug)]
pub(super) struct Node {
    /// Index of the node this one stands in; `None` at the top.
    pub(super) parent: Option<usize>,
    /// The key of a map entry with its place; `None` for list entries.
    pub(super) key: Option<(String, Range<usize>)>,
    /// The scalar as text, quotes off, wraps joined; `None` for collections.
    pub(super) value: Option<String>,
    /// Where the value stands, quotes excluded.
    pub(super) range: Range<usize>,
    /// True where the value may hold a comma list: plain or quoted on one line.
    pub(super) line: bool,
    /// True if other nodes stand in it.
    pub(super) has_children: bool,
}

impl Node {
    /// Where its key, or else its value, begins.
    pub(super) fn start(&self) -> usize {
        match &self.key {
            Some((_, place)) => place.start,
            None if self.value.is_none() && self.range.is_empty() => usize::MAX,
            None => self.range.start,
        }
    }
}

impl Tree {
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
pub(super) struct Tree {
    /// Parents before children.
    pub(super) nodes: Vec<Node>,
    /// What was no YAML.
    pub(super) faults: Vec<Fault>,
    /// True if nesting was deeper than the reader follows.
    pub(super) too_deep: bool,
}

/// Reads `text[range]`.
pub(super) fn read(text: &str, range: Range<usize>) -> Tree {
    let mut reader = LineReader {
        text,
        end: range.end,
        tree: Tree::default(),
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
    tree: Tree,
    open: Vec<Open>,
    /// A quote or bracket has met the end of the text once: do not look that far again.
    unclosed: bool,
}

impl LineReader<'_> {
    fn line_end(&self, at: usize) -> usize {
        self.text[at..self.end].find('\n').map_or(self.end, |n| at + n)
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
            let name = self.text[key.clone()].to_owned();
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

    fn node(&mut self, key: Option<(String, Range<usize>)>) -> usize {
        let parent = self.open.last().map(|open| open.node);
        self.push(parent, key)
    }

    fn push(&mut self, parent: Option<usize>, key: Option<(String, Range<usize>)>) -> usize {
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

    fn fault(&mut self, at: usize, message: &'static str) {
        if self.tree.faults.len() < 16 {
            self.tree.faults.push(Fault { at, message });
        }
    }

    /// Reads a value that begins on this line. Returns where to go on if it took more lines.
    fn value(&mut self, node: usize, start: usize, end: usize, indent: usize) -> Option<usize> {
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

    fn set(&mut self, node: usize, range: Range<usize>, line: bool) {
        let value = self.text[range.clone()].to_owned();
        self.set_value(node, value, range, line);
    }

    fn set_value(&mut self, node: usize, value: String, range: Range<usize>, line: bool) {
        let node = &mut self.tree.nodes[node];
        node.value = Some(value);
        node.range = range;
        node.line = line;
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
        self.set_value(node, value, first.unwrap_or(last)..last, false);
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

    /// `[a, b]` and `{a: b}`, also over several lines.
    fn flow(&mut self, node: usize, start: usize, end: usize) -> Option<usize> {
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
                        super::inline::joined(raw)
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
        if first == b'"' || first == b'\'' {
            if let Some(end) = closing_quote(bytes, at, close) {
                return (at + 1..end, end + 1, true);
            }
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
                b'\n' if self.text[end + 1..close].trim_start().starts_with('#') => break,
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

/// The key at the start of a line and where its value may begin.
fn key_at(text: &str, start: usize, end: usize) -> Option<(Range<usize>, usize)> {
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
                let colon = from + line[from..].find(':')?;
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
    let cut = rest
        .match_indices('#')
        .find(|(at, _)| rest[..*at].ends_with([' ', '\t']))
        .map_or(rest.len(), |(at, _)| at);
    rest[..cut].trim_end().len()
}

fn closing_quote(bytes: &[u8], start: usize, limit: usize) -> Option<usize> {
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

fn closing_bracket(bytes: &[u8], start: usize, limit: usize) -> Option<usize> {
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
fn unescaped(raw: &str, quote: u8) -> String {
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
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each node as `path=value`.
    fn told(text: &str) -> Vec<String> {
        let tree = read(text, 0..text.len());
        let mut paths: Vec<String> = Vec::new();
        let mut out = Vec::new();
        for node in &tree.nodes {
            let mut path = node.parent.map_or(String::new(), |parent| paths[parent].clone());
            let name = node.key.as_ref().map_or("-", |(key, _)| key.as_str());
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
            if let Some(value) = &node.value {
                out.push(format!("{path}={value}"));
            }
            paths.push(path);
        }
        out
    }

    #[test]
    fn maps_lists_flows_and_blocks_are_read() {
        for (text, expected) in [
            ("a: 1.10\nb: \"x # y\" # c\n", vec!["a=1.10", "b=x # y"]),
            ("a:\n  - x\n  - y\n", vec!["a.-=x", "a.-=y"]),
            ("a:\n- x\n- y\nb: 1\n", vec!["a.-=x", "a.-=y", "b=1"]),
            (
                "c:\n  - r:\n    - x\n    - y\n  - f:\n    - z\n",
                vec!["c.-.r.-=x", "c.-.r.-=y", "c.-.f.-=z"],
            ),
            (
                "a: [x, 'y, z', B(q, r:*)]\n",
                vec!["a.-=x", "a.-=y, z", "a.-=B(q, r:*)"],
            ),
            ("a: [\n  x, # one\n  y\n]\nb: 2\n", vec!["a.-=x", "a.-=y", "b=2"]),
            ("a: {b: 1, c: [d, e]}\n", vec!["a.b=1", "a.c.-=d", "a.c.-=e"]),
            (
                "a: >-\n  one\n  two\n\n  three\nb: |\n  x\n",
                vec!["a=one two three", "b=x"],
            ),
            (
                "a: one\n  two\nb: \"three\n  four\"\n",
                vec!["a=one two", "b=three four"],
            ),
            ("'k k': 'it''s'\n", vec!["k k=it's"]),
            (
                "m:\n  version: \"2.1\"\n  owner: Jo\n",
                vec!["m.version=2.1", "m.owner=Jo"],
            ),
            (
                "tools: Read, Bash(git log:*)\n",
                vec!["tools=Read, Bash(git log:*)"],
            ),
            ("a: x\r\nb:\r\n  - y\r\n", vec!["a=x", "b.-=y"]),
            ("- a: 1\n  b: 2\n- a: 3\n", vec!["-.a=1", "-.b=2", "-.a=3"]),
            ("a: &x !!str y\n", vec!["a=y"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn broken_yaml_still_gives_its_lines() {
        for (text, expected) in [
            ("a: \"open\nb: 2\n", vec!["a=open", "b=2"]),
            ("a: [x, y\nb: 2\n", vec!["a=[x, y", "b=2"]),
            ("a: 1\n\tb: 2\n", vec!["a=1", "a.b=2"]),
            ("a: say: this\n", vec!["a=say: this"]),
            ("a: \"x\" y\n", vec!["a=\"x\" y"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn values_know_their_place() {
        let text = "a: \"1.2\"\nb: [x, yy]\nc: z # no\n";
        let tree = read(text, 0..text.len());
        let places: Vec<&str> = tree
            .nodes
            .iter()
            .filter(|node| node.value.is_some())
            .map(|node| &text[node.range.clone()])
            .collect();
        assert_eq!(places, ["1.2", "x", "yy", "z"]);
    }
}
