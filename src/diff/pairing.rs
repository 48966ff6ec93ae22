//! Which item of one side is which of the other, in passes from certain to likely.

use std::collections::HashMap;
use std::collections::VecDeque;

use pathfinding::prelude::Matrix;
use pathfinding::prelude::kuhn_munkres;

use super::halves::split_and_merged;
use super::patterns::reach;
use super::sections::SectionMap;
use super::side::Side;
use super::steps::one_core;
use super::steps::one_step;
use super::tokens::dice;
use super::tokens::may_be_one;
use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Voice;

/// The items of both sides, matched.
pub struct Pairing {
    /// Base item → head item.
    pub forward: Vec<Option<usize>>,
    /// Head item → base item.
    pub backward: Vec<Option<usize>>,
    /// Base items that were split: base item → the head items beside its partner, in order.
    pub split: HashMap<usize, Vec<usize>>,
    /// Head items that were merged: head item → the base items beside its partner, in order.
    pub merged: HashMap<usize, Vec<usize>>,
    /// Said where matching fell back to a cheaper way.
    pub fallback: Option<String>,
}

/// The most rows or columns solved exactly; larger tangles are matched greedily, best first.
const EXACT: usize = 64;
/// The most candidates looked at for one item.
pub const CANDIDATES: usize = 48;

impl Pairing {
    fn join(&mut self, before: usize, after: usize) {
        self.forward[before] = Some(after);
        self.backward[after] = Some(before);
    }

    fn is_free(&self, before: usize, after: usize) -> bool {
        self.forward[before].is_none() && self.backward[after].is_none()
    }
}

/// Matches the items of two specs.
pub fn pair_items(before: &Side<'_>, after: &Side<'_>, map: &SectionMap) -> Pairing {
    let mut pairing = Pairing {
        forward: vec![None; before.normal.len()],
        backward: vec![None; after.normal.len()],
        split: HashMap::new(),
        merged: HashMap::new(),
        fallback: None,
    };
    same_place(before, after, map, &mut pairing);
    same_key(before, after, map, &mut pairing);
    same_text(before, after, &mut pairing);
    patterns(before, after, map, &mut pairing);
    alike(before, after, map, &mut pairing);
    split_and_merged(before, after, map, &mut pairing);
    pairing
}

/// The items of one side without a partner.
pub fn free_items<'s>(side: &'s Side<'_>, taken: &'s [Option<usize>]) -> impl Iterator<Item = usize> + 's {
    (0..taken.len()).filter(|&i| taken[i].is_none() && side.takes_part[i])
}

/// Exact text in the same section.
fn same_place(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &mut Pairing) {
    let mut waiting: HashMap<(usize, &str), VecDeque<usize>> = HashMap::new();
    for a in free_items(after, &pairing.backward) {
        waiting
            .entry((after.item(a).section, after.normal[a].as_str()))
            .or_default()
            .push_back(a);
    }
    for b in 0..pairing.forward.len() {
        let Some(section) = map.forward[before.item(b).section].filter(|_| before.takes_part[b]) else {
            continue;
        };
        if let Some(a) = waiting
            .get_mut(&(section, before.normal[b].as_str()))
            .and_then(VecDeque::pop_front)
        {
            pairing.join(b, a);
        }
    }
}

