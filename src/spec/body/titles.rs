//! Plain lines that serve as headings: `3\\. Responsibilities`, `Key duties`, and an underlined title
//! that Markdown takes for an entry of a list.

use std::ops::Range;

use crate::spec::binding;
use crate::spec::body::Body;
use crate::spec::body::PLAIN_LEVEL;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::page::Kind;
use crate::spec::title::bare_title;
use crate::spec::title::folded_bare;
use crate::spec::vocabulary::log_title;

/// A longer line is a sentence, unless a number says that it is a title.
const TITLE_WORDS: usize = 5;

/// A longer line is a sentence in any case.
const NUMBERED_WORDS: usize = 8;

impl Body<'_, '_, '_> {
    /// Reads a paragraph of one line as a heading, if it serves as one; returns where to go on.
    pub(super) fn plain_heading(&mut self, at: usize) -> Option<usize> {
        let block = &self.blocks[at];
        let inline = self.inline(block);
        let title = self.plain_title(inline)?;
        let below = self.blocks.get(at + 1)?;
        let holds = matches!(
            below.kind,
            Kind::Paragraph | Kind::Entry | Kind::Table(_) | Kind::Code
        );
        // What a colon ends speaks for the list below it and for nothing after that.
        let introduces = inline.text.trim_end().ends_with([':', '：'])
            && matches!(below.kind, Kind::Entry | Kind::Table(_));
        if !holds || below.quote != block.quote || introduces {
            return None;
        }
        if let Some(next) = self.log(at, PLAIN_LEVEL, inline.text) {
            return Some(next);
        }
        self.line_section(PLAIN_LEVEL, inline, &title);
        Some(at + 1)
    }

    /// The title that a line is: one with a number before it, or one that the vocabulary knows as it
    /// stands.
    pub(super) fn plain_title(&self, inline: Inline<'_>) -> Option<Range<usize>> {
        let line = trimmed(inline.text, 0..inline.text.len());
        let text = &inline.text[line.clone()];
        if text.len() > 80
            || text.ends_with(['.', '!', '?', ',', ';'])
            || inline.strong_at(line.start).is_some()
        {
            return None;
        }
        let first = *text.as_bytes().first()?;
        let numbered = first.is_ascii_digit();
        let words = text.split(' ').count();
        if words > NUMBERED_WORDS || !numbered && words > TITLE_WORDS || first.is_ascii_lowercase() {
            return None;
        }
        let is_log = log_title(text).is_some();
        if !(numbered || is_log || self.builder.lexicon.may_know(text)) {
            return None;
        }
        let bare = bare_title(text);
        let range = line.start + bare.start..line.start + bare.end;
        if is_log {
            return Some(range);
        }
        let title = &text[bare.clone()];
        if self.builder.lexicon.may_know(title) && self.builder.lexicon.names(&folded_bare(title)) {
            return Some(range);
        }
        if !numbered {
            return None;
        }
        // `3. Scope` is a title, `3.1 Leave it` a clause of one.
        let clause = text[..bare.start].trim_end_matches(['.', ' ']).contains('.');
        let opens = numbered && bare.start > 0 && title.starts_with(char::is_uppercase);
        (opens && !clause && binding::rule(title).is_none()).then_some(range)
    }

    /// Opens the section that a line names.
    pub(super) fn line_section(&mut self, level: u8, inline: Inline<'_>, title: &Range<usize>) {
        let text = joined(&inline.text[title.clone()]);
        let folded = folded_bare(&text);
        let typing = self.builder.lexicon.folded(&text, &folded);
        if self.quote == 0 {
            self.preamble = false;
        }
        self.open_section(level, &text, &folded, inline.source(title), typing);
    }

    /// The title of an entry that a line of `=` underlines: `4. SCOPE`, which is no list.
    pub(super) fn underlined(inline: Inline<'_>) -> Option<Range<usize>> {
        let end = inline.line_break()?;
        let below = &inline.text[end + 1..];
        if !below.starts_with("==") {
            return None;
        }
        let below = below.lines().next().unwrap_or_default().trim_end();
        let title = trimmed(inline.text, 0..end);
        let sound = below.len() > 2 && below.bytes().all(|b| b == b'=');
        (sound && !title.is_empty()).then_some(title)
    }
}
