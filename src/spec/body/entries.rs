//! List entries: statements, fields, and names of the entries nested in them.

use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::binding;
use crate::spec::body::Body;
use crate::spec::body::clauses;
use crate::spec::body::clauses::Mark;
use crate::spec::body::introductions::LINE_LEVEL;
use crate::spec::body::is_typed;
use crate::spec::body::line_ranges;
use crate::spec::body::statement;
use crate::spec::builder::NewItem;
use crate::spec::builder::NewSection;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::short;
use crate::spec::lead;
use crate::spec::lead::Pair;
use crate::spec::page::Kind;
use crate::spec::title::bare_title;
use crate::spec::title::folded_bare;
use crate::spec::vocabulary::field;

/// A longer label is a sentence.
const LABEL: usize = 60;

impl Body<'_, '_, '_> {
    pub(super) fn entry(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        let named = self
            .blocks
            .get(at + 1)
            .filter(|next| matches!(next.kind, Kind::Paragraph) && next.entry() == Some(at));
        // What the entry itself does not decide, its nested entries inherit.
        if let Some(parent) = block.entry() {
            self.entries[at].section = self.entries[parent].section;
            self.entries[at].item = self.entries[parent].item;
            self.entries[at].introduces = self.entries[parent].introduces;
        } else {
            self.entries[at].introduces = self.introduced;
        }
        let Some(paragraph) = named else {
            return at + 1;
        };
        let inline = self.inline(paragraph);
        if self.fields_open() && block.entry().is_none() && self.field_lines(inline, true) {
            return at + 2;
        }
        if block.entry().is_none()
            && let Some(title) = Self::underlined(inline)
        {
            self.line_section(1, inline, &title);
            return self.lines(at + 1, 2, false);
        }
        if let Some((end, line)) = self.keys_below(at, inline) {
            self.named_entry(at, inline, end);
            self.key_lines(at, inline, line);
            return at + 2;
        }
        let split = clauses_below(inline);
        if split.is_some() {
            self.entries[at].has_children = true;
        }
        let next = at + 2;
        let end = split.map_or(inline.text.len(), |(end, _)| end);
        self.named_entry(at, inline, end);
        if let Some((_, line)) = split {
            self.lines(at + 1, line, true);
        }
        next
    }

    /// What the text of an entry says, up to the clauses that stand below it.
    fn named_entry(&mut self, at: usize, inline: Inline<'_>, end: usize) {
        let range = statement(inline, 0..end);
        if range.is_empty() {
            return;
        }
        let section = self.section_of(at);
        if self.entries[at].has_children && self.names_children(at, inline, &range) {
            self.entry_section(at, inline, &range, section);
            return;
        }
        let text = joined(&inline.text[range.clone()]);
        let held = self.builder.spec.sections[section].facet;
        let said = self.entries[at].introduces;
        let led = match held {
            Facet::Duty | Facet::Demand | Facet::Outcome => None,
            Facet::Prose | Facet::Metadata | Facet::Grant | Facet::Limit => self.led_facet(inline, &range),
        };
        // Below a title of powers or limits, only a label of the other says more.
        let led = led.filter(|led| !is_typed(held) || matches!(led, Facet::Grant | Facet::Limit));
        let own = led.unwrap_or_else(|| self.facet(section, &text));
        let facet = self.introduced_facet(held, own, said, &text);
        if self.entries[at].has_children
            && let Some(own) = binding::introduction(&text)
        {
            self.entries[at].introduces = Some(own);
        }
        let item = self.builder.item(NewItem {
            facet,
            key: lead::key(inline, &range).as_deref(),
            text: &text,
            section,
            form: ItemForm::ListEntry,
            parent: self.parent_item(at),
            range: inline.source(&range),
        });
        self.entries[at].item = item.map(short);
    }

    /// Where the first `forbidden_actions:` begins that stands directly below an entry, as far to the
    /// left as its mark: Markdown takes it for more of the entry, and people for the next key. The end
    /// of the text above it, and the index of its line.
    fn keys_below(&self, at: usize, inline: Inline<'_>) -> Option<(usize, usize)> {
        let mark = self.builder.source.column(self.blocks[at].range().start);
        let mut start = inline.line_break()? + 1;
        for (index, line) in inline.text[start..].split('\n').enumerate() {
            let range = start..start + line.len();
            let outside = || self.builder.source.column(inline.source(&range).start) <= mark;
            if self.key_line(inline.text, &range).is_some() && outside() {
                return Some((start, index + 1));
            }
            start = range.end + 1;
        }
        None
    }

    /// A line that reads like a key: one that ends in a colon, or one whose label the vocabulary knows.
    pub(super) fn key_line(&self, text: &str, line: &Range<usize>) -> Option<Pair> {
        let pair = lead::plain_pair(text, line)?;
        let label = &text[pair.label.clone()];
        let heads = pair.value.is_empty() && label.starts_with(char::is_uppercase);
        let known = || {
            // `required to:` is how a wrapped sentence may end.
            if label.contains(' ') && label.starts_with(char::is_lowercase) {
                return false;
            }
            let typing = self.builder.lexicon.title(label);
            field(label).is_some() || typing.is_some_and(|typing| typing.facet.is_some_and(is_typed))
        };
        (heads || label.contains('_') || known()).then_some(pair)
    }

    /// Reads the keys below an entry from one of its lines on: titles of the entries that follow, or
    /// statements.
    fn key_lines(&mut self, at: usize, inline: Inline<'_>, from: usize) {
        self.entries[at].item = None;
        let lines = line_ranges(inline.text);
        let mut index = from;
        while let Some(line) = lines.get(index) {
            self.close_sections(LINE_LEVEL);
            self.introduced = None;
            index += 1;
            match self.key_line(inline.text, line) {
                Some(pair) if pair.value.is_empty() => self.line_section(LINE_LEVEL, inline, &pair.label),
                _ => {
                    let goes_on = |line: &&Range<usize>| self.key_line(inline.text, line).is_none();
                    index += lines[index..].iter().take_while(goes_on).count();
                    self.sentences(at + 1, Some(line.start..lines[index - 1].end));
                }
            }
        }
    }

    /// What the label at the start of an entry says: `Prohibited actions: editing bank data`.
    fn led_facet(&self, inline: Inline<'_>, range: &Range<usize>) -> Option<Facet> {
        let head = &inline.text.as_bytes()[range.start..range.end.min(range.start + LABEL)];
        memchr::memchr(b':', head)?;
        let pair = match &lead::bold_pairs(inline, range)[..] {
            [pair] => pair.clone(),
            [] => lead::plain_pair(inline.text, range)?,
            _ => return None,
        };
        if pair.value.is_empty() {
            return None;
        }
        let label = &inline.text[pair.label];
        // `A note on duties: …` is a sentence.
        if ["A ", "An ", "The "]
            .iter()
            .any(|article| label.starts_with(article))
        {
            return None;
        }
        if !self.builder.lexicon.may_know(label) {
            return None;
        }
        let typing = self.builder.lexicon.title(label)?;
        typing.facet.filter(|facet| is_typed(*facet))
    }

    /// True if an entry with nested entries only names them: bold as a whole, or ending in a colon;
    /// where nothing says what the entries are, a few words name them as well.
    fn names_children(&self, at: usize, inline: Inline<'_>, range: &Range<usize>) -> bool {
        let text = &inline.text[range.clone()];
        let bold = inline.strong_at(range.start).is_some_and(|part| {
            inline.text[part.end.min(range.end)..range.end]
                .trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'))
                .is_empty()
        });
        let words = text.split_whitespace().count();
        let alone = || binding::sentences(text, 0..text.len()).nth(1).is_none();
        let colon = text.ends_with([':', '：']) && words <= 12 && alone();
        let typed = is_typed(self.builder.spec.sections[self.section_of(at)].facet);
        let told = typed || self.entries[at].introduces.is_some();
        let short = words <= 3
            && !text.ends_with(['.', '!', '?'])
            && (!told || !typed && self.builder.lexicon.names(&folded_bare(text)));
        (bold && words <= 8) || ((colon || short) && binding::rule(text).is_none())
    }

    fn entry_section(&mut self, at: usize, inline: Inline<'_>, range: &Range<usize>, above: usize) {
        let text = &inline.text[range.clone()];
        let bare = bare_title(text);
        let title = joined(&text[bare]);
        let folded = folded_bare(&title);
        let typing = self.builder.lexicon.folded(&title, &folded);
        let voice = self.voice;
        let index = self.builder.section(NewSection {
            title: &title,
            folded: &folded,
            parent: above,
            typing,
            key: false,
            voice,
            range: inline.source(range),
        });
        self.entries[at].section = Some(short(index));
        self.entries[at].item = None;
        // Its own title has more to say than the line above the whole list.
        if typing.is_some_and(|typing| typing.facet.is_some_and(is_typed)) {
            self.entries[at].introduces = None;
        }
    }
}

/// Where the first clause below the first line of an entry begins: the end of the text above it, and
/// the index of its line.
fn clauses_below(inline: Inline<'_>) -> Option<(usize, usize)> {
    let mut start = inline.line_break()? + 1;
    let lines = inline.text[start..].split('\n').enumerate();
    for (index, line) in lines {
        let bare = line.trim_start();
        if matches!(clauses::mark(bare), Some((Mark::Entry, _))) {
            return Some((start, index + 1));
        }
        start += line.len() + 1;
    }
    None
}
