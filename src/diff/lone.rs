//! What one statement means that stands on one side only.

use super::ChangeKind;
use super::judge::LONGEST;
use super::judge::Outcome;
use super::judge::Subject;
use super::judge::Verdict;
use super::judge::by_effects;
use super::judge::kind;
use super::reading::Force;
use super::reading::read;
use super::scalar;
use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Section;
use crate::spec::Vocabulary;

/// What an item means that stands on one side only.
pub fn lone(subject: Subject<'_>, outcome: Outcome, vocabulary: &Vocabulary) -> Verdict {
    let item = subject.item;
    let added = outcome == Outcome::Added;
    let place = if subject.section.title.is_empty() {
        "the document"
    } else {
        &subject.section.title
    };
    let plain = format!("{} {place}", if added { "added to" } else { "removed from" });
    if item.form == ItemForm::Scalar && matches!(item.facet, Facet::Limit | Facet::Grant) {
        let value = scalar::value_of(&item.text);
        let key = item.key.as_deref().unwrap_or(&item.text);
        let (before, after) = if added {
            (None, Some(value))
        } else {
            (Some(value), None)
        };
        let effects = scalar::compare(key, before, after, item.facet == Facet::Grant, vocabulary);
        return by_effects(item.facet, effects, outcome);
    }
    let short = subject.normal.len() <= LONGEST;
    let force = short
        .then(|| read(subject.statement()))
        .and_then(|reading| reading.main().map(|m| m.force));
    let way = match (item.facet, force, added) {
        // A prohibition among the powers, a permission among the limits: what it says counts, not where it stands.
        (Facet::Grant, Some(Force::MustNot), true) => Outcome::Tighter,
        (Facet::Grant, Some(Force::MustNot), false) => Outcome::Looser,
        (Facet::Limit, Some(Force::May), _) if is_permission(subject) => {
            let kind = if added {
                ChangeKind::AuthorityGranted
            } else {
                ChangeKind::AuthorityRevoked
            };
            return Verdict::new(kind, plain);
        }
        _ => outcome,
    };
    let mut verdict = Verdict::new(kind(item.facet, way), plain);
    verdict.witness = lone_witness(subject, verdict.kind, added);
    verdict
}

/// `may use private phones` in a limit, but not `may only …`, and not a possibility (`data may have left`).
fn is_permission(subject: Subject<'_>) -> bool {
    let reading = read(subject.statement());
    let possibility = reading.main().is_some_and(|m| {
        let next = reading
            .words
            .get(m.at + m.text.split(' ').count())
            .map(String::as_str);
        matches!(
            next,
            Some("have" | "be" | "not" | "lead" | "cause" | "result" | "affect" | "become")
        )
    });
    !subject.section.trigger
        && reading.only.is_empty()
        && !possibility
        && subject.section.typed_limit_allows()
}

impl Section {
    /// A list of forbidden things may use `may` for what it forbids; only plain limits permit.
    pub fn typed_limit_allows(&self) -> bool {
        ![
            "scope",
            "forbidden",
            "prohibit",
            "anti",
            "not do",
            "must not",
            "may not",
            "never",
            "do not",
            "don't",
            "cannot",
            "can't",
            "won't",
            "will not",
            "off limits",
            "off-limits",
            "no-go",
            "non-goal",
            "non goal",
            "not allowed",
            "not permitted",
            "exclusion",
            "avoid",
            "red line",
        ]
        .iter()
        .any(|w| self.folded.contains(w))
    }
}

fn lone_witness(subject: Subject<'_>, kind: ChangeKind, added: bool) -> Option<String> {
    let text = &subject.item.text;
    let short = text.split_whitespace().count() <= 4;
    match kind {
        ChangeKind::ConstraintLoosened if !added && subject.section.trigger && short => {
            Some(format!("`{text}` needed somebody's word before; now it does not"))
        }
        ChangeKind::ConstraintLoosened if !added && subject.item.form == ItemForm::SetEntry => {
            Some(format!("`{text}` was off limits before; now it is not"))
        }
        ChangeKind::AuthorityGranted if added && subject.item.form == ItemForm::SetEntry => {
            Some(format!("`{text}` could not be used before; now it can"))
        }
        _ => None,
    }
}
