//! What people and GitHub said, taken into the ledger and the state, delivery by delivery.
//!
//! Authority is the event's sender at delivery. A comment is read once, as it was when it was made;
//! edited or deleted it counts no more.

use jiff::Timestamp;

use super::CHECK_NAME;
use super::reconcile::told_person;
use super::state::Answer;
use super::state::Group;
use super::state::Mood;
use super::state::PullFacts;
use super::state::State;
use super::state::Unanswered;
use crate::approvals::ledger::Deed;
use crate::approvals::ledger::Entry;
use crate::approvals::ledger::Origin;
use crate::approvals::ledger::Standing;
use crate::approvals::ledger::Who;
use crate::command;
use crate::command::Command;
use crate::command::Sender;
use crate::github::Account;
use crate::github::CheckRunEvent;
use crate::github::CommentEvent;
use crate::github::Event;
use crate::github::MergeGroupEvent;
use crate::github::PullRequestEvent;
use crate::github::ReviewEvent;
use crate::ids::RepoName;
use crate::store::Kept;
use crate::store::NewEntry;
use crate::store::PullKey;

/// The identifier of the check run's button.
pub(super) const FIX_BUTTON: &str = "spec-fix";

/// Something only GitHub can answer before a delivery can be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LiftsForOthers {
    pub(super) who: Who,
    /// The comment to answer, where it was said in one.
    pub(super) comment: Option<u64>,
    pub(super) entry: Entry,
}

/// What comes of reading deliveries.
pub(super) struct Reading<'a> {
    pub(super) state: &'a mut State,
    pub(super) standing: Standing,
    /// New ledger entries.
    pub(super) entries: Vec<Entry>,
    /// Whether the verdict may come out differently now, or somebody waits for an answer.
    pub(super) changed: bool,
    /// Rejections that somebody wants lifted who made none: a maintainer may.
    pub(super) lifts: Vec<LiftsForOthers>,
    /// The repository's name, as last told.
    pub(super) repo: RepoName,
    /// Which pull request.
    pub(super) key: PullKey,
}

