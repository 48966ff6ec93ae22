use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

use crate::check;
use crate::kinds;

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
fn what_holds_of_all_may_hold_of_some() {
    check(
        "Duties",
        &[
            (
                "Check every rope before the shift",
                "Check damaged ropes before the shift",
                "responsibility.relaxed",
            ),
            (
                "Archive all reports for a year",
                "Archive damage reports for a year",
                "responsibility.relaxed",
            ),
            (
                "Check every rope before the shift",
                "Check each rope before the shift",
                "responsibility.reworded",
            ),
            (
                "Test the brakes before the shift",
                "Test the brakes after the shift",
                "responsibility.relaxed",
            ),
            (
                "Log personal data of visitors",
                "Log special categories of personal data of visitors",
                "responsibility.relaxed",
            ),
            (
                "Count the loads together with a second person",
                "Count the loads",
                "responsibility.relaxed",
            ),
            (
                "Report every near miss with a photo",
                "Report every near miss",
                "responsibility.relaxed",
            ),
            (
                "Inspect the ropes of the yard",
                "Check the ropes of the yard",
                "responsibility.reworded",
            ),
        ],
    );
}

#[test]
fn a_duty_may_be_told_in_prose() {
    let text = |deeds: &str| format!("# Crane Operator\n\n## Duties\n\n{deeds}\n");
    let words = Vocabulary::default();
    let kinds = |before: &str, after: &str| -> Vec<&'static str> {
        let read = |deeds: &str| parse("crane.md", text(deeds).as_bytes(), &words);
        let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
        changes.iter().map(|change| change.kind.as_str()).collect()
    };
    let two = "The operator oils the ropes every week. The operator also signs the logbook.";
    assert_eq!(
        kinds(two, "The operator oils the ropes every week."),
        ["responsibility.removed"]
    );
    assert_eq!(
        kinds(
            two,
            "The operator oils the ropes every month. The operator also signs the logbook."
        ),
        ["responsibility.relaxed"]
    );
    let told = "The operator is the calm voice of the yard.";
    assert_eq!(
        kinds(told, "The operator is the quiet voice of the yard."),
        ["text.changed"]
    );
}

#[test]
fn a_split_keeps_what_governs() {
    check(
        "Constraints",
        &[(
            "Must oil the ropes in spring and must test the brakes in autumn",
            "Must oil the ropes in spring and should test the brakes in autumn",
            "constraint.loosened",
        )],
    );
    let words = Vocabulary::default();
    let read = |items: &str| {
        parse(
            "c.md",
            format!("# C\n\n## Constraints\n\n{items}").as_bytes(),
            &words,
        )
    };
    let kinds = |before: &str, after: &str| -> Vec<&'static str> {
        let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
        changes.iter().map(|change| change.kind.as_str()).collect()
    };
    let one = "- Must oil the ropes in spring and test the brakes in autumn\n";
    let kept = "- Must oil the ropes in spring\n- Must test the brakes in autumn\n";
    let weaker = "- Must oil the ropes in spring\n- Should test the brakes in autumn\n";
    assert_eq!(kinds(one, kept), ["constraint.reworded"]);
    assert_eq!(kinds(one, weaker), ["constraint.loosened"]);
}
