//! Answers to commands: a reaction, and words only where something is wrong or asked.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::evaluate::Judged;
use super::state::Answer;
use super::state::Mood;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Decision;
use crate::approvals::Outcome;
use crate::github::GitHubError;
use crate::ids::Login;
use crate::report::escape;

/// Answers everybody who waits for it.
pub(super) async fn answer(visit: &mut Visit<'_>, judged: &Judged) -> Result<(), Failure> {
    let mut by_comment: BTreeMap<u64, Reply> = BTreeMap::new();
    for waiting in &visit.state.unanswered {
        let (mood, words) = settled(&waiting.answer, &waiting.login, judged);
        let reply = by_comment.entry(waiting.comment).or_insert_with(|| Reply {
            login: waiting.login.clone(),
            mood: Mood::Done,
            words: Vec::new(),
            started: false,
        });
        reply.mood = graver(reply.mood, mood);
        reply.started |= waiting.started;
        reply
            .words
            .extend(words.filter(|words| !reply.words.contains(words)));
    }
    for (comment, reply) in by_comment {
        post(visit, comment, &reply).await?;
        visit
            .state
            .unanswered
            .retain(|waiting| waiting.comment != comment);
        visit.keep().await?;
    }
    Ok(())
}

struct Reply {
    login: Login,
    mood: Mood,
    words: Vec<String>,
    started: bool,
}

fn graver(one: Mood, other: Mood) -> Mood {
    match (one, other) {
        (Mood::Confused, _) | (_, Mood::Confused) => Mood::Confused,
        (Mood::Seen, _) | (_, Mood::Seen) => Mood::Seen,
        (Mood::Done, Mood::Done) => Mood::Done,
    }
}

