//! Front matter: finding it, reading it, and saying what is wrong with it.

mod interpreter;
mod plain;

use std::collections::HashMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::spec::ProblemKind;
use crate::spec::builder::Builder;
use crate::spec::front_matter::interpreter::Interpreter;
use crate::spec::front_matter::plain::is_plain_yaml;
use crate::spec::toml_lines;
use crate::spec::yaml_lines;
use crate::spec::yaml_lines::Tree;
use crate::yaml;

/// The line above and below front matter in TOML.
const TOML_FENCE: &str = "+++";

/// Front matter larger than this is read but not checked against YAML itself.
const MAX_CHECKED: usize = 256 * 1024;

/// Front matter with more blank lines than this in a row is not checked either.
const MAX_GAP: usize = 1000;

/// At most this many keys that stand twice are told.
const MAX_DUPLICATES: usize = 20;

/// Finds the front matter: the range between its fences, where the body begins, and whether it is closed.
pub(super) fn find(text: &str) -> Option<(Range<usize>, usize, bool)> {
    let mut at = first_line(text)?;
    if let Some(wrap) = wrapped(&text[at..]) {
        at += wrap;
    }
    let first = line_of(&text[at..]);
    if first.trim_end() == TOML_FENCE {
        return find_toml(text, (at + first.len() + 1).min(text.len()));
    }
    if first.trim_end() != "---" {
        return None;
    }
    let start = (at + first.len() + 1).min(text.len());
    let mut line_at = start;
    let mut blank = None;
    let mut first_line = true;
    while line_at < text.len() {
        let line = line_of(&text[line_at..]);
        let next = (line_at + line.len() + 1).min(text.len());
        let bare = line.trim_end();
        if bare == "---" || bare == "..." {
            // Two rules with text between them are no front matter.
            let inside = &text[start..line_at];
            let sound = inside.trim().is_empty() || inside.lines().any(looks_like_key);
            return sound.then_some((start..line_at, next, true));
        }
        if first_line && !bare.trim().is_empty() {
            first_line = false;
            if !looks_like_key(bare) && !bare.trim_start().starts_with(['#', '-']) {
                return None;
            }
        }
        if blank.is_none() && (bare.trim().is_empty() || bare.starts_with("# ") || bare.starts_with("## ")) {
            blank = Some(line_at);
        }
        line_at = next;
    }
    let end = blank.unwrap_or(text.len());
    let keys = text[start..end]
        .lines()
        .filter(|line| looks_like_key(line))
        .count();
    (keys > 0).then_some((start..end, end, false))
}

/// Where the first line begins that is not blank: blank lines above the fence are common.
fn first_line(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let line = line_of(text.get(at..)?);
        if !line.trim().is_empty() {
            return Some(at);
        }
        at += line.len() + 1;
    }
}

/// Length of a line that opens a block of code around front matter and all that follows: editors that
/// show agents as code write them so.
fn wrapped(text: &str) -> Option<usize> {
    let line = line_of(text);
    let opens = line.starts_with("```") && line.trim_start_matches('`').contains(|c: char| c.is_alphabetic());
    let next = line.len() + 1;
    (opens && line_of(text.get(next..)?).trim_end() == "---").then_some(next)
}

/// The line that closes the block of code around a document whose front matter ends at an offset: the
/// last of the text, or the first that can.
pub(super) fn wrapping_end(text: &str, after: usize) -> Option<Range<usize>> {
    let at = first_line(text)?;
    wrapped(&text[at..])?;
    let ticks = text[at..].bytes().take_while(|byte| *byte == b'`').count();
    let closes = |line: &str| {
        let line = line.trim_end();
        line.len() >= ticks && line.bytes().all(|byte| byte == b'`')
    };
    let body = text[after..].trim_end();
    let last = body.rfind('\n').map_or(0, |end| end + 1);
    if closes(&body[last..]) {
        return Some(after + last..after + body.len());
    }
    let mut start = after;
    body.split_inclusive('\n').find_map(|line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        closes(line).then_some(range)
    })
}

/// The same between `+++` lines; without the closing one they are text.
fn find_toml(text: &str, start: usize) -> Option<(Range<usize>, usize, bool)> {
    let mut at = start;
    let mut pairs = false;
    while at < text.len() {
        let line = line_of(&text[at..]);
        let next = (at + line.len() + 1).min(text.len());
        if line.trim_end() == TOML_FENCE {
            return pairs.then_some((start..at, next, true));
        }
        pairs |= line.contains('=');
        at = next;
    }
    None
}

fn line_of(text: &str) -> &str {
    memchr::memchr(b'\n', text.as_bytes()).map_or(text, |end| &text[..end])
}

