//! The lines of a comment that can be commands, as a CommonMark parser sees them.

use std::ops::Range;

use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;

/// One line of a paragraph as people see it; code is put between quotation marks.
pub(super) struct Line {
    pub(super) text: String,
    /// How much of `text` comes before anything but plain text.
    pub(super) plain: usize,
}

/// The lines that begin with a slash in paragraphs that stand in nothing else.
pub(super) fn lines(body: &str) -> Vec<Line> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut reader = LineReader::default();
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.take(body, event, range);
    }
    reader.lines
}

#[derive(Default)]
struct LineReader {
    lines: Vec<Line>,
    /// How many elements are open.
    depth: usize,
    /// The line being read, in a paragraph at the top level.
    open: Option<OpenLine>,
    in_paragraph: bool,
    html: OpenHtml,
}

struct OpenLine {
    line: Line,
    /// Whether it can be a command: it begins at the left, with a slash, in plain text.
    begins: bool,
    only_plain: bool,
}

impl LineReader {
    fn take(&mut self, body: &str, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Paragraph) if self.depth == 0 => {
                self.depth = 1;
                self.in_paragraph = true;
                self.begin(body, range.start);
            }
            Event::Start(_) => {
                self.depth += 1;
                self.special();
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.finish();
                    self.in_paragraph = false;
                }
            }
            Event::SoftBreak | Event::HardBreak if self.in_paragraph => {
                self.finish();
                self.begin(body, range.end);
            }
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.special();
                self.text(&format!("\"{}\"", text.replace('"', "")));
            }
            Event::InlineHtml(text) | Event::Html(text) => {
                self.html.take(&text);
                self.special();
            }
            Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_)
            | Event::Rule
            | Event::SoftBreak
            | Event::HardBreak => self.special(),
        }
    }

    fn begin(&mut self, body: &str, start: usize) {
        let source = body[start..].trim_start_matches(['\r', '\n']);
        let indent = source.len() - source.trim_start_matches(' ').len();
        self.open = Some(OpenLine {
            line: Line {
                text: String::new(),
                plain: 0,
            },
            begins: self.depth == 1
                && self.html.is_empty()
                && indent < 4
                && source[indent..].starts_with('/'),
            only_plain: true,
        });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            open.line.text.push_str(text);
            if open.only_plain {
                open.line.plain = open.line.text.len();
            }
        }
    }

    fn special(&mut self) {
        if let Some(open) = &mut self.open {
            open.only_plain = false;
        }
    }

    fn finish(&mut self) {
        if let Some(open) = self.open.take().filter(|open| open.begins) {
            self.lines.push(open.line);
        }
    }
}

/// Elements that hold what stands between their tags, even over blank lines: somebody else's words,
/// folded or struck out. Those whose end tag may be left out are not among them, nor words in
/// angle brackets that are no HTML.
const HOLDING: [&str; 30] = [
    "a",
    "blockquote",
    "code",
    "del",
    "details",
    "div",
    "dl",
    "em",
    "figure",
    "i",
    "ins",
    "b",
    "kbd",
    "ol",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "template",
    "tt",
    "ul",
];

/// The HTML elements that are open.
#[derive(Default)]
struct OpenHtml {
    names: Vec<String>,
    in_comment: bool,
}

impl OpenHtml {
    fn is_empty(&self) -> bool {
        self.names.is_empty() && !self.in_comment
    }

    /// Takes in the next piece of HTML.
    fn take(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if self.in_comment {
                match rest.split_once("-->") {
                    Some((_, behind)) => rest = behind,
                    None => return,
                }
                self.in_comment = false;
            }
            let Some((_, behind)) = rest.split_once('<') else {
                return;
            };
            rest = behind;
            if rest.starts_with("!--") {
                self.in_comment = true;
                continue;
            }
            let (closes, tag) = match rest.strip_prefix('/') {
                Some(tag) => (true, tag),
                None => (false, rest),
            };
            let end = tag
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(tag.len());
            let name = tag[..end].to_ascii_lowercase();
            if !HOLDING.contains(&name.as_str()) {
                continue;
            }
            if !closes {
                self.names.push(name);
            } else if let Some(at) = self.names.iter().rposition(|open| *open == name) {
                self.names.truncate(at);
            }
        }
    }
}
