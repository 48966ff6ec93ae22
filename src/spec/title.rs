//! Titles and leads: taking off the numbering, emoji and punctuation that people dress them with.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

/// A title as people read it, as a range of `text`: without numbering, emoji, closing `#`s or colon.
pub(super) fn bare_title(text: &str) -> Range<usize> {
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let next = start + ornament(rest);
        let next = next + numbering(&text[next..]);
        if next == start {
            break;
        }
        start = next;
    }
    let mut end = text.len();
    // Most titles end in a letter.
    while !text.as_bytes()[start..end]
        .last()
        .is_some_and(u8::is_ascii_alphanumeric)
    {
        let kept = text[start..end].trim_end();
        let kept = kept.trim_end_matches([':', '：']);
        // Closing hashes follow a blank; `C#` keeps its own.
        let hashes = kept.trim_end_matches('#');
        let kept = if hashes.len() < kept.len() && hashes.ends_with(' ') {
            hashes
        } else {
            kept
        };
        if start + kept.len() == end {
            break;
        }
        end = start + kept.len();
    }
    if start >= end {
        let whole = text.trim();
        let at = text.len() - text.trim_start().len();
        return at..at + whole.len();
    }
    start..end
}

/// Length of an emoji, symbol or wrongly decoded emoji at the start, white space included.
pub(super) fn ornament(text: &str) -> usize {
    if text.as_bytes().first().is_none_or(u8::is_ascii_graphic) {
        return 0;
    }
    let mut at = text.len() - text.trim_start().len();
    for c in text[at..].chars() {
        if is_ornament(c) || (at > 0 && c.is_whitespace()) {
            at += c.len_utf8();
        } else {
            break;
        }
    }
    at + mojibake(&text[at..])
}

fn is_ornament(c: char) -> bool {
    matches!(c as u32,
        0x2190..=0x21ff      // arrows
        | 0x2300..=0x23ff    // technical
        | 0x2460..=0x24ff    // enclosed numbers
        | 0x25a0..=0x27bf    // shapes, symbols, dingbats
        | 0x2900..=0x297f | 0x2b00..=0x2bff
        | 0xfe0f | 0xfe0e | 0x200d | 0x20e3
        | 0x1f000..=0x1faff
        | 0xe0020..=0xe007f)
        || matches!(c, '•' | '·' | '§' | '►' | '‣')
}

/// Length of an emoji that was decoded wrongly once (`‚úÖ`, `âœ…`, `üéØ`) with the blank after it.
fn mojibake(text: &str) -> usize {
    let first = text.chars().next().unwrap_or(' ');
    if !matches!(first, '‚' | 'â' | 'ü' | 'ð' | 'Ô' | '\u{f8ff}' | 'Ã') {
        return 0;
    }
    let Some(end) = text.find(char::is_whitespace) else {
        return 0;
    };
    let token = &text[..end];
    if (2..=12).contains(&token.chars().count()) && token.chars().all(|c| !c.is_ascii()) {
        end + (text[end..].len() - text[end..].trim_start().len())
    } else {
        0
    }
}

/// Length of a numbering at the start: `5.`, `5.1`, `5.1.`, `5)`, `(5)`, `A.`, `IV.`, `Section 5:`.
/// `5 people`, `24 hours` and `Java 21` are none.
fn numbering(text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    let rest = &text[blank..];
    let words: &[&str] = match rest.as_bytes().first() {
        Some(b's' | b'S') => &["section ", "step "],
        Some(b'p' | b'P') => &["part "],
        Some(b'c' | b'C') => &["chapter "],
        Some(b'a' | b'A') => &["article "],
        Some(b'(' | b'0'..=b'9' | b'A'..=b'Z') => &[],
        _ => return 0,
    };
    let worded = rest.as_bytes()[0].is_ascii_alphabetic()
        && rest.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    if worded && words.is_empty() {
        return 0;
    }
    for word in words {
        if rest.len() > word.len() && rest.as_bytes()[..word.len()].eq_ignore_ascii_case(word.as_bytes()) {
            let tail = &rest[word.len()..];
            let digits = tail
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b'.')
                .count();
            let after = &tail[digits..];
            let mark = after.trim_start();
            if digits > 0 && mark.starts_with([':', '-', '–', '—']) {
                let c = mark.chars().next().map_or(0, char::len_utf8);
                return blank + word.len() + digits + (after.len() - mark.len()) + c;
            }
        }
    }
    let opened = usize::from(rest.starts_with('('));
    let body = &rest[opened..];
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let count = if (1..=3).contains(&digits) {
        let mut at = digits;
        while body[at..].starts_with('.') {
            let more = body[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            if more == 0 {
                break;
            }
            at += 1 + more;
        }
        at
    } else if digits == 0 {
        let letters = body.bytes().take_while(u8::is_ascii_uppercase).count();
        let roman = body[..letters].bytes().all(|b| b"IVXLC".contains(&b));
        if letters == 1 || (roman && (1..=6).contains(&letters)) {
            letters
        } else {
            return 0;
        }
    } else {
        return 0;
    };
    let after = &body[count..];
    let dotted = body[..count].contains('.');
    let closed = match after.chars().next() {
        Some(')') => 1,
        Some('.' | ':') if opened == 0 => 1,
        Some('\u{20e3}' | '\u{fe0f}') => after.chars().next().map_or(0, char::len_utf8),
        Some(c) if c.is_whitespace() && dotted && opened == 0 => 0,
        _ => return 0,
    };
    let tail = &after[closed..];
    if tail.is_empty() || !(tail.starts_with(char::is_whitespace) || closed > 1 && !tail.is_empty()) {
        return 0;
    }
    blank + opened + count + closed + (tail.len() - tail.trim_start().len())
}

