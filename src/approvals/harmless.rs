//! Every harmless step that must not cost an approval, one line each.

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
