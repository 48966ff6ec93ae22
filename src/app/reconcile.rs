//! Writes what differs: one comment, one check run, reviewer requests.
//!
//! Each thing is noted as being made before it is made, so that after a crash it is looked for and
//! not made twice.

mod check;
mod comment;
mod names;
mod reviewers;

use jiff::Timestamp;
use sha2::Digest as _;
use sha2::Sha256;

use super::evaluate::Judged;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::ids::CommitSha;
use crate::report::Conclusion;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::check_run::check_run;

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
    let wanted = Wanted::of(check_run(report, &around), head);
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
        "The policy `.github/specwarden.yml` on the base branch cannot be read, so nothing was checked.\n\n```text\n{}\n```\n\nMend it there; this check then runs again by itself.",
        why.replace("```", "'''")
    );
    plain(
        visit,
        head,
        "The policy on the base branch cannot be read",
        summary,
    )
    .await
}

/// Says that the pull request could not be checked.
pub(super) async fn trouble(visit: &mut Visit<'_>, why: &str) -> Result<(), Failure> {
    let Some(head) = visit.state.facts.as_ref().map(|facts| facts.head.clone()) else {
        return Ok(());
    };
    let summary = format!(
        "This pull request could not be checked:\n\n```text\n{}\n```\n\n`/spec-recheck` or a push tries again.",
        why.replace("```", "'''")
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
