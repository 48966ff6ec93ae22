//! What GitHub says about people, remembered for a while and asked again where it matters.

mod gathered;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use super::intake::people_note;
use super::worker::Failure;
use crate::approvals::Membership;
use crate::approvals::NeededFacts;
use crate::approvals::Permission;
use crate::github::GitHubError;
use crate::github::Installation;
use crate::github::TeamAnswer;
use crate::github::TeamList;
use crate::github::TeamState;
use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::RepoName;
use crate::ids::TeamSlug;
use crate::store::Store;
use crate::store::StoreError;

pub(super) use gathered::Gathered;

/// An answer about a person is remembered for so long.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// That a team is there and has members is no ground to turn anything green.
const TEAMS_KEPT: Duration = Duration::from_secs(60 * 60);

/// Whether a remembered answer will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It will.
    Remembered,
    /// It will not: a decision would turn green.
    Fresh,
}

/// How people are asked about in one look.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) calls: &'a Installation,
    pub(super) repo: &'a RepoName,
    pub(super) freshness: Freshness,
    /// Whether a team is there at all is asked as long as fewer calls than this were made.
    pub(super) team_looks: usize,
    /// Those who wait to hear whether their word counts: they may have joined a minute ago.
    pub(super) speakers: &'a [Login],
    since: Since,
}

impl Asking<'_> {
    fn freshness_for(&self, login: &Login) -> Freshness {
        match self.speakers.contains(login) {
            true => Freshness::Fresh,
            false => self.freshness,
        }
    }

    fn member(&self, team: &TeamSlug, login: &Login) -> (Since, TeamSlug, String) {
        (self.since, team.clone(), login.as_str().to_ascii_lowercase())
    }

    fn team(&self, team: &TeamSlug) -> (Since, TeamSlug) {
        (self.since, team.clone())
    }
}

/// Remembered answers about people and teams.
pub(super) struct People {
    members: moka::future::Cache<(Since, TeamSlug, String), (Membership, Instant)>,
    permissions: moka::future::Cache<(Since, RepoName, String), (Permission, Instant)>,
    teams: moka::future::Cache<(Since, TeamSlug), TeamState>,
    heard: Mutex<HashMap<InstallationId, Heard>>,
}

/// An installation, and how often what was remembered of its people has been forgotten: an answer
/// that was on its way meanwhile is not taken for a newer one.
type Since = (InstallationId, u64);

/// What was heard of an installation's people.
#[derive(Debug, Default)]
struct Heard {
    /// The newest change.
    news: String,
    forgotten: u64,
}