/// A title for comparing: bare, case-folded, quotes straight, `&` as `and`, single blanks.
pub(super) fn folded_title(text: &str) -> String {
    let text = text.trim_start_matches('#');
    folded_bare(&text[bare_title(text)])
}

/// The same for a title that is bare.
pub(super) fn folded_bare(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 8);
    // Most titles are words of ASCII letters with single blanks, which take their case off at once.
    let plain = plain_words(text);
    folded.push_str(&text[..plain]);
    folded.make_ascii_lowercase();
    for c in text[plain..].chars() {
        match c {
            'a'..='z' | '-' | '/' | '(' | ')' => folded.push(c),
            'A'..='Z' => folded.push(c.to_ascii_lowercase()),
            '’' | '‘' | 'ʼ' => folded.push('\''),
            '&' | '+' => {
                part(&mut folded);
                folded.push_str("and ");
            }
            '‐' | '‑' | '–' | '—' => folded.push('-'),
            '“' | '”' | '"' | '*' | '`' | '!' | '?' | ',' | ';' | ':' | '.' | '_' => part(&mut folded),
            c if c.is_whitespace() || is_ornament(c) => part(&mut folded),
            c if c.is_ascii() => folded.push(c),
            c => folded.extend(c.to_lowercase()),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    for lead in ["the ", "our ", "my ", "your ", "its "] {
        if folded.starts_with(lead) && folded.len() > lead.len() + 2 {
            folded.drain(..lead.len());
        }
    }
    folded
}

/// Length of the words of ASCII letters at the start that have one blank before them.
fn plain_words(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut before = b' ';
    let stops = |byte: &u8| {
        let blank = *byte == b' ' && before != b' ';
        before = *byte;
        !(byte.is_ascii_alphabetic() || blank)
    };
    bytes.iter().position(stops).unwrap_or(bytes.len())
}

/// Ends the word before with a single blank.
fn part(joined: &mut String) {
    if !joined.is_empty() && !joined.ends_with(' ') {
        joined.push(' ');
    }
}

/// The folded pieces of a title that may say what it is.
pub(super) struct TitleParts<'f> {
    /// The title, the halves of a bilingual one, and what stands before a bracket or in it.
    wholes: SmallVec<[Cow<'f, str>; 4]>,
    /// Parts of wholes: each side of an `and`, and what stands before a preposition.
    sides: SmallVec<[(usize, Range<usize>); 4]>,
}

impl TitleParts<'_> {
    /// All of them, the surest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let sides = self
            .sides
            .iter()
            .map(|(at, range)| &self.wholes[*at][range.clone()]);
        self.wholes.iter().map(AsRef::as_ref).chain(sides)
    }

    fn whole(&mut self, part: &str) {
        let part = folded_title(part);
        if !part.is_empty() && !self.wholes.iter().any(|known| *known == part) {
            self.wholes.push(Cow::Owned(part));
        }
    }

    fn side(&mut self, at: usize, range: Range<usize>) {
        let side = &self.wholes[at][range.clone()];
        if !side.is_empty() && !self.iter().any(|known| known == side) {
            self.sides.push((at, range));
        }
    }

    fn sides_of(&mut self, at: usize) {
        let mut prepositions = [None; 9];
        let mut start = 0;
        let mut from = 0;
        while let Some(blank) = memchr::memchr(b' ', &self.wholes[at].as_bytes()[from..]) {
            let end = from + blank;
            from = end + 1;
            let rest = &self.wholes[at].as_bytes()[from..];
            let word = rest.get(..memchr::memchr(b' ', &rest[..rest.len().min(5)]).unwrap_or(0));
            let preposition = match word.unwrap_or_default() {
                b"and" if end >= start => {
                    self.side(at, start..end);
                    start = end + " and ".len();
                    continue;
                }
                b"for" => 0,
                b"of" => 1,
                b"to" => 2,
                b"in" => 3,
                b"when" => 4,
                b"with" => 5,
                b"by" => 6,
                b"on" => 7,
                // German and Romance languages.
                b"des" | b"der" | b"du" | b"del" | b"de" => 8,
                _ => continue,
            };
            prepositions[preposition].get_or_insert(end);
        }
        self.side(at, start..self.wholes[at].len());
        for (preposition, end) in prepositions.into_iter().enumerate() {
            let Some(end) = end else {
                continue;
            };
            let (head, below) = self.wholes[at].split_at(end);
            // `Duties of the keeper`, not `Approval of the public`.
            let of_role = (head.ends_with('s') || matches!(head, "authority" | "mandate" | "remit"))
                && [" of the ", " of a ", " of an ", " of this "]
                    .iter()
                    .any(|word| below.starts_with(word));
            if end > 9 || head.contains(' ') || of_role || preposition == 8 {
                self.side(at, 0..end);
            }
        }
    }
}

