//! From what a command names to the changes that were shown.

use serde::Deserialize;
use serde::Serialize;

use crate::approvals::ledger::ApprovedChange;
use crate::approvals::near;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::SpecPath;

use super::Answer;
use super::Command;
use super::Target;
use super::Targets;
use super::parse::first_word;

/// One spec (or one file that decides who may approve) as a summary showed it. Kept with the
/// summary, so that a command binds to what its sender could see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What the summary called it.
    pub role: String,
    /// Other names it answers to: role id, code, title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Its path.
    pub path: SpecPath,
    /// Its path at base, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_path: Option<SpecPath>,
    /// Its changes.
    pub changes: Vec<(ChangeId, Digest)>,
}

/// What these digests are called in what was shown, for the ledger.
pub fn approved_changes(digests: &[Digest], shown: &[Shown]) -> Vec<ApprovedChange> {
    let mut named = Vec::new();
    for spec in shown {
        for (id, digest) in spec.changes.iter().filter(|(_, digest)| digests.contains(digest)) {
            named.push(ApprovedChange {
                role: spec.role.clone(),
                path: spec.path.to_string(),
                id: id.clone(),
                digest: digest.clone(),
            });
        }
    }
    named
}

/// The changes an approval is about, each once. Nothing is approved where one name is wrong.
///
/// # Errors
/// With what to answer: a name that means nothing or several things, or no summary yet. Commands
/// other than an approval name no changes and give none.
pub fn resolve(command: &Command, shown: &[Shown]) -> Result<Vec<Digest>, Answer> {
    let targets = match command {
        Command::Approve(targets) => targets,
        Command::ApproveCancel
        | Command::Reject(_)
        | Command::RejectCancel
        | Command::Status
        | Command::Fix
        | Command::Recheck
        | Command::Help => return Ok(Vec::new()),
    };
    let mut digests: Vec<Digest> = Vec::new();
    for digest in named(targets, shown)? {
        if !digests.contains(digest) {
            digests.push(digest.clone());
        }
    }
    if digests.is_empty() {
        return Err(Answer::NothingShown);
    }
    Ok(digests)
}

fn named<'a>(targets: &Targets, shown: &'a [Shown]) -> Result<Vec<&'a Digest>, Answer> {
    if shown.is_empty() {
        return Err(Answer::NothingShown);
    }
    let all = |specs: &[&'a Shown]| -> Vec<&'a Digest> {
        specs
            .iter()
            .flat_map(|spec| &spec.changes)
            .map(|(_, digest)| digest)
            .collect()
    };
    if targets.each.is_empty() {
        return Ok(all(&shown.iter().collect::<Vec<_>>()));
    }
    // `/approve-role Director of Infrastructure`: a title without quotation marks.
    if targets.each.len() > 1
        && let [one] = called(&targets.whole, shown).as_slice()
    {
        return Ok(all(&[one]));
    }
    let mut digests = Vec::new();
    for target in &targets.each {
        match called(&target.said, shown).as_slice() {
            [one] => digests.extend(all(&[one])),
            [] => digests.push(single(target, shown)?),
            several => return Err(ambiguous(&target.said, several)),
        }
    }
    Ok(digests)
}

/// `ROLE#CHANGE`, or `#CHANGE` where it is clear enough.
fn single<'a>(target: &Target, shown: &'a [Shown]) -> Result<&'a Digest, Answer> {
    let Some(change) = &target.change else {
        return Err(unknown_role(&target.said, shown));
    };
    let specs: Vec<&Shown> = if target.role.is_empty() {
        shown.iter().collect()
    } else {
        called(&target.role, shown)
    };
    let one_role = match specs.as_slice() {
        [] => return Err(unknown_role(&target.role, shown)),
        [one] => Some(*one),
        _ if target.role.is_empty() => None,
        several => return Err(ambiguous(&target.role, several)),
    };
    let changes: Vec<&(ChangeId, Digest)> = specs.iter().flat_map(|spec| &spec.changes).collect();
    if let Some((_, digest)) = changes
        .iter()
        .find(|(id, _)| id.as_str().eq_ignore_ascii_case(change))
    {
        return Ok(digest);
    }
    let hex = change.to_ascii_lowercase();
    let hex = hex
        .strip_prefix('c')
        .filter(|rest| rest.len() >= 7)
        .unwrap_or(&hex);
    let mut matching: Vec<&(ChangeId, Digest)> = changes
        .iter()
        .filter(|(_, digest)| hex.len() >= 7 && digest.as_str().starts_with(hex))
        .copied()
        .collect();
    matching.sort_by_key(|(_, digest)| digest);
    matching.dedup_by_key(|(_, digest)| digest);
    match matching.as_slice() {
        [(_, digest)] => Ok(digest),
        [] => Err(Answer::UnknownChange {
            role: one_role.map_or_else(|| "this pull request".to_owned(), |spec| spec.role.clone()),
            said: change.clone(),
            known: changes.iter().map(|(id, _)| id.to_string()).collect(),
        }),
        several => Err(Answer::AmbiguousChange {
            said: change.clone(),
            could_be: several.iter().map(|(id, _)| id.to_string()).collect(),
        }),
    }
}

