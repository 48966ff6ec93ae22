//! From Markdown to a flat list of blocks with their text. No meaning yet.
//!
//! Nesting is kept as indices, never as recursion, so that depth costs nothing but memory.

use std::ops::Range;

use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

use crate::spec::html;
use crate::spec::html::Piece;
use crate::spec::inline::Ink;
use crate::spec::inline::Span;
use crate::spec::page::Block;
use crate::spec::page::Kind;
use crate::spec::page::Page;
use crate::spec::page::Row;
use crate::spec::page::Table;
use crate::spec::source::Source;
use crate::spec::tags::Unwrapped;

/// Splits the body of a document, which begins at `offset` of `text`, into blocks.
pub(super) fn read(text: &str, offset: usize) -> Page {
    // The parser comes first: what it knows of the whole text grows in place where nothing follows.
    let events = Parser::new_ext(&text[offset..], options()).into_offset_iter();
    let mut reader = BlockReader::new(text, offset);
    for (event, range) in events {
        let range = range.start + offset..range.end + offset;
        reader.event(event, range);
    }
    reader.finish()
}

/// The same for a document whose tags were taken out.
pub(super) fn read_between(text: &str, offset: usize, unwrapped: &Unwrapped) -> Page {
    let events = Parser::new_ext(&unwrapped.text, options()).into_offset_iter();
    let mut reader = BlockReader::new(text, offset);
    let mut marks = unwrapped.marks.iter().peekable();
    for (event, range) in events {
        let range = unwrapped.source(&range);
        while let Some(mark) = marks.next_if(|mark| mark.range.start < range.start) {
            reader.tag(&mark.range, &mark.name);
        }
        reader.event(event, range);
    }
    for mark in marks {
        reader.tag(&mark.range, &mark.name);
    }
    reader.finish()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH
}

/// More list and quote marks than this at the start of a line nest nothing any more.
const MAX_MARKS: usize = 100;

/// The parts of lines that would nest deeper than [`MAX_MARKS`].
pub(super) fn deep_lines(source: &Source<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in source.every_line() {
        if line.len() <= MAX_MARKS {
            continue;
        }
        let start = line.start;
        let line = &source.text[line];
        let mut marks = 0;
        let mut cut = None;
        let mut end = 0;
        for (offset, byte) in line.bytes().enumerate() {
            match byte {
                b' ' | b'\t' => continue,
                b'>' | b'-' | b'*' | b'+' => {}
                _ => break,
            }
            marks += 1;
            end = offset + 1;
            if marks > MAX_MARKS {
                cut.get_or_insert(offset);
            }
        }
        // A long rule or setext underline is no nesting.
        let rule = line.trim_end().bytes().all(|b| b == b'-' || b == b'*');
        if let Some(cut) = cut.filter(|_| !rule) {
            found.push(start + cut..start + end);
        }
    }
    found
}

#[derive(Default)]
struct BlockReader<'t> {
    text: &'t str,
    offset: usize,
    page: Page,
    entries: Vec<usize>,
    quotes: u32,
    quote_depth: usize,
    /// The paragraph, heading or cell that takes text now.
    open: Option<(Kind, Range<usize>)>,
    table: Option<(Table, Range<usize>)>,
    strong: Option<usize>,
    strong_depth: usize,
    /// Inside a code or HTML block: its text is taken from the source by range.
    raw: bool,
    /// Blocks of raw HTML with nothing but blank lines between them.
    html: Option<Range<usize>>,
}

impl<'t> BlockReader<'t> {
    fn new(text: &'t str, offset: usize) -> Self {
        let length = text.len() - offset;
        Self {
            text,
            offset,
            page: Page::with_room(length),
            ..Self::default()
        }
    }

