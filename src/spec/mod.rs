//! From bytes to a [`Spec`]: what a role spec says, with the line of everything.
//!
//! This room reads any bytes and never refuses a file: what it cannot read it reports as a
//! [`Problem`] and falls back to reading lines. It knows nothing of changes, rules or policy.
//! Start in [`parse`]: bytes become text (`source`), front matter becomes nodes (`yaml_lines`,
//! `toml_lines`) and Markdown becomes the blocks of a `page` (`markdown`); `front_matter` and `body`
//! read what they say into a `builder`.

mod badges;
mod binding;
mod body;
mod builder;
mod change_log;
mod dates;
mod deed;
mod front_matter;
mod hazards;
mod html;
mod inline;
mod lead;
mod levels;
mod markdown;
mod model;
mod page;
mod source;
mod tags;
mod text;
mod title;
mod toml_lines;
mod version;
mod vocabulary;
mod yaml_lines;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use dates::MONTHS;
pub use dates::month;
pub use levels::Level;
pub use model::*;
pub use text::Text;
pub use version::Grammar;
pub use version::Version;

use crate::spec::builder::Builder;
use crate::spec::page::Kind;
use crate::spec::source::Source;
use crate::spec::vocabulary::Lexicon;

/// Reads one spec. Never panics and never fails: what could not be read is in [`Spec::problems`].
///
/// `path` is only used as the identity of a spec that states none. Time and memory are linear in
/// `bytes.len()`.
pub fn parse(path: &str, bytes: &[u8], vocabulary: &Vocabulary) -> Spec {
    let mut problems = Vec::new();
    let source = Source::read(bytes, &mut problems);
    let mut builder = Builder::new(path, &source, Lexicon::new(vocabulary), problems);
    let mut start = 0;
    let mut blanked = None;
    if let Some((range, after, closed)) = front_matter::find(&source.text) {
        front_matter::read(&mut builder, range, closed);
        builder.spec.front_matter = Some(source.lines(&(0..after)));
        start = after;
        blanked = front_matter::wrapping_end(&source.text, after);
    }
    let markers = hazards::markers(&source);
    let text = readable(&source, markers.iter().chain(&blanked));
    let page = match tags::unwrap(&source, &text, start) {
        Some(unwrapped) => markdown::read_between(&text, start, &unwrapped),
        None => markdown::read(&text, start),
    };
    body::read(&mut builder, &page);
    let code: Vec<_> = page
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Code))
        .map(|block| block.range())
        .collect();
    badges::read(&mut builder, start, &code);
    builder
        .spec
        .problems
        .extend(hazards::scan(&source, &markers, &code));
    page.put_away(text.len());
    builder.finish()
}

/// The text for the Markdown parser: conflict markers and the like blanked, so that the statements
/// between them are still read, and lines that nest beyond reason cut short. Offsets stay what they
/// are.
fn readable<'s, 'r>(
    source: &'s Source<'_>,
    blanked: impl Iterator<Item = &'r Range<usize>> + Clone,
) -> Cow<'s, str> {
    let text: &str = &source.text;
    let deep = markdown::deep_lines(source);
    if blanked.clone().next().is_none() && deep.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in blanked {
        bytes[range.clone()].fill(b' ');
    }
    for range in deep {
        bytes[range].fill(b'.');
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}
