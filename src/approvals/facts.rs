//! What has to be asked for: facts about those who spoke, and reviewers for what is open.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::ids::Login;
use crate::ids::TeamSlug;

use super::Choice;
use super::Subject;
use super::asks::asks;
use super::evaluate::Judged;
use super::evaluate::judge;
use super::sources::Source;
use super::standing::Standing;
use super::standing::approved;
use super::standing::left_out;
use super::standing::principals;

/// What to ask GitHub so that a verdict is sound. Only people who spoke are asked about, and only
/// about what their word could change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeededFacts {
    /// Who may be in which team.
    pub memberships: BTreeSet<(TeamSlug, Login)>,
    /// Whose permission on the repository matters.
    pub permissions: BTreeSet<Login>,
    /// The teams that open approvals ask: do they exist, and is anybody in them?
    pub teams: BTreeSet<TeamSlug>,
}

/// Which facts a verdict on this subject rests on, whether or not [`Subject::facts`] holds them.
pub fn needed_facts(subject: &Subject<'_>) -> NeededFacts {
    let mut needed = NeededFacts::default();
    let votes = approved(subject);
    let asks = asks(subject);
    for ask in &asks {
        let mut speakers: BTreeSet<&Login> = BTreeSet::new();
        for target in &ask.targets {
            let approvers = votes
                .iter()
                .filter(|(_, digests)| digests.contains(target.digest));
            for login in approvers
                .map(|(login, _)| *login)
                .filter(|l| left_out(subject, l).is_none())
            {
                speakers.insert(login);
                speakers.extend(principals(subject, ask, target, login));
            }
        }
        for login in speakers {
            need(&mut needed, &ask.resolved.sources, login);
        }
    }
    for vote in subject.votes {
        match vote.choice {
            Choice::Reject { .. } => {
                for ask in &asks {
                    need(&mut needed, &ask.resolved.sources, &vote.login);
                }
                needed.permissions.insert(vote.login.clone());
            }
            Choice::Approve { .. } => {}
        }
    }
    for judged in judge(subject).iter().filter(|judged| !judged.satisfied(subject)) {
        for source in &judged.ask.resolved.sources {
            match source {
                Source::Team(team) => {
                    needed.teams.insert(team.clone());
                }
                Source::User(_) | Source::Permission(_) => {}
            }
        }
    }
    needed
}

fn need(needed: &mut NeededFacts, sources: &[Source], login: &Login) {
    if sources
        .iter()
        .any(|source| matches!(source, Source::User(user) if user == login))
    {
        return;
    }
    for source in sources {
        match source {
            Source::Team(team) => {
                needed.memberships.insert((team.clone(), login.clone()));
            }
            Source::Permission(_) => {
                needed.permissions.insert(login.clone());
            }
            Source::User(_) => {}
        }
    }
}

/// Somebody who can be asked to review.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reviewer {
    /// A team.
    Team(TeamSlug),
    /// A person.
    User(Login),
}

/// Whom to ask to review: the smallest set that covers every open approval, teams before people
/// where both serve. Never somebody who cannot approve here, nobody who is asked already, nobody
/// whom a person has taken off the list.
pub fn reviewers(
    subject: &Subject<'_>,
    already_requested: &[Reviewer],
    removed_by_hand: &[Reviewer],
) -> (Vec<Login>, Vec<TeamSlug>) {
    let mut open: Vec<Open> = Vec::new();
    for judged in judge(subject) {
        open.extend(open_need(subject, &judged, already_requested, removed_by_hand));
    }
    let chosen = smallest_cover(&open);
    let mut users = Vec::new();
    let mut teams = Vec::new();
    for reviewer in chosen {
        match reviewer {
            Reviewer::User(login) => users.push(login),
            Reviewer::Team(team) => teams.push(team),
        }
    }
    (users, teams)
}

/// What one open approval still needs: any one team, or so many people.
struct Open {
    people: usize,
    candidates: BTreeSet<Reviewer>,
}

impl Open {
    fn covered(&self, chosen: &BTreeSet<Reviewer>) -> bool {
        let mut people = 0;
        for reviewer in self.candidates.intersection(chosen) {
            match reviewer {
                Reviewer::Team(_) => return true,
                Reviewer::User(_) => people += 1,
            }
        }
        people >= self.people.min(self.candidates.len())
    }
}

fn open_need(
    subject: &Subject<'_>,
    judged: &Judged<'_>,
    asked: &[Reviewer],
    removed: &[Reviewer],
) -> Option<Open> {
    let fewest = judged
        .targets
        .iter()
        .map(|target| target.count)
        .min()
        .unwrap_or(0);
    let missing = judged.ask.rule.require.saturating_sub(fewest);
    if missing == 0 {
        return None;
    }
    let done: BTreeSet<&Login> = judged
        .targets
        .iter()
        .flat_map(|target| &target.words)
        .filter(|word| word.approved && matches!(word.standing, Standing::Counts { .. }))
        .map(|word| &word.login)
        .filter(|login| {
            judged.targets.iter().all(|target| {
                target
                    .words
                    .iter()
                    .any(|word| word.login == **login && word.approved)
            })
        })
        .collect();
    let mut candidates = BTreeSet::new();
    let mut waiting = 0;
    for source in &judged.ask.resolved.sources {
        let reviewer = match source {
            Source::Team(team) if subject.facts.unusable_teams.contains_key(team) => continue,
            Source::Team(team) => Reviewer::Team(team.clone()),
            Source::User(login) if left_out(subject, login).is_some() || done.contains(login) => continue,
            Source::User(login) => Reviewer::User(login.clone()),
            Source::Permission(_) => continue,
        };
        if asked.contains(&reviewer) {
            match reviewer {
                Reviewer::Team(_) => return None,
                Reviewer::User(_) => waiting += 1,
            }
        } else if !removed.contains(&reviewer) {
            candidates.insert(reviewer);
        }
    }
    let people = missing.saturating_sub(waiting);
    (people > 0 && !candidates.is_empty()).then_some(Open { people, candidates })
}

