//! Statements and headings that Markdown itself does not know, each with its nearest false friend.

use super::read;
use super::told;
use crate::spec::ItemForm;
use crate::spec::LogShape;

#[test]
fn lines_with_a_mark_of_their_own_are_entries() {
    for (body, expected) in [
        (
            "• Sort the post\n• Feed the cat\n  twice a day",
            &["Sort the post", "Feed the cat twice a day"][..],
        ),
        (
            "✓ Sort the post\n✗ Feed the cat",
            &["Sort the post", "Feed the cat"],
        ),
        (
            "3.1 Sort the post\n\n3.2 Feed the cat. At noon.",
            &["Sort the post", "Feed the cat. At noon."],
        ),
        (
            "(a) Sort the post\n(b) Feed the cat",
            &["Sort the post", "Feed the cat"],
        ),
        (
            "a) Sort the post;\nb) Feed the cat",
            &["Sort the post;", "Feed the cat"],
        ),
        ("§ 3 Sort the post", &["Sort the post"]),
        (
            "A.1 Sort the post\nREQ-7: feed the cat",
            &["A.1 Sort the post", "REQ-7: feed the cat"],
        ),
        (
            "- 3.1 Sort the post\n- (b) Feed the cat",
            &["Sort the post", "Feed the cat"],
        ),
        ("- Post:\n  2.1 Sort it\n  2.2 Weigh it", &["Sort it", "Weigh it"]),
        (
            "1. Post:\n\n   1.1 Sort it\n   1.2 Weigh it",
            &["Sort it", "Weigh it"],
        ),
        ("Post\n: Sort it\n: Weigh it", &["Sort it", "Weigh it"]),
        ("Letters\n: weighed at once", &["Letters : weighed at once"]),
        (
            "**2. The post**\n2.1 Sort it\n2.2 Weigh it",
            &["Sort it", "Weigh it"],
        ),
        (
            "`sort` — the post\n`weigh` — what is heavy",
            &["sort — the post", "weigh — what is heavy"],
        ),
    ] {
        let spec = read(&format!("# T\n\n## Duties\n\n{body}\n"));
        let texts: Vec<_> = spec.items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(texts, expected, "{body}");
        for item in &spec.items {
            assert_eq!(item.form, ItemForm::ListEntry, "{body}");
            assert!(told(&spec).iter().all(|item| item.starts_with("duty ")), "{body}");
        }
    }
}

#[test]
fn code_names_a_line_only_where_a_dash_or_colon_follows() {
    let spec = read("# T\n\n`sort` — the post\n`weigh`: letters\n");
    assert_eq!(told(&spec), ["prose : sort — the post", "prose : weigh: letters"]);
    let spec = read("# T\n\n`sort` is a word\n`weigh` is one as well.\n");
    assert_eq!(told(&spec), ["prose : sort is a word weigh is one as well."]);
}

#[test]
fn what_only_looks_like_a_mark_stays_in_its_sentence() {
    for line in [
        "2.1 GHz is enough.",
        "3.5 hours is a day.",
        "(new) The desk is oak.",
        "2026 is a good year.",
        ":smile: is a sign.",
        "—",
    ] {
        let spec = read(&format!("# T\n\n## Duties\n\n{line}\n"));
        let told = told(&spec);
        assert!(
            !told.iter().any(|item| item.starts_with("duty")),
            "{line} {told:?}"
        );
        assert_eq!(spec.items[0].text, line);
    }
}

#[test]
fn the_line_above_clauses_speaks_for_them() {
    let spec = read(
        "# T\n\nThe clerk may not:\n• sign\n• pay\n\nTea is at four:\n• milk\n\nThe board has authority over:\n\n- rents\n\n\
         The clerk may, between meetings:\n\n(a) order paper\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit : The clerk may not:",
            "limit : sign",
            "limit : pay",
            "prose : Tea is at four:",
            "prose : milk",
            "prose : The board has authority over:",
            "grant : rents",
            "grant : The clerk may, between meetings:",
            "grant : order paper",
        ]
    );
}

#[test]
fn a_list_of_what_needs_consent_is_no_grant() {
    let spec = read(
        "# T\n\n## Autonomous decisions\n\nYou can decide these:\n\n- stamps\n\nYou need approval for:\n\n- rents\n",
    );
    let told = told(&spec);
    assert!(
        told.contains(&"grant Autonomous decisions/You can decide these: stamps".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"limit Autonomous decisions: rents".to_owned()),
        "{told:?}"
    );
}

