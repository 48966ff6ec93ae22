//! Change logs in every shape, each with what only looks like one.

use super::read;
use super::told;
use crate::spec::ChangeLog;
use crate::spec::LogOrder;
use crate::spec::LogShape;

type Row<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, &'a str, usize);

fn rows(log: &ChangeLog) -> Vec<Row<'_>> {
    log.rows
        .iter()
        .map(|row| {
            (
                row.version.as_deref(),
                row.date.as_deref(),
                row.author.as_deref(),
                row.text.as_str(),
                row.lines.first,
            )
        })
        .collect()
}

#[test]
fn tables_are_read_by_their_header_words_in_any_order() {
    for (header, row) in [
        (
            "| Version | Date | Author | Change |",
            "| 1.1 | 2026-01-02 | Jo Doe | a \\| `b` |",
        ),
        (
            "| Revision | When | By | Notes |",
            "| 1.1 | 2026-01-02 | Jo Doe | a \\| `b` |",
        ),
        (
            "| Date | Author | Change Summary | Version |",
            "| 2026-01-02 | Jo Doe | a \\| `b` | 1.1 |",
        ),
        (
            "| Description | Editor | Rev | Date |",
            "| a \\| `b` | **Jo Doe** | `1.1` | 2026-01-02 |",
        ),
        (
            "| Version | Release Date | Changed By | What changed |",
            "| [1.1] | 2026-01-02 | Jo Doe | a \\| `b` |",
        ),
    ] {
        let text = format!("# T\n\n## Change Log\n\n{header}\n|:--|:-:|--|--|\n{row}\n\n## Purpose\n\nx\n");
        let spec = read(&text);
        let log = spec.changelog.as_ref().unwrap();
        assert_eq!(log.shape, LogShape::Table, "{text}");
        assert_eq!(
            rows(log),
            [(Some("1.1"), Some("2026-01-02"), Some("Jo Doe"), "a | b", 7)],
            "{text}"
        );
        assert_eq!(&text[log.rows[0].bytes.clone()], row);
        assert_eq!(&text[log.body..log.body + row.len()], row);
        assert_eq!(told(&spec), ["prose Purpose: x"]);
    }
}

