//! Writes what differs: one comment, one check run, reviewer requests.
//!
//! A comment or a check run is noted as being made before it is made, so that after a crash it is looked
//! for and not made twice. A review request needs no such note: GitHub takes a second one for somebody
//! who is asked already without a word.

mod check;
mod comment;
mod names;
mod reviewers;

use jiff::Timestamp;
use sha2::Digest as _;
use sha2::Sha256;

use super::evaluate::Judged;
use super::state::Group;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::ids::CommitSha;
use crate::report::Conclusion;
use crate::report::Surroundings;
use crate::report::Voice;

pub(super) use check::group;
pub(super) use reviewers::told_person;

use check::Wanted;

/// A pull request that is older than this when we first see it, and whose opening we did not see, may
/// have been seen by a server whose store is lost.
const SURELY_NEW_SECONDS: i64 = 600;

/// GitHub's word for a verdict.
pub(super) fn conclusion_word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Success => "success",
        Conclusion::Failure => "failure",
        Conclusion::ActionRequired => "action_required",
        Conclusion::Neutral => "neutral",
    }
}

/// Makes GitHub say what the verdict says.
pub(super) async fn reconcile(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    judged: &Judged,
) -> Result<(), Failure> {
    let around = surroundings(visit, judged, Links::ToCommits);
    let report = &judged.judgement.report;
    comment::write(visit, facts, judged, &around).await?;
    let head = &judged.sides.head;
    visit.state.turn_to(head);
    let wanted = Wanted::of(report, &around, head);
    check::write(visit, facts.created_at, wanted).await?;
    if !facts.draft {
        reviewers::ask(visit, judged).await?;
    }
    Ok(())
}

/// Where links in the comment lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    /// To the very commits.
    ToCommits,
    /// Nowhere: for telling whether two comments say the same.
    Nowhere,
}

fn surroundings(visit: &Visit<'_>, judged: &Judged, links: Links) -> Surroundings {
    let places = &visit.app.places;
    let repo = &visit.repo;
    let blob = |sha: &CommitSha| match links {
        Links::ToCommits => Some(format!("{}/{repo}/blob/{sha}/", places.github_url)),
        Links::Nowhere => None,
    };
    Surroundings {
        rules_url: places.public_url.as_ref().map(|url| format!("{url}/rules/")),
        base_url: blob(&judged.sides.base),
        head_url: blob(&judged.sides.head),
        details_url: details_url(visit),
        voice: Voice::PullRequest,
    }
}

fn details_url(visit: &Visit<'_>) -> Option<String> {
    let url = visit.app.places.public_url.as_ref()?;
    Some(format!("{url}/pulls/{}/{}", visit.repo, visit.lease.key.number))
}

/// Whether something of ours may be there although we know nothing of it.
fn may_exist(visit: &Visit<'_>, created_at: Option<Timestamp>) -> bool {
    let old = created_at
        .is_none_or(|created| Timestamp::now().as_second() - created.as_second() > SURELY_NEW_SECONDS);
    visit.evaluated_at == Timestamp::UNIX_EPOCH && old && !visit.state.seen_opening
}

/// Says that the policy at base cannot be read: nothing was checked, so nothing has passed.
pub(super) async fn unreadable_policy(
    visit: &mut Visit<'_>,
    head: &CommitSha,
    why: &str,
) -> Result<(), Failure> {
    let summary = format!(
        "The policy `.github/specwarden.yml` on the base branch cannot be read, so nothing was checked.\n\n{}\n\nMend it there; this check then runs again by itself.",
        fenced(why)
    );
    plain(
        visit,
        head,
        "The policy on the base branch cannot be read",
        summary,
    )
    .await
}

/// Says that what the queue merges this onto has no policy, where the pull request itself has one.
pub(super) async fn group_without_policy(visit: &Visit<'_>, group: &Group) -> Result<(), Failure> {
    let summary = "What the queue merges this onto has no policy `.github/specwarden.yml`: something before it in \
                   the queue removes it. So there is nothing to check it by.";
    let wanted = Wanted::neutral(&group.head, "No policy to check by", summary.to_owned());
    check::write_group(visit, &wanted).await
}

/// Says that the policy of what the queue merges this onto cannot be read.
pub(super) async fn group_with_unreadable_policy(
    visit: &Visit<'_>,
    group: &Group,
    why: &str,
) -> Result<(), Failure> {
    let summary = format!(
        "The policy `.github/specwarden.yml` of what the queue merges this onto cannot be read, so nothing was checked.\n\n{}\n\n\
         Mend it on the base branch or take out of the queue what breaks it, and queue this again.",
        fenced(why)
    );
    let wanted = Wanted::plain(&group.head, "The policy cannot be read", summary);
    check::write_group(visit, &wanted).await
}

fn fenced(text: &str) -> String {
    format!("```text\n{}\n```", text.replace("```", "'''"))
}

/// Says that the pull request could not be checked, and neither could its places in a queue.
pub(super) async fn trouble(visit: &mut Visit<'_>, why: &str) -> Result<(), Failure> {
    let queued = format!(
        "This could not be checked:\n\n{}\n\nQueue it again to have it tried again.",
        fenced(why)
    );
    for group in &visit.state.groups {
        let wanted = Wanted::plain(&group.head, "Could not be checked", queued.clone());
        check::write_group(visit, &wanted).await?;
    }
    let Some(head) = visit.state.facts.as_ref().map(|facts| facts.head.clone()) else {
        return Ok(());
    };
    let summary = format!(
        "This pull request could not be checked:\n\n{}\n\n`/spec-recheck` or a push tries again.",
        fenced(why)
    );
    plain(visit, &head, "Could not be checked", summary).await
}

async fn plain(visit: &mut Visit<'_>, head: &CommitSha, title: &str, summary: String) -> Result<(), Failure> {
    visit.state.turn_to(head);
    let wanted = Wanted::plain(head, title, summary);
    let created_at = visit.state.facts.as_ref().and_then(|facts| facts.created_at);
    check::write(visit, created_at, wanted).await
}

/// A hash of several texts.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
