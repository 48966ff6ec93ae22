//! One pull request to try judgements on.

use jiff::civil::date;

use super::*;
use crate::diff::BothLines;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;
use crate::spec::Facet;
use crate::yaml;

/// A pull request by `@alice` that loosens one constraint of a spec owned by `@olga`; `@sam` and
/// `@sue` are in the security team, `@out` is in none.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) policy: Policy,
    pub(super) path: SpecPath,
    pub(super) previous: Option<SpecPath>,
    pub(super) leaves: bool,
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

#[derive(Clone, Debug)]
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
    Some(yaml::from_str_strict(yaml).unwrap())
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
            leaves: false,
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
                leaves: self.leaves,
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

pub(super) fn delegate(from: &str, to: &str, until: &str) -> Delegate {
    yaml::from_str_strict(&format!("{{ from: {from}, to: {to}, until: {until} }}")).unwrap()
}
