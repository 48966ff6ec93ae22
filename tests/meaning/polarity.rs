//! Negation in every place: in the governing word, in the verb, in a relative clause, in the power it takes away.

use crate::check;

#[test]
fn negation_in_the_verb_composes_with_the_governing_word() {
    check(
        "Constraints",
        &[
            (
                "Every near miss must be reported",
                "No near miss may go unreported",
                "constraint.reworded",
            ),
            (
                "Every near miss must be reported within 2 hours",
                "No near miss may go unreported for more than 2 hours",
                "constraint.reworded",
            ),
            (
                "The gate must not be opened during a lift",
                "The gate must stay unopened during a lift",
                "constraint.reworded",
            ),
            (
                "Must lock the gate",
                "Must not fail to lock the gate",
                "constraint.reworded",
            ),
            (
                "The gate must be unlocked at dawn",
                "The gate must be locked at dawn",
                "constraint.unclear",
            ),
            (
                "Lift from an unmarked spot",
                "Lift from a spot that is not marked",
                "constraint.reworded",
            ),
            (
                "Lift from an unmarked spot",
                "Lift from a spot that is marked",
                "constraint.unclear",
            ),
        ],
    );
}

#[test]
fn a_negation_goes_with_the_words_it_came_with() {
    check(
        "Forbidden",
        &[
            (
                "Naming people who asked not to be named",
                "Naming people",
                "constraint.tightened",
            ),
            (
                "Lifting crates that are sealed",
                "Lifting crates that are not sealed",
                "constraint.loosened!",
            ),
        ],
    );
}

#[test]
fn more_words_for_the_same_strength() {
    check(
        "Constraints",
        &[
            (
                "Must not smoke in the cabin",
                "Is precluded from smoking in the cabin",
                "constraint.reworded",
            ),
            (
                "Must not smoke in the cabin",
                "Smoking in the cabin is off-limits",
                "constraint.reworded",
            ),
            (
                "Must grease the hook",
                "Is under an obligation to grease the hook",
                "constraint.reworded",
            ),
            (
                "Must keep the door shut",
                "Must at all times keep the door shut",
                "constraint.reworded",
            ),
            (
                "Must grease the hook",
                "Greasing the hook is voluntary",
                "constraint.loosened",
            ),
            (
                "Must grease the hook",
                "Is urged to grease the hook",
                "constraint.loosened",
            ),
            (
                "Must grease the hook every Monday",
                "Must grease the hook every Monday, workload permitting",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May choose the sling",
                "Has discretion to choose the sling",
                "authority.reworded",
            ),
            (
                "Has discretion over the choice of slings",
                "Has no discretion over the choice of slings",
                "authority.revoked",
            ),
            (
                "Is entitled to stop the lift",
                "Is no longer entitled to stop the lift",
                "authority.revoked",
            ),
            ("May call the mate", "Must call the mate", "authority.revoked"),
            ("May call the mate", "Can call the mate", "authority.reworded"),
        ],
    );
}

#[test]
fn a_permission_withdrawn_needs_no_look_at_its_amounts() {
    check(
        "Constraints",
        &[
            (
                "Visitors may stay for up to 2 hours",
                "Visitors may not stay",
                "constraint.tightened",
            ),
            (
                "Visitors may stay for up to 2 hours",
                "Visitors may stay for up to 1 hour",
                "constraint.tightened",
            ),
        ],
    );
}

#[test]
fn a_hedge_on_what_is_new_weakens_nothing() {
    check(
        "Must have",
        &[
            (
                "Two seasons on a crane",
                "Two seasons on a crane, ideally in a port",
                "requirement.reworded",
            ),
            (
                "Two seasons on a crane",
                "Ideally two seasons on a crane",
                "requirement.relaxed",
            ),
            (
                "Fluent in Danish or Polish",
                "Fluent in Danish and Polish",
                "requirement.raised",
            ),
        ],
    );
}
