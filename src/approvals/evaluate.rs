//! The judgement: asks and people come in, approvals and the reasons for them go out.

use std::collections::BTreeSet;

use crate::ids::Digest;
use crate::ids::Login;

use super::Approval;
use super::Counted;
use super::Open;
use super::Subject;
use super::asks::Ask;
use super::asks::Target;
use super::asks::asks;
use super::sources::Source;
use super::standing::Standing;
use super::standing::approved;
use super::standing::count;
use super::standing::left_out;
use super::standing::list;
use super::standing::nameless;
use super::standing::standing;

/// How every approval rule stands that this pull request touches, in the policy's order.
///
/// A rule occurs once per set of people it came to: several times where its specs have different
/// owners.
pub fn evaluate(subject: &Subject<'_>) -> Vec<Approval> {
    judge(subject)
        .iter()
        .map(|judged| judged.approval(subject))
        .collect()
}

/// One person's word about one target.
pub(super) struct Word {
    pub(super) login: Login,
    pub(super) approved: bool,
    pub(super) standing: Standing,
}

/// One target with everybody's word.
pub(super) struct JudgedTarget<'a> {
    pub(super) target: Target<'a>,
    pub(super) words: Vec<Word>,
    /// How many approvals count.
    pub(super) count: usize,
}

/// One ask with everybody's word.
pub(super) struct Judged<'a> {
    pub(super) ask: Ask<'a>,
    pub(super) targets: Vec<JudgedTarget<'a>>,
}

pub(super) fn judge<'a>(subject: &Subject<'a>) -> Vec<Judged<'a>> {
    let votes = approved(subject);
    asks(subject)
        .into_iter()
        .map(|ask| {
            let targets = ask
                .targets
                .iter()
                .map(|target| {
                    let words: Vec<Word> = votes
                        .iter()
                        .map(|(login, digests)| Word {
                            login: (*login).clone(),
                            approved: digests.contains(target.digest),
                            standing: standing(subject, &ask, target, login),
                        })
                        .collect();
                    let says: Vec<&BTreeSet<Login>> = words.iter().filter_map(Word::says).collect();
                    JudgedTarget {
                        target: target.clone(),
                        count: count(&says),
                        words,
                    }
                })
                .collect();
            Judged { ask, targets }
        })
        .collect()
}

impl Word {
    fn says(&self) -> Option<&BTreeSet<Login>> {
        match &self.standing {
            Standing::Counts { says, .. } if self.approved => Some(says),
            Standing::Counts { .. } | Standing::LeftOut(_) | Standing::Outsider(_) | Standing::Unknown(_) => {
                None
            }
        }
    }
}

