//! Words that bind in other languages than English: the surest of them.

use crate::spec::Facet;

/// What the words of a statement make it.
pub(super) fn told_by(words: &[&str]) -> Option<Facet> {
    // German may say what it denies before its verb.
    let denied = || {
        words.iter().take(40).any(|word| {
            matches!(*word, "nicht" | "nur" | "nie" | "niemals" | "niet" | "nooit")
                || word.starts_with("kein")
        })
    };
    words.iter().find_map(|word| match *word {
        "muss" | "müssen" | "doit" | "doivent" | "debe" | "deben" | "moet" | "moeten" | "untersagt"
        | "prohibido" | "proibido" => Some(Facet::Limit),
        "darf" | "dürfen" | "mag" | "mogen" if denied() => Some(Facet::Limit),
        "darf" | "dürfen" => Some(Facet::Grant),
        _ => None,
    })
}

/// What a text in the scripts of East Asia forbids or orders: they have no blanks between words.
pub(super) fn east_asian(text: &str) -> Option<Facet> {
    const ORDERS: [&str; 12] = [
        "してはならない",
        "してはいけない",
        "しなければならない",
        "禁止",
        "必ず",
        "不得",
        "严禁",
        "必须",
        "必須",
        "不允许",
        "해서는 안",
        "해야 한다",
    ];
    // The first bytes of their letters; dashes, quotes and emoji have others.
    let written = !text.is_ascii() && text.bytes().any(|byte| (0xe3..=0xed).contains(&byte));
    (written && ORDERS.iter().any(|order| text.contains(order))).then_some(Facet::Limit)
}
