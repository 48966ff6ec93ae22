use specwarden::diff::diff;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

fn kinds(key: &str, before: &str, after: &str) -> Vec<&'static str> {
    let words = Vocabulary::default();
    let read = |value: &str| {
        let text = format!("---\nrole: warden\n{key}: {value}\n---\n\n# Warden\n");
        parse("w.md", text.as_bytes(), &words)
    };
    let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
    changes.iter().map(|change| change.kind.as_str()).collect()
}

#[test]
fn a_pattern_that_covers_another_is_the_same_entry_wider_or_narrower() {
    for (key, before, after, expected) in [
        (
            "allowed_paths",
            "[deploy/staging/**]",
            "[deploy/**]",
            "authority.granted",
        ),
        (
            "allowed_paths",
            "[deploy/**]",
            "[deploy/staging/**]",
            "authority.revoked",
        ),
        ("allowed_paths", "[src/*]", "[src/**]", "authority.granted"),
        (
            "tools",
            "Read, Bash(git log:*)",
            "Read, Bash(git:*)",
            "authority.granted",
        ),
        ("tools", "Read, Bash", "Read, Bash(git:*)", "authority.revoked"),
        (
            "forbidden_paths",
            "[infra/**]",
            "[infra/prod/**]",
            "constraint.loosened",
        ),
        (
            "forbidden_paths",
            "[infra/prod/**]",
            "[infra/**]",
            "constraint.tightened",
        ),
        ("can_deploy", "false", "no", "authority.reworded"),
        ("can_deploy", "no", "yes", "authority.granted"),
        ("max_spend", "5000", "5_000", "authority.reworded"),
    ] {
        assert_eq!(kinds(key, before, after), [expected], "{key}: {before} → {after}");
    }
}

#[test]
fn patterns_that_do_not_cover_each_other_are_two_entries() {
    let both = kinds("allowed_paths", "[docs/a/**]", "[docs/b/**]");
    assert_eq!(both, ["authority.granted", "authority.revoked"]);
}
