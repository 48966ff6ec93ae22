//! The Markdown text: from blocks to sections, items and fields.

use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Version;
use crate::spec::Voice;
use crate::spec::binding;
use crate::spec::builder::Builder;
use crate::spec::builder::Found;
use crate::spec::builder::NewItem;
use crate::spec::builder::NewSection;
use crate::spec::builder::Rank;
use crate::spec::change_log;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::lead::Pair;
use crate::spec::markdown::Block;
use crate::spec::markdown::Kind;
use crate::spec::title::bare_title;
use crate::spec::title::ornament;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::LogTitle;
use crate::spec::vocabulary::field;
use crate::spec::vocabulary::log_title;

/// A bold line that serves as a heading stands below every heading.
const BOLD_LEVEL: u8 = 7;

/// What an entry of a list became: nested entries ask for it.
#[derive(Clone, Copy, Default)]
struct EntryState {
    item: Option<usize>,
    section: Option<usize>,
    has_children: bool,
}

struct OpenSection {
    level: u8,
    index: usize,
}

/// Walks over the blocks once.
pub(super) struct Body<'a, 'b, 's> {
    pub(super) builder: &'b mut Builder<'s>,
    blocks: &'a [Block],
    entries: Vec<EntryState>,
    open: Vec<OpenSection>,
    /// Before the first heading below the title.
    preamble: bool,
    titled: bool,
    many_tops: bool,
    quote: usize,
    quote_base: usize,
    voice: Voice,
}

/// Reads the blocks of the text.
pub(super) fn read(builder: &mut Builder<'_>, blocks: &[Block]) {
    let mut entries = vec![EntryState::default(); blocks.len()];
    for block in blocks {
        if matches!(block.kind, Kind::Entry)
            && let Some(parent) = block.entry
        {
            entries[parent].has_children = true;
        }
    }
    let tops = blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Heading(1)) && block.quote == 0)
        .count();
    let mut body = Body {
        builder,
        blocks,
        entries,
        open: Vec::new(),
        preamble: true,
        titled: false,
        many_tops: tops > 1,
        quote: 0,
        quote_base: 0,
        voice: Voice::Body,
    };
    let mut at = 0;
    while at < blocks.len() {
        at = body.block(at).max(at + 1);
    }
}