/// The specs that answer to a name: by path, else by what the summary calls them, else by any other
/// of their names.
fn called<'a>(name: &str, shown: &'a [Shown]) -> Vec<&'a Shown> {
    let name = name.trim();
    let path = name.trim_start_matches("./").trim_start_matches('/');
    let by_path: Vec<&Shown> = shown
        .iter()
        .filter(|spec| {
            spec.path.as_str() == path
                || spec
                    .previous_path
                    .as_ref()
                    .is_some_and(|old| old.as_str() == path)
        })
        .collect();
    if !by_path.is_empty() {
        return by_path;
    }
    let wanted = folded(name);
    if wanted.is_empty() {
        return Vec::new();
    }
    let by_role: Vec<&Shown> = shown.iter().filter(|spec| folded(&spec.role) == wanted).collect();
    if !by_role.is_empty() {
        return by_role;
    }
    shown
        .iter()
        .filter(|spec| spec.also.iter().any(|also| folded(also) == wanted))
        .collect()
}

/// A name for comparing: small letters, single blanks, without the marks Markdown takes away.
fn folded(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '*' | '`' | '"' | '“' | '”' | '„'))
        .collect();
    plain
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn ambiguous(said: &str, specs: &[&Shown]) -> Answer {
    Answer::AmbiguousRole {
        said: said.to_owned(),
        paths: specs.iter().map(|spec| spec.path.to_string()).collect(),
    }
}

fn unknown_role(said: &str, shown: &[Shown]) -> Answer {
    if said.eq_ignore_ascii_case("cancel") {
        return Answer::CancelStandsAlone {
            command: "approve-role",
        };
    }
    let names = shown
        .iter()
        .flat_map(|spec| std::iter::once(&spec.role).chain(&spec.also));
    // Half of a short name is no slip of the finger.
    let limit = (said.chars().count() / 2).min(3);
    let near = names
        .enumerate()
        .filter_map(|(place, name)| near::distance(name, said, limit).map(|d| (d, place, name)))
        .min();
    Answer::UnknownRole {
        said: said.to_owned(),
        meant: near.map(|(_, _, name)| name.clone()),
        known: shown.iter().map(|spec| spec.role.clone()).collect(),
    }
}

/// What an objection is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The role, as the summary called it; `None` for the whole pull request.
    pub role: Option<String>,
    /// Why.
    pub reason: String,
}

