//! Which section of one side is which of the other: by name, then by content.

use std::collections::HashMap;
use std::collections::HashSet;

use super::side::Side;
use super::tokens::dice;
use crate::spec::Section;

/// The sections of both sides, matched.
pub struct SectionMap {
    /// Base section → head section.
    pub forward: Vec<Option<usize>>,
    /// Head section → base section.
    pub backward: Vec<Option<usize>>,
}

impl SectionMap {
    fn join(&mut self, before: usize, after: usize) {
        self.forward[before] = Some(after);
        self.backward[after] = Some(before);
    }

    /// Whether the two are one section.
    pub fn same(&self, before: usize, after: usize) -> bool {
        self.forward[before] == Some(after)
    }
}

/// How much of the content two sections must share to be one under two names.
const SAME_CONTENT: f64 = 0.5;

/// Matches the sections of two specs.
pub fn match_sections(before: &Side<'_>, after: &Side<'_>) -> SectionMap {
    let (b_sections, a_sections) = (&before.spec.sections, &after.spec.sections);
    let mut map = SectionMap {
        forward: vec![None; b_sections.len()],
        backward: vec![None; a_sections.len()],
    };
    map.join(0, 0);
    by_name(b_sections, a_sections, &mut map);
    let (b_below, a_below) = (before.below(), after.below());
    while by_content(before, after, &b_below, &a_below, &mut map) {
        by_name(b_sections, a_sections, &mut map);
    }
    map
}

/// Children of one parent with one name.
fn by_name(before: &[Section], after: &[Section], map: &mut SectionMap) {
    let mut free: HashMap<(usize, &str, bool, crate::spec::Voice), Vec<usize>> = HashMap::new();
    for (index, section) in after.iter().enumerate().rev() {
        if let (None, Some(parent)) = (map.backward[index], section.parent) {
            free.entry((parent, section.folded.as_str(), section.key, section.voice))
                .or_default()
                .push(index);
        }
    }
    for (index, section) in before.iter().enumerate() {
        let Some(parent) = section
            .parent
            .and_then(|p| map.forward[p])
            .filter(|_| map.forward[index].is_none())
        else {
            continue;
        };
        let place = (parent, section.folded.as_str(), section.key, section.voice);
        if let Some(found) = free.get_mut(&place).and_then(Vec::pop) {
            map.join(index, found);
        }
    }
}

/// Above so many sections without a partner all pairs of a round are joined, the best first; below,
/// each pair is looked for anew, as one that is found says more about what stands below it.
const MANY: usize = 256;

/// Joins the best pair by shared content, or all of them; tells whether one was found.
fn by_content(
    before: &Side<'_>,
    after: &Side<'_>,
    b_below: &[Vec<usize>],
    a_below: &[Vec<usize>],
    map: &mut SectionMap,
) -> bool {
    let a_sections = &after.spec.sections;
    let b_free: Vec<usize> = (0..map.forward.len())
        .filter(|&s| map.forward[s].is_none())
        .collect();
    let a_free: Vec<usize> = (0..map.backward.len())
        .filter(|&s| map.backward[s].is_none())
        .collect();
    if b_free.is_empty() || a_free.is_empty() {
        return false;
    }
    let mut homes: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    for &section in &a_free {
        if let Some(parent) = a_sections[section].parent {
            children.entry(parent).or_default().push(section);
        }
        let texts: HashSet<&str> = a_below[section]
            .iter()
            .map(|&i| after.normal[i].as_str())
            .collect();
        for text in texts {
            let list = homes.entry(text).or_default();
            if list.len() < 8 {
                list.push(section);
            }
        }
    }
    let mut found = Vec::new();
    for &section in &b_free {
        let texts: HashSet<&str> = b_below[section]
            .iter()
            .map(|&i| before.normal[i].as_str())
            .collect();
        let mut hits: HashMap<usize, usize> = HashMap::new();
        for home in texts.iter().filter_map(|text| homes.get(text)).flatten() {
            *hits.entry(*home).or_default() += 1;
        }
        for (home, count) in hits {
            let total = texts.len() + a_below[home].len();
            #[expect(clippy::cast_precision_loss, reason = "counts of items are small")]
            let score = 2.0 * count as f64 / total.max(1) as f64;
            found.push((score, section, home));
        }
        found.extend(renamed_and_edited(
            before, after, section, &children, b_below, a_below, map,
        ));
    }
    let compatible = |b: usize, a: usize| {
        let (x, y) = (&before.spec.sections[b], &after.spec.sections[a]);
        x.voice == y.voice && x.key == y.key
    };
    let parents = |b: usize, a: usize| {
        let parent = before.spec.sections[b].parent.and_then(|p| map.forward[p]);
        parent == after.spec.sections[a].parent
    };
    found.retain(|&(score, b, a)| score >= SAME_CONTENT && compatible(b, a));
    let order = |x: &(f64, usize, usize), y: &(f64, usize, usize)| {
        let ((px, sx), (py, sy)) = ((parents(x.1, x.2), x.0), (parents(y.1, y.2), y.0));
        px.cmp(&py)
            .then(sx.total_cmp(&sy))
            .then((y.1, y.2).cmp(&(x.1, x.2)))
    };
    found.sort_by(|x, y| order(y, x));
    let at_once = if b_free.len() > MANY { found.len() } else { 1 };
    let mut any = false;
    for (_, b, a) in found.into_iter().take(at_once) {
        if map.forward[b].is_none() && map.backward[a].is_none() {
            map.join(b, a);
            any = true;
        }
    }
    any
}

/// Siblings whose words as a whole are alike: a section renamed and edited in one go.
fn renamed_and_edited(
    before: &Side<'_>,
    after: &Side<'_>,
    section: usize,
    children: &HashMap<usize, Vec<usize>>,
    b_below: &[Vec<usize>],
    a_below: &[Vec<usize>],
    map: &SectionMap,
) -> Vec<(f64, usize, usize)> {
    let Some(parent) = before.spec.sections[section].parent.and_then(|p| map.forward[p]) else {
        return Vec::new();
    };
    let siblings = children.get(&parent).map_or(&[][..], Vec::as_slice);
    if siblings.is_empty() || siblings.len() > 16 || b_below[section].len() > 64 {
        return Vec::new();
    }
    let words = |side: &Side<'_>, items: &[usize]| {
        let mut all: Vec<u32> = items
            .iter()
            .flat_map(|&i| side.bag[i].content.iter().copied())
            .collect();
        all.sort_unstable();
        all
    };
    let mine = words(before, &b_below[section]);
    if mine.is_empty() {
        return Vec::new();
    }
    siblings
        .iter()
        .copied()
        .filter(|&a| a_below[a].len() <= 64 && !a_below[a].is_empty())
        .map(|a| (dice(&mine, &words(after, &a_below[a])), section, a))
        .collect()
}
