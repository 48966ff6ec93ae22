//! What the app remembers about one pull request, kept as JSON in the store.

mod facts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use crate::approvals::Decision;
use crate::command;
use crate::github::CheckRunAnnotation;
use crate::github::Reaction;
use crate::ids::CommitSha;
use crate::ids::DeliveryId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoName;
use crate::ids::UserId;
use crate::report::Report;
use crate::store::PullKey;
use crate::store::PullRow;

pub(super) use facts::LookedAt;
pub(super) use facts::Merged;
pub(super) use facts::PullFacts;

/// Everything remembered about one pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// The pull request when GitHub last told of it.
    pub(super) facts: Option<PullFacts>,
    /// Whether the first that was ever told of it is that it was opened: then nothing of ours is there
    /// that is not known here.
    pub(super) seen_opening: bool,
    /// Everyone who was seen pushing to it.
    pub(super) pushers: BTreeSet<Login>,
    /// The numbers of its author and of everyone who was seen pushing: a login can change.
    pub(super) parties: BTreeSet<UserId>,
    /// Commit → who made it, as GitHub knows.
    pub(super) people: BTreeMap<CommitSha, CommitMakers>,
    /// The sticky comment.
    pub(super) comment: Comment,
    /// The check run of the newest head.
    pub(super) check: Check,
    /// Those of earlier heads, oldest first: a branch can be set back.
    pub(super) former_checks: Vec<Check>,
    /// Merge-queue commits that wait for a check run, each with its own.
    pub(super) groups: Vec<Group>,
    /// Who was asked to review, ever: `@login` or `@org/team`.
    pub(super) asked: BTreeSet<String>,
    /// Whom a person took off that list: `@login` or `@org/team`.
    pub(super) taken_off: BTreeSet<String>,
    /// The summaries that were shown, oldest first; the newest [`SHOWN_KEPT`].
    pub(super) shown: Vec<Shown>,
    /// Commands that were read and not answered yet.
    pub(super) unanswered: Vec<Unanswered>,
    /// Who pressed the button that mends version and log.
    pub(super) fix_wanted_by: Option<Login>,
    /// Whether the repository had a policy when it was last looked at.
    pub(super) opted_in: bool,
    /// A hash of the grounds on which the ledger says that it turned green, while it is green.
    pub(super) granted: Option<String>,
    /// The same without the commit.
    pub(super) granted_on: Option<String>,
    /// Whether the policy wants the decisions noted on the merged commit.
    pub(super) notes: bool,
    /// The newest ledger entry that the note tells, 0 before there is one.
    pub(super) noted: u64,
    /// What the last look found, for the page that tells why.
    pub(super) last: Option<Last>,
    /// Why the last look at it failed, until one comes out well.
    pub(super) trouble: Option<String>,
    /// Forget what is cached and look again.
    pub(super) from_scratch: bool,
    /// Something has changed since the last look that came out well: the deliveries that said so are
    /// dealt with, and only this is left of them.
    pub(super) look_owed: bool,
    /// The pull request as it was told before the last look that came out well.
    pub(super) looked_at: Option<LookedAt>,
    /// The deliveries that the look under way goes back to, oldest first; the newest
    /// [`CAUSES_KEPT`]. A look that was cut off leaves them to the next one.
    pub(super) causes: Vec<DeliveryId>,
}

/// How many deliveries are remembered as the causes of one look.
const CAUSES_KEPT: usize = 20;

impl State {
    /// Adds deliveries to those that the look under way goes back to.
    pub(super) fn is_caused_by(&mut self, deliveries: &[DeliveryId]) {
        self.causes.extend_from_slice(deliveries);
        let old = self.causes.len().saturating_sub(CAUSES_KEPT);
        self.causes.drain(..old);
    }

    /// The deliveries that the look under way goes back to, in one line.
    pub(super) fn causes(&self) -> String {
        let causes: Vec<&str> = self.causes.iter().map(DeliveryId::as_str).collect();
        causes.join(" ")
    }
}

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) report: Report,
    pub(super) decision: Decision,
}

