//! Raw HTML blocks: their tables, list entries and text. Comments say nothing here.

use std::ops::Range;

use crate::spec::inline::Ink;
use crate::spec::inline::Span;
use crate::spec::page::Row;
use crate::spec::page::Table;

/// What was found in a block of HTML, in order.
#[derive(Debug)]
pub(super) enum Piece {
    /// A table, header row first.
    Table(Table),
    /// A heading with its level.
    Heading(u8, Span),
    /// A list entry.
    Entry(Span),
    /// Other text.
    Text(Span),
}

/// Reads `range` of the text; what is seen goes to `ink`.
pub(super) fn read(ink: &mut Ink, text: &str, range: Range<usize>) -> Vec<Piece> {
    let mut reader = Reader::new(ink);
    let mut at = range.start;
    let mut closing = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(range.end, |n| at + n + 3);
        } else if rest.starts_with('<') {
            // Without the end of any tag in reach no tag is looked through for its own.
            if closing <= at {
                let next = memchr::memchr(b'>', &rest.as_bytes()[1..]);
                closing = next.map_or(range.end, |n| at + 1 + n);
            }
            let end = if closing - at < MAX_TAG {
                at + tag_end(rest)
            } else {
                at + 1
            };
            reader.tag(&text[at..end], at..end);
            at = end;
        } else {
            let end = rest.find('<').map_or(range.end, |n| at + n);
            reader.text(&text[at..end], at);
            at = end;
        }
    }
    reader.finish()
}

/// Tags do not run on for ever.
const MAX_TAG: usize = 4096;

/// Length of a tag, quoted `>` respected. A `<` that opens none is one character of text.
fn tag_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if !bytes
        .get(1)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
    {
        return 1;
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().take(MAX_TAG).skip(1) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), close) if open == *close => quote = None,
            _ => {}
        }
    }
    bytes
        .iter()
        .take(MAX_TAG)
        .position(|b| *b == b'>')
        .map_or(1, |at| at + 1)
}

struct Reader<'i> {
    pieces: Vec<Piece>,
    ink: &'i mut Ink,
    table: Option<Table>,
    cell: bool,
    entry: bool,
    heading: Option<u8>,
    strong: Option<usize>,
    code: Option<usize>,
    hidden: bool,
}

impl<'i> Reader<'i> {
    fn new(ink: &'i mut Ink) -> Self {
        Self {
            pieces: Vec::new(),
            ink,
            table: None,
            cell: false,
            entry: false,
            heading: None,
            strong: None,
            code: None,
            hidden: false,
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.hidden || (self.table.is_some() && !self.cell) {
            return;
        }
        let mut from = 0;
        while let Some(amp) = text[from..].find('&').map(|n| from + n) {
            self.ink.push_lines(&text[from..amp], at + from..at + amp);
            let (sign, length) = entity(&text[amp..]);
            self.ink.push(sign, at + amp..at + amp + length);
            from = amp + length;
        }
        self.ink.push_lines(&text[from..], at + from..at + text.len());
    }

    fn tag(&mut self, tag: &str, range: Range<usize>) {
        let closing = tag.starts_with("</");
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match (name.as_str(), closing) {
            ("", _) if tag == "<" => self.text("<", range.start),
            ("table", false) => {
                self.flush();
                self.end_table();
                self.table = Some(Table {
                    html: true,
                    ..Table::default()
                });
            }
            ("table", true) => self.end_table(),
            ("tr", false) => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.rows.push(Row {
                        cells: Vec::new(),
                        range,
                    });
                }
            }
            ("td" | "th", false) => {
                self.end_cell();
                self.cell = true;
            }
            ("td" | "th" | "tr", true) => {
                self.end_cell();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.range.end = range.end;
                }
            }
            ("strong" | "b", false) => self.strong = Some(self.ink.length()),
            ("strong" | "b", true) => {
                if let Some(start) = self.strong.take().filter(|at| *at < self.ink.length()) {
                    self.ink.strong_since(start);
                }
            }
            ("code", false) => self.code = Some(self.ink.length()),
            ("code", true) => {
                if let Some(start) = self.code.take().filter(|at| *at < self.ink.length()) {
                    self.ink.code_since(start);
                }
            }
            ("br", _) => self.ink.end_line(range.start),
            ("script" | "style", closing) => self.hidden = !closing,
            ("li", closing) if self.table.is_none() => {
                self.flush();
                self.entry = !closing;
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", closing) if self.table.is_none() => {
                self.flush();
                self.heading = (!closing).then(|| name.as_bytes()[1] - b'0');
            }
            (
                "p" | "div" | "ul" | "ol" | "details" | "summary" | "section" | "center" | "hr"
                | "blockquote" | "pre" | "body" | "html" | "dl" | "dt" | "dd",
                _,
            ) if self.table.is_none() => self.flush(),
            ("p" | "li" | "div", _) if !self.ink.is_blank() => {
                self.ink.push(" ", range.start..range.start + 1);
            }
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        if !std::mem::take(&mut self.cell) {
            self.ink.take();
            return;
        }
        self.strong = None;
        self.code = None;
        let cell = self.ink.take();
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.cells.push(cell);
        }
    }

    fn end_table(&mut self) {
        if self.table.is_some() {
            self.end_cell();
        }
        if let Some(mut table) = self.table.take() {
            table.rows.retain(|row| !row.cells.is_empty());
            if !table.rows.is_empty() {
                self.pieces.push(Piece::Table(table));
            }
        }
    }

    fn flush(&mut self) {
        self.strong = None;
        self.code = None;
        let blank = self.ink.is_blank();
        let open = self.ink.take();
        let heading = self.heading.take();
        let entry = std::mem::take(&mut self.entry);
        if blank {
            return;
        }
        self.pieces.push(match heading {
            Some(level) => Piece::Heading(level, open),
            None if entry => Piece::Entry(open),
            None => Piece::Text(open),
        });
    }

    fn finish(mut self) -> Vec<Piece> {
        self.end_table();
        self.flush();
        self.pieces
    }
}

/// The sign that an entity stands for, and the entity's length.
fn entity(text: &str) -> (&'static str, usize) {
    const ENTITIES: [(&str, &str); 10] = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&le;", "≤"),
        ("&ge;", "≥"),
        ("&ndash;", "–"),
    ];
    ENTITIES
        .iter()
        .find(|(name, _)| text.starts_with(name))
        .map_or(("&", 1), |(name, sign)| (*sign, name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_entries_and_text_are_told_apart() {
        let text = "<p>One &amp; <b>two</b></p><ul><li>Must x</li></ul>\
            <table><tr><th>A</th><th>B</th></tr><tr><td>c<br>d</td><td><code>e</code></td></tr></table>\
            <!-- no --><script>no</script>";
        let mut ink = Ink::default();
        let pieces = read(&mut ink, text, 0..text.len());
        let seen = |span: &Span| ink.read(*span).text;
        let told: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(inline) => format!("text {}", seen(inline)),
                Piece::Entry(inline) => format!("entry {}", seen(inline)),
                Piece::Heading(level, inline) => format!("h{level} {}", seen(inline)),
                Piece::Table(table) => table
                    .rows
                    .iter()
                    .map(|row| {
                        let cells: Vec<_> = row.cells.iter().map(seen).collect();
                        cells.join("|")
                    })
                    .collect::<Vec<_>>()
                    .join(" / "),
            })
            .collect();
        assert_eq!(told, ["text One & two", "entry Must x", "A|B / c\nd|e"]);
    }
}
