//! What holds for any policy, any facts about people and anything they say.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence;

use super::ledger::ApprovedChange;
use super::ledger::Deed;
use super::ledger::Entry;
use super::ledger::Line;
use super::ledger::Origin;
use super::ledger::Reviews;
use super::ledger::Standing;
use super::ledger::Who;
use super::ledger::export;
use super::ledger::import;
use super::sample::Case;
use super::sample::Edit;
use super::sample::change;
use super::sample::digest;
use super::sample::team;
use super::*;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;
use crate::ids::UserId;

const PEOPLE: [&str; 7] = ["alice", "sam", "sue", "out", "olga", "Max", "nobody-knows"];
const TEAMS: [&str; 2] = ["security", "platform"];
/// The changes that are there, and one that is gone.
const KINDS: [ChangeKind; 4] = [
    ChangeKind::ConstraintLoosened,
    ChangeKind::AuthorityGranted,
    ChangeKind::OwnerChanged,
    ChangeKind::TextChanged,
];

fn any_person() -> impl Strategy<Value = Login> {
    select(&PEOPLE).prop_map(Login::new)
}

fn some_people(most: usize) -> impl Strategy<Value = Vec<Login>> {
    subsequence(&PEOPLE, 0..=most).prop_map(|names| names.into_iter().map(Login::new).collect())
}

fn any_permission() -> impl Strategy<Value = Permission> {
    select(vec![
        Permission::None,
        Permission::Read,
        Permission::Triage,
        Permission::Write,
        Permission::Maintain,
        Permission::Admin,
    ])
}

fn any_rule(name: &'static str) -> impl Strategy<Value = Rule> {
    let on = subsequence(
        vec![
            "constraint.*",
            "authority.granted",
            "*.changed",
            "text.changed",
            "*",
        ],
        0..=3,
    );
    let paths = subsequence(vec!["roles/**", "agents/**", "roles/*.md"], 0..=2);
    let from = (
        subsequence(&TEAMS, 0..=2),
        some_people(3),
        option::of(any_permission()),
        any::<bool>(),
        any::<bool>(),
    );
    (on, paths, 0_usize..4, 0_usize..4, from).prop_map(move |(on, paths, require, at_least, from)| Rule {
        name: name.to_owned(),
        on: on
            .into_iter()
            .map(|pattern| KindPattern::try_from(pattern.to_owned()).unwrap())
            .collect(),
        paths: paths.into_iter().map(str::to_owned).collect(),
        require,
        at_least,
        from: Approvers {
            teams: from.0.into_iter().map(team).collect(),
            users: from.1,
            permission: from.2,
            owner: from.3,
            codeowners: from.4,
        },
    })
}

fn any_delegate() -> impl Strategy<Value = Delegate> {
    let rules = subsequence(vec!["first", "second"], 0..=2);
    let paths = subsequence(vec!["roles/**", "agents/**"], 0..=2);
    let until = select(vec![date(2026, 11, 20), date(2026, 11, 21), date(2027, 1, 1)]);
    (any_person(), any_person(), rules, paths, until).prop_map(|(from, to, rules, paths, until)| Delegate {
        from,
        to,
        rules: rules.into_iter().map(str::to_owned).collect(),
        paths: paths.into_iter().map(str::to_owned).collect(),
        until,
        reason: None,
    })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let rules = option::weighted(
        0.9,
        (any_rule("first"), option::of(any_rule("second")))
            .prop_map(|(one, more)| std::iter::once(one).chain(more).collect::<Vec<Rule>>()),
    );
    let author = proptest::bool::weighted(0.15);
    (rules, vec(any_delegate(), 0..4), author).prop_map(|(rules, delegates, author)| Policy {
        rules,
        people: People::from([("Olga Ode".to_owned(), Login::new("olga"))]),
        approve: Approve {
            author,
            ..Approve::default()
        },
        delegates,
    })
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let membership = prop_oneof![
        4 => Just(Some(Membership::Member)),
        3 => Just(Some(Membership::Outsider)),
        1 => Just(Some(Membership::Unknown("502".to_owned()))),
        1 => Just(None),
    ];
    let permission = prop_oneof![
        6 => any_permission().prop_map(|permission| Some(Ok(permission))),
        1 => Just(Some(Err("502".to_owned()))),
        1 => Just(None),
    ];
    (
        vec(membership, PEOPLE.len() * TEAMS.len()),
        vec(permission, PEOPLE.len()),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(memberships, permissions, empty)| {
            let mut facts = Facts::default();
            let pairs = PEOPLE
                .iter()
                .flat_map(|person| TEAMS.iter().map(move |slug| (slug, person)));
            for ((slug, person), membership) in pairs.zip(memberships) {
                let key = (team(slug), Login::new(person));
                facts.memberships.extend(membership.map(|it| (key, it)));
            }
            for (person, permission) in PEOPLE.iter().zip(permissions) {
                facts
                    .permissions
                    .extend(permission.map(|it| (Login::new(person), it)));
            }
            if empty {
                facts
                    .unusable_teams
                    .insert(team("platform"), "it is empty".to_owned());
            }
            facts
        })
}

