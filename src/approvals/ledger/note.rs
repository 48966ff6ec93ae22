//! The decisions on a pull request as a Git note, to travel with the merged commit.

use std::fmt::Write as _;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::PullNumber;
use crate::ids::RepoName;

use super::ApprovedChange;
use super::Deed;
use super::Entry;
use super::GrantedRule;
use super::Line;
use super::Who;

/// Where decisions go besides the server's own ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mirrors {
    /// Whether the decisions on a merged pull request are written as a Git note on the merged
    /// commit, in `refs/notes/specwarden`. Whoever may read the repository can read them.
    pub notes: bool,
}

/// What the first line about a pull request begins with.
pub(super) const HEAD: &str = "specwarden: decisions on ";

/// What a note says about one pull request: each decision in words, then the entries themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    head: String,
    body: String,
}

impl Section {
    /// Tells these lines of the ledger, oldest first. One that does not read is told as it stands.
    pub fn of(repo: &RepoName, pull: PullNumber, merged_at: Option<Timestamp>, lines: &[Line]) -> Self {
        let entries: Vec<Entry> = lines
            .iter()
            .filter_map(|line| serde_json::from_str(&line.entry).ok())
            .collect();
        // GitHub tells times in whole seconds.
        let after_the_merge =
            |entry: &Entry| merged_at.is_some_and(|merged| entry.at.as_second() > merged.as_second());
        let mut body = String::new();
        for entry in entries.iter().filter(|entry| !after_the_merge(entry)) {
            tell(&mut body, entry, &entries);
        }
        let mut late = String::new();
        for entry in entries.iter().filter(|entry| after_the_merge(entry)) {
            tell(&mut late, entry, &entries);
        }
        if !late.is_empty() {
            body.push_str("\nAfter the merge:\n");
            body.push_str(&late);
        }
        body.push_str("\nEntries of the ledger; each hash covers the hash before it and the entry's text:\n");
        body.push_str(&super::export(lines));
        Self {
            head: format!("{HEAD}{repo}#{pull}"),
            body,
        }
    }

    /// The note with this section in it, in place of an older one about the same pull request. What
    /// it says about others stays.
    pub fn put_into(&self, note: &str) -> String {
        let mut kept = String::new();
        let mut ours = false;
        for line in note.lines() {
            if line.starts_with(HEAD) {
                ours = line == self.head;
            }
            if !ours {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        let kept = kept.trim_end();
        let joint = if kept.is_empty() { "" } else { "\n\n" };
        format!("{kept}{joint}{}\n\n{}", self.head, self.body)
    }
}

/// Whether the check turned green, and none of its grounds is what this entry approved.
fn counts_nowhere(approved: &Entry, changes: &[ApprovedChange], entries: &[Entry]) -> bool {
    let Some(who) = &approved.who else {
        return false;
    };
    let mut grounds = entries.iter().filter_map(|entry| match &entry.deed {
        Deed::Granted { rules, .. } => Some(rules),
        Deed::Approved { .. }
        | Deed::ApprovalsCancelled
        | Deed::Rejected { .. }
        | Deed::RejectionsCancelled { .. }
        | Deed::Withdrawn { .. } => None,
    });
    let rests_on = |rules: &Vec<GrantedRule>| {
        // An older entry does not say whose approval of which change counted.
        rules.iter().any(|rule| rule.counted.is_empty())
            || rules.iter().flat_map(|rule| &rule.counted).any(|counted| {
                counted.login == who.login
                    && changes.iter().any(|change| counted.changes.contains(&change.id))
            })
    };
    let mut granted = false;
    let counts = grounds.any(|rules| {
        granted = true;
        rests_on(rules)
    });
    granted && !counts
}

fn tell(text: &mut String, entry: &Entry, all: &[Entry]) {
    let who = entry.who.as_ref().map_or("somebody".to_owned(), name);
    let at = entry.at.strftime("%Y-%m-%dT%H:%M:%SZ");
    // Writing to a string cannot fail.
    let _ = match &entry.deed {
        Deed::Approved { changes } => {
            let counted = match counts_nowhere(entry, changes, all) {
                true => ", which no rule counted",
                false => "",
            };
            let _ = writeln!(text, "{at} {who} approved{counted}");
            for change in changes {
                let role = one_line(&change.role);
                let path = one_line(&change.path);
                let _ = writeln!(text, "  {} of {role} ({path})", change.id);
            }
            Ok(())
        }
        Deed::ApprovalsCancelled => writeln!(text, "{at} {who} withdrew their approvals"),
        Deed::Rejected { role, reason } => {
            let role = role.as_deref().map_or("the pull request".to_owned(), one_line);
            writeln!(text, "{at} {who} rejected {role}: {}", one_line(reason))
        }
        Deed::RejectionsCancelled { everybodys: true } => writeln!(text, "{at} {who} lifted all objections"),
        Deed::RejectionsCancelled { everybodys: false } => {
            writeln!(text, "{at} {who} withdrew their objection")
        }
        Deed::Withdrawn { because } => {
            let because = one_line(because);
            writeln!(
                text,
                "{at} what was said there counts no more: {because} by {who}"
            )
        }
        Deed::Granted { head, rules } => {
            let head: String = head.as_str().chars().take(12).collect();
            let _ = writeln!(text, "{at} the check turned green on {head}");
            for rule in rules {
                for line in rule.told() {
                    let _ = writeln!(text, "  {}: {}", one_line(&rule.name), one_line(&line));
                }
            }
            Ok(())
        }
    };
}

fn name(who: &Who) -> String {
    format!("@{} (account {})", who.login, who.id)
}

/// What people wrote cannot look like a line of ours.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn section(pull: u64, entries: &[serde_json::Value]) -> Section {
        let mut lines: Vec<Line> = Vec::new();
        for entry in entries {
            lines.push(Line::append(lines.last(), entry.to_string()));
        }
        let merged_at = "2026-11-21T09:00:00Z".parse().unwrap();
        Section::of(
            &"acme/roles".parse().unwrap(),
            PullNumber(pull),
            Some(merged_at),
            &lines,
        )
    }