    fn finish(mut self) -> Page {
        self.close();
        self.expand_html();
        self.page
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => self.code(&text, range),
            Event::SoftBreak | Event::HardBreak => self.end_line(range.start),
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::Html(_)
            | Event::Rule
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn tag(&mut self, range: &Range<usize>, name: &Range<usize>) {
        self.close();
        self.expand_html();
        self.page.ink.push(&self.text[name.clone()], name.clone());
        let inline = self.page.ink.take();
        let kind = if name.is_empty() {
            Kind::TagClose
        } else {
            Kind::TagOpen
        };
        self.place(kind, inline, range.clone(), None);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.begin(Kind::Paragraph, range),
            Tag::Heading { level, .. } => self.begin(Kind::Heading(level as u8), range),
            Tag::BlockQuote(_) => {
                self.close();
                if self.quote_depth == 0 {
                    self.quotes += 1;
                }
                self.quote_depth += 1;
            }
            Tag::List(_) => self.close(),
            Tag::Item => {
                self.close();
                self.block(Kind::Entry, Span::default(), range);
                self.entries.push(self.page.blocks.len() - 1);
            }
            Tag::CodeBlock(_) => {
                self.close();
                self.block(Kind::Code, Span::default(), range);
                self.raw = true;
            }
            Tag::HtmlBlock => {
                self.close();
                self.html = Some(match self.html.take() {
                    Some(open) => open.start..range.end,
                    None => range,
                });
                self.raw = true;
            }
            Tag::Table(_) => {
                self.close();
                self.table = Some((Table::default(), range));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some((table, _)) = &mut self.table {
                    table.rows.push(Row {
                        cells: Vec::new(),
                        range,
                    });
                }
            }
            Tag::TableCell => {
                self.page.ink.take();
                self.open = Some((Kind::Paragraph, range));
            }
            Tag::Strong => {
                if self.strong_depth == 0 {
                    self.strong = Some(self.open_text(&range).length());
                }
                self.strong_depth += 1;
            }
            Tag::Emphasis
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. } => {
                self.open_text(&range);
            }
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => self.close(),
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => {
                if let Some((_, open)) = &mut self.open {
                    open.end = range.end;
                }
                self.close();
            }
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quote_depth = self.quote_depth.saturating_sub(1);
                if self.quote_depth == 0 {
                    self.block(Kind::QuoteEnd, Span::default(), range.end..range.end);
                }
            }
            TagEnd::Item => {
                self.close();
                self.entries.pop();
            }
            TagEnd::List(_) => self.close(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.raw = false,
            TagEnd::Table => {
                if let Some((table, range)) = self.table.take() {
                    let kind = self.table(table);
                    self.block(kind, Span::default(), range);
                }
            }
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Strong => {
                self.strong_depth = self.strong_depth.saturating_sub(1);
                if self.strong_depth == 0
                    && let Some(start) = self.strong.take()
                    && self.open.is_some()
                    && start < self.page.ink.length()
                {
                    self.page.ink.strong_since(start);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.raw {
            return;
        }
        self.open_text(&range).push(text, range);
    }

    fn end_line(&mut self, at: usize) {
        if !self.raw {
            self.open_text(&(at..at + 1)).end_line(at);
        }
    }

    fn code(&mut self, text: &str, range: Range<usize>) {
        // The marks are part of the event's range; the text may have lost a blank at each end.
        let ticks = range.len().saturating_sub(text.len()) / 2;
        let inner = range.start + ticks..range.end - ticks;
        let ink = self.open_text(&range);
        let at = ink.length();
        ink.push(text, inner);
        ink.code_since(at);
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        let tag = html.trim_start_matches('<').trim_start_matches('/');
        if tag.len() >= 2 && tag.is_char_boundary(2) && tag[..2].eq_ignore_ascii_case("br") {
            self.end_line(range.start);
        } else {
            self.open_text(&range);
        }
    }

    /// The text that is open now; entries of tight lists hold theirs without a paragraph.
    fn open_text(&mut self, range: &Range<usize>) -> &mut Ink {
        let (_, open) = self.open.get_or_insert_with(|| (Kind::Paragraph, range.clone()));
        open.end = open.end.max(range.end);
        &mut self.page.ink
    }

    fn begin(&mut self, kind: Kind, range: Range<usize>) {
        self.close();
        self.open = Some((kind, range));
    }

    fn close_cell(&mut self) {
        if self.open.take().is_none() {
            return;
        }
        let cell = self.page.ink.take();
        if let Some((table, _)) = &mut self.table
            && let Some(row) = table.rows.last_mut()
        {
            row.cells.push(cell);
        }
    }

    fn close(&mut self) {
        self.strong = None;
        self.strong_depth = 0;
        if let Some((kind, range)) = self.open.take() {
            let inline = self.page.ink.take();
            self.block(kind, inline, range);
        }
    }

    fn block(&mut self, kind: Kind, inline: Span, range: Range<usize>) {
        debug_assert!(range.start >= self.offset);
        self.expand_html();
        let entry = self.entries.last().copied();
        self.place(kind, inline, range, entry);
    }

    fn place(&mut self, kind: Kind, inline: Span, range: Range<usize>, entry: Option<usize>) {
        let quote = if self.quote_depth > 0 { self.quotes } else { 0 };
        let block = Block::new(kind, inline, &range, quote, entry);
        self.page.blocks.push(block);
    }

    fn table(&mut self, table: Table) -> Kind {
        self.page.tables.push(table);
        Kind::Table(u32::try_from(self.page.tables.len() - 1).unwrap_or(u32::MAX))
    }

    fn source(&self, inline: Span) -> Range<usize> {
        let inline = self.page.ink.read(inline);
        inline.source(&(0..inline.text.len()))
    }

    /// What raw HTML shows becomes blocks like any other.
    fn expand_html(&mut self) {
        let Some(html) = self.html.take() else {
            return;
        };
        let entry = self.entries.last().copied();
        for piece in html::read(&mut self.page.ink, self.text, html.clone()) {
            match piece {
                Piece::Table(table) => {
                    let range = match (table.rows.first(), table.rows.last()) {
                        (Some(first), Some(last)) => first.range.start..last.range.end,
                        _ => html.clone(),
                    };
                    let kind = self.table(table);
                    self.place(kind, Span::default(), range, entry);
                }
                Piece::Heading(level, inline) => {
                    let range = self.source(inline);
                    self.place(Kind::Heading(level), inline, range, entry);
                }
                Piece::Entry(inline) => {
                    let range = self.source(inline);
                    self.place(Kind::Entry, Span::default(), range.clone(), entry);
                    let entry = Some(self.page.blocks.len() - 1);
                    self.place(Kind::Paragraph, inline, range, entry);
                }
                Piece::Text(inline) => {
                    let range = self.source(inline);
                    self.place(Kind::Paragraph, inline, range, entry);
                }
            }
        }
    }
}