/// One explicit id or key path; one lead within a section.
fn same_key(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &mut Pairing) {
    type Place<'k> = (Option<usize>, Voice, &'k str);
    fn place<'k>(side: &Side<'k>, index: usize, section: Option<usize>) -> Option<Place<'k>> {
        let item = side.item(index);
        let first = || {
            let row = item.form == ItemForm::TableRow && item.facet != Facet::Metadata;
            row.then(|| item.text.split_once(" | "))
                .flatten()
                .map(|(cell, _)| cell)
        };
        let key = item.key.as_deref().or_else(first)?;
        let voice = side.spec.voice(item);
        if side.has_id(index) {
            Some((None, voice, key))
        } else {
            Some((Some(section?), voice, key))
        }
    }
    fn unique<'k>(all: impl Iterator<Item = (Place<'k>, usize)>) -> HashMap<Place<'k>, Option<usize>> {
        let mut seen = HashMap::new();
        for (place, index) in all {
            seen.entry(place)
                .and_modify(|found| *found = None)
                .or_insert(Some(index));
        }
        seen
    }
    let a_keys = unique(
        free_items(after, &pairing.backward)
            .filter_map(|a| Some((place(after, a, Some(after.item(a).section))?, a))),
    );
    let b_keys = unique(
        free_items(before, &pairing.forward)
            .filter_map(|b| Some((place(before, b, map.forward[before.item(b).section])?, b))),
    );
    let mut found: Vec<(usize, usize)> = b_keys
        .into_iter()
        .filter_map(|(place, b)| Some((b?, (*a_keys.get(&place)?)?)))
        .filter(|&(b, a)| {
            before.item(b).form == ItemForm::Scalar || dice(&before.bag[b].all, &after.bag[a].all) >= 0.2
        })
        .collect();
    found.sort_unstable();
    for (b, a) in found {
        pairing.join(b, a);
    }
}

/// Exact text anywhere, within one voice first.
fn same_text(before: &Side<'_>, after: &Side<'_>, pairing: &mut Pairing) {
    let mut waiting: HashMap<&str, Vec<usize>> = HashMap::new();
    for a in free_items(after, &pairing.backward) {
        if after.item(a).facet != Facet::Metadata {
            waiting.entry(after.normal[a].as_str()).or_default().push(a);
        }
    }
    let free: Vec<usize> = free_items(before, &pairing.forward)
        .filter(|&b| before.item(b).facet != Facet::Metadata)
        .collect();
    for b in free {
        let Some(list) = waiting
            .get_mut(before.normal[b].as_str())
            .filter(|list| !list.is_empty())
        else {
            continue;
        };
        let voice = |side: &Side<'_>, i: usize| side.spec.voice(side.item(i));
        let near = |a: usize| {
            (
                voice(after, a) != voice(before, b),
                after.item(a).facet != before.item(b).facet,
                a,
            )
        };
        let best = (0..list.len()).min_by_key(|&at| near(list[at]));
        if let Some(at) = best {
            pairing.join(b, list.remove(at));
        }
    }
}

/// Entries of one set of which one covers the other: `deploy/staging/**` and `deploy/**`.
fn patterns(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &mut Pairing) {
    let entries = |side: &Side<'_>, taken: &[Option<usize>]| -> Vec<usize> {
        free_items(side, taken)
            .filter(|&i| is_pattern(side, i))
            .take(CANDIDATES)
            .collect()
    };
    let (gone, come) = (
        entries(before, &pairing.forward),
        entries(after, &pairing.backward),
    );
    for &b in &gone {
        let covers = |a: usize| {
            map.same(before.item(b).section, after.item(a).section)
                && before.item(b).facet == after.item(a).facet
                && (reach(&before.normal[b], &after.normal[a]).is_some()
                    || continues(&before.normal[b], &after.normal[a]))
        };
        let partner = come
            .iter()
            .copied()
            .filter(|&a| pairing.is_free(b, a) && covers(a));
        if let Some(a) = partner.min_by_key(|&a| (&after.normal[a], a)) {
            pairing.join(b, a);
        }
    }
}

/// `nature reserves` and `nature reserves in summer`.
fn continues(x: &str, y: &str) -> bool {
    let (short, long) = if x.len() < y.len() { (x, y) } else { (y, x) };
    short.contains(' ')
        && long
            .strip_prefix(short)
            .is_some_and(|rest| rest.starts_with([' ', ',']))
}

