//! Front matter in every style people write it, each with what only looks like it.

use super::read;
use super::told;
use crate::spec::ProblemKind;

#[test]
fn toml_between_plus_signs_is_front_matter() {
    let text = "+++\nid = \"gardener\" # who\nversion = \"3.1.0\"\nowner = 'Jo Doe'\ndate = 2026-01-02\ncan_dig = true\n\
                max_trees = 2_500\nrequires_approval_for = [\n  \"felling\", # never alone\n  \"fire\",\n]\n\n[limits]\nno_noise = true\n\
                paths.forbidden = [\"pond\"]\n\n[[changelog]]\nversion = \"3.1.0\"\ndate = 2026-01-02\nnotes = \"more trees\"\n+++\n\n# Gardener\n\n\
                ## Duties\n\n- dig\n";
    let spec = read(text);
    assert!(spec.problems.is_empty(), "{:?}", spec.problems);
    assert_eq!(
        told(&spec),
        [
            "metadata : id: gardener",
            "metadata : owner: Jo Doe",
            "grant : can_dig: true",
            "grant : max_trees: 2_500",
            "limit requires_approval_for: felling",
            "limit requires_approval_for: fire",
            "limit limits: no_noise: true",
            "limit limits/paths/forbidden: pond",
            "duty Duties: dig",
        ]
    );
    assert_eq!(spec.role_id.as_ref().unwrap().value, "gardener");
    assert_eq!(spec.date.as_ref().unwrap().value, "2026-01-02");
    assert_eq!((spec.version(), spec.versions[0].line), (Some("3.1.0"), 3));
    assert_eq!(&text[spec.versions[0].bytes.clone()], "3.1.0");
    assert_eq!(spec.front_matter.unwrap().last, 21);
    let log = spec.changelog.as_ref().unwrap();
    assert_eq!(
        (log.rows.len(), log.rows[0].version.as_deref()),
        (1, Some("3.1.0"))
    );
    for item in &spec.items {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        assert_eq!(letters(&text[item.bytes.clone()]), letters(&item.text));
    }
}

#[test]
fn broken_toml_is_told_and_read_by_lines() {
    for (text, line) in [
        ("+++\nid = \"x\ncan_dig = true\n+++\n# T\n", 2),
        ("+++\nid = [\"x\"\ncan_dig = true\n+++\n# T\n", 2),
        ("+++\nnot a pair\ncan_dig = true\n+++\n# T\n", 2),
        ("+++\n[limits\ncan_dig = true\n+++\n# T\n", 2),
    ] {
        let spec = read(text);
        assert_eq!(
            spec.problems[0].kind,
            ProblemKind::FrontMatterUnreadable,
            "{text}"
        );
        assert_eq!(spec.problems[0].line, line, "{text}");
        assert!(
            told(&spec).iter().any(|item| item == "grant : can_dig: true"),
            "{text} {:?}",
            told(&spec)
        );
    }
    let twice = read("+++\ncan_dig = true\ncan_dig = false\n+++\n# T\n");
    assert_eq!(
        (twice.problems[0].kind, twice.problems[0].line),
        (ProblemKind::DuplicateKey, 3)
    );
    for text in [
        "+++\nid = \"x\"\n\n# T\n",
        "+++\n\n# T\n\n+++\n",
        "# T\n\n+++\nid = \"x\"\n+++\n",
    ] {
        assert!(read(text).front_matter.is_none(), "{text}");
    }
}

#[test]
fn a_key_says_what_it_is_by_how_it_is_built() {
    for (key, facet) in [
        ("upload_allowed", "grant"),
        ("canMessageUsers", "grant"),
        ("allow_shell", "grant"),
        ("order_limit", "limit"),
        ("budget_usd_max", "grant"),
        ("tool_allowlist", "grant"),
        ("delete_forbidden", "limit"),
        ("deny_network", "limit"),
        ("no_external_calls", "limit"),
        ("command_blocklist", "limit"),
        ("deploy_approval", "limit"),
        ("requiresHumanReview", "limit"),
        ("min_reviewers", "limit"),
        // Their neighbours.
        ("allowance", "metadata"),
        ("canteen", "metadata"),
        ("minutes", "metadata"),
        ("maxim", "metadata"),
        ("note", "metadata"),
        ("approver", "metadata"),
        ("forbidden_city", "limit"),
    ] {
        let spec = read(&format!("---\n{key}: 3\n---\n# T\n"));
        assert_eq!(told(&spec), [format!("{facet} : {key}: 3")], "{key}");
    }
}

#[test]
fn permissions_of_an_agent_are_told_apart() {
    let spec = read("---\npermissions:\n  allow: [read]\n  deny: [write]\n  ask:\n    - push\n---\n# T\n");
    assert_eq!(
        told(&spec),
        [
            "grant permissions/allow: read",
            "limit permissions/deny: write",
            "limit permissions/ask: push",
        ]
    );
    assert!(spec.sections[spec.items[2].section].trigger);
}

