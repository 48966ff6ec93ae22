//! One finding with the line it is about and a caret under the cause.

use std::ops::Range;

use annotate_snippets::AnnotationKind;
use annotate_snippets::Group;
use annotate_snippets::Level;
use annotate_snippets::Patch;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;

use crate::report::Paint;
use crate::report::escape;
use crate::rules::Finding;
use crate::rules::Severity;

/// The most bytes of a line that are shown.
const WIDEST: usize = 600;

/// A finding as a block of text without a line break at its end. `line` is the text of the line it
/// is about.
pub fn finding(finding: &Finding, line: Option<&str>, paint: Paint) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = escape::clean(&finding.message);
    let path = escape::clean(finding.path.as_str());
    let help = escape::clean(&finding.help);
    let shown = line.map(|line| short(&visible(line)));
    let title = level.primary_title(message.as_str()).id(finding.rule.as_str());
    let mut group = match (&shown, finding.line) {
        (Some(text), Some(number)) => title.element(
            Snippet::source(text.as_str())
                .line_start(number)
                .path(path.as_str())
                .annotation(AnnotationKind::Primary.span(cause(finding, text))),
        ),
        (_, Some(number)) => title.element(annotate_snippets::Origin::path(path.as_str()).line(number)),
        (_, None) => title.element(annotate_snippets::Origin::path(path.as_str())),
    };
    let patch = shown.as_deref().and_then(|text| patched(finding, text));
    if patch.is_none() && !help.is_empty() {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![group];
    if let (Some((number, source, span, replacement)), true) = (patch, !help.is_empty()) {
        groups.push(
            Group::with_title(Level::HELP.secondary_title(help.as_str())).element(
                Snippet::source(source)
                    .line_start(number)
                    .path(path.as_str())
                    .patch(Patch::new(span, replacement)),
            ),
        );
    }
    let renderer = match paint {
        Paint::Colour => Renderer::styled(),
        Paint::Plain => Renderer::plain(),
    };
    renderer.render(&groups)
}

/// The line with what nobody sees shown by its number; tabs stay, they are set by the renderer.
fn visible(line: &str) -> String {
    let parts: Vec<String> = line.split('\t').map(escape::visible).collect();
    parts.join("\t")
}

fn short(text: &str) -> String {
    match text.char_indices().find(|(at, _)| *at >= WIDEST) {
        None => text.to_owned(),
        Some((at, _)) => text[..at].to_owned(),
    }
}

/// What of the line is underlined: what the suggestion replaces, else a value that the message
/// quotes, else the whole line.
fn cause(finding: &Finding, text: &str) -> Range<usize> {
    let whole = trimmed(text);
    if let Some(suggestion) = &finding.suggestion
        && Some(suggestion.line) == finding.line
        && !suggestion.replacement.contains('\n')
    {
        let span = differing(text, &suggestion.replacement);
        let span = to_words(text, span);
        if !span.is_empty() {
            return span;
        }
    }
    let quoted = finding.message.split('`').skip(1).step_by(2);
    let numbers = finding
        .message
        .split_whitespace()
        .map(|word| word.trim_matches([',', '(', ')', ':', '"']));
    let numbers = numbers.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
    quoted
        .chain(numbers)
        .find_map(|value| whole_word(text, value))
        .unwrap_or(whole)
}

/// Where a value stands in the line and is not part of a longer one.
fn whole_word(text: &str, value: &str) -> Option<Range<usize>> {
    let mut found = text.match_indices(value).filter(|_| !value.is_empty());
    found.find_map(|(at, _)| {
        let span = at..at + value.len();
        (to_words(text, span.clone()) == span).then_some(span)
    })
}

fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    if start < end { start..end } else { 0..text.len() }
}

/// The bytes of `text` that `other` has differently.
fn differing(text: &str, other: &str) -> Range<usize> {
    let start = text.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let start: usize = start.map(|(c, _)| c.len_utf8()).sum();
    let end = text[start..].chars().rev().zip(other[start..].chars().rev());
    let end: usize = end.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    start..text.len() - end
}

/// Widens a span to whole words, so that `1.0.0` is underlined and not its middle digit.
fn to_words(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let before = text[..span.start].chars().rev().take_while(|c| inside(*c));
    let after = text[span.end..].chars().take_while(|c| inside(*c));
    let start = span.start - before.map(char::len_utf8).sum::<usize>();
    let end = span.end + after.map(char::len_utf8).sum::<usize>();
    start..end
}

/// The suggestion as a patch: line number, source, replaced bytes, new text.
fn patched<'a>(finding: &'a Finding, text: &'a str) -> Option<(usize, &'a str, Range<usize>, &'a str)> {
    let suggestion = finding.suggestion.as_ref()?;
    let replacement = suggestion.replacement.as_str();
    if Some(suggestion.line) != finding.line || text.len() >= WIDEST || replacement.len() > 4 * WIDEST {
        return None;
    }
    let safe = replacement.lines().all(|line| visible(line) == line);
    let span = differing(text, replacement);
    let end = replacement.len() - (text.len() - span.end);
    let new = replacement.get(span.start..end)?;
    safe.then_some((suggestion.line, text, span, new))
}
