//! What people must say about the changes, and have said.

use sha2::Digest as _;
use sha2::Sha256;

use crate::approvals;
use crate::approvals::Decision;
use crate::approvals::NeededFacts;
use crate::approvals::Policy;
use crate::approvals::PowerEdit;
use crate::approvals::PowerFile;
use crate::approvals::SpecChanges;
use crate::approvals::Subject;
use crate::check::CheckInput;
use crate::check::ReadPair;
use crate::check::conclude;
use crate::check::findings;
use crate::check::policy;
use crate::config::Config;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::ids::TeamSlug;
use crate::report::PowerNote;
use crate::report::Rejected;
use crate::report::Report;
use crate::report::SpecReport;
use crate::report::Status;
use crate::spec::Spec;
use crate::spec::Vocabulary;
use crate::spec::parse;

/// A report and what it rests on.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The report.
    pub report: Report,
    /// The facts about people that would be looked at; those that the input lacks are still to be
    /// gathered.
    pub needed: NeededFacts,
    /// The decision as a tree of reasons.
    pub decision: Decision,
    /// Whom to ask to review: people and teams.
    pub reviewers: (Vec<Login>, Vec<TeamSlug>),
}

/// Who a spec said it belongs to, on each side.
pub(super) struct Owners {
    before: Option<String>,
    after: Option<String>,
}

impl Owners {
    /// The owner before is the one on the base branch's newest commit: a pull request cannot bring a
    /// former owner back by starting from an older one.
    pub(super) fn of(pair: &ReadPair<'_>, vocabulary: &Vocabulary) -> Self {
        let owner = |spec: Option<&Spec>| {
            let owner = spec?.owner.as_ref()?;
            Some(owner.value.clone())
        };
        let path = pair.pair.before_path.as_ref().map_or("", SpecPath::as_str);
        let tip = pair
            .pair
            .base_tip
            .as_deref()
            .map(|bytes| parse(path, bytes, vocabulary));
        Self {
            before: owner(tip.as_ref().or(pair.before.as_ref())),
            after: owner(pair.after.as_ref()),
        }
    }
}

/// Adds what people must say to a report, and lets it decide.
pub(super) fn judge(input: &CheckInput, mut report: Report, owners: Vec<Owners>) -> Judgement {
    let policy = policy::approvals(&input.config);
    let head = policy::at_head(input);
    let head_policy = head.as_ref().map(policy::approvals);
    let digests = Digests::of(input);
    let subject = Subject {
        policy: &policy,
        specs: specs(&report, &owners, &input.config),
        power: power(
            input,
            &digests,
            head_policy.as_ref(),
            policy::others_differ(input, head.as_ref()),
        ),
        known_specs: &input.known_specs,
        codeowners: input.codeowners.as_deref(),
        author: input.author.as_ref(),
        pushers: &input.pushers,
        commit_authors: &input.commit_authors,
        unattributed: &input.unattributed,
        votes: &input.votes,
        facts: &input.facts,
        today: input.today,
    };
    let approvals = approvals::evaluate(&subject);
    let notes = approvals::power_shifts(&subject);
    let rejections = approvals::rejections(&subject);
    let needed = approvals::needed_facts(&subject);
    let decision = approvals::decide(&subject);
    let reviewers = approvals::reviewers(&subject, &input.asked, &input.taken_off);
    drop(subject);
    report.approvals = approvals;
    report.power = notes.into_iter().map(PowerNote::from).collect();
    report.rejections = rejections.into_iter().map(Rejected::from).collect();
    report.conclusion = conclude(&report);
    Judgement {
        report,
        needed,
        decision,
        reviewers,
    }
}

/// Whether a file is moved to where the policy does not look.
fn leaves(spec: &SpecReport, config: &Config) -> bool {
    let watched = |path: &SpecPath| config.policy_for(path).is_some();
    spec.previous_path.as_ref().is_some_and(watched) && !watched(&spec.path)
}

fn specs<'a>(report: &'a Report, owners: &'a [Owners], config: &Config) -> Vec<SpecChanges<'a>> {
    // Where the policy only warns, nobody is asked and nothing waits.
    let asked = report.specs.iter().zip(owners).filter(|(spec, _)| {
        let sides = spec.previous_path.iter().chain([&spec.path]);
        !findings::only_warned(config, sides)
    });
    let specs = asked.map(|(spec, owners)| SpecChanges {
        role: &spec.role,
        path: &spec.path,
        previous_path: spec.previous_path.as_ref(),
        leaves: leaves(spec, config),
        added: spec.status == Status::Added,
        owner: owners.before.as_deref(),
        owner_after: owners.after.as_deref(),
        changes: &spec.changes,
    });
    specs.collect()
}