#[test]
fn plain_lines_serve_as_headings_where_a_number_or_the_vocabulary_says_so() {
    for (line, item) in [
        ("3\\. Responsibilities", "duty Responsibilities: sort"),
        ("4\\. Filing", "prose Filing: sort"),
        ("Key duties", "duty Key duties: sort"),
        ("Out of scope", "limit Out of scope: sort"),
        ("3.2 Escalation", "limit Escalation: sort"),
        // Their neighbours.
        ("The key duties of a clerk", "prose : sort"),
        ("Key duties.", "prose : sort"),
        ("key duties", "prose : sort"),
        ("A line of text", "prose : sort"),
        ("3.2 Letters are sorted", "prose : sort"),
    ] {
        let spec = read(&format!("# T\n\n{line}\n\n- sort\n"));
        assert_eq!(told(&spec).last().map(String::as_str), Some(item), "{line}");
    }
}

#[test]
fn a_plain_heading_ends_with_the_next() {
    let spec = read(
        "1\\. Limits\n\n**Money**\n\n- no loans\n\n2\\. Tea\n\n- milk\n\n3\\. Revision History\n\n\
         | Version | Date | Author |\n|--|--|--|\n| 1.1 | 2026-01-02 | Jo Doe |\n\n4\\. Annexes\n\n- a map\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit Limits/Money: no loans",
            "prose Tea: milk",
            "prose Annexes: a map"
        ]
    );
    let log = spec.changelog.unwrap();
    assert_eq!((log.shape, log.rows.len()), (LogShape::Table, 1));
}

#[test]
fn an_underlined_number_is_a_heading_and_a_list_is_none() {
    let spec = read("1. DUTIES\n=========\n• sort\n\n2. LIMITS\n=========\nNo loans.\n\n3. tea\n4. milk\n");
    assert_eq!(
        told(&spec),
        [
            "duty DUTIES: sort",
            "limit LIMITS: No loans.",
            "limit LIMITS: tea",
            "limit LIMITS: milk"
        ]
    );
}

#[test]
fn a_column_that_only_counts_is_no_part_of_the_row() {
    for (header, text) in [
        ("#", "No loans | bank"),
        ("No.", "No loans | bank"),
        ("Nr", "No loans | bank"),
        ("", "No loans | bank"),
        ("Priority", "1 | No loans | bank"),
        ("Level", "1 | No loans | bank"),
    ] {
        let spec = read(&format!(
            "# T\n\n## Limits\n\n| {header} | Rule | Why |\n|--|--|--|\n| 1 | No loans | bank |\n"
        ));
        assert_eq!(spec.items[0].text, text, "{header}");
    }
    let spec = read("# T\n\n## Limits\n\n| # | Rule | Why |\n|--|--|--|\n| L1 | No loans | bank |\n");
    assert_eq!(spec.items[0].text, "L1 | No loans | bank");
}

#[test]
fn the_label_of_an_entry_speaks_where_its_section_does_not() {
    for (entry, facet) in [
        ("- Prohibited actions: loans", "limit"),
        ("- **Actions requiring approval:** loans", "limit"),
        ("- **Allowed tools:** a stamp", "grant"),
        ("- **Duties:** sort", "duty"),
        ("- Description: sort", "prose"),
        ("- **Tea:** milk", "prose"),
        ("- A note on duties: sort them", "prose"),
    ] {
        let spec = read(&format!("# T\n\n## The desk\n\n{entry}\n"));
        assert!(told(&spec)[0].starts_with(facet), "{entry} {:?}", told(&spec));
    }
    // A duty may be named after what it is about.
    let spec =
        read("# T\n\n## Responsibilities\n\n- **Requirements:** gather them\n- **Metrics:** chart them\n");
    assert!(
        told(&spec).iter().all(|item| item.starts_with("duty")),
        "{:?}",
        told(&spec)
    );
}

#[test]
fn sentences_below_a_title_tell_deeds_limits_and_results() {
    for (title, sentence, facet) in [
        ("Duties", "They collect the rents.", "duty"),
        ("Duties", "Keep the books.", "duty"),
        ("Duties", "You will keep the books.", "duty"),
        ("Duties", "You will be happy.", "prose"),
        ("Duties", "With the books comes a key.", "prose"),
        ("Duties", "Here are some words.", "prose"),
        ("Limits", "No loan above ten pounds.", "limit"),
        ("Limits", "Notes on loans follow.", "prose"),
        ("Limits", "You do not close the till.", "limit"),
        ("Limits", "You do not have a till.", "prose"),
        ("Limits", "Any loan to a member.", "limit"),
        ("Limits", "Loans to members of the board.", "limit"),
        ("Limits", "Members are kind.", "prose"),
        ("Powers", "Order forms.", "grant"),
        ("Powers", "The board meets twice.", "prose"),
        ("KPIs", "Arrears stay below 200 pounds.", "outcome"),
        ("KPIs", "Arrears are a pity.", "prose"),
    ] {
        let spec = read(&format!("# T\n\n## {title}\n\n{sentence}\n"));
        assert!(told(&spec)[0].starts_with(facet), "{sentence} {:?}", told(&spec));
    }
}
