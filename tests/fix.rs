//! Mending makes the findings about versions and change logs go away, changes no meaning, and has
//! nothing to do when it is run again.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use jiff::civil::Date;

use specwarden::check::CheckInput;
use specwarden::check::SpecPair;
use specwarden::check::check;
use specwarden::config::Config;
use specwarden::fix::fix;
use specwarden::ids::SpecPath;
use specwarden::report::Report;
use specwarden::rules::Severity;

const TODAY: Date = Date::constant(2026, 11, 21);

fn input(pair: &SpecPair) -> CheckInput {
    CheckInput {
        specs: vec![pair.clone()],
        author_names: vec!["Dana Whitlock".to_owned()],
        ..CheckInput::local("base", "head", Config::default(), TODAY)
    }
}

fn pair(before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> SpecPair {
    let path = SpecPath::new("roles/porter.md");
    SpecPair {
        before_path: before.is_some().then(|| path.clone()),
        after_path: after.is_some().then_some(path),
        before,
        after,
        ..SpecPair::default()
    }
}

/// Rule ids about versions and change logs that are more than notes.
fn open(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .filter(|finding| finding.rule.starts_with("version-") || finding.rule.starts_with("changelog-"))
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect()
}

fn meaning(report: &Report) -> Vec<String> {
    let mut kinds: Vec<String> = report.specs[0]
        .changes
        .iter()
        .filter(|change| change.kind.as_str() != "format.changed")
        .map(|change| format!("{} {:?} {:?}", change.kind, change.before, change.after))
        .collect();
    kinds.sort();
    kinds
}

/// What is wrong with the mended pair; empty where all is well.
fn judge(before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Vec<String> {
    let asked = pair(before, after);
    let first = check(&input(&asked));
    let found = open(&first);
    let Some(fixed) = fix(&asked, &input(&asked)) else {
        // A revert is for people to decide.
        return found
            .into_iter()
            .filter(|finding| !finding.contains("a revert"))
            .map(|finding| format!("not mended: {finding}"))
            .collect();
    };
    let mut mended = asked.clone();
    mended.after = Some(fixed.files[0].1.clone());
    let second = check(&input(&mended));
    let mut wrong: Vec<String> = open(&second)
        .into_iter()
        .map(|finding| format!("still there: {finding}"))
        .collect();
    if meaning(&first) != meaning(&second) {
        wrong.push(format!(
            "meaning changed: {:?} / {:?}",
            meaning(&first),
            meaning(&second)
        ));
    }
    if found.is_empty() {
        wrong.push(format!("mended where nothing was wrong: {:?}", fixed.summary));
    }
    if let Some(again) = fix(&mended, &input(&mended)) {
        wrong.push(format!("a second run changes something: {:?}", again.summary));
    }
    wrong
}

/// Folders that hold `before.md` and `after.md`, or one of them, at any depth.
fn cases(root: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(root) else {
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    if entries
        .iter()
        .any(|path| path.ends_with("after.md") || path.ends_with("before.md"))
    {
        found.push(root.to_owned());
    }
    for path in entries.iter().filter(|path| path.is_dir()) {
        cases(path, found);
    }
}

fn judge_folders(roots: &[PathBuf]) -> (usize, Vec<String>) {
    let mut folders = Vec::new();
    for root in roots {
        cases(root, &mut folders);
    }
    let mut wrong = Vec::new();
    for folder in &folders {
        let read = |name: &str| fs::read(folder.join(name)).ok();
        for complaint in judge(read("before.md"), read("after.md")) {
            wrong.push(format!("{}: {complaint}", folder.display()));
        }
    }
    (folders.len(), wrong)
}

#[test]
fn every_fixture_is_mended_once_and_for_all() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let (count, wrong) = judge_folders(&[root]);
    assert!(count > 0, "no fixtures");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The evaluation kit lies beside the repository where there is one; `SPECWARDEN_EVAL` names more
/// folders, parted by colons.
#[test]
fn every_labelled_pair_is_mended_once_and_for_all() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/cases");
    let named = std::env::var("SPECWARDEN_EVAL").unwrap_or_default();
    let mut roots: Vec<PathBuf> = named
        .split(':')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect();
    roots.push(beside);
    let (count, wrong) = judge_folders(&roots);
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Steps the version of `before` by an added limit, and returns what mending wrote into the log.
fn drafted(before: &str) -> String {
    let after = before.replacen(
        "- Must lock the cellar\n",
        "- Must lock the cellar\n- Must wind the clock\n",
        1,
    );
    assert_ne!(before, after);
    let asked = pair(Some(before.as_bytes().to_vec()), Some(after.as_bytes().to_vec()));
    let fixed = fix(&asked, &input(&asked)).expect("something to mend");
    let text = String::from_utf8(fixed.files[0].1.clone()).expect("text stays text");
    let wrong = judge(Some(before.as_bytes().to_vec()), Some(after.as_bytes().to_vec()));
    assert!(wrong.is_empty(), "{wrong:?}\n{text}");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !after.lines().any(|old| old == *line))
        .collect();
    lines.join("\n")
}

const BODY: &str = "# Night Porter\n\n**Version:** 1.2.0\n\n## Constraints\n\n- Must lock the cellar\n\n";

#[test]
fn a_row_is_written_as_the_log_writes_them() {
    for (log, row) in [
        (
            "## Change Log\n\n- **2026-03-02**: Cellar\n- **2025-11-30**: First text\n",
            "- **2026-11-21**: Added limit: Must wind the clock",
        ),
        (
            "## Revision History\n\n| Revision | Date | Editor | Approved by | Summary |\n|---|---|---|---|---|\n| 1.1.0 | 30.11.2025 | Bo Li | board | First text |\n| **1.2.0** | 02.03.2026 | Ann Uy | board | Cellar |\n",
            "| **1.3.0** | 21.11.2026 | Dana Whitlock |  | Added limit: Must wind the clock |",
        ),
        (
            "## Changelog\n\n### [Unreleased]\n\n### [1.2.0] - 2026-03-02\n\n#### Changed\n\n- Cellar\n\n### [1.1.0] - 2025-11-30\n\n#### Added\n\n- First text\n",
            "### [1.3.0] - 2026-11-21\n- Added limit: Must wind the clock",
        ),
        (
            "## Version History\n\n* v1.2.0 (March 2, 2026) by Ann Uy - Cellar\n* v1.1.0 (November 30, 2025) by Ann Uy - First text\n",
            "* v1.3.0 (November 21, 2026) by Dana Whitlock - Added limit: Must wind the clock",
        ),
        (
            "## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n",
            "| 1.3.0 | 2026-11-21 | Dana Whitlock | Added limit: Must wind the clock |",
        ),
    ] {
        let found = drafted(&format!("{BODY}{log}"));
        let expected = format!("**Version:** 1.3.0\n{row}");
        assert_eq!(found, expected, "{log}");
    }
}

#[test]
fn a_log_in_front_matter_gets_a_row_of_its_own_keys() {
    let before = "---\nrole: night-porter\nversion: \"1.2.0\"\nchangelog:\n  - version: \"1.2.0\"\n    date: 2026-03-02\n    author: Ann Uy\n    changes: Cellar\n  - version: \"1.1.0\"\n    date: 2025-11-30\n    author: Ann Uy\n    changes: First text\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n";
    assert_eq!(
        drafted(before),
        "version: \"1.3.0\"\n  - version: \"1.3.0\"\n    date: 2026-11-21\n    author: \"Dana Whitlock\"\n    changes: \"Added limit: Must wind the clock\""
    );
}

#[test]
fn line_breaks_and_the_byte_order_mark_stay() {
    let before =
        format!("\u{feff}{BODY}## Change Log\n\n- 1.2.0 (2026-03-02): Cellar\n- 1.1.0 (2025-11-30): First\n")
            .replace('\n', "\r\n");
    let after = before.replacen("cellar\r\n", "cellar\r\n- Must wind the clock\r\n", 1);
    let asked = pair(Some(before.into_bytes()), Some(after.into_bytes()));
    let fixed = fix(&asked, &input(&asked)).expect("something to mend");
    let text = String::from_utf8(fixed.files[0].1.clone()).unwrap();
    assert!(text.starts_with('\u{feff}'));
    assert!(
        text.contains("\r\n- 1.3.0 (2026-11-21): Added limit: Must wind the clock\r\n- 1.2.0"),
        "{text:?}"
    );
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn a_separate_change_log_gets_the_row() {
    let log =
        "# Changelog\n\n## [1.2.0] - 2026-03-02\n\n- Cellar\n\n## [1.1.0] - 2025-11-30\n\n- First text\n";
    let mut asked = pair(
        Some(BODY.as_bytes().to_vec()),
        Some(
            BODY.replacen("cellar\n", "cellar\n- Must wind the clock\n", 1)
                .into_bytes(),
        ),
    );
    asked.separate_log = Some((Some(log.as_bytes().to_vec()), Some(log.as_bytes().to_vec())));
    let config = Config::parse("specs: [{ paths: [\"roles/**\"], changelog: ./CHANGES.md }]").unwrap();
    let with_policy = CheckInput {
        config,
        ..input(&asked)
    };
    let fixed = fix(&asked, &with_policy).expect("something to mend");
    let names: Vec<&str> = fixed.files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        names,
        ["roles/porter.md", "roles/CHANGES.md"],
        "{:?}",
        fixed.summary
    );
    let text = String::from_utf8(fixed.files[1].1.clone()).unwrap();
    assert!(
        text.contains("## [1.3.0] - 2026-11-21\n\n- Added limit: Must wind the clock\n\n## [1.2.0]"),
        "{text}"
    );
}

#[test]
fn a_revert_is_left_to_people() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules/version-decreased/revert");
    let read = |name: &str| fs::read(root.join(name)).ok();
    let asked = pair(read("before.md"), read("after.md"));
    assert_eq!(fix(&asked, &input(&asked)), None);
}

#[test]
fn a_value_that_is_no_yaml_gets_quotes() {
    let broken = "---\nid: porter\nversion: 1.0.0\nowner: @night/desk\ndescription: Use it when: the \"bell\" rings\n---\n# Porter\n\n## Constraints\n\n- Must lock the cellar\n";
    let pair = pair(None, Some(broken.as_bytes().to_vec()));
    let found = check(&input(&pair)).findings;
    let told = found
        .iter()
        .find(|finding| finding.rule == "spec-unreadable")
        .unwrap();
    assert_eq!(told.line, Some(4), "{told:?}");
    let mended = fix(&pair, &input(&pair)).expect("something to mend");
    let text = String::from_utf8(mended.files[0].1.clone()).unwrap();
    assert!(text.contains("owner: \"@night/desk\"\n"), "{text}");
    assert!(
        text.contains("description: \"Use it when: the \\\"bell\\\" rings\"\n"),
        "{text}"
    );
}

#[test]
fn what_quotes_do_not_mend_is_left_alone() {
    let broken = "---\nid: porter\nskills: [keys, locks\nowner: ann\n---\n# Porter\n\n## Constraints\n\n- Must lock the cellar\n";
    let pair = pair(None, Some(broken.as_bytes().to_vec()));
    let found = check(&input(&pair)).findings;
    let told = found
        .iter()
        .find(|finding| finding.rule == "spec-unreadable")
        .unwrap();
    assert_eq!(told.suggestion, None);
}
