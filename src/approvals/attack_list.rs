//! Every way we know to get a green light that nobody gave: one line each, and none may.

use super::sample::*;
use super::*;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;

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
            "the file removed, to be added again elsewhere with other limits",
            Case::new().with(|c| c.changes = vec![change(ChangeKind::SpecRemoved, "agent")]),
            "the file leaves the paths of this rule",
        ),
        (
            "a mere rename to where the policy does not look",
            Case::new()
                .rules("[{ name: security, on: [constraint.loosened], from: { teams: [acme/security] } }]")
                .with(|c| {
                    c.previous = Some(c.path.clone());
                    c.path = SpecPath::new("attic/agent.md");
                    c.leaves = true;
                    c.changes = vec![change(ChangeKind::SpecRenamed, "attic")];
                }),
            "the file leaves the paths that the policy watches",
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
