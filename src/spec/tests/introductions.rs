//! Lists that the line before them speaks for, each beside the nearest line that says nothing.

use super::read;
use super::told;

/// What the first entry below a line is read as.
fn entry_below(above: &str) -> String {
    let spec = read(&format!("# T\n\n{above}\n\n- sort the post\n- and more\n"));
    let entry = told(&spec)
        .into_iter()
        .find(|item| item.ends_with("sort the post"));
    entry.map_or_else(String::new, |item| {
        item.split(' ').next().unwrap_or_default().to_owned()
    })
}

#[test]
fn a_line_before_a_list_types_its_entries() {
    for (line, facet, neighbour) in [
        ("Responsibilities:", "duty", "Responsibilities vary by site."),
        ("Your core responsibilities:", "duty", "Your workflow:"),
        ("Responsibilities include:", "duty", "Meetings include:"),
        (
            "Contributors are responsible for:",
            "duty",
            "Contributors are thankful for:",
        ),
        (
            "Not responsible for:",
            "limit",
            "Often responsible, as it happens:",
        ),
        (
            "The role is open to all. You are responsible for:",
            "duty",
            "You are responsible for it: see below.",
        ),
        (
            "They have the right to:",
            "grant",
            "They have the following names:",
        ),
        ("Requirements:", "demand", "Readers:"),
        ("The clerk must:", "limit", "The clerk is:"),
        (
            "Before opening, the clerk must:",
            "limit",
            "If the clerk must, as a rule:",
        ),
        ("No clerk may:", "limit", "Every clerk:"),
        ("The clerk may not:", "limit", "The clerk might:"),
        ("The clerk can:", "grant", "The clerk's list:"),
        (
            "The clerk may, without asking the board:",
            "grant",
            "The clerk rests, without asking the board:",
        ),
        (
            "The clerk has the responsibility to:",
            "duty",
            "The clerk has the day to:",
        ),
        (
            "The board shall hold the following competences:",
            "grant",
            "The board holds the following meetings:",
        ),
        ("Candidates need:", "demand", "Guests need:"),
        ("Clerks are expected to:", "duty", "Clerks are known to:"),
        ("Clerks of the desk will:", "duty", "Clerks have a will:"),
        (
            "To become a clerk you must meet the following requirements:",
            "demand",
            "To know a clerk, read the following pages:",
        ),
        (
            "Candidates for the desk need",
            "demand",
            "Candidates for the desk arrive",
        ),
        (
            "Please speak to the board before you",
            "limit",
            "Please speak to the board about you",
        ),
        (
            "A change to this page requires:",
            "limit",
            "A change to this page brings:",
        ),
    ] {
        assert_eq!(entry_below(line), facet, "{line}");
        assert_eq!(entry_below(neighbour), "prose", "{neighbour}");
    }
}

#[test]
fn what_the_line_says_ends_with_its_list() {
    let spec = read(
        "# T\n\nThe clerk must:\n\n- sort\n\nTea is at four.\n\n- milk\n\nDuties:\n- file\n\n\
         And so on.\n\n- sugar\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit : The clerk must:",
            "limit : sort",
            "prose : Tea is at four.",
            "prose : milk",
            "duty Duties: file",
            "prose : And so on.",
            "prose : sugar",
        ]
    );
}

#[test]
fn a_line_turns_its_section_round_only_where_it_forbids_or_permits() {
    let spec = read(
        "# T\n\n## Authority\n\nThe clerk can:\n\n- stamp\n\nThe clerk cannot:\n\n- sign\n\n\
         ## Responsibilities\n\nThe clerk must:\n\n- sort\n\n## Constraints\n\nThe clerk may:\n\n- rest\n\n\
         The clerk must:\n\n- ask\n",
    );
    let entries: Vec<_> = told(&spec)
        .into_iter()
        .filter(|item| !item.contains("The clerk"))
        .collect();
    assert_eq!(
        entries,
        [
            "grant Authority: stamp",
            "limit Authority: sign",
            "duty Responsibilities: sort",
            "grant Constraints: rest",
            "limit Constraints: ask",
        ]
    );
}

#[test]
fn what_somebody_may_do_has_its_conditions() {
    let spec = read(
        "# T\n\nThe clerk may proceed with:\n\n- adding a stamp when the letter requires it\n\
         - opening letters, but never parcels\n",
    );
    let told = told(&spec);
    assert!(told[1].starts_with("grant "), "{told:?}");
    assert!(told[2].starts_with("limit "), "{told:?}");
}

#[test]
fn an_entry_with_a_title_of_its_own_is_no_part_of_the_line_above() {
    let list = "- Requirements\n  - two years of post\n- Privileges:\n  - a key\n- Tea\n";
    let spec = read(&format!("# T\n\nA clerk must meet the following:\n\n{list}"));
    assert_eq!(
        told(&spec)[1..],
        [
            "demand Requirements: two years of post",
            "grant Privileges: a key",
            "limit : Tea",
        ]
    );
}

#[test]
fn a_line_before_a_table_speaks_for_its_rows() {
    let spec = read("# T\n\nThe clerk may read from:\n\n| Box | Why |\n|---|---|\n| Left | letters |\n");
    assert_eq!(told(&spec)[1], "grant : Left | letters");
    let spec = read("# T\n\nThe clerk reads from:\n\n| Box | Why |\n|---|---|\n| Left | letters |\n");
    assert_eq!(told(&spec)[1], "prose : Left | letters");
}

#[test]
fn an_entry_speaks_for_the_entries_nested_in_it() {
    let spec =
        read("# T\n\n- The clerk must not:\n  - sign\n    - for others\n  - pay\n- The clerk:\n  - rests\n");
    assert_eq!(
        told(&spec),
        [
            "limit : The clerk must not:",
            "limit : sign",
            "limit : for others",
            "limit : pay",
            "prose The clerk: rests",
        ]
    );
}

#[test]
fn headings_in_the_words_of_a_rule_are_typed() {
    for (title, facet, neighbour) in [
        ("The clerk shall", "duty", "The clerk"),
        ("The clerk shall not", "limit", "The clerk's shift"),
        ("Escalate to the manager when", "limit", "Escalators"),
        ("Will", "grant", "Goodwill"),
        ("Will Not", "limit", "Last will"),
        ("Do", "duty", "To do"),
        ("Do / Don't", "limit", "Done"),
        ("Segregation of duties", "limit", "Segregation of waste"),
        ("What you'll be doing", "duty", "What we are doing"),
        ("History of the house", "prose", "The house"),
    ] {
        assert_eq!(entry_below(&format!("## {title}")), facet, "{title}");
        assert_eq!(entry_below(&format!("## {neighbour}")), "prose", "{neighbour}");
    }
}
