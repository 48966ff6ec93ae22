//! What one edit to one statement means: tables by subject, read through the same two doors that `diff` uses.

mod amounts;
mod approval;
mod duties;
mod exceptions;
mod gates;
mod keys;
mod measures;
mod modality;
mod polarity;
mod sets;
mod surplus;
mod telling;

use specwarden::diff::ChangeKind;
use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

fn document(section: &str, statement: &str) -> String {
    format!(
        "# Crane Operator\n\n**Version:** 1.0.0\n\n## Purpose\n\nLoads arrive whole.\n\n## {section}\n\n- Wears a helmet in the yard\n- {statement}\n- Signs the logbook after the shift\n"
    )
}

/// The kinds of the changes that the edit of one statement below a section gives.
pub fn kinds(section: &str, before: &str, after: &str) -> Vec<&'static str> {
    let words = Vocabulary::default();
    let read = |text: &str| parse("roles/crane.md", document(section, text).as_bytes(), &words);
    let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
    changes
        .iter()
        .map(|change| change.kind.as_str())
        .filter(|kind| *kind != "format.changed")
        .collect()
}

/// The kind in the mirror, where the edit is read backwards.
fn mirrored(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "constraint.loosened" => "constraint.tightened",
        "constraint.tightened" => "constraint.loosened",
        "authority.granted" => "authority.revoked",
        "authority.revoked" => "authority.granted",
        "responsibility.relaxed" => "responsibility.raised",
        "responsibility.raised" => "responsibility.relaxed",
        "requirement.relaxed" => "requirement.raised",
        "requirement.raised" => "requirement.relaxed",
        _ => return None,
    })
}

/// Checks a table of edits; a kind with a trailing `!` is not checked backwards (a rule turned round).
pub fn check(section: &str, table: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (before, after, expected) in table {
        let (name, one_way) = expected
            .strip_suffix('!')
            .map_or((*expected, false), |name| (name, true));
        assert!(name.is_empty() || name.parse::<ChangeKind>().is_ok(), "{name}");
        let wanted: Vec<&str> = if name.is_empty() { Vec::new() } else { vec![name] };
        let got = kinds(section, before, after);
        if got != wanted {
            wrong.push(format!("{before:?} → {after:?}: wanted {wanted:?}, got {got:?}"));
        }
        let back = if name.is_empty() {
            Some("")
        } else {
            mirrored(name).or(Some(name))
        };
        let got = kinds(section, after, before);
        if let Some(back) = back.filter(|_| !one_way) {
            let wanted: Vec<&str> = if back.is_empty() { Vec::new() } else { vec![back] };
            if got != wanted {
                wrong.push(format!(
                    "back: {after:?} → {before:?}: wanted {wanted:?}, got {got:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{section}:\n{}", wrong.join("\n"));
}
