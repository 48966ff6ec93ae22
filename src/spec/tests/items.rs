//! Items in every shape.

use super::read;
use super::read_bytes;
use super::told;
use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Voice;
use crate::spec::Weight;

#[test]
fn list_entries_lose_their_marks_and_keep_their_leads() {
    let spec = read(
        "# T\n\n## Constraints\n\n\
         - **Lead:** one\n* **Lead** - two\n+ ✅ **Lead** — three\n\n1. [ ] four\n2) `code` - five\n\n\
         - ‚úÖ six\n- **REQ-7** seven [link](http://x.y/z)\n- a line that\n  goes *on* and\n  on\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit Constraints: Lead: one",
            "limit Constraints: Lead - two",
            "limit Constraints: Lead — three",
            "limit Constraints: four",
            "limit Constraints: code - five",
            "limit Constraints: six",
            "limit Constraints: REQ-7 seven link",
            "limit Constraints: a line that goes on and on",
        ]
    );
    let keys: Vec<_> = spec.items.iter().map(|item| item.key.as_deref()).collect();
    assert_eq!(
        keys,
        [
            Some("Lead"),
            Some("Lead"),
            Some("Lead"),
            None,
            Some("code"),
            None,
            Some("REQ-7"),
            None
        ]
    );
    assert_eq!((spec.items[7].lines.first, spec.items[7].lines.last), (14, 16));
}

#[test]
fn nested_entries_know_their_parent_or_its_section() {
    let spec = read(
        "# T\n\n## Responsibilities\n\n1. **Notes**\n   - a b i j\n     - c d\n2. Keep the list of terms current:\n   - e f\n3. Write the weekly report to the board.\n   - g h\n",
    );
    assert_eq!(
        told(&spec),
        [
            "duty Responsibilities/Notes: a b i j",
            "duty Responsibilities/Notes: c d",
            "duty Responsibilities/Keep the list of terms current: e f",
            "duty Responsibilities: Write the weekly report to the board.",
            "duty Responsibilities: g h",
        ]
    );
    assert_eq!(spec.items[1].parent, Some(0));
    assert_eq!(spec.items[4].parent, Some(3));
}

#[test]
fn tables_are_rows_and_key_value_tables_are_fields() {
    let spec = read(
        "# T\n\n| Field | Value |\n|--|--|\n| Owner | Jo |\n| Team | Ops |\n\n## KPIs\n\n| Metric | Target |\n|--|--|\n| `Uptime` | **99%** |\n| Cost | |\n",
    );
    assert_eq!(
        told(&spec),
        [
            "metadata : Owner: Jo",
            "metadata : Team: Ops",
            "outcome KPIs: Uptime | 99%",
            "outcome KPIs: Cost",
        ]
    );
    assert_eq!(spec.items[2].form, ItemForm::TableRow);
    assert_eq!(spec.items[2].key.as_deref(), Some("Uptime"));
    assert_eq!(spec.owner.unwrap().line, 5);
}

#[test]
fn raw_html_is_read_as_what_it_shows() {
    let spec = read(
        "# T\n\n## Constraints\n\n<table>\n<tr><th>Rule</th><th>Why</th></tr>\n\n<tr><td>Must <b>log</b></td>\n<td>audit</td></tr>\n</table>\n\n<ul><li>Never push</li></ul>\n\n<!-- - Must hide -->\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit Constraints: Must log | audit",
            "limit Constraints: Never push"
        ]
    );
    assert_eq!((spec.items[0].lines.first, spec.items[0].lines.last), (8, 9));
}

#[test]
fn bold_lines_serve_as_headings_and_labels() {
    let spec = read(
        "# T\n\n## Rules of work\n\n**Approval Required For**:\n\n- a\n\n**Capabilities**\n\n- b\n\n**Escalation:** ask the owner\n\n**Note**: the weather\nis fine\n\nA **bold** word in a line.\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit Rules of work/Approval Required For: a",
            "grant Rules of work/Capabilities: b",
            "limit Rules of work/Capabilities: Escalation: ask the owner",
            "grant Rules of work/Capabilities: Note: the weather is fine",
            "prose Rules of work/Capabilities: A bold word in a line.",
        ]
    );
    assert!(spec.sections[spec.items[0].section].trigger);
}

