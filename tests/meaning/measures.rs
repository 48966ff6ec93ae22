//! Amounts in further shapes: times, masses, lengths, comparatives, halves, and the priority of a row.

use crate::check;
use crate::kinds;

#[test]
fn how_many_times_is_an_amount() {
    check(
        "Responsibilities",
        &[
            (
                "Walk round the crane twice",
                "Walk round the crane once",
                "responsibility.relaxed",
            ),
            (
                "Walk round the crane twice",
                "Walk round the crane three times",
                "responsibility.raised",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May retry a lift twice",
                "May retry a lift five times",
                "authority.granted",
            ),
            (
                "May retry a lift twice",
                "May try a lift again twice",
                "authority.reworded",
            ),
        ],
    );
}

#[test]
fn one_amount_in_two_units_is_the_same() {
    check(
        "Constraints",
        &[
            (
                "Must not lift more than 300 kg",
                "Must not lift more than 0.3 t",
                "constraint.reworded",
            ),
            (
                "Must not lift more than 300 kg",
                "Must not lift more than 0.4 t",
                "constraint.loosened",
            ),
            (
                "Must keep 2 m away from the edge",
                "Must keep 200 cm away from the edge",
                "constraint.reworded",
            ),
            (
                "Must answer in 90 minutes",
                "Must answer in an hour and a half",
                "constraint.reworded",
            ),
            (
                "Must answer in 90 minutes",
                "Must answer in half an hour",
                "constraint.tightened",
            ),
            (
                "Must hold at least 8 drills per year",
                "Must hold no fewer than eight drills a year",
                "constraint.reworded",
            ),
        ],
    );
}

#[test]
fn any_comparative_names_its_side() {
    check(
        "Escalation",
        &[
            (
                "The hook sinks slower than 5 cm per second",
                "The hook sinks slower than 3 cm per second",
                "constraint.loosened",
            ),
            (
                "The slope is steeper than 10 degrees",
                "The slope is steeper than 14 degrees",
                "constraint.loosened",
            ),
            (
                "Complaints exceed five in one shift",
                "Complaints exceed eight in one shift",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Responsibilities",
        &[
            (
                "Report every stop longer than 4 minutes",
                "Report every stop longer than 9 minutes",
                "responsibility.relaxed",
            ),
            (
                "Keep every log longer than 4 months",
                "Keep every log longer than 9 months",
                "responsibility.raised",
            ),
        ],
    );
}

#[test]
fn an_amount_in_another_part_of_the_sentence_is_no_condition_of_an_approval() {
    check(
        "Constraints",
        &[
            (
                "The mate may spend up to 200 EUR; anything above requires a vote of the crew",
                "The mate may spend up to 300 EUR; anything above requires a vote of the crew",
                "constraint.loosened",
            ),
            (
                "Spending above 200 EUR requires a vote of the crew",
                "Spending above 300 EUR requires a vote of the crew",
                "constraint.loosened",
            ),
            (
                "Spending above 200 EUR requires a vote of the crew",
                "Spending above 200 EUR requires a note to the crew",
                "constraint.loosened",
            ),
        ],
    );
}

#[test]
fn how_long_something_lay_says_which_ones_are_meant() {
    check(
        "Privileges",
        &[
            (
                "May scrap ropes that nobody used for a year",
                "May scrap ropes that nobody used for a month",
                "authority.granted",
            ),
            (
                "May lend ropes for a year",
                "May lend ropes for a month",
                "authority.revoked",
            ),
        ],
    );
    check(
        "Constraints",
        &[
            (
                "Must hand in the keys on the same day",
                "Must hand in the keys on the next day",
                "constraint.loosened",
            ),
            (
                "Must hand in the keys on the next day",
                "Must hand in the keys on the following day",
                "constraint.reworded",
            ),
        ],
    );
    check(
        "Must have",
        &[(
            "Ready to work at weekends",
            "Ready to work at weekends and on public holidays",
            "requirement.raised",
        )],
    );
}

#[test]
fn a_state_that_lasts_for_a_shorter_time_is_asked_for_less() {
    check(
        "Constraints",
        &[
            (
                "The gate must stay locked from 19:00 to 06:00",
                "The gate must stay locked from 21:00 to 06:00",
                "constraint.loosened",
            ),
            (
                "Lifts must begin between 9:00 and 16:00",
                "Lifts must begin between 8:00 and 17:00",
                "constraint.loosened",
            ),
        ],
    );
}

#[test]
fn one_deed_done_less_often_is_one_statement() {
    check(
        "Responsibilities",
        &[
            (
                "Compare prices weekly",
                "Compare prices every other week",
                "responsibility.relaxed",
            ),
            (
                "Compare prices weekly",
                "Compare prices from time to time",
                "responsibility.relaxed",
            ),
            (
                "Keep the load table up to date",
                "Maintain an up-to-date load table",
                "responsibility.reworded",
            ),
        ],
    );
    assert_eq!(
        kinds(
            "Responsibilities",
            "Compare prices weekly",
            "Grease cables weekly"
        )
        .len(),
        2
    );
}

#[test]
fn who_is_described_more_narrowly_is_harder_to_find() {
    check(
        "Must have",
        &[
            (
                "Two years of work with cranes",
                "Two years of work with large cranes",
                "requirement.raised",
            ),
            (
                "Willing to lift at weekends",
                "Willing to lift at planned weekends",
                "requirement.relaxed",
            ),
        ],
    );
    check(
        "Requirements",
        &[
            (
                "Unsigned crates must not be lifted",
                "Unsigned crates from strangers must not be lifted",
                "requirement.relaxed",
            ),
            (
                "Crates are marked on every side | Must",
                "Crates are marked on every open side | Must",
                "requirement.relaxed",
            ),
        ],
    );
}
