//! Orders: what somebody is told to do, or not to do, without saying who.

use crate::spec::binding::words::lowered;
use crate::spec::binding::words::may_bind;
use crate::spec::binding::words::words;

/// True for an order not to do something further on: `Respect the paths; do not create folders`, `If it is
/// late, don't call`.
pub(super) fn orders_not(text: &str) -> bool {
    let begins = |at: usize, order: &str| {
        let found = text.as_bytes().get(at..at + order.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(order.as_bytes()))
    };
    let supposes = ["if ", "when ", "before ", "after ", "unless ", "while "]
        .iter()
        .any(|word| begins(0, word));
    memchr::memchr2_iter(b'd', b'D', text.as_bytes()).any(|at| {
        let order = ["do not ", "don't ", "don’t "]
            .iter()
            .any(|order| begins(at, order));
        order && {
            let before = text[..at].trim_end_matches([' ', '*', '_', '"', '“']);
            before.ends_with([';', ':', '—', '–', '('])
                || before.ends_with(" -")
                || supposes && before.ends_with(',')
        }
    })
}

/// True for a title that is a rule by itself and no name for the rules below it: `Never deploy on
/// Fridays`, `Agents must ask first`, not `What agents must do`, `Never do the following`.
pub(in crate::spec) fn is_order(title: &str) -> bool {
    if title.ends_with([':', '：', '?']) || !may_bind(title) {
        return false;
    }
    let lower = lowered(title);
    let words = words(&lower);
    let [first, second, .., last] = words[..] else {
        return false;
    };
    if words.len() < 4
        || matches!(
            last,
            "following" | "below" | "do" | "be" | "when" | "if" | "unless"
        )
    {
        return false;
    }
    let orders = matches!((first, second), ("do", "not") | ("never" | "don't", _))
        || first == "always"
            && !matches!(
                second,
                "on" | "available" | "a" | "an" | "the" | "in" | "at" | "up"
            );
    let asks = |word: &str| {
        matches!(
            word,
            "what"
                | "things"
                | "that"
                | "who"
                | "which"
                | "when"
                | "if"
                | "how"
                | "why"
                | "where"
                | "actions"
        )
    };
    let said = || {
        let modal = words
            .iter()
            .position(|word| matches!(*word, "must" | "shall" | "cannot" | "never"));
        modal.is_some_and(|at| at > 0 && at + 1 < words.len() && !words[..at].iter().any(|word| asks(word)))
    };
    orders || said()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_orders_or_names_what_is_ordered() {
        for (title, neighbour) in [
            ("Never deploy on Fridays", "Never do the following"),
            ("Always ask before you delete", "Always on call for you"),
            ("Do not push to main", "Do not, unless"),
            ("Agents must ask a person first", "Things agents must ask first"),
            ("The bot cannot close an issue", "What the bot cannot close"),
            ("Secrets must never be logged", "Secrets that must be logged"),
        ] {
            assert!(is_order(title), "{title}");
            assert!(!is_order(neighbour), "{neighbour}");
        }
    }
}
