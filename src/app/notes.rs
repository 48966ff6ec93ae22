//! The decisions on a merged pull request, mirrored into a Git note on the merged commit: who agreed
//! to what travels with the repository, and plain `git notes --ref=specwarden show` reads it.

use std::collections::BTreeSet;

use super::state::Merged;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::ledger::Line;
use crate::approvals::ledger::Section;
use crate::github::GitHubError;
use crate::github::TreeChange;
use crate::github::TreeEntry;
use crate::ids::CommitSha;
use crate::store::LedgerRow;

/// Where the notes are.
const REF: &str = "refs/notes/specwarden";

/// So many times in a row the ref may move between our reading and our writing; then the queue has
/// it tried again later.
const ATTEMPTS: usize = 5;

/// Brings the note on the merged commit up to the ledger. What comes after the merge, such as an
/// approval that is taken back, belongs to the decision as well and is added.
pub(super) async fn mirror(visit: &mut Visit<'_>) -> Result<(), Failure> {
    let merged = visit.state.facts.as_ref().and_then(|facts| facts.merged.clone());
    let Some(merged) = merged.filter(|_| visit.state.notes) else {
        return Ok(());
    };
    let key = visit.lease.key;
    let rows = visit.app.store.ledger(key.repo, Some(key.number.0)).await?;
    let newest = rows.last().map_or(0, |row| row.seq);
    if newest <= visit.state.noted {
        return Ok(());
    }
    let why = match write(visit, &merged, rows).await {
        Ok(Outcome::Written) => None,
        Ok(Outcome::Refused(why)) => Some(why),
        Err(Failure::GitHub(error)) if !error.is_passing() => Some(error.to_string()),
        Err(failure) => return Err(failure),
    };
    if let Some(why) = why {
        let commit = &merged.commit;
        tracing::warn!(%commit, why, "the decisions cannot be noted on the merged commit; they stay in the ledger");
    }
    visit.state.noted = newest;
    visit.keep().await?;
    Ok(())
}

/// What came of writing a note.
enum Outcome {
    Written,
    /// GitHub does not let the ref be moved, though nobody else moves it.
    Refused(String),
}

async fn write(visit: &Visit<'_>, merged: &Merged, rows: Vec<LedgerRow>) -> Result<Outcome, Failure> {
    let lines: Vec<Line> = rows.into_iter().map(line).collect();
    let section = Section::of(&visit.repo, visit.lease.key.number, merged.at, &lines);
    let mut tips = BTreeSet::new();
    let mut why = String::new();
    for _ in 0..ATTEMPTS {
        match attempt(visit, &merged.commit, &section).await? {
            Attempt::Written => return Ok(Outcome::Written),
            Attempt::Lost { tip, refusal } => {
                tips.insert(tip);
                why = refusal;
            }
        }
    }
    match tips.len() {
        1 => Ok(Outcome::Refused(why)),
        _ => Err(Failure::Broken(format!("{REF} moves all the time: {why}"))),
    }
}

fn line(row: LedgerRow) -> Line {
    Line {
        seq: row.seq,
        prev: row.prev,
        hash: row.hash,
        entry: row.entry,
    }
}

/// What came of writing a note once.
enum Attempt {
    Written,
    /// The ref was here when we read, and could not be moved on from there.
    Lost {
        tip: Option<CommitSha>,
        refusal: String,
    },
}

async fn attempt(visit: &Visit<'_>, commit: &CommitSha, section: &Section) -> Result<Attempt, GitHubError> {
    let (calls, repo) = (&visit.calls, &visit.repo);
    let tip = calls.reference(repo, REF).await?;
    let tree = match &tip {
        Some(tip) => Some(calls.commit_tree(repo, tip).await?),
        None => None,
    };
    let found = match &tree {
        Some(tree) => find(visit, tree, commit).await?,
        None => Vec::new(),
    };
    let mut says = String::new();
    for (_, blob) in &found {
        says.push_str(&String::from_utf8_lossy(&calls.blob(repo, blob).await?));
        says.push('\n');
    }
    let now = section.put_into(&says);
    let blob = calls.create_blob(repo, &now).await?;
    // As Git itself does it: one folder per first two digits keeps trees small.
    let place = found
        .first()
        .map_or_else(|| fanned_out(commit), |(path, _)| path.clone());
    if let [(_, known)] = found.as_slice()
        && *known == blob
    {
        return Ok(Attempt::Written);
    }
    // Git reads several notes on one commit as one: they become one.
    let others = found
        .iter()
        .skip(1)
        .map(|(path, _)| TreeChange::remove(path.clone()));
    let mut changes: Vec<TreeChange> = others.collect();
    changes.push(TreeChange::put(place, blob));
    let tree = calls.create_tree(repo, tree.as_deref(), &changes).await?;
    let message = format!("specwarden: decisions on #{}", visit.lease.key.number);
    let made = calls.create_commit(repo, &message, &tree, tip.as_ref()).await?;
    let moved = match &tip {
        Some(_) => calls.advance_ref(repo, REF, &made).await,
        None => calls.create_ref(repo, REF, &made).await,
    };
    match moved {
        Ok(()) => Ok(Attempt::Written),
        Err(GitHubError::Rejected { why, .. }) => Ok(Attempt::Lost { tip, refusal: why }),
        Err(error) => Err(error),
    }
}

fn fanned_out(commit: &CommitSha) -> String {
    match commit.as_str().split_at_checked(2) {
        Some((folder, rest)) => format!("{folder}/{rest}"),
        None => commit.to_string(),
    }
}

/// The notes on a commit, path and blob. Git spreads them over folders as they become many, so each
/// level may hold the note itself or a folder on the way to it.
async fn find(
    visit: &Visit<'_>,
    tree: &str,
    commit: &CommitSha,
) -> Result<Vec<(String, String)>, GitHubError> {
    let mut found = Vec::new();
    let mut level = Some((tree.to_owned(), String::new(), commit.as_str()));
    while let Some((tree, above, rest)) = level.take() {
        let entries = visit.calls.tree(&visit.repo, &tree).await?;
        let named = |kind: &str, name: &str| -> Option<TreeEntry> {
            let mut entries = entries.iter();
            entries
                .find(|entry| entry.kind == kind && entry.path == name)
                .cloned()
        };
        if let Some(note) = named("blob", rest) {
            found.push((format!("{above}{rest}"), note.sha));
        }
        if let Some((folder, further)) = rest.split_at_checked(2)
            && let Some(below) = named("tree", folder)
        {
            level = Some((below.sha, format!("{above}{folder}/"), further));
        }
    }
    Ok(found)
}
