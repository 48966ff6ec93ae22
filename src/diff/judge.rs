//! What one matched, added or removed item means: facet × effect → kind.

use super::ChangeKind;
use super::compare::Effects;
use super::compare::Frame;
use super::compare::Way;
use super::compare::change;
use super::compare::compare;
use super::pairs::pattern_reach;
use super::pairs::prose;
use super::patterns::Reach;
use super::priority;
use super::reading::Reading;
use super::reading::read;
use super::scalar;
use crate::spec::Facet;
use crate::spec::Item;
use crate::spec::ItemForm;
use crate::spec::Section;
use crate::spec::Vocabulary;
use crate::spec::Weight;

/// The longest statement that is read word by word, in bytes; an edit to a longer one is unclear.
pub const LONGEST: usize = 8 * 1024;

/// A kind with the words that decided it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The kind.
    pub kind: ChangeKind,
    /// The words, in plain English.
    pub evidence: Vec<String>,
    /// A case that was not allowed before and is now.
    pub witness: Option<String>,
}

impl Verdict {
    /// A kind with one piece of evidence.
    pub fn new(kind: ChangeKind, evidence: impl Into<String>) -> Self {
        Self {
            kind,
            evidence: vec![evidence.into()],
            witness: None,
        }
    }
}

/// An item with its normal form and its section.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The item.
    pub item: &'a Item,
    /// Its normal form.
    pub normal: &'a str,
    /// Its section.
    pub section: &'a Section,
}

impl Subject<'_> {
    /// How the statement is compared.
    pub fn frame(&self) -> Frame {
        Frame {
            grant: self.item.facet == Facet::Grant,
            trigger: self.section.trigger,
            limit: self.item.facet == Facet::Limit,
            describes_holder: self.item.facet == Facet::Demand && !is_readiness(self.normal),
            names_forbidden: self.item.facet == Facet::Limit && !self.section.typed_limit_allows(),
        }
    }

    /// The statement without an explicit id in front, so that its digits are no amount.
    pub fn statement(&self) -> &str {
        let key = self
            .item
            .key
            .as_deref()
            .filter(|key| super::side::is_explicit_id(key));
        let lower = key.map(str::to_lowercase);
        lower
            .and_then(|key| self.normal.strip_prefix(&key))
            .map_or(self.normal, |rest| {
                rest.trim_start_matches([':', ' ', '-', '.', ']'])
            })
    }
}

/// `Willing to work at night`: says what the holder will do, so that further words ask for less.
fn is_readiness(normal: &str) -> bool {
    let first = normal.split(' ').next().unwrap_or_default();
    matches!(
        first,
        "willing" | "available" | "ready" | "prepared" | "able" | "happy" | "must" | "should"
    )
}

/// Which way a change of an item points; names the kind together with the facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It binds less.
    Looser,
    /// It binds more.
    Tighter,
    /// Nobody can say.
    Unclear,
    /// Other words.
    Reworded,
    /// Another place.
    Moved,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// The kind for a facet and an outcome.
pub fn kind(facet: Facet, outcome: Outcome) -> ChangeKind {
    use ChangeKind::*;
    use Outcome::*;
    match facet {
        Facet::Limit => match outcome {
            Looser | Removed => ConstraintLoosened,
            Tighter | Added => ConstraintTightened,
            Unclear => ConstraintUnclear,
            Reworded => ConstraintReworded,
            Moved => ConstraintMoved,
        },
        Facet::Grant => match outcome {
            Looser | Added => AuthorityGranted,
            Tighter | Removed => AuthorityRevoked,
            Unclear => AuthorityUnclear,
            Reworded => AuthorityReworded,
            Moved => AuthorityMoved,
        },
        Facet::Duty => match outcome {
            Looser | Unclear => ResponsibilityRelaxed,
            Tighter => ResponsibilityRaised,
            Reworded => ResponsibilityReworded,
            Moved => ResponsibilityMoved,
            Added => ResponsibilityAdded,
            Removed => ResponsibilityRemoved,
        },
        Facet::Demand => match outcome {
            Looser | Unclear => RequirementRelaxed,
            Tighter => RequirementRaised,
            Reworded => RequirementReworded,
            Moved => RequirementMoved,
            Added => RequirementAdded,
            Removed => RequirementRemoved,
        },
        Facet::Outcome => match outcome {
            Moved => TextChanged,
            Looser | Tighter | Unclear | Reworded | Added | Removed => OutcomeChanged,
        },
        Facet::Metadata => MetadataChanged,
        Facet::Prose => TextChanged,
    }
}

