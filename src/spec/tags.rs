//! Tags of people's own on lines of their own: `<constraints>` … `</constraints>`, as prompts are
//! often divided. A pair is a section like one below a heading; what stands between is Markdown,
//! however far it is indented.

use std::collections::HashMap;
use std::ops::Range;

use crate::spec::source::Source;

/// Deeper pairs are left as they stand.
const MAX_DEPTH: usize = 16;

/// A tag with more bytes than this is text.
const MAX_TAG: usize = 200;

/// One side of a pair.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The whole tag.
    pub(super) range: Range<usize>,
    /// Its name; empty where it closes.
    pub(super) name: Range<usize>,
}

/// The body of a document without its tags and the indentation between them.
#[derive(Debug, Default)]
pub(super) struct Unwrapped {
    /// What is left to read as Markdown.
    pub(super) text: String,
    /// `(offset in the text, offset in the source)` where pieces begin.
    pieces: Vec<(usize, usize)>,
    /// The tags, ascending.
    pub(super) marks: Vec<Mark>,
}

impl Unwrapped {
    /// The part of the source that a part of the text came from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.at(range.start);
        let end = if range.end > range.start {
            self.at(range.end - 1) + 1
        } else {
            start
        };
        start..end.max(start)
    }

    fn at(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|(start, _)| *start <= at);
        let Some((start, source)) = index.checked_sub(1).map(|index| self.pieces[index]) else {
            return at;
        };
        source + (at - start)
    }

    fn push(&mut self, text: &str, source: usize) {
        self.pieces.push((self.text.len(), source));
        self.text.push_str(text);
    }
}

struct Pair {
    open: Tag,
    close: Tag,
    depth: usize,
}

#[derive(Clone)]
struct Tag {
    range: Range<usize>,
    name: Range<usize>,
    closes: bool,
}

/// Takes the tags out of `text` from `offset` on. `None` where there are none.
pub(super) fn unwrap(source: &Source<'_>, text: &str, offset: usize) -> Option<Unwrapped> {
    if !text[offset..].contains("</") {
        return None;
    }
    let pairs = pairs(source, text, offset);
    if pairs.is_empty() {
        return None;
    }
    let mut marks = Vec::with_capacity(pairs.len() * 2);
    for pair in &pairs {
        marks.push(Mark {
            range: pair.open.range.clone(),
            name: pair.open.name.clone(),
        });
        let at = pair.close.range.start;
        marks.push(Mark {
            range: pair.close.range.clone(),
            name: at..at,
        });
    }
    marks.sort_by_key(|mark| mark.range.start);
    let indents = indents(source, text, offset, &marks);
    let mut out = Unwrapped::default();
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (start, line) in lines(source, text, offset) {
        let end = start + line.len();
        let mut at = start;
        let mut inside = open.last().map_or(0, |mark| indents[*mark]);
        while let Some(mark) = marks.get(next).filter(|mark| mark.range.start < end) {
            if mark.name.is_empty() {
                open.pop();
            } else {
                open.push(next);
            }
            next += 1;
            let before = &text[at..mark.range.start];
            if !before.trim().is_empty() {
                out.push(
                    cut(before, inside),
                    at + (before.len() - cut(before, inside).len()),
                );
            }
            at = mark.range.end;
            // What follows a tag on its line begins a line of its own.
            inside = usize::MAX;
        }
        let rest = cut(&text[at..end], inside);
        out.push(rest, end - rest.len());
    }
    out.marks = marks;
    Some(out)
}

/// A line without so many blanks at its start.
fn cut(line: &str, indent: usize) -> &str {
    let blanks = line
        .bytes()
        .take(indent)
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    &line[blanks..]
}

fn lines<'t>(source: &Source<'_>, text: &'t str, offset: usize) -> impl Iterator<Item = (usize, &'t str)> {
    source
        .every_line()
        .map(|line| (line.start, line.len()))
        .filter(move |(start, _)| *start >= offset)
        .map(|(start, length)| (start, &text[start..start + length]))
}

