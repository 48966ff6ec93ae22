//! What everybody's word comes to.

use std::collections::BTreeSet;

use crate::approvals::Choice;
use crate::approvals::Vote;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::UserId;

use super::Deed;
use super::Entry;
use super::Origin;
use super::Who;

/// Whether reviews count besides comments, by the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviews {
    /// They count.
    Count,
    /// Only comments do.
    DoNotCount,
}

/// The decisions of one pull request, read in the order in which people made them.
///
/// The order in which entries come in does not matter: a delivery that is late, or comes again,
/// ends in the same state. What was withdrawn once (edited, deleted, dismissed) stays withdrawn,
/// even where the news of it overtakes what it withdraws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// By when they were made.
    entries: Vec<Entry>,
    withdrawn: BTreeSet<Origin>,
}

struct Approval<'a> {
    who: &'a Who,
    origin: Option<Origin>,
    digests: Vec<&'a Digest>,
}

struct Rejection<'a> {
    who: &'a Who,
    origin: Option<Origin>,
    role: &'a Option<String>,
    reason: &'a str,
}

#[derive(Default)]
struct Word<'a> {
    approvals: Vec<Approval<'a>>,
    rejections: Vec<Rejection<'a>>,
}

fn is_review(origin: Option<Origin>) -> bool {
    origin.is_some_and(Origin::is_review)
}

impl Standing {
    /// What these entries come to.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut standing = Self::default();
        for entry in entries {
            standing.add(&entry);
        }
        standing
    }

    /// Takes in one more entry; one that is known already changes nothing.
    pub fn add(&mut self, entry: &Entry) {
        if let (Deed::Withdrawn { .. }, Some(origin)) = (&entry.deed, entry.origin) {
            self.withdrawn.insert(origin);
        }
        let person = |entry: &Entry| entry.who.as_ref().map(|who| who.id);
        let known = self.entries.iter().any(|known| {
            known.origin.is_some()
                && (known.at, known.origin, person(known)) == (entry.at, entry.origin, person(entry))
                && known.deed == entry.deed
        });
        if known {
            return;
        }
        let place = self
            .entries
            .partition_point(|known| (known.at, known.origin) <= (entry.at, entry.origin));
        self.entries.insert(place, entry.clone());
    }

    fn word(&self) -> Word<'_> {
        let mut word = Word::default();
        for entry in &self.entries {
            word.take(entry);
        }
        let stands = |origin: Option<Origin>| origin.is_none_or(|o| !self.withdrawn.contains(&o));
        word.approvals.retain(|approval| stands(approval.origin));
        word.rejections.retain(|rejection| stands(rejection.origin));
        word
    }

    /// Whether something that was said in that place counts.
    pub fn rests_on(&self, origin: Origin) -> bool {
        let word = self.word();
        word.approvals
            .iter()
            .any(|approval| approval.origin == Some(origin))
            || word
                .rejections
                .iter()
                .any(|rejection| rejection.origin == Some(origin))
    }

    /// Whether an objection that was made in that place counts.
    pub fn objects(&self, origin: Origin) -> bool {
        let mut rejections = self.word().rejections.into_iter();
        rejections.any(|rejection| rejection.origin == Some(origin))
    }

    /// Whether this account has approved anything.
    pub fn has_approved(&self, who: UserId) -> bool {
        self.word()
            .approvals
            .iter()
            .any(|approval| approval.who.id == who)
    }

    /// Whether this account has rejected anything.
    pub fn has_rejected(&self, who: UserId) -> bool {
        self.word()
            .rejections
            .iter()
            .any(|rejection| rejection.who.id == who)
    }

    /// Whether anybody has rejected anything.
    pub fn is_rejected(&self) -> bool {
        !self.word().rejections.is_empty()
    }

    /// Whether this account has approved all of these.
    pub fn covers(&self, who: UserId, digests: &[Digest]) -> bool {
        let word = self.word();
        let own = || word.approvals.iter().filter(|approval| approval.who.id == who);
        digests
            .iter()
            .all(|digest| own().any(|approval| approval.digests.contains(&digest)))
    }

    /// The votes, each under the login that its account was last seen with.
    pub fn votes(&self, reviews: Reviews) -> Vec<Vote> {
        let counts = |origin: Option<Origin>| reviews == Reviews::Count || !is_review(origin);
        let word = self.word();
        let approvals = word
            .approvals
            .iter()
            .filter(|approval| counts(approval.origin))
            .map(|approval| Vote {
                login: self.newest_login(approval.who),
                choice: Choice::Approve {
                    digests: approval.digests.iter().map(|digest| (*digest).clone()).collect(),
                },
            });
        let rejections = word
            .rejections
            .iter()
            .filter(|rejection| counts(rejection.origin))
            .map(|rejection| Vote {
                login: self.newest_login(rejection.who),
                choice: Choice::Reject {
                    role: rejection.role.clone(),
                    reason: rejection.reason.to_owned(),
                },
            });
        approvals.chain(rejections).collect()
    }

    /// Everybody who said something, each once under the login that the account was last seen with.
    pub fn people(&self) -> Vec<Who> {
        let mut people: Vec<Who> = Vec::new();
        for who in self.entries.iter().rev().filter_map(|entry| entry.who.as_ref()) {
            if !people.iter().any(|known| known.id == who.id) {
                people.push(who.clone());
            }
        }
        people
    }

    fn newest_login(&self, who: &Who) -> Login {
        let mut seen = self.entries.iter().rev().filter_map(|entry| entry.who.as_ref());
        seen.find(|other| other.id == who.id)
            .map_or_else(|| who.login.clone(), |other| other.login.clone())
    }
}

