//! Gates before a permission, ways out of a prohibition, and the conditions under which a statement holds.

use crate::check;

#[test]
fn one_gate_told_from_either_side_is_the_same() {
    check(
        "Constraints",
        &[
            (
                "The hook must never be lowered unless the siren sounds",
                "The hook must only be lowered when the siren sounds",
                "constraint.reworded",
            ),
            (
                "Must not lift a load without checking the sling",
                "Must not lift a load before checking the sling",
                "constraint.reworded",
            ),
            (
                "The hook must never be lowered unless the siren sounds",
                "The hook must only be lowered when the siren is off",
                "constraint.loosened!",
            ),
        ],
    );
}

#[test]
fn a_prohibition_that_gains_a_way_out_binds_less() {
    check(
        "Constraints",
        &[
            (
                "Loads are never swung over the road",
                "Loads are swung over the road only after the road is closed",
                "constraint.loosened",
            ),
            (
                "Must not lift a load",
                "Must not lift a load without checking the sling",
                "constraint.loosened",
            ),
            (
                "Must not lift a load without checking the sling",
                "Must not lift a load without checking the sling and the hook",
                "constraint.tightened",
            ),
            (
                "Must not lift a load without a banksman and a radio",
                "Must not lift a load without a banksman or a radio",
                "constraint.loosened",
            ),
            (
                "Refrains from any talk with drivers",
                "Refrains from any talk with drivers on duty",
                "constraint.loosened",
            ),
        ],
    );
}

#[test]
fn a_joined_condition_widens_with_or_and_narrows_with_and() {
    check(
        "Constraints",
        &[
            (
                "Must lower the boom if the wind rises",
                "Must lower the boom if the wind rises or the light fails",
                "constraint.tightened",
            ),
            (
                "Must lower the boom if the wind rises",
                "Must lower the boom if the wind rises and the light fails",
                "constraint.loosened",
            ),
            (
                "Must lower the boom if the wind rises",
                "Must lower the boom if the wind rises or the mate cannot see",
                "constraint.tightened",
            ),
            (
                "Must lower the boom and the hook",
                "Must lower the boom or the hook",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Forbidden",
        &[(
            "Leaving the cabin while a load hangs",
            "Leaving the cabin while a load hangs or people are below",
            "constraint.tightened",
        )],
    );
    check(
        "Privileges",
        &[
            (
                "May stop work if it rains",
                "May stop work if it rains or snows",
                "authority.granted",
            ),
            (
                "May stop work if it rains",
                "May stop work if it rains and blows",
                "authority.revoked",
            ),
        ],
    );
    check(
        "Escalation",
        &[
            (
                "Shouting during a lift",
                "Shouting during and after a lift",
                "constraint.tightened",
            ),
            (
                "The sling and the hook are worn",
                "The sling or the hook is worn",
                "constraint.tightened",
            ),
        ],
    );
}

#[test]
fn what_holds_all_the_same_is_no_condition() {
    check(
        "Constraints",
        &[
            (
                "Never lift people, even when asked to",
                "Never lift people",
                "constraint.reworded",
            ),
            (
                "Never lift people when the hook is worn",
                "Never lift people",
                "constraint.tightened",
            ),
            (
                "If paged, do not lift",
                "If paged, don't lift",
                "constraint.reworded",
            ),
            (
                "If in doubt, ask the mate. Don't guess",
                "If in doubt, ask the mate. Do not guess",
                "constraint.reworded",
            ),
        ],
    );
}

#[test]
fn a_time_that_opens_widens_when_it_begins_earlier() {
    check(
        "Constraints",
        &[
            (
                "Music is only played after 20:00",
                "Music is only played after 19:00",
                "constraint.loosened",
            ),
            (
                "Must park the boom by 20:00",
                "Must park the boom by 19:00",
                "constraint.tightened",
            ),
            (
                "Fuel may be sold only after 30 days",
                "Fuel may be sold only after 10 days",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[(
            "May ring the mate at any hour",
            "May ring the mate between 8:00 and 20:00",
            "authority.revoked",
        )],
    );
}

#[test]
fn an_approval_for_cases_above_an_amount_is_asked_for_more_often_when_it_shrinks() {
    check(
        "Constraints",
        &[
            (
                "Must obtain the owner's consent prior to lifting above 900 kg",
                "Must obtain the owner's consent prior to lifting above 700 kg",
                "constraint.tightened",
            ),
            (
                "Must obtain the owner's consent within 9 days",
                "Must obtain the owner's consent within 7 days",
                "constraint.tightened",
            ),
            (
                "Must obtain the owner's consent prior to lifting above 900 kg",
                "Must obtain the owner's consent prior to lifting above 0.9 t",
                "constraint.reworded",
            ),
        ],
    );
}

#[test]
fn a_list_of_what_is_forbidden_names_cases() {
    for section in ["What you must not do", "Never", "Non-goals", "Do not"] {
        check(
            section,
            &[
                (
                    "Opening crates from strangers",
                    "Opening crates",
                    "constraint.tightened",
                ),
                (
                    "Opening crates from strangers",
                    "Opening heavy crates from strangers",
                    "constraint.loosened",
                ),
                (
                    "Promising dates",
                    "Promising dates or prices",
                    "constraint.tightened",
                ),
            ],
        );
    }
    check(
        "Constraints",
        &[
            (
                "Noise: No radio is played on school days",
                "Noise: No radio is played",
                "constraint.tightened",
            ),
            (
                "Nobody rides on the hook",
                "No one may ride on the hook",
                "constraint.reworded",
            ),
            (
                "Nobody rides on the hook",
                "Riders may sit on the hook",
                "constraint.loosened!",
            ),
        ],
    );
}

#[test]
fn kept_apart_from_takes_nothing_out() {
    check(
        "Constraints",
        &[
            (
                "Ropes must be kept apart from acids",
                "Ropes must be kept apart from strong acids",
                "constraint.loosened",
            ),
            (
                "Ropes must be stored dry",
                "Ropes must be stored dry, apart from nylon ones",
                "constraint.loosened",
            ),
        ],
    );
}
