//! Text out of a spec, made harmless for the place it is shown in: it can mention nobody, command
//! nothing, close no table and open no tag.

use std::fmt::Write;

/// Where GitHub would otherwise see a name, a number or an address.
const BREAK: char = '\u{200b}';

/// What is left of a text once line breaks and runs of white space are single spaces and characters
/// that nobody sees are shown by their number.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        if unseen(c) {
            let _ = write!(out, "[U+{:04X}]", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Control, bidirectional and zero-width characters, byte-order marks and tag characters. The joiner
/// that emoji are made of (U+200D) and variation selectors are seen in what they join.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// One line of text for the middle of a Markdown paragraph, list entry or table cell.
///
/// Not for the very start of a line: markers of lists and headings are only escaped as far as they
/// mean something inside a line.
pub fn inline(text: &str) -> String {
    let chars: Vec<char> = clean(text).chars().collect();
    let mut out = String::with_capacity(chars.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|left| chars[left]);
        let after = chars.get(at + 1).copied();
        let inner_underscore = c == '_' && word(before) && word(after);
        if matches!(c, '\\' | '`' | '*' | '[' | ']' | '~' | '|' | '_') && !inner_underscore {
            out.push('\\');
            out.push(c);
        } else {
            push_dead(&mut out, &chars, at);
        }
    }
    out
}

/// One line of text inside an HTML element of ours, where Markdown is not read.
pub fn html(text: &str) -> String {
    let chars: Vec<char> = clean(text).chars().collect();
    let mut out = String::with_capacity(chars.len() + 8);
    for at in 0..chars.len() {
        push_dead(&mut out, &chars, at);
    }
    out
}

/// Adds one character so that it opens no tag, and that GitHub sees no mention, reference, address
/// or formula in it and its neighbours.
fn push_dead(out: &mut String, chars: &[char], at: usize) {
    let c = chars[at];
    let before = at.checked_sub(1).map(|left| chars[left]);
    let after = chars.get(at + 1).copied();
    let broken_after = match c {
        '@' | '#' => after.is_some_and(|c| !c.is_whitespace()),
        ':' => after == Some('/') || ends_with(&chars[..at], "mailto") || ends_with(&chars[..at], "xmpp"),
        '-' => ends_with(&chars[..at], "gh") && after.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    let broken_before = match c {
        '.' => ends_with(&chars[..at], "www"),
        // A command stands at the start of a line; nothing of ours begins one with a slash.
        '/' => before.is_none(),
        _ => false,
    };
    if broken_before {
        out.push(BREAK);
    }
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        '$' => out.push_str("&#36;"),
        _ => out.push(c),
    }
    if broken_after {
        out.push(BREAK);
    }
}

fn word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

fn ends_with(chars: &[char], word: &str) -> bool {
    let length = word.len();
    chars.len() >= length
        && chars[chars.len() - length..]
            .iter()
            .zip(word.chars())
            .all(|(a, b)| a.eq_ignore_ascii_case(&b))
}

/// A code span that shows the text whatever it holds.
pub fn code(text: &str) -> String {
    let text = clean(text);
    if text.is_empty() {
        return "``\u{a0}``".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span for a table cell, where a bar would end the cell even inside code.
pub fn cell_code(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A fenced block. Lines are kept; what nobody sees is shown by its number.
pub fn fenced(language: &str, text: &str) -> String {
    let body: Vec<String> = text.lines().map(visible).collect();
    let body = body.join("\n");
    let fence = "`".repeat((longest_run(&body) + 1).max(3));
    format!("{fence}{language}\n{body}\n{fence}")
}

/// A line with every character that nobody sees shown by its number; tabs and spaces stay.
pub fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if c != '\t' && unseen(c) {
            let _ = write!(out, "[U+{:04X}]", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A sentence of ours that quotes values between backticks: they become code, the rest is escaped.
pub fn message(text: &str) -> String {
    let clean = clean(text);
    let parts: Vec<&str> = clean.split('`').collect();
    let mut out = String::with_capacity(clean.len() + 8);
    for (at, part) in parts.iter().enumerate() {
        let quoted = at % 2 == 1;
        match (quoted, part.is_empty(), at + 1 == parts.len()) {
            // An odd backtick at the end opens nothing.
            (true, _, true) => {
                if out.ends_with('`') {
                    out.push(BREAK);
                }
                out.push_str("\\`");
                out.push_str(&inline(part));
            }
            (true, true, false) => {
                if out.ends_with('`') {
                    out.push(BREAK);
                }
                out.push_str("\\`\\`");
            }
            (true, false, false) => {
                // Fences that touch would be read as one longer fence.
                if out.ends_with('`') {
                    out.push(BREAK);
                }
                out.push_str(&code(part));
            }
            (false, _, _) => {
                let text = spaced(part);
                if out.ends_with('`') && text.starts_with('\\') {
                    out.push(BREAK);
                }
                out.push_str(&text);
            }
        }
    }
    out
}

/// [`inline`] that keeps one space at either end, for a part of a sentence.
fn spaced(part: &str) -> String {
    let mut out = String::new();
    if part.starts_with(' ') {
        out.push(' ');
    }
    out.push_str(&inline(part));
    if part.ends_with(' ') && part.trim() != "" {
        out.push(' ');
    }
    out
}

/// At most `limit` characters, cut at a character, with a mark where something is missing.
pub fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spec_says_cannot_act() {
        for (given, shown) in [
            ("ask @acme/security", "ask @\u{200b}acme/security"),
            ("see #12 or GH-12", "see #\u{200b}12 or GH-\u{200b}12"),
            ("<b>x</b> &amp;", "&lt;b&gt;x&lt;/b&gt; &amp;amp;"),
            ("a | b", "a \\| b"),
            ("![x](https://e.org)", "!\\[x\\](https:\u{200b}//e.org)"),
            ("www.e.org", "www\u{200b}.e.org"),
            ("/approve-role", "\u{200b}/approve-role"),
            ("line\n/approve-role", "line /approve-role"),
            ("requires_approval_for", "requires_approval_for"),
            ("_x_ *y* ~~z~~", "\\_x\\_ \\*y\\* \\~\\~z\\~\\~"),
            ("a\u{202e}b\u{200b}c", "a\\[U+202E\\]b\\[U+200B\\]c"),
            ("Confidence < 70%", "Confidence &lt; 70%"),
        ] {
            assert_eq!(inline(given), shown, "{given}");
        }
    }

    #[test]
    fn code_shows_backticks_and_no_line_breaks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(cell_code("a|b"), "`a\\|b`");
    }

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(fenced("text", "```\nx"), "````text\n```\nx\n````");
    }

    #[test]
    fn quoted_values_become_code() {
        assert_eq!(
            message("version is `1.0` and row is `*2*` @x"),
            "version is `1.0` and row is `*2*` @\u{200b}x"
        );
        assert_eq!(message("odd ` tick *"), "odd \\`tick \\*");
        assert_eq!(message("``"), "\\`\\`");
    }
}
