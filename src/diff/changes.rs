//! Collects the changes between two matched specs and tells each edit once.

use std::collections::HashMap;
use std::collections::HashSet;

use super::BothLines;
use super::Change;
use super::ChangeKind;
use super::Echo;
use super::judge;
use super::judge::Outcome;
use super::judge::Subject;
use super::judge::Verdict;
use super::lone;
use super::normal::normalise;
use super::pairing::Pairing;
use super::pairs;
use super::sections::SectionMap;
use super::side::Side;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::spec::Facet;
use crate::spec::Item;
use crate::spec::ItemForm;
use crate::spec::Lines;
use crate::spec::Spec;
use crate::spec::Stated;
use crate::spec::Vocabulary;

/// Sections without typed items that one side has alone; `rules` are the lines of the headings that are
/// statements.
fn lone_sections(
    side: &Side<'_>,
    sections: &[Option<usize>],
    items: &[Option<usize>],
    rules: &HashSet<usize>,
    added: bool,
) -> Vec<Change> {
    let whole = lone_prose_sections(side, sections);
    let below = side.below();
    let mut changes = Vec::new();
    for (index, section) in side.spec.sections.iter().enumerate() {
        let top = section.parent.is_none_or(|parent| !whole.contains(&parent));
        // A heading whose statements all came from elsewhere has only been put round them.
        let fresh = below[index].is_empty() || below[index].iter().any(|&i| items[i].is_none());
        // A heading that is a rule is told as one, so that only what stands below it is left.
        let title = Some(section.title.as_str()).filter(|_| !rules.contains(&section.lines.first));
        if !whole.contains(&index) || !top || !fresh || title.is_none() && below[index].is_empty() {
            continue;
        }
        let lines = below[index].iter().fold(section.lines, |all, &i| Lines {
            first: all.first,
            last: all.last.max(side.item(i).lines.last),
        });
        let text = title
            .into_iter()
            .chain(below[index].iter().map(|&i| side.item(i).text.as_str()));
        let text: String = text.collect::<Vec<_>>().join(" / ").chars().take(600).collect();
        let (kind, before, after, evidence) = if added {
            (
                ChangeKind::SectionAdded,
                None,
                Some((text, lines)),
                "a new section without duties, limits or powers",
            )
        } else {
            (
                ChangeKind::SectionRemoved,
                Some((text, lines)),
                None,
                "a section without duties, limits or powers is gone",
            )
        };
        let mut change = plain(kind, section.facet, before, after, evidence);
        change.section = side.spec.section_path(index);
        changes.push(change);
    }
    changes
}

/// The lines of the headings that are statements.
fn headings_that_state(spec: &Spec) -> HashSet<usize> {
    let heads = spec.items.iter().filter(|item| item.form == ItemForm::Heading);
    heads.map(|item| item.lines.first).collect()
}

/// A change before it has its digest, with the items it came from.
pub struct Draft {
    /// The change; `id` and `digest` are still empty.
    pub change: Change,
    /// The item at base.
    pub before: Option<usize>,
    /// The item at head.
    pub after: Option<usize>,
}

/// Both sides, matched.
pub struct Matched<'m, 'a> {
    /// The base.
    pub before: &'m Side<'a>,
    /// The head.
    pub after: &'m Side<'a>,
    /// Their sections.
    pub sections: &'m SectionMap,
    /// Their items.
    pub items: &'m Pairing,
    /// The policy's words.
    pub vocabulary: &'m Vocabulary,
}

/// A change without an item behind it.
pub fn plain(
    kind: ChangeKind,
    facet: Facet,
    before: Option<(String, Lines)>,
    after: Option<(String, Lines)>,
    evidence: &str,
) -> Change {
    let (before, before_lines) = before.unzip();
    let (after, after_lines) = after.unzip();
    Change {
        id: ChangeId::new(""),
        digest: Digest::new(""),
        kind,
        facet,
        section: Vec::new(),
        moved_to: None,
        key: None,
        before,
        after,
        lines: BothLines {
            before: before_lines,
            after: after_lines,
        },
        echoes: Vec::new(),
        evidence: vec![evidence.to_owned()],
        witness: None,
        bump: kind.default_bump(),
    }
}

/// Every change between two matched specs, each edit once, in document order.
pub fn collect(matched: &Matched<'_, '_>) -> Vec<Draft> {
    let mut drafts = matched.fields();
    drafts.extend(matched.section_changes());
    drafts.extend(matched.item_changes());
    let drafts = super::paragraphs::merge_paragraphs(matched, drafts);
    super::echo::fold(matched, drafts)
}