impl<'a> Word<'a> {
    fn take(&mut self, entry: &'a Entry) {
        match (&entry.deed, &entry.who) {
            (Deed::Approved { changes }, Some(who)) => {
                if is_review(entry.origin) {
                    self.rejections
                        .retain(|rejection| rejection.who.id != who.id || !is_review(rejection.origin));
                }
                self.approvals.push(Approval {
                    who,
                    origin: entry.origin,
                    digests: changes.iter().map(|change| &change.digest).collect(),
                });
            }
            (Deed::ApprovalsCancelled, Some(who)) => {
                self.approvals.retain(|approval| approval.who.id != who.id);
            }
            (Deed::Rejected { role, reason }, Some(who)) => {
                if is_review(entry.origin) {
                    self.approvals
                        .retain(|approval| approval.who.id != who.id || !is_review(approval.origin));
                }
                self.rejections.push(Rejection {
                    who,
                    origin: entry.origin,
                    role,
                    reason,
                });
            }
            (Deed::RejectionsCancelled { everybodys: true }, Some(_)) => self.rejections.clear(),
            (Deed::RejectionsCancelled { everybodys: false }, Some(who)) => {
                self.rejections.retain(|rejection| rejection.who.id != who.id);
            }
            (Deed::Withdrawn { .. } | Deed::Granted { .. }, _)
            | (
                Deed::Approved { .. }
                | Deed::ApprovalsCancelled
                | Deed::Rejected { .. }
                | Deed::RejectionsCancelled { .. },
                None,
            ) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::approvals::ledger::ApprovedChange;
    use crate::ids::ChangeId;

    fn entry(second: i64, id: u64, login: &str, origin: Origin, deed: Deed) -> Entry {
        Entry {
            at: Timestamp::from_second(second).unwrap(),
            repo: None,
            pull: None,
            delivery: None,
            who: Some(Who {
                id: UserId(id),
                login: Login::new(login),
            }),
            origin: Some(origin),
            deed,
        }
    }

    fn approved(digests: &[&str]) -> Deed {
        let change = |digest: &&str| ApprovedChange {
            role: "agent".to_owned(),
            path: "roles/agent.md".to_owned(),
            id: ChangeId::new("c"),
            digest: Digest::new(*digest),
        };
        Deed::Approved {
            changes: digests.iter().map(change).collect(),
        }
    }

    fn rejected() -> Deed {
        Deed::Rejected {
            role: None,
            reason: "no".to_owned(),
        }
    }

    fn withdrawn() -> Deed {
        Deed::Withdrawn {
            because: "edited".to_owned(),
        }
    }

    fn standing(entries: &[Entry]) -> Standing {
        let mut standing = Standing::default();
        for entry in entries {
            let text = serde_json::to_string(entry).unwrap();
            let read: Entry = serde_json::from_str(&text).unwrap();
            assert_eq!(&read, entry, "an entry comes back as it was written");
            standing.add(&read);
        }
        standing
    }

    use Origin::Comment;
    use Origin::Review;

    #[test]
    fn an_edited_comment_takes_its_approval_back_and_no_other() {
        let standing = standing(&[
            entry(1, 1, "alice", Comment(10), approved(&["a"])),
            entry(2, 1, "alice", Comment(11), approved(&["b"])),
            entry(3, 2, "bob", Comment(10), withdrawn()),
        ]);
        assert!(standing.covers(UserId(1), &[Digest::new("b")]));
        assert!(!standing.covers(UserId(1), &[Digest::new("a")]));
        assert!(!standing.rests_on(Comment(10)));
    }

    #[test]
    fn a_deletion_that_overtakes_its_comment_still_takes_it_back() {
        let standing = standing(&[
            entry(3, 2, "bob", Comment(10), withdrawn()),
            entry(1, 1, "alice", Comment(10), approved(&["a"])),
        ]);
        assert!(!standing.has_approved(UserId(1)));
    }

    #[test]
    fn a_late_delivery_of_an_approval_does_not_undo_its_cancellation() {
        let standing = standing(&[
            entry(2, 1, "alice", Comment(11), Deed::ApprovalsCancelled),
            entry(1, 1, "alice", Comment(10), approved(&["a"])),
        ]);
        assert!(!standing.has_approved(UserId(1)));
    }

    #[test]
    fn cancelling_takes_back_ones_own_only() {
        let standing = standing(&[
            entry(1, 1, "alice", Comment(10), approved(&["a"])),
            entry(2, 2, "bob", Comment(11), approved(&["a"])),
            entry(3, 1, "alice", Comment(12), Deed::ApprovalsCancelled),
        ]);
        assert!(!standing.has_approved(UserId(1)));
        assert!(standing.has_approved(UserId(2)));
    }

    #[test]
    fn a_newer_review_replaces_the_older_one_of_its_author() {
        let mut standing = standing(&[
            entry(1, 1, "alice", Review(1), approved(&["a"])),
            entry(2, 1, "alice", Review(2), rejected()),
        ]);
        assert!(!standing.has_approved(UserId(1)) && standing.is_rejected());
        assert!(standing.votes(Reviews::DoNotCount).is_empty());
        standing.add(&entry(3, 1, "alice", Review(3), approved(&["a"])));
        assert!(standing.has_approved(UserId(1)) && !standing.is_rejected());
    }

    #[test]
    fn a_dismissed_review_does_not_bring_back_the_one_it_replaced() {
        let standing = standing(&[
            entry(1, 1, "alice", Review(1), approved(&["a"])),
            entry(2, 1, "alice", Review(2), rejected()),
            entry(3, 9, "maint", Review(2), withdrawn()),
        ]);
        assert!(!standing.has_approved(UserId(1)) && !standing.is_rejected());
    }

    #[test]
    fn a_maintainer_lifts_everybodys_rejection_and_others_only_their_own() {
        let lifted = |everybodys| Deed::RejectionsCancelled { everybodys };
        let mut own = standing(&[
            entry(1, 1, "alice", Comment(1), rejected()),
            entry(2, 2, "bob", Comment(2), lifted(false)),
        ]);
        assert!(own.has_rejected(UserId(1)));
        own.add(&entry(3, 3, "maint", Comment(3), lifted(true)));
        assert!(!own.is_rejected());
    }

    #[test]
    fn a_renamed_login_stays_one_person() {
        let standing = standing(&[
            entry(1, 1, "old", Comment(1), approved(&["a"])),
            entry(2, 1, "new", Comment(2), approved(&["b"])),
        ]);
        let logins: Vec<Login> = standing
            .votes(Reviews::Count)
            .into_iter()
            .map(|vote| vote.login)
            .collect();
        assert_eq!(logins, [Login::new("new"), Login::new("new")]);
        let people: Vec<Login> = standing.people().into_iter().map(|who| who.login).collect();
        assert_eq!(people, [Login::new("new")]);
    }

    fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
        let deed = prop_oneof![
            4 => proptest::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|d| approved(&d)),
            1 => Just(Deed::ApprovalsCancelled),
            1 => Just(rejected()),
            1 => any::<bool>().prop_map(|everybodys| Deed::RejectionsCancelled { everybodys }),
            1 => Just(withdrawn()),
        ];
        let origin = prop_oneof![(0_u64..6).prop_map(Comment), (0_u64..6).prop_map(Review)];
        proptest::collection::vec((1_u64..4, origin, deed), 0..12).prop_map(|acts| {
            let entries = acts.into_iter().enumerate().map(|(second, (id, origin, deed))| {
                entry(second as i64, id, &format!("p{id}"), origin, deed)
            });
            entries.collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_of_deliveries_does_not_matter(
            (entries, mixed) in any_entries().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
        ) {
            let live = standing(&entries);
            let late = standing(&mixed);
            prop_assert_eq!(live.votes(Reviews::Count), late.votes(Reviews::Count));
        }

        #[test]
        fn a_second_delivery_changes_nothing(entries in any_entries()) {
            let once = standing(&entries);
            let twice = standing(&[entries.clone(), entries].concat());
            prop_assert_eq!(once.votes(Reviews::Count), twice.votes(Reviews::Count));
        }

        #[test]
        fn one_more_approval_in_a_comment_withdraws_no_vote(entries in any_entries(), id in 1_u64..4) {
            let before = standing(&entries).votes(Reviews::Count);
            let more = entry(99, id, &format!("p{id}"), Comment(99), approved(&["a"]));
            let after = standing(&[entries, vec![more]].concat()).votes(Reviews::Count);
            for vote in before {
                prop_assert!(after.contains(&vote));
            }
        }
    }
}
