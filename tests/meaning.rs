//! What one edit to one statement means: a table, read through the same two doors that `diff` uses.

use specwarden::diff::ChangeKind;
use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

fn document(section: &str, statement: &str) -> String {
    format!(
        "# Crane Operator\n\n**Version:** 1.0.0\n\n## Purpose\n\nLoads arrive whole.\n\n## {section}\n\n- Wears a helmet in the yard\n- {statement}\n- Signs the logbook after the shift\n"
    )
}

fn kinds(section: &str, before: &str, after: &str) -> Vec<&'static str> {
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
fn check(section: &str, table: &[(&str, &str, &str)]) {
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

#[test]
fn modality_decides_in_every_form() {
    check(
        "Constraints",
        &[
            (
                "Must lock the cabin at night",
                "Should lock the cabin at night",
                "constraint.loosened",
            ),
            (
                "Must lock the cabin at night",
                "Shall lock the cabin at night",
                "constraint.reworded",
            ),
            (
                "Must lock the cabin at night",
                "Is required to lock the cabin at night",
                "constraint.reworded",
            ),
            (
                "Must lock the cabin at night",
                "May lock the cabin at night",
                "constraint.loosened",
            ),
            (
                "Must lock the cabin at night",
                "Need not lock the cabin at night",
                "constraint.loosened",
            ),
            (
                "Must lock the cabin at night",
                "Must not lock the cabin at night",
                "constraint.loosened!",
            ),
            ("Must not lift people", "May lift people", "constraint.loosened"),
            (
                "Must not lift people",
                "Should not lift people",
                "constraint.loosened",
            ),
            (
                "Must not lift people",
                "Must avoid lifting people",
                "constraint.reworded",
            ),
            (
                "Must not lift people in the basket",
                "Is not allowed to lift people in the basket",
                "constraint.reworded",
            ),
            (
                "Lifting people in the basket is prohibited",
                "Lifting people in the basket is discouraged",
                "constraint.loosened",
            ),
            (
                "Never lift people in the basket",
                "Do not lift people in the basket",
                "constraint.reworded",
            ),
            (
                "The operator must not bypass the valve",
                "The operator can bypass the valve",
                "constraint.loosened",
            ),
            (
                "The operator has to report each incident",
                "The operator is encouraged to report each incident",
                "constraint.loosened",
            ),
            (
                "Must check the hook, which may be worn",
                "Must check the hook, which can be worn",
                "constraint.reworded",
            ),
            (
                "Must keep the beam clear so that nobody can trip",
                "Must keep the aisle clear so that nobody can trip",
                "constraint.reworded",
            ),
        ],
    );
}

#[test]
fn amounts_follow_their_comparator() {
    check(
        "Constraints",
        &[
            (
                "Must keep at least 3 spare hooks in the cabin",
                "Must keep at least 2 spare hooks in the cabin",
                "constraint.loosened",
            ),
            (
                "Must keep a minimum of 3 spare hooks in the cabin",
                "Must keep no fewer than three spare hooks in the cabin",
                "constraint.reworded",
            ),
            (
                "Must answer the radio within 30 seconds",
                "Must answer the radio within 1 minute",
                "constraint.loosened",
            ),
            (
                "Must answer the radio within 60 seconds",
                "Must answer the radio within 1 minute",
                "constraint.reworded",
            ),
            (
                "Must not lift more than 500 kg at once",
                "Must not lift more than 800 kg at once",
                "constraint.loosened",
            ),
            (
                "Must not exceed 20% of the yearly budget",
                "Must not exceed 15% of the yearly budget",
                "constraint.tightened",
            ),
            (
                "Orders above 500 EUR require approval from the yard manager",
                "Orders above 2,000 EUR require approval from the yard manager",
                "constraint.loosened",
            ),
            (
                "Must stop work when the wind is above 40 km/h",
                "Must stop work when the wind is above 60 km/h",
                "constraint.loosened",
            ),
            (
                "Must inspect the rope every 30 days",
                "Must inspect the rope every 60 days",
                "constraint.loosened",
            ),
            (
                "Must inspect the rope weekly with the mechanic",
                "Must inspect the rope monthly with the mechanic",
                "constraint.loosened",
            ),
            (
                "Must keep the lift log for 12 months",
                "Must keep the lift log for 6 months",
                "constraint.loosened",
            ),
            (
                "Must keep the lift log for 12 months",
                "Must keep the lift log for 1 year",
                "constraint.reworded",
            ),
            (
                "Response time must stay below 200 ms in the yard",
                "Response time must stay below 500 ms in the yard",
                "constraint.loosened",
            ),
            (
                "Availability must stay above 99% over the month",
                "Availability must stay above 95% over the month",
                "constraint.loosened",
            ),
            (
                "Must obtain at least 2 approvals for night work",
                "Must obtain at least 1 approval for night work",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Escalation",
        &[
            (
                "Wind speed > 40 km/h",
                "Wind speed > 60 km/h",
                "constraint.loosened",
            ),
            (
                "Confidence in the load chart < 80%",
                "Confidence in the load chart < 60%",
                "constraint.loosened",
            ),
            (
                "Confidence in the load chart ≤ 80%",
                "The load chart has a confidence of 80% or less",
                "constraint.reworded",
            ),
            (
                "More than two near misses in a week",
                "More than 2 near misses in a week",
                "constraint.reworded",
            ),
            (
                "At least 3 near misses in a week",
                "At least 5 near misses in a week",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May spend up to 500 EUR per day on chains",
                "May spend up to 800 EUR per day on chains",
                "authority.granted",
            ),
            (
                "May spend up to 500 EUR per day on chains",
                "May spend up to 500 EUR per week on chains",
                "authority.unclear",
            ),
            (
                "May borrow the truck for 2 hours",
                "May borrow the truck for 4 hours",
                "authority.granted",
            ),
            (
                "May lift alone if the load is below 100 kg",
                "May lift alone if the load is below 300 kg",
                "authority.granted",
            ),
            (
                "May sign off a lift if at least 2 riggers agree",
                "May sign off a lift if at least 1 rigger agrees",
                "authority.granted",
            ),
        ],
    );
}

#[test]
fn exceptions_hedges_and_conditions_leave_room() {
    check(
        "Constraints",
        &[
            (
                "Must wear the harness above the second floor",
                "Must wear the harness above the second floor, except during short visits",
                "constraint.loosened",
            ),
            (
                "Must wear the harness on the roof",
                "Must, where possible, wear the harness on the roof",
                "constraint.loosened",
            ),
            (
                "Must wear the harness on the roof",
                "Must generally wear the harness on the roof",
                "constraint.loosened",
            ),
            (
                "Must wear the harness on the roof",
                "Must try to wear the harness on the roof",
                "constraint.loosened",
            ),
            (
                "Must log all lifts over the road",
                "Must log some lifts over the road",
                "constraint.loosened",
            ),
            (
                "Must log every lift over the road",
                "Must log each lift over the road",
                "constraint.reworded",
            ),
            (
                "Must log every lift over the road",
                "Must log every major lift over the road",
                "constraint.loosened",
            ),
            (
                "Must not park in the yard, except for vans",
                "Must not park in the yard, except for vans and trucks",
                "constraint.loosened",
            ),
            (
                "Visitors may only enter with a guide",
                "Visitors may enter with a guide",
                "constraint.loosened",
            ),
            (
                "Must report damage immediately to the foreman",
                "Must report damage eventually to the foreman",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May swap shifts with a colleague",
                "May swap shifts with a colleague, except on holidays",
                "authority.revoked",
            ),
            (
                "May order minor repairs of the crane",
                "May order repairs of the crane",
                "authority.granted",
            ),
            (
                "May order minor repairs of the crane",
                "May order major repairs of the crane",
                "authority.granted",
            ),
            (
                "May read the load database",
                "May edit the load database",
                "authority.granted",
            ),
            (
                "May close the gate at night",
                "May close the gate at night without supervision",
                "authority.granted",
            ),
            (
                "May move chains and hooks in the store",
                "May move chains, hooks and engines in the store",
                "authority.granted",
            ),
        ],
    );
}

#[test]
fn approval_has_strength_and_a_person() {
    check(
        "Constraints",
        &[
            (
                "Night lifts require approval from the safety officer",
                "Night lifts require review by the safety officer",
                "constraint.loosened",
            ),
            (
                "Night lifts require approval from the safety officer",
                "Night lifts require notification of the safety officer",
                "constraint.loosened",
            ),
            (
                "Night lifts require approval from the safety officer",
                "Night lifts no longer require approval from the safety officer",
                "constraint.loosened",
            ),
            (
                "Night lifts require approval from the director",
                "Night lifts require approval from an intern",
                "constraint.loosened",
            ),
            (
                "Night lifts require sign-off from the safety officer",
                "Night lifts require approval from the safety officer",
                "constraint.reworded",
            ),
            (
                "Night lifts must be approved by the safety officer",
                "Night lifts must be reviewed by the safety officer",
                "constraint.loosened",
            ),
            (
                "Must not lift at night",
                "Must not lift at night without approval from the foreman",
                "constraint.loosened",
            ),
            (
                "Must not lift at night without approval",
                "Must not lift at night without notice",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May lift at night with approval from the foreman",
                "May lift at night without approval from the foreman",
                "authority.granted",
            ),
            (
                "May lift at night with approval from the foreman",
                "May lift at night",
                "authority.granted",
            ),
            (
                "May lift at night",
                "May lift at night after consulting the foreman",
                "authority.reworded",
            ),
        ],
    );
}

#[test]
fn duties_and_demands_have_strength_too() {
    check(
        "Responsibilities",
        &[
            (
                "Ensure the safety of every lift on the site",
                "Support the safety of every lift on the site",
                "responsibility.relaxed",
            ),
            (
                "Review the load chart weekly with the crew",
                "Review the load chart quarterly with the crew",
                "responsibility.relaxed",
            ),
            (
                "Run three drills with each trainee",
                "Run two drills with each trainee",
                "responsibility.relaxed",
            ),
            (
                "Train all riggers on the new hook",
                "Train most riggers on the new hook",
                "responsibility.relaxed",
            ),
            (
                "Report defects to the yard office",
                "Flag defects to the yard office",
                "responsibility.reworded",
            ),
            (
                "Check ropes, hooks and chains before each lift",
                "Check ropes and hooks before each lift",
                "responsibility.relaxed",
            ),
            (
                "Keep the radio charged and clean",
                "Keep the radio clean and charged",
                "responsibility.reworded",
            ),
        ],
    );
    check(
        "Requirements",
        &[
            (
                "At least 5 years on a tower crane",
                "At least 3 years on a tower crane",
                "requirement.relaxed",
            ),
            (
                "Degree in engineering",
                "Degree in engineering or equivalent experience",
                "requirement.relaxed",
            ),
            (
                "Basic knowledge of load charts",
                "Advanced knowledge of load charts",
                "requirement.raised",
            ),
            (
                "Crane licence for the harbour is a must",
                "Crane licence for the harbour is a plus",
                "requirement.relaxed",
            ),
        ],
    );
}

#[test]
fn a_lead_does_not_hide_the_verb() {
    assert_eq!(
        kinds(
            "Responsibilities",
            "**Ropes:** Own the rope register",
            "**Ropes:** Help with the rope register"
        ),
        ["responsibility.relaxed"]
    );
}

#[test]
fn one_edit_in_two_voices_is_told_once() {
    let words = Vocabulary::default();
    let text = |percent: u32| {
        format!(
            "---\nrole: warden\ndecision_making:\n  escalation_criteria:\n    - Confidence < {percent}%\n---\n\n# Warden\n\n## Escalation\n\n- **Confidence threshold** - Any decision where confidence drops below {percent}%\n- Two wardens disagree\n"
        )
    };
    let read = |percent: u32| parse("w.md", text(percent).as_bytes(), &words);
    let changes = diff(Some(&read(70)), Some(&read(50)), true, &words).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].echoes.len(), 1);
}

#[test]
fn a_scalar_and_a_line_of_the_body_are_one_edit() {
    let words = Vocabulary::default();
    let text = |level: &str, owner: &str| {
        format!(
            "---\nrole: warden\nowner: {owner}\nautonomy_level: {level}\n---\n\n# Warden\n\n**Owner:** {owner}\n\n## Autonomy\n\n**Autonomy Level**: {level}\n"
        )
    };
    let read = |level: &str, owner: &str| parse("w.md", text(level, owner).as_bytes(), &words);
    let changes = diff(
        Some(&read("low", "Ada")),
        Some(&read("medium", "Bo")),
        true,
        &words,
    )
    .changes;
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(kinds, ["authority.granted", "owner.changed"], "{changes:#?}");
    assert!(
        changes.iter().all(|change| change.echoes.len() == 1),
        "{changes:#?}"
    );
}

#[test]
fn a_double_elsewhere_does_not_hide_a_loss() {
    let words = Vocabulary::default();
    let text = |approval: &str| {
        format!(
            "---\nrole: warden\nconstraints:\n  - requires_approval_for: [{approval}]\n  - forbidden_actions: [deployment]\n---\n\n# Warden\n"
        )
    };
    let read = |approval: &str| parse("w.md", text(approval).as_bytes(), &words);
    let changes =
        |before: &str, after: &str| diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
    let lost = changes("deployment, commit", "commit");
    assert_eq!(lost.len(), 1, "{lost:#?}");
    assert_eq!(lost[0].kind, ChangeKind::ConstraintLoosened);
    let doubled = changes("deployment, commit", "deployment, commit, commit");
    assert!(
        doubled
            .iter()
            .all(|change| change.kind == ChangeKind::FormatChanged),
        "{doubled:#?}"
    );
}

#[test]
fn a_statement_of_many_pages_is_shown_and_not_read() {
    let long = format!("Must {}", "carry stones and ".repeat(60_000));
    assert_eq!(
        kinds("Constraints", &long, &format!("{long} never")),
        ["constraint.unclear"]
    );
}
