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
        let about = cell(header, column).map_or(About::Other, |name| about(&name));
        let facets = rows.iter().map(|row| level(&cell(row, column)?, about));
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

fn about(header: &str) -> About {
    if is_consent(header) {
        About::Consent
    } else if header.contains("autonomy") || header.contains("authority") {
        About::Autonomy
    } else {
        About::Other
    }
}

/// What a cell says: of `Human required + verification` the first part counts.
fn level(folded: &str, about: About) -> Option<Facet> {
    let told = folded.split(" and ").next().unwrap_or(folded);
    let words: Vec<&str> = told.split(' ').take(WORDS + 1).collect();
    let (first, last) = (*words.first()?, *words.last()?);
    if words.len() > WORDS {
        return None;
    }
    let asks = about == About::Consent;
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
    match told {
        "yes" | "always" | "required" if asks => Some(Facet::Limit),
        "no" | "none" | "not required" if asks => Some(Facet::Grant),
        "manual" if about != About::Other => Some(Facet::Limit),
        "auto" | "automatic" if about != About::Other => Some(Facet::Grant),
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
