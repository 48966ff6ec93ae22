use crate::check;

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
        ],
    );
}

#[test]
fn a_range_is_one_amount() {
    check(
        "Constraints",
        &[
            (
                "Must keep the oil between 20 and 80 °C",
                "Must keep the oil between 20 and 90 °C",
                "constraint.loosened",
            ),
            (
                "Must keep the oil between 20 and 80 °C",
                "Must keep the oil at 20–80 °C",
                "constraint.reworded",
            ),
            (
                "Must keep the pressure at 220 ± 5 bar",
                "Must keep the pressure at 220 ± 10 bar",
                "constraint.loosened",
            ),
            (
                "Must not sound the horn between 22:00 and 06:00",
                "Must not sound the horn between 23:00 and 06:00",
                "constraint.loosened",
            ),
            (
                "Must stop the crane when the wind is between 20 and 30 knots",
                "Must stop the crane when the wind is between 20 and 40 knots",
                "constraint.tightened",
            ),
        ],
    );
    check(
        "Escalation",
        &[(
            "Wind between 20 and 30 knots",
            "Wind between 25 and 30 knots",
            "constraint.loosened",
        )],
    );
    check(
        "Privileges",
        &[(
            "May lift 2 to 4 loads at once",
            "May lift 2 to 6 loads at once",
            "authority.granted",
        )],
    );
}

#[test]
fn times_of_day_and_unnumbered_times_bound() {
    check(
        "Constraints",
        &[
            (
                "Must file the report by Tuesday",
                "Must file the report by Friday",
                "constraint.loosened",
            ),
            (
                "Must oil the ropes every Tuesday",
                "Must oil the ropes every Friday",
                "constraint.reworded",
            ),
            (
                "Storage of reports is limited to 90 days",
                "Storage of reports must not exceed 90 days",
                "constraint.reworded",
            ),
            (
                "Storage of reports is limited to 90 days",
                "Storage of reports is limited to 180 days",
                "constraint.loosened",
            ),
            (
                "Must file the report by 17:00",
                "Must file the report by 20:00",
                "constraint.loosened",
            ),
            (
                "Must file the report by 5 pm",
                "Must file the report by 17:00",
                "constraint.reworded",
            ),
            (
                "Must not sound the horn before 7:00",
                "Must not sound the horn before 8:00",
                "constraint.tightened",
            ),
            (
                "Must not sound the horn after 22:00",
                "Must not sound the horn after 23:00",
                "constraint.loosened",
            ),
            (
                "Must report faults within a day",
                "Must report faults within 24 hours",
                "constraint.reworded",
            ),
            (
                "Must report faults on the same day",
                "Must report faults within a week",
                "constraint.loosened",
            ),
            (
                "Must report faults by the end of the week",
                "Must report faults by the end of the month",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Duties",
        &[
            (
                "Present the figures every quarter",
                "Present the figures four times a year",
                "responsibility.reworded",
            ),
            (
                "Present the figures twice a year",
                "Present the figures four times a year",
                "responsibility.raised",
            ),
        ],
    );
}

#[test]
fn a_part_of_one_is_a_percentage() {
    check(
        "Escalation",
        &[
            (
                "Confidence below 0.8",
                "Confidence below 80%",
                "constraint.reworded",
            ),
            (
                "Confidence below 0.8",
                "Confidence below 60%",
                "constraint.loosened",
            ),
        ],
    );
    check(
        "Privileges",
        &[
            (
                "May query the log up to 200 times an hour",
                "May query the log at most 200 times per hour",
                "authority.reworded",
            ),
            (
                "May query the log up to 200 times an hour",
                "May query the log up to 300 times an hour",
                "authority.granted",
            ),
        ],
    );
}

#[test]
fn an_amount_may_describe_the_things_of_a_duty() {
    check(
        "Duties",
        &[
            (
                "Replace ropes older than 10 years",
                "Replace ropes older than 15 years",
                "responsibility.relaxed",
            ),
            (
                "Order oil before the level drops under 400 litres",
                "Order oil before the level drops under 200 litres",
                "responsibility.relaxed",
            ),
            (
                "Report losses of more than 100 EUR",
                "Report losses of more than 500 EUR",
                "responsibility.relaxed",
            ),
            (
                "Keep the stock of oil above 400 litres",
                "Keep the stock of oil above 200 litres",
                "responsibility.relaxed",
            ),
            (
                "Answer calls in less than 90 seconds",
                "Answer calls in less than 120 seconds",
                "responsibility.relaxed",
            ),
            (
                "Inspect the ropes after every lift",
                "Inspect the ropes once a month",
                "responsibility.relaxed!",
            ),
            (
                "Inspect the ropes after every lift",
                "Inspect the ropes after each lift",
                "responsibility.reworded",
            ),
        ],
    );
    check(
        "Constraints",
        &[(
            "Faults are logged; deviations of 15% or more are flagged",
            "Faults are logged; deviations of 25% or more are flagged",
            "constraint.loosened",
        )],
    );
    check(
        "Approval required",
        &[(
            "Purchases above 1,000 EUR",
            "Purchases of more than 1000 euros",
            "constraint.reworded",
        )],
    );
    check(
        "Must have",
        &[("Basic bookkeeping", "Advanced bookkeeping", "requirement.raised")],
    );
}

#[test]
fn an_amount_before_the_governing_word_describes_cases() {
    check(
        "Constraints",
        &[
            (
                "Loads of more than 32 kg have to be moved by two people",
                "Loads of more than 40 kg have to be moved by two people",
                "constraint.loosened",
            ),
            (
                "Loads of more than 32 kg have to be moved by two people",
                "Loads of more than 32 kg have to be moved by one person",
                "constraint.loosened",
            ),
            (
                "Winds above 20 knots are not to be ignored",
                "Winds above 25 knots are not to be ignored",
                "constraint.loosened",
            ),
            (
                "More than 3 people must not enter the basket",
                "More than 5 people must not enter the basket",
                "constraint.loosened",
            ),
            (
                "At least 3 ropes must be ready",
                "At least 2 ropes must be ready",
                "constraint.loosened",
            ),
        ],
    );
}
