//! From a repository and two of its states to what [`check`](crate::check::check) judges.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::check::CheckInput;
use crate::check::CodeownersChange;
use crate::check::SpecPair;
use crate::cli::policy;
use crate::cli::policy::Policy;
use crate::git::Comparison;
use crate::git::FileChange;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::ids::CommitSha;
use crate::ids::SpecPath;

/// Where GitHub looks for code owners, in its order.
const CODEOWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Everything about two states of a repository that a verdict is made of.
pub fn gather(
    repo: &Repository,
    comparison: &Comparison,
    policy: Policy,
    today: Date,
) -> anyhow::Result<CheckInput> {
    let changed = repo.changed(&comparison.base, &comparison.head, &|path| policy.is_spec(path))?;
    let specs = changed
        .iter()
        .map(|change| pair(repo, comparison, change, &policy));
    let specs = specs.collect::<anyhow::Result<Vec<SpecPair>>>()?;
    let known_specs = match policy.written {
        true => repo.files(&comparison.head, &|path| policy.is_spec(path))?,
        false => Vec::new(),
    };
    let input = CheckInput::local(
        &comparison.base.to_string(),
        &comparison.head.to_string(),
        policy.config,
        today,
    );
    let mut input = CheckInput {
        specs,
        known_specs,
        policy_change: policy::changed(repo, comparison)?,
        codeowners: codeowners(repo, &comparison.base)?.map(|(_, text)| text),
        codeowners_change: codeowners_change(repo, comparison)?,
        author_names: author_names(repo, comparison)?,
        ..input
    };
    input.keep_specs();
    Ok(input)
}

fn pair(
    repo: &Repository,
    comparison: &Comparison,
    change: &FileChange,
    policy: &Policy,
) -> anyhow::Result<SpecPair> {
    let side = |snapshot: &Snapshot, path: &Option<SpecPath>| match path {
        Some(path) => repo.read(snapshot, path),
        None => Ok(None),
    };
    let before = side(&comparison.base, &change.before)?;
    let base_tip = match &comparison.base_tip {
        Some(tip) => side(&Snapshot::Commit(tip.clone()), &change.before)?,
        None => None,
    };
    let path = change.after.as_ref().or(change.before.as_ref());
    let log = path.and_then(|path| policy.config.policy_for(path)?.separate_log);
    Ok(SpecPair {
        before_path: change.before.clone(),
        after_path: change.after.clone(),
        base_tip: base_tip.filter(|tip| Some(tip) != before.as_ref()),
        after: side(&comparison.head, &change.after)?,
        before,
        separate_log: match log {
            Some(path) => Some((
                repo.read(&comparison.base, &path)?,
                repo.read(&comparison.head, &path)?,
            )),
            None => None,
        },
    })
}

/// The CODEOWNERS file that counts in a snapshot, with its text.
fn codeowners(repo: &Repository, snapshot: &Snapshot) -> anyhow::Result<Option<(SpecPath, String)>> {
    for path in CODEOWNERS {
        let path = SpecPath::new(path);
        if let Some(bytes) = repo.read(snapshot, &path)? {
            return Ok(Some((path, String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    Ok(None)
}

fn codeowners_change(repo: &Repository, comparison: &Comparison) -> anyhow::Result<Option<CodeownersChange>> {
    let before = codeowners(repo, &comparison.base)?;
    let after = codeowners(repo, &comparison.head)?;
    if before == after {
        return Ok(None);
    }
    let path = after.as_ref().or(before.as_ref()).map(|(path, _)| path.clone());
    Ok(path.map(|path| CodeownersChange {
        path,
        after: after.map(|(_, text)| text),
    }))
}

/// Who wrote the commits between the two states, by name; for the change log's author column.
fn author_names(repo: &Repository, comparison: &Comparison) -> anyhow::Result<Vec<String>> {
    let Snapshot::Commit(base) = &comparison.base else {
        return Ok(Vec::new());
    };
    let head: CommitSha = match &comparison.head {
        Snapshot::Commit(head) => head.clone(),
        Snapshot::WorkingTree => repo.resolve("HEAD")?,
        Snapshot::Empty => return Ok(Vec::new()),
    };
    let commits = repo.commits(base, &head)?;
    let names: BTreeSet<String> = commits.into_iter().map(|commit| commit.author.name).collect();
    Ok(names.into_iter().collect())
}