/// What can be approved: the changes of [`KINDS`], an edit of the policy, and something that is gone.
fn everything() -> Vec<Digest> {
    let changes = KINDS.iter().map(|&kind| change(kind, "x").digest);
    changes.chain([digest("policy"), digest("gone")]).collect()
}

fn any_choice() -> impl Strategy<Value = Choice> {
    let approve = subsequence(everything(), 1..=6).prop_map(|digests| Choice::Approve { digests });
    let reject = (
        option::of(Just("agent".to_owned())),
        select(vec!["no", "not yet"]),
    )
        .prop_map(|(role, reason)| Choice::Reject {
            role,
            reason: reason.to_owned(),
        });
    prop_oneof![6 => approve, 1 => reject]
}

fn any_votes() -> impl Strategy<Value = Vec<Vote>> {
    let vote = (any_person(), any_choice()).prop_map(|(login, choice)| Vote { login, choice });
    vec(vote, 0..10)
}

/// Any policy, any facts, any votes about up to four changes and an edit of the policy.
fn any_case() -> impl Strategy<Value = Case> {
    let about = (
        subsequence(&KINDS, 1..=4),
        proptest::bool::weighted(0.2),
        select(vec![
            None,
            Some("@olga"),
            Some("Olga Ode"),
            Some("@acme/platform"),
            Some("CEO"),
        ]),
        option::of(select(vec![
            "* @sam @Max",
            "/roles/ @acme/security",
            "roles/* who@example.com",
        ])),
    );
    let taking_part = (some_people(1), some_people(1), proptest::bool::weighted(0.08));
    (any_policy(), any_facts(), any_votes(), about, taking_part).prop_map(
        |(policy, facts, votes, (kinds, edits, owner, codeowners), (pushers, makers, nameless))| {
            Case::new().with(|case| {
                case.policy = policy;
                case.facts = facts;
                case.votes = votes;
                case.changes = kinds.into_iter().map(|kind| change(kind, "x")).collect();
                case.owner = owner;
                case.codeowners = codeowners.map(str::to_owned);
                case.pushers = pushers;
                case.commit_authors = makers;
                if edits {
                    let path = SpecPath::new(".github/specwarden.yml");
                    let edit = Edit::Policy(Some(Policy::default()));
                    case.power.push((path, digest("policy"), edit));
                }
                if nameless {
                    case.unattributed.push("1234567 by A <a@old.example>".to_owned());
                }
            })
        },
    )
}

/// Everything that is decided: rules, objections, the tree, what to ask for and whom to ask.
#[derive(Debug, PartialEq)]
struct Verdict {
    approvals: Vec<Approval>,
    rejections: Vec<Rejection>,
    tree: Decision,
    needed: NeededFacts,
    reviewers: (Vec<Login>, Vec<TeamSlug>),
}

