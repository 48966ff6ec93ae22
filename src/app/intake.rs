//! From a webhook's raw bytes to what becomes due. No I/O: this is what the door waits for.

mod repository;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::github::CheckRunEvent;
use crate::github::CommentEvent;
use crate::github::Envelope;
use crate::github::Event;
use crate::github::MergeGroupEvent;
use crate::github::PullRequestEvent;
use crate::github::Repository;
use crate::github::ReviewEvent;
use crate::ids::DeliveryId;
use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoId;
use crate::store::Delivery;
use crate::store::Mark;
use crate::store::PullKey;
use crate::store::Work;

/// A webhook as it came in, its signature checked.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// `X-GitHub-Delivery`.
    pub id: DeliveryId,
    /// `X-GitHub-Event`.
    pub event: String,
    /// The raw body.
    pub body: Vec<u8>,
    /// When.
    pub received_at: Timestamp,
}

/// The note that tells every process of this store that remembered answers about an installation's
/// people and teams are stale. It is set in the transaction that makes the marks, so that nothing it
/// marks is judged by old answers.
pub(super) fn people_note(installation: InstallationId) -> String {
    format!("people-changed/{installation}")
}

/// The note of the login that GitHub knows behind an e-mail address in commits.
pub(super) fn email_note(email: &str) -> String {
    format!("email/{}", email.to_lowercase())
}

/// The note of the account that GitHub named behind an e-mail address when it was asked about a
/// commit: its number, a blank and its login.
pub(super) fn maker_note(email: &str) -> String {
    format!("maker/{}", email.to_lowercase())
}

/// The note of the number of the account that was last seen under a login.
pub(super) fn account_note(login: &Login) -> String {
    format!("account/{}", login.as_str().to_ascii_lowercase())
}

/// The note of the number of the account that pushed a commit as the newest of a branch.
pub(super) fn pusher_note(repo: RepoId, commit: &str) -> String {
    format!("pushed/{repo}/{commit}")
}

/// What makes of an event something to remember or to do.
#[derive(Default)]
struct Understood {
    about: Option<PullKey>,
    marks: Vec<Mark>,
    notes: Vec<(String, String)>,
}

/// Understands a webhook as far as the queue needs it. A body that does not read as its event says
/// is logged and becomes a delivery without marks: sending it again would not help.
pub fn understand(incoming: Incoming, app_id: Option<u64>) -> Delivery {
    let envelope: Envelope = serde_json::from_slice(&incoming.body).unwrap_or_default();
    let installation = envelope
        .installation
        .map_or(InstallationId(0), |reference| reference.id);
    let understood = match Event::read(&incoming.event, &incoming.body) {
        Ok(event) => of_event(&event, installation, app_id),
        Err(error) => {
            tracing::warn!(
                delivery = %incoming.id,
                event = incoming.event,
                error = without_quotes(&error),
                "a delivery does not read as its event says; it is passed over"
            );
            Understood::default()
        }
    };
    // Without an installation there is no token to act with: a webhook of a single repository or a
    // payload of another kind of hook.
    let understood = if installation.0 == 0 {
        Understood::default()
    } else {
        understood
    };
    let mut notes = understood.notes;
    let concerns_people = ["member", "membership", "organization", "repository", "team"];
    if concerns_people.contains(&incoming.event.as_str()) {
        notes.push((people_note(installation), incoming.id.to_string()));
    }
    Delivery {
        id: incoming.id,
        event: incoming.event,
        installation,
        received_at: incoming.received_at,
        about: understood.about,
        marks: understood.marks,
        notes,
        body: incoming.body,
    }
}

/// What a parser says, without the value that it quotes: that is somebody's text, and may be 25 MB.
fn without_quotes(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let plain = said.split('"').next().unwrap_or_default().trim_end();
    if plain.len() == said.len() {
        return said;
    }
    format!("{plain} at line {} column {}", error.line(), error.column())
}

fn of_event(event: &Event, installation: InstallationId, app_id: Option<u64>) -> Understood {
    match event {
        Event::PullRequest(event) => pull_request(event, installation),
        Event::Comment(event) => comment(event, installation),
        Event::Review(event) => review(event, installation),
        Event::CheckRun(event) => check_run(event, installation, app_id),
        Event::CheckSuite(event) if event.action == "rerequested" => {
            let mut numbers = event.check_suite.pull_requests.iter().map(|pull| pull.number);
            match numbers.next() {
                Some(first) => {
                    let mut understood = kept(installation, &event.repository, first, Work::Evaluate);
                    understood
                        .marks
                        .extend(numbers.map(|number| mark(installation, &event.repository, number)));
                    understood
                }
                None => Understood::default(),
            }
        }
        Event::MergeGroup(event) => merge_group(event, installation),
        Event::Push(event) => repository::push(event, installation),
        Event::Installation(event) => repository::installed(event, installation),
        Event::Team(_) => Understood {
            marks: vec![Mark::OpenPullsOf { installation }],
            ..Understood::default()
        },
        Event::Repository(event) => repository::changed(event, installation),
        Event::CheckSuite(_) | Event::Other => Understood::default(),
    }
}

