use crate::check;

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
                "authority.revoked",
            ),
        ],
    );
}

#[test]
fn an_approval_has_a_form_and_an_owner() {
    check(
        "Constraints",
        &[
            (
                "Must not lift people without a second signature",
                "Must not lift people without a signature",
                "constraint.loosened",
            ),
            (
                "Night lifts need the foreman's written consent",
                "Night lifts need the foreman's consent",
                "constraint.loosened",
            ),
            (
                "Night lifts need the foreman's consent",
                "Night lifts require the consent of the foreman",
                "constraint.reworded",
            ),
            (
                "Night lifts require CFO approval",
                "Night lifts require foreman approval",
                "constraint.loosened",
            ),
            (
                "Night lifts require the approval of the foreman and the engineer",
                "Night lifts require the approval of the foreman or the engineer",
                "constraint.loosened",
            ),
            (
                "Night lifts require the approval of the foreman and the engineer",
                "Night lifts require the approval of the foreman",
                "constraint.loosened",
            ),
            (
                "Lifts over 5 tons require two signatures",
                "Lifts over 5 tons require one signature",
                "constraint.loosened",
            ),
            (
                "Lifts over 5 tons require two signatures",
                "Lifts over 9 tons require two signatures",
                "constraint.loosened",
            ),
            (
                "Night lifts require the approval of the foreman and the engineer",
                "Night lifts require the approval of the foreman, the engineer and the owner",
                "constraint.tightened",
            ),
            (
                "Lifts over 5 tons go to a human",
                "Lifts over 5 tons go to a second agent",
                "constraint.loosened",
            ),
        ],
    );
}

#[test]
fn who_approves_may_stand_beside_the_case() {
    check(
        "Approval required",
        &[
            (
                "**New ropes**: foreman and engineer",
                "**New ropes**: foreman or engineer",
                "constraint.loosened",
            ),
            (
                "**New ropes**: foreman and engineer",
                "**New ropes**: foreman",
                "constraint.loosened",
            ),
            (
                "**New ropes**: chief engineer",
                "**New ropes**: any visitor",
                "constraint.loosened",
            ),
        ],
    );
}

#[test]
fn consent_may_be_a_verb() {
    check(
        "Constraints",
        &[
            (
                "Must not lift people without the written consent of the foreman",
                "Must not lift people unless the foreman has consented in writing",
                "constraint.reworded",
            ),
            (
                "Must not lift people unless the foreman has agreed",
                "Must not lift people",
                "constraint.tightened",
            ),
            (
                "Must not lift people unless the foreman has agreed in writing",
                "Must not lift people unless the foreman has agreed",
                "constraint.loosened",
            ),
        ],
    );
}