/// How far the lines directly inside each pair are indented, by the mark that opens it.
fn indents(source: &Source<'_>, text: &str, offset: usize, marks: &[Mark]) -> Vec<usize> {
    let mut indents = vec![usize::MAX; marks.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (start, line) in lines(source, text, offset) {
        let end = start + line.len();
        if marks.get(next).is_none_or(|mark| mark.range.start >= end) {
            if let Some(mark) = open.last()
                && !line.trim().is_empty()
            {
                let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
                indents[*mark] = indents[*mark].min(blanks);
            }
            continue;
        }
        while let Some(mark) = marks.get(next).filter(|mark| mark.range.start < end) {
            if mark.name.is_empty() {
                open.pop();
            } else {
                open.push(next);
            }
            next += 1;
        }
    }
    indents
        .into_iter()
        .map(|indent| if indent == usize::MAX { 0 } else { indent })
        .collect()
}

/// Tags that are closed again, outside blocks of code.
fn pairs(source: &Source<'_>, text: &str, offset: usize) -> Vec<Pair> {
    let mut stack: Vec<Tag> = Vec::new();
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    for (start, line) in lines(source, text, offset) {
        let bare = line.trim_start();
        if is_fence(bare, &mut fence) || fence.is_some() || !bare.contains('<') {
            continue;
        }
        let first = start + (line.len() - bare.len());
        let mut tags: Vec<Tag> = tag_at(text, first).into_iter().collect();
        let kept = line.trim_end();
        if kept.ends_with('>')
            && let Some(at) = kept.rfind("</")
            && start + at > first
        {
            let last = tag_at(text, start + at).filter(|tag| tag.range.end == start + kept.len());
            tags.extend(last);
        }
        for tag in tags {
            let name = text[tag.name.clone()].to_ascii_lowercase();
            if !tag.closes {
                places.entry(name).or_default().push(stack.len());
                stack.push(tag);
                continue;
            }
            let Some(place) = places.get(&name).and_then(|places| places.last().copied()) else {
                continue;
            };
            // What was opened inside and is not closed is no pair.
            for unclosed in stack.drain(place + 1..) {
                let name = text[unclosed.name].to_ascii_lowercase();
                if let Some(places) = places.get_mut(&name) {
                    places.pop();
                }
            }
            if let Some(places) = places.get_mut(&name) {
                places.pop();
            }
            if let Some(open) = stack.pop() {
                found.push(Pair {
                    open,
                    close: tag,
                    depth: stack.len(),
                });
            }
        }
    }
    found.retain(|pair| pair.depth < MAX_DEPTH);
    found
}

/// True for a line that opens or closes a fence.
fn is_fence(bare: &str, fence: &mut Option<(u8, usize)>) -> bool {
    let Some(sign) = bare.bytes().next().filter(|b| matches!(b, b'`' | b'~')) else {
        return false;
    };
    let length = bare.bytes().take_while(|b| *b == sign).count();
    match fence {
        None if length >= 3 => *fence = Some((sign, length)),
        Some((open, least)) if *open == sign && length >= *least && bare[length..].trim().is_empty() => {
            *fence = None;
        }
        _ => return false,
    }
    true
}

/// The tag that begins at an offset, if its name is none of HTML's.
fn tag_at(text: &str, at: usize) -> Option<Tag> {
    let rest = text[at..].strip_prefix('<')?;
    let (closes, rest) = match rest.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let start = at + 1 + usize::from(closes);
    let length = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        .count();
    let name = &rest[..length];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || length > 60 || is_html(name) {
        return None;
    }
    let after = &rest[length..];
    let end = after.bytes().take(MAX_TAG).position(|b| b == b'>')?;
    let attributes = &after[..end];
    let sound = attributes.is_empty()
        || (attributes.starts_with([' ', '\t'])
            && !attributes.contains(['<', '\n'])
            && !attributes.ends_with('/'));
    sound.then(|| Tag {
        range: at..start + length + end + 1,
        name: start..start + length,
        closes,
    })
}

/// True for the names of HTML's own elements.
fn is_html(name: &str) -> bool {
    const ELEMENTS: [&str; 116] = [
        "a",
        "abbr",
        "acronym",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "b",
        "base",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "body",
        "br",
        "button",
        "canvas",
        "caption",
        "center",
        "circle",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "datalist",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "fieldset",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "frame",
        "g",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "map",
        "mark",
        "menu",
        "meta",
        "meter",
        "nav",
        "noscript",
        "object",
        "ol",
        "optgroup",
        "option",
        "p",
        "param",
        "path",
        "picture",
        "pre",
        "progress",
        "q",
        "s",
        "samp",
        "script",
        "section",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "track",
        "tt",
        "u",
        "ul",
        "video",
    ];
    let name = name.to_ascii_lowercase();
    ELEMENTS.binary_search(&name.as_str()).is_ok()
}
