//! What hides in a text: conflict markers, bidi controls, zero-width joins, look-alike letters and
//! rules in comments.

use std::ops::Range;

use crate::spec::Problem;
use crate::spec::ProblemKind;
use crate::spec::binding;
use crate::spec::source::Source;

/// At most this many problems of one kind are told.
const MAX_TOLD: usize = 20;

/// Looks through the whole text; `code` are the ranges of code blocks, ascending.
pub(super) fn scan(source: &Source<'_>, markers: &[Range<usize>], code: &[Range<usize>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    conflict_markers(source, markers, &mut problems);
    if !source.text.is_ascii() {
        characters(source, &mut problems);
    }
    comments(source, code, &mut problems);
    problems
}

fn tell(problems: &mut Vec<Problem>, kind: ProblemKind, line: usize, message: String) {
    let told = problems.iter().filter(|problem| problem.kind == kind);
    if told.clone().count() < MAX_TOLD && !told.clone().any(|problem| problem.line == line) {
        problems.push(Problem { kind, line, message });
    }
}

fn conflict_markers(source: &Source<'_>, markers: &[Range<usize>], problems: &mut Vec<Problem>) {
    for range in markers {
        let line = source.line(range.start);
        let marker = &source.text[range.start..range.start + 7];
        let message = format!("conflict marker `{marker}` at line {line}");
        tell(problems, ProblemKind::ConflictMarker, line, message);
    }
}

/// The lines that are conflict markers. A line of `=` is one only between the two others, and a
/// single quoted `>>>>>>>` is a deep quote.
pub(super) fn markers(source: &Source<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in source.every_line() {
        let at = line.start;
        if !matches!(source.text.as_bytes().get(at), Some(b'<' | b'>' | b'=' | b'|')) {
            continue;
        }
        let line = source.text[line].trim_end();
        let range = at..at + line.len();
        let marker = |c: char| {
            let rest = line.trim_start_matches(c);
            line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
        };
        if marker('<') {
            inside = true;
        } else if marker('>') {
            inside = false;
        } else if !(inside && (marker('=') || marker('|'))) {
            continue;
        }
        found.push(range);
    }
    found
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Letters of scripts that run from right to left.
fn is_leftward(c: char) -> bool {
    matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff)
}

fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{180e}'
    )
}

/// Punctuation, symbols and emoji, which are most of what stands beyond ASCII.
fn is_harmless(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// Letters of the scripts that most texts beyond ASCII are written in, told without a look into the
/// tables of Unicode.
fn is_plain_letter(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{410}'..='\u{44f}')
}

/// Letters of scripts without any that looks like a Latin one: Japanese, Chinese, Korean.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Goes through what stands beyond ASCII, once.
fn characters(source: &Source<'_>, problems: &mut Vec<Problem>) {
    let text: &str = &source.text;
    let mut before = ' ';
    let mut leftward = false;
    let mut next = 0;
    // Where the last word ends that was looked at.
    let mut word_end = 0;
    while let Some(at) = beyond_ascii(text, next) {
        let skipped = &text.as_bytes()[next..at];
        if let Some(last) = skipped.last() {
            before = char::from(*last);
            leftward = leftward && !skipped.iter().any(u8::is_ascii_alphabetic);
        }
        let mut chars = text[at..].chars();
        let c = chars.next().unwrap_or(' ');
        let after = chars.next();
        next = at + c.len_utf8();
        if is_harmless(c) {
            before = c;
            continue;
        }
        if is_ideograph(c) {
            leftward = false;
            before = c;
            continue;
        }
        // Only ASCII can stand before it: words are met at their first other letter.
        if at >= word_end && c.is_alphanumeric() {
            let begin = at - ascii_word_end(&text.as_bytes()[..at]);
            let rest = &text[at..];
            word_end = at + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            look_alike(source, begin..word_end, problems);
        }
        if is_plain_letter(c) {
            leftward = false;
            before = c;
            continue;
        }
        if c.is_alphabetic() {
            leftward = is_leftward(c);
        }
        // Marks of direction are at home in text that runs from right to left.
        let mark = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}');
        let at_home = mark && (leftward || after.is_some_and(is_leftward));
        if is_bidi(c) && !at_home {
            let line = source.line(at);
            let message = format!("bidirectional control U+{:04X} at line {line}", u32::from(c));
            tell(problems, ProblemKind::BidiControl, line, message);
        } else if is_zero_width(c) {
            let after = after.unwrap_or(' ');
            // Joiners are at home in emoji and in scripts that are written joined.
            let inside = is_latin_like(before) && (is_latin_like(after) || is_zero_width(after));
            if inside {
                let line = source.line(at);
                let message = format!(
                    "zero-width character U+{:04X} inside a word at line {line}",
                    u32::from(c)
                );
                tell(problems, ProblemKind::ZeroWidth, line, message);
            }
        }
        if !is_zero_width(c) {
            before = c;
        }
    }
}