#[test]
fn headings_without_content_are_items_of_a_typed_section() {
    let spec = read(
        "# T\n\n## Responsibilities\n\n### 1. Platform Architecture\n\n### 2. Support\n\n- a\n\n## Mission\n\n### Not this\n",
    );
    assert_eq!(
        told(&spec),
        [
            "duty Responsibilities: Platform Architecture",
            "duty Responsibilities/Support: a"
        ]
    );
    assert_eq!(spec.items[0].form, ItemForm::Heading);
}

#[test]
fn sentences_that_bind_are_rules_wherever_they_stand() {
    let spec = read(
        "# T\n\n## Background story\n\nThe desk is old. Visitors must sign the book. Guests may use the lift.\nResults may vary.\n\n## Constraints\n\nHere are some words. Nobody should\nsmoke. All staff must wear shoes.\n",
    );
    assert_eq!(
        told(&spec),
        [
            "prose Background story: The desk is old.",
            "limit Background story: Visitors must sign the book.",
            "grant Background story: Guests may use the lift.",
            "prose Background story: Results may vary.",
            "prose Constraints: Here are some words.",
            "limit Constraints: Nobody should smoke.",
            "limit Constraints: All staff must wear shoes.",
        ]
    );
    assert_eq!((spec.items[5].lines.first, spec.items[5].lines.last), (10, 11));
}

#[test]
fn front_matter_keys_decide_the_facet() {
    let spec = read(
        "---\ntools: Read, Bash(git log:*, git diff)\nlimits: {max_spend: 500, notes: [x]}\nmax_files: 40\nmin_reviewers: 2\nconstraints:\n- requires_approval_for: [a, b]\n- allowed_paths:\n  - src/\ndescription: >-\n  one\n  two\nrecords:\n  - id: R1\n    text: must x\n---\n# T\n",
    );
    assert_eq!(
        told(&spec),
        [
            "grant tools: Read",
            "grant tools: Bash(git log:*, git diff)",
            "limit limits: max_spend: 500",
            "limit limits/notes: x",
            "grant : max_files: 40",
            "limit : min_reviewers: 2",
            "limit constraints/requires_approval_for: a",
            "limit constraints/requires_approval_for: b",
            "grant constraints/allowed_paths: src/",
            "metadata : description: one two",
            "limit records: id: R1 | text: must x",
        ]
    );
    assert!(spec.problems.is_empty(), "{:?}", spec.problems);
}

#[test]
fn broken_front_matter_is_told_and_read_by_lines() {
    let spec = read("---\nname: x\nowner: \"Jo\ncan_x: true\n---\n# T\n");
    assert_eq!(spec.owner.as_ref().unwrap().value, "Jo");
    assert!(told(&spec).contains(&"grant : can_x: true".to_owned()));
    assert_eq!(spec.problems.len(), 1);
    assert_eq!(spec.problems[0].line, 3);
    let spec = read("---\nname: x\ncan_x: true\n\n# T\n\n## Constraints\n\n- Must y\n");
    assert_eq!(spec.problems.len(), 1);
    assert!(told(&spec).contains(&"limit Constraints: Must y".to_owned()));
    assert!(told(&spec).contains(&"grant : can_x: true".to_owned()));
    assert!(read("---\n\nA rule above.\n\n---\n").problems.is_empty());
}

#[test]
fn weights_tell_must_from_nice() {
    let spec =
        read("# T\n\n## Requirements\n\n### Required\n\n- a\n\n### Preferred\n\n- b\n\n### DNA\n\n- c\n");
    let weights: Vec<_> = spec
        .items
        .iter()
        .map(|item| (item.facet, spec.sections[item.section].weight))
        .collect();
    assert_eq!(
        weights,
        [
            (Facet::Demand, Weight::Required),
            (Facet::Demand, Weight::Optional),
            (Facet::Demand, Weight::Plain),
        ]
    );
}

#[test]
fn a_document_of_top_headings_has_sections() {
    let spec = read("# Overview\n\nx\n\n# Constraints\n\n- Must y\n");
    assert_eq!(told(&spec), ["prose Overview: x", "limit Constraints: Must y"]);
    let spec = read("# Requirements Engineer\n\nx\n\n# Constraints\n\n- Must y\n");
    assert_eq!(told(&spec), ["prose : x", "limit Constraints: Must y"]);
    assert_eq!(spec.title.unwrap().value, "Requirements Engineer");
}

