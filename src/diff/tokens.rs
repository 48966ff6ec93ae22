//! Words of a statement, and how alike two statements are by their words.

use std::collections::HashMap;

/// The words of a normalised text: letters and digits, joined by inner `. , ' -` (and `_ / :` inside
/// identifiers), comparison signs, percent and currency signs; each CJK character is a word.
pub fn words(normal: &str) -> Vec<String> {
    let chars: Vec<char> = normal.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let tolerance = c == '+' && matches!(chars.get(at + 1..at + 3), Some(['/', '-']));
        if tolerance {
            out.push("±".to_owned());
            at += 3;
        } else if is_cjk(c) || matches!(c, '<' | '>' | '≥' | '≤' | '±' | '=' | '%' | '€' | '$' | '£' | '¥')
        {
            let two = chars.get(at + 1) == Some(&'=') && matches!(c, '<' | '>');
            out.push(match (c, two) {
                ('<', true) => "≤".to_owned(),
                ('>', true) => "≥".to_owned(),
                _ => c.to_string(),
            });
            at += 1 + usize::from(two);
        } else if c.is_alphanumeric() {
            let start = at;
            at += 1;
            while at < chars.len() && continues(&chars, at) {
                at += 1;
            }
            out.push(chars[start..at].iter().collect());
        } else {
            at += 1;
        }
    }
    out
}

fn continues(chars: &[char], at: usize) -> bool {
    let c = chars[at];
    if c.is_alphanumeric() {
        return !is_cjk(c);
    }
    let next = chars
        .get(at + 1)
        .is_some_and(|n| n.is_alphanumeric() && !is_cjk(*n));
    matches!(c, '.' | ',' | '\'' | '-' | '_' | '/' | ':' | '@')
        && next
        && chars[at - 1].is_alphanumeric()
        && (!matches!(c, ',') || (chars[at - 1].is_ascii_digit() && chars[at + 1].is_ascii_digit()))
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

/// A word without its inflection, roughly: enough to see that `invoices` and `invoice`, `approved`
/// and `approve` belong together. Never used to decide what an edit means.
pub fn stem(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() {
        return word.to_owned();
    }
    let cut = |suffix: &str, add: &str| -> Option<String> {
        let root = word.strip_suffix(suffix)?;
        (root.len() >= 3).then(|| format!("{root}{add}"))
    };
    let root = cut("ies", "y")
        .or_else(|| cut("sses", "ss"))
        .or_else(|| {
            if word.ends_with("ss") || word.ends_with("us") {
                None
            } else {
                cut("s", "")
            }
        })
        .unwrap_or_else(|| word.to_owned());
    let cut = |suffix: &str| {
        root.strip_suffix(suffix)
            .filter(|r| r.len() >= 3)
            .map(str::to_owned)
    };
    let bare = cut("ing").or_else(|| cut("ed")).unwrap_or_else(|| root.clone());
    bare.strip_suffix('e')
        .filter(|r| r.len() >= 3)
        .map_or(bare.clone(), str::to_owned)
}

/// Words that hold a sentence together and say nothing by themselves.
pub fn is_function_word(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "to"
            | "in"
            | "on"
            | "at"
            | "by"
            | "for"
            | "from"
            | "with"
            | "and"
            | "or"
            | "as"
            | "is"
            | "are"
            | "be"
            | "been"
            | "was"
            | "were"
            | "it"
            | "its"
            | "this"
            | "that"
            | "these"
            | "those"
            | "their"
            | "they"
            | "them"
            | "his"
            | "her"
            | "he"
            | "she"
            | "we"
            | "our"
            | "you"
            | "your"
            | "who"
            | "which"
            | "into"
            | "has"
            | "have"
            | "had"
            | "if"
            | "so"
            | "than"
            | "then"
            | "there"
            | "own"
            | "must"
            | "should"
            | "shall"
            | "may"
            | "can"
            | "will"
            | "would"
            | "not"
            | "no"
            | "any"
            | "all"
    )
}

/// Gives each distinct word a number, so that statements compare as sorted numbers.
#[derive(Default)]
pub struct Lexed {
    ids: HashMap<String, u32>,
}