impl<'a> Matched<'_, 'a> {
    fn subject(&self, side: &Side<'a>, index: usize) -> (&'a Item, String, &'a crate::spec::Section) {
        let item = side.item(index);
        (
            item,
            side.normal[index].clone(),
            &side.spec.sections[item.section],
        )
    }

    /// Identity and owner, which are fields of the spec.
    fn fields(&self) -> Vec<Draft> {
        let (b, a) = (self.before.spec, self.after.spec);
        let mut drafts = Vec::new();
        let identity = [
            (&b.role_id, &a.role_id, "role"),
            (&b.role_code, &a.role_code, "role code"),
            (&b.title, &a.title, "title"),
        ];
        for (before, after, name) in identity {
            if let Some(change) = field(ChangeKind::IdentityChanged, before.as_ref(), after.as_ref(), name) {
                // One edit of who this is, told by its strongest name; the others echo it.
                match drafts.first_mut() {
                    None => drafts.push(Draft {
                        change,
                        before: None,
                        after: None,
                    }),
                    Some(Draft { change: first, .. }) => first.echoes.extend(echo_of(&change)),
                }
            }
        }
        if let Some(change) = field(
            ChangeKind::OwnerChanged,
            b.owner.as_ref(),
            a.owner.as_ref(),
            "owner",
        ) {
            drafts.push(Draft {
                change,
                before: None,
                after: None,
            });
        }
        drafts
    }

    /// Sections renamed, and sections without typed items that come or go.
    fn section_changes(&self) -> Vec<Draft> {
        let mut changes = Vec::new();
        // Headings that are rules are told as such.
        let rules = [self.before, self.after].map(|side| headings_that_state(side.spec));
        for (index, section) in self.before.spec.sections.iter().enumerate() {
            let Some(other) = self.sections.forward[index].map(|a| &self.after.spec.sections[a]) else {
                continue;
            };
            let is_title = self
                .before
                .spec
                .title
                .as_ref()
                .is_some_and(|t| t.line == section.lines.first);
            let same_weight = section.facet == other.facet
                && section.weight == other.weight
                && section.trigger == other.trigger;
            if section.folded != other.folded
                && !is_title
                && same_weight
                && !(rules[0].contains(&section.lines.first) || rules[1].contains(&other.lines.first))
            {
                let mut change = plain(
                    ChangeKind::SectionRenamed,
                    section.facet,
                    Some((section.title.to_string(), section.lines)),
                    Some((other.title.to_string(), other.lines)),
                    "the heading differs, its content is the same",
                );
                change.section = parent_path(self.before.spec, index);
                changes.push(change);
            }
        }
        let (map, items, [b, a]) = (&self.sections, &self.items, &rules);
        changes.extend(lone_sections(self.before, &map.forward, &items.forward, b, false));
        changes.extend(lone_sections(self.after, &map.backward, &items.backward, a, true));
        changes
            .into_iter()
            .map(|change| Draft {
                change,
                before: None,
                after: None,
            })
            .collect()
    }

    fn item_changes(&self) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let gone_sections = lone_prose_sections(self.before, &self.sections.forward);
        let new_sections = lone_prose_sections(self.after, &self.sections.backward);
        let merged: HashSet<usize> = self.items.merged.values().flatten().copied().collect();
        let split: HashSet<usize> = self.items.split.values().flatten().copied().collect();
        let stays = kept(self.before, &self.items.forward);
        let stood = kept(self.after, &self.items.backward);
        for b in 0..self.items.forward.len() {
            if !self.before.takes_part[b] {
                continue;
            }
            match self.items.forward[b] {
                Some(a) => drafts.extend(self.pair(b, a)),
                None if merged.contains(&b) => {}
                None if gone_sections.contains(&self.before.item(b).section) => {}
                None => drafts.extend(self.lone(self.before, b, Outcome::Removed, &stays)),
            }
        }
        for a in 0..self.items.backward.len() {
            let swallowed = split.contains(&a) || new_sections.contains(&self.after.item(a).section);
            if self.after.takes_part[a] && self.items.backward[a].is_none() && !swallowed {
                drafts.extend(self.lone(self.after, a, Outcome::Added, &stood));
            }
        }
        drafts
    }

    fn pair(&self, b: usize, a: usize) -> Option<Draft> {
        let (x, y) = (self.before.item(b), self.after.item(a));
        let same_place = self.sections.same(x.section, y.section);
        if same_place
            && x.facet == y.facet
            && self.before.normal[b] == self.after.normal[a]
            && self.same_weight(x, y)
        {
            return None;
        }
        let (b_item, b_normal, b_section) = self.subject(self.before, b);
        let (a_item, a_normal, a_section) = self.subject(self.after, a);
        let parts = |side: &Side<'a>, all: &HashMap<usize, Vec<usize>>, whole: usize| -> Vec<&'a Item> {
            all.get(&whole).map_or_else(Vec::new, |halves| {
                halves.iter().map(|&half| side.item(half)).collect()
            })
        };
        let split = parts(self.after, &self.items.split, b);
        let merged = parts(self.before, &self.items.merged, a);
        let verdict = if split.is_empty() && merged.is_empty() {
            judge::pair(
                Subject {
                    item: b_item,
                    normal: &b_normal,
                    section: b_section,
                },
                Subject {
                    item: a_item,
                    normal: &a_normal,
                    section: a_section,
                },
                same_place,
                self.vocabulary,
            )?
        } else {
            let word = if split.is_empty() {
                "two statements merged into one"
            } else {
                "one statement split into two"
            };
            let whole = |item: &Item, others: &[&Item]| {
                let all = std::iter::once(item).chain(others.iter().copied());
                normalise(&all.map(|i| i.text.as_str()).collect::<Vec<_>>().join("; "))
            };
            pairs::divided(
                Subject {
                    item: b_item,
                    normal: &whole(x, &merged),
                    section: b_section,
                },
                &whole(y, &split),
                word,
            )
        };
        let join = |item: &Item, others: &[&Item]| {
            let all = std::iter::once(item.text.as_str()).chain(others.iter().map(|o| o.text.as_str()));
            all.collect::<Vec<_>>().join(" / ")
        };
        let mut change = plain(
            verdict.kind,
            x.facet,
            Some((join(x, &merged), x.lines)),
            Some((join(y, &split), y.lines)),
            "",
        );
        change.evidence = verdict.evidence;
        change.witness = verdict.witness;
        change.section = self.before.spec.section_path(x.section);
        change.moved_to = (!same_place).then(|| self.after.spec.section_path(y.section));
        change.key = x.key.as_deref().or(y.key.as_deref()).map(str::to_owned);
        Some(Draft {
            change,
            before: Some(b),
            after: Some(a),
        })
    }

    fn same_weight(&self, before: &Item, after: &Item) -> bool {
        let weight = |side: &Side<'a>, item: &Item| side.spec.sections[item.section].weight;
        weight(self.before, before) == weight(self.after, after)
    }

    /// An item on one side only; `kept` are the texts that this side shares with the other.
    fn lone(
        &self,
        side: &Side<'a>,
        index: usize,
        outcome: Outcome,
        kept: &HashSet<(usize, &str)>,
    ) -> Option<Draft> {
        let (item, normal, section) = self.subject(side, index);
        // Only beside its double: the same words in another section may bind other cases.
        let copy =
            item.facet != Facet::Metadata && kept.contains(&(item.section, side.normal[index].as_str()));
        if copy && item.form == ItemForm::SetEntry {
            return None;
        }
        let verdict = if copy {
            let word = if outcome == Outcome::Added {
                "repeats another statement word for word"
            } else {
                "a repetition is gone"
            };
            Verdict {
                kind: ChangeKind::TextChanged,
                evidence: vec![word.to_owned()],
                witness: None,
            }
        } else {
            lone::lone(
                Subject {
                    item,
                    normal: &normal,
                    section,
                },
                outcome,
                self.vocabulary,
            )
        };
        let here = Some((item.text.to_string(), item.lines));
        let added = outcome == Outcome::Added;
        let (before, after) = if added { (None, here) } else { (here, None) };
        let mut change = plain(verdict.kind, item.facet, before, after, "");
        change.evidence = verdict.evidence;
        change.witness = verdict.witness;
        change.section = side.spec.section_path(item.section);
        change.key = item.key.as_deref().map(str::to_owned);
        Some(Draft {
            change,
            before: (!added).then_some(index),
            after: added.then_some(index),
        })
    }
}

