//! Tables that tell for each row who may: `Autonomous`, `Ask first`, `Never`.

use crate::spec::Facet;
use crate::spec::body::Body;
use crate::spec::body::tables::is_consent;
use crate::spec::page::Row;
use crate::spec::page::Table;
use crate::spec::title::folded_title;

/// A longer cell is a sentence.
const WORDS: usize = 4;

/// What each row below the header is by the first column whose every cell tells a level; empty where
/// there is none.
pub(super) fn facets(body: &Body<'_, '_, '_>, table: &Table) -> Vec<Facet> {
    let Some((header, rows)) = table.rows.split_first().filter(|(_, rows)| rows.len() > 1) else {
        return Vec::new();
    };
    let cell = |row: &Row, column: usize| {
        let span = row.cells.get(column)?;
        Some(folded_title(body.page.inline(*span).text.trim()))
    };
    let mut columns = 0..header.cells.len();
    let told = columns.find_map(|column| {
        let asks = cell(header, column).is_some_and(|name| is_consent(&name));
        let facets = rows.iter().map(|row| level(&cell(row, column)?, asks));
        facets.collect::<Option<Vec<Facet>>>()
    });
    told.unwrap_or_default()
}

/// What a cell says; `asks` where the column asks for an approval, so that yes and no are answers.
fn level(folded: &str, asks: bool) -> Option<Facet> {
    let words: Vec<&str> = folded.split(' ').take(WORDS + 1).collect();
    let (first, last) = (*words.first()?, *words.last()?);
    if words.len() > WORDS {
        return None;
    }
    let free = matches!(first, "no" | "not" | "without");
    let consent = matches!(
        last,
        "approval"
            | "approves"
            | "review"
            | "required"
            | "needed"
            | "sign-off"
            | "confirmation"
            | "permission"
    );
    match folded {
        "yes" | "always" | "manual" | "required" if asks => Some(Facet::Limit),
        "no" | "none" | "automatic" | "auto" | "not required" if asks => Some(Facet::Grant),
        "never" | "forbidden" | "prohibited" | "denied" | "deny" | "blocked" | "disallowed" | "ask"
        | "ask first" | "escalate" | "not allowed" | "not permitted" | "propose" | "human only"
        | "humans only" | "confirm first" => Some(Facet::Limit),
        "autonomous" | "autonomously" | "auto-approve" | "auto-approved" | "allowed" | "permitted"
        | "allow" | "full autonomy" | "self-approve" | "self-approved" => Some(Facet::Grant),
        _ if words.len() > 1 && consent && free => Some(Facet::Grant),
        _ if words.len() > 1 && (consent || matches!(first, "ask" | "escalate")) => Some(Facet::Limit),
        _ => None,
    }
}
