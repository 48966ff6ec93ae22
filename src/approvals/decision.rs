//! The decision as a tree: an outcome and a reason at every node, for pages and `/spec-status`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use super::Subject;
use super::evaluate::Judged;
use super::evaluate::JudgedTarget;
use super::evaluate::judge;
use super::evaluate::nameless_reason;
use super::reject::rejections;
use super::standing::Standing;
use super::standing::list;

/// How one node of a decision came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing is missing here.
    Approved,
    /// Something is missing.
    Pending,
    /// Somebody objects.
    Blocked,
    /// It does not count.
    Skipped,
}

/// One node of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// What was decided about: a rule, a change, a person.
    pub what: String,
    /// How it came out.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Decision>,
}

/// The whole decision: rejections, commits without an account, and every rule down to each
/// person's word about each change.
pub fn decide(subject: &Subject<'_>) -> Decision {
    let mut children: Vec<Decision> = rejections(subject)
        .into_iter()
        .map(|rejection| {
            let about = rejection
                .role
                .map_or_else(String::new, |role| format!(" about {role}"));
            Decision {
                what: format!("objection of @{}{about}", rejection.login),
                outcome: if rejection.blocks {
                    Outcome::Blocked
                } else {
                    Outcome::Skipped
                },
                reason: format!(
                    "{} ({})",
                    super::sources::quoted(&rejection.reason),
                    rejection.because
                ),
                children: Vec::new(),
            }
        })
        .collect();
    let judged = judge(subject);
    if !judged.is_empty() {
        children.extend(nameless_reason(subject).map(|reason| Decision {
            what: "commits without an account".to_owned(),
            outcome: Outcome::Pending,
            reason,
            children: Vec::new(),
        }));
    }
    children.extend(judged.iter().map(|judged| rule_node(subject, judged)));
    let outcome = worst(&children);
    let open = children
        .iter()
        .filter(|child| child.outcome == Outcome::Pending)
        .count();
    let reason = match outcome {
        Outcome::Blocked => "somebody objects".to_owned(),
        Outcome::Pending if open == 1 => "1 approval is missing".to_owned(),
        Outcome::Pending => format!("{open} approvals are missing"),
        Outcome::Approved | Outcome::Skipped if judged.is_empty() => {
            "no approval rule asks about these changes".to_owned()
        }
        Outcome::Approved | Outcome::Skipped => "everyone who is asked has approved".to_owned(),
    };
    Decision {
        what: "approvals".to_owned(),
        outcome,
        reason,
        children,
    }
}

fn worst(children: &[Decision]) -> Outcome {
    let any = |outcome| children.iter().any(|child| child.outcome == outcome);
    if any(Outcome::Blocked) {
        Outcome::Blocked
    } else if any(Outcome::Pending) {
        Outcome::Pending
    } else {
        Outcome::Approved
    }
}

fn rule_node(subject: &Subject<'_>, judged: &Judged<'_>) -> Decision {
    let rule = &judged.ask.rule;
    let children: Vec<Decision> = judged
        .targets
        .iter()
        .map(|target| target_node(rule.require, target))
        .collect();
    let mut reason = format!("{} of {}", rule.require, list(&judged.ask.resolved.sources));
    for note in &judged.ask.resolved.notes {
        reason.push_str("; ");
        reason.push_str(note);
    }
    Decision {
        what: rule.name.clone(),
        outcome: if judged.satisfied(subject) {
            Outcome::Approved
        } else {
            Outcome::Pending
        },
        reason,
        children,
    }
}

fn target_node(require: usize, judged: &JudgedTarget<'_>) -> Decision {
    let children = judged
        .words
        .iter()
        .filter(|word| word.approved)
        .map(|word| {
            let (outcome, reason) = match &word.standing {
                Standing::Counts { why, .. } => (Outcome::Approved, why),
                Standing::LeftOut(why) | Standing::Outsider(why) => (Outcome::Skipped, why),
                Standing::Unknown(why) => (Outcome::Pending, why),
            };
            Decision {
                what: format!("@{}", word.login),
                outcome,
                reason: reason.clone(),
                children: Vec::new(),
            }
        })
        .collect();
    let enough = judged.count >= require;
    Decision {
        what: judged.target.label(),
        outcome: if enough {
            Outcome::Approved
        } else {
            Outcome::Pending
        },
        reason: match judged.target.although {
            Some(why) => format!("{} of {require} approvals; asked, since {why}", judged.count),
            None => format!("{} of {require} approvals", judged.count),
        },
        children,
    }
}
