//! Every rule over every fixture: what fires, what its nearest neighbour keeps quiet about, and what
//! all the other rules say meanwhile. A fixture is a folder with `before.md`, `after.md` or both, and
//! `findings.txt`: severity, rule and line of everything that is to be found, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use jiff::civil::Date;

use specwarden::check::CheckInput;
use specwarden::check::PolicyChange;
use specwarden::check::SpecPair;
use specwarden::check::check;
use specwarden::config::Config;
use specwarden::ids::SpecPath;
use specwarden::rules;
use specwarden::rules::Example;
use specwarden::rules::Finding;
use specwarden::rules::Level;
use specwarden::rules::Severity;

const TODAY: Date = Date::constant(2026, 11, 21);

fn judged(
    before: Option<&[u8]>,
    after: Option<&[u8]>,
    base_tip: Option<&[u8]>,
    config: Config,
) -> Vec<Finding> {
    let path = SpecPath::new("roles/night-porter.md");
    let pair = SpecPair {
        before_path: before.map(|_| path.clone()),
        after_path: after.map(|_| path.clone()),
        before: before.map(<[u8]>::to_vec),
        after: after.map(<[u8]>::to_vec),
        base_tip: base_tip.map(<[u8]>::to_vec),
        separate_log: None,
    };
    let input = CheckInput {
        specs: vec![pair],
        author_names: vec!["Ann Uy".to_owned()],
        ..CheckInput::local("base", "head", config, TODAY)
    };
    check(&input).findings
}

fn told(findings: &[Finding]) -> Vec<String> {
    let mut told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let line = finding
                .line
                .map_or_else(|| "-".to_owned(), |line| line.to_string());
            format!("{severity} {} {line}", finding.rule)
        })
        .collect();
    told.sort();
    told
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_dir())
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    found
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules")
}

#[test]
fn every_rule_says_what_it_should_about_every_fixture_and_nothing_else() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in folders(&fixtures()).iter().flat_map(|rule| folders(rule)) {
        count += 1;
        let read = |name: &str| fs::read(case.join(name)).ok();
        let (before, after, tip) = (read("before.md"), read("after.md"), read("base_tip.md"));
        let policy = fs::read_to_string(case.join("policy.yml")).unwrap_or_default();
        let config = Config::parse(&policy).unwrap();
        let findings = judged(before.as_deref(), after.as_deref(), tip.as_deref(), config);
        let mut expected: Vec<String> = fs::read_to_string(case.join("findings.txt"))
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        expected.sort();
        if told(&findings) != expected {
            let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
            wrong.push(format!(
                "{}\n  expected {expected:?}\n  found    {:?}\n  {said:?}",
                case.display(),
                told(&findings)
            ));
        }
    }
    assert!(count >= 2 * (rules::ALL.len() - 1), "only {count} fixtures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_that_fires_and_a_neighbour_that_does_not() {
    for rule in rules::ALL.iter().filter(|rule| rule.id != "config-invalid") {
        let folder = fixtures().join(rule.id);
        let names =
            |kind: &str| fs::read_to_string(folder.join(kind).join("findings.txt")).unwrap_or_default();
        assert!(names("fires").contains(rule.id), "{} never fires", rule.id);
        assert!(
            folder.join("silent/findings.txt").exists(),
            "{} has no neighbour",
            rule.id
        );
        assert!(
            !names("silent").contains(rule.id),
            "{} fires in its neighbour",
            rule.id
        );
    }
}

/// Runs an example with the rule switched on.
fn fires(id: &str, example: &Example) -> bool {
    if id == "config-invalid" {
        return Config::parse(example.after).is_err();
    }
    let config = Config::parse(&format!("rules: {{ {id}: error }}")).expect("a good policy");
    judged(
        example.before.map(str::as_bytes),
        Some(example.after.as_bytes()),
        example.base_tip.map(str::as_bytes),
        config,
    )
    .iter()
    .any(|finding| finding.rule == id && finding.severity != Severity::Note)
}

#[test]
fn the_examples_in_the_docs_are_true() {
    for rule in rules::ALL {
        assert!(
            fires(rule.id, &rule.docs.example),
            "the example of {} does not fire",
            rule.id
        );
        assert!(
            !fires(rule.id, &rule.docs.instead),
            "the advice of {} fires",
            rule.id
        );
        assert!(!rule.docs.what.is_empty() && !rule.docs.why.is_empty() && !rule.summary.is_empty());
    }
}

