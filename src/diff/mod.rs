//! From two specs to what the edit between them *means*.
//!
//! Pure and deterministic: the same two specs give the same changes, in the same order, with the
//! same digests. This room knows nothing of versions, rules or policy. Start in [`diff`].

mod amounts;
mod changes;
mod clauses;
mod comparator;
mod compare;
mod contrary;
mod digest;
mod echo;
mod gates;
mod halves;
mod judge;
mod key_names;
mod kind;
mod lexicon;
mod lone;
mod normal;
mod oversight;
mod pairing;
mod pairs;
mod paragraphs;
mod patterns;
mod polarity;
mod priority;
mod quantity;
mod ranges;
mod reading;
mod rhythm;
mod scalar;
mod scope;
mod sections;
mod side;
mod steps;
mod surplus;
mod tokens;
mod units;
mod watching;

pub use kind::*;
pub use normal::normalise;

use changes::Matched;
use changes::plain;
use pairing::pair_items;
use sections::match_sections;
use side::Side;
use tokens::Lexed;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::spec::Facet;
use crate::spec::Lines;
use crate::spec::Spec;
use crate::spec::Vocabulary;

/// Where a change stands on each side; `null` where that side has no such statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BothLines {
    /// In the base file.
    pub before: Option<Lines>,
    /// In the head file.
    pub after: Option<Lines>,
}

/// Another place that says the same thing, edited in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Echo {
    /// Titles of its sections, outermost first.
    pub section: Vec<String>,
    /// Its lines, in the head file where it stands there, else in the base file.
    pub lines: Lines,
}

/// One change of meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// For people to type: `c` and the first 7 hex digits of `digest`, longer where two would clash
    /// in one report.
    pub id: ChangeId,
    /// SHA-256 over the spec's identity at base, the kind, the facet and the normalised texts. No
    /// line number and no commit goes into it, so it survives a rebase.
    pub digest: Digest,
    /// What the edit means.
    pub kind: ChangeKind,
    /// The facet of the statement, before the edit where it stood there.
    pub facet: Facet,
    /// Titles of the enclosing sections, outermost first.
    pub section: Vec<String>,
    /// Where it moved to, or is found now, if that is another section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Vec<String>>,
    /// The item's key, if it has one.
    pub key: Option<String>,
    /// The statement at base.
    pub before: Option<String>,
    /// The statement at head.
    pub after: Option<String>,
    /// Where it stands.
    pub lines: BothLines,
    /// Other places that say the same.
    pub echoes: Vec<Echo>,
    /// The words that decided the kind, in plain English.
    pub evidence: Vec<String>,
    /// One concrete case that was not allowed before and is now, where one can be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// The default bump of the kind, or what the policy's `bump` says.
    pub bump: Bump,
}

/// The changes between two specs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecDiff {
    /// Severest first, then in document order. [`Change::bump`] holds the defaults.
    pub changes: Vec<Change>,
    /// Said where the pair was too large for exact matching and a cheaper one was used.
    pub fallback: Option<String>,
}

/// What the edit from `before` to `after` means. `None` is an absent file.
///
/// `raw_differs` tells whether the bytes differ at all: with no other change it gives
/// `format.changed`. Two specs with different paths are a rename. Between two absent files nothing
/// changes.
pub fn diff(
    before: Option<&Spec>,
    after: Option<&Spec>,
    raw_differs: bool,
    vocabulary: &Vocabulary,
) -> SpecDiff {
    let (mut drafts, fallback, identity) = match (before, after) {
        (None, None) => return SpecDiff::default(),
        (None, Some(spec)) => return comes_or_goes(ChangeKind::SpecAdded, spec),
        (Some(spec), None) => return comes_or_goes(ChangeKind::SpecRemoved, spec),
        (Some(before), Some(after)) => {
            let (drafts, fallback) = between(before, after, raw_differs, vocabulary);
            (drafts, fallback, before.identity())
        }
    };
    drafts.sort_by_key(|change| std::cmp::Reverse(change.bump));
    digest::name(&mut drafts, identity);
    SpecDiff {
        changes: drafts,
        fallback,
    }
}

fn between(
    before: &Spec,
    after: &Spec,
    raw_differs: bool,
    vocabulary: &Vocabulary,
) -> (Vec<Change>, Option<String>) {
    let mut lexed = Lexed::default();
    let (b, a) = (Side::new(before, &mut lexed), Side::new(after, &mut lexed));
    let sections = match_sections(&b, &a);
    let items = pair_items(&b, &a, &sections);
    let matched = Matched {
        before: &b,
        after: &a,
        sections: &sections,
        items: &items,
        vocabulary,
    };
    let mut changes: Vec<Change> = changes::collect(&matched)
        .into_iter()
        .map(|draft| draft.change)
        .collect();
    if before.path != after.path {
        let path = |spec: &Spec| Some((spec.path.to_string(), Lines::one(1)));
        changes.push(plain(
            ChangeKind::SpecRenamed,
            Facet::Metadata,
            path(before),
            path(after),
            "the file has another path",
        ));
    }
    if changes.is_empty() && raw_differs {
        changes.push(plain(
            ChangeKind::FormatChanged,
            Facet::Prose,
            None,
            None,
            "the text says the same in another format",
        ));
    }
    (changes, items.fallback.clone())
}

fn comes_or_goes(kind: ChangeKind, spec: &Spec) -> SpecDiff {
    let mut changes = vec![whole(kind, spec)];
    digest::name_whole(&mut changes, spec);
    SpecDiff {
        changes,
        fallback: None,
    }
}

/// A file that comes or goes as a whole.
fn whole(kind: ChangeKind, spec: &Spec) -> Change {
    let last = spec.items.iter().map(|item| item.lines.last).max().unwrap_or(1);
    let side = Some((spec.identity().to_owned(), Lines { first: 1, last }));
    match kind {
        ChangeKind::SpecAdded => plain(kind, Facet::Metadata, None, side, "the file is new"),
        _ => plain(kind, Facet::Metadata, side, None, "the file is gone"),
    }
}
