//! The sticky comment, and what people can approve once they have read it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Links;
use super::hash;
use super::may_exist;
use super::names;
use super::surroundings;
use crate::app::evaluate::Judged;
use crate::app::state::Made;
use crate::app::state::PullFacts;
use crate::app::visit::Visit;
use crate::app::worker::Failure;
use crate::command;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::github::GitHubError;
use crate::ids::Digest;
use crate::report::Report;
use crate::report::SpecReport;
use crate::report::Surroundings;
use crate::report::markdown;

/// Makes the sticky comment say what the report says.
pub(super) async fn write(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    judged: &Judged,
    around: &Surroundings,
) -> Result<(), Failure> {
    let report = &judged.judgement.report;
    let nothing_to_say = report.specs.is_empty() && report.power.is_empty() && report.findings.is_empty();
    if nothing_to_say && visit.state.comment.made == Made::Not {
        return Ok(());
    }
    // A push that changes no meaning changes only where the links lead; that is no news.
    let same = markdown::comment(
        &what_matters(report),
        &surroundings(visit, judged, Links::Nowhere),
    );
    let hash = hash(&[&same]);
    if visit.state.comment.hash == hash {
        return Ok(());
    }
    let body = markdown::comment(report, around);
    let number = visit.lease.key.number;
    let known = match visit.state.comment.made {
        Made::Is(id) => Some(id),
        Made::Making => find_comment(visit).await?,
        Made::Not if may_exist(visit, facts.created_at) => find_comment(visit).await?,
        Made::Not => None,
    };
    let updated = match known {
        Some(id) => match visit.calls.update_comment(&visit.repo, id, &body).await {
            Ok(()) => Some(id),
            // Somebody deleted it: they may have their reasons, but people must see what they approve.
            Err(GitHubError::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let id = match updated {
        Some(id) => id,
        None => {
            visit.state.comment.made = Made::Making;
            visit.keep().await?;
            match visit.calls.create_comment(&visit.repo, number, &body).await {
                Ok(id) => id,
                // A locked conversation: the check run says the same.
                Err(GitHubError::Forbidden { why, .. }) => {
                    tracing::info!(why, "the comment may not be made");
                    visit.state.comment.made = Made::Not;
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    visit.state.comment.made = Made::Is(id);
    visit.state.comment.hash = hash;
    visit.state.show(Timestamp::now(), shown(judged, &body));
    visit.keep().await?;
    Ok(())
}

/// The report without what means nothing and asks for nothing, other commits and other formatting: a
/// comment that was right before is right after.
fn what_matters(report: &Report) -> Report {
    let mut quiet = report.clone();
    quiet.base.clear();
    quiet.head.clear();
    let asks = |change: &Change| {
        let mut approvals = report.approvals.iter();
        approvals.any(|approval| approval.because.contains(&change.id))
    };
    let formatting = |change: &Change| change.kind == ChangeKind::FormatChanged && !asks(change);
    let only_formatted = |spec: &SpecReport| {
        let found = report.findings.iter().any(|finding| finding.path == spec.path);
        !found
            && spec.version.before == spec.version.after
            && !spec.changes.is_empty()
            && spec.changes.iter().all(formatting)
    };
    quiet.specs.retain(|spec| !only_formatted(spec));
    for spec in &mut quiet.specs {
        spec.changes.retain(|change| !formatting(change));
    }
    quiet
}

async fn find_comment(visit: &Visit<'_>) -> Result<Option<u64>, Failure> {
    let found = visit
        .calls
        .find_comment(&visit.repo, visit.lease.key.number, markdown::MARKER)
        .await?;
    Ok(found.map(|comment| comment.id))
}

/// What a reader of the comment can approve: what it could not show for want of space is left out.
fn shown(judged: &Judged, body: &str) -> Vec<command::Shown> {
    let report = &judged.judgement.report;
    let told: BTreeSet<Digest> = markdown::shown(body).unwrap_or_default().into_iter().collect();
    let specs = report.specs.iter().map(|spec| command::Shown {
        role: spec.role.clone(),
        also: names::also(&judged.input, &spec.path, &spec.role),
        path: spec.path.clone(),
        previous_path: spec.previous_path.clone(),
        changes: spec
            .changes
            .iter()
            .filter(|change| told.contains(&change.digest))
            .map(|change| (change.id.clone(), change.digest.clone()))
            .collect(),
    });
    let power = report
        .power
        .iter()
        .filter(|note| told.contains(&note.digest))
        .map(|note| command::Shown {
            role: note.path.to_string(),
            also: vec![names::stem(&note.path).to_owned()],
            path: note.path.clone(),
            previous_path: None,
            changes: vec![(note.id.clone(), note.digest.clone())],
        });
    specs.chain(power).collect()
}