/// The first character beyond ASCII from an offset on.
fn beyond_ascii(text: &str, from: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[from..];
    let plain = bytes.chunks(32).take_while(|chunk| chunk.is_ascii()).count() * 32;
    let rest = bytes.get(plain..)?;
    rest.iter()
        .position(|byte| !byte.is_ascii())
        .map(|at| from + plain + at)
}

fn ascii_word_end(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count()
}

fn is_latin_like(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (c.is_alphabetic() && matches!(c as u32, 0xc0..=0x24f | 0x370..=0x52f | 0x1e00..=0x1eff))
}

/// The Latin letter that a Cyrillic, Greek or full-width letter looks like.
fn skeleton(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'ӏ' | 'ǀ' => 'l',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' | 'ν' => 'v',
        'ѡ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'Α' | 'А' => 'a',
        'М' | 'Μ' => 'm',
        'Ν' => 'n',
        'О' | 'Ο' => 'o',
        'Т' | 'Τ' => 't',
        'Ѕ' => 's',
        'С' => 'c',
        'Е' | 'Ε' => 'e',
        'Н' | 'Η' => 'h',
        'Р' | 'Ρ' => 'p',
        'У' | 'Υ' => 'y',
        'ａ'..='ｚ' => char::from_u32(c as u32 - 'ａ' as u32 + 'a' as u32).unwrap_or(c),
        'Ａ'..='Ｚ' => char::from_u32(c as u32 - 'Ａ' as u32 + 'a' as u32).unwrap_or(c),
        c => c,
    }
}

const BINDING: &[&str] = &[
    "must",
    "shall",
    "should",
    "never",
    "cannot",
    "not",
    "only",
    "may",
    "can",
    "requires",
    "require",
    "required",
    "allowed",
    "forbidden",
    "prohibited",
    "approval",
    "always",
    "unless",
    "except",
    "without",
    "mandatory",
    "permitted",
];

fn look_alike(source: &Source<'_>, range: Range<usize>, problems: &mut Vec<Problem>) {
    let word = &source.text[range.clone()];
    if word.len() > 40 {
        return;
    }
    let folded: String = word.chars().map(skeleton).flat_map(char::to_lowercase).collect();
    let mixed = word.chars().any(|c| c.is_ascii_alphabetic())
        || word.chars().any(|c| matches!(c as u32, 0xff00..=0xffef));
    if folded.is_ascii() && BINDING.contains(&folded.as_str()) && (mixed || word.chars().count() > 2) {
        let line = source.line(range.start);
        let message =
            format!("`{word}` at line {line} looks like `{folded}` and is spelt with other letters");
        tell(problems, ProblemKind::Homoglyph, line, message);
    }
}

fn comments(source: &Source<'_>, code: &[Range<usize>], problems: &mut Vec<Problem>) {
    let text: &str = &source.text;
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &text.as_bytes()[at..]).map(|n| at + n) {
        if !text[open..].starts_with("<!--") {
            at = open + 1;
            continue;
        }
        let start = open + 4;
        let index = code.partition_point(|range| range.end <= open);
        if code.get(index).is_some_and(|range| range.start <= open) {
            at = code[index].end.max(start);
            continue;
        }
        let end = text[start..].find("-->").map_or(text.len(), |n| start + n);
        at = (end + 3).min(text.len());
        let inside = &text[start..end];
        for sentence in binding::sentences(text, start..end) {
            let part = &text[sentence.clone()];
            if binding::rule(part).is_some() && part.split_whitespace().count() >= 3 {
                let shift = part.len()
                    - part
                        .trim_start_matches(['-', '*', ' ', '\n', '\r', '#', '>'])
                        .len();
                let line = source.line(sentence.start + shift);
                let message =
                    format!("a rule stands in a comment at line {line}, where readers do not see it");
                tell(problems, ProblemKind::HiddenRule, line, message);
                break;
            }
        }
        if inside.is_empty() && end == text.len() {
            break;
        }
    }
}
