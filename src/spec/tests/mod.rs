//! What the reader makes of whole documents.

mod change_logs;
mod clauses;
mod front_matters;
mod hostile;
mod introductions;
mod items;
mod properties;
mod published;
mod seeds;
mod tags;
mod versions;

use crate::spec::Facet;
use crate::spec::Spec;
use crate::spec::Vocabulary;

fn read(text: &str) -> Spec {
    read_bytes(text.as_bytes())
}

fn read_bytes(bytes: &[u8]) -> Spec {
    crate::spec::parse("roles/x.md", bytes, &Vocabulary::default())
}

/// Every item as `facet section/section: text`.
fn told(spec: &Spec) -> Vec<String> {
    spec.items
        .iter()
        .map(|item| {
            let path = spec.section_path(item.section).join("/");
            let facet = format!("{:?}", item.facet).to_lowercase();
            format!("{facet} {path}: {}", item.text)
        })
        .collect()
}

fn count(spec: &Spec, facet: Facet) -> usize {
    spec.items.iter().filter(|item| item.facet == facet).count()
}
