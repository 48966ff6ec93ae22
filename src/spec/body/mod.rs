//! The Markdown text: from blocks to sections, items and fields.

mod clauses;
mod entries;
mod fields;
mod headings;
mod introductions;
mod levels;
mod paragraphs;
mod tables;
mod tags;
mod titles;

use std::ops::Range;

use smallvec::SmallVec;

use crate::spec::Facet;
use crate::spec::Voice;
use crate::spec::binding;
use crate::spec::binding::Introduction;
use crate::spec::builder::Builder;
use crate::spec::builder::NewSection;
use crate::spec::change_log;
use crate::spec::inline::Inline;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::page::Block;
use crate::spec::page::Kind;
use crate::spec::page::Page;
use crate::spec::title::ornament;
use crate::spec::vocabulary::LogTitle;
use crate::spec::vocabulary::Typing;
use crate::spec::vocabulary::field;
use crate::spec::vocabulary::log_title;

/// A plain line that serves as a heading stands below every heading.
const PLAIN_LEVEL: u8 = 7;

/// A bold one stands below both.
const BOLD_LEVEL: u8 = 8;

/// What an entry of a list became: nested entries ask for it.
#[derive(Clone, Copy, Default)]
struct EntryState {
    item: Option<u32>,
    section: Option<u32>,
    has_children: bool,
    /// What it says of the entries nested in it.
    introduces: Option<Introduction>,
}

struct OpenSection {
    level: u8,
    index: usize,
}

/// Walks over the blocks once.
pub(super) struct Body<'a, 'b, 's> {
    pub(super) builder: &'b mut Builder<'s>,
    page: &'a Page,
    blocks: &'a [Block],
    entries: Vec<EntryState>,
    open: Vec<OpenSection>,
    /// Before the first heading below the title.
    preamble: bool,
    titled: bool,
    /// The level of the heading that is the title.
    title_level: u8,
    many_tops: bool,
    /// Whether a block of code was the agent's definition.
    defined: bool,
    quote: u32,
    quote_base: usize,
    voice: Voice,
    /// What the line before the list that is being read says of its entries.
    pub(super) introduced: Option<Introduction>,
    /// How many sections are open inside each open tag.
    tags: Vec<usize>,
}

/// Reads the blocks of the text.
pub(super) fn read(builder: &mut Builder<'_>, page: &Page) {
    let blocks = &page.blocks[..];
    let mut entries = vec![EntryState::default(); blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        if let Some(parent) = block.entry() {
            let nested = match block.kind {
                Kind::Entry => true,
                Kind::Paragraph => at > parent + 1 && clauses::mark(page.inline(block.inline).text).is_some(),
                Kind::Heading(_)
                | Kind::Table(_)
                | Kind::Code
                | Kind::QuoteEnd
                | Kind::TagOpen
                | Kind::TagClose => false,
            };
            entries[parent].has_children |= nested;
        }
    }
    let (mut tops, mut headings, mut above) = (0, 0, 0);
    let mut first = 0;
    for block in blocks {
        if let Kind::Heading(level) = block.kind
            && block.quote == 0
        {
            first = if headings == 0 { level } else { first };
            headings += 1;
            tops += usize::from(level == 1);
            above += usize::from(level <= first);
        }
    }
    // Where the first heading stands alone above all others, it is the title whatever its level.
    let lone = above == 1 && headings > 1;
    let texts = blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Paragraph));
    builder.spec.items.reserve(texts.count());
    let mut body = Body {
        builder,
        page,
        blocks,
        entries,
        open: Vec::new(),
        preamble: true,
        titled: false,
        title_level: if lone { first } else { 1 },
        many_tops: tops > 1,
        defined: false,
        quote: 0,
        quote_base: 0,
        voice: Voice::Body,
        introduced: None,
        tags: Vec::new(),
    };
    let mut at = 0;
    while at < blocks.len() {
        at = body.block(at).max(at + 1);
    }
}

