//! Separation of power: a pull request that changes who may approve needs those who could before.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::diff::ChangeKind;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::SpecPath;

use super::Codeowners;
use super::Policy;
use super::PowerEdit;
use super::PowerFile;
use super::Rule;
use super::Subject;
use super::policy::Globs;
use super::sources::Source;
use super::sources::owners_named;

/// A change to who may approve, for people to see and to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PowerShift {
    /// For people to type.
    pub id: ChangeId,
    /// What approvals bind to.
    pub digest: Digest,
    /// `policy.changed`, `codeowners.changed` or `owner.changed`.
    pub kind: &'static str,
    /// The file.
    pub path: SpecPath,
    /// Who gains and who loses what, one sentence each.
    pub sentences: Vec<String>,
}

/// Every change to who may approve that this pull request makes.
pub fn power_shifts(subject: &Subject<'_>) -> Vec<PowerShift> {
    let mut shifts = Vec::new();
    for spec in &subject.specs {
        for change in spec.changes.iter().filter(|c| c.kind == ChangeKind::OwnerChanged) {
            shifts.push(PowerShift {
                id: change.id.clone(),
                digest: change.digest.clone(),
                kind: change.kind.as_str(),
                path: spec.path.clone(),
                sentences: Vec::new(),
            });
        }
    }
    let owners = owner_sentences(subject);
    if let Some(first) = shifts.first_mut() {
        first.sentences = owners;
    }
    for edit in &subject.power {
        if !subject
            .policy
            .rules_in_force()
            .iter()
            .any(|rule| concerns(edit, rule, subject))
        {
            continue;
        }
        shifts.push(PowerShift {
            id: id(edit.digest),
            digest: edit.digest.clone(),
            kind: kind(edit),
            path: edit.path.clone(),
            sentences: edit_sentences(subject, edit),
        });
    }
    shifts
}

/// `c` and the first seven hex digits.
pub(super) fn id(digest: &Digest) -> ChangeId {
    ChangeId::new(format!(
        "c{}",
        digest.as_str().get(..7).unwrap_or(digest.as_str())
    ))
}

