//! Laws of the meaning diff, over specs made up at random.

use std::collections::BTreeMap;

use proptest::prelude::*;
use specwarden::diff::Bump;
use specwarden::diff::Change;
use specwarden::diff::ChangeKind;
use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

const SECTIONS: &[&str] = &[
    "Responsibilities",
    "Constraints",
    "Privileges",
    "Requirements",
    "Escalation",
    "Principles",
];
const VERBS: &[&str] = &[
    "inspect",
    "record",
    "publish",
    "rotate",
    "archive",
    "measure",
    "translate",
    "repair",
];
const THINGS: &[&str] = &[
    "lanterns",
    "ledgers",
    "pipelines",
    "turbines",
    "orchards",
    "vaccines",
    "parcels",
    "antennas",
    "textiles",
    "bridges",
    "ceramics",
    "glaciers",
];
const PLACES: &[&str] = &[
    "in the northern harbour",
    "behind the old theatre",
    "at the river crossing",
    "on the upper terrace",
];
const MODALS: &[&str] = &["must", "should", "must not", "may"];

/// A statement: which words, how strongly, how much, with what way out.
#[derive(Clone, Debug, PartialEq)]
struct Statement {
    modal: usize,
    verb: usize,
    thing: usize,
    place: usize,
    amount: Option<u32>,
    exception: bool,
}

impl Statement {
    fn text(&self) -> String {
        let amount = self
            .amount
            .map(|n| format!(" within {n} days"))
            .unwrap_or_default();
        let exception = if self.exception {
            ", except on public holidays"
        } else {
            ""
        };
        format!(
            "The warden {} {} the {} {}{amount}{exception}",
            MODALS[self.modal], VERBS[self.verb], THINGS[self.thing], PLACES[self.place]
        )
    }
}

/// A spec: at most one statement per section and thing, so that no two are mistaken for each other.
type Doc = BTreeMap<(usize, usize), Statement>;

fn doc() -> impl Strategy<Value = Doc> {
    let statement = (
        0..SECTIONS.len(),
        0..THINGS.len(),
        0..MODALS.len(),
        0..VERBS.len(),
        0..PLACES.len(),
        prop::option::of(1..90_u32),
        any::<bool>(),
    );
    prop::collection::vec(statement, 4..14).prop_map(|all| {
        let mut doc = Doc::new();
        let mut used = [false; 12];
        for (section, thing, modal, verb, place, amount, exception) in all {
            // One thing stands in one section only: a second one would be a move.
            if !std::mem::replace(&mut used[thing], true) {
                doc.insert(
                    (section, thing),
                    Statement {
                        modal,
                        verb,
                        thing,
                        place,
                        amount,
                        exception,
                    },
                );
            }
        }
        doc
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Remove(usize),
    Modal(usize, usize),
    Amount(usize, u32),
    Exception(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..20_usize).prop_map(Edit::Remove),
        (0..20_usize, 0..MODALS.len()).prop_map(|(i, m)| Edit::Modal(i, m)),
        (0..20_usize, 1..90_u32).prop_map(|(i, n)| Edit::Amount(i, n)),
        (0..20_usize).prop_map(Edit::Exception),
    ]
}

/// Which statement an edit is about.
fn target(doc: &Doc, edit: &Edit) -> Option<(usize, usize)> {
    let (Edit::Remove(at) | Edit::Modal(at, _) | Edit::Amount(at, _) | Edit::Exception(at)) = edit;
    doc.keys().nth(at % doc.len().max(1)).copied()
}

fn apply(doc: &Doc, edit: &Edit) -> Doc {
    apply_at(doc, target(doc, edit), edit)
}

fn apply_at(doc: &Doc, key: Option<(usize, usize)>, edit: &Edit) -> Doc {
    let mut doc = doc.clone();
    let Some(key) = key else { return doc };
    match (edit, doc.get_mut(&key)) {
        (Edit::Modal(_, modal), Some(statement)) => statement.modal = *modal,
        (Edit::Amount(_, amount), Some(statement)) => statement.amount = Some(*amount),
        (Edit::Exception(_), Some(statement)) => statement.exception = !statement.exception,
        (Edit::Remove(_), _) => {
            doc.remove(&key);
        }
        (_, None) => {}
    }
    doc
}

/// How a spec is written down.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    bullet: usize,
    wrap: bool,
    bold: bool,
    crlf: bool,
    reversed: bool,
    flow: bool,
}

fn style() -> impl Strategy<Value = Style> {
    (0..3_usize, any::<[bool; 5]>()).prop_map(|(bullet, [wrap, bold, crlf, reversed, flow])| Style {
        bullet,
        wrap,
        bold,
        crlf,
        reversed,
        flow,
    })
}