fn is_pattern(side: &Side<'_>, index: usize) -> bool {
    let item = side.item(index);
    let text = &side.normal[index];
    item.form == ItemForm::SetEntry
        || item.form == ItemForm::ListEntry && !text.contains(' ') && text.contains(['/', '*', '('])
}

/// A possible pair with its likeness.
struct Edge {
    before: usize,
    after: usize,
    likeness: f64,
    same_place: bool,
}

/// By likeness: within the section first, then anywhere.
fn alike(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &mut Pairing) {
    let (edges, bounded) = edges(before, after, map, pairing);
    let mut greedy = 0;
    for home in [true, false] {
        let open: Vec<&Edge> = edges
            .iter()
            .filter(|e| e.same_place == home && pairing.is_free(e.before, e.after))
            .collect();
        for tangle in tangles(&open) {
            greedy += solve(&tangle, before, after, pairing);
        }
    }
    if bounded || greedy > 0 {
        pairing.fallback = Some(format!(
            "too many statements are alike to weigh every pairing; {} were paired best first",
            if greedy > 0 {
                format!("{greedy} candidates")
            } else {
                "some".to_owned()
            }
        ));
    }
}

fn may_pair_by_likeness(side: &Side<'_>, index: usize) -> bool {
    let item = side.item(index);
    item.facet != Facet::Metadata && !(item.form == ItemForm::SetEntry && side.bag[index].all.len() <= 2)
}

fn edges(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &Pairing) -> (Vec<Edge>, bool) {
    let a_free: Vec<usize> = free_items(after, &pairing.backward)
        .filter(|&a| may_pair_by_likeness(after, a))
        .collect();
    let mut postings: HashMap<u32, Vec<usize>> = HashMap::new();
    for &a in &a_free {
        let mut words = terms(after, a).to_vec();
        words.dedup();
        for word in words {
            postings.entry(word).or_default().push(a);
        }
    }
    let mut seen = vec![usize::MAX; after.normal.len()];
    let mut edges = Vec::new();
    let mut bounded = false;
    for b in free_items(before, &pairing.forward).filter(|&b| may_pair_by_likeness(before, b)) {
        let mut words: Vec<u32> = terms(before, b).to_vec();
        words.dedup();
        words.sort_by_key(|word| (postings.get(word).map_or(0, Vec::len), *word));
        let mut looked = 0;
        'words: for word in words {
            for &a in postings.get(&word).map_or(&[][..], Vec::as_slice) {
                if std::mem::replace(&mut seen[a], b) == b {
                    continue;
                }
                if looked == CANDIDATES {
                    bounded = true;
                    break 'words;
                }
                looked += 1;
                edges.extend(edge(before, after, map, b, a));
            }
        }
    }
    (edges, bounded)
}

/// The words an item is looked up by: those that carry meaning, or all where none does.
fn terms<'s>(side: &'s Side<'_>, index: usize) -> &'s [u32] {
    let bag = &side.bag[index];
    if bag.content.is_empty() {
        &bag.all
    } else {
        &bag.content
    }
}

fn edge(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, b: usize, a: usize) -> Option<Edge> {
    let (x, y) = (before.item(b), after.item(a));
    let same_place = map.same(x.section, y.section);
    let step = || {
        let (x, y) = (&before.normal[b], &after.normal[a]);
        (same_place && (one_step(x, y) || one_core(x, y))).then_some(0.6)
    };
    let likeness = may_be_one(&before.bag[b], &after.bag[a]).or_else(step)?;
    let fits = if same_place {
        true
    } else {
        let far = x.facet != y.facet || (before.has_id(b) && after.has_id(a));
        before.spec.voice(x) == after.spec.voice(y) && likeness >= if far { 0.6 } else { 0.45 }
    };
    let prose_apart =
        !same_place && (x.facet == Facet::Prose) != (y.facet == Facet::Prose) && likeness < 0.75;
    (fits && !prose_apart).then_some(Edge {
        before: b,
        after: a,
        likeness,
        same_place,
    })
}