fn power<'a>(
    input: &'a CheckInput,
    digests: &'a Digests,
    head_policy: Option<&'a Policy>,
    others_differ: bool,
) -> Vec<PowerEdit<'a>> {
    let policy = input.policy_change.as_ref().zip(digests.policy.as_ref());
    let policy = policy.map(|(change, digest)| PowerEdit {
        path: &change.path,
        digest,
        file: PowerFile::Policy {
            after: head_policy,
            others_differ,
        },
    });
    let codeowners = input.codeowners_change.as_ref().zip(digests.codeowners.as_ref());
    let codeowners = codeowners.map(|(change, digest)| PowerEdit {
        path: &change.path,
        digest,
        file: PowerFile::Codeowners {
            after: change.after.as_deref(),
        },
    });
    policy.into_iter().chain(codeowners).collect()
}

/// What approvals of changed policy files bind to: path and new content.
struct Digests {
    policy: Option<Digest>,
    codeowners: Option<Digest>,
}

impl Digests {
    fn of(input: &CheckInput) -> Self {
        let policy = input.policy_change.as_ref();
        let codeowners = input.codeowners_change.as_ref();
        Self {
            policy: policy.map(|change| digest(&change.path, change.after.as_deref())),
            codeowners: codeowners
                .map(|change| digest(&change.path, change.after.as_deref().map(str::as_bytes))),
        }
    }
}

fn digest(path: &SpecPath, after: Option<&[u8]>) -> Digest {
    let mut hash = Sha256::new();
    hash.update(path.as_str());
    // A removed file and an empty one are told apart.
    hash.update(if after.is_some() { [0, 1] } else { [0, 0] });
    hash.update(after.unwrap_or_default());
    Digest::new(hex::encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::approvals::Choice;
    use crate::approvals::Vote;
    use crate::check::CheckInput;
    use crate::check::SpecPair;
    use crate::check::check;
    use crate::check::judge;
    use crate::config::Config;
    use crate::ids::Login;
    use crate::ids::SpecPath;
    use crate::report::Conclusion;

    fn spec(owner: &str, limits: &str) -> Option<Vec<u8>> {
        let text = format!("---\nrole: agent\nowner: \"{owner}\"\n---\n\n## Constraints\n\n{limits}");
        Some(text.into_bytes())
    }

    #[test]
    fn where_the_policy_only_warns_nobody_is_asked() {
        let policy = "specs:\n  - { paths: [drafts/**], mode: warn }\n  - paths: [roles/**]\n\
                      approvals: [{ name: security, from: { users: [olga] } }]";
        let mut input = CheckInput::local("a", "b", Config::parse(policy).unwrap(), date(2026, 11, 21));
        let mut asked = |before: &str, after: &str| {
            input.specs = vec![SpecPair {
                before_path: Some(SpecPath::new(before)),
                after_path: Some(SpecPath::new(after)),
                before: spec("@olga", "- Must not deploy.\n- Must not spend.\n"),
                after: spec("@olga", "- Must not deploy.\n"),
                base_tip: None,
                separate_log: None,
            }];
            let judgement = judge(&input);
            assert!(!judgement.report.specs[0].changes.is_empty());
            (judgement.report.conclusion, judgement.reviewers.0.len())
        };
        assert_eq!(
            asked("drafts/agent.md", "drafts/agent.md"),
            (Conclusion::Success, 0)
        );
        for (before, after) in [
            ("roles/agent.md", "roles/agent.md"),
            ("roles/agent.md", "drafts/agent.md"),
            ("drafts/agent.md", "roles/agent.md"),
        ] {
            let found = asked(before, after);
            assert_eq!(found, (Conclusion::ActionRequired, 1), "{before} → {after}");
        }
    }

    #[test]
    fn a_former_owner_has_no_say_by_an_old_branch() {
        let policy = "approvals: [{ name: owners, on: [constraint.loosened], from: { owner: true } }]";
        let path = Some(SpecPath::new("roles/agent.md"));
        let both = "- Must not deploy.\n- Must not spend.\n";
        let mut input = CheckInput::local("a", "b", Config::parse(policy).unwrap(), date(2026, 11, 21));
        input.specs = vec![SpecPair {
            before_path: path.clone(),
            after_path: path,
            before: spec("@former", both),
            after: spec("@former", "- Must not deploy.\n"),
            base_tip: spec("@olga", both),
            separate_log: None,
        }];
        for (login, satisfied) in [("former", false), ("olga", true)] {
            let changes = check(&input).specs.remove(0).changes;
            input.votes = vec![Vote {
                login: Login::new(login),
                choice: Choice::Approve {
                    digests: changes.into_iter().map(|change| change.digest).collect(),
                },
            }];
            let approvals = check(&input).approvals;
            assert_eq!(approvals.len(), 1, "{approvals:?}");
            assert_eq!(approvals[0].satisfied, satisfied, "{login}: {approvals:?}");
        }
    }
}
