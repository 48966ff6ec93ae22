//! What GitHub says about people, remembered for a while and asked again where it matters.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use super::intake::people_note;
use super::worker::Failure;
use crate::approvals::Facts;
use crate::approvals::Membership;
use crate::approvals::NeededFacts;
use crate::approvals::Permission;
use crate::github::GitHubError;
use crate::github::Installation;
use crate::github::TeamAnswer;
use crate::github::TeamState;
use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::RepoName;
use crate::ids::TeamSlug;
use crate::store::Store;
use crate::store::StoreError;

const KEPT: Duration = Duration::from_secs(15 * 60);

/// Whether a remembered answer will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It will.
    Remembered,
    /// It will not: a decision would turn green.
    Fresh,
}

/// Remembered answers about people and teams.
pub(super) struct People {
    members: moka::future::Cache<(InstallationId, TeamSlug, String), Membership>,
    permissions: moka::future::Cache<(InstallationId, RepoName, String), Permission>,
    teams: moka::future::Cache<(InstallationId, TeamSlug), TeamState>,
    /// The newest change of people that was heard of, per installation.
    heard: Mutex<HashMap<InstallationId, String>>,
}

/// Facts, and which of them were remembered ones.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) facts: Facts,
    asked_members: BTreeSet<(TeamSlug, Login)>,
    asked_permissions: BTreeSet<Login>,
    /// Those of them that were answered from memory.
    remembered_members: BTreeSet<(TeamSlug, Login)>,
    remembered_permissions: BTreeSet<Login>,
}

impl Gathered {
    /// Drops the remembered answers about everybody but `except`, so that they are asked for. Returns
    /// whether there were any.
    pub(super) fn doubt(&mut self, except: &BTreeSet<Login>) -> bool {
        let (members, permissions): (Vec<_>, Vec<_>) = (
            (self.remembered_members.iter())
                .filter(|(_, login)| !except.contains(login))
                .cloned()
                .collect(),
            (self.remembered_permissions.iter())
                .filter(|login| !except.contains(login))
                .cloned()
                .collect(),
        );
        for key in &members {
            self.remembered_members.remove(key);
            self.asked_members.remove(key);
            self.facts.memberships.remove(key);
        }
        for login in &permissions {
            self.remembered_permissions.remove(login);
            self.asked_permissions.remove(login);
            self.facts.permissions.remove(login);
        }
        !members.is_empty() || !permissions.is_empty()
    }
}

impl People {
    pub(super) fn new() -> Self {
        fn cache<K, V>() -> moka::future::Cache<K, V>
        where
            K: std::hash::Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            moka::future::Cache::builder()
                .max_capacity(50_000)
                .time_to_live(KEPT)
                .build()
        }
        Self {
            members: cache(),
            permissions: cache(),
            teams: cache(),
            heard: Mutex::default(),
        }
    }

    /// Forgets everything if somebody joined or left something since the last call, whichever process
    /// was told of it; and says whether.
    pub(super) async fn hear(
        &self,
        store: &dyn Store,
        installation: InstallationId,
    ) -> Result<bool, StoreError> {
        let Some(news) = store.note(&people_note(installation)).await? else {
            return Ok(false);
        };
        let stale = {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.insert(installation, news.clone()) != Some(news)
        };
        if stale {
            self.forget();
        }
        Ok(stale)
    }

    /// Forgets everything.
    pub(super) fn forget(&self) {
        self.members.invalidate_all();
        self.permissions.invalidate_all();
        self.teams.invalidate_all();
    }

    /// Answers what is needed and not known yet. `Ok(false)` where nothing was missing.
    pub(super) async fn gather(
        &self,
        calls: &Installation,
        repo: &RepoName,
        needed: &NeededFacts,
        freshness: Freshness,
        known: &mut Gathered,
    ) -> Result<bool, Failure> {
        let mut asked = false;
        for (team, login) in &needed.memberships {
            if !known.asked_members.insert((team.clone(), login.clone())) {
                continue;
            }
            asked = true;
            let answer = self.membership(calls, team, login, freshness, known).await?;
            known
                .facts
                .memberships
                .insert((team.clone(), login.clone()), answer);
        }
        for login in &needed.permissions {
            if !known.asked_permissions.insert(login.clone()) {
                continue;
            }
            asked = true;
            let answer = self.permission(calls, repo, login, freshness, known).await?;
            known.facts.permissions.insert(login.clone(), answer);
        }
        Ok(asked)
    }

    async fn membership(
        &self,
        calls: &Installation,
        team: &TeamSlug,
        login: &Login,
        freshness: Freshness,
        known: &mut Gathered,
    ) -> Result<Membership, Failure> {
        let key = (calls.id(), team.clone(), login.as_str().to_ascii_lowercase());
        if freshness == Freshness::Remembered
            && let Some(answer) = self.members.get(&key).await
        {
            known.remembered_members.insert((team.clone(), login.clone()));
            metrics::counter!("specwarden_people_cache_hits_total").increment(1);
            return Ok(answer);
        }
        let answer = match calls.team_member(team, login).await {
            Ok(TeamAnswer::Member) => Membership::Member,
            // GitHub answers alike for "not in it" and "no such team, or not for you to see".
            Ok(TeamAnswer::NotMember) => match self.team(calls, team).await? {
                Ok(TeamState::Members(_)) => Membership::Outsider,
                Ok(TeamState::Unknown) => {
                    let why = format!("the team @{team} does not exist, or specwarden may not see it");
                    known.facts.unusable_teams.insert(team.clone(), why.clone());
                    Membership::Unknown(why)
                }
                Err(why) => Membership::Unknown(why),
            },
            Err(error) => Membership::Unknown(in_words(error)?),
        };
        // What could not be found out is asked again the next time.
        if !matches!(answer, Membership::Unknown(_)) {
            self.members.insert(key, answer.clone()).await;
        }
        Ok(answer)
    }

    async fn team(
        &self,
        calls: &Installation,
        team: &TeamSlug,
    ) -> Result<Result<TeamState, String>, Failure> {
        let key = (calls.id(), team.clone());
        if let Some(state) = self.teams.get(&key).await {
            return Ok(Ok(state));
        }
        match calls.team(team).await {
            Ok(state) => {
                if state != TeamState::Unknown {
                    self.teams.insert(key, state).await;
                }
                Ok(Ok(state))
            }
            Err(error) => Ok(Err(in_words(error)?)),
        }
    }

    /// Says of each team whether it can be asked at all.
    pub(super) async fn look_at_teams(
        &self,
        calls: &Installation,
        teams: &BTreeSet<TeamSlug>,
        known: &mut Gathered,
    ) -> Result<bool, Failure> {
        let before = known.facts.unusable_teams.len();
        for team in teams {
            match self.team(calls, team).await? {
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
        calls: &Installation,
        repo: &RepoName,
        login: &Login,
        freshness: Freshness,
        known: &mut Gathered,
    ) -> Result<Result<Permission, String>, Failure> {
        let key = (calls.id(), repo.clone(), login.as_str().to_ascii_lowercase());
        if freshness == Freshness::Remembered
            && let Some(answer) = self.permissions.get(&key).await
        {
            known.remembered_permissions.insert(login.clone());
            metrics::counter!("specwarden_people_cache_hits_total").increment(1);
            return Ok(Ok(answer));
        }
        match calls.permission(repo, login).await {
            Ok(permission) => {
                self.permissions.insert(key, permission).await;
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