fn looks_like_key(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '-']).trim_end();
    let Some(colon) = line.find(':') else {
        return false;
    };
    let key = line[..colon].trim_matches(['"', '\'']);
    let rest = &line[colon + 1..];
    !key.is_empty()
        && key.len() <= 60
        && key.split(' ').count() <= 4
        && !key.starts_with(['*', '>', '|', '`', '<', '#'])
        && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Reads `range` of the source as front matter.
pub(super) fn read(builder: &mut Builder<'_>, range: Range<usize>, closed: bool) {
    let source = builder.source;
    let above = source.text[..range.start].trim_end();
    let tree = if above.ends_with(TOML_FENCE) {
        let tree = toml_lines::read(&source.text, range.clone());
        report_toml(builder, &tree);
        tree
    } else {
        let tree = yaml_lines::read(&source.text, range.clone());
        report(builder, &tree, &range, closed);
        tree
    };
    Interpreter::new(builder, &tree).run();
}

/// Reads the inside of a block of code as an agent's definition, if it is one: YAML whose top has a map
/// named `agent` or `persona`. Some agents have it instead of front matter.
pub(super) fn read_definition(builder: &mut Builder<'_>, range: Range<usize>) -> bool {
    let source = builder.source;
    let defines = |line: &str| matches!(line.trim_end(), "agent:" | "persona:");
    if !source.text[range.clone()].lines().any(defines) {
        return false;
    }
    let tree = yaml_lines::read(&source.text, range);
    if tree.too_deep {
        return false;
    }
    Interpreter::new(builder, &tree).run();
    true
}

fn report(builder: &mut Builder<'_>, tree: &Tree<'_>, range: &Range<usize>, closed: bool) {
    let first = builder.source.line(range.start);
    if !closed {
        let line = first.saturating_sub(1).max(1);
        builder.problem(
            ProblemKind::FrontMatterUnreadable,
            line,
            format!("front matter that begins at line {line} is not closed by `---`"),
        );
    }
    let duplicates = duplicates(builder, tree);
    if tree.too_deep {
        builder.problem(
            ProblemKind::FrontMatterUnreadable,
            first,
            format!("front matter at line {first} is nested too deeply; it was read flat"),
        );
        return;
    }
    if let Some(fault) = tree.faults.first() {
        let line = builder.source.line(fault.at);
        unreadable(builder, line, fault.message);
        return;
    }
    let text = &builder.source.text[range.clone()];
    if duplicates || text.len() > MAX_CHECKED || is_plain_yaml(text) || nests_deeply(text) || has_gap(text) {
        return;
    }
    if let Err(error) = yaml::from_str::<IgnoredAny>(text) {
        let last = builder.source.line(range.end.saturating_sub(1));
        let line = first + error.line.unwrap_or(1).saturating_sub(1);
        let told = error.message.split(" at line").next().unwrap_or_default();
        unreadable(builder, line.clamp(first, last.max(first)), told);
    }
}

fn report_toml(builder: &mut Builder<'_>, tree: &Tree<'_>) {
    duplicates(builder, tree);
    if let Some(fault) = tree.faults.first() {
        let line = builder.source.line(fault.at);
        let told = fault.message;
        builder.problem(
            ProblemKind::FrontMatterUnreadable,
            line,
            format!("front matter is no TOML at line {line}: {told}"),
        );
    }
}

fn unreadable(builder: &mut Builder<'_>, line: usize, told: &str) {
    builder.problem(
        ProblemKind::FrontMatterUnreadable,
        line,
        format!("front matter is no YAML at line {line}: {told}"),
    );
}

/// True for text whose brackets would cost a YAML parser more than linear time.
fn nests_deeply(text: &str) -> bool {
    let mut depth = 0usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 64
    })
}

/// True for text whose blank lines would do so: their cost is the square of how many follow each other.
fn has_gap(text: &str) -> bool {
    let mut blank = 0usize;
    text.bytes().any(|byte| {
        match byte {
            b'\n' => blank += 1,
            b' ' | b'\t' | b'\r' => {}
            _ => blank = 0,
        }
        blank > MAX_GAP
    })
}

/// Reports keys that stand twice in one map; true if there are any.
fn duplicates(builder: &mut Builder<'_>, tree: &Tree<'_>) -> bool {
    let mut seen = HashMap::new();
    let mut told = 0;
    for node in &tree.nodes {
        let Some((key, range)) = &node.key else {
            continue;
        };
        if let Some(first) = seen.insert((node.parent, key.as_ref()), range.start) {
            let (first, line) = (builder.source.line(first), builder.source.line(range.start));
            told += 1;
            if told > MAX_DUPLICATES {
                continue;
            }
            builder.problem(
                ProblemKind::DuplicateKey,
                line,
                format!("key `{key}` at line {line} stands already at line {first}"),
            );
        }
    }
    told > 0
}
