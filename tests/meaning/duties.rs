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
