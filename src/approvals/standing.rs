//! Whether one person's word counts, and why.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::ids::Digest;
use crate::ids::Login;

use super::Choice;
use super::Membership;
use super::Subject;
use super::asks::Ask;
use super::asks::Target;
use super::policy::Globs;
use super::sources::Source;
use super::sources::mapped;

/// How one person stands to one ask about one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Their approval counts: why, and whose say it uses up (their own, or one of those they stand
    /// in for).
    Counts { why: String, says: BTreeSet<Login> },
    /// They take part in the pull request.
    LeftOut(String),
    /// They are known not to be among the approvers.
    Outsider(String),
    /// It could not be found out.
    Unknown(String),
}

/// Why a person may not approve this pull request at all, whoever they are.
pub(super) fn left_out(subject: &Subject<'_>, login: &Login) -> Option<String> {
    if subject.policy.approve.author {
        return None;
    }
    if subject.author == Some(login) {
        return Some(format!("@{login} is the pull request's author"));
    }
    if subject.pushers.contains(login) {
        return Some(format!("@{login} pushed to the pull request"));
    }
    let named = subject
        .unattributed
        .iter()
        .filter_map(|commit| attributed(subject, commit));
    if subject.commit_authors.contains(login) || named.into_iter().any(|author| author == *login) {
        return Some(format!("@{login} wrote one of its commits"));
    }
    None
}

/// The login that the policy's `people` gives for a commit's e-mail address.
fn attributed(subject: &Subject<'_>, commit: &str) -> Option<Login> {
    let (_, rest) = commit.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    mapped(address, &subject.policy.people)
}

/// The commits that stay without an account: their author may be anybody, also an approver.
pub(super) fn nameless<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    if subject.policy.approve.author {
        return Vec::new();
    }
    subject
        .unattributed
        .iter()
        .filter(|commit| attributed(subject, commit).is_none())
        .map(String::as_str)
        .collect()
}

/// What each person has approved, whatever order their votes came in.
pub(super) fn approved<'a>(subject: &Subject<'a>) -> BTreeMap<&'a Login, BTreeSet<&'a Digest>> {
    let mut people: BTreeMap<&Login, BTreeSet<&Digest>> = BTreeMap::new();
    for vote in subject.votes {
        match &vote.choice {
            Choice::Approve { digests } => people.entry(&vote.login).or_default().extend(digests),
            Choice::Reject { .. } => {}
        }
    }
    people
}

/// How a person stands to one ask about one target.
pub(super) fn standing(subject: &Subject<'_>, ask: &Ask<'_>, target: &Target<'_>, login: &Login) -> Standing {
    if let Some(reason) = left_out(subject, login) {
        return Standing::LeftOut(reason);
    }
    let own = among(subject, ask, login);
    if let Among::Yes(why) = own {
        return Standing::Counts {
            why,
            says: BTreeSet::from([login.clone()]),
        };
    }
    let mut doubts = match own {
        Among::Unknown(reason) => vec![reason],
        Among::Yes(_) | Among::No => Vec::new(),
    };
    let mut says = BTreeSet::new();
    for principal in principals(subject, ask, target, login) {
        match among(subject, ask, principal) {
            Among::Yes(_) => {
                says.insert(principal.clone());
            }
            Among::Unknown(reason) => doubts.push(reason),
            Among::No => {}
        }
    }
    if !says.is_empty() {
        let names: Vec<String> = says.iter().map(|name| format!("@{name}")).collect();
        let why = format!("in the place of {}", names.join(" or "));
        return Standing::Counts { why, says };
    }
    if !doubts.is_empty() {
        return Standing::Unknown(doubts.join("; "));
    }
    Standing::Outsider(format!("@{login} is none of {}", list(&ask.resolved.sources)))
}