/// The contract: ids and defaults.
const DEFAULTS: &[(&str, Level)] = &[
    ("version-missing", Level::Off),
    ("version-removed", Level::Error),
    ("version-unreadable", Level::Error),
    ("version-not-bumped", Level::Error),
    ("version-bump-too-small", Level::Error),
    ("version-bump-too-large", Level::Warning),
    ("version-decreased", Level::Error),
    ("version-skipped", Level::Warning),
    ("version-conflict", Level::Error),
    ("version-taken", Level::Error),
    ("changelog-missing", Level::Off),
    ("changelog-row-missing", Level::Error),
    ("changelog-row-mismatch", Level::Error),
    ("changelog-row-incomplete", Level::Error),
    ("changelog-date-invalid", Level::Error),
    ("changelog-author-unknown", Level::Off),
    ("changelog-history-rewritten", Level::Error),
    ("changelog-out-of-order", Level::Warning),
    ("changelog-silent-on-risk", Level::Warning),
    ("spec-unreadable", Level::Error),
    ("spec-drift", Level::Warning),
    ("owner-missing", Level::Off),
    ("hidden-text", Level::Error),
    ("conflict-markers", Level::Error),
    ("config-invalid", Level::Error),
];

#[test]
fn ids_and_defaults_are_for_ever() {
    let now: Vec<(&str, Level)> = rules::ALL.iter().map(|rule| (rule.id, rule.default)).collect();
    assert_eq!(now, DEFAULTS);
}

/// What looks at the other direction of each rule, or why nothing does.
const MIRRORS: &[(&str, Result<&str, &str>)] = &[
    ("version-missing", Ok("version-removed")),
    (
        "version-removed",
        Err("a version that appears is what version-missing asks for"),
    ),
    (
        "version-unreadable",
        Err("a version that becomes readable is mended"),
    ),
    ("version-not-bumped", Ok("version-bump-too-large")),
    ("version-bump-too-small", Ok("version-bump-too-large")),
    ("version-bump-too-large", Ok("version-bump-too-small")),
    ("version-decreased", Ok("version-skipped")),
    ("version-skipped", Ok("version-decreased")),
    ("version-conflict", Err("places that come to agree are mended")),
    (
        "version-taken",
        Err("a version that the base branch gives up is a decrease there"),
    ),
    ("changelog-missing", Ok("changelog-history-rewritten")),
    ("changelog-row-missing", Ok("changelog-history-rewritten")),
    ("changelog-row-mismatch", Ok("changelog-row-missing")),
    (
        "changelog-row-incomplete",
        Err("filling a placeholder in is a mend that history-rewritten lets pass"),
    ),
    (
        "changelog-date-invalid",
        Err("a date is wrong in either direction: too late, too early"),
    ),
    (
        "changelog-author-unknown",
        Err("taking an author out of an old row is changelog-history-rewritten"),
    ),
    ("changelog-history-rewritten", Ok("changelog-row-missing")),
    (
        "changelog-out-of-order",
        Err("it judges a row at either end by the order that the log has"),
    ),
    (
        "changelog-silent-on-risk",
        Err("a limit that is tightened takes nothing from anybody unasked; its step still needs a row"),
    ),
    ("spec-unreadable", Err("a spec that becomes readable is mended")),
    (
        "spec-drift",
        Err("it fires whichever voice was edited; a voice that begins to agree is mended"),
    ),
    (
        "owner-missing",
        Err("an owner who is new or gone is the change owner.changed, which people approve"),
    ),
    ("hidden-text", Err("hidden text that goes away is mended")),
    ("conflict-markers", Err("marks that go away are mended")),
    ("config-invalid", Err("a policy that becomes valid is mended")),
];

#[test]
fn every_rule_has_its_mirror_or_a_reason() {
    let ids: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let audited: BTreeSet<&str> = MIRRORS.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, audited);
    for (id, mirror) in MIRRORS {
        match mirror {
            Ok(other) => assert!(ids.contains(other) && other != id, "{id}: {other}"),
            Err(reason) => assert!(reason.len() > 20, "{id}: {reason}"),
        }
    }
}

#[test]
fn added_and_removed_specs_owe_no_step_and_no_row() {
    let spec = fs::read(fixtures().join("version-not-bumped/fires/before.md")).unwrap();
    assert!(judged(None, Some(&spec), None, Config::default()).is_empty());
    assert!(judged(Some(&spec), None, None, Config::default()).is_empty());
}

