//! Taking a sentence apart into words, and telling without it that it has none that matter.

use std::iter;

use smallvec::SmallVec;

/// False for text without any word that could bind: most text, told without taking it apart. Any
/// character beyond ASCII ends a word here, which only finds more of them.
pub(super) fn may_bind(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Whether the byte before is a letter, in the lowest byte's place.
    let mut before = 0;
    let mut at = 0;
    while at < bytes.len() {
        let letters = letters(eight(bytes, at));
        let mut starts = letters & !(letters << 8 | before);
        before = letters >> 56;
        while starts != 0 {
            let start = at + starts.trailing_zeros() as usize / 8;
            if HEADS.may_begin(bytes, start) && may_bind_at(bytes, start) {
                return true;
            }
            starts &= starts - 1;
        }
        at += 8;
    }
    false
}

/// One in each of eight bytes.
const ONES: u64 = u64::from_le_bytes([1; 8]);

/// The highest bit of each.
const HIGH: u64 = ONES << 7;

/// Eight bytes from an offset on, those beyond the end as zeros.
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    u64::from_le_bytes(rest.first_chunk().copied().unwrap_or_else(|| {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last
    }))
}

/// Whether the word at an offset could bind. A long word is told by its first eight letters.
fn may_bind_at(bytes: &[u8], at: usize) -> bool {
    let word = eight(bytes, at);
    let length = (!letters(word) & HIGH).trailing_zeros() as usize / 8;
    let beyond = u64::MAX.checked_shl(length as u32 * 8).unwrap_or(0);
    let word = (word | (ONES * 0x20)) & !beyond;
    BINDING[length].contains(&word) || OPENERS[length].contains(&word) && goes_on_with_to(bytes, at + length)
}

/// The highest bit of each byte that is a letter. Nothing is carried from byte to byte, as none has
/// more than seven bits when it is added to.
fn letters(eight: u64) -> u64 {
    let lower = (eight | (ONES * 0x20)) & !HIGH;
    let from_a = lower + ONES * (0x80 - b'a' as u64);
    let beyond_z = lower + ONES * (0x7f - b'z' as u64);
    from_a & !beyond_z & !eight & HIGH
}

/// The letters from an offset on.
fn run(bytes: &[u8], at: usize) -> &[u8] {
    let ends = |byte: &u8| !is_letter(CLASSES[usize::from(*byte)]);
    let rest = &bytes[at..];
    &rest[..rest.iter().position(ends).unwrap_or(rest.len())]
}