/// Those whose place a person may take today for this rule and spec. Who takes part in the pull
/// request can lend nobody their say.
pub(super) fn principals<'a>(
    subject: &Subject<'a>,
    ask: &Ask<'_>,
    target: &Target<'_>,
    login: &Login,
) -> Vec<&'a Login> {
    subject
        .policy
        .delegates
        .iter()
        .filter(|delegate| delegate.to == *login && delegate.until >= subject.today)
        .filter(|delegate| delegate.rules.is_empty() || delegate.rules.contains(&ask.rule.name))
        .filter(|delegate| Globs::new(&delegate.paths).matches(target.path))
        .map(|delegate| &delegate.from)
        .filter(|from| left_out(subject, from).is_none())
        .collect()
}

/// Whether somebody is among the sources.
pub(super) enum Among {
    Yes(String),
    No,
    Unknown(String),
}

pub(super) fn among(subject: &Subject<'_>, ask: &Ask<'_>, login: &Login) -> Among {
    let mut doubts = Vec::new();
    for source in &ask.resolved.sources {
        match in_source(subject, source, login) {
            Among::Yes(why) => return Among::Yes(why),
            Among::Unknown(reason) => doubts.push(reason),
            Among::No => {}
        }
    }
    if doubts.is_empty() {
        Among::No
    } else {
        Among::Unknown(doubts.join("; "))
    }
}

fn in_source(subject: &Subject<'_>, source: &Source, login: &Login) -> Among {
    let facts = subject.facts;
    match source {
        Source::User(user) if user == login => Among::Yes("named".to_owned()),
        Source::User(_) => Among::No,
        Source::Team(team) => {
            if let Some(reason) = facts.unusable_teams.get(team) {
                return Among::Unknown(format!("team @{team} cannot approve: {reason}"));
            }
            match facts.memberships.get(&(team.clone(), login.clone())) {
                Some(Membership::Member) => Among::Yes(format!("member of @{team}")),
                Some(Membership::Outsider) => Among::No,
                Some(Membership::Unknown(reason)) => Among::Unknown(format!(
                    "whether @{login} is in @{team} could not be found out: {reason}"
                )),
                None => Among::Unknown(format!("whether @{login} is in @{team} has not been asked yet")),
            }
        }
        Source::Permission(needed) => match facts.permissions.get(login) {
            Some(Ok(permission)) if permission >= needed => Among::Yes(format!("{permission} permission")),
            Some(Ok(_)) => Among::No,
            Some(Err(reason)) => Among::Unknown(format!(
                "the permission of @{login} could not be found out: {reason}"
            )),
            None => Among::Unknown(format!("the permission of @{login} has not been asked yet")),
        },
    }
}

pub(super) fn list(sources: &[Source]) -> String {
    let names: Vec<String> = sources.iter().map(ToString::to_string).collect();
    if names.is_empty() {
        "nobody".to_owned()
    } else {
        names.join(", ")
    }
}

/// How many approvals there are when nobody's say may be used twice: the largest matching of people
/// to says. One more person never lowers it.
pub(super) fn count(says: &[&BTreeSet<Login>]) -> usize {
    let mut taken: BTreeMap<&Login, usize> = BTreeMap::new();
    (0..says.len())
        .filter(|&person| place(person, says, &mut taken, &mut BTreeSet::new()))
        .count()
}

fn place<'a>(
    person: usize,
    says: &[&'a BTreeSet<Login>],
    taken: &mut BTreeMap<&'a Login, usize>,
    tried: &mut BTreeSet<&'a Login>,
) -> bool {
    for say in says[person] {
        if !tried.insert(say) {
            continue;
        }
        let free = match taken.get(say).copied() {
            None => true,
            Some(other) => place(other, says, taken, tried),
        };
        if free {
            taken.insert(say, person);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_say_is_used_twice() {
        let says = |names: &[&str]| names.iter().map(Login::new).collect::<BTreeSet<Login>>();
        for (people, expected) in [
            (vec![says(&["a"]), says(&["b"])], 2),
            (vec![says(&["a"]), says(&["a"])], 1),
            (vec![says(&["a", "b"]), says(&["a"])], 2),
            (vec![says(&["a", "b"]), says(&["a", "b"]), says(&["a", "b"])], 2),
            (vec![], 0),
        ] {
            assert_eq!(count(&people.iter().collect::<Vec<_>>()), expected, "{people:?}");
        }
    }
}
