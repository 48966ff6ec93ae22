//! In which order a report is told: what happened in several specs once, the riskiest first, what
//! only looks different last.

use std::collections::BTreeMap;

use crate::diff::Bump;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::report::Report;
use crate::report::SpecReport;

/// One change in one spec.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The spec.
    pub spec: &'a SpecReport,
    /// The change.
    pub change: &'a Change,
}

/// One change as it is told: in one spec, or the same in several.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Where it happened, in the report's order. Never empty.
    pub places: Vec<Place<'a>>,
}

impl<'a> Entry<'a> {
    /// The change that is told for all of them.
    pub fn change(&self) -> &'a Change {
        self.places[0].change
    }

    /// True where a reader can skip it: a patch at most, by meaning and by policy.
    pub fn is_cosmetic(&self) -> bool {
        self.places.iter().all(|place| is_cosmetic(place.change))
    }

    fn risk(&self) -> (bool, Bump, ChangeKind) {
        let change = self.change();
        let bump = self
            .places
            .iter()
            .map(|place| place.change.bump)
            .max()
            .unwrap_or_default();
        (
            change.kind.is_severe(),
            bump.max(change.kind.default_bump()),
            change.kind,
        )
    }

    /// How many different specs it happened in.
    pub fn specs(&self) -> usize {
        let mut paths: Vec<&str> = self.places.iter().map(|place| place.spec.path.as_str()).collect();
        paths.dedup();
        paths.len()
    }
}

fn is_cosmetic(change: &Change) -> bool {
    // A new spec needs no step, and is the most that can be said about a file.
    change.kind != ChangeKind::SpecAdded && change.bump.max(change.kind.default_bump()) <= Bump::Patch
}

/// The changes of a report in telling order.
#[derive(Clone, Debug, Default)]
pub struct Outline<'a> {
    /// What matters, riskiest first.
    pub changes: Vec<Entry<'a>>,
    /// What only looks different.
    pub cosmetic: Vec<Entry<'a>>,
}

impl<'a> Outline<'a> {
    /// Puts the changes of a report in telling order.
    pub fn of(report: &'a Report) -> Self {
        Self::over(&report.specs)
    }

    /// Puts the changes of one spec in telling order.
    pub fn of_spec(spec: &'a SpecReport) -> Self {
        Self::over(std::slice::from_ref(spec))
    }

    /// The same for each spec alone; what happened in several specs is not told here.
    pub fn by_spec(report: &'a Report) -> Vec<Self> {
        let whole = Self::of(report);
        let mut outlines: Vec<Self> = report.specs.iter().map(|_| Self::default()).collect();
        let at: BTreeMap<&str, usize> = report
            .specs
            .iter()
            .enumerate()
            .map(|(at, spec)| (spec.path.as_str(), at))
            .collect();
        let mut hand_out = |entries: Vec<Entry<'a>>, cosmetic: bool| {
            for entry in entries.into_iter().filter(|entry| entry.specs() == 1) {
                let path = entry.places[0].spec.path.as_str();
                let Some(outline) = at.get(path).and_then(|at| outlines.get_mut(*at)) else {
                    continue;
                };
                match cosmetic {
                    true => outline.cosmetic.push(entry),
                    false => outline.changes.push(entry),
                }
            }
        };
        hand_out(whole.changes, false);
        hand_out(whole.cosmetic, true);
        outlines
    }

    fn over(specs: &'a [SpecReport]) -> Self {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut known: BTreeMap<(ChangeKind, String, String), usize> = BTreeMap::new();
        for spec in specs {
            for change in &spec.changes {
                let place = Place { spec, change };
                let at = *known.entry(same(change)).or_insert(entries.len());
                match entries.get_mut(at) {
                    Some(entry) => entry.places.push(place),
                    None => entries.push(Entry { places: vec![place] }),
                }
            }
        }
        // Stable: among equals the report's order stays, which is that of the document.
        entries.sort_by(|a, b| {
            let (severe_a, bump_a, kind_a) = a.risk();
            let (severe_b, bump_b, kind_b) = b.risk();
            (severe_b, bump_b, kind_a).cmp(&(severe_a, bump_a, kind_b))
        });
        let (cosmetic, changes) = entries.into_iter().partition(Entry::is_cosmetic);
        Self { changes, cosmetic }
    }
}

/// Two changes with the same key are one edit made twice.
fn same(change: &Change) -> (ChangeKind, String, String) {
    let folded = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("\u{0}");
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ")
    };
    // What has no text of its own (a file that is new, a changed format) is told per spec.
    let alone = change.before.is_none() && change.after.is_none();
    let own = if alone { change.digest.as_str() } else { "" };
    (change.kind, folded(&change.before) + own, folded(&change.after))
}
