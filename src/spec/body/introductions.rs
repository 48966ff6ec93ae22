//! A line that ends in a colon just before a list or table speaks for what stands in it.

use std::ops::Range;

use crate::spec::Facet;
use crate::spec::binding;
use crate::spec::binding::Introduction;
use crate::spec::body::Body;
use crate::spec::body::clauses;
use crate::spec::body::is_typed;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::page::Block;
use crate::spec::page::Kind;
use crate::spec::title::bare_title;
use crate::spec::title::folded_bare;

/// A section that a line before a list opens stands below every heading, bold ones included, and
/// ends with the list.
pub(super) const LINE_LEVEL: u8 = 9;

/// A longer line is a sentence and no title.
const TITLE_WORDS: usize = 9;

impl Body<'_, '_, '_> {
    /// Ends what a line before a list said, once something else than that list follows.
    pub(super) fn end_introduction(&mut self, at: usize) {
        if self.introduced.is_none() && self.open.last().is_none_or(|open| open.level < LINE_LEVEL) {
            return;
        }
        let block = &self.blocks[at];
        if block.entry().is_none() && !self.lists(block) {
            self.close_sections(LINE_LEVEL);
            self.introduced = None;
        }
    }

    /// True if a list or table follows a block and nothing stands between them.
    fn is_before_list(&self, at: usize) -> bool {
        let block = &self.blocks[at];
        block.entry().is_none()
            && self
                .blocks
                .get(at + 1)
                .is_some_and(|next| next.entry().is_none() && next.quote == block.quote && self.lists(next))
    }

    /// True for an entry, a table or a paragraph of clauses.
    fn lists(&self, block: &Block) -> bool {
        match block.kind {
            Kind::Entry | Kind::Table(_) => true,
            Kind::Paragraph => clauses::mark(self.inline(block).text).is_some(),
            Kind::Heading(_) | Kind::Code | Kind::QuoteEnd | Kind::TagOpen | Kind::TagClose => false,
        }
    }

    /// The last sentence of a paragraph, if it introduces the list that follows.
    pub(super) fn introducing(&self, at: usize, run: &Range<usize>, listed: bool) -> Option<Range<usize>> {
        let text = self.inline(&self.blocks[at]).text;
        let ends = text[run.clone()].trim_end();
        let opens = ends.ends_with([':', '：']) || binding::goes_on(ends);
        if !opens || !(listed || self.is_before_list(at)) {
            return None;
        }
        let last = binding::sentences(text, run.clone()).last()?;
        Some(self.key_alone(text, &last).unwrap_or(last))
    }

    /// The last line of a run of `key: value` lines, which speaks alone. A sentence may be wrapped
    /// before its last words, which are no key.
    fn key_alone(&self, text: &str, run: &Range<usize>) -> Option<Range<usize>> {
        let end = run.start + text[run.clone()].rfind('\n')?;
        let above = text[run.start..end]
            .rfind('\n')
            .map_or(run.start, |end| run.start + end + 1);
        let line = trimmed(text, end..run.end);
        let pair = self.key_line(text, &line).filter(|pair| pair.value.is_empty())?;
        let among_keys = || lead::plain_pair(text, &trimmed(text, above..end)).is_some();
        (text[pair.label].contains('_') || among_keys()).then_some(line)
    }

    /// Opens the section that the line before a list names: `Your core responsibilities:`.
    pub(super) fn introduced_section(&mut self, inline: Inline<'_>, sentence: &Range<usize>) -> bool {
        let text = &inline.text[sentence.clone()];
        let bare = bare_title(text);
        let words = text[bare.clone()].split_whitespace().count();
        if words > TITLE_WORDS {
            return false;
        }
        let title = joined(&text[bare.clone()]);
        let folded = folded_bare(&title);
        // A line that binds by itself is a statement, whatever its last words are.
        let states = || words > 2 && binding::introduction(text).is_some();
        let typing = self.builder.lexicon.folded(&title, &folded);
        let Some(typing) = typing.filter(|typing| typing.facet.is_some_and(is_typed) && !states()) else {
            return false;
        };
        let range = sentence.start + bare.start..sentence.start + bare.end;
        self.open_section(LINE_LEVEL, &title, &folded, inline.source(&range), Some(typing));
        true
    }

    /// What an entry is by what stands above it: the words that introduce its list have the last
    /// word where they turn the section round.
    pub(super) fn introduced_facet(
        &self,
        held: Facet,
        own: Facet,
        said: Option<Introduction>,
        text: &str,
    ) -> Facet {
        let Some(said) = said else {
            return own;
        };
        match held {
            _ if matches!(said.facet, Facet::Duty | Facet::Demand) => said.facet,
            // What somebody may do has its conditions: `adding a step when the rule requires it`.
            Facet::Prose | Facet::Metadata | Facet::Grant
                if said.facet == Facet::Grant && own == Facet::Limit && !binding::forbids(text) =>
            {
                said.facet
            }
            Facet::Prose | Facet::Metadata if own == Facet::Prose => said.facet,
            Facet::Grant if said.facet == Facet::Limit => Facet::Limit,
            Facet::Duty if said.forbids => Facet::Limit,
            Facet::Limit if said.facet == Facet::Grant => Facet::Grant,
            _ => own,
        }
    }
}