    fn approval(login: &str) -> serde_json::Value {
        json!({
            "at": "2026-11-21T08:00:00Z", "repo": 7, "pull": 1, "who": { "id": 5, "login": login },
            "deed": "approved",
            "changes": [{ "role": "agent", "path": "roles/agent.md", "id": "c1f3a09b", "digest": "1f3a09b2".repeat(8) }],
        })
    }

    #[test]
    fn a_note_says_who_approved_which_change() {
        let note = section(1, &[approval("dana")]).put_into("");
        assert!(
            note.starts_with("specwarden: decisions on acme/roles#1\n\n"),
            "{note}"
        );
        let said = "2026-11-21T08:00:00Z @dana (account 5) approved\n  c1f3a09b of agent (roles/agent.md)\n";
        assert!(note.contains(said), "{note}");
        assert!(note.contains("{\"seq\":1,\"prev\":\"\","), "{note}");
    }

    #[test]
    fn a_note_tells_which_approvals_the_check_turned_green_on() {
        let granted = json!({
            "at": "2026-11-21T08:30:00Z", "deed": "granted", "head": "d25c948",
            "rules": [{
                "name": "security", "because": ["c1f3a09b"], "approved_by": ["dana"], "seen": [],
                "counted": [{ "login": "dana", "why": "member of @acme/security", "changes": ["c1f3a09b"] }],
            }],
        });
        let note = section(1, &[approval("theo"), approval("dana"), granted]).put_into("");
        for said in [
            "@theo (account 5) approved, which no rule counted\n",
            "@dana (account 5) approved\n",
            "the check turned green on d25c948\n  security: @dana approved c1f3a09b (member of @acme/security)\n",
        ] {
            assert!(note.contains(said), "{said}: {note}");
        }
        let older = json!({
            "at": "2026-11-21T08:30:00Z", "deed": "granted", "head": "d25c948",
            "rules": [{ "name": "security", "because": ["c1f3a09b"], "approved_by": ["dana"], "seen": ["x"] }],
        });
        let note = section(1, &[approval("theo"), older]).put_into("");
        assert!(note.contains("@theo (account 5) approved\n"), "{note}");
        assert!(
            note.contains("  security: c1f3a09b approved by @dana (x)\n"),
            "{note}"
        );
    }

    #[test]
    fn what_came_after_the_merge_is_told_as_such_whenever_the_news_of_it_came() {
        let mut late = approval("sue");
        late["at"] = "2026-11-21T09:00:01Z".into();
        let note = section(1, &[late, approval("dana")]).put_into("");
        let (before, after) = note.split_once("\nAfter the merge:\n").unwrap();
        assert!(before.contains("@dana") && !before.contains("@sue"), "{note}");
        let (after, _) = after.split_once("\nEntries of the ledger").unwrap();
        assert!(after.contains("@sue") && !after.contains("@dana"), "{note}");
        assert!(
            !section(1, &[approval("dana")])
                .put_into("")
                .contains("After the merge")
        );
    }

    #[test]
    fn a_second_writing_changes_nothing_and_another_pull_request_stays() {
        let first = section(1, &[approval("dana")]);
        let once = first.put_into("");
        assert_eq!(first.put_into(&once), once);
        let second = section(12, &[approval("sue")]);
        let both = second.put_into(&once);
        assert!(both.contains("@dana") && both.contains("@sue"), "{both}");
        let fewer = section(1, &[approval("olga")]).put_into(&both);
        assert!(
            !fewer.contains("@dana") && fewer.contains("@sue") && fewer.contains("@olga"),
            "{fewer}"
        );
        let by_hand = first.put_into("a word by hand\n");
        assert!(by_hand.starts_with("a word by hand\n\nspecwarden: "), "{by_hand}");
        assert_eq!(first.put_into(&by_hand), by_hand);
    }

    #[test]
    fn what_people_write_cannot_look_like_a_section() {
        let rejection = json!({
            "at": "2026-11-21T08:00:00Z", "who": { "id": 5, "login": "sue" }, "deed": "rejected",
            "role": null, "reason": "no\r\nspecwarden: decisions on acme/roles#2\u{2028}\u{85}x",
        });
        let note = section(1, &[rejection]).put_into("");
        let heads = note.lines().filter(|line| line.starts_with(HEAD)).count();
        assert_eq!(heads, 1, "{note}");
        assert!(
            note.contains("rejected the pull request: no specwarden: decisions"),
            "{note}"
        );
    }
}