fn verdict(case: &Case) -> Verdict {
    let verdict = case.ask(|subject| Verdict {
        approvals: evaluate(subject),
        rejections: rejections(subject),
        tree: decide(subject),
        needed: needed_facts(subject),
        reviewers: reviewers(subject, &[], &[]),
    });
    let green = verdict.approvals.iter().all(|approval| approval.satisfied)
        && verdict.rejections.iter().all(|rejection| !rejection.blocks);
    assert_eq!(
        verdict.tree.outcome == Outcome::Approved,
        green,
        "the tree tells another story: {verdict:#?}"
    );
    verdict
}

proptest! {
    #[test]
    fn the_order_of_votes_does_not_matter(
        (case, votes) in any_case().prop_flat_map(|case| {
            let votes = Just(case.votes.clone()).prop_shuffle();
            (Just(case), votes)
        })
    ) {
        let one = verdict(&case);
        prop_assert_eq!(one, verdict(&case.with(|case| case.votes = votes)));
    }

    #[test]
    fn a_vote_that_is_given_twice_is_one_vote(case in any_case()) {
        let once = verdict(&case);
        prop_assert_eq!(once, verdict(&case.with(|case| case.votes.extend(case.votes.clone()))));
    }

    #[test]
    fn one_more_approval_withdraws_no_other(
        case in any_case(),
        who in any_person(),
        digests in subsequence(everything(), 1..=6),
        place in any::<prop::sample::Index>(),
    ) {
        let before = verdict(&case);
        let after = verdict(&case.with(|case| {
            let vote = Vote { login: who, choice: Choice::Approve { digests } };
            case.votes.insert(place.index(case.votes.len() + 1), vote);
        }));
        prop_assert_eq!(before.approvals.len(), after.approvals.len());
        for (before, after) in before.approvals.iter().zip(&after.approvals) {
            prop_assert_eq!((&before.name, &before.because, &before.from), (&after.name, &after.because, &after.from));
            prop_assert!(after.satisfied || !before.satisfied, "{:#?}", after);
            let all: BTreeSet<&Login> = after.approved_by.iter().collect();
            prop_assert!(before.approved_by.iter().all(|login| all.contains(login)));
            for known in &before.counted {
                let mut now = after.counted.iter().filter(|now| now.login == known.login);
                prop_assert!(now.any(|now| known.changes.iter().all(|id| now.changes.contains(id))));
            }
        }
        prop_assert_eq!(before.rejections, after.rejections);
        prop_assert!(after.tree.outcome == Outcome::Approved || before.tree.outcome != Outcome::Approved);
    }

    #[test]
    fn what_counts_is_what_was_approved_by_people_who_take_no_part(case in any_case()) {
        let taking_part: Vec<Login> = if case.policy.approve.author {
            Vec::new()
        } else {
            [&[Login::new("alice")][..], &case.pushers, &case.commit_authors].concat()
        };
        for approval in verdict(&case).approvals {
            for counted in &approval.counted {
                prop_assert!(!taking_part.contains(&counted.login));
                for id in &counted.changes {
                    let named = case.votes.iter().any(|vote| {
                        vote.login == counted.login
                            && matches!(&vote.choice, Choice::Approve { digests } if digests.iter().any(|one| power::id(one) == *id))
                    });
                    prop_assert!(named, "{} of {:#?}", id, approval);
                }
            }
            if approval.satisfied {
                for id in &approval.because {
                    let people: BTreeSet<&Login> = approval.counted.iter()
                        .filter(|counted| counted.changes.contains(id))
                        .map(|counted| &counted.login)
                        .collect();
                    prop_assert!(people.len() >= approval.require && approval.require > 0, "{:#?}", approval);
                }
            }
        }
    }

    #[test]
    fn the_ledger_alone_tells_the_same_as_the_votes(case in any_case()) {
        let live = verdict(&case);
        let said = case.votes.iter().enumerate().map(|(at, vote)| {
            let deed = match &vote.choice {
                Choice::Approve { digests } => approved(digests),
                Choice::Reject { role, reason } => Deed::Rejected { role: role.clone(), reason: reason.clone() },
            };
            entry(at, &vote.login, Origin::Comment(at as u64), deed)
        });
        let votes = replayed(said).votes(Reviews::Count);
        prop_assert_eq!(live, verdict(&case.with(|case| case.votes = votes)));
    }

    #[test]
    fn evaluation_from_the_ledger_alone_equals_evaluation_live(
        case in any_case(),
        (acts, deliveries) in any_acts().prop_flat_map(|acts| {
            let late = Just(acts.clone()).prop_shuffle();
            (Just(acts), late)
        }),
        doubled in 0_usize..12,
        reviews in select(vec![Reviews::Count, Reviews::DoNotCount]),
    ) {
        // Live: entry by entry as the deliveries come in, late and doubled, looking each time.
        let mut live = Standing::default();
        let mut kept = Vec::new();
        for act in deliveries.iter().chain(deliveries.get(doubled)) {
            live.add(act);
            kept.push(act.clone());
            live.votes(reviews);
        }
        // Later: from an export of the ledger, or from people's acts in the order in which they made them.
        let alone = replayed(kept).votes(reviews);
        let in_order = replayed(acts).votes(reviews);
        let judged = |votes: Vec<Vote>| verdict(&case.clone().with(|case| case.votes = votes));
        let live = judged(live.votes(reviews));
        prop_assert_eq!(&live, &judged(alone));
        prop_assert_eq!(&live, &judged(in_order));
    }
}