/// How many earlier heads' check runs are remembered.
const FORMER_KEPT: usize = 5;

/// How many summaries are remembered.
pub(super) const SHOWN_KEPT: usize = 60;

/// Who made a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CommitMakers {
    pub(super) author: Option<Login>,
    pub(super) committer: Option<Login>,
    /// Their numbers, as far as they are known.
    #[serde(default)]
    pub(super) ids: Vec<UserId>,
}

/// A thing that we make on GitHub once. `Making` is written before the call: a crash between the
/// call and the note of its outcome leaves it, and the thing is looked for before it is made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Made {
    /// Never tried.
    #[default]
    Not,
    /// Tried; what became of it is not known.
    Making,
    /// There, under this id.
    Is(u64),
}

/// The sticky comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    pub(super) made: Made,
    /// Of the body that it has.
    pub(super) hash: String,
}

/// A check run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Check {
    pub(super) head: Option<CommitSha>,
    pub(super) made: Made,
    /// Of everything but the annotations.
    pub(super) hash: String,
    /// Annotations that it has: GitHub only ever adds to them.
    pub(super) annotations: Vec<CheckRunAnnotation>,
    /// The verdict that it shows: the worst of the pull requests that share the commit.
    pub(super) conclusion: String,
    /// The pull request's own verdict.
    pub(super) verdict: String,
    /// The other open pull requests with this head commit.
    pub(super) shared_with: BTreeSet<u64>,
}

/// A merge queue's commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) head: CommitSha,
    pub(super) head_ref: String,
    pub(super) base: CommitSha,
    pub(super) check: Check,
}

/// A summary that people could read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// When the comment had been written.
    pub(super) at: Timestamp,
    /// The specs that it named, with their changes.
    pub(super) specs: Vec<command::Shown>,
}

/// A command that is in the ledger and waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unanswered {
    /// The comment.
    pub(super) comment: u64,
    /// Who wrote it.
    pub(super) login: Login,
    /// What the answer is.
    pub(super) answer: Answer,
    /// Whether words may have been posted already.
    pub(super) started: bool,
}

/// How a command is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// By a reaction and, where there is one, a line of words.
    Settled { mood: Mood, words: Option<String> },
    /// It depends on whether the approval counts, which the evaluation tells.
    Approval { digests: Vec<Digest> },
    /// It depends on whether the objection blocks, which the evaluation tells.
    Objection,
    /// How things stand, which the evaluation tells.
    Status,
    /// By mending the version and the log.
    Fix,
}

/// A reaction, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mood {
    Done,
    Seen,
    Confused,
}

impl From<Mood> for Reaction {
    fn from(mood: Mood) -> Self {
        match mood {
            Mood::Done => Self::Done,
            Mood::Seen => Self::Seen,
            Mood::Confused => Self::Confused,
        }
    }
}

impl State {
    /// Reads a row; a row that an older version wrote differently starts anew, which costs a look
    /// at GitHub and loses nothing: decisions are in the ledger.
    pub(super) fn of(row: Option<&PullRow>) -> Self {
        let Some(row) = row else {
            return Self::default();
        };
        serde_json::from_str(&row.state).unwrap_or_else(|error| {
            tracing::warn!(repo = row.name, number = row.key.number.0, %error, "state does not read; starting anew");
            Self {
                comment: Comment {
                    made: Made::Making,
                    hash: String::new(),
                },
                look_owed: true,
                ..Self::default()
            }
        })
    }

