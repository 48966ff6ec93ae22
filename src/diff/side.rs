//! One spec made ready for matching: normal forms and bags of every item, and which items take part.

use super::normal::normalise;
use super::tokens::Bag;
use super::tokens::Lexed;
use crate::spec::Facet;
use crate::spec::Item;
use crate::spec::Spec;
use crate::spec::Stated;

/// One spec with what matching needs to know of it.
pub struct Side<'a> {
    /// The spec.
    pub spec: &'a Spec,
    /// The normal form of each item.
    pub normal: Vec<String>,
    /// The words of each item.
    pub bag: Vec<Bag>,
    /// Whether an item takes part: identity, owner and the title are compared as fields of the spec.
    pub takes_part: Vec<bool>,
    /// The items of each section, in order.
    pub members: Vec<Vec<usize>>,
}

impl<'a> Side<'a> {
    /// Reads a spec; words get their numbers from `lexed`, shared by both sides.
    pub fn new(spec: &'a Spec, lexed: &mut Lexed) -> Self {
        let normal: Vec<String> = spec.items.iter().map(|item| normalise(&item.text)).collect();
        let bag = normal.iter().map(|text| lexed.bag(text)).collect();
        let fields = [&spec.role_id, &spec.role_code, &spec.title, &spec.owner];
        let is_field = |item: &Item, field: &Stated| {
            item.facet == Facet::Metadata
                && item.lines.first <= field.line
                && field.line <= item.lines.last
                && item.text.ends_with(&field.value)
        };
        let takes_part = spec
            .items
            .iter()
            .zip(&normal)
            .map(|(item, text)| {
                !text.is_empty()
                    && !fields
                        .iter()
                        .any(|f| f.as_ref().is_some_and(|f| is_field(item, f)))
            })
            .collect();
        let mut members = vec![Vec::new(); spec.sections.len()];
        for (index, item) in spec.items.iter().enumerate() {
            members[item.section].push(index);
        }
        Self {
            spec,
            normal,
            bag,
            takes_part,
            members,
        }
    }

    /// The item at an index.
    pub fn item(&self, index: usize) -> &'a Item {
        &self.spec.items[index]
    }

    /// For each section, the items in it and in everything below it.
    pub fn below(&self) -> Vec<Vec<usize>> {
        let mut below = self.members.clone();
        for section in (1..self.spec.sections.len()).rev() {
            if let Some(parent) = self.spec.sections[section].parent {
                let inner = below[section].clone();
                below[parent].extend(inner);
            }
        }
        below
    }

    /// Whether an item's key is an explicit id (`REQ-003`) or a key path, so that it names the item
    /// wherever it stands.
    pub fn has_id(&self, index: usize) -> bool {
        let item = self.item(index);
        item.form == crate::spec::ItemForm::Scalar || item.key.as_deref().is_some_and(is_explicit_id)
    }
}

/// `REQ-003`, `R12`, `AC_7.1`: letters, then digits.
pub fn is_explicit_id(key: &str) -> bool {
    let letters = key.chars().take_while(|c| c.is_ascii_uppercase()).count();
    let rest = key[letters..].trim_start_matches(['-', '_', '.', '#']);
    (1..=8).contains(&letters)
        && !rest.is_empty()
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
        || key.split(['-', '_']).count() >= 3
            && key
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}