pub(super) fn kind(edit: &PowerEdit<'_>) -> &'static str {
    match edit.file {
        PowerFile::Policy { .. } => "policy.changed",
        PowerFile::Codeowners { .. } => "codeowners.changed",
    }
}

/// Whether the approvers of a rule have to agree to an edit of the policy or of CODEOWNERS.
///
/// CODEOWNERS concerns the rules that ask it. A policy in which only some rules differ concerns
/// those; any other difference concerns all. An edit that changes nothing (comments, order of keys)
/// concerns none.
pub(super) fn concerns(edit: &PowerEdit<'_>, rule: &Rule, subject: &Subject<'_>) -> bool {
    match edit.file {
        PowerFile::Codeowners { after } => rule.from.codeowners && !same_owners(subject.codeowners, after),
        PowerFile::Policy { after: None, .. } => true,
        PowerFile::Policy {
            after: Some(after),
            others_differ,
        } => others_differ || policy_concerns(subject.policy, after, rule),
    }
}

fn same_owners(before: Option<&str>, after: Option<&str>) -> bool {
    let read = |text: Option<&str>| text.map(Codeowners::parse).transpose();
    match (read(before), read(after)) {
        (Ok(before), Ok(after)) => before.unwrap_or_default().same_rules(&after.unwrap_or_default()),
        (Err(_), _) | (_, Err(_)) => before == after,
    }
}

fn policy_concerns(before: &Policy, after: &Policy, rule: &Rule) -> bool {
    if before.people != after.people
        || before.approve != after.approve
        || before.delegates != after.delegates
        || before.rules.is_none() != after.rules.is_none()
    {
        return true;
    }
    let (old, new) = (before.rules_in_force(), after.rules_in_force());
    if old == new {
        return false;
    }
    let kept = |rule: &Rule| new.contains(rule);
    // Where every old rule stays as it is, rules were only added (or put in another order): nothing
    // is relaxed, and still all who approve today shall have seen the new policy.
    old.iter().all(kept) || !kept(rule)
}

fn owner_sentences(subject: &Subject<'_>) -> Vec<String> {
    let people = &subject.policy.people;
    let mut gains: Vec<(Source, Vec<&str>)> = Vec::new();
    let mut losses: Vec<(Source, Vec<&str>)> = Vec::new();
    for spec in &subject.specs {
        let changed = spec
            .changes
            .iter()
            .any(|change| change.kind == ChangeKind::OwnerChanged);
        if !changed {
            continue;
        }
        let named = |owner: Option<&str>| owner.map(|owner| owners_named(owner, people)).unwrap_or_default();
        let (before, after) = (named(spec.owner), named(spec.owner_after));
        note(
            &mut gains,
            after.iter().filter(|who| !before.contains(who)),
            spec.role,
        );
        note(
            &mut losses,
            before.iter().filter(|who| !after.contains(who)),
            spec.role,
        );
    }
    let mut sentences: Vec<String> = gains
        .iter()
        .map(|(who, roles)| format!("gives {who} approval over {}", roles_counted(roles)))
        .collect();
    sentences.extend(
        losses
            .iter()
            .map(|(who, roles)| format!("takes approval over {} from {who}", roles_counted(roles))),
    );
    sentences
}

fn note<'a, 's>(
    list: &mut Vec<(Source, Vec<&'a str>)>,
    who: impl Iterator<Item = &'s Source>,
    role: &'a str,
) {
    for who in who {
        match list.iter_mut().find(|(known, _)| known == who) {
            Some((_, roles)) => roles.push(role),
            None => list.push((who.clone(), vec![role])),
        }
    }
}

fn roles_counted(roles: &[&str]) -> String {
    match roles {
        [one] => format!("the role {one}"),
        many => format!("{} roles", many.len()),
    }
}

fn edit_sentences(subject: &Subject<'_>, edit: &PowerEdit<'_>) -> Vec<String> {
    match edit.file {
        PowerFile::Codeowners { after } => codeowners_sentences(subject, after),
        PowerFile::Policy { after: None, .. } => {
            vec![
                "leaves no policy that can be read: nobody would have to approve anything any more"
                    .to_owned(),
            ]
        }
        PowerFile::Policy {
            after: Some(after), ..
        } => policy_sentences(subject, after),
    }
}

fn codeowners_sentences(subject: &Subject<'_>, after: Option<&str>) -> Vec<String> {
    let read = |text: Option<&str>| {
        text.and_then(|text| Codeowners::parse(text).ok())
            .unwrap_or_default()
    };
    let (before, after) = (read(subject.codeowners), read(after));
    let mut counts: Vec<(String, usize, usize)> = Vec::new();
    for path in subject.known_specs {
        let (old, new) = (before.owners(path), after.owners(path));
        for who in new.iter().filter(|who| !old.contains(who)) {
            counted(&mut counts, who.to_string()).1 += 1;
        }
        for who in old.iter().filter(|who| !new.contains(who)) {
            counted(&mut counts, who.to_string()).2 += 1;
        }
    }
    let mut sentences = Vec::new();
    for (who, gained, lost) in counts {
        if gained > 0 {
            sentences.push(format!("gives {who} approval over {}", plural(gained)));
        }
        if lost > 0 {
            sentences.push(format!("takes approval over {} from {who}", plural(lost)));
        }
    }
    if sentences.is_empty() {
        sentences.push("changes who owns files, but for none of today's roles".to_owned());
    }
    sentences
}

fn counted(counts: &mut Vec<(String, usize, usize)>, who: String) -> &mut (String, usize, usize) {
    let at = counts
        .iter()
        .position(|(known, _, _)| *known == who)
        .unwrap_or_else(|| {
            counts.push((who, 0, 0));
            counts.len() - 1
        });
    &mut counts[at]
}

fn plural(roles: usize) -> String {
    if roles == 1 {
        "1 role".to_owned()
    } else {
        format!("{roles} roles")
    }
}

fn policy_sentences(subject: &Subject<'_>, after: &Policy) -> Vec<String> {
    let (old, new) = (subject.policy.rules_in_force(), after.rules_in_force());
    let mut sentences = Vec::new();
    for rule in &new {
        match old.iter().find(|known| known.name == rule.name) {
            Some(known) if known == rule => {}
            Some(known) => sentences.extend(rule_sentences(subject, known, rule)),
            None => sentences.push(format!("adds the approval rule `{}`", rule.name)),
        }
    }
    for rule in old
        .iter()
        .filter(|rule| new.iter().all(|kept| kept.name != rule.name))
    {
        sentences.push(format!("removes the approval rule `{}`", rule.name));
    }
    if !subject.policy.approve.author && after.approve.author {
        sentences.push("lets authors approve their own changes".to_owned());
    }
    for (name, login) in &after.people {
        if subject.policy.people.get(name) != Some(login) {
            sentences.push(format!("says that {} is @{login}", super::sources::quoted(name)));
        }
    }
    for delegate in after
        .delegates
        .iter()
        .filter(|d| !subject.policy.delegates.contains(d))
    {
        sentences.push(format!(
            "lets @{} approve in the place of @{} until {}",
            delegate.to, delegate.from, delegate.until
        ));
    }
    if sentences.is_empty() {
        sentences.push("changes how specs are judged".to_owned());
    }
    sentences
}

fn rule_sentences(subject: &Subject<'_>, old: &Rule, new: &Rule) -> Vec<String> {
    let name = &new.name;
    let mut sentences = Vec::new();
    let (before, after) = (sources_of(old), sources_of(new));
    let globs = Globs::new(&new.paths);
    let roles = subject
        .known_specs
        .iter()
        .filter(|path| globs.matches(path))
        .count();
    let scope = match roles {
        0 => String::new(),
        n => format!(" over {}", plural(n)),
    };
    for who in after.difference(&before) {
        sentences.push(format!("gives {who} approval{scope} under the rule `{name}`"));
    }
    for who in before.difference(&after) {
        sentences.push(format!("takes approval under the rule `{name}` from {who}"));
    }
    if new.require != old.require {
        sentences.push(format!(
            "the rule `{name}` asks {} instead of {} people",
            new.require, old.require
        ));
    }
    if new.on != old.on || new.paths != old.paths || new.at_least != old.at_least {
        sentences.push(format!("the rule `{name}` applies to other changes than before"));
    }
    sentences
}

fn sources_of(rule: &Rule) -> BTreeSet<String> {
    let from = &rule.from;
    let mut names: BTreeSet<String> = from.teams.iter().map(|team| format!("@{team}")).collect();
    names.extend(from.users.iter().map(|user| format!("@{user}")));
    names.extend(from.permission.map(|p| format!("everyone with {p} permission")));
    names.extend(from.owner.then(|| "each spec's owner".to_owned()));
    names.extend(from.codeowners.then(|| "each spec's code owners".to_owned()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::sample::*;
    use crate::ids::Login;

    #[test]
    fn who_gains_what_is_said() {
        let shifts = |case: &Case| {
            let sentences = case.ask(|s| {
                power_shifts(s)
                    .into_iter()
                    .flat_map(|p| p.sentences)
                    .collect::<Vec<_>>()
            });
            sentences.join("\n")
        };
        let owner = Case::new().with(|c| {
            c.owner_after = Some("@out");
            c.changes = vec![change(ChangeKind::OwnerChanged, "owner")];
        });
        assert_eq!(
            shifts(&owner),
            "gives @out approval over the role agent\ntakes approval over the role agent from @olga"
        );
        let codeowners = Case::new()
            .rules("[{ name: owners, from: { codeowners: true } }]")
            .with(|c| {
                c.codeowners = Some("* @sam\n".to_owned());
                let after = Some("* @sam @out\n".to_owned());
                c.power
                    .push((SpecPath::new("CODEOWNERS"), digest("co"), Edit::Codeowners(after)));
            });
        assert_eq!(shifts(&codeowners), "gives @out approval over 3 roles");
        let policy = Case::new().with(|c| {
            let mut relaxed = c.policy.clone();
            relaxed.rules.as_mut().unwrap()[0]
                .from
                .users
                .push(Login::new("out"));
            relaxed.people.insert("CEO".to_owned(), Login::new("out"));
            c.power
                .push((SpecPath::new("p.yml"), digest("p"), Edit::Policy(Some(relaxed))));
        });
        assert_eq!(
            shifts(&policy),
            "gives @out approval over 3 roles under the rule `security`\nsays that \"CEO\" is @out"
        );
    }
}