#[test]
fn fields_stand_in_lines_bars_and_lists() {
    for text in [
        "# T\n\n**Owner:** Jo  \n**Status:** Final  \n**Role Code:** X1  \n**Date:** 2026-01-01\n",
        "# T\n\nOwner: Jo\nStatus: Final\nRole Code: X1\nDate: 2026-01-01\n",
        "# T\n\n**Owner:** Jo | **Status:** Final | **Role Code:** X1 | **Last Updated:** 2026-01-01\n",
        "# T\n\n- **Owner:** Jo\n- **Status:** Final\n- **Role Code**: X1\n- Date: 2026-01-01\n",
        "---\nowner: Jo\nstatus: Final\nrole_code: X1\ndate: 2026-01-01\n---\n# T\n",
    ] {
        let spec = read(text);
        let told = [&spec.owner, &spec.status, &spec.role_code, &spec.date]
            .map(|stated| stated.as_ref().map_or("", |stated| stated.value.as_str()));
        assert_eq!(told, ["Jo", "Final", "X1", "2026-01-01"], "{text}");
        assert_eq!(spec.items.len(), 3, "{text}");
        assert!(spec.items.iter().all(|item| item.facet == Facet::Metadata));
        assert_eq!(spec.items[0].key.as_deref(), Some("owner"));
    }
}

#[test]
fn statements_between_conflict_markers_are_still_read() {
    let spec = read("# T\n\n## Limits\n\n<<<<<<< HEAD\n- Must a\n=======\n- Must b\n>>>>>>> x\n");
    assert_eq!(told(&spec), ["limit Limits: Must a", "limit Limits: Must b"]);
    assert_eq!(spec.problems.len(), 3);
    assert!(read("Title\n=======\n\nx\n").problems.is_empty());
}

#[test]
fn lines_and_bytes_are_those_on_disk() {
    let bytes = "\u{feff}# T\r\n\r\n## Limits\r\n\r\n- Must *not* go\r\n  out\r\n".as_bytes();
    let spec = read_bytes(bytes);
    let item = &spec.items[0];
    assert_eq!(item.text, "Must not go out");
    assert_eq!(&bytes[item.bytes.clone()], b"Must *not* go\r\n  out");
    assert_eq!((item.lines.first, item.lines.last), (5, 6));
}

#[test]
fn a_quote_that_addresses_the_agent_speaks_with_a_voice_of_its_own() {
    for (first, voice) in [
        ("You are a clerk.", Voice::Profile),
        ("Act as a clerk.", Voice::Profile),
        ("A clerk is a clerk.", Voice::Body),
    ] {
        let spec = read(&format!(
            "# T\n\n> {first}\n>\n> **Duties:**\n> - sort\n\n## Duties\n\n- sort\n"
        ));
        let entries: Vec<_> = spec
            .items
            .iter()
            .filter(|item| item.text == "sort")
            .map(|item| (item.facet, spec.voice(item)))
            .collect();
        assert_eq!(
            entries,
            [(Facet::Duty, voice), (Facet::Duty, Voice::Body)],
            "{first}"
        );
    }
}

#[test]
fn lines_of_a_fenced_block_are_what_their_section_is() {
    let spec = read("# T\n\n## Limits\n\n```\nnever push\n```\n\n## Tea\n\n~~~text\nmilk\n~~~\n");
    assert_eq!(told(&spec), ["limit Limits: never push", "prose Tea: milk"]);
    assert!(spec.items.iter().all(|item| item.form == ItemForm::Code));
}

#[test]
fn the_header_of_a_table_says_what_its_rows_are_where_no_title_does() {
    for (header, facet) in [
        ("Duty | How often", Facet::Duty),
        ("# | Duty | How often", Facet::Duty),
        ("KPI | Target", Facet::Outcome),
        ("Expense | Approved by", Facet::Limit),
        ("Expense | Paid by", Facet::Prose),
        ("Name | Title | Approval", Facet::Prose),
        ("Tool | Used for", Facet::Prose),
        ("Duty", Facet::Prose),
    ] {
        let columns = header.split('|').count();
        let cells = |cell: &str| vec![cell; columns].join("|");
        let text = format!(
            "# Ski hut\n\n## Rota\n\n| {header} |\n|{}|\n|1|{}|\n",
            cells("-"),
            cells(" x ")
        );
        let spec = read(&text.replace("|1| x | x |", "|1| x | y |"));
        assert_eq!(spec.items.len(), 1, "{header}");
        assert_eq!(spec.items[0].facet, facet, "{header}");
    }
    let typed = read("# T\n\n## Constraints\n\n| Duty | When |\n|-|-|\n| Leave the key | never |\n");
    assert_eq!(typed.items[0].facet, Facet::Limit);
}