/// The smallest set of candidates that covers every need. Exact up to a bound on the work, greedy
/// beyond it; the same needs give the same set.
fn smallest_cover(open: &[Open]) -> BTreeSet<Reviewer> {
    let mut all: Vec<&Reviewer> = open.iter().flat_map(|need| &need.candidates).collect();
    all.sort();
    all.dedup();
    const EXACT: usize = 14;
    if all.len() > EXACT {
        return greedy_cover(open);
    }
    (0_u32..1 << all.len())
        .map(|bits| {
            let chosen: BTreeSet<Reviewer> = (0..all.len())
                .filter(|i| bits & (1 << i) != 0)
                .map(|i| all[i].clone())
                .collect();
            chosen
        })
        .filter(|chosen| open.iter().all(|need| need.covered(chosen)))
        .min_by_key(|chosen| (chosen.len(), people_among(chosen), chosen.clone()))
        .unwrap_or_default()
}

fn people_among(chosen: &BTreeSet<Reviewer>) -> usize {
    chosen
        .iter()
        .filter(|reviewer| matches!(reviewer, Reviewer::User(_)))
        .count()
}

fn greedy_cover(open: &[Open]) -> BTreeSet<Reviewer> {
    let mut chosen = BTreeSet::new();
    loop {
        let mut gains: BTreeMap<&Reviewer, usize> = BTreeMap::new();
        for need in open.iter().filter(|need| !need.covered(&chosen)) {
            for reviewer in need
                .candidates
                .iter()
                .filter(|reviewer| !chosen.contains(*reviewer))
            {
                *gains.entry(reviewer).or_default() += 1;
            }
        }
        let best = gains
            .into_iter()
            .min_by_key(|&(reviewer, gain)| (std::cmp::Reverse(gain), reviewer));
        match best {
            Some((reviewer, _)) => chosen.insert(reviewer.clone()),
            None => return chosen,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::sample::*;

    #[test]
    fn only_facts_about_those_who_spoke_are_needed() {
        let needed = |case: &Case| case.ask(needed_facts);
        let nobody = needed(&Case::new());
        assert!(nobody.memberships.is_empty() && nobody.permissions.is_empty());
        assert_eq!(nobody.teams.len(), 1);

        let voted = needed(&Case::new().approved_by(&["alice", "sam"]));
        assert_eq!(
            voted.memberships.len(),
            1,
            "the author need not be asked about: {voted:?}"
        );
        assert!(
            voted.teams.is_empty(),
            "a satisfied rule needs no more: {voted:?}"
        );

        let named = Case::new()
            .rules("[{ name: a, from: { users: [sam], teams: [acme/security] } }]")
            .approved_by(&["sam"]);
        assert_eq!(needed(&named), NeededFacts::default());

        let lent = Case::new()
            .with(|c| c.policy.delegates.push(delegate("sue", "out", "2026-12-31")))
            .approved_by(&["out"]);
        let asked: Vec<Login> = needed(&lent)
            .memberships
            .into_iter()
            .map(|(_, login)| login)
            .collect();
        assert_eq!(asked, [Login::new("out"), Login::new("sue")]);
    }

    #[test]
    fn reviewers_are_the_smallest_set_and_never_the_wrong_ones() {
        use Reviewer::Team;
        use Reviewer::User;
        let user = |name: &str| User(Login::new(name));
        let two = "[{ name: a, from: { teams: [acme/security, acme/finance] } }, { name: b, from: { teams: [acme/finance], users: [bob] } }]";
        let chosen = |case: &Case, asked: &[Reviewer], removed: &[Reviewer]| {
            let (users, teams) = case.ask(|subject| reviewers(subject, asked, removed));
            let mut names: Vec<String> = teams.iter().map(ToString::to_string).collect();
            names.extend(users.iter().map(ToString::to_string));
            names.join(" ")
        };
        let case = Case::new().rules(two);
        assert_eq!(chosen(&case, &[], &[]), "acme/finance");
        assert_eq!(chosen(&case, &[Team(team("finance"))], &[]), "");
        assert_eq!(chosen(&case, &[], &[Team(team("finance"))]), "acme/security bob");
        assert_eq!(chosen(&case, &[user("bob")], &[]), "acme/finance");

        let people = Case::new().rules("[{ name: p, require: 2, from: { users: [alice, x, y, z] } }]");
        assert_eq!(chosen(&people, &[], &[]), "x y");
        assert_eq!(chosen(&people, &[user("x")], &[user("y")]), "z");
        assert_eq!(chosen(&people.approved_by(&["x"]), &[], &[]), "y");

        assert_eq!(chosen(&Case::new().approved_by(&["sam"]), &[], &[]), "");
        let large: Vec<String> = (0..30).map(|n| format!("u{n:02}")).collect();
        let many = Case::new().rules(&format!(
            "[{{ name: p, require: 2, from: {{ users: [{}] }} }}]",
            large.join(", ")
        ));
        assert_eq!(chosen(&many, &[], &[]), "u00 u01");
    }
}
