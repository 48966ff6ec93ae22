//! Every harmless step that must not cost an approval, one line each; and what holds for any votes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::ledger::Standing;
use super::ledger::export;
use super::ledger::import;
use super::sample::*;
use super::*;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;

#[test]
fn honest_approvals_stay_green() {
    let owner_rule = "[{ name: owners, on: [constraint.*], from: { owner: true } }]";
    let table: Vec<(&str, Case)> = vec![
        ("a member approves", Case::new().approved_by(&["sam"])),
        ("in other letters", Case::new().approved_by(&["SAM"])),
        (
            "two members where two are needed",
            Case::new()
                .rules("[{ name: two, require: 2, from: { teams: [acme/security] } }]")
                .approved_by(&["sam", "sue"]),
        ),
        (
            "a typo fix elsewhere after the approval",
            Case::new()
                .approved_by(&["sam"])
                .with(|c| c.changes.push(change(ChangeKind::TextChanged, "typo"))),
        ),
        (
            "a reformatting after the approval",
            Case::new()
                .rules("[{ name: all, from: { teams: [acme/security] } }]")
                .approved_by(&["sam"])
                .with(|c| c.changes.push(change(ChangeKind::FormatChanged, "format"))),
        ),
        (
            "a move inside the rule's paths after the approval",
            Case::new().approved_by(&["sam"]).with(|c| {
                c.previous = Some(c.path.clone());
                c.path = SpecPath::new("roles/eng/agent.md");
                c.changes.push(change(ChangeKind::SpecRenamed, "roles/eng"));
            }),
        ),
        (
            "one of the approved changes taken back",
            Case::new()
                .with(|c| c.changes.push(change(ChangeKind::ConstraintLoosened, "spending")))
                .approved_by(&["sam"])
                .with(|c| {
                    c.changes.pop();
                }),
        ),
        (
            "the author, where the policy allows it",
            Case::new()
                .with(|c| c.policy.approve.author = true)
                .approved_by(&["alice"]),
        ),
        (
            "the owner at base",
            Case::new().rules(owner_rule).approved_by(&["olga"]),
        ),
        (
            "the previous owner agrees to the next",
            Case::new()
                .rules(owner_rule)
                .with(|c| {
                    c.owner_after = Some("@out");
                    c.changes = vec![change(ChangeKind::OwnerChanged, "owner")];
                })
                .approved_by(&["olga"]),
        ),
        (
            "an owner whom the policy maps",
            Case::new()
                .rules(owner_rule)
                .with(|c| {
                    c.policy.people.insert("Olga Ode".to_owned(), Login::new("olga"));
                    c.owner = Some("Olga Ode");
                })
                .approved_by(&["olga"]),
        ),
        (
            "a stand-in on the last day",
            Case::new()
                .with(|c| c.policy.delegates.push(delegate("sam", "out", "2026-11-21")))
                .approved_by(&["out"]),
        ),
        (
            "an outsider objects",
            Case::new().approved_by(&["sam"]).with(|c| {
                c.votes.push(Vote {
                    login: Login::new("out"),
                    choice: Choice::Reject {
                        role: None,
                        reason: "spam".to_owned(),
                    },
                });
            }),
        ),
        (
            "an address that the policy maps to a bystander",
            Case::new()
                .with(|c| {
                    c.policy
                        .people
                        .insert("a@old.example".to_owned(), Login::new("alice"));
                    c.unattributed.push("1234567 by A <a@old.example>".to_owned());
                })
                .approved_by(&["sam"]),
        ),
        (
            "a maintainer, where no rule and no file names anybody",
            Case::new()
                .with(|c| {
                    c.policy.rules = None;
                    c.owner = None;
                    c.facts
                        .permissions
                        .insert(Login::new("sam"), Ok(Permission::Admin));
                })
                .approved_by(&["sam"]),
        ),
        (
            "a maintainer, where the only owner is the author",
            Case::new()
                .with(|c| {
                    c.policy.rules = None;
                    c.owner = Some("@alice");
                    c.facts
                        .permissions
                        .insert(Login::new("sam"), Ok(Permission::Maintain));
                })
                .approved_by(&["sam"]),
        ),
        (
            "the members agree to their own policy's change",
            Case::new()
                .with(|c| {
                    let path = SpecPath::new(".github/specwarden.yml");
                    c.power
                        .push((path, digest("p"), Edit::Policy(Some(Policy::default()))));
                })
                .approved_by(&["sam"]),
        ),
        (
            "comments in CODEOWNERS",
            Case::new()
                .rules("[{ name: owners, on: [constraint.*], from: { codeowners: true } }]")
                .approved_by(&["sam"])
                .with(|c| {
                    c.codeowners = Some("* @sam\n".to_owned());
                    let after = Some("# all of it\n* @sam # really\n".to_owned());
                    c.power
                        .push((SpecPath::new("CODEOWNERS"), digest("co"), Edit::Codeowners(after)));
                }),
        ),
    ];
    for (name, case) in table {
        assert!(case.green(), "{name}:\n{}", case.reasons());
    }
}

