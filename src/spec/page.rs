//! The blocks of a document and their text, as Markdown tells them.

use std::cell::Cell;
use std::ops::Range;

use crate::spec::inline::Ink;
use crate::spec::inline::Inline;
use crate::spec::inline::Span;
use crate::spec::inline::short;

/// One table, header row first.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Every row with its cells; the first is the header.
    pub(super) rows: Vec<Row>,
    /// True for raw HTML, which has no delimiter row.
    pub(super) html: bool,
}

/// One row of a table.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The cells, empty ones included.
    pub(super) cells: Vec<Span>,
    /// Where it stands.
    pub(super) range: Range<usize>,
}

/// What a block is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A heading with its level, 1 to 6.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An entry of a list; its text are the paragraphs that name it.
    Entry,
    /// A table; see [`Page::table`].
    Table(u32),
    /// A fenced or indented block of code.
    Code,
    /// The end of an outermost blockquote.
    QuoteEnd,
    /// A tag that opens a section; its text is the tag's name.
    TagOpen,
    /// A tag that closes the section of the last one open.
    TagClose,
}

/// One block. Small on purpose, as there are many.
#[derive(Debug)]
pub(super) struct Block {
    /// What it is.
    pub(super) kind: Kind,
    /// Its text (headings and paragraphs).
    pub(super) inline: Span,
    /// The number of the outermost blockquote around it, from 1; 0 for none.
    pub(super) quote: u32,
    start: u32,
    end: u32,
    /// [`NO_ENTRY`] for none.
    entry: u32,
}

const NO_ENTRY: u32 = u32::MAX;

impl Block {
    /// A block at its place.
    pub(super) fn new(
        kind: Kind,
        inline: Span,
        range: &Range<usize>,
        quote: u32,
        entry: Option<usize>,
    ) -> Self {
        Self {
            kind,
            inline,
            quote,
            start: short(range.start),
            end: short(range.end),
            entry: entry.map_or(NO_ENTRY, short),
        }
    }

    /// Where it stands in the source.
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Index of the innermost list entry around it.
    pub(super) fn entry(&self) -> Option<usize> {
        (self.entry != NO_ENTRY).then_some(self.entry as usize)
    }
}

/// The blocks of a document and their text.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// In the order of the text.
    pub(super) blocks: Vec<Block>,
    /// Its tables in the same order.
    pub(super) tables: Vec<Table>,
    /// The text of all blocks and cells.
    pub(super) ink: Ink,
}

/// The buffers of larger pages are not kept for the next.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// The buffers of the last page that this thread has read. Without them an allocator may give
    /// memory back after each file and ask for it again before the next.
    static BUFFERS: Cell<Page> = Cell::default();
}

impl Page {
    /// An empty page with room for a text of so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        let mut page = BUFFERS.take();
        page.blocks.clear();
        page.blocks.reserve(bytes / 32 + 4);
        page.tables.clear();
        page.ink.clear(bytes);
        page
    }

    /// Keeps the buffers for the next page.
    pub(super) fn put_away(self, bytes: usize) {
        if bytes <= KEPT {
            BUFFERS.set(self);
        }
    }

    /// The table that a block is.
    pub(super) fn table(&self, index: u32) -> &Table {
        &self.tables[index as usize]
    }

    /// The text of a block or cell.
    pub(super) fn inline(&self, span: Span) -> Inline<'_> {
        self.ink.read(span)
    }
}
