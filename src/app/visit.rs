//! One look at one pull request: read what was said, judge, write what differs, answer.

use jiff::Timestamp;

use super::App;
use super::apply;
use super::apply::Reading;
use super::evaluate;
use super::evaluate::Looked;
use super::notes;
use super::people::Gathered;
use super::reconcile;
use super::shared_head;
use super::state::Answer;
use super::state::Mood;
use super::state::PullFacts;
use super::state::State;
use super::state::Unanswered;
use super::worker::Failure;
use super::worker::repo_name;
use crate::approvals::Permission;
use crate::approvals::ledger::Entry;
use crate::approvals::ledger::Standing;
use crate::github::GitHubError;
use crate::github::Installation;
use crate::ids::DeliveryId;
use crate::ids::RepoName;
use crate::store::Lease;
use crate::store::LedgerRow;
use crate::store::Mark;
use crate::store::Record;
use crate::store::StoreError;
use crate::store::Work;

/// Facts about the pull request older than this are asked for anew.
const FACTS_KEPT_HOURS: i64 = 23;

/// What one look works with.
pub(super) struct Visit<'a> {
    pub(super) app: &'a App,
    pub(super) lease: &'a Lease,
    pub(super) repo: RepoName,
    pub(super) calls: Installation,
    pub(super) state: State,
    pub(super) standing: Standing,
    pub(super) evaluated_at: Timestamp,
}

/// Looks at a pull request.
pub(super) async fn visit(app: &App, lease: &Lease) -> Result<(), Failure> {
    let pending = app.store.pending(lease.key).await?;
    let row = app.store.pull(lease.key).await?;
    let rows = app.store.ledger(lease.key.repo, Some(lease.key.number.0)).await?;
    let mut state = State::of(row.as_ref());
    let mut reading = Reading {
        state: &mut state,
        standing: standing(&rows)?,
        entries: Vec::new(),
        changed: false,
        lifts: Vec::new(),
        repo: repo_name(&lease.name)?,
        key: lease.key,
    };
    for kept in &pending {
        tracing::debug!(delivery = %kept.id, event = kept.event, "read");
        reading.delivery(kept);
    }
    let Reading {
        standing,
        entries,
        changed,
        lifts,
        repo,
        ..
    } = reading;
    let cause = pending.last().map_or("sweep", |kept| cause_of(&kept.event));
    let done: Vec<DeliveryId> = pending.into_iter().map(|kept| kept.id).collect();
    state.is_caused_by(&done);
    tracing::Span::current().record("deliveries", state.causes());
    let mut visit = Visit {
        app,
        lease,
        repo,
        calls: app.github.installation(lease.key.installation, cause),
        state,
        standing,
        evaluated_at: row.as_ref().map_or(Timestamp::UNIX_EPOCH, |row| row.evaluated_at),
    };
    let mut entries = entries;
    for lift in lifts {
        entries.extend(visit.lift(lift).await?);
    }
    visit.state.look_owed |= changed;
    // An earlier look may have been cut off before it had answered everybody.
    let waiting = !visit.state.unanswered.is_empty() || visit.state.fix_wanted_by.is_some();
    let evaluates = visit.state.look_owed || waiting || lease.work == Work::Evaluate;
    if !evaluates {
        visit.state.causes.clear();
    }
    if !done.is_empty() || !entries.is_empty() {
        visit.record(&entries, &done).await?;
    }
    if evaluates {
        visit.evaluate().await?;
    }
    shared_head::leave(&visit, row.as_ref()).await?;
    notes::mirror(&mut visit).await
}

/// Says on the pull request's check run that it could not be checked. Best effort: the reason is in
/// the log already.
pub(super) async fn tell_trouble(app: &App, lease: &Lease, trouble: &str) {
    let told = async {
        let row = app.store.pull(lease.key).await?;
        let mut visit = Visit {
            app,
            lease,
            repo: repo_name(&lease.name)?,
            calls: app.github.installation(lease.key.installation, "trouble"),
            state: State::of(row.as_ref()),
            standing: Standing::default(),
            evaluated_at: row.as_ref().map_or(Timestamp::UNIX_EPOCH, |row| row.evaluated_at),
        };
        // A repository that never asked for us hears nothing from us.
        if row.is_none() || visit.state.check.head.is_none() && !visit.state.opted_in {
            return Ok(());
        }
        // What failed after the end of it was no check.
        if visit.state.facts.as_ref().is_some_and(|facts| !facts.open) {
            return Ok(());
        }
        visit.state.trouble = Some(trouble.to_owned());
        reconcile::trouble(&mut visit, trouble).await
    };
    if let Err(failure) = told.await {
        tracing::warn!(%failure, "the trouble cannot be told on the check run");
    }
}