impl Reading<'_> {
    /// Takes in one delivery. One that does not read is passed over: it was logged at the door.
    pub(super) fn delivery(&mut self, kept: &Kept) {
        match Event::read(&kept.event, &kept.body) {
            Ok(Event::PullRequest(event)) => self.pull_request(&event, kept),
            Ok(Event::Comment(event)) => self.comment(&event, kept),
            Ok(Event::Review(event)) => self.review(&event, kept),
            Ok(Event::CheckRun(event)) => self.check_run(&event, kept),
            Ok(Event::CheckSuite(_)) => self.look_again(),
            Ok(Event::MergeGroup(event)) => self.merge_group(&event),
            Ok(
                Event::Push(_)
                | Event::Installation(_)
                | Event::Team(_)
                | Event::Repository(_)
                | Event::Other,
            )
            | Err(_) => {}
        }
    }

    fn write(&mut self, entry: Entry) {
        self.standing.add(&entry);
        self.entries.push(entry);
        self.changed = true;
    }

    /// An entry about what somebody did on this pull request.
    fn entry(&self, at: Timestamp, kept: &Kept, sender: &Account, origin: Origin, deed: Deed) -> Entry {
        Entry {
            at,
            repo: Some(self.key.repo),
            pull: Some(self.key.number),
            delivery: Some(kept.id.clone()),
            who: Some(who(sender)),
            origin: Some(origin),
            deed,
        }
    }

    fn pull_request(&mut self, event: &PullRequestEvent, kept: &Kept) {
        self.repo = event.repository.full_name.clone();
        let facts = PullFacts::of(
            &event.pull_request,
            &event.repository.full_name,
            event.repository.private,
            kept.received_at,
        );
        self.state.seen_opening |= event.action == "opened" && self.state.facts.is_none();
        self.changed |= self.state.learn(facts);
        self.state
            .parties
            .extend(event.pull_request.user.as_ref().map(|author| author.id));
        if event.action == "synchronize" {
            self.changed |= self.state.pushers.insert(event.sender.login.clone());
            self.state.parties.insert(event.sender.id);
        }
        self.review_requests(event);
        // GitHub may tell one thing many times; it is looked at once.
        let told = self.state.facts.as_ref().and_then(PullFacts::to_look_at);
        if told.is_none() {
            self.state.looked_at = None;
        }
        self.changed |= told.is_some() && told != self.state.looked_at;
    }

    fn review_requests(&mut self, event: &PullRequestEvent) {
        let person = event.requested_reviewer.as_ref();
        let person = person.map(|person| told_person(&person.login));
        let owner = &event.repository.full_name.owner;
        let team = event.requested_team.as_ref();
        let team = team.map(|team| format!("@{owner}/{}", team.slug).to_ascii_lowercase());
        for name in person.into_iter().chain(team) {
            match event.action.as_str() {
                // Somebody else may have to be asked.
                "review_request_removed" => self.changed |= self.state.taken_off.insert(name),
                "review_requested" => {
                    self.state.taken_off.remove(&name);
                }
                _ => {}
            }
        }
    }

    fn look_again(&mut self) {
        // GitHub has reset what the check run shows: it has to be written even if we would say the same.
        self.state.check.hash.clear();
        self.state.from_scratch = true;
        self.changed = true;
    }

    fn check_run(&mut self, event: &CheckRunEvent, kept: &Kept) {
        match event.action.as_str() {
            "rerequested" if event.check_run.name == CHECK_NAME => self.look_again(),
            "requested_action" => {
                let button = event
                    .requested_action
                    .as_ref()
                    .map(|action| action.identifier.as_str());
                if button == Some(FIX_BUTTON) {
                    tracing::info!(delivery = %kept.id, login = %event.sender.login, "the button was pressed");
                    self.state.fix_wanted_by = Some(event.sender.login.clone());
                    self.changed = true;
                }
            }
            _ => {}
        }
    }

    fn merge_group(&mut self, event: &MergeGroupEvent) {
        let group = &event.merge_group;
        if self.state.groups.iter().any(|known| known.head == group.head_sha) {
            return;
        }
        self.state.groups.push(Group {
            head: group.head_sha.clone(),
            head_ref: group.head_ref.clone(),
            base: group.base_sha.clone(),
            check: super::state::Check::default(),
        });
        self.changed = true;
    }

    fn comment(&mut self, event: &CommentEvent, kept: &Kept) {
        let origin = Origin::Comment(event.comment.id);
        match event.action.as_str() {
            "created" => self.commands(event, kept),
            "edited" | "deleted" => {
                self.withdraw(origin, &event.sender, &event.action, said_before(event), kept);
                self.state
                    .unanswered
                    .retain(|waiting| waiting.comment != event.comment.id);
            }
            _ => {}
        }
    }

    /// Takes back what was said somewhere. `said` is what it said, where that is told: the news that
    /// a command was made may still be on its way.
    fn withdraw(&mut self, origin: Origin, sender: &Account, because: &str, said: Option<&str>, kept: &Kept) {
        let counts = self.standing.rests_on(origin);
        let commands = said.is_some_and(|said| !command::parse(said, Sender::Person).commands.is_empty());
        if !counts && !commands {
            return;
        }
        let deed = Deed::Withdrawn {
            because: because.to_owned(),
        };
        let entry = self.entry(kept.received_at, kept, sender, origin, deed);
        self.standing.add(&entry);
        self.entries.push(entry);
        self.changed |= counts;
    }

    fn review(&mut self, event: &ReviewEvent, kept: &Kept) {
        let origin = Origin::Review(event.review.id);
        if event.action == "dismissed" {
            self.dismissed(event, origin, kept);
            return;
        }
        let submitted = event.review.submitted_at.as_deref().unwrap_or_default();
        let at = time(submitted, kept.received_at);
        let deed = match event.review.state.to_ascii_lowercase().as_str() {
            "approved" => {
                let shown = self.state.read_before(at, kept.received_at);
                let digests: Vec<_> = shown
                    .iter()
                    .flat_map(|spec| &spec.changes)
                    .map(|(_, digest)| digest.clone())
                    .collect();
                Deed::Approved {
                    changes: command::approved_changes(&digests, &shown),
                }
            }
            "changes_requested" => Deed::Rejected {
                role: None,
                reason: event.review.body.clone().unwrap_or_default(),
            },
            _ => return,
        };
        let entry = self.entry(at, kept, &event.sender, origin, deed);
        self.write(entry);
    }

    /// Whoever may push may dismiss a review, the author too: that takes an approval back, but an
    /// objection only where its maker or a maintainer does it.
    fn dismissed(&mut self, event: &ReviewEvent, origin: Origin, kept: &Kept) {
        let own = event
            .review
            .user
            .as_ref()
            .is_some_and(|user| user.id == event.sender.id);
        if own || !self.standing.objects(origin) {
            self.withdraw(origin, &event.sender, "dismissed", Some("/approve-role"), kept);
            return;
        }
        let deed = Deed::Withdrawn {
            because: "dismissed".to_owned(),
        };
        let entry = self.entry(kept.received_at, kept, &event.sender, origin, deed);
        self.lifts.push(LiftsForOthers {
            who: who(&event.sender),
            comment: None,
            entry,
        });
        self.changed = true;
    }

    fn commands(&mut self, event: &CommentEvent, kept: &Kept) {
        let sender = if event.sender.is_bot() {
            Sender::Bot
        } else {
            Sender::Person
        };
        let parsed = command::parse(event.comment.body.as_deref().unwrap_or_default(), sender);
        for command in &parsed.commands {
            self.command(command, event, kept);
        }
        for answer in &parsed.answers {
            self.settle(event, Mood::Confused, Some(answer.to_string()));
        }
    }

    fn command(&mut self, command: &Command, event: &CommentEvent, kept: &Kept) {
        let at = time(&event.comment.created_at, kept.received_at);
        let who = who(&event.sender);
        let origin = Origin::Comment(event.comment.id);
        let entry = |reading: &Self, deed| reading.entry(at, kept, &event.sender, origin, deed);
        match command {
            Command::Approve(_) => {
                let shown = self.state.read_before(at, kept.received_at);
                match command::resolve(command, &shown) {
                    Ok(digests) => {
                        let changes = command::approved_changes(&digests, &shown);
                        let approved = entry(self, Deed::Approved { changes });
                        self.write(approved);
                        self.answer(event, Answer::Approval { digests });
                    }
                    Err(answer) => self.settle(event, Mood::Confused, Some(answer.to_string())),
                }
            }
            Command::ApproveCancel => {
                // Kept even where there is nothing to withdraw: the news of what was approved before
                // may still be on its way.
                let known = self.standing.has_approved(who.id);
                let cancelled = entry(self, Deed::ApprovalsCancelled);
                self.write(cancelled);
                if known {
                    self.settle(event, Mood::Done, None);
                } else {
                    let words = "You have approved nothing here that could be withdrawn.";
                    self.settle(event, Mood::Confused, Some(words.to_owned()));
                }
            }
            Command::Reject(text) => {
                let shown = self.state.read_before(at, kept.received_at);
                match command::resolve_objection(text, &shown) {
                    Ok(objection) => {
                        let deed = Deed::Rejected {
                            role: objection.role,
                            reason: objection.reason,
                        };
                        let rejected = entry(self, deed);
                        self.write(rejected);
                        self.answer(event, Answer::Objection);
                    }
                    Err(answer) => self.settle(event, Mood::Confused, Some(answer.to_string())),
                }
            }
            Command::RejectCancel if self.standing.has_rejected(who.id) => {
                let lifted = entry(self, Deed::RejectionsCancelled { everybodys: false });
                self.write(lifted);
                self.settle(event, Mood::Done, None);
            }
            Command::RejectCancel if self.standing.is_rejected() => {
                let entry = entry(self, Deed::RejectionsCancelled { everybodys: true });
                self.lifts.push(LiftsForOthers {
                    who: who.clone(),
                    comment: Some(event.comment.id),
                    entry,
                });
                self.changed = true;
            }
            Command::RejectCancel => {
                let words = "There is no objection here that could be withdrawn.";
                self.settle(event, Mood::Confused, Some(words.to_owned()));
            }
            Command::Status => self.answer(event, Answer::Status),
            Command::Fix => self.answer(event, Answer::Fix),
            Command::Recheck => {
                self.look_again();
                self.settle(event, Mood::Done, None);
            }
            Command::Help => self.settle(event, Mood::Done, Some(command::help())),
        }
    }

    fn settle(&mut self, event: &CommentEvent, mood: Mood, words: Option<String>) {
        self.answer(event, Answer::Settled { mood, words });
    }

    fn answer(&mut self, event: &CommentEvent, answer: Answer) {
        self.changed = true;
        self.state.unanswered.push(Unanswered {
            comment: event.comment.id,
            login: event.sender.login.clone(),
            answer,
            started: false,
        });
    }
}

/// What a comment said before it was edited or deleted.
fn said_before(event: &CommentEvent) -> Option<&str> {
    match event.action.as_str() {
        "edited" => event.changes.as_ref()?.body.as_ref()?.from.as_deref(),
        _ => event.comment.body.as_deref(),
    }
}

fn who(account: &Account) -> Who {
    Who {
        id: account.id,
        login: account.login.clone(),
    }
}

/// GitHub's time, or ours where it tells none.
fn time(text: &str, received: Timestamp) -> Timestamp {
    text.parse().unwrap_or(received)
}

/// Ledger entries as the store takes them.
pub(super) fn rows(entries: &[Entry]) -> Vec<NewEntry> {
    entries
        .iter()
        .map(|entry| NewEntry {
            at: entry.at,
            entry: serde_json::to_string(entry).expect("strings and numbers"),
        })
        .collect()
}