fn write(doc: &Doc, style: Style) -> String {
    let tags = if style.flow {
        "tags: [harbour, night]\n"
    } else {
        "tags:\n  - harbour\n  - night\n"
    };
    let mut text = format!("---\nrole: warden\n{tags}---\n\n# Warden\n");
    for (number, title) in SECTIONS.iter().enumerate() {
        text.push_str(&format!("\n## {title}\n\n"));
        let mut items: Vec<String> = doc
            .iter()
            .filter(|((s, _), _)| *s == number)
            .map(|(_, st)| st.text())
            .collect();
        if style.reversed {
            items.reverse();
        }
        for item in items {
            let item = if style.bold {
                item.replacen("warden", "**warden**", 1)
            } else {
                item
            };
            let item = if style.wrap {
                item.replacen(" the ", "\n  the ", 1)
            } else {
                item
            };
            text.push_str(&format!("{} {item}\n", ["-", "*", "+"][style.bullet]));
        }
    }
    if style.crlf {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn changes_at(path: (&str, &str), before: &str, after: &str) -> Vec<Change> {
    let words = Vocabulary::default();
    let (b, a) = (
        parse(path.0, before.as_bytes(), &words),
        parse(path.1, after.as_bytes(), &words),
    );
    diff(Some(&b), Some(&a), before != after, &words).changes
}

fn changes(before: &str, after: &str) -> Vec<Change> {
    changes_at(("roles/warden.md", "roles/warden.md"), before, after)
}

fn kinds(changes: &[Change]) -> Vec<ChangeKind> {
    let mut kinds: Vec<ChangeKind> = changes.iter().map(|c| c.kind).collect();
    kinds.sort();
    kinds
}

/// The kind seen from the other side; `None` where a rule turned round has no mirror.
fn mirror(kind: ChangeKind) -> ChangeKind {
    use ChangeKind::*;
    match kind {
        ConstraintLoosened => ConstraintTightened,
        ConstraintTightened => ConstraintLoosened,
        AuthorityGranted => AuthorityRevoked,
        AuthorityRevoked => AuthorityGranted,
        ResponsibilityAdded => ResponsibilityRemoved,
        ResponsibilityRemoved => ResponsibilityAdded,
        ResponsibilityRelaxed => ResponsibilityRaised,
        ResponsibilityRaised => ResponsibilityRelaxed,
        RequirementAdded => RequirementRemoved,
        RequirementRemoved => RequirementAdded,
        RequirementRelaxed => RequirementRaised,
        RequirementRaised => RequirementRelaxed,
        other => other,
    }
}

/// Whether one edit turns the statement round or pulls both ways: then both directions are severe.
fn two_faced(change: &Change) -> bool {
    change.evidence.len() > 1 || {
        let text = |side: &Option<String>| side.clone().unwrap_or_default();
        let (b, a) = (text(&change.before), text(&change.after));
        // Where no section decides the facet, what it was before does: may ⇄ must not has no mirror.
        change.section == ["Principles"] && b.contains(" may ") != a.contains(" may ")
            || b.contains(" must ")
                && a.contains(" must ")
                && (b.contains("must not") != a.contains("must not"))
            || b.contains("should") && a.contains("must not")
            || a.contains("should") && b.contains("must not")
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_spec_against_itself_gives_nothing(doc in doc(), style in style()) {
        let text = write(&doc, style);
        prop_assert_eq!(changes(&text, &text), vec![]);
    }

    #[test]
    fn format_and_order_mean_nothing(doc in doc(), one in style(), two in style()) {
        let all = changes(&write(&doc, one), &write(&doc, two));
        prop_assert!(all.iter().all(|c| c.kind == ChangeKind::FormatChanged), "{:?}", all);
    }

    #[test]
    fn format_does_not_change_what_an_edit_means(doc in doc(), edit in edit(), one in style(), two in style()) {
        let after = apply(&doc, &edit);
        let plain = changes(&write(&doc, Style::default()), &write(&after, Style::default()));
        let styled = changes(&write(&doc, one), &write(&after, two));
        let severe = |all: &[Change]| -> Vec<_> {
            let real = all.iter().filter(|c| c.kind != ChangeKind::FormatChanged);
            real.map(|c| (c.kind, c.digest.clone())).collect()
        };
        prop_assert_eq!(severe(&plain), severe(&styled));
    }

    #[test]
    fn the_two_sides_mirror_each_other(doc in doc(), edits in prop::collection::vec(edit(), 1..4)) {
        let after = edits.iter().fold(doc.clone(), |doc, edit| apply(&doc, edit));
        let (b, a) = (write(&doc, Style::default()), write(&after, Style::default()));
        let (there, back) = (changes(&b, &a), changes(&a, &b));
        if there.iter().chain(&back).any(two_faced) {
            return Ok(());
        }
        let mut mirrored: Vec<ChangeKind> = there.iter().map(|c| mirror(c.kind)).collect();
        mirrored.sort();
        prop_assert_eq!(mirrored, kinds(&back), "{:#?}", there);
    }

    #[test]
    fn unrelated_edits_line_moves_and_renames_keep_the_ids(doc in doc(), edit in edit(), year in 1900..2000_u32) {
        let after = apply(&doc, &edit);
        let (b, a) = (write(&doc, Style::default()), write(&after, Style::default()));
        let here = changes(&b, &a);
        let pushed = format!("{a}\n## Colophon\n\nPrinted by Amsel & Sons, {year}.\n").replace("# Warden\n", "# Warden\n\n\n\n");
        let there = changes_at(("roles/warden.md", "people/keepers/warden.md"), &b, &pushed);
        for change in here.iter().filter(|c| c.kind != ChangeKind::FormatChanged) {
            prop_assert!(there.iter().any(|c| c.digest == change.digest), "{:?} is not in {:#?}", change, there);
        }
    }

    #[test]
    fn more_edits_are_never_less_severe(doc in doc(), one in edit(), two in edit()) {
        let bump = |after: &Doc| -> Bump {
            changes(&write(&doc, Style::default()), &write(after, Style::default())).iter().map(|c| c.bump).max().unwrap_or_default()
        };
        let (here, there) = (target(&doc, &one), target(&doc, &two));
        // Two edits to one statement may undo each other.
        if here == there {
            return Ok(());
        }
        let both = apply_at(&apply_at(&doc, here, &one), there, &two);
        let least = bump(&apply(&doc, &one)).max(bump(&apply(&doc, &two)));
        let plain = Style::default();
        prop_assert!(bump(&both) >= least, "{} → {}\n{:#?}", write(&doc, plain), write(&both, plain), changes(&write(&doc, plain), &write(&both, plain)));
    }
}
