//! Every way we know to get a green light that nobody gave, and every harmless step that must not
//! cost one: one line each.

use jiff::civil::date;

use super::*;
use crate::diff::BothLines;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;
use crate::spec::Facet;

/// A pull request by `@alice` that loosens one constraint of a spec owned by `@olga`; `@sam` and
/// `@sue` are in the security team, `@out` is in none.
pub(super) struct Case {
    pub(super) policy: Policy,
    pub(super) path: SpecPath,
    pub(super) previous: Option<SpecPath>,
    pub(super) owner: Option<&'static str>,
    pub(super) owner_after: Option<&'static str>,
    pub(super) changes: Vec<Change>,
    pub(super) power: Vec<(SpecPath, Digest, Edit)>,
    pub(super) codeowners: Option<String>,
    pub(super) pushers: Vec<Login>,
    pub(super) commit_authors: Vec<Login>,
    pub(super) unattributed: Vec<String>,
    pub(super) votes: Vec<Vote>,
    pub(super) facts: Facts,
}

pub(super) enum Edit {
    Policy(Option<Policy>),
    Codeowners(Option<String>),
}

pub(super) fn change(kind: ChangeKind, name: &str) -> Change {
    let digest = digest(&format!("{kind}{name}"));
    Change {
        id: power::id(&digest),
        digest,
        kind,
        facet: Facet::Limit,
        section: vec!["Constraints".to_owned()],
        moved_to: None,
        key: None,
        before: Some(name.to_owned()),
        after: None,
        lines: BothLines::default(),
        echoes: Vec::new(),
        evidence: Vec::new(),
        witness: None,
        bump: kind.default_bump(),
    }
}

pub(super) fn digest(text: &str) -> Digest {
    use sha2::Digest as _;
    Digest::new(hex::encode(sha2::Sha256::digest(text)))
}

pub(super) fn rules(yaml: &str) -> Option<Vec<Rule>> {
    Some(serde_yaml::from_str(yaml).unwrap())
}

pub(super) fn team(slug: &str) -> TeamSlug {
    format!("acme/{slug}").parse().unwrap()
}

const SECURITY: &str = "[{ name: security, on: [constraint.loosened, constraint.unclear, authority.*], paths: ['roles/**'], from: { teams: [acme/security] } }]";

impl Case {
    pub(super) fn new() -> Self {
        let mut facts = Facts::default();
        for (login, membership) in [
            ("alice", Membership::Member),
            ("sam", Membership::Member),
            ("sue", Membership::Member),
            ("out", Membership::Outsider),
            ("olga", Membership::Outsider),
        ] {
            facts
                .memberships
                .insert((team("security"), Login::new(login)), membership);
            facts.permissions.insert(Login::new(login), Ok(Permission::Read));
        }
        Self {
            policy: Policy {
                rules: rules(SECURITY),
                ..Policy::default()
            },
            path: SpecPath::new("roles/agent.md"),
            previous: None,
            owner: Some("@olga"),
            owner_after: Some("@olga"),
            changes: vec![change(ChangeKind::ConstraintLoosened, "deployment")],
            power: Vec::new(),
            codeowners: None,
            pushers: vec![Login::new("alice")],
            commit_authors: vec![Login::new("alice")],
            unattributed: Vec::new(),
            votes: Vec::new(),
            facts,
        }
    }

    pub(super) fn rules(mut self, yaml: &str) -> Self {
        self.policy.rules = rules(yaml);
        self
    }

    pub(super) fn with(mut self, edit: impl FnOnce(&mut Self)) -> Self {
        edit(&mut self);
        self
    }

    /// These people approve all that is there now.
    pub(super) fn approved_by(mut self, people: &[&str]) -> Self {
        let mut digests: Vec<Digest> = self.changes.iter().map(|c| c.digest.clone()).collect();
        digests.extend(self.power.iter().map(|(_, digest, _)| digest.clone()));
        for login in people {
            self.votes.push(Vote {
                login: Login::new(login),
                choice: Choice::Approve {
                    digests: digests.clone(),
                },
            });
        }
        self
    }

