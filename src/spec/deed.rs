//! Sentences that tell what the role does, without a word that binds.

use smallvec::SmallVec;

use crate::spec::binding::each_word;
use crate::spec::binding::lowered;

/// More words of a title are not looked at.
const TITLE_WORDS: usize = 24;

/// True for a sentence that tells what the role does: `The treasurer counts the collection`, `They
/// keep the books`, `Keep the books`. One of the titles above it names the role.
pub(super) fn tells_deed(text: &str, titles: [&str; 2]) -> bool {
    // A line that leads to a list says nothing by itself.
    if text.ends_with([':', '：']) {
        return false;
    }
    let lower = lowered(text);
    let mut words: SmallVec<[&str; 16]> = each_word(&lower).take(16).collect();
    if is_charged(&words) {
        return true;
    }
    // `After the release, the manager closes the branch` tells what the manager does.
    let mut deed = lower.as_str();
    if words.first().is_some_and(|word| is_occasion(word))
        && let Some((_, rest)) = lower.split_once(", ")
    {
        deed = rest;
        words = each_word(deed).take(16).collect();
    }
    // Article, subject, adverb, verb and what follows it.
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let article = matches!(word(0), "the" | "a" | "an" | "each" | "every" | "this");
    let role = |name: &str| {
        titles.iter().any(|title| {
            let mut words = title.split(|c: char| !c.is_alphanumeric()).take(TITLE_WORDS);
            words.any(|part| part.eq_ignore_ascii_case(name)) || is_short_for(name, title)
        }) || matches!(
            name,
            "holder" | "postholder" | "incumbent" | "role" | "agent" | "assistant" | "bot" | "person"
        )
    };
    // The subject has up to three words; its last one names the role.
    let subject = if article {
        (1..=3).rev().find(|&at| role(word(at)))
    } else {
        matches!(word(0), "he" | "she" | "it" | "they" | "you" | "we" | "i").then_some(0)
    };
    let adverb = |name: &str| name.ends_with("ly") || matches!(name, "also" | "always" | "then");
    if let Some(at) = subject {
        let verb = if adverb(word(at + 1)) { at + 2 } else { at + 1 };
        let plural = matches!(word(0), "they" | "you" | "we" | "i");
        if word(verb) == "will" {
            return !matches!(word(verb + 1), "be" | "have" | "find" | "join" | "need" | "");
        }
        return is_deed(word(verb), plural);
    }
    // A verb at the head, and what it is done to.
    if !deed.starts_with(char::is_alphabetic) {
        return false;
    }
    let verb = word(0);
    let done_to = matches!(
        word(1),
        "the" | "a" | "an" | "all" | "each" | "every" | "our" | "any" | "new" | "its" | "their" | "your"
    );
    (done_to && verb.len() > 2 && !is_small(verb) && !verb.ends_with("ing"))
        || (verb == "responsible" && word(1) == "for")
}

/// `The clerk is responsible for the archive`, `It is the clerk's duty to keep it`, `Clerks are expected
/// to keep it`.
fn is_charged(words: &[&str]) -> bool {
    words.windows(3).any(|three| {
        let [being, what, to] = three else {
            return false;
        };
        let is = matches!(*being, "is" | "are" | "also" | "be");
        is && matches!(
            (*what, *to),
            ("responsible" | "accountable", "for") | ("expected", "to")
        ) || being.ends_with("'s")
            && matches!(*what, "responsibility" | "duty" | "job" | "task")
            && *to == "to"
    })
}

/// True for a word that begins what tells when something is done: `After the release`.
fn is_occasion(first: &str) -> bool {
    matches!(
        first,
        "after"
            | "before"
            | "immediately"
            | "upon"
            | "during"
            | "when"
            | "once"
            | "at"
            | "on"
            | "in"
            | "if"
            | "each"
    )
}

/// `rm` for `Release Manager role`.
fn is_short_for(name: &str, title: &str) -> bool {
    let mut words = title.split_whitespace();
    name.len() > 1
        && name.chars().all(|letter| {
            let initial = words.next().and_then(|word| word.chars().next());
            initial.is_some_and(|initial| initial.eq_ignore_ascii_case(&letter))
        })
}

fn is_deed(verb: &str, plural: bool) -> bool {
    let sound = verb.len() > 2 && !is_small(verb) && !verb.ends_with("n't");
    if plural {
        return sound && !verb.ends_with("ed");
    }
    sound && verb.len() > 3 && verb.ends_with('s') && !verb.ends_with("ss")
}