fn key(installation: InstallationId, repo: RepoId, number: PullNumber) -> PullKey {
    PullKey {
        installation,
        repo,
        number,
    }
}

fn mark(installation: InstallationId, repo: &Repository, number: PullNumber) -> Mark {
    Mark::Pull {
        key: key(installation, repo.id, number),
        name: repo.full_name.to_string(),
        work: Work::Evaluate,
    }
}

/// A delivery that the pull request's worker shall read.
fn kept(installation: InstallationId, repo: &Repository, number: PullNumber, work: Work) -> Understood {
    let key = key(installation, repo.id, number);
    Understood {
        about: Some(key),
        marks: vec![Mark::Pull {
            key,
            name: repo.full_name.to_string(),
            work,
        }],
        notes: Vec::new(),
    }
}

fn pull_request(event: &PullRequestEvent, installation: InstallationId) -> Understood {
    let concerns_us = match event.action.as_str() {
        "opened" | "reopened" | "synchronize" | "ready_for_review" | "converted_to_draft" | "closed" => true,
        "edited" => event
            .changes
            .as_ref()
            .is_some_and(|changes| changes.base.is_some()),
        "review_request_removed" => true,
        // Our own requests are no news.
        "review_requested" => !event.sender.is_bot(),
        _ => false,
    };
    if !concerns_us {
        return Understood::default();
    }
    // Its worker can tell whether that is news.
    kept(
        installation,
        &event.repository,
        event.pull_request.number,
        Work::Deliveries,
    )
}

fn comment(event: &CommentEvent, installation: InstallationId) -> Understood {
    let author = event.comment.user.as_ref();
    let by_bot = author.is_some_and(crate::github::Account::is_bot);
    if event.issue.pull_request.is_none() || by_bot {
        return Understood::default();
    }
    let says = event.comment.body.as_deref().unwrap_or_default();
    let concerns_us = match event.action.as_str() {
        "created" => !event.sender.is_bot() && may_hold_a_command(says),
        // What it said before may have been an approval; the ledger knows.
        "edited" | "deleted" => true,
        _ => false,
    };
    if !concerns_us {
        return Understood::default();
    }
    kept(
        installation,
        &event.repository,
        event.issue.number,
        Work::Deliveries,
    )
}

/// Whether a line begins with a slash and a letter. Whether that is a command of ours, one
/// misspelt, or something in a code block is for the worker to find out, which costs no call either.
fn may_hold_a_command(text: &str) -> bool {
    text.lines().any(|line| {
        let mut characters = line.trim_start().chars();
        characters.next() == Some('/') && characters.next().is_some_and(|next| next.is_ascii_alphabetic())
    })
}

fn review(event: &ReviewEvent, installation: InstallationId) -> Understood {
    if event
        .review
        .user
        .as_ref()
        .is_some_and(crate::github::Account::is_bot)
    {
        return Understood::default();
    }
    let state = event.review.state.to_ascii_lowercase();
    let concerns_us = match event.action.as_str() {
        "submitted" => state == "approved" || state == "changes_requested",
        "dismissed" => true,
        _ => false,
    };
    if !concerns_us {
        return Understood::default();
    }
    kept(
        installation,
        &event.repository,
        event.pull_request.number,
        Work::Deliveries,
    )
}

fn check_run(event: &CheckRunEvent, installation: InstallationId, app_id: Option<u64>) -> Understood {
    let ours = match (event.check_run.app.and_then(|app| app.id), app_id) {
        (Some(theirs), Some(ours)) => theirs == ours,
        _ => event.check_run.name == super::CHECK_NAME,
    };
    if !ours || !matches!(event.action.as_str(), "rerequested" | "requested_action") {
        return Understood::default();
    }
    // GitHub lists no pull requests for a fork's head; our own name for the run has the number.
    let number = event
        .check_run
        .external_id
        .as_deref()
        .and_then(super::state::number_of_external_id)
        .or_else(|| event.check_run.pull_requests.first().map(|pull| pull.number));
    match number {
        Some(number) => kept(installation, &event.repository, number, Work::Evaluate),
        None => Understood::default(),
    }
}

fn merge_group(event: &MergeGroupEvent, installation: InstallationId) -> Understood {
    if event.action != "checks_requested" {
        return Understood::default();
    }
    match pull_of_queue_ref(&event.merge_group.head_ref) {
        Some(number) => kept(installation, &event.repository, number, Work::Evaluate),
        None => Understood::default(),
    }
}

/// The pull request that a merge queue's ref names:
/// `refs/heads/gh-readonly-queue/main/pr-7-0123…` → 7. The base branch may hold anything.
fn pull_of_queue_ref(reference: &str) -> Option<PullNumber> {
    let rest = reference.strip_prefix("refs/heads/gh-readonly-queue/")?;
    let (_, last) = rest.rsplit_once('/')?;
    let (number, _) = last.strip_prefix("pr-")?.split_once('-')?;
    number.parse().ok().map(PullNumber)
}