/// What a pair means whose texts differ, or that stands elsewhere. `None`: nothing worth telling.
pub fn pair(
    before: Subject<'_>,
    after: Subject<'_>,
    same_place: bool,
    vocabulary: &Vocabulary,
) -> Option<Verdict> {
    let edited = before.normal != after.normal;
    let edit = edited.then(|| edit(before, after, vocabulary));
    let shift = shift(before, after, same_place, edit.as_ref());
    match (edit, shift) {
        (Some(edit), Some(mut shift)) => {
            if severity(shift.kind) >= severity(edit.kind) {
                shift.evidence.extend(edit.evidence);
                shift.witness = edit.witness;
                Some(shift)
            } else {
                Some(Verdict {
                    evidence: edit.evidence.into_iter().chain(shift.evidence).collect(),
                    ..edit
                })
            }
        }
        (edit, shift) => edit.or(shift),
    }
}

/// Severer kinds are higher: by bump, and doubt below certainty.
fn severity(kind: ChangeKind) -> (super::Bump, u8) {
    use ChangeKind::*;
    let within = match kind {
        ConstraintLoosened | AuthorityGranted | ResponsibilityRemoved => 3,
        ResponsibilityRelaxed => 2,
        ConstraintMoved | AuthorityMoved | RequirementMoved | ResponsibilityMoved => 0,
        _ => 1,
    };
    (kind.default_bump(), within)
}

fn edit(before: Subject<'_>, after: Subject<'_>, vocabulary: &Vocabulary) -> Verdict {
    let facet = before.item.facet;
    if let Some(verdict) = prose(before, after) {
        return verdict;
    }
    if matches!(facet, Facet::Metadata | Facet::Prose | Facet::Outcome) {
        return Verdict::new(kind(facet, Outcome::Reworded), "the text differs");
    }
    if before.normal.len().max(after.normal.len()) > LONGEST {
        let evidence = format!("longer than {LONGEST} bytes: not read word by word");
        let effects = Effects {
            unclear: vec![evidence],
            ..Effects::default()
        };
        return by_effects(facet, effects, Outcome::Unclear);
    }
    let frame = before.frame();
    if let Some(reach) = pattern_reach(before, after) {
        let mut effects = Effects::default();
        let way = if reach == Reach::Wider {
            Way::Looser
        } else {
            Way::Tighter
        };
        effects.push(
            way.turn_if(!frame.grant),
            change(&before.item.text, &after.item.text),
        );
        return by_effects(facet, effects, Outcome::Reworded);
    }
    if before.item.form == ItemForm::Scalar && after.item.form == ItemForm::Scalar {
        let (b, a) = (
            scalar::value_of(&before.item.text),
            scalar::value_of(&after.item.text),
        );
        let sentence = b.split_whitespace().count() >= 4 && a.split_whitespace().count() >= 4;
        if !sentence && matches!(facet, Facet::Limit | Facet::Grant) {
            let key = before.item.key.as_deref().unwrap_or_default();
            return by_effects(
                facet,
                scalar::compare(key, Some(b), Some(a), frame.grant, vocabulary),
                Outcome::Reworded,
            );
        }
    }
    let rows = priority::rows(before.statement(), after.statement());
    let (mut b, mut a) = match &rows {
        Some(rows) => (read(&rows.before), read(&rows.after)),
        None => (read(before.statement()), read(after.statement())),
    };
    // An order among the powers is no power: what makes it cover less binds less.
    let orders = |reading: &Reading| reading.main().is_some_and(|m| m.force.obliges());
    let frame = Frame {
        grant: frame.grant && !(orders(&b) && orders(&a)),
        // A rule among the demands is a rule, and describes nobody.
        describes_holder: frame.describes_holder && rows.is_none() && b.main().or(a.main()).is_none(),
        ..frame
    };
    if frame.trigger {
        b.read_approvers(before.statement());
        a.read_approvers(after.statement());
    }
    let mut effects = compare(&b, &a, frame);
    if let Some(rows) = rows {
        effects.join(rows.effects);
    }
    by_effects(facet, effects, Outcome::Reworded)
}