impl Body<'_, '_, '_> {
    /// Reads one block, and what belongs to it; returns where to go on.
    fn block(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        self.enter_quote(at);
        match &block.kind {
            Kind::Heading(level) => return self.heading(at, *level),
            Kind::Paragraph => return self.paragraph(at),
            Kind::Entry => return self.entry(at),
            Kind::Table(table) => self.table(at, table),
            Kind::Code => self.code(at),
            Kind::QuoteEnd => self.leave_quote(),
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
            let folded = &self.builder.spec.sections[holder].folded;
            ["prompt", "profile", "persona", "instructions"]
                .iter()
                .any(|word| folded.contains(word))
        };
        let quote = self.blocks[at..].iter().take_while(|b| b.quote == block.quote);
        let addressed = quote.take(12).any(|block| {
            let start = block.inline.text.trim_start().to_lowercase();
            [
                "you are", "you're", "your ", "act as", "you must", "you will", "you ",
            ]
            .iter()
            .any(|word| start.starts_with(word))
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
    fn current(&self) -> usize {
        self.open.last().map_or(0, |open| open.index)
    }

    /// The section that a block stands in: an entry that serves as one, or the innermost open.
    fn section_of(&self, at: usize) -> usize {
        let mut entry = self.blocks[at].entry;
        // Bounded: a section is passed on to nested entries when they are read.
        while let Some(index) = entry {
            if let Some(section) = self.entries[index].section {
                return section;
            }
            entry = None;
        }
        self.current()
    }

    fn parent_item(&self, at: usize) -> Option<usize> {
        self.blocks[at].entry.and_then(|entry| self.entries[entry].item)
    }

    fn open_section(&mut self, level: u8, title: &str, range: Range<usize>, known: bool) -> usize {
        while self.open.len() > self.quote_base && self.open.last().is_some_and(|open| open.level >= level) {
            self.open.pop();
        }
        let parent = self.current();
        let typing = if known {
            self.builder.lexicon.title(title)
        } else {
            None
        };
        let index = self.builder.section(NewSection {
            title,
            parent,
            typing,
            key: false,
            voice: self.voice,
            range,
        });
        self.open.push(OpenSection { level, index });
        index
    }

    fn heading(&mut self, at: usize, level: u8) -> usize {
        let block = &self.blocks[at];
        let text = &block.inline.text;
        let title_range = bare_title(text);
        let title = joined(&text[title_range.clone()]);
        if let Some(next) = self.log(at, level, text) {
            return next;
        }
        let source = block.inline.source(&title_range);
        if !self.titled && block.quote == 0 && (level == 1 || self.preamble_is_empty()) {
            let is_section = self.many_tops && self.builder.lexicon.title(&title).is_some();
            if level == 1 && !is_section {
                self.titled = true;
                self.builder.heading(&title, &source);
                return at + 1;
            }
        }
        if title.is_empty() {
            return at + 1;
        }
        if self.quote == 0 {
            self.preamble = false;
        }
        let leaf = self.is_leaf(at, level);
        let above = self.enclosing(level);
        let held = self.builder.spec.sections[above].facet;
        let own = self.builder.lexicon.title(&title).and_then(|typing| typing.facet);
        if leaf && own.is_none() && is_typed(held) {
            while self.open.len() > self.quote_base
                && self.open.last().is_some_and(|open| open.level >= level)
            {
                self.open.pop();
            }
            let key = lead::key(&block.inline, &title_range);
            self.builder.item(NewItem {
                facet: held,
                key,
                text: title,
                section: above,
                form: ItemForm::Heading,
                parent: None,
                range: source,
            });
            return at + 1;
        }
        let lines = block.range.start..block.range.start + self.trimmed_len(&block.range);
        self.open_section(level, &title, lines, true);
        at + 1
    }

    fn trimmed_len(&self, range: &Range<usize>) -> usize {
        self.builder.source.text[range.clone()].trim_end().len()
    }

    fn preamble_is_empty(&self) -> bool {
        self.preamble && self.open.is_empty()
    }

    /// The section that a heading of a level would stand in.
    fn enclosing(&self, level: u8) -> usize {
        self.open
            .iter()
            .enumerate()
            .rev()
            .find(|(at, open)| *at < self.quote_base || open.level < level)
            .map_or(0, |(_, open)| open.index)
    }

    /// True if nothing stands below a heading.
    fn is_leaf(&self, at: usize, level: u8) -> bool {
        match self.blocks.get(at + 1).map(|block| &block.kind) {
            None => true,
            Some(Kind::Heading(next)) => *next <= level,
            Some(_) => false,
        }
    }

    /// Reads a change log below a heading; returns where it ends.
    fn log(&mut self, at: usize, level: u8, title: &str) -> Option<usize> {
        let sure = log_title(title)? == LogTitle::Sure;
        let quote = self.blocks[at].quote;
        let end = self.blocks[at + 1..]
            .iter()
            .position(|block| match block.kind {
                Kind::Heading(next) => next <= level || block.quote != quote,
                Kind::QuoteEnd => quote != 0,
                Kind::Paragraph => level == BOLD_LEVEL && self.is_bold_heading(block),
                _ => false,
            })
            .map_or(self.blocks.len(), |next| at + 1 + next);
        let range = self.blocks[at].range.clone();
        let log = change_log::read(self.builder, &self.blocks[at + 1..end], &range, sure)?;
        let known = &mut self.builder.spec.changelog;
        if known.as_ref().is_none_or(|known| known.rows.is_empty()) {
            *known = Some(log);
        }
        if self.quote == 0 && level < BOLD_LEVEL {
            self.preamble = false;
            while self.open.last().is_some_and(|open| open.level >= level) {
                self.open.pop();
            }
        }
        Some(end)
    }

    fn is_bold_heading(&self, block: &Block) -> bool {
        let text = &block.inline.text;
        let first = text.find('\n').unwrap_or(text.len());
        block.entry.is_none() && lead::bold_heading(&block.inline, &(0..first), first == text.len()).is_some()
    }

    fn entry(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        let named = self
            .blocks
            .get(at + 1)
            .filter(|next| matches!(next.kind, Kind::Paragraph) && next.entry == Some(at));
        // What the entry itself does not decide, its nested entries inherit.
        if let Some(parent) = block.entry {
            self.entries[at].section = self.entries[parent].section;
            self.entries[at].item = self.entries[parent].item;
        }
        let Some(paragraph) = named else {
            return at + 1;
        };
        let inline = &paragraph.inline;
        if self.fields_open() && block.entry.is_none() && self.field_lines(inline, true) {
            return at + 2;
        }
        let range = statement(inline, 0..inline.text.len());
        if range.is_empty() {
            return at + 2;
        }
        let section = self.section_of(at);
        if self.entries[at].has_children && self.names_children(inline, &range) {
            self.entry_section(at, inline, &range, section);
            return at + 2;
        }
        let text = joined(&inline.text[range.clone()]);
        let facet = self.facet(section, &text);
        let item = self.builder.item(NewItem {
            facet,
            key: lead::key(inline, &range),
            text,
            section,
            form: ItemForm::ListEntry,
            parent: self.parent_item(at),
            range: inline.source(&range),
        });
        self.entries[at].item = item;
        at + 2
    }

    /// True if an entry with nested entries only names them: bold as a whole, or ending in a colon.
    fn names_children(&self, inline: &Inline, range: &Range<usize>) -> bool {
        let text = &inline.text[range.clone()];
        let bold = inline.strong_at(range.start).is_some_and(|part| {
            inline.text[part.end.min(range.end)..range.end]
                .trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'))
                .is_empty()
        });
        let words = text.split_whitespace().count();
        let colon = text.ends_with([':', '：']) && words <= 12;
        let short = words <= 3 && !text.ends_with(['.', '!', '?']);
        bold || ((colon || short) && binding::rule(text).is_none())
    }

    fn entry_section(&mut self, at: usize, inline: &Inline, range: &Range<usize>, above: usize) {
        let text = &inline.text[range.clone()];
        let bare = bare_title(text);
        let title = joined(&text[bare]);
        let typing = self.builder.lexicon.title(&title);
        let voice = self.voice;
        let index = self.builder.section(NewSection {
            title: &title,
            parent: above,
            typing,
            key: false,
            voice,
            range: inline.source(range),
        });
        self.entries[at].section = Some(index);
        self.entries[at].item = None;
    }

    /// The facet of an entry, a row or a bold-lead line.
    fn facet(&self, section: usize, text: &str) -> Facet {
        let held = self.builder.spec.sections[section].facet;
        match held {
            Facet::Prose => binding::rule(text).unwrap_or(Facet::Prose),
            held => held,
        }
    }

    /// True where `key: value` lines are the document's own: above the first section, or below a
    /// heading that says so.
    fn fields_open(&self) -> bool {
        self.quote == 0
            && (self.preamble || self.builder.spec.sections[self.current()].facet == Facet::Metadata)
    }

    fn paragraph(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        let inline = &block.inline;
        if inline.is_blank() {
            return at + 1;
        }
        let nested = block.entry.is_some();
        let lines = line_ranges(&inline.text);
        let alone = lines.len() == 1;
        let mut run: Option<Range<usize>> = None;
        for (index, line) in lines.iter().enumerate() {
            if line.is_empty() {
                continue;
            }
            let starts_bold = inline.strong_at(line.start).is_some();
            if !nested && starts_bold {
                if let Some(title) = lead::bold_heading(inline, line, alone) {
                    self.sentences(at, run.take());
                    if index == 0
                        && let Some(next) = self.bold_log(at, inline, &title)
                    {
                        return next;
                    }
                    self.bold_section(inline, &title);
                    continue;
                }
                let pairs = lead::bold_pairs(inline, line);
                if !pairs.is_empty() {
                    self.sentences(at, run.take());
                    self.pairs(at, &pairs, &lines[index..]);
                    continue;
                }
            }
            if !nested && self.plain_field(inline, line) {
                self.sentences(at, run.take());
                continue;
            }
            run = Some(match run.take() {
                Some(run) => run.start..line.end,
                None => line.clone(),
            });
        }
        self.sentences(at, run.take());
        at + 1
    }

    fn bold_log(&mut self, at: usize, inline: &Inline, title: &Range<usize>) -> Option<usize> {
        let text = inline.text[title.clone()].to_owned();
        self.log(at, BOLD_LEVEL, &text)
    }

    fn bold_section(&mut self, inline: &Inline, title: &Range<usize>) {
        let text = &inline.text[title.clone()];
        let bare = bare_title(text);
        let range = title.start + bare.start..title.start + bare.end;
        let title = joined(&text[bare]);
        self.open_section(BOLD_LEVEL, &title, inline.source(&range), true);
    }

    /// Takes over the lines of an entry or paragraph if every one is a field.
    fn field_lines(&mut self, inline: &Inline, known_only: bool) -> bool {
        let lines = line_ranges(&inline.text);
        let mut found = Vec::new();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let mut pairs = lead::bold_pairs(inline, line);
            if pairs.is_empty() {
                pairs.extend(lead::plain_pair(&inline.text, line));
            }
            let known = !pairs.is_empty()
                && pairs.iter().all(|pair| {
                    !pair.value.is_empty()
                        && (!known_only || field(&inline.text[pair.label.clone()]).is_some())
                });
            if !known {
                return false;
            }
            found.push(pairs);
        }
        for pairs in &found {
            self.fields(inline, pairs, "bold");
        }
        !found.is_empty()
    }

    /// `**Key:** value` lines. A value that is no field may go on in the lines below.
    fn pairs(&mut self, at: usize, pairs: &[Pair], lines: &[Range<usize>]) {
        let inline = &self.blocks[at].inline;
        let _ = lines;
        let form = if pairs.len() > 1 { "bar" } else { "bold" };
        self.fields(inline, pairs, form);
    }

    /// Takes over pairs: fields of the document, or statements with a name.
    fn fields(&mut self, inline: &Inline, pairs: &[Pair], form: &'static str) {
        for pair in pairs {
            let label = joined(&inline.text[pair.label.clone()]);
            let value = joined(&inline.text[pair.value.clone()]);
            if label.is_empty() {
                continue;
            }
            let known = field(&label);
            let form = if self.quote != 0 { "quote" } else { form };
            let rank = if self.quote != 0 { Rank::Aside } else { Rank::Text };
            if value.is_empty() {
                continue;
            }
            let reads = self.states(known, &value, pairs.len());
            if reads {
                self.builder.state(&Found {
                    label: &label,
                    value: &value,
                    range: inline.source(&pair.value),
                    form,
                    rank,
                });
            }
            if matches!(known, Some(Field::Version | Field::Date)) && (reads || known == Some(Field::Date)) {
                continue;
            }
            self.scalar(inline, pair, &label, &value, known);
        }
    }

    /// Whether a pair speaks of the document itself.
    fn states(&self, known: Option<Field>, value: &str, count: usize) -> bool {
        match known {
            None => false,
            Some(_) if self.preamble || self.fields_open() => true,
            // A foot line may tell the version far below.
            Some(Field::Version) => Version::parse(value).is_some(),
            Some(_) => count > 1,
        }
    }

    fn scalar(&mut self, inline: &Inline, pair: &Pair, label: &str, value: &str, known: Option<Field>) {
        let section = self.current();
        let held = self.builder.spec.sections[section].facet;
        let text = format!("{label}: {value}");
        let typing = self
            .builder
            .lexicon
            .title(label)
            .and_then(|typing| typing.facet)
            .filter(|facet| !matches!(facet, Facet::Prose | Facet::Metadata));
        let facet = if known.is_some() && !is_typed(held) {
            Facet::Metadata
        } else if let Some(facet) = typing {
            facet
        } else if is_typed(held) {
            held
        } else if self.fields_open() {
            binding::rule(value).unwrap_or(Facet::Metadata)
        } else {
            binding::rule(value).unwrap_or(held)
        };
        self.builder.item(NewItem {
            facet,
            key: Some(label.to_lowercase()),
            text,
            section,
            form: ItemForm::Scalar,
            parent: None,
            range: inline.source(&(pair.label.start..pair.value.end)),
        });
    }

    /// `Owner: x` and `Version 0.5.0` lines above the first section.
    fn plain_field(&mut self, inline: &Inline, line: &Range<usize>) -> bool {
        if !(self.fields_open() || self.quote != 0 && self.preamble) {
            return false;
        }
        let text = &inline.text;
        let (form, rank) = if self.quote != 0 {
            ("quote", Rank::Aside)
        } else {
            ("line", Rank::Text)
        };
        if let Some(range) = bare_version(text, line) {
            let value = text[range.clone()].to_owned();
            self.builder.version(&Found {
                label: "version",
                value: &value,
                range: inline.source(&range),
                form,
                rank,
            });
            return true;
        }
        let Some(pair) = lead::plain_pair(text, line) else {
            return false;
        };
        let label = joined(&text[pair.label.clone()]);
        let value = joined(&text[pair.value.clone()]);
        let Some(known) = field(&label).filter(|_| !value.is_empty()) else {
            return false;
        };
        self.builder.state(&Found {
            label: &label,
            value: &value,
            range: inline.source(&pair.value),
            form,
            rank,
        });
        if !matches!(known, Field::Version | Field::Date) {
            self.scalar(inline, &pair, &label, &value, Some(known));
        }
        true
    }

    fn sentences(&mut self, at: usize, run: Option<Range<usize>>) {
        let Some(run) = run else {
            return;
        };
        let inline = &self.blocks[at].inline;
        let section = self.section_of(at);
        let held = self.builder.spec.sections[section].facet;
        let parent = self.parent_item(at);
        for range in binding::sentences(&inline.text, run) {
            let range = statement(inline, range);
            if range.is_empty() {
                continue;
            }
            let text = joined(&inline.text[range.clone()]);
            let facet = if is_typed(held) {
                if binding::binds(&text) { held } else { Facet::Prose }
            } else {
                binding::rule(&text).unwrap_or(Facet::Prose)
            };
            self.builder.item(NewItem {
                facet,
                key: None,
                text,
                section,
                form: ItemForm::Sentence,
                parent,
                range: inline.source(&range),
            });
        }
    }

    fn table(&mut self, at: usize, table: &super::markdown::Table) {
        super::tables::read(self, at, table);
    }

    /// What a table row or entry needs from the walk.
    pub(super) fn place(&self, at: usize) -> (usize, Option<usize>, bool, bool) {
        let section = self.section_of(at);
        (section, self.parent_item(at), self.fields_open(), self.preamble)
    }

    pub(super) fn row_facet(&self, section: usize, text: &str) -> Facet {
        self.facet(section, text)
    }

    fn code(&mut self, at: usize) {
        let block = &self.blocks[at];
        let source = self.builder.source;
        let section = self.section_of(at);
        let held = self.builder.spec.sections[section].facet;
        let facet = if is_typed(held) { held } else { Facet::Prose };
        let mut line_at = block.range.start;
        let mut first = true;
        while line_at < block.range.end {
            let end = source.line_end(line_at).min(block.range.end);
            let line = trimmed(&source.text, line_at..end.max(line_at));
            let next = source.next_line(line_at);
            let text = source.text[line.clone()].trim_start_matches('>').trim();
            let fence = text.starts_with("```") || text.starts_with("~~~");
            let skip = text.is_empty() || (fence && (first || next >= block.range.end));
            first = false;
            line_at = next.max(line_at + 1);
            if skip {
                continue;
            }
            let start = line.end - text.len();
            if self.preamble && self.quote == 0 && self.preamble_code(text, start) {
                continue;
            }
            self.builder.item(NewItem {
                facet,
                key: None,
                text: joined(text),
                section,
                form: ItemForm::Code,
                parent: self.parent_item(at),
                range: start..line.end,
            });
        }
    }

    /// `Version: 3.4.1` in a block of code above the first section.
    fn preamble_code(&mut self, text: &str, start: usize) -> bool {
        let line = 0..text.len();
        let (label, range) = match (bare_version(text, &line), lead::plain_pair(text, &line)) {
            (Some(range), _) => ("version".to_owned(), range),
            (None, Some(pair)) => (joined(&text[pair.label]), pair.value),
            (None, None) => return false,
        };
        let value = joined(&text[range.clone()]);
        let unquoted = value.trim_matches(['"', '\'']);
        if unquoted.is_empty() {
            return false;
        }
        let quote = usize::from(unquoted.len() < value.len());
        let range = start + range.start + quote..start + range.start + quote + unquoted.len();
        let known = self.builder.state(&Found {
            label: &label,
            value: unquoted,
            range,
            form: "preamble",
            rank: Rank::Aside,
        });
        matches!(known, Some(Field::Version | Field::Date))
    }
}

fn is_typed(facet: Facet) -> bool {
    !matches!(facet, Facet::Prose | Facet::Metadata)
}

/// The lines of a text as ranges, white space at their ends excluded.
fn line_ranges(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        out.push(trimmed(text, start..start + line.len()));
        start += line.len() + 1;
    }
    out
}

/// A statement without emoji and check boxes at its start and white space at its ends.
fn statement(inline: &Inline, range: Range<usize>) -> Range<usize> {
    let range = trimmed(&inline.text, range);
    let start = range.start + ornament(&inline.text[range.clone()]);
    if start >= range.end {
        return range;
    }
    start..range.end
}

/// The version of a line that says nothing else: `Version 0.5.0`, `v1.2`.
fn bare_version(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let part = &text[line.clone()];
    let rest = ["version ", "document version ", "revision ", "rev. ", "ver. "]
        .iter()
        .find(|word| {
            part.len() > word.len()
                && part.is_char_boundary(word.len())
                && part[..word.len()].eq_ignore_ascii_case(word)
        })
        .map(|word| &part[word.len()..])?;
    let value = rest.trim();
    let digit = value
        .trim_start_matches(['v', 'V', 'r'])
        .starts_with(|c: char| c.is_ascii_digit());
    (digit && !value.contains(' ') && Version::parse(value).is_some())
        .then(|| line.end - rest.trim_start().len()..line.end - (rest.len() - rest.trim_end().len()))
}