/// Takes `[ROLE] REASON` apart: the first word is a role where a spec answers to it.
///
/// # Errors
/// With what to answer where there is a role and no reason.
pub fn resolve_objection(text: &str, shown: &[Shown]) -> Result<Objection, Answer> {
    if let Some((word, rest)) = first_word(text)
        && let Some(spec) = called(&word, shown).first()
    {
        let reason = rest.trim();
        if reason.is_empty() {
            return Err(Answer::NeedsReason);
        }
        if reason.eq_ignore_ascii_case("cancel") {
            return Err(Answer::CancelStandsAlone {
                command: "reject-role",
            });
        }
        return Ok(Objection {
            role: Some(spec.role.clone()),
            reason: reason.to_owned(),
        });
    }
    Ok(Objection {
        role: None,
        reason: text.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Sender;
    use crate::command::parse;

    fn shown() -> Vec<Shown> {
        let spec = |role: &str, also: &[&str], path: &str, hexes: &[&str]| Shown {
            role: role.to_owned(),
            also: also.iter().map(|name| (*name).to_owned()).collect(),
            path: SpecPath::new(path),
            previous_path: None,
            changes: hexes
                .iter()
                .map(|hex| {
                    (
                        ChangeId::new(format!("c{}", &hex[..7])),
                        Digest::new(format!("{hex:0<64}")),
                    )
                })
                .collect(),
        };
        vec![
            spec(
                "platform-engineer",
                &["Senior *Platform* Engineer"],
                "agents/pe.md",
                &["1f3a09b1", "2222222a"],
            ),
            spec(
                "SWEN0002",
                &["Director of Infrastructure"],
                "roles/infra.md",
                &["3333333a"],
            ),
            spec("twin", &[], "a/twin.md", &["4444444a"]),
            spec("twin", &[], "b/twin.md", &["5555555a"]),
            spec("@acme/everyone", &["everyone"], "roles/evil.md", &["6666666a"]),
            spec("C#", &["cee"], "roles/c.md", &["7777777a", "7777777b"]),
            spec("everyone", &["cee-2"], "roles/everyone.md", &["8888888a"]),
        ]
    }

    fn ids(body: &str) -> Result<String, String> {
        let parsed = parse(body, Sender::Person);
        let [command] = parsed.commands.as_slice() else {
            panic!("one command in {body}: {parsed:?}");
        };
        let digests = resolve(command, &shown()).map_err(|answer| answer.to_string())?;
        Ok(digests.iter().map(|digest| &digest.as_str()[..1]).collect())
    }

    #[test]
    fn a_role_is_found_by_id_code_title_or_path() {
        for (body, expected) in [
            ("/approve-role", "123456778"),
            ("/approve-role platform-engineer", "12"),
            ("/approve-role PLATFORM-engineer", "12"),
            ("/approve-role \"Senior Platform Engineer\"", "12"),
            ("/approve-role Director of Infrastructure", "3"),
            ("/approve-role swen0002 platform-engineer#2222222", "32"),
            ("/approve-role roles/infra.md /agents/pe.md#c1f3a09b", "31"),
            ("/approve-role a/twin.md", "4"),
            ("/approve-role cee", "77"),
            ("/approve-role everyone", "8"),
            ("/approve-role #c3333333", "3"),
            ("/approve-role platform-engineer platform-engineer#c1f3a09b", "12"),
            ("/approve-role C#", "77"),
            ("/approve-role C##7777777b", "7"),
            ("/approve-role \"@acme/everyone\"", "6"),
        ] {
            assert_eq!(ids(body), Ok(expected.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_wrong_name_approves_nothing_and_says_why() {
        for (body, expected) in [
            (
                "/approve-role platform-enginer",
                "Did you mean `platform-engineer`?",
            ),
            (
                "/approve-role \"Director of Infrastucture\"",
                "Did you mean `Director of Infrastructure`?",
            ),
            ("/approve-role SWEN0002 nonsense-role", "`nonsense-role`"),
            ("/approve-role twin", "`a/twin.md`, `b/twin.md`"),
            ("/approve-role SWEN0002#c1f3a09b", "has no change `c1f3a09b`"),
            ("/approve-role SWEN0002#c33", "has no change `c33`"),
            ("/approve-role C##7777777", "Several changes begin with `7777777`"),
            ("/approve-role #cffffffff", "has no change `cffffffff`"),
        ] {
            let answer = ids(body).unwrap_err();
            assert!(answer.contains(expected), "{body}: {answer}");
        }
    }

    #[test]
    fn nothing_shown_means_nothing_approved() {
        let command = Command::Approve(Targets::default());
        assert_eq!(resolve(&command, &[]), Err(Answer::NothingShown));
    }

    #[test]
    fn an_objection_may_name_a_role_first() {
        let objection = |text: &str| resolve_objection(text, &shown());
        for (text, role, reason) in [
            (
                "platform-engineer may deploy alone",
                Some("platform-engineer"),
                "may deploy alone",
            ),
            (
                "\"Director of Infrastructure\" too broad",
                Some("SWEN0002"),
                "too broad",
            ),
            ("not before the audit", None, "not before the audit"),
        ] {
            let expected = Objection {
                role: role.map(str::to_owned),
                reason: reason.to_owned(),
            };
            assert_eq!(objection(text), Ok(expected), "{text}");
        }
        assert_eq!(objection("platform-engineer"), Err(Answer::NeedsReason));
    }

    #[test]
    fn cancelling_beside_a_role_does_nothing_but_say_so() {
        for body in [
            "/approve-role platform-engineer cancel",
            "/approve-role cancel platform-engineer",
        ] {
            assert!(ids(body).unwrap_err().contains("/approve-role cancel"), "{body}");
        }
        for text in ["platform-engineer cancel", "platform-engineer CANCEL "] {
            let answer = resolve_objection(text, &shown()).unwrap_err();
            assert!(answer.to_string().contains("/reject-role cancel"), "{text}");
        }
        let reason = resolve_objection("platform-engineer cancel the purchase right", &shown()).unwrap();
        assert_eq!(reason.reason, "cancel the purchase right");
    }
}
