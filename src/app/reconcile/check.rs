//! The check run of a head commit, and of a merge queue's.

use jiff::Timestamp;

use super::Links;
use super::conclusion_word;
use super::details_url;
use super::hash;
use super::may_exist;
use super::surroundings;
use crate::app::CHECK_NAME;
use crate::app::apply::FIX_BUTTON;
use crate::app::evaluate::Judged;
use crate::app::shared_head;
use crate::app::state;
use crate::app::state::Group;
use crate::app::state::Made;
use crate::app::visit::Visit;
use crate::app::worker::Failure;
use crate::approvals::Approval;
use crate::github::CheckRunAction;
use crate::github::CheckRunAnnotation;
use crate::github::CheckRunBody;
use crate::github::CheckRunOutput;
use crate::github::GitHubError;
use crate::ids::CommitSha;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::check_run::check_run;

/// GitHub takes so many annotations in one request.
const BATCH: usize = 50;

/// GitHub takes so many characters of a summary.
const SUMMARY: usize = 65_535;

/// What a check run says, ready to be written.
pub(super) struct Wanted {
    head: CommitSha,
    conclusion: &'static str,
    title: String,
    summary: String,
    annotations: Vec<CheckRunAnnotation>,
    fixable: bool,
    /// What of the summary is worth another call: the verdict does not hang on who else has said
    /// something, and the comment tells it.
    matters: String,
}

impl Wanted {
    /// What the report comes to.
    pub(super) fn of(report: &Report, around: &Surroundings, head: &CommitSha) -> Self {
        let run = check_run(report, around);
        let mut quiet = report.clone();
        for Approval { open, .. } in &mut quiet.approvals {
            let uncounted = std::mem::take(&mut open.uncounted);
            open.remarks.retain(|remark| !uncounted.contains(remark));
        }
        Self {
            matters: check_run(&quiet, around).summary,
            head: head.clone(),
            conclusion: conclusion_word(run.conclusion),
            title: run.title,
            summary: run.summary,
            annotations: run
                .annotations
                .into_iter()
                .map(|annotation| CheckRunAnnotation {
                    path: annotation.path,
                    start_line: annotation.start_line,
                    end_line: annotation.end_line,
                    annotation_level: annotation.level.as_str().to_owned(),
                    message: annotation.message,
                    title: annotation.title,
                    raw_details: annotation.raw_details,
                })
                .collect(),
            fixable: run.fixable,
        }
    }

    /// That nothing could be checked.
    pub(super) fn plain(head: &CommitSha, title: &str, summary: String) -> Self {
        Self {
            head: head.clone(),
            conclusion: conclusion_word(Conclusion::Failure),
            title: title.to_owned(),
            matters: summary.clone(),
            summary,
            annotations: Vec::new(),
            fixable: false,
        }
    }

    /// That there was nothing to check by, which is no verdict.
    pub(super) fn neutral(head: &CommitSha, title: &str, summary: String) -> Self {
        Self {
            conclusion: conclusion_word(Conclusion::Neutral),
            ..Self::plain(head, title, summary)
        }
    }

    /// Shows the verdict of another pull request with the same head commit.
    fn wait_for(&mut self, other: &shared_head::Other) {
        self.conclusion = match other.verdict.as_str() {
            "failure" => conclusion_word(Conclusion::Failure),
            _ => conclusion_word(Conclusion::ActionRequired),
        };
        let number = other.number;
        let own = std::mem::replace(
            &mut self.title,
            format!("#{number} has the same head commit and waits"),
        );
        let summary = format!(
            "This check run belongs to the head commit, which #{number} has too: it shows the worse verdict of the two. \
             By itself, this pull request says: {own}.\n\n{}",
            self.summary
        );
        self.summary = summary.chars().take(SUMMARY).collect();
        self.matters.clone_from(&self.summary);
    }
}

