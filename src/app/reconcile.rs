//! Writes what differs: one comment, one check run, reviewer requests.
//!
//! Each thing is noted as being made before it is made, so that after a crash it is looked for and
//! not made twice.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sha2::Digest as _;
use sha2::Sha256;

use super::CHECK_NAME;
use super::apply::FIX_BUTTON;
use super::evaluate::Judged;
use super::shared_head;
use super::state;
use super::state::Check;
use super::state::Group;
use super::state::Made;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::command;
use crate::github::CheckRunAction;
use crate::github::CheckRunAnnotation;
use crate::github::CheckRunBody;
use crate::github::CheckRunOutput;
use crate::github::GitHubError;
use crate::ids::CommitSha;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::TeamSlug;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::check_run::CheckRun;
use crate::report::check_run::check_run;
use crate::report::markdown;

/// GitHub takes so many annotations in one request.
const BATCH: usize = 50;

/// GitHub takes so many characters of a summary.
const SUMMARY: usize = 65_535;

/// A pull request that is older than this when we first see it may have been seen by a server whose
/// store is lost.
const SURELY_NEW_SECONDS: i64 = 600;

/// What a check run says, ready to be written.
struct Wanted {
    head: CommitSha,
    conclusion: &'static str,
    title: String,
    summary: String,
    annotations: Vec<CheckRunAnnotation>,
    fixable: bool,
}

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
    comment(visit, facts, judged, &around).await?;
    let wanted = wanted(check_run(report, &around), &judged.sides.head);
    let known = std::mem::take(&mut visit.state.check);
    visit.state.check = if known.head.as_ref() == Some(&wanted.head) {
        known
    } else {
        Check {
            head: Some(wanted.head.clone()),
            ..Check::default()
        }
    };
    write_check(visit, facts.created_at, wanted).await?;
    if !facts.draft {
        reviewers(visit, judged).await?;
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

async fn comment(
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
    let same = markdown::comment(report, &surroundings(visit, judged, Links::Nowhere));
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
    visit.state.show(Timestamp::now(), shown(report, &body));
    visit.keep().await?;
    Ok(())
}

async fn find_comment(visit: &Visit<'_>) -> Result<Option<u64>, Failure> {
    let found = visit
        .calls
        .find_comment(&visit.repo, visit.lease.key.number, markdown::MARKER)
        .await?;
    Ok(found.map(|comment| comment.id))
}

/// Whether something of ours may be there although we know nothing of it.
fn may_exist(visit: &Visit<'_>, created_at: Option<Timestamp>) -> bool {
    let old = created_at
        .is_none_or(|created| Timestamp::now().as_second() - created.as_second() > SURELY_NEW_SECONDS);
    visit.evaluated_at == Timestamp::UNIX_EPOCH && old
}

/// What a reader of the comment can approve: what it could not show for want of space is left out.
fn shown(report: &Report, body: &str) -> Vec<command::Shown> {
    let told: BTreeSet<Digest> = markdown::shown(body).unwrap_or_default().into_iter().collect();
    let specs = report.specs.iter().map(|spec| command::Shown {
        role: spec.role.clone(),
        also: Vec::new(),
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
            also: Vec::new(),
            path: note.path.clone(),
            previous_path: None,
            changes: vec![(note.id.clone(), note.digest.clone())],
        });
    specs.chain(power).collect()
}

fn wanted(run: CheckRun, head: &CommitSha) -> Wanted {
    Wanted {
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

impl Wanted {
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
async fn write_check(
    visit: &mut Visit<'_>,
    created_at: Option<Timestamp>,
    mut wanted: Wanted,
) -> Result<(), Failure> {
    if let Some(other) = shared_head::worse(visit, &wanted.head, wanted.conclusion).await? {
        wanted.wait_for(&other);
    }
    let wanted = &wanted;
    let fixable = if wanted.fixable { "fixable" } else { "" };
    let hash = hash(&[wanted.conclusion, &wanted.title, &wanted.summary, fixable]);
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

async fn reviewers(visit: &mut Visit<'_>, judged: &Judged) -> Result<(), Failure> {
    let (people, teams) = &judged.judgement.reviewers;
    if people.is_empty() && teams.is_empty() {
        return Ok(());
    }
    let number = visit.lease.key.number;
    match visit
        .calls
        .request_reviewers(&visit.repo, number, people, teams)
        .await
    {
        Ok(()) => {}
        // One who may not read the repository spoils the request for all.
        Err(GitHubError::Rejected { why, .. }) if people.len() + teams.len() > 1 => {
            tracing::info!(why, "not all reviewers can be asked; asking one by one");
            one_by_one(visit, people, teams).await?;
        }
        Err(error) if !error.is_passing() => {
            tracing::info!(%error, "reviewers cannot be asked");
        }
        Err(error) => return Err(error.into()),
    }
    visit.state.asked.extend(people.iter().map(told_person));
    visit.state.asked.extend(teams.iter().map(told_team));
    visit.keep().await?;
    Ok(())
}

async fn one_by_one(visit: &Visit<'_>, people: &[Login], teams: &[TeamSlug]) -> Result<(), Failure> {
    let number = visit.lease.key.number;
    let people = people.iter().map(|login| (vec![login.clone()], Vec::new()));
    let teams = teams.iter().map(|team| (Vec::new(), vec![team.clone()]));
    for (people, teams) in people.chain(teams) {
        match visit
            .calls
            .request_reviewers(&visit.repo, number, &people, &teams)
            .await
        {
            Err(error) if error.is_passing() => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// How a person is remembered among those who were asked.
pub(super) fn told_person(login: &Login) -> String {
    format!("@{login}").to_ascii_lowercase()
}

/// How a team is remembered among those who were asked.
pub(super) fn told_team(team: &TeamSlug) -> String {
    format!("@{team}").to_ascii_lowercase()
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
    if visit.state.check.head.as_ref() != Some(head) {
        visit.state.check = Check {
            head: Some(head.clone()),
            ..Check::default()
        };
    }
    let wanted = Wanted {
        head: head.clone(),
        conclusion: conclusion_word(Conclusion::Failure),
        title: title.to_owned(),
        summary,
        annotations: Vec::new(),
        fixable: false,
    };
    let created_at = visit.state.facts.as_ref().and_then(|facts| facts.created_at);
    write_check(visit, created_at, wanted).await
}

/// Writes the check run of a merge queue's commit.
pub(super) async fn group(visit: &mut Visit<'_>, group: Group, judged: &Judged) -> Result<(), Failure> {
    let around = surroundings(visit, judged, Links::ToCommits);
    let mut wanted = wanted(check_run(&judged.judgement.report, &around), &group.head);
    // The button would commit onto a branch that the queue deletes.
    wanted.fixable = false;
    let mut body = body(visit, &wanted, &[]);
    match find_check(visit, &group.head).await? {
        Some(id) => visit.calls.update_check_run(&visit.repo, id, &body).await?,
        None => {
            body.head_sha = Some(group.head);
            visit.calls.create_check_run(&visit.repo, &body).await?;
        }
    }
    Ok(())
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
