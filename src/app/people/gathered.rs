//! What one look has gathered about people, and which of it to ask again.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use crate::approvals::Facts;
use crate::ids::Login;
use crate::ids::TeamSlug;

/// An answer that is younger than this will do for a new commit under a decision that is green
/// already, where asking everybody again would cost more than a push may.
const RECENT: Duration = Duration::from_secs(5 * 60);

/// Facts, and which of them were remembered ones.
#[derive(Debug, Default)]
pub(in crate::app) struct Gathered {
    pub(in crate::app) facts: Facts,
    pub(super) asked_members: BTreeSet<(TeamSlug, Login)>,
    pub(super) asked_permissions: BTreeSet<Login>,
    /// Those of them that were answered from memory, and when GitHub had been asked.
    pub(super) remembered_members: BTreeMap<(TeamSlug, Login), Instant>,
    pub(super) remembered_permissions: BTreeMap<Login, Instant>,
    /// Teams that wait for a look that has calls to spare.
    pub(in crate::app) not_looked_at: BTreeSet<TeamSlug>,
}

/// What one call can ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Question {
    /// Who is in a team, of those whose word counts.
    Team(TeamSlug),
    /// What somebody may do in the repository.
    Permission(Login),
}

impl Gathered {
    /// Drops the remembered answers about everybody but `except`, so that they are asked for. Returns
    /// whether there were any.
    pub(in crate::app) fn doubt(&mut self, except: &BTreeSet<Login>) -> bool {
        self.doubt_within(except, usize::MAX)
    }

    /// The same with so many calls to spend: the oldest answers are dropped first, and those that are
    /// not recent whatever it costs.
    pub(in crate::app) fn doubt_within(&mut self, except: &BTreeSet<Login>, calls: usize) -> bool {
        let mut oldest: BTreeMap<Question, Instant> = BTreeMap::new();
        let members = self.remembered_members.iter();
        let members = members.map(|((team, login), at)| (Question::Team(team.clone()), login, *at));
        let permissions = self.remembered_permissions.iter();
        let permissions = permissions.map(|(login, at)| (Question::Permission(login.clone()), login, *at));
        for (question, login, at) in members.chain(permissions) {
            if !except.contains(login) {
                let known = oldest.entry(question).or_insert(at);
                *known = at.min(*known);
            }
        }
        let mut questions: Vec<(Instant, Question)> =
            oldest.into_iter().map(|(question, at)| (at, question)).collect();
        questions.sort();
        let old = questions.iter().filter(|(at, _)| at.elapsed() > RECENT).count();
        questions.truncate(calls.max(old));
        for (_, question) in &questions {
            self.forget(question, except);
        }
        !questions.is_empty()
    }

    fn forget(&mut self, question: &Question, except: &BTreeSet<Login>) {
        match question {
            Question::Team(team) => {
                let doubted = |key: &(TeamSlug, Login)| key.0 == *team && !except.contains(&key.1);
                self.remembered_members.retain(|key, _| !doubted(key));
                self.asked_members.retain(|key| !doubted(key));
                self.facts.memberships.retain(|key, _| !doubted(key));
            }
            Question::Permission(login) => {
                self.remembered_permissions.remove(login);
                self.asked_permissions.remove(login);
                self.facts.permissions.remove(login);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::Membership;

    fn team(name: &str) -> TeamSlug {
        format!("acme/{name}").parse().expect("a team's name")
    }

    /// Remembered answers: team, login, and their age in seconds.
    fn remembered(answers: &[(&str, &str, u64)]) -> Gathered {
        let mut gathered = Gathered::default();
        for (name, login, age) in answers {
            let key = (team(name), Login::new(*login));
            let at = Instant::now().checked_sub(Duration::from_secs(*age));
            gathered
                .remembered_members
                .insert(key.clone(), at.expect("the machine is up for longer"));
            gathered.asked_members.insert(key.clone());
            gathered.facts.memberships.insert(key, Membership::Member);
        }
        gathered
    }

    fn left(gathered: &Gathered) -> Vec<String> {
        let keys = gathered.facts.memberships.keys();
        keys.map(|(team, login)| format!("{}/{login}", team.slug))
            .collect()
    }

    #[test]
    fn the_oldest_answers_are_doubted_first_and_old_ones_whatever_it_costs() {
        let nobody = BTreeSet::new();
        let recent = [("a", "ann", 9), ("a", "bo", 1), ("b", "cy", 5), ("c", "di", 2)];
        for (calls, expected) in [
            (0, vec!["a/ann", "a/bo", "b/cy", "c/di"]),
            (1, vec!["b/cy", "c/di"]),
            (2, vec!["c/di"]),
            (9, vec![]),
        ] {
            let mut gathered = remembered(&recent);
            assert_eq!(gathered.doubt_within(&nobody, calls), calls > 0);
            assert_eq!(left(&gathered), expected, "{calls}");
        }
        let mut gathered = remembered(&[("a", "ann", 301), ("b", "cy", 302), ("c", "di", 2)]);
        assert!(gathered.doubt_within(&nobody, 0));
        assert_eq!(left(&gathered), ["c/di"]);
    }

    #[test]
    fn those_whose_word_has_no_effect_are_not_asked_about() {
        let mut gathered = remembered(&[("a", "ann", 9), ("b", "cy", 5)]);
        assert!(gathered.doubt(&BTreeSet::from([Login::new("Ann")])));
        assert_eq!(left(&gathered), ["a/ann"]);
        assert!(!gathered.doubt(&BTreeSet::from([Login::new("ann")])));
    }
}