impl<'a> Body<'a, '_, '_> {
    /// The text of a block.
    fn inline(&self, block: &Block) -> Inline<'a> {
        self.page.inline(block.inline)
    }

    /// Reads one block, and what belongs to it; returns where to go on.
    fn block(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        self.enter_quote(at);
        self.end_introduction(at);
        match &block.kind {
            Kind::Heading(level) => return self.heading(at, *level),
            Kind::Paragraph => return self.paragraph(at),
            Kind::Entry => return self.entry(at),
            Kind::Table(table) => tables::read(self, at, self.page.table(*table)),
            Kind::Code => self.code(at),
            Kind::QuoteEnd => self.leave_quote(),
            Kind::TagOpen => return self.open_tag(at),
            Kind::TagClose => self.close_tag(),
        }
        at + 1
    }

    fn enter_quote(&mut self, at: usize) {
        let block = &self.blocks[at];
        if block.quote == self.quote || matches!(block.kind, Kind::QuoteEnd) {
            return;
        }
        self.leave_quote();
        if block.quote == 0 {
            return;
        }
        self.quote = block.quote;
        self.quote_base = self.open.len();
        let holder = self.current();
        let titled = {
            let folded = self.builder.folded(holder);
            ["prompt", "profile", "persona", "instructions"]
                .iter()
                .any(|word| folded.contains(word))
        };
        let quote = self.blocks[at..].iter().take_while(|b| b.quote == block.quote);
        let addressed = quote.take(12).any(|block| {
            let start = self.inline(block).text.trim_start().as_bytes();
            [
                "you are", "you're", "your ", "act as", "you must", "you will", "you ",
            ]
            .iter()
            .any(|word| {
                let begins = start.get(..word.len());
                begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word.as_bytes()))
            })
        });
        self.voice = if titled || addressed {
            Voice::Profile
        } else {
            Voice::Body
        };
        let section = &mut self.builder.spec.sections[holder];
        if titled && holder != 0 && self.voice == Voice::Profile {
            section.voice = Voice::Profile;
        }
    }

    fn leave_quote(&mut self) {
        if self.quote != 0 {
            self.open.truncate(self.quote_base);
            self.quote = 0;
            self.quote_base = 0;
            self.voice = Voice::Body;
        }
    }

    /// The innermost open section.
    pub(super) fn current(&self) -> usize {
        self.open.last().map_or(0, |open| open.index)
    }

    /// The section that a block stands in: an entry that serves as one (handed down to the entries
    /// nested in it), or the innermost open.
    pub(super) fn section_of(&self, at: usize) -> usize {
        self.blocks[at]
            .entry()
            .and_then(|entry| self.entries[entry].section)
            .map_or_else(|| self.current(), |section| section as usize)
    }

    pub(super) fn parent_item(&self, at: usize) -> Option<usize> {
        let item = self.entries[self.blocks[at].entry()?].item?;
        Some(item as usize)
    }

    /// So many open sections stand outside the blockquote and the tags that are open.
    fn floor(&self) -> usize {
        self.tags
            .last()
            .map_or(self.quote_base, |tag| self.quote_base.max(*tag))
    }

    /// Closes the sections of a level and below, not beyond the blockquote or tag.
    fn close_sections(&mut self, level: u8) {
        while self.open.len() > self.floor() && self.open.last().is_some_and(|open| open.level >= level) {
            self.open.pop();
        }
    }

    /// Opens a section, and closes those of its level and below.
    pub(super) fn open_section(
        &mut self,
        level: u8,
        title: &str,
        folded: &str,
        range: Range<usize>,
        typing: Option<Typing>,
    ) -> usize {
        self.close_sections(level);
        let parent = self.current();
        let index = self.builder.section(NewSection {
            title,
            folded,
            parent,
            typing,
            key: false,
            voice: self.voice,
            range,
        });
        self.open.push(OpenSection { level, index });
        index
    }

    /// Reads a change log below a heading; returns where it ends.
    pub(super) fn log(&mut self, at: usize, level: u8, title: &str) -> Option<usize> {
        let sure = log_title(title)? == LogTitle::Sure;
        let quote = self.blocks[at].quote;
        let end = self.blocks[at + 1..]
            .iter()
            .position(|block| match block.kind {
                Kind::Heading(next) => next <= level || block.quote != quote,
                Kind::QuoteEnd => quote != 0,
                Kind::TagClose => true,
                Kind::Paragraph => level >= PLAIN_LEVEL && self.is_line_heading(block),
                _ => false,
            })
            .map_or(self.blocks.len(), |next| at + 1 + next);
        let end = self.foot(at + 1..end);
        let range = self.blocks[at].range();
        let log = change_log::read(self.builder, self.page, at + 1..end, &range, sure)?;
        let known = &mut self.builder.spec.changelog;
        if known.as_ref().is_none_or(|known| known.rows.is_empty()) {
            *known = Some(log);
        }
        if self.quote == 0 && level < BOLD_LEVEL {
            self.preamble = false;
            self.close_sections(level);
        }
        Some(end)
    }

    /// Reads a table whose columns are those of a change log, below whatever title it stands, where
    /// no log has been found yet.
    pub(super) fn untitled_log(&mut self, at: usize) -> bool {
        if self.builder.spec.changelog.is_some() || self.quote != 0 {
            return false;
        }
        let range = self.blocks[at].range();
        let log = change_log::of_table(self.builder, self.page, at, &range);
        let found = log.is_some();
        if found {
            self.builder.spec.changelog = log;
        }
        found
    }

    /// Where the fields at the foot of a document begin that follow the rows of its log.
    fn foot(&self, range: Range<usize>) -> usize {
        let mut rows = false;
        for at in range.clone() {
            let block = &self.blocks[at];
            match block.kind {
                Kind::Table(_) | Kind::Entry => rows = true,
                Kind::Paragraph if rows && block.entry().is_none() => {
                    let inline = self.inline(block);
                    let first = inline.line_break().unwrap_or(inline.text.len());
                    let pairs = lead::bold_pairs(inline, &(0..first));
                    let fields = pairs
                        .iter()
                        .filter(|pair| field(&inline.text[pair.label.clone()]).is_some());
                    if !pairs.is_empty() && fields.count() == pairs.len() {
                        return at;
                    }
                }
                Kind::Paragraph
                | Kind::Heading(_)
                | Kind::Code
                | Kind::QuoteEnd
                | Kind::TagOpen
                | Kind::TagClose => {}
            }
        }
        range.end
    }

    fn is_line_heading(&self, block: &Block) -> bool {
        let inline = self.inline(block);
        let first = inline.line_break().unwrap_or(inline.text.len());
        let alone = first == inline.text.len();
        block.entry().is_none()
            && (lead::bold_heading(inline, &(0..first), alone).is_some()
                || (alone && self.plain_title(inline).is_some()))
    }

    /// The facet of an entry, a row or a bold-lead line.
    pub(super) fn facet(&self, section: usize, text: &str) -> Facet {
        let held = self.builder.spec.sections[section].facet;
        match held {
            Facet::Prose => binding::rule(text).unwrap_or(Facet::Prose),
            held if self.builder.is_mixed(section) => binding::side(text).unwrap_or(held),
            held => held,
        }
    }
}

fn is_typed(facet: Facet) -> bool {
    !matches!(facet, Facet::Prose | Facet::Metadata)
}

/// The lines of a text as ranges, white space at their ends excluded.
fn line_ranges(text: &str) -> SmallVec<[Range<usize>; 4]> {
    let mut out = SmallVec::new();
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    for end in ends {
        out.push(trimmed(text, start..end));
        start = end + 1;
    }
    out
}

/// A statement without emoji, check boxes and the number of a clause at its start and white space
/// at its ends.
fn statement(inline: Inline<'_>, range: Range<usize>) -> Range<usize> {
    let range = trimmed(inline.text, range);
    let start = range.start + ornament(&inline.text[range.clone()]);
    let start = start + clauses::number(&inline.text[start..range.end]).unwrap_or(0);
    if start >= range.end {
        return range;
    }
    start..range.end
}
