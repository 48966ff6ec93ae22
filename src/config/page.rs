//! A policy's text, from which entries can be taken out without moving anything else.

/// The text, character by character.
pub(super) struct Page {
    chars: Vec<char>,
}

/// What was taken out.
pub(super) struct Removed {
    /// The lines it stood in, and those of everything around it; 1-based.
    pub(super) lines: Vec<usize>,
    /// The key of the entry, where it had one.
    pub(super) key: Option<String>,
}

/// A bracket that is open, and where its present entry begins.
#[derive(Clone, Copy)]
struct Open {
    bracket: usize,
    entry: usize,
}

impl Page {
    pub(super) fn of(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
        }
    }

    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Takes the entry at a place out, or, if `whole`, the map or list item that the place is in.
    /// `None` where there is nothing left to take.
    pub(super) fn take_out(&mut self, line: usize, column: usize, whole: bool) -> Option<Removed> {
        let start = self.line_start(line)?;
        let at = (start + column.saturating_sub(1)).min(self.line_end(start));
        let (from, to) = match (self.open_before(at), whole) {
            (Some(open), false) => self.flow_entry(open),
            (Some(open), true) => self.around(open.bracket),
            (None, true) if matches!(self.chars.get(at), Some('[' | '{')) => self.around(at),
            (None, true) => self.block_container(start),
            (None, false) => self.block_entry(start, at),
        };
        let key = self.key(from, to);
        let mut lines = self.lines_around(from);
        let (first, last) = (self.line_of(from), self.line_of(to.max(from + 1) - 1));
        lines.extend(first..=last);
        let mut taken = false;
        for c in self.chars.get_mut(from..to)? {
            taken |= !c.is_whitespace();
            if !matches!(c, '\n' | '\r') {
                *c = ' ';
            }
        }
        taken.then_some(Removed { lines, key })
    }

    fn line_start(&self, line: usize) -> Option<usize> {
        if line <= 1 {
            return Some(0);
        }
        let mut breaks = self.chars.iter().enumerate().filter(|(_, c)| **c == '\n');
        breaks.nth(line - 2).map(|(at, _)| at + 1)
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = self.chars.get(start..).unwrap_or_default();
        start + rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
    }

    fn line_of(&self, at: usize) -> usize {
        self.chars.iter().take(at).filter(|c| **c == '\n').count() + 1
    }

    /// How far the line that starts here is indented; `None` for blank lines and comments.
    fn indent(&self, start: usize) -> Option<usize> {
        let line = &self.chars[start..self.line_end(start)];
        let indent = line.iter().position(|c| !c.is_whitespace())?;
        (line[indent] != '#').then_some(indent)
    }

    /// The innermost bracket that is open at a place.
    fn open_before(&self, place: usize) -> Option<Open> {
        let mut open: Vec<Open> = Vec::new();
        self.walk(0, place, &mut open);
        open.pop()
    }

    /// Goes over brackets and commas that are neither in quotation marks nor in comments, up to
    /// `end`; returns where the entry that is open at the beginning ends.
    fn walk(&self, start: usize, end: usize, open: &mut Vec<Open>) -> usize {
        let depth = open.len();
        let mut quote = None;
        // Nothing but blanks and marks since the line or the value began.
        let mut fresh = true;
        let mut at = start;
        while at < end {
            let c = self.chars[at];
            let before = at.checked_sub(1).map_or('\n', |at| self.chars[at]);
            match (quote, c) {
                (Some('"'), '\\') => at += 1,
                (Some(mark), c) if c == mark => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => at = self.line_end(at).saturating_sub(1),
                (None, '\'' | '"') if fresh => {
                    quote = Some(c);
                    fresh = false;
                }
                (None, '[' | '{') if fresh || !open.is_empty() => {
                    open.push(Open {
                        bracket: at,
                        entry: at + 1,
                    });
                    fresh = true;
                }
                (None, ']' | '}') if !open.is_empty() => {
                    if open.len() == depth && depth > 0 && start > 0 {
                        return at;
                    }
                    open.pop();
                    fresh = false;
                }
                (None, ',') if !open.is_empty() => {
                    if open.len() == depth && start > 0 {
                        return at;
                    }
                    if let Some(last) = open.last_mut() {
                        last.entry = at + 1;
                    }
                    fresh = true;
                }
                (None, '\n' | ':' | '-') => fresh = true,
                (None, c) if c.is_whitespace() => {}
                (None, _) => fresh = false,
            }
            at += 1;
        }
        end
    }

    /// The entry between commas or brackets, and the comma behind it.
    fn flow_entry(&self, open: Open) -> (usize, usize) {
        let mut stack = vec![open];
        let end = self.walk(open.entry, self.chars.len(), &mut stack);
        match self.chars.get(end) {
            Some(',') => (open.entry, end + 1),
            Some(_) | None => (open.entry, end),
        }
    }

    /// The entry that a bracket belongs to.
    fn around(&self, bracket: usize) -> (usize, usize) {
        match self.open_before(bracket) {
            Some(outer) => self.flow_entry(outer),
            None => {
                let before = &self.chars[..bracket];
                let start = before.iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
                self.block_entry(start, bracket)
            }
        }
    }

    /// The column in which the text behind a dash begins, for a line that begins with one.
    fn behind_dash(&self, start: usize) -> Option<usize> {
        let indent = self.indent(start)?;
        let mut rest = self.chars[start + indent..self.line_end(start)].iter();
        let dash = rest.next() == Some(&'-') && rest.clone().next().is_none_or(|c| c.is_whitespace());
        let blanks = rest.position(|c| !c.is_whitespace()).unwrap_or(0);
        dash.then_some(indent + 1 + blanks)
    }

    /// The list item or map that a line's key is one of.
    fn block_container(&self, start: usize) -> (usize, usize) {
        let Some(column) = self.behind_dash(start).or_else(|| self.indent(start)) else {
            return (start, self.line_end(start));
        };
        let (mut first, mut at) = (start, start);
        loop {
            if self.behind_dash(at) == Some(column) {
                let dash = self.indent(at).unwrap_or(0);
                return (at, self.block_end(at, dash + 1, false));
            }
            match self.indent(at) {
                Some(indent) if indent < column => break,
                Some(_) => first = at,
                None => {}
            }
            let Some(end) = at.checked_sub(1) else {
                break;
            };
            let before = &self.chars[..end];
            at = before.iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
        }
        (first, self.block_end(first, column, false))
    }

    /// The lines of an entry: its own, and those that are indented further.
    fn block_entry(&self, start: usize, at: usize) -> (usize, usize) {
        let Some(indent) = self.indent(start) else {
            return (start, self.line_end(start));
        };
        let Some(inner) = self.behind_dash(start) else {
            return (start, self.block_end(start, indent + 1, true));
        };
        let item_end = self.block_end(start, indent + 1, false);
        let entry_end = self.block_end(start, inner + 1, false);
        // The item's other keys stay behind its dash.
        if at >= start + inner && entry_end < item_end {
            return (start + inner, entry_end);
        }
        (start, item_end)
    }

    /// Where the lines end that are indented by `floor` or more; with `items`, those of a list that
    /// stands right under its key as well.
    fn block_end(&self, start: usize, floor: usize, items: bool) -> usize {
        let mut end = self.line_end(start);
        while end < self.chars.len() {
            let next = end + 1;
            if next >= self.chars.len() {
                break;
            }
            let belongs = match self.indent(next) {
                None => true,
                Some(indent) if indent >= floor => true,
                Some(indent) => items && indent + 1 == floor && self.chars[next + indent] == '-',
            };
            if !belongs {
                break;
            }
            end = self.line_end(next);
        }
        end
    }

    /// The lines that the entry at a place stands under: those of less and less indentation above
    /// it, and those from the outermost open bracket on.
    fn lines_around(&self, at: usize) -> Vec<usize> {
        let mut open: Vec<Open> = Vec::new();
        self.walk(0, at, &mut open);
        let line = self.line_of(at);
        let first = open.first().map_or(line, |open| self.line_of(open.bracket));
        let mut lines: Vec<usize> = (first..=line).collect();
        let indent_of = |line: usize| self.line_start(line).and_then(|start| self.indent(start));
        let mut least = indent_of(first).unwrap_or(usize::MAX);
        for above in (1..first).rev() {
            if let Some(indent) = indent_of(above)
                && (indent < least || indent == least && self.is_key_over_items(above, first))
            {
                lines.push(above);
                least = indent;
            }
        }
        lines
    }

    /// `key:` right over `- item` of the same indentation.
    fn is_key_over_items(&self, key: usize, item: usize) -> bool {
        let first_char = |line: usize| {
            let start = self.line_start(line)?;
            Some(self.chars[start + self.indent(start)?])
        };
        first_char(item) == Some('-') && first_char(key) != Some('-')
    }

    /// The key of an entry.
    fn key(&self, from: usize, to: usize) -> Option<String> {
        let text: String = self.chars.get(from..to)?.iter().collect();
        let entry = text.trim_start().trim_start_matches("- ").trim_start();
        let (key, _) = entry.split_once(':')?;
        let key = key.trim().trim_matches(['"', '\'']);
        (!key.is_empty() && !key.contains(char::is_whitespace)).then(|| key.to_owned())
    }
}