#[test]
fn lists_headings_prose_and_front_matter_are_read() {
    let all = [
        (
            "## Changelog\n\n- **2025-01-02**: a\n- **2024-01-02**: b\n",
            LogShape::List,
            (None, Some("2025-01-02"), None, "a", 3),
            Some(LogOrder::NewestFirst),
        ),
        (
            "## Version History\n\n- `v3.4.1`: a\n- `v3.4.0`: b\n",
            LogShape::List,
            (Some("v3.4.1"), None, None, "a", 3),
            Some(LogOrder::NewestFirst),
        ),
        (
            "## Revision History\n\n* v1.0 (2025-01-02) - a\n* v1.1 (2026-01-02) - b\n",
            LogShape::List,
            (Some("v1.0"), Some("2025-01-02"), None, "a", 3),
            Some(LogOrder::NewestLast),
        ),
        (
            "## 9. Document History\n\n1. 2025-01-02 — Jo Doe — a\n",
            LogShape::List,
            (None, Some("2025-01-02"), None, "Jo Doe — a", 3),
            None,
        ),
        (
            "## 変更履歴 / Change Log\n\n### [1.1.0] - 2026-01-02\n\n#### Added\n\n- a\n- b\n\n### [1.0.0] - 2025-01-02\n\n- c\n",
            LogShape::Headings,
            (Some("1.1.0"), Some("2026-01-02"), None, "a b", 3),
            Some(LogOrder::NewestFirst),
        ),
        (
            "# Changelog\n\n## v1.1 (2 January 2026)\n\na\n",
            LogShape::Headings,
            (Some("v1.1"), Some("2 January 2026"), None, "a", 3),
            None,
        ),
        (
            "## Implementation History\n\n2025-01-02: a\n2026-01-02: b\n",
            LogShape::Prose,
            (None, Some("2025-01-02"), None, "a", 3),
            Some(LogOrder::NewestLast),
        ),
        (
            "**Change Log:**\n\n- 1.1 (2026-01-02, Jo Doe): a\n",
            LogShape::List,
            (Some("1.1"), Some("2026-01-02"), Some("Jo Doe"), "a", 3),
            None,
        ),
        (
            "### Changes\n\n- 0.9.0 (2026-10-10, Li Wen): a\n",
            LogShape::List,
            (Some("0.9.0"), Some("2026-10-10"), Some("Li Wen"), "a", 3),
            None,
        ),
        (
            "## History\n\n- v1.2.0 by Jo Doe: a\n",
            LogShape::List,
            (Some("v1.2.0"), None, Some("Jo Doe"), "a", 3),
            None,
        ),
    ];
    for (text, shape, first, order) in all {
        let spec = read(text);
        let log = spec
            .changelog
            .as_ref()
            .unwrap_or_else(|| panic!("no log: {text}"));
        assert_eq!(log.shape, shape, "{text}");
        assert_eq!(rows(log)[0], first, "{text}");
        assert_eq!(log.order, order, "{text}");
        assert_eq!(told(&spec), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_log_in_front_matter_is_read() {
    for text in [
        "---\nchangelog:\n  - version: 1.1\n    date: 2026-01-02\n    author: Jo Doe\n    changes: a\n  - version: 1.0\n    date: 2025-01-02\n    changes: [b, c]\n---\n# T\n",
        "---\nhistory:\n- {version: 1.1, date: 2026-01-02, by: Jo Doe, note: a}\n- {version: 1.0, date: 2025-01-02, note: b c}\n---\n# T\n",
        "---\nchange_log:\n  - \"1.1 (2026-01-02, Jo Doe): a\"\n  - \"1.0 (2025-01-02): b c\"\n---\n# T\n",
    ] {
        let spec = read(text);
        let log = spec.changelog.as_ref().unwrap();
        assert_eq!(log.shape, LogShape::FrontMatter, "{text}");
        let first = log.rows[0].lines.first;
        assert_eq!(
            rows(log),
            [
                (Some("1.1"), Some("2026-01-02"), Some("Jo Doe"), "a", 3),
                (
                    Some("1.0"),
                    Some("2025-01-02"),
                    None,
                    "b c",
                    log.rows[1].lines.first
                ),
            ],
            "{text}"
        );
        assert_eq!(first, 3);
        assert!(text[log.rows[0].bytes.clone()].starts_with('-'), "{text}");
        assert_eq!(log.order, Some(LogOrder::NewestFirst));
        assert_eq!(told(&spec), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_table_with_the_columns_of_a_log_is_one_below_any_title() {
    let row = "| 1.1 | 2026-01-02 | Jo Doe | a |";
    for (title, header, found) in [
        (
            "Document control",
            "| Version | Date | Changed by | Summary |",
            true,
        ),
        (
            "Version information",
            "| Version | Effective | Approver | Change |",
            true,
        ),
        ("Amendment record", "| Ver | Date | Amended by | Detail |", true),
        ("Amendments", "| Rev | Issued | By | Nature |", true),
        ("Sign-offs of the desk", "| Step | Day | Person | Note |", false),
        ("Suppliers", "| Supplier | Version | Date | Contact |", false),
        ("Limits", "| Version | Date | Changed by | Summary |", false),
    ] {
        let text = format!("# T\n\n## {title}\n\n{header}\n|--|--|--|--|\n{row}\n");
        let rows = read(&text).changelog.map_or(0, |log| log.rows.len());
        assert_eq!(rows, usize::from(found), "{text}");
    }
}

#[test]
fn who_wrote_a_row_outranks_who_approved_it() {
    for header in [
        "| Version | Date | Approved by | Author | Change |",
        "| Version | Date | Author | Approved by | Change |",
    ] {
        let names = if header.contains("by | Author") {
            "Ann | Jo Doe"
        } else {
            "Jo Doe | Ann"
        };
        let text = format!(
            "# T\n\n## Change Log\n\n{header}\n|--|--|--|--|--|\n| 1.1 | 2026-01-02 | {names} | a |\n"
        );
        let log = read(&text).changelog.unwrap();
        assert_eq!(log.rows[0].author.as_deref(), Some("Jo Doe"), "{text}");
    }
}

#[test]
fn an_empty_entry_of_a_log_in_front_matter_is_no_row() {
    for (text, count) in [
        ("---\nchangelog:\n  -\n  - \"1.0: x\"\n---\n# T\n", 1),
        ("---\nchangelog:\n  - \"1.0: x\"\n  -\n---\n# T\n", 1),
        ("---\nchangelog:\n  -\n  -\n---\n# T\n", 0),
        ("---\nchangelog:\n  - -\n  - []\n---\n# T\n", 0),
    ] {
        let log = read(text).changelog;
        assert_eq!(log.map_or(0, |log| log.rows.len()), count, "{text}");
    }
}

#[test]
fn sections_that_only_sound_like_a_log_are_read_as_sections() {
    for text in [
        "# T\n\n## Changes\n\n- Propose changes to the handbook\n",
        "# T\n\n## History\n\nThe choir was founded long ago.\n",
        "# T\n\n## Change management\n\n- Review 2 changes a day\n",
        "# T\n\n## Updates\n\n- Send updates weekly\n",
    ] {
        let spec = read(text);
        assert!(spec.changelog.is_none(), "{text}");
        assert_eq!(spec.items.len(), 1, "{text}");
    }
}

#[test]
fn an_empty_log_is_a_log_and_tells_where_a_row_goes() {
    let text = "# T\n\n## Change Log\n\n| Version | Date | Author | Change |\n|--|--|--|--|\n";
    let log = read(text).changelog.unwrap();
    assert_eq!(log.shape, LogShape::Table);
    assert_eq!(log.body, text.len());
    let text = "# T\n\n## Change Log\n\n## Purpose\n\nx\n";
    let log = read(text).changelog.unwrap();
    assert!(log.rows.is_empty());
    assert_eq!(&text[log.body..log.body + 1], "\n");
}

#[test]
fn a_log_need_not_stand_last_and_what_follows_is_read() {
    let spec = read("# T\n\n## Change Log\n\n- 1.1 (2026-01-02): a\n\n## Constraints\n\n- Must x\n");
    assert_eq!(told(&spec), ["limit Constraints: Must x"]);
    assert_eq!(spec.changelog.unwrap().lines.last, 5);
}

#[test]
fn the_bytes_of_a_row_hold_the_whole_row() {
    let text =
        "# T\r\n\r\n## Change Log\r\n\r\n- 1.1 (2026-01-02): a\r\n  goes on\r\n- 1.0 (2025-01-02): b\r\n";
    let log = read(text).changelog.unwrap();
    assert_eq!(
        &text[log.rows[0].bytes.clone()],
        "- 1.1 (2026-01-02): a\r\n  goes on"
    );
    assert_eq!(log.rows[0].text, "a goes on");
    assert_eq!((log.rows[0].lines.first, log.rows[0].lines.last), (5, 6));
}

#[test]
fn a_rule_about_amendments_is_no_log_of_them() {
    let rule = "# Charter\n\n## Amendments\n\nThis charter may be amended by two thirds of the council.\n\n";
    let log =
        "## Amendment history\n\n| Version | Date | Change |\n|-|-|-|\n| 1.1 | 2026-02-01 | The quorum |\n";
    let spec = read(&[rule, log].concat());
    assert_eq!(spec.items.len(), 1);
    assert_eq!(spec.changelog.map(|log| log.rows.len()), Some(1));
    let numbered = "8\\. Amendments\n\n8.1 The board shall review this charter each year.\n";
    let numbered = read(&["# Charter\n\n7\\. Meetings\n\n7.1 There are four.\n\n", numbered].concat());
    assert_eq!((numbered.changelog, numbered.versions.len()), (None, 0));
    let listed = read("# Charter\n\n## Amendments\n\n- 2026-02-01: The quorum\n");
    assert_eq!(listed.changelog.map(|log| log.rows.len()), Some(1));
    assert!(listed.items.is_empty());
}