impl Visit<'_> {
    /// Keeps the state, with ledger entries and the deliveries that are dealt with.
    pub(super) async fn record(&self, entries: &[Entry], done: &[DeliveryId]) -> Result<(), StoreError> {
        let record = Record {
            pull: self.state.row(self.lease.key, &self.repo, self.evaluated_at),
            entries: apply::rows(entries),
            done: done.to_vec(),
            at: Timestamp::now(),
            worker: Some(self.lease.worker.clone()),
        };
        self.app.store.record(&record).await
    }

    /// Keeps the state.
    pub(super) async fn keep(&self) -> Result<(), StoreError> {
        self.record(&[], &[]).await
    }

    /// Has this pull request looked at once more, after this look.
    pub(super) async fn look_again(&self) -> Result<(), Failure> {
        let again = Mark::Pull {
            key: self.lease.key,
            name: self.repo.to_string(),
            work: Work::Evaluate,
        };
        self.app.store.mark(&[again], Timestamp::now()).await?;
        self.app.wake.notify_one();
        Ok(())
    }

    async fn lift(&mut self, lift: apply::LiftsForOthers) -> Result<Option<Entry>, Failure> {
        let people = &self.app.people;
        let asking = people.asking_afresh(&self.calls, &self.repo);
        let mut known = Gathered::default();
        let permission = people.permission(&asking, &lift.who.login, &mut known).await?;
        let (entry, mood, words) = match permission {
            Ok(permission) if permission >= Permission::Maintain => {
                self.standing.add(&lift.entry);
                (Some(lift.entry), Mood::Done, None)
            }
            Ok(_) => (
                None,
                Mood::Confused,
                Some("Only who objected, or a maintainer, can withdraw an objection.".to_owned()),
            ),
            Err(why) => (
                None,
                Mood::Confused,
                Some(format!("Whether you may do that is not known: {why}.")),
            ),
        };
        if let Some(comment) = lift.comment {
            self.state.unanswered.push(Unanswered {
                comment,
                login: lift.who.login,
                answer: Answer::Settled { mood, words },
                started: false,
            });
        }
        Ok(entry)
    }

    /// The pull request as GitHub last told of it, asked for where that was never or long ago.
    /// `None` where it is gone.
    pub(super) async fn pull_facts(&mut self) -> Result<Option<PullFacts>, Failure> {
        let now = Timestamp::now();
        let hours = |then: Timestamp| now.duration_since(then).as_hours();
        if let Some(facts) = &self.state.facts
            && hours(facts.seen_at) < FACTS_KEPT_HOURS
            && !self.state.from_scratch
        {
            return Ok(Some(facts.clone()));
        }
        self.ask_for_facts().await
    }

    /// The pull request as GitHub tells of it now. `None` where it is gone.
    pub(super) async fn ask_for_facts(&mut self) -> Result<Option<PullFacts>, Failure> {
        let now = Timestamp::now();
        match self.calls.pull(&self.repo, self.lease.key.number).await {
            Ok(pull) => {
                let private = self.state.facts.as_ref().is_none_or(|facts| facts.private);
                self.state.facts = Some(PullFacts::of(&pull, &self.repo, private, now));
                Ok(self.state.facts.clone())
            }
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn evaluate(&mut self) -> Result<(), Failure> {
        let app = self.app;
        let installation = self.lease.key.installation;
        let stale = app.people.hear(&*app.store, installation).await?;
        if self.state.from_scratch {
            app.people.forget(installation);
        }
        if stale || self.state.from_scratch {
            let owner = self.repo.owner.clone();
            app.fallbacks.invalidate(&(installation, owner)).await;
        }
        let Some(facts) = self.pull_facts().await?.filter(|facts| facts.open) else {
            return self.close().await;
        };
        match evaluate::evaluate(self, &facts).await? {
            Looked::Judged => {}
            Looked::Closed => return self.close().await,
        }
        self.state.from_scratch = false;
        self.state.trouble = None;
        self.state.look_owed = false;
        self.state.looked_at = facts.to_look_at();
        self.state.causes.clear();
        self.evaluated_at = Timestamp::now();
        self.keep().await?;
        Ok(())
    }

    /// Nothing is owed to a pull request that is not open.
    async fn close(&mut self) -> Result<(), Failure> {
        if let Some(facts) = &mut self.state.facts {
            facts.open = false;
        }
        self.state.unanswered.clear();
        self.state.fix_wanted_by = None;
        self.state.groups.clear();
        self.state.look_owed = false;
        self.state.looked_at = None;
        self.state.causes.clear();
        self.keep().await?;
        Ok(())
    }
}

/// What the ledger's rows come to. One that does not read may be an objection or a withdrawal, so
/// that nothing can be decided without it.
fn standing(rows: &[LedgerRow]) -> Result<Standing, Failure> {
    let mut standing = Standing::default();
    for row in rows {
        let entry: Entry = serde_json::from_str(&row.entry)
            .map_err(|error| Failure::Broken(format!("ledger entry {} does not read: {error}", row.seq)))?;
        standing.add(&entry);
    }
    Ok(standing)
}

/// What an event is called where calls are counted.
fn cause_of(event: &str) -> &'static str {
    match event {
        "pull_request" => "pull_request",
        "issue_comment" => "issue_comment",
        "pull_request_review" => "pull_request_review",
        "check_run" | "check_suite" => "check_run",
        "merge_group" => "merge_group",
        _ => "other",
    }
}
