use crate::check;

#[test]
fn further_words_narrow_a_prohibition() {
    check(
        "Constraints",
        &[
            (
                "Must not lift people",
                "Must not lift people outside a rescue",
                "constraint.loosened",
            ),
            ("Never lift loads", "Never lift wet loads", "constraint.loosened"),
            (
                "No loans to visitors",
                "No interest-free loans to visitors",
                "constraint.loosened",
            ),
            (
                "Must not lift people",
                "Must not ever lift people",
                "constraint.reworded",
            ),
            (
                "Must not lift people",
                "Must not lift people, because ropes may tear",
                "constraint.reworded",
            ),
            (
                "Must not lift people or animals",
                "Must not lift people",
                "constraint.loosened",
            ),
            (
                "Must not leave without a pass",
                "Must not leave without a valid pass",
                "constraint.tightened",
            ),
        ],
    );
    check(
        "Out of scope",
        &[(
            "Repairs of any kind",
            "Repairs of the cabin",
            "constraint.loosened",
        )],
    );
    check(
        "Escalation",
        &[("A load slips", "A heavy load slips", "constraint.loosened")],
    );
}

#[test]
fn further_words_narrow_a_power() {
    check(
        "Privileges",
        &[
            (
                "May order ropes",
                "May order ropes for the yard",
                "authority.revoked",
            ),
            (
                "May order ropes",
                "May order ropes and hooks",
                "authority.granted",
            ),
            (
                "May sign lift plans alone",
                "May sign lift plans together with a warden",
                "authority.revoked",
            ),
            (
                "May lift outside of peak hours",
                "May lift during peak hours",
                "authority.unclear",
            ),
            (
                "May order ropes for the yard",
                "May purchase ropes for the yard",
                "authority.reworded",
            ),
        ],
    );
}

#[test]
fn what_alone_is_permitted_grows_with_its_list() {
    check(
        "Constraints",
        &[
            (
                "Plans may be read by the foreman only",
                "Plans may be read by the foreman and the clerk only",
                "constraint.loosened",
            ),
            (
                "Plans must be shared with the foreman only",
                "Plans must only be shared with the foreman",
                "constraint.reworded",
            ),
        ],
    );
}

#[test]
fn what_an_obligation_speaks_of_may_be_described() {
    check(
        "Constraints",
        &[
            (
                "Ropes are to be oiled",
                "Steel ropes are to be oiled",
                "constraint.loosened",
            ),
            (
                "Requests of visitors need review by the foreman",
                "Requests need review by the foreman",
                "constraint.tightened",
            ),
            (
                "The operator must oil the ropes",
                "The crane operator must oil the ropes",
                "constraint.reworded",
            ),
            (
                "Must report any damage",
                "Must report any hull damage",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Duties",
        &[(
            "Train each novice during their first week",
            "Train every novice in their first week",
            "responsibility.reworded",
        )],
    );
}

#[test]
fn further_words_of_an_obligation_ask_more_or_speak_of_less() {
    check(
        "Constraints",
        &[
            (
                "Two operators must be present",
                "Two licensed operators must be present",
                "constraint.tightened",
            ),
            (
                "Must check all ropes",
                "Must check all steel ropes",
                "constraint.loosened",
            ),
            (
                "Must lock the cabin when it is empty",
                "Must lock the cabin when it is empty overnight",
                "constraint.loosened",
            ),
            (
                "Must lock the cabin",
                "Must lock the cabin with a chain",
                "constraint.tightened",
            ),
            (
                "Must store the ropes",
                "Must store the ropes in the dry shed",
                "constraint.unclear",
            ),
            (
                "Must lock the cabin in the evening",
                "Must properly lock the cabin in the evening",
                "constraint.reworded",
            ),
            (
                "Must mask data before it leaves the yard",
                "Must mask data after it leaves the yard",
                "constraint.loosened",
            ),
            (
                "Must keep the gate closed inside the yard",
                "Must keep the gate closed outside the yard",
                "constraint.unclear",
            ),
        ],
    );
}

#[test]
fn contraries_turn_a_statement() {
    check(
        "Constraints",
        &[
            (
                "Must work with gloves on",
                "Must work without gloves on",
                "constraint.loosened",
            ),
            (
                "Plans may be used only after the test",
                "Plans may be used only before the test",
                "constraint.unclear",
            ),
            (
                "Plans may be used only after the test is passed",
                "Plans must not be used until the test is passed",
                "constraint.reworded",
            ),
            (
                "Must not show plans to visitors",
                "Must not show plans to anyone",
                "constraint.tightened",
            ),
        ],
    );
    check(
        "Privileges",
        &[(
            "May give tours to school classes",
            "May give tours to anyone",
            "authority.granted",
        )],
    );
    check(
        "Escalation",
        &[(
            "Humidity outside 40% to 60%",
            "Humidity outside 35% to 65%",
            "constraint.loosened",
        )],
    );
    check(
        "Duties",
        &[(
            "Inspect loads from all sides",
            "Inspect loads from two sides",
            "responsibility.relaxed",
        )],
    );
}
