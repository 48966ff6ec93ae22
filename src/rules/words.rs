//! Texts as rules compare them: without marks, case or punctuation that carries no meaning.

use unicode_normalization::UnicodeNormalization;

/// The text in lower case, with one kind of quote and blank, without emphasis, code marks, escapes
/// and padding. Equal results differ in format only.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc() {
        match c {
            '*' | '`' | '\\' | '\u{200b}' | '\u{feff}' => {}
            '\u{2018}' | '\u{2019}' | '\u{201b}' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' => out.push('"'),
            '\u{2013}' | '\u{2014}' | '\u{2212}' => out.push('-'),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    let words: Vec<&str> = out.split(' ').map(|word| word.trim_matches('_')).collect();
    words.join(" ").trim().to_owned()
}

/// Words that say nothing about *what* changed.
const EMPTY: &[&str] = &[
    "the", "and", "for", "with", "without", "from", "into", "that", "this", "than", "then", "their", "its",
    "his", "her", "our", "your", "are", "was", "were", "been", "has", "have", "had", "not", "but", "all",
    "any", "each", "every", "must", "should", "shall", "may", "can", "cannot", "will", "never", "always",
    "only", "more", "most", "less", "least", "when", "where", "who", "which", "what", "them", "they",
    "before", "after", "over", "under", "above", "below", "about", "true", "false", "none", "yes", "one",
    "two", "per", "via", "such", "other", "also", "new", "old", "now", "one", "out", "off", "still",
];

/// Distinctive words, cut to their stems: `schema_changes` and `schema change` share both. Numbers
/// count; words of one or two letters do not, unless the script has no longer ones.
pub(super) fn stems(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .filter(|word| {
            word.chars().count() > 2 || word.bytes().all(|b| b.is_ascii_digit()) || !word.is_ascii()
        })
        .map(stem)
        .collect()
}

/// A crude stem: endings that English adds are cut, as long as four letters stay.
fn stem(word: &str) -> String {
    const ENDINGS: [&str; 16] = [
        "ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "ed", "er", "es",
        "al", "s", "e",
    ];
    if !word.is_ascii() {
        return word.to_owned();
    }
    let mut cut = word;
    // Endings stand on top of each other: approv-al-s. A plural may leave three letters: key-s.
    while let Some(rest) = ENDINGS.iter().find_map(|ending| {
        let shortest = if *ending == "s" { 3 } else { 4 };
        cut.strip_suffix(ending).filter(|rest| rest.len() >= shortest)
    }) {
        cut = rest;
    }
    while cut.len() > 4 && cut.ends_with(['y', 'i']) {
        cut = &cut[..cut.len() - 1];
    }
    cut.to_owned()
}

/// Share of words two texts have in common, 0 to 1 (Dice).
pub(super) fn likeness(left: &str, right: &str) -> f64 {
    let left = stems(left);
    let mut right = stems(right);
    let total = left.len() + right.len();
    if total == 0 {
        return 0.0;
    }
    let mut common = 0_u32;
    for word in &left {
        if let Some(at) = right.iter().position(|other| other == word) {
            right.swap_remove(at);
            common += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "words of one row are few")]
    let total = total as f64;
    f64::from(common) * 2.0 / total
}

/// True where a cell or text holds nothing, or a word that stands for nothing yet.
pub(super) fn is_placeholder(text: &str) -> bool {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return true;
    }
    let whole_brackets = [('<', '>'), ('{', '}'), ('[', ']')]
        .iter()
        .any(|&(open, close)| folded.starts_with(open) && folded.ends_with(close));
    let word = bare
        .split([' ', ':', '.', ',', '-', ';'])
        .next()
        .unwrap_or_default();
    whole_brackets
        || matches!(
            bare,
            "n/a"
                | "na"
                | "none"
                | "nil"
                | "null"
                | "unknown"
                | "placeholder"
                | "yyyy-mm-dd"
                | "dd.mm.yyyy"
                | "mm/dd/yyyy"
                | "your name"
                | "author"
                | "author name"
                | "name"
                | "date"
                | "description"
                | "change"
                | "summary"
                | "change description"
                | "describe the change"
                | "describe your changes"
                | "to be defined"
                | "to be done"
                | "to be announced"
                | "to be determined"
                | "to do"
                | "coming soon"
        )
        || matches!(
            word,
            "tbd" | "todo" | "tba" | "tbc" | "tbf" | "fixme" | "xxx" | "xx" | "wip" | "lorem"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_alone_folds_to_the_same_text() {
        for (a, b) in [
            (
                "Refunds are **no longer** discretionary",
                "refunds are no longer discretionary",
            ),
            (" `4.0.0`  by\u{a0}Ann ", "4.0.0 by Ann"),
            ("\u{201c}so\u{201d} \u{2014} it\u{2019}s", "\"so\" - it's"),
            ("_one_ a\\|b", "one a|b"),
        ] {
            assert_eq!(fold(a), fold(b));
        }
        assert_ne!(fold("schema_changes"), fold("schemachanges"));
    }

    #[test]
    fn stems_bring_forms_of_a_word_together() {
        for (a, b) in [
            ("schema_changes", "schema change"),
            ("Deployment", "deployments"),
            ("tasting", "taste"),
            ("suppliers/prices", "supplier prices"),
            ("requires approval", "required approvals"),
            ("policies", "policy"),
            ("keys", "key"),
        ] {
            assert_eq!(stems(a), stems(b), "{a} / {b}");
        }
    }

    #[test]
    fn placeholders_are_told_from_short_answers() {
        for text in [
            "",
            " ",
            "-",
            "…",
            "...",
            "TBD",
            "tbd.",
            "TODO: say what",
            "n/a",
            "<author>",
            "**TBD**",
            "???",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "Jo",
            "Housekeeping",
            "Added the TODO list",
            "r3",
            "[link](x)",
            "李雷",
            "Todd",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
