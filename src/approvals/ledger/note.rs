//! The decisions on a pull request as a Git note, to travel with the merged commit.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::PullNumber;
use crate::ids::RepoName;

use super::Deed;
use super::Entry;
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

const HEAD: &str = "specwarden: decisions on ";

/// What a note says about one pull request: each decision in words, then the entries themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    head: String,
    body: String,
}

impl Section {
    /// Tells these lines of the ledger, oldest first. One that does not read is told as it stands.
    pub fn of(repo: &RepoName, pull: PullNumber, lines: &[Line]) -> Self {
        let mut body = String::new();
        for line in lines {
            if let Ok(entry) = serde_json::from_str::<Entry>(&line.entry) {
                tell(&mut body, &entry);
            }
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

fn tell(text: &mut String, entry: &Entry) {
    let who = entry.who.as_ref().map_or("somebody".to_owned(), name);
    let at = entry.at;
    // Writing to a string cannot fail.
    let _ = match &entry.deed {
        Deed::Approved { changes } => {
            let _ = writeln!(text, "{at} {who} approved");
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
            let _ = writeln!(text, "{at} the check turned green on {head}");
            for rule in rules {
                let because: Vec<String> = rule.because.iter().map(|id| id.to_string()).collect();
                let by: Vec<String> = rule.approved_by.iter().map(|login| format!("@{login}")).collect();
                let _ = writeln!(
                    text,
                    "  {}: {} approved by {}",
                    one_line(&rule.name),
                    because.join(", "),
                    by.join(", ")
                );
                for seen in &rule.seen {
                    let _ = writeln!(text, "    {}", one_line(seen));
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
        Section::of(&"acme/roles".parse().unwrap(), PullNumber(pull), &lines)
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
