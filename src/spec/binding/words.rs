//! Taking a sentence apart into words, and telling without it that nothing binds.

/// False for text without any word that could bind: most text, told without taking it apart. Any
/// character beyond ASCII ends a word here, which only finds more of them.
pub(super) fn may_bind(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Whether the word before could begin `has to`, `is to be`, `are not to`.
    let mut opened = false;
    let mut at = 0;
    while at < bytes.len() {
        let letter = CLASSES[usize::from(bytes[at])];
        let start = at;
        at += 1;
        if !is_letter(letter) {
            continue;
        }
        let ends = |byte: &u8| !is_letter(CLASSES[usize::from(*byte)]);
        at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
        let before = std::mem::take(&mut opened);
        // Length and first letters rule out nearly every word.
        let shapes = SHAPES[usize::from(letter)];
        if at - start > LONGEST
            || shapes.lengths & (1 << (at - start)) == 0
            || shapes.seconds & (1 << CLASSES[usize::from(bytes[start + 1])]) == 0
        {
            continue;
        }
        let word = &bytes[start..at];
        if (before && word.eq_ignore_ascii_case(b"to")) || is_one(&BINDING, word) {
            return true;
        }
        opened = is_one(&OPENERS, word);
    }
    false
}

fn is_letter(class: u8) -> bool {
    class > JOINT
}

/// The class of an apostrophe or hyphen, which may stand inside a word.
const JOINT: u8 = 1;

/// The class of a digit.
const DIGIT: u8 = 2;

/// 0 for what is no part of a word, `JOINT`, `DIGIT`, or a number for each letter of the alphabet.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => byte - b'a' + DIGIT + 1,
            b'A'..=b'Z' => byte - b'A' + DIGIT + 1,
            b'0'..=b'9' => DIGIT,
            b'\'' | b'-' => JOINT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// What words that matter look like, by the class of their first letter.
#[derive(Clone, Copy)]
struct Shapes {
    /// Which lengths they have, a bit each.
    lengths: u16,
    /// Which classes their second letters have, a bit each.
    seconds: u32,
}

const SHAPES: [Shapes; DIGIT as usize + 27] = {
    let none = Shapes {
        lengths: 0,
        seconds: 0,
    };
    let mut shapes = [none; DIGIT as usize + 27];
    let mut length = 2;
    while length <= LONGEST {
        let mut at = 0;
        while at <= BINDING[length].len() + OPENERS[length].len() {
            let word = if at < BINDING[length].len() {
                BINDING[length][at]
            } else if at < BINDING[length].len() + OPENERS[length].len() {
                OPENERS[length][at - BINDING[length].len()]
            } else {
                "to"
            };
            let shape = &mut shapes[CLASSES[word.as_bytes()[0] as usize] as usize];
            shape.lengths |= 1 << word.len();
            shape.seconds |= 1 << CLASSES[word.as_bytes()[1] as usize];
            at += 1;
        }
        length += 1;
    }
    shapes
};

/// No word that matters is longer.
const LONGEST: usize = 10;

/// Words by their length.
type Words = [&'static [&'static str]; LONGEST + 1];

/// Words that oblige together with `to`.
const OPENERS: Words = [
    &[],
    &[],
    &["is"],
    &["has", "had", "are", "not"],
    &["have"],
    &["bound"],
    &[],
    &["obliged"],
    &[],
    &[],
    &[],
];

/// Words without one of which nothing binds.
const BINDING: Words = [
    &[],
    &[],
    &["do"],
    &["can", "may", "don", "due"],
    &["must", "only", "need", "shan", "free", "sign"],
    &["shall", "never", "needs", "mustn", "until"],
    &["cannot", "nobody", "unless", "before"],
    &["require", "allowed", "without"],
    &["requires", "required", "approval", "entitled"],
    &["permitted", "forbidden", "mandatory"],
    &["authorised", "authorized", "prohibited", "disallowed"],
];

/// Whether a word of at most [`LONGEST`] bytes is one of these.
fn is_one(words: &Words, word: &[u8]) -> bool {
    let same = |one: &&str| one.as_bytes().eq_ignore_ascii_case(word);
    words[word.len()].iter().any(same)
}

/// A text in lower case with straight apostrophes; beyond ASCII, its words with blanks between them.
pub(in crate::spec) fn lowered(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))) {
        let word = word.trim_matches(['\'', '’', '-']);
        lower.push_str(&word.replace('’', "'").to_lowercase());
        lower.push(' ');
    }
    lower
}

/// The words of a [`lowered`] text, apostrophes and hyphens kept; a hyphenated `read-only` is one.
pub(in crate::spec) fn words(lower: &str) -> Vec<&str> {
    let mut words = Vec::with_capacity(lower.len() / 4);
    if lower.is_ascii() {
        let bytes = lower.as_bytes();
        let class = |at: usize| CLASSES[usize::from(bytes[at])];
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            at += 1;
            if !is_letter(class(start)) {
                continue;
            }
            let mut end = at;
            while at < bytes.len() && class(at) != 0 {
                at += 1;
                if class(at - 1) != JOINT {
                    end = at;
                }
            }
            words.push(&lower[start..end]);
        }
    } else {
        words.extend(lower.split(' ').filter(|word| !word.is_empty()));
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::spec::binding::told_by;

    #[test]
    fn words_keep_their_joints_inside_and_lose_them_at_their_ends() {
        for (text, expected) in [
            ("Don't use read-only mounts.", "don't use read-only mounts"),
            ("'quoted' -dashed- -- '", "quoted dashed"),
            (
                "The agents' owner’s word – don’t",
                "the agents owner's word don't",
            ),
            ("v1.2, (see 3)", "v1 2 see 3"),
            ("", ""),
        ] {
            assert_eq!(words(&lowered(text)).join(" "), expected, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

        #[test]
        fn what_may_not_bind_binds_in_no_reading(pieces in prop::collection::vec(prop::sample::select(vec![
            "must", "May", "not", "can", "cannot", "don't", "do", "is", "are", "to", "be", "has", "have", "HAD",
            "allowed", "free", "only", "no", "one", "nobody", "need", "approval", "sign-off", "prior", "bound",
            "obliged", "required", "mandatory", "the", "agent", "deploys", "on its own", "without", "é", "‘may’",
            "-", "'", ",", "\u{a0}", "–", "x2", "mustn’t", "disallowed", "entitled", "forbidden", "due", "within", "used", "until", "unless", "before",
        ]), 0..8), gaps in prop::collection::vec(prop::sample::select(vec![" ", "  ", "", "\n"]), 8)) {
            let text: String = pieces.iter().zip(&gaps).flat_map(|(piece, gap)| [*piece, *gap]).collect();
            if told_by(&words(&lowered(&text))).is_some() {
                prop_assert!(may_bind(&text), "{text:?}");
            }
        }
    }
}