impl People {
    pub(super) fn new() -> Self {
        fn cache<K, V>(kept: Duration) -> moka::future::Cache<K, V>
        where
            K: std::hash::Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            moka::future::Cache::builder()
                .max_capacity(50_000)
                .time_to_live(kept)
                .build()
        }
        Self {
            members: cache(KEPT),
            permissions: cache(KEPT),
            teams: cache(TEAMS_KEPT),
            heard: Mutex::default(),
        }
    }

    /// Forgets all about an installation's people if somebody joined or left something since the last
    /// call, whichever process was told of it; and says whether.
    pub(super) async fn hear(
        &self,
        store: &dyn Store,
        installation: InstallationId,
    ) -> Result<bool, StoreError> {
        let Some(news) = store.note(&people_note(installation)).await? else {
            return Ok(false);
        };
        let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = all.entry(installation).or_default();
        let stale = heard.news != news;
        if stale {
            heard.news = news;
            heard.forgotten += 1;
        }
        Ok(stale)
    }

    /// Forgets all about an installation's people.
    pub(super) fn forget(&self, installation: InstallationId) {
        let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(installation).or_default().forgotten += 1;
    }

    /// A way to ask that takes what is remembered.
    pub(super) fn asking<'a>(&self, calls: &'a Installation, repo: &'a RepoName) -> Asking<'a> {
        let all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = all.get(&calls.id()).map_or(0, |heard| heard.forgotten);
        Asking {
            calls,
            repo,
            freshness: Freshness::Remembered,
            team_looks: 0,
            speakers: &[],
            since: (calls.id(), forgotten),
        }
    }

    /// A way to ask for which nothing that is remembered will do.
    pub(super) fn asking_afresh<'a>(&self, calls: &'a Installation, repo: &'a RepoName) -> Asking<'a> {
        Asking {
            freshness: Freshness::Fresh,
            ..self.asking(calls, repo)
        }
    }

    /// Answers what is needed and not known yet. `Ok(false)` where nothing was missing.
    pub(super) async fn gather(
        &self,
        asking: &Asking<'_>,
        needed: &NeededFacts,
        known: &mut Gathered,
    ) -> Result<bool, Failure> {
        let mut asked = false;
        let mut by_team: BTreeMap<&TeamSlug, Vec<&Login>> = BTreeMap::new();
        for (team, login) in &needed.memberships {
            by_team.entry(team).or_default().push(login);
        }
        for (team, logins) in by_team {
            asked |= self.members_of(asking, team, &logins, known).await?;
        }
        for login in &needed.permissions {
            if !known.asked_permissions.insert(login.clone()) {
                continue;
            }
            asked = true;
            let answer = self.permission(asking, login, known).await?;
            known.facts.permissions.insert(login.clone(), answer);
        }
        Ok(asked)
    }

    /// Answers who of these is in a team, as far as that is not known yet; `Ok(false)` where it is.
    async fn members_of(
        &self,
        asking: &Asking<'_>,
        team: &TeamSlug,
        logins: &[&Login],
        known: &mut Gathered,
    ) -> Result<bool, Failure> {
        let mut missing = Vec::new();
        let mut news = false;
        for login in logins {
            let key = (team.clone(), (*login).clone());
            if !known.asked_members.insert(key.clone()) {
                continue;
            }
            news = true;
            let remembered = match asking.freshness_for(login) {
                Freshness::Remembered => self.members.get(&asking.member(team, login)).await,
                Freshness::Fresh => None,
            };
            match remembered {
                Some((answer, at)) => {
                    metrics::counter!("specwarden_people_cache_hits_total").increment(1);
                    known.remembered_members.insert(key.clone(), at);
                    known.facts.memberships.insert(key, answer);
                }
                None => missing.push(*login),
            }
        }
        // One call for all of them, those who are remembered too: they may have to be asked about next.
        if !missing.is_empty() && logins.len() > 1 {
            missing = self.listed(asking, team, logins, missing, known).await?;
        }
        for login in missing {
            let answer = self.membership(asking, team, login, known).await?;
            self.keep(asking, team, login, &answer).await;
            known
                .facts
                .memberships
                .insert((team.clone(), login.clone()), answer);
        }
        Ok(news)
    }

    async fn keep(&self, asking: &Asking<'_>, team: &TeamSlug, login: &Login, answer: &Membership) {
        // What could not be found out is asked again the next time.
        if !matches!(answer, Membership::Unknown(_)) {
            let key = asking.member(team, login);
            self.members.insert(key, (answer.clone(), Instant::now())).await;
        }
    }

    /// Looks the people up in the team's list, and returns those of `missing` about whom it says
    /// nothing: it is told by the hundred.
    async fn listed<'l>(
        &self,
        asking: &Asking<'_>,
        team: &TeamSlug,
        logins: &[&'l Login],
        missing: Vec<&'l Login>,
        known: &mut Gathered,
    ) -> Result<Vec<&'l Login>, Failure> {
        if let Some(TeamState::Members(many)) = self.teams.get(&asking.team(team)).await
            && many > TeamList::MOST
        {
            return Ok(missing);
        }
        let list = match asking.calls.team_list(team).await {
            Ok(list) => list,
            Err(error) if error.is_passing() => return Err(error.into()),
            // Asked one by one, there is a reason to tell for each.
            Err(_) => return Ok(missing),
        };
        let told = |login: &Login| match (list.members.contains(login), list.whole) {
            (true, _) => Some(Membership::Member),
            (false, true) => Some(Membership::Outsider),
            (false, false) => None,
        };
        for login in logins {
            let Some(answer) = told(login) else { continue };
            self.keep(asking, team, login, &answer).await;
            let key = (team.clone(), (*login).clone());
            known.remembered_members.remove(&key);
            known.facts.memberships.insert(key, answer);
        }
        Ok(missing
            .into_iter()
            .filter(|login| told(login).is_none())
            .collect())
    }

    async fn membership(
        &self,
        asking: &Asking<'_>,
        team: &TeamSlug,
        login: &Login,
        known: &mut Gathered,
    ) -> Result<Membership, Failure> {
        match asking.calls.team_member(team, login).await {
            Ok(TeamAnswer::Member) => Ok(Membership::Member),
            // GitHub answers alike for "not in it" and "no such team, or not for you to see". Their word
            // does not count either way, so that which it is can wait.
            Ok(TeamAnswer::NotMember) if !self.may_look_at(asking, team) => {
                known.not_looked_at.insert(team.clone());
                Ok(Membership::Outsider)
            }
            Ok(TeamAnswer::NotMember) => match self.team(asking, team).await? {
                Ok(TeamState::Members(_)) => Ok(Membership::Outsider),
                Ok(TeamState::Unknown) => {
                    let why = format!("the team @{team} does not exist, or specwarden may not see it");
                    known.facts.unusable_teams.insert(team.clone(), why.clone());
                    Ok(Membership::Unknown(why))
                }
                Err(why) => Ok(Membership::Unknown(why)),
            },
            Err(error) => Ok(Membership::Unknown(in_words(error)?)),
        }
    }

    /// Whether it is known of a team that it is there, or a call may be spent on it.
    fn may_look_at(&self, asking: &Asking<'_>, team: &TeamSlug) -> bool {
        asking.calls.made() < asking.team_looks || self.teams.contains_key(&asking.team(team))
    }

    async fn team(&self, asking: &Asking<'_>, team: &TeamSlug) -> Result<Result<TeamState, String>, Failure> {
        let key = asking.team(team);
        if let Some(state) = self.teams.get(&key).await {
            return Ok(Ok(state));
        }
        match asking.calls.team(team).await {
            Ok(state) => {
                if state != TeamState::Unknown {
                    self.teams.insert(key, state).await;
                }
                Ok(Ok(state))
            }
            Err(error) => Ok(Err(in_words(error)?)),
        }
    }

    /// Says of each team whether it can be asked at all. Nothing turns green without it, so that it can
    /// wait.
    pub(super) async fn look_at_teams(
        &self,
        asking: &Asking<'_>,
        teams: &BTreeSet<TeamSlug>,
        known: &mut Gathered,
    ) -> Result<bool, Failure> {
        let before = known.facts.unusable_teams.len();
        for team in teams {
            if !self.may_look_at(asking, team) {
                known.not_looked_at.insert(team.clone());
                continue;
            }
            known.not_looked_at.remove(team);
            match self.team(asking, team).await? {
                Ok(TeamState::Members(0)) => {
                    let why = format!("the team @{team} is empty");
                    known.facts.unusable_teams.insert(team.clone(), why);
                }
                Ok(TeamState::Unknown) => {
                    let why = format!("the team @{team} does not exist, or specwarden may not see it");
                    known.facts.unusable_teams.insert(team.clone(), why);
                }
                Ok(TeamState::Members(_)) | Err(_) => {}
            }
        }
        Ok(known.facts.unusable_teams.len() > before)
    }

    /// What a person may do in the repository, or why that is not known.
    pub(super) async fn permission(
        &self,
        asking: &Asking<'_>,
        login: &Login,
        known: &mut Gathered,
    ) -> Result<Result<Permission, String>, Failure> {
        let (calls, repo) = (asking.calls, asking.repo);
        let key = (asking.since, repo.clone(), login.as_str().to_ascii_lowercase());
        if asking.freshness_for(login) == Freshness::Remembered
            && let Some((answer, at)) = self.permissions.get(&key).await
        {
            known.remembered_permissions.insert(login.clone(), at);
            metrics::counter!("specwarden_people_cache_hits_total").increment(1);
            return Ok(Ok(answer));
        }
        match calls.permission(repo, login).await {
            Ok(permission) => {
                self.permissions.insert(key, (permission, Instant::now())).await;
                Ok(Ok(permission))
            }
            Err(error) => Ok(Err(in_words(error)?)),
        }
    }
}

/// A lasting refusal is a fact for people to read; a passing one has the whole look tried again.
fn in_words(error: GitHubError) -> Result<String, Failure> {
    if error.is_passing() {
        Err(error.into())
    } else {
        Ok(error.to_string())
    }
}
