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
