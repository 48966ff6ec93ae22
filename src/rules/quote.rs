//! The quotes that make front matter YAML again: `owner: @ann`, `description: Use it when: …`.

use serde::de::IgnoredAny;

use crate::rules::Context;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::yaml;

/// The edit that puts the value of a front-matter line between quotes, where that is all it takes for
/// the front matter to be YAML up to there and beyond.
pub(super) fn quotes(ctx: &Context<'_>, line: usize) -> Option<Edit> {
    let fence = ctx.after?.front_matter?;
    let inside = fence.first + 1..fence.last;
    if !inside.contains(&line) {
        return None;
    }
    let bytes = ctx.after_bytes;
    let range = edit::line_range(bytes, line)?;
    let text = std::str::from_utf8(&bytes[range.clone()]).ok()?;
    let (key, value) = text.split_once(": ")?;
    let value = value.trim();
    let plain = !value.is_empty() && !value.starts_with(['"', '\'', '[', '{', '|', '>', '#', '&', '*']);
    if !plain || value.contains(" #") {
        return None;
    }
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let start = range.start + key.len() + ": ".len();
    let edit = Edit {
        range: start..range.end,
        text: quoted,
    };
    let mended = edit::apply(bytes, std::slice::from_ref(&edit));
    let first = edit::line_range(&mended, inside.start)?.start;
    let end = edit::line_range(&mended, inside.end)?.start;
    let yaml = std::str::from_utf8(mended.get(first..end)?).ok()?;
    let further = match yaml::from_str::<IgnoredAny>(yaml) {
        Ok(_) => true,
        Err(error) => error.line.is_some_and(|at| at + fence.first > line),
    };
    further.then_some(edit)
}
