//! Markdown as a terminal can show it: what GitHub hides is hidden, what it folds is folded.

use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;
use unicode_width::UnicodeWidthStr;

/// Renders a comment in lines of at most `width` columns, tables apart.
pub(super) fn render(text: &str, width: usize) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let folded = fold(text);
    let mut page = Page {
        width,
        ..Page::default()
    };
    for event in Parser::new_ext(&folded, options) {
        page.take(event);
    }
    page.end_line();
    page.out.trim_end().to_owned()
}

/// Takes hidden comments out, and the contents of `<details>`, leaving a line that says so.
fn fold(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let mut unfolded = String::new();
    let mut rest = out.as_str();
    while let Some((before, after)) = rest.split_once("<details>") {
        unfolded.push_str(before);
        let (inside, after) = after.split_once("</details>").unwrap_or((after, ""));
        let summary = inside
            .split_once("<summary>")
            .and_then(|(_, text)| text.split_once("</summary>"))
            .map_or("", |(summary, _)| summary);
        unfolded.push_str(&format!("\n\n▸ {summary}\n\n"));
        rest = after;
    }
    unfolded.push_str(rest);
    unfolded
}

#[derive(Default)]
struct Page {
    width: usize,
    out: String,
    line: String,
    lists: Vec<Option<u64>>,
    bullet: Option<String>,
    quotes: usize,
    code: bool,
    row: Vec<String>,
    table: Option<Vec<Vec<String>>>,
}

const BOLD: &str = "\u{1b}[1m";
const STRUCK: &str = "\u{1b}[9m";
const FAINT: &str = "\u{1b}[2m";
const CYAN: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    self.line.push_str(&format!("{CYAN}{line}{PLAIN}"));
                    self.end_line();
                }
            }
            Event::Text(text) => self.line.push_str(&text),
            Event::Code(text) => self.line.push_str(&format!("{CYAN}{text}{PLAIN}")),
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.end_line(),
            Event::Rule => {
                self.line.push_str(&"─".repeat(20));
                self.end_line();
            }
            Event::Html(tag) | Event::InlineHtml(tag) => match tag.trim() {
                "<sub>" => self.line.push_str(FAINT),
                "</sub>" => self.line.push_str(PLAIN),
                _ => {}
            },
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.line.push_str(BOLD),
            Tag::Strikethrough => self.line.push_str(STRUCK),
            Tag::BlockQuote(_) => {
                self.end_line();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.end_line();
                self.code = true;
            }
            Tag::List(first) => {
                self.end_line();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.end_line();
                self.bullet = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let bullet = format!("{number}. ");
                        *number += 1;
                        bullet
                    }
                    _ => "• ".to_owned(),
                });
            }
            Tag::Table(_) => self.table = Some(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Strikethrough => self.line.push_str(PLAIN),
            TagEnd::Heading(_) => {
                self.line.push_str(PLAIN);
                self.end_line();
                self.out.push('\n');
            }
            TagEnd::Paragraph => {
                self.end_line();
                if self.lists.is_empty() {
                    self.out.push('\n');
                }
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::BlockQuote(_) => {
                self.end_line();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Item => self.end_line(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.out.push('\n');
                }
            }
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.line)),
            TagEnd::TableHead | TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.push(row);
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() && self.bullet.is_none() {
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let margin = format!("{}{}", "▏ ".repeat(self.quotes), "  ".repeat(depth));
        let hanging = if self.lists.is_empty() { 0 } else { 2 };
        let first = self.bullet.take().unwrap_or_else(|| " ".repeat(hanging));
        let room = self.width.saturating_sub(margin.width() + hanging).max(20);
        for (place, part) in wrap(&line, room).iter().enumerate() {
            let lead = if place == 0 {
                first.clone()
            } else {
                " ".repeat(first.width())
            };
            self.out.push_str(&format!("{margin}{lead}{part}\n"));
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let columns = table.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            table
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| shown(cell))
                .max()
        };
        let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
        for row in &table {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - shown(cell))))
                .collect();
            self.out.push_str(&format!("{}\n", cells.join("  ").trim_end()));
        }
        self.out.push('\n');
    }
}

/// How many columns a text takes; colour takes none.
fn shown(text: &str) -> usize {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.width()
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && shown(&line) + 1 + shown(word) > width {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> String {
        let mut rendered = render(text, width);
        for code in [BOLD, STRUCK, FAINT, CYAN, PLAIN] {
            rendered = rendered.replace(code, "");
        }
        rendered
    }

    #[test]
    fn what_github_hides_is_hidden_and_what_it_folds_is_folded() {
        let text = "<!-- marker -->\n### Verdict\n\nwhy\n\n<details><summary>2 more</summary>\n\n- x\n\n</details>\n";
        assert_eq!(plain(text, 80), "Verdict\n\nwhy\n\n▸ 2 more");
    }

    #[test]
    fn lists_nest_and_wrap() {
        let text = "1. one two three four\n   - inner\n2. next\n";
        assert_eq!(plain(text, 22), "1. one two three four\n  • inner\n2. next");
        assert_eq!(
            plain("- aaaa bbbb cccc dddd eeee ffff", 22),
            "• aaaa bbbb cccc dddd\n  eeee ffff"
        );
    }

    #[test]
    fn tables_are_aligned() {
        let text = "| spec | step |\n|---|---|\n| a | major |\n| long-name | patch |\n";
        assert_eq!(
            plain(text, 80),
            "spec       step\na          major\nlong-name  patch"
        );
    }

    #[test]
    fn code_keeps_its_lines() {
        assert_eq!(
            plain("```text\nversion: 2.0.0\nx\n```\n", 80),
            "version: 2.0.0\nx"
        );
    }
}
