//! Prose is told by the paragraph, not by the sentence.

use std::collections::HashMap;

use super::Change;
use super::ChangeKind;
use super::changes::Draft;
use super::changes::Matched;
use super::side::Side;
use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Lines;

/// Edits to several sentences of one paragraph of prose are one change of text.
pub fn merge_paragraphs(matched: &Matched<'_, '_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let paragraphs = |side: &Side<'_>| -> Vec<usize> {
        let mut ids: Vec<usize> = Vec::with_capacity(side.normal.len());
        for (index, item) in side.spec.items.iter().enumerate() {
            let joined = index
                .checked_sub(1)
                .map(|p| &side.spec.items[p])
                .is_some_and(|p| {
                    p.form == ItemForm::Sentence
                        && item.form == ItemForm::Sentence
                        && p.section == item.section
                        && item.lines.first <= p.lines.last + 1
                });
            ids.push(if joined { ids[index - 1] } else { index });
        }
        ids
    };
    let (b_ids, a_ids) = (paragraphs(matched.before), paragraphs(matched.after));
    // A head paragraph is the base paragraph that most of its sentences come from.
    let mut home: HashMap<usize, usize> = HashMap::new();
    for (a, b) in matched.items.backward.iter().enumerate() {
        if let Some(b) = b {
            home.entry(a_ids[a]).or_insert(b_ids[*b]);
        }
    }
    let mut first: HashMap<(usize, bool), usize> = HashMap::new();
    let mut out: Vec<Draft> = Vec::new();
    for draft in drafts {
        let sentence = |side: &Side<'_>, i: usize| {
            side.item(i).form == ItemForm::Sentence && side.item(i).facet == Facet::Prose
        };
        let paragraph = match (draft.before, draft.after) {
            (Some(b), _) if sentence(matched.before, b) => Some((b_ids[b], true)),
            (None, Some(a)) if sentence(matched.after, a) => {
                Some(home.get(&a_ids[a]).map_or((a_ids[a], false), |&b| (b, true)))
            }
            _ => None,
        };
        let Some(paragraph) = paragraph
            .filter(|_| draft.change.kind == ChangeKind::TextChanged && draft.change.moved_to.is_none())
        else {
            out.push(draft);
            continue;
        };
        match first.get(&paragraph) {
            Some(&at) => join_lines(&mut out[at].change, &draft.change),
            None => {
                first.insert(paragraph, out.len());
                let mut draft = draft;
                widen(matched, &mut draft, (&b_ids, &a_ids));
                out.push(draft);
            }
        }
    }
    out
}

/// Shows the whole paragraph on each side, not only the sentence that differs.
fn widen(matched: &Matched<'_, '_>, draft: &mut Draft, (b_ids, a_ids): (&[usize], &[usize])) {
    let text = |side: &Side<'_>, ids: &[usize], index: usize| -> String {
        let prose = |i: &usize| ids[*i] == ids[index] && side.item(*i).facet == Facet::Prose;
        let all: Vec<&str> = (ids[index]..ids.len())
            .take_while(|i| ids[*i] == ids[index])
            .filter(prose)
            .map(|i| side.item(i).text.as_str())
            .collect();
        all.join(" ")
    };
    // The partner of a sentence that stands alone is the paragraph that its neighbours are in.
    let partner = |ids: &[usize], index: usize, pairs: &[Option<usize>]| {
        (ids[index]..ids.len())
            .take_while(|i| ids[*i] == ids[index])
            .find_map(|i| pairs[i])
    };
    let b = draft.before.or_else(|| {
        draft
            .after
            .and_then(|a| partner(a_ids, a, &matched.items.backward))
    });
    let a = draft.after.or_else(|| {
        draft
            .before
            .and_then(|b| partner(b_ids, b, &matched.items.forward))
    });
    draft.change.before = b
        .map(|b| text(matched.before, b_ids, b))
        .or(draft.change.before.take());
    draft.change.after = a
        .map(|a| text(matched.after, a_ids, a))
        .or(draft.change.after.take());
}

fn join_lines(change: &mut Change, other: &Change) {
    let lines = |x: &mut Option<Lines>, y: Option<Lines>| {
        *x = match (*x, y) {
            (Some(x), Some(y)) => Some(Lines {
                first: x.first.min(y.first),
                last: x.last.max(y.last),
            }),
            (x, y) => x.or(y),
        };
    };
    lines(&mut change.lines.before, other.lines.before);
    lines(&mut change.lines.after, other.lines.after);
}
