//! Sections between tags: `<success_criteria>` … `</success_criteria>`.

use crate::spec::body::Body;
use crate::spec::body::OpenSection;
use crate::spec::body::PLAIN_LEVEL;
use crate::spec::builder::NewSection;
use crate::spec::title::folded_title;
use crate::spec::vocabulary::folded_key;

impl Body<'_, '_, '_> {
    pub(super) fn open_tag(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        let name = self.inline(block).text;
        let title = folded_key(name).replace('_', " ");
        let folded = folded_title(&title);
        let typing = self.builder.lexicon.folded(&title, &folded);
        // A tag around the whole document is no section of it.
        if at > 0 || typing.is_some() {
            self.preamble = false;
        }
        self.close_sections(PLAIN_LEVEL);
        let index = self.builder.section(NewSection {
            title: name,
            folded: &folded,
            parent: self.current(),
            typing,
            key: false,
            voice: self.voice,
            range: block.range(),
        });
        self.open.push(OpenSection { level: 0, index });
        self.tags.push(self.open.len());
        // The log ends before the tag that closes it.
        self.log(at, 0, &title).unwrap_or(at + 1)
    }

    pub(super) fn close_tag(&mut self) {
        if let Some(inside) = self.tags.pop() {
            self.open.truncate(inside.saturating_sub(1));
        }
    }
}
