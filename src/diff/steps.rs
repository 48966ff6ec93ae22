//! Short statements that are one, although they share few words: a step apart on a scale, or one deed in another rhythm.

use super::lexicon::Class;
use super::lexicon::lexicon;
use super::tokens::is_function_word;
use super::tokens::stem;
use super::tokens::words;
use super::units::is_number;
use super::units::measure;

/// `basic bookkeeping` and `advanced bookkeeping`: one statement, a step apart on a scale.
pub fn one_step(x: &str, y: &str) -> bool {
    if x.len().max(y.len()) > 80 || x.split(' ').count() != y.split(' ').count() {
        return false;
    }
    let mut apart = x.split(' ').zip(y.split(' ')).filter(|(x, y)| x != y);
    match (apart.next(), apart.next()) {
        (Some((x, y)), None) => lexicon().degree_step(x, y).is_some(),
        _ => false,
    }
}

/// `compare prices weekly` and `compare prices every other week`: one deed, done more or less often.
pub fn one_core(x: &str, y: &str) -> bool {
    if x.len().max(y.len()) > 80 {
        return false;
    }
    let (x, y) = (core(x), core(y));
    x.len() >= 2 && x == y
}

/// The stems that say what is done, without how often, how soon and how much.
fn core(normal: &str) -> Vec<String> {
    let words = words(normal);
    let mut core = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let taken = match lexicon().phrase_at(&words, at) {
            Some((Class::Rhythm(_) | Class::Hedge | Class::Share(_) | Class::Haste(_), length)) => length,
            _ => 0,
        };
        let word = &words[at];
        let counts =
            is_number(word) || measure(word).is_some() || matches!(word.as_str(), "other" | "second");
        if taken == 0 && !counts && !is_function_word(word) {
            core.push(stem(word));
        }
        at += taken.max(1);
    }
    core
}