fn approved(digests: &[Digest]) -> Deed {
    let change = |digest: &Digest| ApprovedChange {
        role: "agent".to_owned(),
        path: "roles/agent.md".to_owned(),
        id: power::id(digest),
        digest: digest.clone(),
    };
    Deed::Approved {
        changes: digests.iter().map(change).collect(),
    }
}

fn entry(second: usize, login: &Login, origin: Origin, deed: Deed) -> Entry {
    let id = PEOPLE.iter().position(|name| Login::new(name) == *login);
    Entry {
        at: Timestamp::from_second(second as i64).unwrap(),
        repo: None,
        pull: None,
        delivery: None,
        who: Some(Who {
            id: UserId(id.unwrap_or(99) as u64),
            login: login.clone(),
        }),
        origin: Some(origin),
        deed,
    }
}

/// What the entries come to after they were written, exported, verified and read again.
fn replayed(entries: impl IntoIterator<Item = Entry>) -> Standing {
    let mut lines: Vec<Line> = Vec::new();
    for entry in entries {
        let text = serde_json::to_string(&entry).unwrap();
        lines.push(Line::append(lines.last(), text));
    }
    let read = import(&export(&lines)).unwrap();
    assert_eq!(ledger::verify(&read), Ok(()));
    Standing::of(read.iter().map(|line| serde_json::from_str(&line.entry).unwrap()))
}

/// Anything that people do on a pull request, in the order in which they do it.
fn any_acts() -> impl Strategy<Value = Vec<Entry>> {
    let deed = prop_oneof![
        6 => subsequence(everything(), 1..=6).prop_map(|digests| approved(&digests)),
        1 => Just(Deed::ApprovalsCancelled),
        1 => Just(Deed::Rejected { role: None, reason: "no".to_owned() }),
        1 => any::<bool>().prop_map(|everybodys| Deed::RejectionsCancelled { everybodys }),
        1 => Just(Deed::Withdrawn { because: "edited".to_owned() }),
    ];
    let origin = prop_oneof![
        (0_u64..8).prop_map(Origin::Comment),
        (0_u64..8).prop_map(Origin::Review)
    ];
    vec((any_person(), origin, deed), 0..12).prop_map(|acts| {
        let acts = acts.into_iter().enumerate();
        acts.map(|(at, (who, origin, deed))| entry(at, &who, origin, deed))
            .collect()
    })
}
