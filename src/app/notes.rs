//! The decisions on a merged pull request, mirrored into a Git note on the merged commit: who agreed
//! to what travels with the repository, and plain `git notes --ref=specwarden show` reads it.

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

/// Writes the note that is due, if one is. What was written already is left alone.
pub(super) async fn mirror(visit: &mut Visit<'_>) -> Result<(), Failure> {
    let Some(commit) = visit.state.note_due.clone() else {
        return Ok(());
    };
    match write(visit, &commit).await {
        Err(Failure::GitHub(error)) if !error.is_passing() => {
            tracing::warn!(%commit, %error, "the decisions cannot be noted on the merged commit");
        }
        other => other?,
    }
    visit.state.note_due = None;
    visit.keep().await?;
    Ok(())
}

async fn write(visit: &Visit<'_>, commit: &CommitSha) -> Result<(), Failure> {
    let key = visit.lease.key;
    let rows = visit.app.store.ledger(key.repo, Some(key.number.0)).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<Line> = rows.into_iter().map(line).collect();
    let section = Section::of(&visit.repo, key.number, &lines);
    for _ in 0..ATTEMPTS {
        if attempt(visit, commit, &section).await? {
            return Ok(());
        }
    }
    Err(Failure::Broken(format!("{REF} cannot be moved")))
}

fn line(row: LedgerRow) -> Line {
    Line {
        seq: row.seq,
        prev: row.prev,
        hash: row.hash,
        entry: row.entry,
    }
}

/// Writes the note once; `false` where the ref has moved meanwhile.
async fn attempt(visit: &Visit<'_>, commit: &CommitSha, section: &Section) -> Result<bool, GitHubError> {
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
        return Ok(true);
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
        Ok(()) => Ok(true),
        Err(GitHubError::Rejected { why, .. }) => {
            tracing::debug!(why, "the notes have moved; read anew");
            Ok(false)
        }
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