#[test]
fn a_level_in_the_policy_wins_over_the_default() {
    let case = fixtures().join("version-not-bumped/fires");
    let before = fs::read(case.join("before.md")).unwrap();
    let after = fs::read(case.join("after.md")).unwrap();
    let under = |policy: &str| {
        let config = Config::parse(policy).unwrap();
        told(&judged(Some(&before), Some(&after), None, config))
    };
    assert_eq!(
        under("rules: { version-not-bumped: warning }"),
        ["warning version-not-bumped 3"]
    );
    assert!(under("rules: { version-not-bumped: off }").is_empty());
    assert_eq!(
        under("specs: [{ paths: [\"**\"], mode: warn }]"),
        ["warning version-not-bumped 3"]
    );
    assert!(under("bump: { constraint.loosened: none }").is_empty());
}

#[test]
fn a_waiver_makes_a_note_that_says_who_and_until_when() {
    let case = fixtures().join("version-not-bumped/fires");
    let before = fs::read(case.join("before.md")).unwrap();
    let after = fs::read(case.join("after.md")).unwrap();
    let under = |until: &str| {
        let policy = format!(
            "waivers: [{{ rule: version-not-bumped, path: \"roles/*.md\", reason: merging two houses, owner: bo, until: {until} }}]"
        );
        judged(Some(&before), Some(&after), None, Config::parse(&policy).unwrap())
    };
    let waived = under("2026-11-21");
    assert_eq!(told(&waived), ["note version-not-bumped 3"]);
    assert!(
        waived[0]
            .message
            .ends_with("(waived by bo until 2026-11-21: merging two houses)")
    );
    let stale = under("2026-11-20");
    assert_eq!(
        told(&stale),
        ["error version-not-bumped 3", "warning config-invalid -"]
    );
    assert!(
        stale[1].message.contains("ran out on 2026-11-20"),
        "{}",
        stale[1].message
    );
}

#[test]
fn a_broken_policy_in_the_pull_request_is_a_finding_and_does_not_judge() {
    let change = |after: &str| {
        let input = CheckInput {
            policy_change: Some(PolicyChange {
                path: SpecPath::new(".github/specwarden.yml"),
                after: Some(after.as_bytes().to_vec()),
            }),
            ..CheckInput::local("base", "head", Config::default(), TODAY)
        };
        check(&input).findings
    };
    let found = change("rules:\n  version-not-bumpd: off\n");
    assert_eq!(told(&found), ["error config-invalid 2"]);
    assert!(found[0].help.contains("version-not-bumped"), "{}", found[0].help);
    let found = change("approvals:\n  - name: legal\n    require: 2\n    from: { users: [ann] }\n");
    assert_eq!(told(&found), ["error config-invalid 2"]);
    assert!(change("rules: { version-skipped: off }\n").is_empty());
}

/// The head file with a finding's suggestion taken.
fn taking(case: &str, rule: &str) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(fixtures().join(case).join(name)).expect("a fixture");
    let (before, after) = (read("before.md"), read("after.md"));
    let findings = judged(Some(&before), Some(&after), None, Config::default());
    let finding = findings
        .iter()
        .find(|finding| finding.rule == rule)
        .expect("it fires");
    let suggestion = finding.suggestion.clone().expect("it suggests something");
    let text = String::from_utf8(after).expect("a fixture is text");
    let lines: Vec<&str> = text.lines().collect();
    let mut taken: Vec<&str> = lines.clone();
    taken[suggestion.line - 1] = &suggestion.replacement;
    (before, format!("{}\n", taken.join("\n")).into_bytes())
}

#[test]
fn a_suggestion_taken_as_it_is_mends_its_finding() {
    for rule in [
        "version-unreadable",
        "version-not-bumped",
        "version-bump-too-small",
        "version-bump-too-large",
        "version-decreased",
        "version-skipped",
        "version-conflict",
        "changelog-row-missing",
        "changelog-row-mismatch",
        "changelog-row-incomplete",
        "changelog-date-invalid",
        "changelog-silent-on-risk",
    ] {
        let (before, taken) = taking(&format!("{rule}/fires"), rule);
        let left = judged(Some(&before), Some(&taken), None, Config::default());
        assert!(
            left.iter().all(|finding| finding.rule != rule),
            "{rule}: {left:?}\n{}",
            String::from_utf8_lossy(&taken)
        );
    }
}
