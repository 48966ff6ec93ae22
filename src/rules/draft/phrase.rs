//! What a row says about the changes.

use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::rules::context::shorten;

/// So many changes below the severe ones are told one by one; the rest are counted.
const MOST_MINOR: usize = 5;

/// Longest statement that is quoted in a row, in characters.
const LONGEST: usize = 90;

/// One phrase per change, the severest first, in the order of the report. Severe changes are all
/// told, however many there are; of the others some are counted.
pub fn phrases(changes: &[Change]) -> Vec<String> {
    let told = |kind: ChangeKind| kind != ChangeKind::FormatChanged;
    let severe = changes
        .iter()
        .filter(|change| told(change.kind) && change.kind.is_severe());
    let other: Vec<&Change> = changes
        .iter()
        .filter(|change| told(change.kind) && !change.kind.is_severe())
        .collect();
    let mut phrases: Vec<String> = Vec::new();
    for change in severe.chain(other.iter().take(MOST_MINOR).copied()) {
        let phrase = phrase(change);
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    match other.len().saturating_sub(MOST_MINOR) {
        0 => {}
        1 => phrases.push("1 smaller change".to_owned()),
        n => phrases.push(format!("{n} smaller changes")),
    }
    if phrases.is_empty() {
        phrases.push("Editorial changes".to_owned());
    }
    phrases
}

/// The phrases as one sentence.
pub fn sentence(phrases: &[String]) -> String {
    phrases.join("; ")
}

fn phrase(change: &Change) -> String {
    let statement = |text: &Option<String>| text.as_deref().map(|text| quotable(text, change.kind));
    let before = statement(&change.before);
    let after = statement(&change.after);
    let section = change.section.last().map_or("the text", String::as_str);
    let verb = verb(change.kind, before.is_some(), after.is_some());
    match (before, after) {
        (Some(before), Some(after)) if before == after => format!("{verb}: {after}"),
        (Some(before), Some(after)) => format!("{verb}: {before} → {after}"),
        (Some(only), None) | (None, Some(only)) => format!("{verb}: {only}"),
        (None, None) => format!("{verb}: {section}"),
    }
}

/// A statement that can stand in any log: one line, no cell or row marks, not too long.
fn quotable(text: &str, kind: ChangeKind) -> String {
    let flat: String = text
        .chars()
        .map(|c| match c {
            '|' => '/',
            '<' if kind == ChangeKind::ConstraintUnclear => '<',
            c if c.is_control() || c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    let flat = flat
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    shorten(flat.trim_end_matches('.'), LONGEST)
}

fn verb(kind: ChangeKind, before: bool, after: bool) -> &'static str {
    use ChangeKind::*;
    match (kind, before, after) {
        (ConstraintLoosened, true, false) => "Removed limit",
        (ConstraintLoosened, ..) => "Loosened limit",
        (ConstraintUnclear, ..) => "Changed limit",
        (ConstraintTightened, false, true) => "Added limit",
        (ConstraintTightened, ..) => "Tightened limit",
        (ConstraintReworded, ..) => "Reworded limit",
        (ConstraintMoved, ..) => "Moved limit",
        (AuthorityGranted, false, true) => "Granted",
        (AuthorityGranted, ..) => "Widened power",
        (AuthorityUnclear, ..) => "Changed power",
        (AuthorityRevoked, true, false) => "Withdrew",
        (AuthorityRevoked, ..) => "Narrowed power",
        (AuthorityReworded, ..) => "Reworded power",
        (AuthorityMoved, ..) => "Moved power",
        (ResponsibilityAdded, ..) => "Added duty",
        (ResponsibilityRemoved, ..) => "Removed duty",
        (ResponsibilityRelaxed, ..) => "Relaxed duty",
        (ResponsibilityRaised, ..) => "Raised duty",
        (ResponsibilityReworded, ..) => "Reworded duty",
        (ResponsibilityMoved, ..) => "Moved duty",
        (RequirementAdded, ..) => "Added requirement",
        (RequirementRemoved, ..) => "Removed requirement",
        (RequirementRelaxed, ..) => "Relaxed requirement",
        (RequirementRaised, ..) => "Raised requirement",
        (RequirementReworded, ..) => "Reworded requirement",
        (RequirementMoved, ..) => "Moved requirement",
        (OutcomeChanged, ..) => "Changed outcome",
        (IdentityChanged, ..) => "Changed identity",
        (OwnerChanged, ..) => "Changed owner",
        (MetadataChanged, ..) => "Changed metadata",
        (SectionAdded, ..) => "Added section",
        (SectionRemoved, ..) => "Removed section",
        (SectionRenamed, ..) => "Renamed section",
        (TextChanged, ..) => "Changed text",
        (FormatChanged, ..) => "Changed format",
        (SpecAdded, ..) => "First version",
        (SpecRemoved, ..) => "Removed",
        (SpecRenamed, ..) => "Renamed the file",
    }
}