/// Groups edges that compete with each other.
fn tangles<'e>(edges: &[&'e Edge]) -> Vec<Vec<&'e Edge>> {
    let mut root: HashMap<(bool, usize), (bool, usize)> = HashMap::new();
    fn find(root: &mut HashMap<(bool, usize), (bool, usize)>, node: (bool, usize)) -> (bool, usize) {
        let mut at = node;
        while let Some(&up) = root.get(&at).filter(|up| **up != at) {
            let over = root.get(&up).copied().unwrap_or(up);
            root.insert(at, over);
            at = up;
        }
        at
    }
    for edge in edges {
        let (x, y) = (
            find(&mut root, (false, edge.before)),
            find(&mut root, (true, edge.after)),
        );
        root.entry(x).or_insert(x);
        root.insert(y, x);
    }
    let mut groups: HashMap<(bool, usize), Vec<&'e Edge>> = HashMap::new();
    for edge in edges {
        groups
            .entry(find(&mut root, (false, edge.before)))
            .or_default()
            .push(edge);
    }
    let mut groups: Vec<Vec<&Edge>> = groups.into_values().collect();
    groups.sort_by_key(|group| group.iter().map(|e| (e.before, e.after)).min());
    groups
}

/// Solves one tangle; returns how many edges were matched greedily because it was too large.
fn solve(tangle: &[&Edge], before: &Side<'_>, after: &Side<'_>, pairing: &mut Pairing) -> usize {
    let mut rows: Vec<usize> = tangle.iter().map(|e| e.before).collect();
    let mut columns: Vec<usize> = tangle.iter().map(|e| e.after).collect();
    // Ties are broken by the text, so that the order of items does not matter.
    rows.sort_by(|&x, &y| (&before.normal[x], x).cmp(&(&before.normal[y], y)));
    columns.sort_by(|&x, &y| (&after.normal[x], x).cmp(&(&after.normal[y], y)));
    rows.dedup();
    columns.dedup();
    if rows.len() > EXACT || columns.len() > EXACT {
        greedy(tangle, before, after, pairing);
        return tangle.len();
    }
    let row_of: HashMap<usize, usize> = rows.iter().enumerate().map(|(at, &b)| (b, at)).collect();
    let column_of: HashMap<usize, usize> = columns.iter().enumerate().map(|(at, &a)| (a, at)).collect();
    let wide = rows.len() <= columns.len();
    let (height, width) = if wide {
        (rows.len(), columns.len())
    } else {
        (columns.len(), rows.len())
    };
    let mut weights = Matrix::new(height, width, 0_i64);
    for edge in tangle {
        let (r, c) = (row_of[&edge.before], column_of[&edge.after]);
        let place = if wide { (r, c) } else { (c, r) };
        #[expect(clippy::cast_possible_truncation, reason = "a likeness is between 0 and 1")]
        let weight = (edge.likeness * 1e6) as i64;
        weights[place] = weight;
    }
    let (_, chosen) = kuhn_munkres(&weights);
    for (row, column) in chosen.into_iter().enumerate() {
        if weights[(row, column)] > 0 {
            let (r, c) = if wide { (row, column) } else { (column, row) };
            pairing.join(rows[r], columns[c]);
        }
    }
    0
}

fn greedy(tangle: &[&Edge], before: &Side<'_>, after: &Side<'_>, pairing: &mut Pairing) {
    let mut order: Vec<&&Edge> = tangle.iter().collect();
    order.sort_by(|x, y| {
        y.likeness.total_cmp(&x.likeness).then_with(|| {
            let texts = |e: &Edge| {
                (
                    &before.normal[e.before],
                    &after.normal[e.after],
                    e.before,
                    e.after,
                )
            };
            texts(x).cmp(&texts(y))
        })
    });
    for edge in order {
        if pairing.is_free(edge.before, edge.after) {
            pairing.join(edge.before, edge.after);
        }
    }
}
