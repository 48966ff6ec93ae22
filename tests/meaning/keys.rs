//! Keys that stand in no table are read by the parts of their name and the shape of their value.

use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

fn kinds(before: &str, after: &str) -> Vec<&'static str> {
    let words = Vocabulary::default();
    let read = |entry: &str| {
        let text = format!("---\nrole: ferryman\nversion: 1.0.0\n{entry}\n---\n\n# Ferryman\n");
        parse("ferryman.md", text.as_bytes(), &words)
    };
    let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
    changes.iter().map(|change| change.kind.as_str()).collect()
}

#[test]
fn the_parts_of_a_name_decide() {
    for (before, after, there, back) in [
        (
            "fuel_ceiling_litres: 80",
            "fuel_ceiling_litres: 120",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "repair_budget: 300",
            "repair_budget: 900",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "crew_quorum: 3",
            "crew_quorum: 2",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "logbook_retention_days: 400",
            "logbook_retention_days: 30",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "towing_limit_tonnes: 30",
            "towing_limit_tonnes: 60",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "sandboxed: true",
            "sandboxed: false",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "mate_in_the_loop: yes",
            "mate_in_the_loop: no",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "confirm_departure: true",
            "confirm_departure: false",
            "constraint.loosened",
            "constraint.tightened",
        ),
        (
            "auto_docking: false",
            "auto_docking: true",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "network: none",
            "network: full",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "harbour_access: none",
            "harbour_access: pier-4",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "allow: [moor]",
            "allow: [moor, tow]",
            "authority.granted",
            "authority.revoked",
        ),
        (
            "denylist: [tow, race]",
            "denylist: [race]",
            "constraint.loosened",
            "constraint.tightened",
        ),
    ] {
        assert_eq!(kinds(before, after), [there], "{before} → {after}");
        assert_eq!(kinds(after, before), [back], "{after} → {before}");
    }
}

#[test]
fn other_names_stay_metadata() {
    for (before, after) in [
        ("deck_colour: blue", "deck_colour: green"),
        ("summary: rows", "summary: rows and steers"),
        ("experimental: true", "experimental: false"),
    ] {
        assert_eq!(kinds(before, after), ["metadata.changed"], "{before} → {after}");
    }
}

#[test]
fn a_set_that_holds_everything_is_wider() {
    let gained = kinds(
        "allowed_domains: [tides.example]",
        "allowed_domains: [tides.example, '*']",
    );
    assert_eq!(gained, ["authority.granted"]);
    for (before, after, expected) in [
        (
            "tools: [mcp__tides__read]",
            "tools: [mcp__tides]",
            "authority.granted",
        ),
        (
            "tools: [mcp__tides]",
            "tools: [mcp__tides__read]",
            "authority.revoked",
        ),
        (
            "forbidden_paths: [logs/crew]",
            "forbidden_paths: [logs/crew/notes]",
            "constraint.loosened",
        ),
    ] {
        assert_eq!(kinds(before, after), [expected], "{before} → {after}");
    }
    let apart = kinds("forbidden_paths: [logs/crew]", "forbidden_paths: [logs/crews]");
    assert_eq!(apart, ["constraint.loosened", "constraint.tightened"]);
}

#[test]
fn a_level_in_a_map_of_permissions_frees_or_binds() {
    let map = |level: &str| format!("permission:\n  edit: {level}\n  read: allow");
    for (before, after, there, back) in [
        ("deny", "ask", "constraint.loosened", "constraint.tightened"),
        ("ask", "allow", "authority.granted", "constraint.tightened"),
        ("deny", "allow", "authority.granted", "constraint.tightened"),
    ] {
        assert_eq!(kinds(&map(before), &map(after)), [there], "{before} → {after}");
        assert_eq!(kinds(&map(after), &map(before)), [back], "{after} → {before}");
    }
    // A key that asks for something is freed the other way round.
    assert_eq!(
        kinds("requires_approval: never", "requires_approval: always"),
        ["constraint.tightened"]
    );
}
