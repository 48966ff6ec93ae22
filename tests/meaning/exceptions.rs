use crate::check;

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