/// The words of one statement as sorted numbers.
#[derive(Clone, Debug, Default)]
pub struct Bag {
    /// Every word.
    pub all: Vec<u32>,
    /// The stems of the words that carry meaning.
    pub content: Vec<u32>,
}

/// Amounts in one spelling, so that `1,000 EUR` and `1000 euros` are alike.
fn amount_word(word: &str) -> Option<String> {
    if word.contains(',') && word.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(word.replace(',', ""));
    }
    super::units::currency(word).map(str::to_owned)
}

impl Lexed {
    fn id(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.insert(word.to_owned(), id);
        id
    }

    /// The bag of a normalised text.
    pub fn bag(&mut self, normal: &str) -> Bag {
        // `up-to-date` and `up to date` are alike.
        let joined = |word: String| -> Vec<String> {
            let parts: Vec<&str> = word.split('-').collect();
            let plain = parts
                .iter()
                .all(|p| p.len() > 1 && p.chars().all(char::is_alphabetic));
            if plain {
                parts.into_iter().map(str::to_owned).collect()
            } else {
                vec![word]
            }
        };
        let mut words: Vec<String> = words(normal).into_iter().flat_map(joined).collect();
        for word in &mut words {
            if let Some(plain) = amount_word(word) {
                *word = plain;
            }
        }
        let mut all: Vec<u32> = words.iter().map(|w| self.id(w)).collect();
        let mut content: Vec<u32> = words
            .iter()
            .filter(|w| !is_function_word(w))
            .map(|w| {
                let key = format!("~{}", stem(w));
                self.id(&key)
            })
            .collect();
        all.sort_unstable();
        content.sort_unstable();
        Bag { all, content }
    }
}

/// Words shared by two sorted lists, counted with repetition.
pub fn shared(x: &[u32], y: &[u32]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        match x[i].cmp(&y[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    common
}

/// Dice's coefficient, 0 to 1: twice the shared words over all words.
pub fn dice(x: &[u32], y: &[u32]) -> f64 {
    let total = x.len() + y.len();
    if total == 0 {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
    let ratio = 2.0 * shared(x, y) as f64 / total as f64;
    ratio
}

/// How alike two statements are, 0 to 1: by all words and by the words that carry meaning, the
/// better of the two for longer statements, so that neither filler nor synonyms decide alone.
pub fn likeness(x: &Bag, y: &Bag) -> f64 {
    let all = dice(&x.all, &y.all);
    let content = dice(&x.content, &y.content);
    if content == 0.0 && !(x.content.is_empty() && y.content.is_empty()) {
        return all.min(0.3);
    }
    all.max(0.5 * (all + content))
}

/// Whether two statements are alike enough to be one statement edited. Short ones need more.
pub fn may_be_one(x: &Bag, y: &Bag) -> Option<f64> {
    let likeness = likeness(x, y);
    let short = x.all.len().min(y.all.len());
    let floor = match short {
        0 | 1 => 0.67,
        2..=3 => 0.55,
        4..=5 => 0.45,
        _ => 0.40,
    };
    // One says all that the other does: a clause came or went.
    let few = x.content.len().min(y.content.len());
    let contained = few >= 2 && shared(&x.content, &y.content) == few;
    (likeness >= floor || contained && likeness >= 0.35).then_some(likeness)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bags(x: &str, y: &str) -> (Bag, Bag) {
        let mut lexed = Lexed::default();
        (lexed.bag(x), lexed.bag(y))
    }

    #[test]
    fn words_keep_numbers_and_identifiers_whole() {
        assert_eq!(
            words("up to 1,500 eur, see src/app.rs"),
            ["up", "to", "1,500", "eur", "see", "src/app.rs"]
        );
        assert_eq!(words("confidence <= 70%"), ["confidence", "≤", "70", "%"]);
        assert_eq!(words("don't re-run"), ["don't", "re-run"]);
    }

    #[test]
    fn alike_is_about_content() {
        let (x, y) = bags(
            "inspect the hives on the first warm day",
            "look over the hives on the first warm day",
        );
        assert!(may_be_one(&x, &y).is_some());
        let (x, y) = bags("sourdough starter of your own", "portfolio of wedding cakes");
        assert!(may_be_one(&x, &y).is_none());
        let (x, y) = bags("deployment", "deployments");
        assert!(may_be_one(&x, &y).is_none());
    }
}