/// Words that are no deed: what something is or has, and what joins sentences.
fn is_small(word: &str) -> bool {
    const SMALL: [&str; 77] = [
        "about", "across", "after", "all", "also", "and", "are", "around", "based", "because", "been",
        "before", "being", "belong", "belongs", "between", "both", "but", "can", "cannot", "could", "did",
        "does", "during", "exist", "exists", "for", "from", "given", "had", "has", "have", "here", "however",
        "into", "is", "know", "like", "may", "might", "must", "need", "nor", "not", "note", "off", "once",
        "only", "out", "over", "per", "read", "see", "shall", "should", "since", "sit", "sits", "than",
        "that", "then", "there", "these", "this", "though", "through", "under", "unlike", "until", "was",
        "were", "when", "where", "while", "with", "work", "works",
    ];
    word.len() < 3
        || SMALL.binary_search(&word).is_ok()
        || matches!(word, "without" | "would" | "within" | "want")
}

/// True for a sentence that forbids without a word that binds: `You do not close it`.
pub(super) fn tells_ban(text: &str) -> bool {
    let lower = lowered(text);
    let mut words = each_word(&lower).take(12).skip(1).peekable();
    let stative = |word: &str| {
        matches!(
            word,
            "have" | "need" | "know" | "want" | "mean" | "apply" | "matter" | "include" | "require" | "count"
        )
    };
    while let Some(word) = words.next() {
        let negated = match word {
            "do" | "does" => words.next_if_eq(&"not").is_some(),
            "don't" | "doesn't" => true,
            _ => false,
        };
        if negated {
            return words.next().is_some_and(|deed| !stative(deed));
        }
    }
    false
}

/// True for a piece of a list that is written as a sentence: `Manifest format.`, `Any licence conflict.`
pub(super) fn is_fragment(text: &str) -> bool {
    let lower = lowered(text);
    let words: SmallVec<[&str; 24]> = each_word(&lower).collect();
    let Some(first) = words.first().filter(|_| (2..=24).contains(&words.len())) else {
        return false;
    };
    if matches!(
        *first,
        "any" | "every" | "all" | "each" | "everything" | "anything" | "nothing"
    ) {
        return true;
    }
    let opens = first.len() > 2
        && !is_small(first)
        && !matches!(
            *first,
            "the" | "our" | "your" | "its" | "they" | "you" | "please" | "reports" | "thank" | "thanks"
        );
    let article = |word: &str| {
        matches!(
            word,
            "the" | "a" | "an" | "our" | "its" | "their" | "his" | "her" | "your" | "my"
        )
    };
    let finite = |word: &str| {
        matches!(
            word,
            "is" | "are"
                | "was"
                | "were"
                | "be"
                | "has"
                | "have"
                | "had"
                | "do"
                | "does"
                | "did"
                | "will"
                | "would"
                | "can"
                | "could"
                | "may"
                | "might"
                | "must"
                | "shall"
                | "should"
                | "follow"
                | "follows"
                | "apply"
                | "applies"
                | "vary"
                | "remain"
                | "remains"
                | "include"
                | "includes"
                | "we"
                | "you"
                | "it"
                | "i"
        )
    };
    let tells = words
        .windows(2)
        .skip(1)
        .any(|two| two[0].ends_with('s') && article(two[1]));
    opens && !tells && !words.iter().any(|word| finite(word))
}

/// True for a sentence that tells what success is by a number: `Arrears stay below 200 pounds`.
pub(super) fn tells_result(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_has_the_role_for_its_subject() {
        let title = ["Church Treasurer", "keys"];
        assert!(tells_deed("The treasurer counts the collection.", title));
        assert!(tells_deed("The treasurer also pays invoices.", title));
        assert!(!tells_deed("The treasurer is a friendly person.", title));
        assert!(!tells_deed("The collection fills a bag.", title));
        assert!(tells_deed("The CT keeps the books.", title));
        assert!(!tells_deed("The CO keeps the books.", title));
        assert!(tells_deed("After the service, the treasurer counts it.", title));
        assert!(!tells_deed(
            "After the service, the collection fills a bag.",
            title
        ));
        assert!(tells_deed("It is the chair's duty to open the doors.", title));
        assert!(!tells_deed("It is the chair's turn to speak.", title));
        assert!(tells_deed("Members are expected to attend.", title));
        assert!(!tells_deed("Members are expected to:", title));
        assert!(tells_deed("They collect the rents.", title));
        assert!(!tells_deed("They are volunteers.", title));
        assert!(!tells_deed("We have a large garden.", title));
        assert!(tells_deed("You will keep the books.", title));
        assert!(!tells_deed("You will be happy here.", title));
        assert!(tells_deed("Keep the books and the key.", title));
        assert!(tells_deed("Keeps the books.", title));
        assert!(tells_deed("Responsible for the books.", title));
        assert!(!tells_deed("With the books comes a key.", title));
        assert!(!tells_deed("During the year there is much to do.", title));
        assert!(!tells_deed("See the handbook.", title));
    }
}
