//! Tables that tell for each row who may: `Autonomous`, `Ask first`, `Never`.

use crate::spec::Facet;
use crate::spec::Level;
use crate::spec::body::Body;
use crate::spec::body::tables::is_consent;
use crate::spec::page::Row;
use crate::spec::page::Table;
use crate::spec::title::folded_title;

/// What each row below the header is by the first column whose every cell tells a level; empty where
/// there is none.
pub(super) fn facets(body: &Body<'_, '_, '_>, table: &Table) -> Vec<Facet> {
    let Some((header, rows)) = table.rows.split_first().filter(|(_, rows)| rows.len() > 1) else {
        return Vec::new();
    };
    let page = body.page;
    let cell = |row: &Row, column: usize| row.cells.get(column).map(|span| page.inline(*span).text);
    let mut columns = 0..header.cells.len();
    let told = columns.find_map(|column| {
        let about = cell(header, column).map_or(About::Other, About::of);
        let facets = rows.iter().map(|row| facet(cell(row, column)?, about));
        facets.collect::<Option<Vec<Facet>>>()
    });
    told.unwrap_or_default()
}

/// What a column is about, as its header tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Who approves, so that yes and no are answers.
    Consent,
    /// What is done without asking, so that `auto` is more than a way of doing it.
    Autonomy,
    Other,
}

impl About {
    fn of(header: &str) -> Self {
        let folded = folded_title(header.trim());
        if is_consent(&folded) {
            Self::Consent
        } else if folded.contains("autonomy") || folded.contains("authority") {
            Self::Autonomy
        } else {
            Self::Other
        }
    }
}

fn facet(cell: &str, about: About) -> Option<Facet> {
    match Level::of(cell) {
        Some(Level::Never | Level::Ask) => return Some(Facet::Limit),
        Some(Level::Free) => return Some(Facet::Grant),
        None if about == About::Other => return None,
        None => {}
    }
    match folded_title(cell.trim()).as_str() {
        "yes" | "always" | "required" if about == About::Consent => Some(Facet::Limit),
        "no" | "none" if about == About::Consent => Some(Facet::Grant),
        "manual" => Some(Facet::Limit),
        "auto" | "automatic" => Some(Facet::Grant),
        _ => None,
    }
}
