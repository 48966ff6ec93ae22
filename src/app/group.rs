//! A merge queue's commit: judged by the policy of what it is merged onto, with what people have said
//! on the pull request. The queue waits for its check run, so there is always an answer.

use super::evaluate;
use super::evaluate::Case;
use super::evaluate::Place;
use super::gather;
use super::gather::Compared;
use super::policy;
use super::policy::Policy;
use super::reconcile;
use super::state::Group;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::git::CommitInfo;
use crate::git::MirrorError;

/// After so many tries a commit that the Git server does not have is taken to be gone: a queue deletes
/// the branch of what it drops or has merged.
const GONE_AFTER: u32 = 3;

/// Judges every commit of a queue that waits. `commits` are those of the pull request.
pub(super) async fn judge_all(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    commits: &[CommitInfo],
) -> Result<(), Failure> {
    while let Some(group) = visit.state.groups.first().cloned() {
        judge(visit, facts, &group, commits).await?;
        visit.state.groups.remove(0);
        visit.keep().await?;
    }
    Ok(())
}

async fn judge(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    group: &Group,
    commits: &[CommitInfo],
) -> Result<(), Failure> {
    let compared = Compared::Group {
        head: group.head.clone(),
        head_ref: group.head_ref.clone(),
        base: group.base.clone(),
    };
    let (mirror, sides) = match evaluate::fetch(visit, &compared).await {
        Err(Failure::Mirror(MirrorError::Missing(what))) if visit.lease.attempts >= GONE_AFTER => {
            tracing::info!(
                what,
                "the merge queue has moved on; nothing waits for this commit"
            );
            return Ok(());
        }
        fetched => fetched?,
    };
    let (mirror, policy) = policy::at(visit, mirror, &sides).await?;
    let config = match policy {
        Policy::Is(config) => config,
        // A repository that never asked for us hears nothing; one that did may have its policy
        // removed by what is before this in the queue.
        Policy::None if visit.state.opted_in || visit.state.check.head.is_some() => {
            return reconcile::group_without_policy(visit, group).await;
        }
        Policy::None => return Ok(()),
        Policy::Broken(why) => return reconcile::group_with_unreadable_policy(visit, group, &why).await,
    };
    let (mirror, content) = gather::content(mirror, sides.clone(), (*config).clone()).await?;
    drop(mirror);
    let case = Case {
        config: &config,
        content,
        commits,
        place: Place::Queue,
    };
    let judged = evaluate::judge(visit, facts, sides, case).await?;
    reconcile::group(visit, group, &judged).await
}