/// The kind that the effects of an edit give, `otherwise` where there is none.
pub fn by_effects(facet: Facet, effects: Effects, otherwise: Outcome) -> Verdict {
    let outcome = if !effects.looser.is_empty() {
        Outcome::Looser
    } else if !effects.unclear.is_empty() {
        Outcome::Unclear
    } else if !effects.tighter.is_empty() {
        Outcome::Tighter
    } else {
        otherwise
    };
    let witness = effects.witness.filter(|_| outcome == Outcome::Looser);
    let both = !effects.looser.is_empty() && !effects.tighter.is_empty();
    let mut evidence: Vec<String> = effects.looser.into_iter().chain(effects.unclear).collect();
    evidence.extend(
        effects
            .tighter
            .into_iter()
            .map(|e| if both { format!("{e} (tighter)") } else { e }),
    );
    if evidence.is_empty() {
        evidence.push("other words, same strength".to_owned());
    }
    Verdict {
        kind: kind(facet, outcome),
        evidence,
        witness,
    }
}

/// What the change of place or facet means.
fn shift(
    before: Subject<'_>,
    after: Subject<'_>,
    same_place: bool,
    edit: Option<&Verdict>,
) -> Option<Verdict> {
    let (b, a) = (before.item.facet, after.item.facet);
    let moved = if same_place && b != a {
        format!("{} has become {}", told(b), told(a))
    } else {
        format!("moved from {} to {}", name(before.section), name(after.section))
    };
    if b != a {
        // An edit in place that turns a rule round is judged by what it was; its facet follows the words.
        if same_place
            && !before.section.typed
            && edit.is_some_and(|e| e.kind.default_bump() > super::Bump::Patch)
        {
            return None;
        }
        return facet_change(b, a).map(|kind| Verdict::new(kind, moved));
    }
    let (x, y) = (before.section.weight, after.section.weight);
    if x != y && (b == Facet::Demand || !same_place && matches!(b, Facet::Duty | Facet::Limit)) {
        let outcome = if weight(y) < weight(x) {
            Outcome::Looser
        } else {
            Outcome::Tighter
        };
        return Some(Verdict::new(kind(b, outcome), moved));
    }
    if same_place {
        return None;
    }
    match b {
        Facet::Metadata => None,
        Facet::Limit if before.section.trigger != after.section.trigger => {
            Some(Verdict::new(kind(b, Outcome::Unclear), moved))
        }
        _ => Some(Verdict::new(kind(b, Outcome::Moved), moved)),
    }
}

fn weight(weight: Weight) -> u8 {
    match weight {
        Weight::Optional => 0,
        Weight::Plain => 1,
        Weight::Required => 2,
    }
}

fn told(facet: Facet) -> &'static str {
    match facet {
        Facet::Duty => "a duty",
        Facet::Limit => "a limit",
        Facet::Grant => "a power",
        Facet::Demand => "a requirement",
        Facet::Outcome => "a measure of success",
        Facet::Metadata => "a field",
        Facet::Prose => "plain text",
    }
}

fn name(section: &Section) -> &str {
    if section.title.is_empty() {
        "the document"
    } else {
        &section.title
    }
}

fn facet_change(before: Facet, after: Facet) -> Option<ChangeKind> {
    use ChangeKind::*;
    use Facet::*;
    Some(match (before, after) {
        (Limit, Grant) => AuthorityGranted,
        (Limit, _) => ConstraintLoosened,
        (Duty, _) => ResponsibilityRemoved,
        (Grant, Limit) => ConstraintTightened,
        (_, Grant) => AuthorityGranted,
        (Grant, _) => AuthorityRevoked,
        (_, Limit) => ConstraintTightened,
        (_, Duty) => ResponsibilityAdded,
        (Demand, _) => RequirementRemoved,
        (_, Demand) => RequirementAdded,
        (Outcome, _) | (_, Outcome) => OutcomeChanged,
        (Metadata, Prose) | (Prose, Metadata) => MetadataChanged,
        (Metadata, Metadata) | (Prose, Prose) => return None,
    })
}
