//! One edit, told once: what front matter, body and agent profile say twice becomes one change with
//! its other places as echoes.

use super::Change;
use super::ChangeKind;
use super::changes::Draft;
use super::changes::Matched;
use super::changes::echo_of;
use super::normal::normalise;
use super::tokens::is_function_word;
use super::tokens::stem;
use super::tokens::words;
use crate::spec::Facet;
use crate::spec::Voice;

/// The longest text whose words are compared, in bytes.
const LONGEST: usize = 8 * 1024;
/// The most changes compared pair by pair; beyond it only word-for-word repetitions are folded.
const PAIRWISE: usize = 400;

/// Folds repetitions of an edit into the first telling of it.
pub fn fold(matched: &Matched<'_, '_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let pairwise = drafts.len() <= PAIRWISE;
    let mut told: Vec<(Draft, Told)> = Vec::new();
    for draft in drafts {
        let mine = Told::of(matched, &draft);
        let known = pairwise
            .then(|| told.iter().position(|(_, other)| other.is_repeated_by(&mine)))
            .flatten();
        match known {
            Some(at) => {
                let (first, their) = &mut told[at];
                // The severer telling leads; the machine-read one on a tie.
                if draft.change.bump > first.change.bump {
                    let echoes = std::mem::take(&mut first.change.echoes);
                    let old = std::mem::replace(first, draft);
                    first.change.echoes.extend(echoes);
                    first.change.echoes.extend(echo_of(&old.change));
                    *their = mine;
                } else {
                    first.change.echoes.extend(echo_of(&draft.change));
                    first.change.echoes.extend(draft.change.echoes);
                }
            }
            None => told.push((draft, mine)),
        }
    }
    told.into_iter().map(|(draft, _)| draft).collect()
}

/// What one change tells, in a form that shows repetitions.
struct Told {
    kind: ChangeKind,
    facet: Facet,
    voice: Option<Voice>,
    section: Option<usize>,
    before: Option<String>,
    after: Option<String>,
    /// Stems that the edit took away and brought.
    gone: Vec<String>,
    come: Vec<String>,
    /// Stems of the key or the whole short statement.
    name: Vec<String>,
}

impl Told {
    fn of(matched: &Matched<'_, '_>, draft: &Draft) -> Self {
        let change = &draft.change;
        let place = draft
            .before
            .map(|b| (matched.before, b))
            .or(draft.after.map(|a| (matched.after, a)))
            .map(|(side, i)| (side.item(i).section, side.spec.voice(side.item(i))));
        let (b, a) = (stems(change.before.as_deref()), stems(change.after.as_deref()));
        Self {
            kind: change.kind,
            facet: change.facet,
            voice: place.map(|(_, voice)| voice),
            section: place.map(|(section, _)| section),
            before: change.before.as_deref().map(bare),
            after: change.after.as_deref().map(bare),
            gone: b.iter().filter(|w| !a.contains(w)).cloned().collect(),
            come: a.iter().filter(|w| !b.contains(w)).cloned().collect(),
            name: name(change),
        }
    }

    fn is_repeated_by(&self, other: &Self) -> bool {
        if self.field() || other.field() {
            return self.restates_field(other) || other.restates_field(self);
        }
        let (Some(x), Some(y)) = (self.voice, other.voice) else {
            return false;
        };
        let same_texts = self.before == other.before && self.after == other.after;
        if x == y {
            // Within one voice only a word-for-word copy in another section repeats an edit.
            return same_texts
                && self.kind == other.kind
                && self.section != other.section
                && self.after.is_some()
                && self.before.is_some();
        }
        let related = self.kind == other.kind
            || self.kind.family() == other.kind.family()
            || self.facet == Facet::Prose
            || other.facet == Facet::Prose;
        let shape =
            self.before.is_some() == other.before.is_some() && self.after.is_some() == other.after.is_some();
        if !shape || !related {
            return false;
        }
        if same_texts {
            return true;
        }
        let edited = self.before.is_some() && self.after.is_some();
        if edited {
            let same_edit = self.gone == other.gone
                && self.come == other.come
                && !(self.gone.is_empty() && self.come.is_empty());
            return same_edit && (overlap(&self.name, &other.name) || alike(&self.before, &other.before));
        }
        self.kind == other.kind
            && (overlap(&self.name, &other.name)
                || alike(&self.before, &other.before) && alike(&self.after, &other.after))
    }

    fn field(&self) -> bool {
        self.voice.is_none() && matches!(self.kind, ChangeKind::OwnerChanged | ChangeKind::IdentityChanged)
    }

    /// A metadata line that says the same owner or name again.
    fn restates_field(&self, other: &Self) -> bool {
        self.field()
            && other.kind == ChangeKind::MetadataChanged
            && self
                .after
                .as_deref()
                .zip(other.after.as_deref())
                .is_some_and(|(x, y)| y.ends_with(x))
            && self
                .before
                .as_deref()
                .zip(other.before.as_deref())
                .is_none_or(|(x, y)| y.ends_with(x))
    }
}

/// Normal form without a lead, so that `Lead: text` and `**Lead** - text` agree.
fn bare(text: &str) -> String {
    normalise(text)
        .replace([':', '-'], " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn stems(text: Option<&str>) -> Vec<String> {
    // Nobody says pages twice: beyond this only equal texts are repetitions.
    let mut all: Vec<String> = text
        .filter(|t| t.len() <= LONGEST)
        .map(|t| words(&normalise(t).replace(['_', '/'], " ")))
        .unwrap_or_default()
        .iter()
        .filter(|w| !is_function_word(w))
        .map(|w| stem(w))
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The stems that name the statement: its key's last part, or itself where it is short, or its lead.
fn name(change: &Change) -> Vec<String> {
    let text = change
        .before
        .as_deref()
        .or(change.after.as_deref())
        .unwrap_or_default();
    let key = change
        .key
        .as_deref()
        .filter(|key| !super::side::is_explicit_id(key));
    let mut all = stems(Some(
        key.map_or(text, |key| key.rsplit('.').next().unwrap_or(key)),
    ));
    // Amounts and signs name nothing.
    all.retain(|word| word.chars().any(char::is_alphabetic));
    if key.is_some() || all.len() <= 4 {
        all
    } else {
        Vec::new()
    }
}

/// Whether the shorter name is contained in the longer.
fn overlap(x: &[String], y: &[String]) -> bool {
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    let modals = ["can", "may", "requir", "require", "requires"];
    let core: Vec<&String> = short.iter().filter(|w| !modals.contains(&w.as_str())).collect();
    !core.is_empty() && core.iter().all(|w| long.contains(w))
}

fn alike(x: &Option<String>, y: &Option<String>) -> bool {
    match (x, y) {
        (Some(x), Some(y)) => {
            let (x, y) = (stems(Some(x)), stems(Some(y)));
            let common = x.iter().filter(|w| y.contains(w)).count();
            common * 10 >= 6 * x.len().max(y.len())
                || (x.len().min(y.len()) >= 3 && common == x.len().min(y.len()))
        }
        (None, None) => true,
        _ => false,
    }
}