/// Sections of one side that have no partner and hold no typed item, here or below.
fn lone_prose_sections(side: &Side<'_>, partner: &[Option<usize>]) -> HashSet<usize> {
    let below = side.below();
    (1..side.spec.sections.len())
        .filter(|&s| partner[s].is_none() && !side.spec.sections[s].key)
        .filter(|&s| below[s].iter().all(|&i| side.item(i).facet == Facet::Prose))
        .collect()
}

/// The texts of items that have a partner, by section.
fn kept<'s>(side: &'s Side<'_>, partner: &[Option<usize>]) -> HashSet<(usize, &'s str)> {
    (0..partner.len())
        .filter(|&i| partner[i].is_some())
        .map(|i| (side.item(i).section, side.normal[i].as_str()))
        .collect()
}

fn parent_path(spec: &Spec, section: usize) -> Vec<String> {
    spec.sections[section]
        .parent
        .map_or_else(Vec::new, |parent| spec.section_path(parent))
}

fn field(kind: ChangeKind, before: Option<&Stated>, after: Option<&Stated>, name: &str) -> Option<Change> {
    let same = match (before, after) {
        (Some(b), Some(a)) => normalise(&b.value) == normalise(&a.value),
        (None, None) => true,
        _ => false,
    };
    if same {
        return None;
    }
    let side = |stated: Option<&Stated>| stated.map(|s| (s.value.clone(), Lines::one(s.line)));
    let mut change = plain(
        kind,
        Facet::Metadata,
        side(before),
        side(after),
        &format!("the {name} differs"),
    );
    change.key = Some(name.to_owned());
    Some(change)
}

/// Where a change stands, as an echo of another.
pub fn echo_of(change: &Change) -> Option<Echo> {
    let lines = change.lines.after.or(change.lines.before)?;
    Some(Echo {
        section: change.section.clone(),
        lines,
    })
}
