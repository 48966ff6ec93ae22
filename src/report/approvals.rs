//! The part of the comment that is about people: what they are asked for, who has approved, who
//! objects.

use crate::approvals::Approval;
use crate::approvals::Counted;
use crate::ids::ChangeId;
use crate::report::Rejected;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::entries::BREAK;
use crate::report::entries::LISTED;
use crate::report::entries::listed;
use crate::report::entries::sentence;
use crate::report::escape;
use crate::report::words;

/// The step that has the missing approvals given, without its number.
pub(super) fn ask(report: &Report, around: &Surroundings) -> String {
    let mut asked: Vec<(String, String)> = Vec::new();
    for approval in words::pending(report) {
        let one = (code(&approval.name, 80), whom(approval, around));
        // One rule asks several times where its specs have different owners.
        if !asked.contains(&one) {
            asked.push(one);
        }
    }
    match asked.as_slice() {
        [(_, whom)] => words::capital(whom),
        several => {
            let mut text = "Have it approved by each of these".to_owned();
            for (rule, whom) in several.iter().take(LISTED) {
                text.push_str(&format!("{BREAK}{rule}: {whom}"));
            }
            if several.len() > LISTED {
                text.push_str(&format!("{BREAK}… and {} more", several.len() - LISTED));
            }
            text
        }
    }
}

/// Who has to do what for one rule, as a sentence without a full stop.
fn whom(approval: &Approval, around: &Surroundings) -> String {
    if approval.open.unreachable || approval.from.is_empty() {
        return format!(
            "nobody can approve for {} here: see why below",
            code(&approval.name, 80)
        );
    }
    if !approval.satisfied && approval.open.missing == 0 && !approval.open.remarks.is_empty() {
        return format!("{} waits for something else: see below", code(&approval.name, 80));
    }
    let missing = approval.open.missing.max(1);
    let one_person = matches!(approval.from.as_slice(), [who] if who.starts_with('@') && !who.contains('/'));
    let more = more(approval);
    let (who, is_one) = match missing {
        1 if one_person => (from(approval), true),
        1 => (format!("one{more} of {}", from(approval)), true),
        many => (format!("{many}{more} of {}", from(approval)), false),
    };
    match (around.voice, is_one) {
        (Voice::PullRequest, true) => format!("{who} comments `/approve-role`"),
        (Voice::PullRequest, false) => format!("{who} comment `/approve-role`"),
        (Voice::CommandLine, true) => format!("{who} approves"),
        (Voice::CommandLine, false) => format!("{who} approve"),
    }
}

/// ` more` where somebody else than those who have approved is needed for what is open.
fn more(approval: &Approval) -> &'static str {
    let open = |id: &ChangeId| approval.open.changes.contains(id);
    let halfway = approval
        .counted
        .iter()
        .any(|counted| counted.changes.iter().any(open));
    if halfway { " more" } else { "" }
}

/// Who can approve, in words.
fn from(approval: &Approval) -> String {
    listed(&approval.from, |who| match who.strip_prefix("permission: ") {
        Some(permission) => format!("those with {} permission", code(permission, 20)),
        None => code(who, 100),
    })
}

/// The step that has the objections settled, without its number.
pub(super) fn settle(report: &Report, around: &Surroundings) -> String {
    let mut people: Vec<String> = Vec::new();
    for rejection in report.rejections.iter().filter(|rejection| rejection.blocks) {
        let login = code(&format!("@{}", rejection.login), 100);
        if !people.contains(&login) {
            people.push(login);
        }
    }
    let objections = if people.len() == 1 {
        "objection"
    } else {
        "objections"
    };
    let people = listed(&people, Clone::clone);
    match around.voice {
        Voice::PullRequest => format!(
            "Settle the {objections} of {people}{BREAK}then they, or a maintainer, comment `/reject-role cancel`"
        ),
        Voice::CommandLine => format!("Settle the {objections} of {people}"),
    }
}

/// How the approval rules stand, one list entry each, those that miss something first.
pub(super) fn approvals(report: &Report) -> Vec<String> {
    let satisfied = report.approvals.iter().filter(|approval| approval.satisfied);
    let ordered = words::pending(report).chain(satisfied);
    let mut lines: Vec<String> = ordered.take(2 * LISTED).map(approval).collect();
    if report.approvals.len() > lines.len() {
        lines.push(format!("- … and {} more", report.approvals.len() - lines.len()));
    }
    lines
}

fn approval(approval: &Approval) -> String {
    let name = escape::inline(&escape::cut(&approval.name, 80));
    let mut lines: Vec<String> = Vec::new();
    let head = if approval.satisfied {
        match approval.counted.as_slice() {
            [] => format!("- ✅ **{name}**: approved"),
            [one] => format!("- ✅ **{name}**: {}", counted(one)),
            several => {
                lines.extend(several.iter().take(LISTED).map(counted));
                format!("- ✅ **{name}**: approved for {}", ids(&approval.because))
            }
        }
    } else {
        lines.extend(approval.counted.iter().take(LISTED).map(counted));
        let more = more(approval);
        let open = match approval.open.changes.as_slice() {
            [] => approval.because.as_slice(),
            open => open,
        };
        let of = if approval.from.is_empty() {
            "approval, and nobody is named who could give it".to_owned()
        } else {
            format!("of {}", from(approval))
        };
        let missing = approval.open.missing.max(1);
        format!("- ⏳ **{name}**: {missing}{more} {of}, for {}", ids(open))
    };
    let remarks = approval.open.remarks.iter().take(LISTED);
    lines.extend(remarks.map(|remark| sentence(remark, 300)));
    lines
        .iter()
        .fold(head, |text, line| format!("{text}\n  - {line}"))
}

/// `@dana` approved `c1f3a09b` (member of @acme/security)
fn counted(counted: &Counted) -> String {
    format!(
        "{} approved {} ({})",
        code(&format!("@{}", counted.login), 100),
        ids(&counted.changes),
        sentence(&counted.why, 200)
    )
}

fn ids(ids: &[ChangeId]) -> String {
    listed(ids, |id| code(id.as_str(), 80))
}

fn code(text: &str, limit: usize) -> String {
    escape::code(&escape::cut(text, limit))
}

/// Objections, those that block first.
pub(super) fn rejections(report: &Report) -> Vec<String> {
    let (blocking, others): (Vec<&Rejected>, Vec<&Rejected>) =
        report.rejections.iter().partition(|rejection| rejection.blocks);
    let told = blocking.into_iter().chain(others).take(LISTED).map(|rejection| {
        let about = rejection.role.as_ref().map_or_else(String::new, |role| {
            format!(" about {}", escape::code(&escape::cut(role, 100)))
        });
        let effect = if rejection.blocks {
            "blocks"
        } else {
            "does not count"
        };
        format!(
            "- ⛔ {}{about}: {} — {effect}: {}",
            code(&format!("@{}", rejection.login), 100),
            escape::inline(&escape::cut(&rejection.reason, 400)),
            sentence(&rejection.because, 200)
        )
    });
    told.collect()
}
