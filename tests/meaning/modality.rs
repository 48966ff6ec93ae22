use crate::check;

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
fn a_negation_may_stand_in_many_places() {
    check(
        "Constraints",
        &[
            (
                "No loans to members of the crew",
                "Loans to members of the crew are not allowed",
                "constraint.reworded",
            ),
            (
                "No loans to members of the crew",
                "Loans to members of the crew are allowed",
                "constraint.loosened",
            ),
            (
                "No visitor may enter the cabin alone",
                "Visitors must not enter the cabin alone",
                "constraint.reworded",
            ),
            (
                "No visitor may enter the cabin",
                "A visitor may enter the cabin",
                "constraint.loosened",
            ),
            (
                "Loads above the crowd are not to be lifted",
                "Loads above the crowd must not be lifted",
                "constraint.reworded",
            ),
            (
                "Loads above the crowd are not to be lifted",
                "Loads above the crowd can be lifted",
                "constraint.loosened",
            ),
            (
                "The operator will not lift people",
                "The operator must not lift people",
                "constraint.reworded",
            ),
            (
                "The operator does not lift people",
                "The operator must not lift people",
                "constraint.reworded",
            ),
            (
                "The cabin has to be locked at night",
                "The cabin must be locked at night",
                "constraint.reworded",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "Is permitted to drive the tug without supervision, provided that the test was passed",
                "Is not permitted to drive the tug without supervision",
                "authority.revoked",
            ),
            (
                "Is authorised to open the gate",
                "Is not authorised to open the gate",
                "authority.revoked",
            ),
            (
                "Is authorised to open the gate",
                "Is authorized to open the gate",
                "authority.reworded",
            ),
        ],
    );
}

#[test]
fn a_way_out_grows_with_its_alternatives() {
    check(
        "Constraints",
        &[
            (
                "Nobody may enter the cabin without a helmet",
                "No one may enter the cabin without a helmet",
                "constraint.reworded",
            ),
            (
                "Nobody may enter the cabin without a helmet",
                "Nobody may enter the cabin without a helmet or a cap",
                "constraint.loosened",
            ),
            (
                "Nobody may enter the cabin without a helmet",
                "Nobody may enter the cabin without a helmet and a vest",
                "constraint.tightened",
            ),
            (
                "Repairs of ropes are reserved for certified workshops",
                "Repairs of ropes are open to trained staff",
                "constraint.loosened",
            ),
            (
                "Must call the foreman in advance",
                "Must call the foreman afterwards",
                "constraint.loosened",
            ),
        ],
    );
}
