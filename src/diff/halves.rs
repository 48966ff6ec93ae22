//! One statement that became two, and two that became one.

use std::collections::HashMap;

use super::pairing::CANDIDATES;
use super::pairing::Pairing;
use super::pairing::free_items;
use super::sections::SectionMap;
use super::side::Side;
use super::tokens::dice;

/// Two statements with one statement's words between them.
pub fn split_and_merged(before: &Side<'_>, after: &Side<'_>, map: &SectionMap, pairing: &mut Pairing) {
    let same = |b: usize, a: usize| map.same(before.item(b).section, after.item(a).section);
    let edited: Vec<(usize, usize)> = (0..pairing.forward.len())
        .filter_map(|b| Some((b, pairing.forward[b]?)))
        .filter(|&(b, a)| before.normal[b] != after.normal[a] && same(b, a))
        .collect();
    for (half, whole) in halves(before, after, &edited, &pairing.backward) {
        pairing.split.entry(whole).or_default().push(half);
    }
    let wholes: Vec<(usize, usize)> = edited.iter().map(|&(b, a)| (a, b)).collect();
    for (half, whole) in halves(after, before, &wholes, &pairing.forward) {
        pairing.merged.entry(whole).or_default().push(half);
    }
}

/// Free items of `parts` that, with the partner of an item of `whole`, have that item's words.
/// `edited` are the pairs (item of `whole`, its partner in `parts`).
fn halves(
    whole: &Side<'_>,
    parts: &Side<'_>,
    edited: &[(usize, usize)],
    taken: &[Option<usize>],
) -> Vec<(usize, usize)> {
    let mut postings: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
    for &(item, first) in edited {
        let mut words = whole.bag[item].content.clone();
        words.dedup();
        for word in words {
            postings.entry(word).or_default().push((item, first));
        }
    }
    let find = |half: usize| {
        let rarest = parts.bag[half]
            .content
            .iter()
            .filter_map(|word| postings.get(word))
            .min_by_key(|list| list.len())?;
        rarest.iter().take(CANDIDATES).find(|&&(item, first)| {
            parts.item(first).section == parts.item(half).section
                && is_sum(
                    &whole.bag[item].content,
                    &parts.bag[first].content,
                    &parts.bag[half].content,
                )
        })
    };
    free_items(parts, taken)
        .filter_map(|half| Some((half, find(half)?.0)))
        .collect()
}

/// Whether the words of `whole` are those of the two parts together, and neither part alone.
fn is_sum(whole: &[u32], first: &[u32], second: &[u32]) -> bool {
    if second.is_empty() || whole.is_empty() {
        return false;
    }
    let mut both: Vec<u32> = first.iter().chain(second).copied().collect();
    both.sort_unstable();
    let inside = super::tokens::shared(whole, second);
    dice(whole, &both) >= 0.85
        && dice(whole, first) + 0.05 < dice(whole, &both)
        && inside * 4 >= second.len() * 3
}
