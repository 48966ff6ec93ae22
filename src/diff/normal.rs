//! Equal up to formatting: the text form in which two statements are compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The comparable form of a statement: Unicode NFC, straight quotes and plain hyphens, plain spaces,
/// no emphasis or code marks, no final full stop, case folded, text that was decoded wrongly once repaired.
/// Two statements with equal normal forms say the same in another format.
pub fn normalise(text: &str) -> String {
    let repaired = repair(text);
    let repaired = without_star_emphasis(&repaired);
    let mut plain = String::with_capacity(repaired.len());
    let mut space = false;
    for c in repaired.nfc() {
        let c = match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' => '\'',
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
            '\u{2010}'..='\u{2012}' | '\u{2212}' => '-',
            '\u{2013}' | '\u{2014}' => '-',
            c if c.is_whitespace() => ' ',
            '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}' | '\u{00AD}' => continue,
            '`' => continue,
            c => c,
        };
        if c == ' ' {
            space = !plain.is_empty();
            continue;
        }
        if space {
            plain.push(' ');
            space = false;
        }
        plain.extend(c.to_lowercase());
    }
    let plain = without_underscore_emphasis(&plain);
    plain.trim_end_matches(['.', ';', ',', ' ']).to_owned()
}

/// `**word**` loses its marks; `src/**`, `*.rs` and `Bash(git log:*)` keep their wild cards.
fn without_star_emphasis(text: &str) -> Cow<'_, str> {
    if !text.contains('*') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('*') {
        let (head, run) = rest.split_at(at);
        out.push_str(head);
        let behind = run.trim_start_matches('*');
        let stars = &run[..run.len() - behind.len()];
        if is_wild_card(head.chars().next_back().or(out.chars().next_back()), behind) {
            out.push_str(stars);
        }
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_wild_card(before: Option<char>, behind: &str) -> bool {
    let mut ahead = behind.chars();
    let (next, further) = (ahead.next(), ahead.next());
    let opens = before.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '(' | '"' | ',' | '['));
    let path = before == Some('/')
        || next == Some('/') && further.is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '.' | '_'));
    let name = next == Some('.') && opens && further.is_some_and(char::is_alphanumeric);
    let command = next == Some(')') && matches!(before, Some(':' | '(' | ' '));
    let alone = before.is_none() && next.is_none();
    path || name || command || alone
}

/// `_word_` loses its marks; `snake_case` keeps its own.
fn without_underscore_emphasis(text: &str) -> String {
    if !text.contains('_') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let inside = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    chars
        .iter()
        .enumerate()
        .filter(|&(at, &c)| {
            let before = at.checked_sub(1).and_then(|i| chars.get(i));
            c != '_' || (inside(before) && inside(chars.get(at + 1)))
        })
        .map(|(_, &c)| c)
        .collect()
}

/// Undoes one wrong decoding: UTF-8 that was once read as Mac Roman or Windows-1252 (`‚úÖ`, `âœ…`
/// for `✅`; `‚â•` for `≥`). Runs that do not decode stay as they are.
fn repair(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match [MAC_ROMAN, WINDOWS_1252]
            .iter()
            .find_map(|table| decode_run(&chars[at..], table))
        {
            Some((c, used)) => {
                out.push(c);
                at += used;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// One multi-byte UTF-8 character spelt with characters of a single-byte table.
fn decode_run(chars: &[char], table: &str) -> Option<(char, usize)> {
    let byte = |c: char| -> Option<u8> {
        if ('\u{80}'..='\u{9f}').contains(&c) {
            return u8::try_from(c as u32).ok();
        }
        table
            .chars()
            .position(|t| t == c && t != '\u{FFFD}')
            .and_then(|i| u8::try_from(i + 0x80).ok())
    };
    let first = byte(*chars.first()?)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    // Two-byte runs are ordinary letters in too many languages ("é" follows "Ã" in none, but "Ω∞" may stand together).
    if length == 2 && first != 0xC2 && first != 0xC3 {
        return None;
    }
    let bytes: Vec<u8> = chars
        .get(..length)?
        .iter()
        .map(|&c| byte(c))
        .collect::<Option<_>>()?;
    let decoded = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((decoded, length))
}

// Upper halves of the two single-byte encodings, 0x80 to 0xFF; U+FFFD where Windows-1252 has no character.
// Sources: https://www.unicode.org/Public/MAPPINGS/VENDORS/APPLE/ROMAN.TXT
//          https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const WINDOWS_1252: &str = "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_does_not_show() {
        let plain = normalise("Must note every spraying in the \"green book\", don't skip");
        for same in [
            "Must note **every** spraying in the “green book”, don’t skip.",
            "Must  note\u{A0}_every_ spraying\nin the `\"green book\"`, don't skip",
            "MUST note every spraying in the \"green book\", don't skip ",
        ] {
            assert_eq!(normalise(same), plain);
        }
        assert_eq!(normalise("can_write_code"), "can_write_code");
    }

    #[test]
    fn the_tables_have_128_places() {
        assert_eq!(MAC_ROMAN.chars().count(), 128);
        assert_eq!(WINDOWS_1252.chars().count(), 128);
    }

    #[test]
    fn a_wrong_decoding_is_undone() {
        assert_eq!(normalise("Must be ‚â•70%"), normalise("Must be ≥70%"));
        assert_eq!(normalise("‚úÖ yes"), normalise("✅ yes"));
        assert_eq!(normalise("âœ… yes"), normalise("✅ yes"));
        assert_eq!(normalise("Bo Aldén, Ångström, São"), "bo aldén, ångström, são");
    }
}
