//! Headings: the title of the document, sections, and statements.

use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::VersionPlace;
use crate::spec::binding;
use crate::spec::body::Body;
use crate::spec::body::is_typed;
use crate::spec::builder::NewItem;
use crate::spec::inline::joined;
use crate::spec::lead;
use crate::spec::page::Kind;
use crate::spec::title::bare_title;
use crate::spec::title::folded_bare;

impl Body<'_, '_, '_> {
    pub(super) fn heading(&mut self, at: usize, level: u8) -> usize {
        let block = &self.blocks[at];
        let inline = self.inline(block);
        let text = inline.text;
        let title_range = bare_title(text);
        let title = joined(&text[title_range.clone()]);
        if let Some(next) = self.log(at, level, text) {
            return next;
        }
        let source = inline.source(&title_range);
        if !self.titled && block.quote == 0 && (level == self.title_level || self.preamble_is_empty()) {
            let may_be_section = self.many_tops || level > 1;
            let is_section = may_be_section && self.builder.lexicon.title(&title).is_some();
            let named = level > 1 && self.builder.title().is_some();
            if level == self.title_level && !is_section && !named {
                self.titled = true;
                self.builder.heading(&title, &source);
                self.type_document(&title);
                return at + 1;
            }
        }
        if title.is_empty() {
            return at + 1;
        }
        // `# Version: 1.0 | Created: 2026-03-22`; the second one is a title of what has changed.
        let told = |place: &VersionPlace| place.form == "line";
        if self.preamble
            && text.contains(':')
            && !self.builder.spec.versions.iter().any(told)
            && self.plain_field(inline, &(0..text.len()))
        {
            return at + 1;
        }
        if self.quote == 0 {
            self.preamble = false;
        }
        let folded = folded_bare(&title);
        let typing = self.builder.lexicon.folded(&title, &folded);
        let above = self.enclosing(level);
        let held = self.builder.spec.sections[above].facet;
        let own = typing.and_then(|typing| typing.facet);
        if own.is_none() && is_typed(held) && self.is_leaf(at, level) {
            self.close_sections(level);
            self.builder.item(NewItem {
                facet: held,
                key: lead::key(inline, &title_range).as_deref(),
                text: &title,
                section: above,
                form: ItemForm::Heading,
                parent: None,
                range: source,
            });
            return at + 1;
        }
        // `### 1. Never deploy on Fridays` is a rule of the section around.
        if binding::is_order(&title) {
            let around = Some(held).filter(|held| is_typed(*held) && *held != Facet::Grant);
            let facet = own
                .filter(|own| is_typed(*own))
                .or(around)
                .unwrap_or(Facet::Limit);
            self.close_sections(level);
            self.builder.item(NewItem {
                facet,
                key: None,
                text: &title,
                section: above,
                form: ItemForm::Heading,
                parent: None,
                range: source,
            });
        }
        let lines = block.range().start..block.range().start + self.trimmed_len(&block.range());
        self.open_section(level, &title, &folded, lines, typing);
        at + 1
    }

    /// `# Roles and responsibilities` is above all the document's sections.
    fn type_document(&mut self, title: &str) {
        let folded = folded_bare(title);
        let says = ["responsibilities", "duties"]
            .iter()
            .any(|word| folded.contains(word));
        let typing = says
            .then(|| self.builder.lexicon.folded(title, &folded))
            .flatten();
        if typing.is_some_and(|typing| typing.facet == Some(Facet::Duty)) {
            self.builder.spec.sections[0].facet = Facet::Duty;
        }
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
            .find(|(at, open)| *at < self.floor() || open.level < level)
            .map_or(0, |(_, open)| open.index)
    }

    /// True if nothing stands below a heading.
    fn is_leaf(&self, at: usize, level: u8) -> bool {
        match self.blocks.get(at + 1).map(|block| &block.kind) {
            None => true,
            Some(Kind::Heading(next)) => *next <= level,
            Some(Kind::TagClose) => true,
            Some(_) => false,
        }
    }
}