/// Whether the word after one that has been read this far is `to`.
fn goes_on_with_to(bytes: &[u8], end: usize) -> bool {
    let end = end + run(bytes, end).len();
    let starts = |byte: &u8| is_letter(CLASSES[usize::from(*byte)]);
    let next = bytes[end..].iter().position(starts);
    next.is_some_and(|next| run(bytes, end + next).eq_ignore_ascii_case(b"to"))
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

/// What words that matter begin with: a set of the first three letters, which may hold more than was
/// put in, and those of two letters.
struct Heads {
    threes: [u64; 32],
    twos: [u16; 2],
}

static HEADS: Heads = {
    let mut heads = Heads {
        threes: [0; 32],
        twos: [BINDING[2][0] as u16, OPENERS[2][0] as u16],
    };
    let lists = [&BINDING, &OPENERS];
    let mut list = 0;
    while list < lists.len() {
        let mut length = 3;
        while length < lists[list].len() {
            let mut at = 0;
            while at < lists[list][length].len() {
                let place = Heads::place(lists[list][length][at] as u32);
                heads.threes[place / 64] |= 1 << (place % 64);
                at += 1;
            }
            length += 1;
        }
        list += 1;
    }
    heads
};

impl Heads {
    /// False where no word that matters begins.
    fn may_begin(&self, bytes: &[u8], at: usize) -> bool {
        let Some(head) = bytes[at..].first_chunk() else {
            return true;
        };
        let lower = u32::from_le_bytes(*head) | 0x2020_2020;
        let place = Self::place(lower);
        self.threes[place / 64] & (1 << (place % 64)) != 0 || self.twos.contains(&(lower as u16))
    }

    /// The place of three letters, from 0 to 2047.
    const fn place(letters: u32) -> usize {
        ((letters & 0xff_ffff).wrapping_mul(0x9e37_79b1) >> 21) as usize
    }
}

/// Words by how many of their first eight letters they have.
type Words = [&'static [u64]; 9];

/// The first eight letters of a word in the order of their places.
const fn w(word: &str) -> u64 {
    let mut eight = [0; 8];
    let mut at = 0;
    while at < word.len() && at < eight.len() {
        eight[at] = word.as_bytes()[at];
        at += 1;
    }
    u64::from_le_bytes(eight)
}

/// Words that oblige or empower together with `to`.
const OPENERS: Words = [
    &[],
    &[],
    &[w("is")],
    &[w("has"), w("had"), w("are"), w("not")],
    &[w("have")],
    &[w("bound"), w("right"), w("power")],
    &[],
    &[w("obliged"), w("ability")],
    &[w("authority")],
];

/// Words without one of which nothing binds.
const BINDING: Words = [
    &[],
    &[],
    &[w("do")],
    &[w("can"), w("may"), w("don"), w("due"), w("mag")],
    // `ssen` and `rfen` are what other letters leave of `müssen` and `dürfen`.
    &[
        w("must"),
        w("only"),
        w("need"),
        w("shan"),
        w("free"),
        w("sign"),
        w("muss"),
        w("darf"),
        w("ssen"),
        w("rfen"),
        w("doit"),
        w("debe"),
        w("moet"),
    ],
    &[
        w("shall"),
        w("deben"),
        w("mogen"),
        w("never"),
        w("needs"),
        w("mustn"),
        w("until"),
    ],
    &[
        w("cannot"),
        w("moeten"),
        w("nobody"),
        w("unless"),
        w("before"),
        w("always"),
    ],
    &[w("doivent"), w("require"), w("allowed"), w("without")],
    &[
        w("requires"),
        w("untersagt"),
        w("prohibido"),
        w("proibido"),
        w("required"),
        w("approval"),
        w("entitled"),
        w("permitted"),
        w("forbidden"),
        w("mandatory"),
        w("authorised"),
        w("authorized"),
        w("prohibited"),
        w("disallowed"),
    ],
];

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
pub(super) fn words(lower: &str) -> SmallVec<[&str; 24]> {
    each_word(lower).collect()
}

/// The same, one by one.
pub(in crate::spec) fn each_word(lower: &str) -> impl Iterator<Item = &str> {
    let ascii = lower.is_ascii();
    let mut rest = lower;
    iter::from_fn(move || {
        let (word, after) = if ascii {
            first_word(rest)?
        } else {
            first_part(rest)?
        };
        rest = after;
        Some(word)
    })
}

/// The first word of an ASCII text and what follows.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let class = |byte: &u8| CLASSES[usize::from(*byte)];
    let start = bytes.iter().position(|byte| is_letter(class(byte)))?;
    let after = bytes[start..].iter().position(|byte| class(byte) == 0);
    let after = after.map_or(bytes.len(), |length| start + length);
    let joints = bytes[start..after]
        .iter()
        .rev()
        .take_while(|byte| class(byte) == JOINT);
    Some((&text[start..after - joints.count()], &text[after..]))
}

/// The first of the parts between blanks and what follows.
fn first_part(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::spec::binding::told_by;
    use crate::spec::binding::tongues;

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
            "muss", "müssen", "darf", "dürfen", "nicht", "doit", "debe", "moet", "mag", "untersagt", "prohibido",
            "always", "ability", "authority", "right", "power", "when", "will",
        ]), 0..8), gaps in prop::collection::vec(prop::sample::select(vec![" ", "  ", "", "\n"]), 8)) {
            let text: String = pieces.iter().zip(&gaps).flat_map(|(piece, gap)| [*piece, *gap]).collect();
            let lower = lowered(&text);
            let words = words(&lower);
            if told_by(&lower, &words).or_else(|| tongues::told_by(&words)).is_some() {
                prop_assert!(may_bind(&text), "{text:?}");
            }
        }
    }
}