#[test]
fn tools_are_divided_by_commas_or_by_blanks() {
    for (line, expected) in [
        (
            "allowed-tools: Read Grep Bash(git log:*)",
            &["Read", "Grep", "Bash(git log:*)"][..],
        ),
        (
            "tools: Read, Bash(git log:*, git diff)",
            &["Read", "Bash(git log:*, git diff)"],
        ),
        ("tools: mcp__notes__write Read", &["mcp__notes__write", "Read"]),
        ("tools: all of them", &["all of them"]),
        ("labels: Big desk", &["Big desk"]),
    ] {
        let spec = read(&format!("---\n{line}\n---\n# T\n"));
        let texts: Vec<_> = spec.items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(texts, expected, "{line}");
    }
}

#[test]
fn owners_in_a_list_are_the_owner_and_a_birthday_is_no_update() {
    for (text, owner) in [
        ("---\nowners:\n  - jo\n  - ann\n---\n# T\n", Some("jo, ann")),
        ("---\nowners: [jo]\n---\n# T\n", Some("jo")),
        ("---\nmetadata:\n  owners:\n    - jo\n---\n# T\n", Some("jo")),
        ("---\npets:\n  owners:\n    - jo\n---\n# T\n", None),
        ("---\nowners: []\n---\n# T\n", None),
    ] {
        let owner_read = read(text).owner.map(|owner| owner.value);
        assert_eq!(owner_read.as_deref(), owner, "{text}");
    }
    for (text, date) in [
        (
            "---\ncreated: 2024-01-01\nupdated: 2026-01-01\n---\n# T\n",
            "2026-01-01",
        ),
        ("---\ncreated: 2024-01-01\n---\n# T\n", "2024-01-01"),
        (
            "# T\n\n**Created:** 2024-01-01\n**Last Updated:** 2026-01-01\n",
            "2026-01-01",
        ),
    ] {
        assert_eq!(read(text).date.unwrap().value, date, "{text}");
    }
}

#[test]
fn a_document_that_is_wrapped_as_code_is_read() {
    for (open, close, tail) in [
        ("````chatmode", "````", "\n## More\n\n- And more\n"),
        ("```chatmode", "```", ""),
        ("\n```agent", "```\n\n", ""),
    ] {
        let text = format!(
            "{open}\n---\nversion: 1.2.0\ntools: [read]\n---\n# Planner\n\n## Limits\n\n- No edits\n\n```rust\nfn x() {{}}\n```\n\n- No runs\n{close}\n{tail}"
        );
        let spec = read(&text);
        assert_eq!(spec.version(), Some("1.2.0"), "{text}");
        assert_eq!(
            spec.title.as_ref().map(|title| title.value.as_str()),
            Some("Planner"),
            "{text}"
        );
        let limits = told(&spec)
            .into_iter()
            .filter(|item| item.starts_with("limit") && item.contains("No "));
        assert_eq!(limits.count(), 2, "{text}");
        assert!(told(&spec).iter().all(|item| !item.contains("```")), "{text}");
        assert_eq!(
            tail.is_empty(),
            !told(&spec).iter().any(|item| item.ends_with("More: And more")),
            "{text}"
        );
    }
    let spec = read("```yaml\nname: x\n---\n```\n\n# T\n\n- a\n");
    assert_eq!(spec.front_matter, None);
}

#[test]
fn an_agents_definition_in_a_block_of_code_is_read_as_front_matter_is() {
    let definition = "```yaml\nactivation-instructions:\n  - Read this file\n  - ONLY greet, then wait\n  \
         - CRITICAL: never load other files\nagent:\n  name: Jo\n  id: dev\n\
         persona:\n  core_principles:\n    - Be brief\ncommands:\n  - help: Show a list\ndependencies:\n  tasks:\n    - create.md\n```\n";
    let spec = read(&["# dev\n\n", definition].concat());
    let found = told(&spec);
    let limits: Vec<&str> = found
        .iter()
        .filter(|item| item.starts_with("limit"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        limits,
        [
            "limit activation-instructions: ONLY greet, then wait",
            "limit activation-instructions: CRITICAL: never load other files",
        ]
    );
    assert!(
        found
            .iter()
            .all(|item| item.starts_with("limit") || item.starts_with("metadata")),
        "{found:?}"
    );
    // Other blocks show something.
    for text in [
        "# dev\n\n```yaml\nrules:\n  - never push\n```\n".to_owned(),
        ["# dev\n\n", &definition.replace("yaml", "text")].concat(),
        ["---\nname: dev\n---\n", definition].concat(),
    ] {
        assert!(
            told(&read(&text)).iter().all(|item| !item.starts_with("limit")),
            "{text}"
        );
    }
}