impl Judged<'_> {
    /// Whether nothing is missing; a commit by nobody knows whom keeps everything open.
    pub(super) fn satisfied(&self, subject: &Subject<'_>) -> bool {
        nameless(subject).is_empty()
            && self.ask.rule.require > 0
            && self
                .targets
                .iter()
                .all(|judged| judged.count >= self.ask.rule.require)
    }

    fn voters(&self) -> Vec<&Login> {
        let words = self
            .targets
            .first()
            .map(|judged| judged.words.as_slice())
            .unwrap_or_default();
        words.iter().map(|word| &word.login).collect()
    }

    fn words_of(&self, login: &Login) -> impl Iterator<Item = (&Target<'_>, &Word)> {
        self.targets.iter().flat_map(move |judged| {
            let words = judged.words.iter().filter(move |word| word.login == *login);
            words.map(move |word| (&judged.target, word))
        })
    }

    fn approval(&self, subject: &Subject<'_>) -> Approval {
        let all = |login: &&Login| self.words_of(login).all(|(_, word)| word.says().is_some());
        Approval {
            name: self.ask.rule.name.clone(),
            because: self
                .targets
                .iter()
                .map(|judged| judged.target.id.clone())
                .collect(),
            require: self.ask.rule.require,
            from: self
                .ask
                .resolved
                .sources
                .iter()
                .map(ToString::to_string)
                .collect(),
            approved_by: self.voters().into_iter().filter(all).cloned().collect(),
            counted: self.counted(),
            open: self.open(subject),
            satisfied: self.satisfied(subject),
            reasons: self.reasons(subject),
        }
    }

    fn open(&self, subject: &Subject<'_>) -> Open {
        let require = self.ask.rule.require;
        let open = || self.targets.iter().filter(|judged| judged.count < require);
        let fewest = open().map(|judged| judged.count).min();
        let counts = |login: &Login| self.words_of(login).any(|(_, word)| word.says().is_some());
        let satisfied = self.satisfied(subject);
        let mut remarks = Vec::new();
        if !satisfied {
            remarks.extend(nameless_reason(subject));
            remarks.extend(self.unreachable(subject));
        }
        let others = self.voters().into_iter().filter(|login| !counts(login));
        let uncounted: Vec<String> = others
            .filter_map(|login| self.word_reason(subject, login))
            .collect();
        remarks.extend(uncounted.iter().cloned());
        remarks.extend(self.although());
        if !satisfied {
            remarks.extend(self.ask.resolved.notes.iter().cloned());
        }
        Open {
            changes: open().map(|judged| judged.target.id.clone()).collect(),
            missing: fewest.map_or(0, |count| require - count),
            unreachable: !satisfied && self.unreachable(subject).is_some(),
            remarks,
            uncounted,
        }
    }

    /// Why the rule asks about changes that its `on` does not name.
    fn although(&self) -> impl Iterator<Item = String> {
        let targets = self.targets.iter().map(|judged| &judged.target);
        targets.filter_map(|target| {
            let why = target.although?;
            Some(format!("asks about {}, since {why}", target.label()))
        })
    }

    fn counted(&self) -> Vec<Counted> {
        let mut counted: Vec<Counted> = Vec::new();
        for login in self.voters() {
            for (target, word) in self.words_of(login) {
                let Standing::Counts { why, .. } = &word.standing else {
                    continue;
                };
                if !word.approved {
                    continue;
                }
                let id = target.id.clone();
                // Delegations may hold for some paths only, so that one person counts in two ways.
                match counted
                    .iter_mut()
                    .find(|known| known.login == *login && known.why == *why)
                {
                    Some(known) => known.changes.push(id),
                    None => counted.push(Counted {
                        login: login.clone(),
                        why: why.clone(),
                        changes: vec![id],
                    }),
                }
            }
        }
        counted
    }

    fn reasons(&self, subject: &Subject<'_>) -> Vec<String> {
        let mut reasons = Vec::new();
        let satisfied = self.satisfied(subject);
        if !satisfied {
            reasons.extend(self.missing());
            reasons.extend(nameless_reason(subject));
            reasons.extend(self.unreachable(subject));
        }
        for login in self.voters() {
            reasons.extend(self.word_reason(subject, login));
        }
        reasons.extend(self.although());
        if !satisfied {
            reasons.extend(self.ask.resolved.notes.iter().cloned());
        }
        reasons
    }

    /// What is still to be approved, and by whom.
    fn missing(&self) -> Option<String> {
        let require = self.ask.rule.require;
        let open: Vec<&JudgedTarget<'_>> = self
            .targets
            .iter()
            .filter(|judged| judged.count < require)
            .collect();
        let fewest = open.iter().map(|judged| judged.count).min()?;
        let labels: Vec<String> = open.iter().map(|judged| judged.target.label()).collect();
        Some(format!(
            "needs {} from {} for {}",
            match (require - fewest, fewest) {
                (1, 0) => "1 approval".to_owned(),
                (n, 0) => format!("{n} approvals"),
                (n, _) => format!("{n} more of {require} approvals"),
            },
            list(&self.ask.resolved.sources),
            some_of(&labels),
        ))
    }

    /// Said where the people named cannot be enough for this pull request.
    fn unreachable(&self, subject: &Subject<'_>) -> Option<String> {
        let mut people = BTreeSet::new();
        let mut nobodys: Vec<String> = Vec::new();
        for source in &self.ask.resolved.sources {
            match source {
                Source::User(login) => {
                    people.insert(login);
                }
                Source::Team(team) => nobodys.push(subject.facts.unusable_teams.get(team)?.clone()),
                Source::Permission(_) => return None,
            }
        }
        let stand_ins = subject
            .policy
            .delegates
            .iter()
            .any(|delegate| people.contains(&delegate.from));
        let out: Vec<String> = people
            .iter()
            .filter_map(|login| left_out(subject, login))
            .collect();
        let left = people.len() - out.len();
        if left >= self.ask.rule.require || stand_ins {
            return None;
        }
        let mut sentence = format!(
            "nobody can satisfy this here: it needs {}, and {left} of those it names can approve",
            self.ask.rule.require
        );
        for reason in nobodys.into_iter().chain(out) {
            sentence.push_str("; ");
            sentence.push_str(&reason);
        }
        Some(sentence)
    }

    fn word_reason(&self, subject: &Subject<'_>, login: &Login) -> Option<String> {
        let words: Vec<(&Target<'_>, &Word)> = self.words_of(login).collect();
        let open: Vec<String> = words
            .iter()
            .filter(|(_, word)| !word.approved)
            .map(|(target, _)| target.label())
            .collect();
        let given = words.iter().map(|(_, word)| word).filter(|word| word.approved);
        let mut why = None;
        for word in given {
            match &word.standing {
                Standing::Counts { why: because, .. } => why = Some(because),
                Standing::LeftOut(reason) | Standing::Outsider(reason) => {
                    return Some(format!("the approval of @{login} does not count: {reason}"));
                }
                Standing::Unknown(reason) => {
                    return Some(format!("the approval of @{login} does not count yet: {reason}"));
                }
            }
        }
        match why {
            Some(why) if open.is_empty() => Some(format!("@{login} approved ({why})")),
            Some(why) => Some(format!("@{login} approved ({why}), but not {}", some_of(&open))),
            None => {
                let counts =
                    |(_, word): &(&Target<'_>, &Word)| matches!(word.standing, Standing::Counts { .. });
                let earlier = words.iter().any(counts) && approved_what_is_gone(subject, login);
                earlier.then(|| {
                    format!(
                        "@{login} approved an earlier state, and {} came after",
                        some_of(&open)
                    )
                })
            }
        }
    }
}

/// Whether somebody approved a change that the pull request no longer makes.
fn approved_what_is_gone(subject: &Subject<'_>, login: &Login) -> bool {
    let given = approved(subject).remove(login).unwrap_or_default();
    let here = |digest: &Digest| {
        let mut changes = subject.specs.iter().flat_map(|spec| spec.changes);
        changes.any(|change| change.digest == *digest)
            || subject.power.iter().any(|edit| edit.digest == digest)
    };
    given.into_iter().any(|digest| !here(digest))
}

/// Why commits without an account keep everything open.
pub(super) fn nameless_reason(subject: &Subject<'_>) -> Option<String> {
    let commits = nameless(subject);
    let commits: Vec<String> = commits.into_iter().map(super::sources::quoted).collect();
    (!commits.is_empty()).then(|| {
        format!(
            "no account belongs to {}, so nobody can tell that the author is not among those who approve \
             (use an address that GitHub knows, or map it under `people` in the policy)",
            some_of(&commits)
        )
    })
}

/// Up to five of them.
pub(super) fn some_of(labels: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match labels.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