    pub(super) fn ask<T>(&self, question: impl FnOnce(&Subject<'_>) -> T) -> T {
        let author = Login::new("alice");
        let known = [
            self.path.clone(),
            SpecPath::new("roles/b.md"),
            SpecPath::new("roles/c.md"),
        ];
        let subject = Subject {
            policy: &self.policy,
            specs: vec![SpecChanges {
                role: "agent",
                path: &self.path,
                previous_path: self.previous.as_ref(),
                added: false,
                owner: self.owner,
                owner_after: self.owner_after,
                changes: &self.changes,
            }],
            power: self
                .power
                .iter()
                .map(|(path, digest, edit)| PowerEdit {
                    path,
                    digest,
                    file: match edit {
                        Edit::Policy(after) => PowerFile::Policy {
                            after: after.as_ref(),
                            others_differ: false,
                        },
                        Edit::Codeowners(after) => PowerFile::Codeowners {
                            after: after.as_deref(),
                        },
                    },
                })
                .collect(),
            known_specs: &known,
            codeowners: self.codeowners.as_deref(),
            author: Some(&author),
            pushers: &self.pushers,
            commit_authors: &self.commit_authors,
            unattributed: &self.unattributed,
            votes: &self.votes,
            facts: &self.facts,
            today: date(2026, 11, 21),
        };
        question(&subject)
    }

    /// Whether somebody was asked, and nothing is missing and nobody objects.
    pub(super) fn green(&self) -> bool {
        self.ask(|subject| {
            let approvals = evaluate(subject);
            let green = !approvals.is_empty()
                && approvals.iter().all(|approval| approval.satisfied)
                && rejections(subject).iter().all(|rejection| !rejection.blocks);
            let tree = decide(subject);
            assert_eq!(
                tree.outcome == Outcome::Approved,
                green,
                "the tree tells another story: {tree:#?}"
            );
            for approval in &approvals {
                assert!(!approval.reasons.is_empty(), "no reason is given: {approval:#?}");
            }
            green
        })
    }

    pub(super) fn reasons(&self) -> String {
        self.ask(|subject| {
            let reasons: Vec<String> = evaluate(subject).into_iter().flat_map(|a| a.reasons).collect();
            reasons.join("\n")
        })
    }
}

fn delegate(from: &str, to: &str, until: &str) -> Delegate {
    serde_yaml::from_str(&format!("{{ from: {from}, to: {to}, until: {until} }}")).unwrap()
}

#[test]
fn attacks_stay_pending_and_say_why() {
    let policy_path = SpecPath::new(".github/specwarden.yml");
    let owner_rule = "[{ name: owners, on: [constraint.*], from: { owner: true } }]";
    let table: Vec<(&str, Case, &str)> = vec![
        (
            "nobody approves",
            Case::new(),
            "needs 1 approval from @acme/security",
        ),
        (
            "the author approves",
            Case::new().approved_by(&["alice"]),
            "@alice is the pull request's author",
        ),
        (
            "the author approves in other letters",
            Case::new().approved_by(&["ALICE"]),
            "is the pull request's author",
        ),
        (
            "the author approves through a second commit identity",
            Case::new()
                .with(|c| c.commit_authors.push(Login::new("sam")))
                .approved_by(&["sam"]),
            "@sam wrote one of its commits",
        ),
        (
            "a pusher who is not the author approves",
            Case::new()
                .with(|c| c.pushers.push(Login::new("sam")))
                .approved_by(&["sam"]),
            "@sam pushed to the pull request",
        ),
        (
            "a committer's address belongs to no account",
            Case::new()
                .with(|c| c.unattributed.push("1234567 by X <x@nowhere.example>".to_owned()))
                .approved_by(&["sam"]),
            "no account belongs to \"1234567 by X <x@nowhere.example>\"",
        ),
        (
            "a mapped address makes its person a commit author",
            Case::new()
                .with(|c| {
                    c.policy
                        .people
                        .insert("x@nowhere.example".to_owned(), Login::new("sam"));
                    c.unattributed.push("1234567 by X <X@nowhere.example>".to_owned());
                })
                .approved_by(&["sam"]),
            "@sam wrote one of its commits",
        ),
        (
            "an outsider approves",
            Case::new().approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "a former member approves",
            Case::new()
                .with(|c| {
                    c.facts
                        .memberships
                        .insert((team("security"), Login::new("sam")), Membership::Outsider);
                })
                .approved_by(&["sam"]),
            "@sam is none of @acme/security",
        ),
        (
            "nobody has asked whether they are a member",
            Case::new()
                .with(|c| c.facts = Facts::default())
                .approved_by(&["sam"]),
            "has not been asked yet",
        ),
        (
            "the membership lookup fails",
            Case::new()
                .with(|c| {
                    let unknown = Membership::Unknown("GitHub answered 502".to_owned());
                    c.facts
                        .memberships
                        .insert((team("security"), Login::new("sam")), unknown);
                })
                .approved_by(&["sam"]),
            "could not be found out: GitHub answered 502",
        ),
        (
            "the permission lookup fails",
            Case::new()
                .rules("[{ name: m, from: { permission: maintain } }]")
                .with(|c| {
                    c.facts
                        .permissions
                        .insert(Login::new("sam"), Err("timeout".to_owned()));
                })
                .approved_by(&["sam"]),
            "permission of @sam could not be found out: timeout",
        ),
        (
            "too little permission",
            Case::new()
                .rules("[{ name: m, from: { permission: maintain } }]")
                .with(|c| {
                    c.facts
                        .permissions
                        .insert(Login::new("sam"), Ok(Permission::Write));
                })
                .approved_by(&["sam"]),
            "@sam is none of permission: maintain",
        ),
        (
            "the team does not exist, whatever a stale membership says",
            Case::new()
                .with(|c| {
                    c.facts
                        .unusable_teams
                        .insert(team("security"), "it does not exist".to_owned());
                })
                .approved_by(&["sam"]),
            "team @acme/security cannot approve: it does not exist",
        ),
        (
            "the team is empty",
            Case::new().with(|c| {
                c.facts
                    .unusable_teams
                    .insert(team("security"), "it has no members".to_owned());
            }),
            "nobody can satisfy this here",
        ),
        (
            "one person twice where two are needed",
            Case::new()
                .rules("[{ name: two, require: 2, from: { teams: [acme/security] } }]")
                .approved_by(&["sam", "sam", "SAM"]),
            "needs 1 more of 2 approvals",
        ),
        (
            "one person and their stand-in where two are needed",
            Case::new()
                .rules("[{ name: two, require: 2, from: { users: [sam] } }]")
                .with(|c| c.policy.delegates.push(delegate("sam", "out", "2026-12-31")))
                .approved_by(&["sam", "out"]),
            "needs 1 more of 2 approvals",
        ),
        (
            "an expired delegation",
            Case::new()
                .with(|c| c.policy.delegates.push(delegate("sam", "out", "2026-11-20")))
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "a delegation for another rule",
            Case::new()
                .with(|c| {
                    let mut given = delegate("sam", "out", "2026-12-31");
                    given.rules.push("finance".to_owned());
                    c.policy.delegates.push(given);
                })
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "a delegation for other specs",
            Case::new()
                .with(|c| {
                    let mut given = delegate("sam", "out", "2026-12-31");
                    given.paths.push("agents/**".to_owned());
                    c.policy.delegates.push(given);
                })
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "the author lends their own say",
            Case::new()
                .with(|c| c.policy.delegates.push(delegate("alice", "out", "2026-12-31")))
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "a delegation by somebody who is no member",
            Case::new()
                .with(|c| c.policy.delegates.push(delegate("olga", "out", "2026-12-31")))
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "a delegation of a delegation",
            Case::new()
                .with(|c| {
                    c.policy.delegates.push(delegate("sam", "olga", "2026-12-31"));
                    c.policy.delegates.push(delegate("olga", "out", "2026-12-31"));
                })
                .approved_by(&["out"]),
            "@out is none of @acme/security",
        ),
        (
            "an approval, then a push with one more loosened constraint",
            Case::new()
                .approved_by(&["sam"])
                .with(|c| c.changes.push(change(ChangeKind::ConstraintLoosened, "spending"))),
            "but not c",
        ),
        (
            "an approval, then a push with another loosened constraint",
            Case::new()
                .approved_by(&["sam"])
                .with(|c| c.changes = vec![change(ChangeKind::ConstraintLoosened, "spending")]),
            "@sam approved an earlier state",
        ),
        (
            "a digest that agrees in what people type",
            Case::new().with(|c| {
                let id = c.changes[0].id.as_str()[1..].to_owned();
                c.votes.push(Vote {
                    login: Login::new("sam"),
                    choice: Choice::Approve {
                        digests: vec![Digest::new(format!("{id:0<64}"))],
                    },
                });
            }),
            "@sam approved an earlier state",
        ),
        (
            "a rename out of the rule's paths, loosened on the way",
            Case::new().with(|c| {
                c.previous = Some(c.path.clone());
                c.path = SpecPath::new("attic/agent.md");
            }),
            "needs 1 approval",
        ),
        (
            "a mere rename out of the rule's paths",
            Case::new().with(|c| {
                c.previous = Some(c.path.clone());
                c.path = SpecPath::new("attic/agent.md");
                c.changes = vec![change(ChangeKind::SpecRenamed, "attic")];
            }),
            "the file leaves the paths of this rule",
        ),
        (
            "a rename to where a friend is code owner",
            Case::new()
                .rules("[{ name: owners, on: ['*'], from: { codeowners: true } }]")
                .with(|c| {
                    c.codeowners = Some("roles/ @sam\nattic/ @out\n".to_owned());
                    c.previous = Some(c.path.clone());
                    c.path = SpecPath::new("attic/agent.md");
                })
                .approved_by(&["out"]),
            "@out is none of @sam",
        ),
        (
            "the owner named at head approves",
            Case::new()
                .rules(owner_rule)
                .with(|c| c.owner_after = Some("@out"))
                .approved_by(&["out"]),
            "@out is none of @olga",
        ),
        (
            "a change of the owner alone, to a friend who approves",
            Case::new()
                .rules(owner_rule)
                .with(|c| {
                    c.owner_after = Some("@out");
                    c.changes = vec![change(ChangeKind::OwnerChanged, "owner")];
                })
                .approved_by(&["out"]),
            "@out is none of @olga",
        ),
        (
            "a first owner where none was",
            Case::new()
                .rules(owner_rule)
                .with(|c| {
                    c.owner = None;
                    c.owner_after = Some("@out");
                    c.changes = vec![change(ChangeKind::OwnerChanged, "owner")];
                })
                .approved_by(&["out"]),
            "states no owner at base",
        ),
        (
            "an owner whose name is a stranger's login",
            Case::new()
                .rules(owner_rule)
                .with(|c| c.owner = Some("out"))
                .approved_by(&["out"]),
            "the owner \"out\" of roles/agent.md is no login",
        ),
        (
            "the policy relaxed in the same pull request",
            Case::new()
                .with(|c| {
                    let mut relaxed = c.policy.clone();
                    relaxed.rules = rules("[{ name: security, from: { users: [out] } }]");
                    c.power.push((
                        policy_path.clone(),
                        digest("relaxed"),
                        Edit::Policy(Some(relaxed)),
                    ));
                })
                .approved_by(&["out"]),
            "policy.changed in .github/specwarden.yml",
        ),
        (
            "the policy relaxed, and only the spec approved",
            Case::new().approved_by(&["sam"]).with(|c| {
                let mut relaxed = c.policy.clone();
                relaxed.approve.author = true;
                c.power.push((
                    policy_path.clone(),
                    digest("relaxed"),
                    Edit::Policy(Some(relaxed)),
                ));
            }),
            "but not c",
        ),
        (
            "the policy removed",
            Case::new()
                .with(|c| {
                    c.changes.clear();
                    c.power
                        .push((policy_path.clone(), digest("gone"), Edit::Policy(None)));
                })
                .approved_by(&["out"]),
            "it decides who may approve",
        ),
        (
            "CODEOWNERS changed in the same pull request",
            Case::new()
                .rules("[{ name: owners, on: [constraint.*], from: { codeowners: true } }]")
                .with(|c| {
                    c.codeowners = Some("* @sam\n".to_owned());
                    let after = Some("* @out\n".to_owned());
                    c.power
                        .push((SpecPath::new("CODEOWNERS"), digest("co"), Edit::Codeowners(after)));
                })
                .approved_by(&["out"]),
            "@out is none of @sam",
        ),
        (
            "CODEOWNERS too large for GitHub",
            Case::new()
                .rules("[{ name: owners, on: [constraint.*], from: { codeowners: true } }]")
                .with(|c| c.codeowners = Some("* @sam\n".repeat(600_000)))
                .approved_by(&["sam"]),
            "GitHub loads none over 3 MB",
        ),
        (
            "no owner, no CODEOWNERS and no rules: a reader does not suffice",
            Case::new()
                .with(|c| {
                    c.policy.rules = None;
                    c.owner = Some("CEO");
                })
                .approved_by(&["out"]),
            "everyone with maintain permission can approve",
        ),
        (
            "an objection of a member, after enough approvals",
            Case::new().approved_by(&["sam"]).with(|c| {
                c.votes.push(Vote {
                    login: Login::new("sue"),
                    choice: Choice::Reject {
                        role: None,
                        reason: "not yet".to_owned(),
                    },
                });
            }),
            "@sam approved",
        ),
        (
            "an objection of somebody nothing is known about",
            Case::new().approved_by(&["sam"]).with(|c| {
                c.votes.push(Vote {
                    login: Login::new("new"),
                    choice: Choice::Reject {
                        role: None,
                        reason: "wait".to_owned(),
                    },
                });
            }),
            "@sam approved",
        ),
    ];
    for (name, case, reason) in table {
        assert!(!case.green(), "{name}: went green");
        let reasons = case.reasons();
        assert!(
            reasons.contains(reason),
            "{name}: expected `{reason}` in\n{reasons}"
        );
    }
}

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

#[test]
fn who_gains_what_is_said() {
    let shifts = |case: &Case| {
        let sentences = case.ask(|s| {
            power_shifts(s)
                .into_iter()
                .flat_map(|p| p.sentences)
                .collect::<Vec<_>>()
        });
        sentences.join("\n")
    };
    let owner = Case::new().with(|c| {
        c.owner_after = Some("@out");
        c.changes = vec![change(ChangeKind::OwnerChanged, "owner")];
    });
    assert_eq!(
        shifts(&owner),
        "gives @out approval over the role agent\ntakes approval over the role agent from @olga"
    );
    let codeowners = Case::new()
        .rules("[{ name: owners, from: { codeowners: true } }]")
        .with(|c| {
            c.codeowners = Some("* @sam\n".to_owned());
            let after = Some("* @sam @out\n".to_owned());
            c.power
                .push((SpecPath::new("CODEOWNERS"), digest("co"), Edit::Codeowners(after)));
        });
    assert_eq!(shifts(&codeowners), "gives @out approval over 3 roles");
    let policy = Case::new().with(|c| {
        let mut relaxed = c.policy.clone();
        relaxed.rules.as_mut().unwrap()[0]
            .from
            .users
            .push(Login::new("out"));
        relaxed.people.insert("CEO".to_owned(), Login::new("out"));
        c.power
            .push((SpecPath::new("p.yml"), digest("p"), Edit::Policy(Some(relaxed))));
    });
    assert_eq!(
        shifts(&policy),
        "gives @out approval over 3 roles under the rule `security`\nsays that \"CEO\" is @out"
    );
}

#[test]
fn only_facts_about_those_who_spoke_are_needed() {
    let needed = |case: &Case| case.ask(needed_facts);
    let nobody = needed(&Case::new());
    assert!(nobody.memberships.is_empty() && nobody.permissions.is_empty());
    assert_eq!(nobody.teams.len(), 1);

    let voted = needed(&Case::new().approved_by(&["alice", "sam"]));
    assert_eq!(
        voted.memberships.len(),
        1,
        "the author need not be asked about: {voted:?}"
    );
    assert!(
        voted.teams.is_empty(),
        "a satisfied rule needs no more: {voted:?}"
    );

    let named = Case::new()
        .rules("[{ name: a, from: { users: [sam], teams: [acme/security] } }]")
        .approved_by(&["sam"]);
    assert_eq!(needed(&named), NeededFacts::default());

    let lent = Case::new()
        .with(|c| c.policy.delegates.push(delegate("sue", "out", "2026-12-31")))
        .approved_by(&["out"]);
    let asked: Vec<Login> = needed(&lent)
        .memberships
        .into_iter()
        .map(|(_, login)| login)
        .collect();
    assert_eq!(asked, [Login::new("out"), Login::new("sue")]);
}

#[test]
fn reviewers_are_the_smallest_set_and_never_the_wrong_ones() {
    use Reviewer::Team;
    use Reviewer::User;
    let user = |name: &str| User(Login::new(name));
    let two = "[{ name: a, from: { teams: [acme/security, acme/finance] } }, { name: b, from: { teams: [acme/finance], users: [bob] } }]";
    let chosen = |case: &Case, asked: &[Reviewer], removed: &[Reviewer]| {
        let (users, teams) = case.ask(|subject| reviewers(subject, asked, removed));
        let mut names: Vec<String> = teams.iter().map(ToString::to_string).collect();
        names.extend(users.iter().map(ToString::to_string));
        names.join(" ")
    };
    let case = Case::new().rules(two);
    assert_eq!(chosen(&case, &[], &[]), "acme/finance");
    assert_eq!(chosen(&case, &[Team(team("finance"))], &[]), "");
    assert_eq!(chosen(&case, &[], &[Team(team("finance"))]), "acme/security bob");
    assert_eq!(chosen(&case, &[user("bob")], &[]), "acme/finance");

    let people = Case::new().rules("[{ name: p, require: 2, from: { users: [alice, x, y, z] } }]");
    assert_eq!(chosen(&people, &[], &[]), "x y");
    assert_eq!(chosen(&people, &[user("x")], &[user("y")]), "z");
    assert_eq!(chosen(&people.approved_by(&["x"]), &[], &[]), "y");

    assert_eq!(chosen(&Case::new().approved_by(&["sam"]), &[], &[]), "");
    let large: Vec<String> = (0..30).map(|n| format!("u{n:02}")).collect();
    let many = Case::new().rules(&format!(
        "[{{ name: p, require: 2, from: {{ users: [{}] }} }}]",
        large.join(", ")
    ));
    assert_eq!(chosen(&many, &[], &[]), "u00 u01");
}
