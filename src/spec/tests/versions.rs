//! Every place in which people state a version, each with its nearest false friend.

use super::read;
use super::read_bytes;

fn places(text: &str) -> Vec<(String, &'static str, usize)> {
    let spec = read(text);
    spec.versions
        .iter()
        .map(|place| {
            assert_eq!(
                &text[place.bytes.clone()],
                place.value,
                "the place is where it says: {text}"
            );
            (place.value.clone(), place.form, place.line)
        })
        .collect()
}

#[test]
fn every_place_is_found_with_its_line() {
    for (text, value, form, line) in [
        ("---\nversion: 1.10\n---\n# T\n", "1.10", "front-matter", 2),
        ("---\nversion: \"2.1.0\"\n---\n# T\n", "2.1.0", "front-matter", 2),
        ("---\nversion: '3'\n---\n# T\n", "3", "front-matter", 2),
        (
            "---\nname: x\nVersion: 1.0 # first\n---\n# T\n",
            "1.0",
            "front-matter",
            3,
        ),
        ("---\nmetadata:\n  version: 2.0\n---\n# T\n", "2.0", "metadata", 3),
        ("---\nversion: next\n---\n# T\n", "next", "front-matter", 2),
        ("# T\n\nVersion: 1.0.3\n", "1.0.3", "line", 3),
        (
            "# T\n# Version: 1.0 | Created: 2026-03-22\n# Owner: Jo\n",
            "1.0",
            "line",
            2,
        ),
        (
            "# T\n\n## Version: 2.1\n\nNew.\n\n## Version: 2.0\n",
            "2.1",
            "line",
            3,
        ),
        ("T\n=\n\nversion: v2\nOwner: x\n", "v2", "line", 4),
        ("# T\n\nVersion 0.5.0\n", "0.5.0", "line", 3),
        (
            "| Stage | Status | Latest Revision |\n|--|--|--|\n| 3A | Active | r2, 2022-12-09 |\n\n# T\n",
            "r2, 2022-12-09",
            "table",
            3,
        ),
        (
            "# T\n\n| Version | Owner |\n|--|--|\n| 1.4 | Jo |\n",
            "1.4",
            "table",
            5,
        ),
        (
            "# T\n\n| Key | Value |\n|--|--|\n| Role | x |\n| Version | v1.5.2 |\n",
            "v1.5.2",
            "table",
            6,
        ),
        (
            "# T\n\n| **Version** | 1.2 |\n|--|--|\n| **Owner** | Jo |\n",
            "1.2",
            "table",
            3,
        ),
        (
            "<p><img src=\"https://img.shields.io/badge/Version-2.6-555?style=flat\"/></p>\n\n# T\n",
            "2.6",
            "badge",
            1,
        ),
        (
            "# T\n\n![v](https://img.shields.io/badge/version-1.2.3-blue.svg)\n",
            "1.2.3",
            "badge",
            3,
        ),
        (
            "# T\n\n![v](https://img.shields.io/badge/Policy%20Version-v3-blue)\n",
            "v3",
            "badge",
            3,
        ),
        (
            "# T\n\n**Owner:** CEO | **Version:** 2.6 | **Updated:** 2026-01-01\n",
            "2.6",
            "bar",
            3,
        ),
        (
            "# T\n\n**📋 Owner:** CEO | **📄 Version:** 2.6\n",
            "2.6",
            "bar",
            3,
        ),
        ("# T\n\n**Owner**: CEO · **Version**: 2.6\n", "2.6", "bar", 3),
        ("# T\n\n```\nVersion: 3.4.1\n```\n", "3.4.1", "preamble", 4),
        (
            "# T\n\n```yaml\nversion: \"3.4.1\"\nowner: Jo\n```\n",
            "3.4.1",
            "preamble",
            4,
        ),
        ("# T\n\n    Version 0.5.0\n", "0.5.0", "preamble", 3),
        (
            "# T\n\n| Id: | S-7 | Version: | 1.4 |\n|--|--|--|--|\n| Date: | 2026-01-01 | Owner: | Jo |\n",
            "1.4",
            "table",
            3,
        ),
        (
            "# T\n\n| Document no. | S-7 |\n|--|--|\n| Version no. | 9 |\n",
            "9",
            "table",
            5,
        ),
        (
            "# T\n\nVersion 2.0 | Status: Draft | Owner: Jo | Last updated: 2026-01-01\n",
            "2.0",
            "line",
            3,
        ),
        (
            "# T\n\n*Approved by the board on 1 March 2024. Revision 7.*\n",
            "7",
            "line",
            3,
        ),
        ("# T\n\nv1.4\n", "v1.4", "line", 3),
        (
            "# T\n\n## Change Log\n\n- 1.1 (2026-01-01, Jo Doe): x\n\n---\n\n**Owner:** Jo\n**Version:** 1.1\n",
            "1.1",
            "bold",
            10,
        ),
        ("# T\n\n**Version:** v1.0  \n**Owner:** Jo\n", "v1.0", "bold", 3),
        ("# T\n\n**Version**: 1.0.0\n", "1.0.0", "bold", 3),
        ("# T\n\nVersion: **1.0.16**\n", "1.0.16", "line", 3),
        ("# T\n\n- **Version:** 1.2\n- **Owner:** Jo\n", "1.2", "bold", 3),
        ("# T\n\n*Version: 1.7*\n", "1.7", "line", 3),
        ("# T\n\n> Version: 1.2\n", "1.2", "quote", 3),
        ("# T\n\n> **Version:** 1.2 | **Owner:** Jo\n", "1.2", "quote", 3),
        ("# T\n\n**Document Version:** 4.1\n", "4.1", "bold", 3),
        (
            "# T\n\n## Purpose\n\nx\n\n---\n\n**Version:** 1.2 | **Last updated:** 2026-01-01\n",
            "1.2",
            "bar",
            9,
        ),
        ("# T\n\n## Document Control\n\nVersion: 5.0\n", "5.0", "line", 5),
        (
            "# T\n\n## Change Log\n\n- 1.2.0 (2026-01-01, Jo Doe): x\n- 1.1.0 (2025-01-01, Jo Doe): y\n",
            "1.2.0",
            "changelog",
            5,
        ),
        (
            "# T\n\n## History\n\n| Version | Date |\n|--|--|\n| 1.0 | 2025-01-01 |\n| 1.1 | 2026-01-01 |\n",
            "1.1",
            "changelog",
            8,
        ),
    ] {
        assert_eq!(places(text), [(value.to_owned(), form, line)], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_version_is_none() {
    for text in [
        "---\nschema_version: 1.2\n---\n# T\n",
        "---\ntemplate_version: 3.2.0\napi_version: v2\n---\n# T\n",
        "---\nrequirements:\n  version: 2.0\n---\n# T\n",
        "---\nversion:\n---\n# T\n",
        "# Java 21+ Engineer\n",
        "# Doc Gardener (for Python 3.12)\n",
        "# Role Specification v2 Migration\n\n## Purpose\n\nMoves everything to version 3.1 of the API.\n",
        "# T\n\nThis version 2.0 of the plan is good.\n",
        "# T\n\nVersioning: we use tags.\n",
        "# T\n\n## Tools\n\n- **Versions:** keep three of them\n",
        "# T\n\n![p](https://img.shields.io/badge/python-3.12-blue)\n",
        "# T\n\n![p](https://img.shields.io/badge/Conversion-3.12-blue)\n",
        "# T\n\n`https://img.shields.io/badge/Version`\n",
        "# T\n\n## Example\n\n```\nVersion: 3.4.1\n```\n",
        "# T\n\n## Example\n\n```\nbadge/Version-2.6-555\n```\n",
        "# T\n\n## Style\n\n**Version:** the newest one that is released\n",
        "# T\n\n## Tools\n\n| Tool | Version |\n|--|--|\n| Rust | 1.90 |\n| Git | 2.50 |\n",
        "# T\n\n## Responsibilities\n\n- Version 2.0 of the handbook is kept current\n",
        "# T\n\n## Standards\n\n| Document | Status | Version |\n|--|--|--|\n| Handbook | Final | 2.0 |\n",
        "# T\n\nThe plan is good. Version 2.0 of it is better. Version 3 may come.\n",
        "# T\n\nv1.4 is what we call the old desk.\n",
        "# T\n\n## Versions: 1.4\n",
        "# T\n\n## Version 1.4\n\nThe plan of that name.\n",
        "# T\n\n## Releases\n\nv1.4\n",
        "# T\n\n| Desk: | oak | Chair: | 1.4 |\n|--|--|--|--|\n| Lamp: | brass | Rug: | red |\n",
    ] {
        assert_eq!(places(text), [], "{text}");
    }
}

#[test]
fn front_matter_wins_and_every_place_is_told() {
    let found = places(
        "---\nversion: 1.2.0\nmetadata:\n  version: 1.3.0\n---\n# T\n\n\
         ![v](https://img.shields.io/badge/Version-1.5.0-blue)\n\n**Version:** 1.4.0\n",
    );
    let told: Vec<_> = found
        .iter()
        .map(|(value, form, _)| (value.as_str(), *form))
        .collect();
    assert_eq!(
        told,
        [
            ("1.2.0", "front-matter"),
            ("1.3.0", "metadata"),
            ("1.4.0", "bold"),
            ("1.5.0", "badge"),
        ]
    );
}

#[test]
fn the_log_is_no_place_where_something_else_states_the_version() {
    let found = places("# T\n\nVersion: 1.2\n\n## Change Log\n\n- 1.3.0 (2026-01-01, Jo Doe): x\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "1.2");
}

#[test]
fn places_are_on_disk_offsets_behind_a_mark_and_with_crlf() {
    let bytes =
        "\u{feff}---\r\nversion: 1.2\r\n---\r\n# T\r\n\r\n**Owner:** Jo\r\n**Version:** 1.3\r\n".as_bytes();
    let spec = read_bytes(bytes);
    let told: Vec<_> = spec
        .versions
        .iter()
        .map(|place| {
            (
                std::str::from_utf8(&bytes[place.bytes.clone()]).unwrap(),
                place.line,
            )
        })
        .collect();
    assert_eq!(told, [("1.2", 2), ("1.3", 7)]);
    let owner = spec.owner.unwrap();
    assert_eq!((&bytes[owner.bytes], owner.line), (&b"Jo"[..], 6));
}

#[test]
fn a_date_beside_the_version_is_the_date() {
    for (line, date) in [
        ("*Version 4 – 3 March 2026*", "3 March 2026"),
        ("Version 4 | Last updated: 2026-03-03", "2026-03-03"),
        (
            "Version 4. Approved by the board on 3 March 2026.",
            "3 March 2026",
        ),
    ] {
        let spec = read(&format!("# T\n\n{line}\n"));
        assert_eq!(spec.date.unwrap().value, date, "{line}");
        assert_eq!(spec.versions[0].value, "4", "{line}");
        assert!(spec.items.is_empty(), "{line}");
    }
}

#[test]
fn fields_at_the_foot_are_the_documents_where_they_stand_together() {
    let foot = "**Document Owner**: Jo\n**Last Updated**: 2026-01-30\n**Version**: 1.0.0\n";
    let spec = read(&format!("# T\n\n## Metrics\n\n- Two calls\n\n---\n\n{foot}"));
    assert_eq!(spec.owner.unwrap().value, "Jo");
    assert_eq!(spec.date.unwrap().value, "2026-01-30");
    let spec = read("# T\n\n## Metrics\n\n**Owner**: Jo\n**Calls**: two\n");
    assert!(spec.owner.is_none());
}

#[test]
fn a_revision_with_its_date_states_both() {
    let spec = read("| Status | Latest Revision |\n|--|--|\n| Active | r2, 2022-12-09 |\n\n# T\n");
    assert_eq!(spec.date.unwrap().value, "2022-12-09");
    assert_eq!(spec.status.unwrap().value, "Active");
}