/// Takes a title apart whose folded form is known.
pub(super) fn title_parts<'f>(title: &str, folded: &'f str) -> TitleParts<'f> {
    let text = title.trim_start_matches('#');
    let bare = &text[bare_title(text)];
    let mut parts = TitleParts {
        wholes: SmallVec::new(),
        sides: SmallVec::new(),
    };
    if bare.len() > 400 {
        return parts;
    }
    if bare.len() == title.len() && !folded.is_empty() {
        parts.wholes.push(Cow::Borrowed(folded));
    }
    let mut pieces = [bare, "", ""];
    let bracketed = |byte: u8| matches!(byte, b'(' | b'[') || !byte.is_ascii();
    if bare.bytes().any(bracketed)
        && let Some((outside, rest)) = bare.split_once(['(', '（', '['])
    {
        pieces = [bare, outside, rest.trim_end_matches([')', '）', ']'])];
    }
    let present = |(index, piece): &(usize, &str)| *index == 0 || !piece.is_empty();
    for (index, piece) in pieces.into_iter().enumerate().filter(present) {
        if index > 0 || parts.wholes.is_empty() {
            parts.whole(piece);
        }
        let divides = |byte: u8| matches!(byte, b'/' | b'|' | b'-' | b':') || !byte.is_ascii();
        if !piece.bytes().any(divides) {
            continue;
        }
        for half in piece
            .split(['/', '|', '·', '／'])
            .flat_map(|half| half.split(" - "))
        {
            for half in half.split(" – ").flat_map(|half| half.split(" — ")) {
                parts.whole(half);
                for half in half.split(": ") {
                    parts.whole(half);
                }
            }
        }
    }
    for at in 0..parts.wholes.len() {
        if parts.wholes[at].contains(' ') {
            parts.sides_of(at);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dress_is_taken_off_and_content_is_not() {
        for (title, bare) in [
            ("5. Constraints", "Constraints"),
            ("5.1 Constraints", "Constraints"),
            ("1) Constraints", "Constraints"),
            ("IV. Constraints:", "Constraints"),
            ("Section 3: Constraints", "Constraints"),
            ("🎯 Purpose", "Purpose"),
            ("1️⃣ Purpose", "Purpose"),
            ("‚úÖ Required", "Required"),
            ("\u{f8ff}üéØ Reliability", "Reliability"),
            ("Purpose ##", "Purpose"),
            ("24 hours", "24 hours"),
            ("Java 21+ Engineer", "Java 21+ Engineer"),
            ("C#", "C#"),
            ("3D Artist", "3D Artist"),
            ("2026 goals", "2026 goals"),
            ("über alles", "über alles"),
            ("🎯", "🎯"),
            ("A. Scope", "Scope"),
            ("CTO: duties", "CTO: duties"),
        ] {
            assert_eq!(&title[bare_title(title)], bare, "{title}");
        }
    }
}