fn body(visit: &Visit<'_>, wanted: &Wanted, annotations: &[CheckRunAnnotation]) -> CheckRunBody {
    let button = CheckRunAction {
        label: "Mend version and log".to_owned(),
        description: "Commit the version step and a log row".to_owned(),
        identifier: FIX_BUTTON.to_owned(),
    };
    CheckRunBody {
        name: CHECK_NAME.to_owned(),
        head_sha: None,
        status: "completed",
        conclusion: wanted.conclusion.to_owned(),
        details_url: details_url(visit),
        external_id: state::external_id(visit.lease.key.number),
        output: CheckRunOutput {
            title: wanted.title.clone(),
            summary: wanted.summary.clone(),
            annotations: annotations.to_vec(),
        },
        actions: if wanted.fixable { vec![button] } else { Vec::new() },
    }
}

/// Writes the check run of `visit.state.check` where it differs.
pub(super) async fn write(
    visit: &mut Visit<'_>,
    created_at: Option<Timestamp>,
    mut wanted: Wanted,
) -> Result<(), Failure> {
    if let Some(other) = shared_head::worse(visit, &wanted.head, wanted.conclusion).await? {
        wanted.wait_for(&other);
    }
    let wanted = &wanted;
    let fixable = if wanted.fixable { "fixable" } else { "" };
    let hash = hash(&[wanted.conclusion, &wanted.title, &wanted.matters, fixable]);
    // GitHub adds annotations to those it has, so each is sent once.
    let there = &visit.state.check.annotations;
    let fresh: Vec<CheckRunAnnotation> = wanted
        .annotations
        .iter()
        .filter(|annotation| !there.contains(annotation))
        .cloned()
        .collect();
    if visit.state.check.hash == hash && fresh.is_empty() {
        return Ok(());
    }
    let known = match visit.state.check.made {
        Made::Is(id) => Some(id),
        Made::Making => find_check(visit, &wanted.head).await?,
        Made::Not if may_exist(visit, created_at) => find_check(visit, &wanted.head).await?,
        Made::Not => None,
    };
    let mut batches = fresh.chunks(BATCH);
    let first = batches.next().unwrap_or_default();
    let id = write_batch(visit, wanted, known, first).await?;
    visit.state.check.made = Made::Is(id);
    visit.state.check.annotations.extend_from_slice(first);
    for batch in batches {
        visit.keep().await?;
        let body = body(visit, wanted, batch);
        visit.calls.update_check_run(&visit.repo, id, &body).await?;
        visit.state.check.annotations.extend_from_slice(batch);
    }
    visit.state.check.hash = hash;
    visit.state.check.conclusion = wanted.conclusion.to_owned();
    visit.keep().await?;
    Ok(())
}

async fn find_check(visit: &Visit<'_>, head: &CommitSha) -> Result<Option<u64>, Failure> {
    let own = state::external_id(visit.lease.key.number);
    Ok(visit
        .calls
        .find_check_run(&visit.repo, head, CHECK_NAME, &own)
        .await?)
}

async fn write_batch(
    visit: &mut Visit<'_>,
    wanted: &Wanted,
    known: Option<u64>,
    annotations: &[CheckRunAnnotation],
) -> Result<u64, Failure> {
    let mut body = body(visit, wanted, annotations);
    if let Some(id) = known {
        match visit.calls.update_check_run(&visit.repo, id, &body).await {
            Ok(()) => return Ok(id),
            Err(GitHubError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    visit.state.check.made = Made::Making;
    visit.keep().await?;
    body.head_sha = Some(wanted.head.clone());
    Ok(visit.calls.create_check_run(&visit.repo, &body).await?)
}

/// Writes the check run of a merge queue's commit.
pub(in crate::app) async fn group(
    visit: &mut Visit<'_>,
    group: &Group,
    judged: &Judged,
) -> Result<(), Failure> {
    let around = surroundings(visit, judged, Links::ToCommits);
    let mut wanted = Wanted::of(&judged.judgement.report, &around, &group.head);
    // The button would commit onto a branch that the queue deletes.
    wanted.fixable = false;
    write_group(visit, &wanted).await
}

/// Writes a check run that no pull request's state is about.
pub(super) async fn write_group(visit: &Visit<'_>, wanted: &Wanted) -> Result<(), Failure> {
    let mut body = body(visit, wanted, &[]);
    match find_check(visit, &wanted.head).await? {
        Some(id) => visit.calls.update_check_run(&visit.repo, id, &body).await?,
        None => {
            body.head_sha = Some(wanted.head.clone());
            visit.calls.create_check_run(&visit.repo, &body).await?;
        }
    }
    Ok(())
}
