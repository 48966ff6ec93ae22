//! Sentences that tell what the role does, without a word that binds.

use crate::spec::binding::lowered;
use crate::spec::binding::words;

/// True for a sentence that tells what the role does: `The treasurer counts the collection`.
pub(super) fn tells_deed(text: &str, title: Option<&str>) -> bool {
    let lower = lowered(text);
    let words = words(&lower);
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let article = matches!(word(0), "the" | "a" | "an" | "each" | "every");
    let role = |name: &str| {
        title.is_some_and(|title| {
            title
                .split_whitespace()
                .any(|part| part.eq_ignore_ascii_case(name))
        }) || matches!(
            name,
            "holder" | "postholder" | "incumbent" | "role" | "agent" | "assistant" | "bot" | "person"
        )
    };
    // The subject has up to three words; its last one names the role.
    let subject = if article {
        (1..=3).rev().find(|&at| role(word(at)))
    } else {
        matches!(word(0), "he" | "she" | "it").then_some(0)
    };
    let adverb = |name: &str| name.ends_with("ly") || matches!(name, "also" | "always" | "then");
    subject.is_some_and(|at| {
        let verb = if adverb(word(at + 1)) {
            word(at + 2)
        } else {
            word(at + 1)
        };
        verb.len() > 3
            && verb.ends_with('s')
            && !verb.ends_with("ss")
            && !matches!(
                verb,
                "is" | "was" | "has" | "does" | "this" | "belongs" | "exists" | "works" | "sits"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_has_the_role_for_its_subject() {
        let title = Some("Church Treasurer");
        assert!(tells_deed("The treasurer counts the collection.", title));
        assert!(tells_deed("The treasurer also pays invoices.", title));
        assert!(!tells_deed("The treasurer is a friendly person.", title));
        assert!(!tells_deed("The collection fills a bag.", title));
    }
}