#[test]
fn nobody_is_asked_where_nothing_severe_changed() {
    for kind in [
        ChangeKind::TextChanged,
        ChangeKind::FormatChanged,
        ChangeKind::ConstraintTightened,
    ] {
        let case = Case::new().with(|c| c.changes = vec![change(kind, "x")]);
        assert!(case.ask(evaluate).is_empty(), "{kind}");
    }
}

const PEOPLE: [&str; 6] = ["alice", "sam", "sue", "out", "olga", "nobody-knows"];

/// Any policy of a few shapes, and any votes about four changes, one of which is gone.
fn any_case() -> impl Strategy<Value = Case> {
    let rules = prop_oneof![
        Just("[{ name: a, on: [constraint.*], from: { teams: [acme/security] } }]"),
        Just("[{ name: a, require: 2, from: { teams: [acme/security], users: [olga] } }]"),
        Just("[{ name: a, from: { owner: true } }, { name: b, require: 2, from: { permission: read } }]"),
    ];
    let vote = (
        proptest::sample::select(&PEOPLE),
        proptest::sample::subsequence(vec![0, 1, 2, 3], 1..=4),
    );
    let lent = proptest::option::of((
        proptest::sample::select(&PEOPLE),
        proptest::sample::select(&PEOPLE),
    ));
    (rules, proptest::collection::vec(vote, 0..8), lent).prop_map(|(rules, votes, lent)| {
        let kinds = [
            ChangeKind::ConstraintLoosened,
            ChangeKind::AuthorityGranted,
            ChangeKind::OwnerChanged,
        ];
        let mut case = Case::new().rules(rules);
        case.changes = kinds.iter().map(|&kind| change(kind, "x")).collect();
        case.policy
            .delegates
            .extend(lent.map(|(from, to)| delegate(from, to, "2026-12-31")));
        let mut digests: Vec<Digest> = case.changes.iter().map(|c| c.digest.clone()).collect();
        digests.push(digest("gone"));
        case.votes = votes
            .into_iter()
            .map(|(login, which)| Vote {
                login: Login::new(login),
                choice: Choice::Approve {
                    digests: which.into_iter().map(|at| digests[at].clone()).collect(),
                },
            })
            .collect();
        case
    })
}

proptest! {
    #[test]
    fn the_order_of_votes_does_not_matter(case in any_case(), turn in 0_usize..8) {
        let one = case.ask(evaluate);
        let other = case.with(|c| {
            let turn = turn % c.votes.len().max(1);
            c.votes.rotate_left(turn);
            c.votes.reverse();
        });
        prop_assert_eq!(one, other.ask(evaluate));
    }

    #[test]
    fn one_more_approval_withdraws_no_other(case in any_case(), who in proptest::sample::select(&PEOPLE)) {
        let before = case.ask(evaluate);
        let after = case.approved_by(&[who]).ask(evaluate);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(after.satisfied || !before.satisfied);
            let now: BTreeSet<&Login> = after.approved_by.iter().collect();
            prop_assert!(before.approved_by.iter().all(|login| now.contains(login)));
        }
    }

    #[test]
    fn the_ledger_alone_tells_the_same_as_the_votes(case in any_case()) {
        let live = case.ask(evaluate);
        let lines = ledger_of(&case);
        let read = import(&export(&lines)).unwrap();
        prop_assert_eq!(ledger::verify(&read), Ok(()));
        let entries = read.iter().map(|line| serde_json::from_str(&line.entry).unwrap());
        let votes = Standing::of(entries).votes(ledger::Reviews::Count);
        let replayed = case.with(|c| c.votes = votes);
        prop_assert_eq!(live, replayed.ask(evaluate));
    }
}

fn ledger_of(case: &Case) -> Vec<ledger::Line> {
    let mut lines: Vec<ledger::Line> = Vec::new();
    for (at, vote) in case.votes.iter().enumerate() {
        let Choice::Approve { digests } = &vote.choice else {
            continue;
        };
        let id = PEOPLE
            .iter()
            .position(|name| Login::new(name) == vote.login)
            .unwrap_or(99);
        let entry = ledger::Entry {
            at: jiff::Timestamp::from_second(at as i64).unwrap(),
            repo: None,
            pull: None,
            delivery: None,
            who: Some(ledger::Who {
                id: crate::ids::UserId(id as u64),
                login: vote.login.clone(),
            }),
            origin: Some(ledger::Origin::Comment(at as u64)),
            deed: ledger::Deed::Approved {
                changes: digests
                    .iter()
                    .map(|digest| ledger::ApprovedChange {
                        role: "agent".to_owned(),
                        path: "roles/agent.md".to_owned(),
                        id: power::id(digest),
                        digest: digest.clone(),
                    })
                    .collect(),
            },
        };
        lines.push(ledger::Line::append(
            lines.last(),
            serde_json::to_string(&entry).unwrap(),
        ));
    }
    lines
}
