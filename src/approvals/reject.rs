//! Rejections: who may block, and who does.

use std::collections::BTreeSet;

use crate::ids::Login;

use super::Choice;
use super::Permission;
use super::Subject;
use super::asks::asks;
use super::standing::Among;
use super::standing::among;

/// One person's objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Who.
    pub login: Login,
    /// The role it is about; `None` for the whole pull request.
    pub role: Option<String>,
    /// Why, in their words.
    pub reason: String,
    /// Whether it blocks; an objection of somebody who could neither approve nor push does not.
    pub blocks: bool,
    /// Why it does or does not.
    pub because: String,
}

/// What people have objected to, by login. Where it cannot be found out whether somebody may
/// object, the objection stands.
pub fn rejections(subject: &Subject<'_>) -> Vec<Rejection> {
    let mut found: Vec<Rejection> = Vec::new();
    let asks = asks(subject);
    let mut seen = BTreeSet::new();
    for vote in subject.votes {
        let Choice::Reject { role, reason } = &vote.choice else {
            continue;
        };
        if !seen.insert((&vote.login, role, reason)) {
            continue;
        }
        let login = &vote.login;
        let words = asks.iter().map(|ask| among(subject, ask, login));
        let (blocks, because) = may_object(subject, words, login);
        found.push(Rejection {
            login: login.clone(),
            role: role.clone(),
            reason: reason.clone(),
            blocks,
            because,
        });
    }
    found.sort_by(|a, b| (&a.login, &a.role, &a.reason).cmp(&(&b.login, &b.role, &b.reason)));
    found
}

fn may_object(subject: &Subject<'_>, words: impl Iterator<Item = Among>, login: &Login) -> (bool, String) {
    let mut doubt = None;
    for word in words {
        match word {
            Among::Yes(why) => return (true, why),
            Among::Unknown(reason) => doubt = Some(reason),
            Among::No => {}
        }
    }
    match subject.facts.permissions.get(login) {
        Some(Ok(permission)) if *permission >= Permission::Write => {
            (true, format!("{permission} permission"))
        }
        Some(Ok(_)) => match doubt {
            Some(reason) => (true, reason),
            None => (false, format!("@{login} can neither approve nor push here")),
        },
        Some(Err(reason)) => (
            true,
            format!("the permission of @{login} could not be found out: {reason}"),
        ),
        None => (
            true,
            doubt.unwrap_or_else(|| format!("the permission of @{login} has not been asked yet")),
        ),
    }
}