async fn post(visit: &mut Visit<'_>, comment: u64, reply: &Reply) -> Result<(), Failure> {
    match visit.calls.react(&visit.repo, comment, reply.mood.into()).await {
        Ok(()) => {}
        // The comment is gone, or GitHub will not have reactions on it: words may still help.
        Err(error) if !error.is_passing() => tracing::info!(comment, %error, "no reaction"),
        Err(error) => return Err(error.into()),
    }
    if reply.words.is_empty() {
        return Ok(());
    }
    let marker = format!("<!-- specwarden:answer {comment} -->");
    let number = visit.lease.key.number;
    if reply.started
        && visit
            .calls
            .find_comment(&visit.repo, number, &marker)
            .await?
            .is_some()
    {
        return Ok(());
    }
    for waiting in &mut visit.state.unanswered {
        waiting.started |= waiting.comment == comment;
    }
    visit.keep().await?;
    let body = format!("{marker}\n@{} {}", reply.login, reply.words.join("\n\n"));
    match visit.calls.create_comment(&visit.repo, number, &body).await {
        Ok(_) => Ok(()),
        // A locked conversation: we were asked, but may not answer.
        Err(GitHubError::Forbidden { why, .. }) => {
            tracing::info!(comment, why, "no answer");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn settled(answer: &Answer, login: &Login, judged: &Judged) -> (Mood, Option<String>) {
    match answer {
        Answer::Settled { mood, words } => (*mood, words.clone()),
        Answer::Approval { .. } => approval(login, &judged.judgement.decision),
        Answer::Objection => objection(login, judged),
        Answer::Status => (Mood::Done, Some(status(&judged.judgement.decision))),
        Answer::Fix => (
            Mood::Confused,
            Some("It could not be mended; see the check run for why.".to_owned()),
        ),
    }
}

/// Whether somebody's approval counts anywhere, and if not, why.
fn approval(login: &Login, decision: &Decision) -> (Mood, Option<String>) {
    let mut words = Vec::new();
    collect(decision, &format!("@{login}"), &mut words);
    if words.iter().any(|node| node.outcome == Outcome::Approved) {
        return (Mood::Done, None);
    }
    let Some(first) = words
        .iter()
        .find(|node| node.outcome == Outcome::Skipped)
        .or(words.first())
    else {
        return (Mood::Seen, None);
    };
    match first.outcome {
        Outcome::Skipped | Outcome::Blocked => (
            Mood::Confused,
            Some(format!("Your approval does not count: {}.", quiet(&first.reason))),
        ),
        Outcome::Pending | Outcome::Approved => (
            Mood::Seen,
            Some(format!(
                "Whether your approval counts is not known: {}.",
                quiet(&first.reason)
            )),
        ),
    }
}

fn collect<'a>(node: &'a Decision, what: &str, found: &mut Vec<&'a Decision>) {
    if node.children.is_empty() && node.what.eq_ignore_ascii_case(what) {
        found.push(node);
    }
    for child in &node.children {
        collect(child, what, found);
    }
}

fn objection(login: &Login, judged: &Judged) -> (Mood, Option<String>) {
    let own = judged
        .judgement
        .report
        .rejections
        .iter()
        .filter(|rejection| rejection.login == *login);
    let mut because = None;
    for rejection in own {
        if rejection.blocks {
            return (Mood::Done, None);
        }
        because = Some(rejection.because.clone());
    }
    match because {
        Some(because) => (
            Mood::Confused,
            Some(format!("Your objection does not block: {}.", quiet(&because))),
        ),
        None => (Mood::Seen, None),
    }
}

/// How things stand, as a nested list.
fn status(decision: &Decision) -> String {
    let mut text = format!("{}.\n", quiet(&capital(&decision.reason)));
    for child in &decision.children {
        list(child, 0, &mut text);
    }
    text
}

fn list(node: &Decision, depth: usize, text: &mut String) {
    let sign = match node.outcome {
        Outcome::Approved => "✅",
        Outcome::Pending => "⏳",
        Outcome::Blocked => "⛔",
        Outcome::Skipped => "➖",
    };
    let indent = "  ".repeat(depth);
    let _ = write!(
        text,
        "\n{indent}- {sign} **{}**: {}",
        quiet(&node.what),
        quiet(&node.reason)
    );
    for child in &node.children {
        list(child, depth + 1, text);
    }
}

/// Text of people and specs, harmless: it can mention nobody.
fn quiet(text: &str) -> String {
    escape::inline(text)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(login: &str, outcome: Outcome, reason: &str) -> Decision {
        Decision {
            what: format!("@{login}"),
            outcome,
            reason: reason.to_owned(),
            children: Vec::new(),
        }
    }

    fn tree(words: Vec<Decision>) -> Decision {
        let target = Decision {
            what: "c1".to_owned(),
            outcome: Outcome::Pending,
            reason: "0 of 1".to_owned(),
            children: words,
        };
        Decision {
            what: "approvals".to_owned(),
            outcome: Outcome::Pending,
            reason: "1 approval is missing".to_owned(),
            children: vec![target],
        }
    }

    #[test]
    fn an_approval_that_counts_anywhere_needs_no_words() {
        let decision = tree(vec![
            word("dana", Outcome::Skipped, "no"),
            word("dana", Outcome::Approved, "yes"),
        ]);
        assert_eq!(approval(&Login::new("Dana"), &decision), (Mood::Done, None));
    }

    #[test]
    fn one_that_does_not_is_told_why() {
        let decision = tree(vec![word("alice", Outcome::Skipped, "you are the author")]);
        let (mood, words) = approval(&Login::new("alice"), &decision);
        assert_eq!(mood, Mood::Confused);
        assert_eq!(
            words.as_deref(),
            Some("Your approval does not count: you are the author.")
        );
    }

    #[test]
    fn what_is_not_known_is_said_so() {
        let decision = tree(vec![word("dana", Outcome::Pending, "the team is not visible")]);
        assert_eq!(approval(&Login::new("dana"), &decision).0, Mood::Seen);
        assert_eq!(approval(&Login::new("bob"), &decision), (Mood::Seen, None));
    }

    #[test]
    fn the_status_mentions_nobody() {
        let decision = tree(vec![word("alice", Outcome::Skipped, "is none of @acme/security")]);
        let text = status(&decision);
        for event in pulldown_cmark::Parser::new(&text) {
            if let pulldown_cmark::Event::Text(text) = event {
                assert!(!text.contains("@alice") && !text.contains("@acme"), "{text}");
            }
        }
    }
}
