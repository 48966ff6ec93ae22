//! Several open pull requests can have one head commit, and branches are protected by what the
//! commit's check run says. So each of them shows the worst verdict of all.

use jiff::Timestamp;

use super::state::Made;
use super::state::State;
use super::visit::Visit;
use super::worker::Failure;
use crate::ids::CommitSha;
use crate::ids::PullNumber;
use crate::store::Mark;
use crate::store::PullRow;
use crate::store::Work;

/// Another pull request's verdict on the same commit.
pub(super) struct Other {
    pub(super) number: PullNumber,
    pub(super) verdict: String,
}

/// How much a verdict stands in the way.
fn weight(conclusion: &str) -> u8 {
    match conclusion {
        "failure" => 2,
        "action_required" => 1,
        _ => 0,
    }
}

/// Keeps this pull request's own verdict, has those that share its commit look again where it is
/// new, and returns the worst of theirs where that is worse.
///
/// Each keeps its verdict before it reads the others': of two that are judged at once, one at
/// least sees the other.
pub(super) async fn worse(
    visit: &mut Visit<'_>,
    head: &CommitSha,
    verdict: &str,
) -> Result<Option<Other>, Failure> {
    let news = visit.state.check.verdict != verdict;
    if news {
        visit.state.check.verdict = verdict.to_owned();
        visit.keep().await?;
    }
    let others = others(visit, head).await?;
    if news {
        look_again(visit, &others).await?;
    }
    let sharing = others.iter().map(|row| row.key.number.0).collect();
    let check = &mut visit.state.check;
    if !check.shared_with.is_subset(&sharing) {
        // The newest check run of a commit counts, and that may be of the one that is gone.
        check.made = Made::Not;
        check.hash.clear();
        check.annotations.clear();
    }
    check.shared_with = sharing;
    let verdicts = others.iter().map(|row| Other {
        number: row.key.number,
        verdict: State::of(Some(row)).check.verdict,
    });
    let worst = verdicts.max_by_key(|other| (weight(&other.verdict), std::cmp::Reverse(other.number)));
    Ok(worst.filter(|other| weight(&other.verdict) > weight(verdict)))
}

/// Has those look again that shared a commit with this pull request until now.
pub(super) async fn leave(visit: &Visit<'_>, before: Option<&PullRow>) -> Result<(), Failure> {
    let now = visit.state.row(visit.lease.key, &visit.repo, visit.evaluated_at);
    let Some(before) = before.filter(|row| row.open && !row.head.is_empty()) else {
        return Ok(());
    };
    if now.open && now.head == before.head {
        return Ok(());
    }
    let others = others(visit, &CommitSha::new(before.head.as_str())).await?;
    look_again(visit, &others).await
}

async fn others(visit: &Visit<'_>, head: &CommitSha) -> Result<Vec<PullRow>, Failure> {
    let key = visit.lease.key;
    let mut rows = visit.app.store.pulls_at(key.repo, head.as_str()).await?;
    rows.retain(|row| row.key.number != key.number);
    Ok(rows)
}

async fn look_again(visit: &Visit<'_>, rows: &[PullRow]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let marks: Vec<Mark> = rows
        .iter()
        .map(|row| Mark::Pull {
            key: row.key,
            name: row.name.clone(),
            work: Work::Evaluate,
        })
        .collect();
    visit.app.store.mark(&marks, Timestamp::now()).await?;
    visit.app.wake.notify_one();
    Ok(())
}
