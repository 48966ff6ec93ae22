use specwarden::diff::ChangeKind;
use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

use crate::kinds;

#[test]
fn one_edit_in_two_voices_is_told_once() {
    let words = Vocabulary::default();
    let text = |percent: u32| {
        format!(
            "---\nrole: warden\ndecision_making:\n  escalation_criteria:\n    - Confidence < {percent}%\n---\n\n# Warden\n\n## Escalation\n\n- **Confidence threshold** - Any decision where confidence drops below {percent}%\n- Two wardens disagree\n"
        )
    };
    let read = |percent: u32| parse("w.md", text(percent).as_bytes(), &words);
    let changes = diff(Some(&read(70)), Some(&read(50)), true, &words).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].echoes.len(), 1);
}

#[test]
fn a_scalar_and_a_line_of_the_body_are_one_edit() {
    let words = Vocabulary::default();
    let text = |level: &str, owner: &str| {
        format!(
            "---\nrole: warden\nowner: {owner}\nautonomy_level: {level}\n---\n\n# Warden\n\n**Owner:** {owner}\n\n## Autonomy\n\n**Autonomy Level**: {level}\n"
        )
    };
    let read = |level: &str, owner: &str| parse("w.md", text(level, owner).as_bytes(), &words);
    let changes = diff(
        Some(&read("low", "Ada")),
        Some(&read("medium", "Bo")),
        true,
        &words,
    )
    .changes;
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(kinds, ["authority.granted", "owner.changed"], "{changes:#?}");
    assert!(
        changes.iter().all(|change| change.echoes.len() == 1),
        "{changes:#?}"
    );
}

#[test]
fn a_double_elsewhere_does_not_hide_a_loss() {
    let words = Vocabulary::default();
    let text = |approval: &str| {
        format!(
            "---\nrole: warden\nconstraints:\n  - requires_approval_for: [{approval}]\n  - forbidden_actions: [deployment]\n---\n\n# Warden\n"
        )
    };
    let read = |approval: &str| parse("w.md", text(approval).as_bytes(), &words);
    let changes =
        |before: &str, after: &str| diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
    let lost = changes("deployment, commit", "commit");
    assert_eq!(lost.len(), 1, "{lost:#?}");
    assert_eq!(lost[0].kind, ChangeKind::ConstraintLoosened);
    let doubled = changes("deployment, commit", "deployment, commit, commit");
    assert!(
        doubled
            .iter()
            .all(|change| change.kind == ChangeKind::FormatChanged),
        "{doubled:#?}"
    );
}

#[test]
fn a_statement_of_many_pages_is_shown_and_not_read() {
    let long = format!("Must {}", "carry stones and ".repeat(60_000));
    assert_eq!(
        kinds("Constraints", &long, &format!("{long} never")),
        ["constraint.unclear"]
    );
}

#[test]
fn a_heading_that_orders_is_told_as_the_rule_it_is() {
    let words = Vocabulary::default();
    let read = |habits: &str| {
        let text = format!("# Bot\n\n## Habits\n\n{habits}### Be kind\n\nAlways.\n");
        parse("b.md", text.as_bytes(), &words)
    };
    let told = |before: &str, after: &str| {
        let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
        let kinds: Vec<&str> = changes.iter().map(|change| change.kind.as_str()).collect();
        kinds.join(" ")
    };
    let rule = "### Never deploy on Fridays\n\n";
    assert_eq!(told(rule, ""), "constraint.loosened");
    assert_eq!(told("", rule), "constraint.tightened");
    assert_eq!(
        told(rule, "### Never deploy on Fridays without a review\n\n"),
        "constraint.loosened"
    );
    let explained = format!("{rule}They are quiet.\n\n");
    assert_eq!(told(&explained, ""), "constraint.loosened section.removed");
}

#[test]
fn a_row_whose_level_changes_frees_or_binds() {
    let words = Vocabulary::default();
    let read = |levels: [&str; 2]| {
        let [first, second] = levels;
        let text = format!(
            "# Bot\n\n## Decisions\n\n| Act | Level |\n|-|-|\n| Merge a fix | {first} |\n| Drop a table | {second} |\n"
        );
        parse("b.md", text.as_bytes(), &words)
    };
    let told = |before: [&str; 2], after: [&str; 2]| {
        let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
        let kinds: Vec<&str> = changes.iter().map(|change| change.kind.as_str()).collect();
        kinds.join(" ")
    };
    assert_eq!(
        told(["Ask first", "Never"], ["Autonomous", "Never"]),
        "constraint.loosened"
    );
    assert_eq!(
        told(["Autonomous", "Never"], ["Ask first", "Never"]),
        "authority.revoked"
    );
    assert_eq!(
        told(["Ask first", "Never"], ["Ask first", "Ask first"]),
        "constraint.loosened"
    );
}