    /// The row that keeps it.
    pub(super) fn row(&self, key: PullKey, name: &RepoName, evaluated_at: Timestamp) -> PullRow {
        PullRow {
            key,
            name: name.to_string(),
            base_ref: self
                .facts
                .as_ref()
                .map(|facts| facts.base_ref.clone())
                .unwrap_or_default(),
            open: self.facts.as_ref().is_some_and(|facts| facts.open),
            evaluated_at,
            state: serde_json::to_string(self).expect("strings, numbers and maps with string keys"),
            head: self
                .check
                .head
                .as_ref()
                .map(CommitSha::to_string)
                .unwrap_or_default(),
        }
    }

    /// Takes in what an event says, unless something newer is known. Returns whether GitHub has to
    /// be asked: it tells times in whole seconds, so of two tellings of one second that contradict
    /// each other either may be the later.
    pub(super) fn learn(&mut self, mut facts: PullFacts) -> bool {
        let key = |facts: &PullFacts| (facts.open, facts.draft, facts.base_ref.clone());
        let doubtful = match &self.facts {
            Some(known) if known.updated_at > facts.updated_at => return false,
            Some(known) => {
                let asked_for = known.seen_at == Timestamp::UNIX_EPOCH;
                known.updated_at == facts.updated_at && (asked_for || key(known) != key(&facts))
            }
            None => false,
        };
        if doubtful {
            facts.seen_at = Timestamp::UNIX_EPOCH;
        }
        self.facts = Some(facts);
        doubtful
    }

    /// Turns to a head's check run, whichever it has.
    pub(super) fn turn_to(&mut self, head: &CommitSha) {
        if self.check.head.as_ref() == Some(head) {
            return;
        }
        let known = self
            .former_checks
            .iter()
            .position(|check| check.head.as_ref() == Some(head));
        let next = match known {
            // Whoever shares the head has to hear its verdict anew.
            Some(place) => Check {
                verdict: String::new(),
                ..self.former_checks.remove(place)
            },
            None => Check {
                head: Some(head.clone()),
                ..Check::default()
            },
        };
        let former = std::mem::replace(&mut self.check, next);
        self.former_checks.extend(former.head.is_some().then_some(former));
        let surplus = self.former_checks.len().saturating_sub(FORMER_KEPT);
        self.former_checks.drain(..surplus);
    }

    /// Notes that a summary was shown, where it differs from the last.
    pub(super) fn show(&mut self, at: Timestamp, specs: Vec<command::Shown>) {
        if self.shown.last().is_some_and(|last| last.specs == specs) {
            return;
        }
        self.shown.push(Shown { at, specs });
        let surplus = self.shown.len().saturating_sub(SHOWN_KEPT);
        self.shown.drain(..surplus);
    }

    /// The changes that somebody who wrote at `written` can have read; empty where nothing was shown
    /// before. GitHub tells `written` in whole seconds: what was shown within that second may or may
    /// not have been read, so only what all the summaries in question name is taken.
    pub(super) fn read_before(&self, written: Timestamp, received: Timestamp) -> Vec<command::Shown> {
        let second = written.as_second();
        let before = self.shown.iter().rfind(|shown| shown.at.as_second() < second);
        let during = self
            .shown
            .iter()
            .filter(|shown| shown.at.as_second() == second && shown.at <= received);
        let mut candidates = before.into_iter().chain(during);
        let mut read = match candidates.next() {
            Some(first) => first.specs.clone(),
            None => return Vec::new(),
        };
        for shown in candidates {
            let named = |digest: &Digest| {
                let mut changes = shown.specs.iter().flat_map(|spec| &spec.changes);
                changes.any(|(_, other)| other == digest)
            };
            for spec in &mut read {
                spec.changes.retain(|(_, digest)| named(digest));
            }
            read.retain(|spec| !spec.changes.is_empty());
        }
        read
    }
}

/// Our own name for a check run: it tells the pull request's number where GitHub does not.
pub(super) fn external_id(number: PullNumber) -> String {
    format!("pull/{number}")
}

/// The number in [`external_id`].
pub(super) fn number_of_external_id(text: &str) -> Option<PullNumber> {
    text.strip_prefix("pull/")?.parse().ok().map(PullNumber)
}
