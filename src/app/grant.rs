//! When a check turns green: on which grounds, and whether they are still the ones it stands on.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::evaluate::Judged;
use super::people::Gathered;
use super::reconcile;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Counted;
use crate::approvals::Membership;
use crate::approvals::ledger::Deed;
use crate::approvals::ledger::Entry;
use crate::approvals::ledger::GrantedRule;
use crate::ids::CommitSha;
use crate::ids::Login;
use crate::report::Conclusion;
use crate::report::Report;

/// Whether this very commit shows green already, by the same people's word on the same changes.
/// Anything else is a new decision, for which nothing remembered about people will do.
pub(super) fn stands(visit: &Visit<'_>, head: &CommitSha, report: &Report) -> bool {
    let check = &visit.state.check;
    check.head.as_ref() == Some(head)
        && check.verdict == reconcile::conclusion_word(Conclusion::Success)
        && visit.state.granted.as_deref() == Some(grounds(head, report).as_str())
}

/// Whether the pull request is green by the same people's word on the same changes, and only its
/// commit is another one: nothing is decided anew.
pub(super) fn continues(visit: &Visit<'_>, report: &Report) -> bool {
    visit.state.check.verdict == reconcile::conclusion_word(Conclusion::Success)
        && visit.state.granted.is_some()
        && visit.state.granted_on.as_deref() == Some(decision(report).as_str())
}

/// What a green check rests on, in one word: the commit and the decision.
fn grounds(head: &CommitSha, report: &Report) -> String {
    reconcile::hash(&[head.as_str(), &decision(report)])
}

/// A decision in one word: the changes that somebody had to approve, who had to, who did.
fn decision(report: &Report) -> String {
    let asked: BTreeSet<_> = report.approvals.iter().flat_map(|one| &one.because).collect();
    let changes = report.specs.iter().flat_map(|spec| &spec.changes);
    let changes = changes.filter(|change| asked.contains(&change.id));
    let power = report.power.iter().map(|note| note.digest.as_str());
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(changes.map(|change| change.digest.as_str()));
    parts.extend(power);
    for approval in &report.approvals {
        parts.extend(["rule", approval.name.as_str()]);
        parts.extend(approval.from.iter().map(String::as_str));
        parts.push("because");
        parts.extend(approval.because.iter().map(|change| change.as_str()));
        parts.push("by");
        for counted in &approval.counted {
            parts.extend([counted.login.as_str(), counted.why.as_str()]);
            parts.extend(counted.changes.iter().map(|change| change.as_str()));
        }
    }
    reconcile::hash(&parts)
}

/// Writes into the ledger on which grounds the check turns green.
pub(super) async fn grant(visit: &mut Visit<'_>, judged: &Judged) -> Result<(), Failure> {
    let report = &judged.judgement.report;
    let head = &judged.sides.head;
    if report.conclusion != Conclusion::Success || report.approvals.is_empty() {
        visit.state.granted = None;
        return Ok(());
    }
    let grounds = grounds(head, report);
    if visit.state.granted.as_ref() == Some(&grounds) {
        return Ok(());
    }
    let rules = report
        .approvals
        .iter()
        .map(|approval| GrantedRule {
            name: approval.name.clone(),
            because: approval.because.clone(),
            approved_by: approval.approved_by.clone(),
            seen: seen(&judged.people, &approval.counted),
            counted: approval.counted.clone(),
        })
        .collect();
    visit.state.granted = Some(grounds);
    visit.state.granted_on = Some(decision(report));
    let entry = Entry {
        at: Timestamp::now(),
        repo: Some(visit.lease.key.repo),
        pull: Some(visit.lease.key.number),
        delivery: None,
        who: None,
        origin: None,
        deed: Deed::Granted {
            head: head.clone(),
            rules,
        },
    };
    visit.record(&[entry], &[]).await?;
    Ok(())
}

fn seen(people: &Gathered, counted: &[Counted]) -> Vec<String> {
    let approvers: BTreeSet<&Login> = counted.iter().map(|counted| &counted.login).collect();
    let mut seen = Vec::new();
    for ((team, login), membership) in &people.facts.memberships {
        if approvers.contains(login) && *membership == Membership::Member {
            seen.push(format!("@{login} is in @{team}"));
        }
    }
    for (login, permission) in &people.facts.permissions {
        if let (true, Ok(permission)) = (approvers.contains(login), permission) {
            seen.push(format!("@{login} has {permission} permission"));
        }
    }
    seen
}
