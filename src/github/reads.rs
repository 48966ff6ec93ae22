//! What we ask GitHub.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Account;
use super::GitHubError;
use super::Installation;
use super::events::PullRequest;
use super::events::permission_named;
use super::exchange::Call;
use super::exchange::segment;
use crate::approvals::Permission;
use crate::ids::CommitSha;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoName;
use crate::ids::TeamSlug;

/// A team as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamState {
    /// It has this many members.
    Members(u64),
    /// There is none of that name, or we may not see it.
    Unknown,
}

/// What GitHub says of a person and a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamAnswer {
    /// An active member.
    Member,
    /// Not a member, or invited and not there yet, or no such team.
    NotMember,
}

/// Who is in a team, as one call tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamList {
    /// The active members, those of child teams among them; at most [`TeamList::MOST`].
    pub members: BTreeSet<Login>,
    /// Whether that is all of them.
    pub whole: bool,
}

impl TeamList {
    /// How many members one call tells.
    pub const MOST: u64 = PER_PAGE as u64;
}

/// A commit of a pull request, as far as who made it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPeople {
    /// The commit.
    pub sha: CommitSha,
    /// The author's account, where the e-mail address is a known one's.
    pub author: Option<Account>,
    /// The committer's account, likewise; `web-flow` where it was made on the web.
    pub committer: Option<Account>,
}

/// A comment as a list gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundComment {
    /// Its id.
    pub id: u64,
    /// What it says.
    pub body: String,
}

/// The path of a repository in the API.
pub(super) fn repo_path(repo: &RepoName) -> String {
    format!("/repos/{}/{}", segment(&repo.owner), segment(&repo.name))
}

const PER_PAGE: usize = 100;
const MOST_PAGES: usize = 30;

impl Installation {
    /// A pull request as it is now.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn pull(&self, repo: &RepoName, number: PullNumber) -> Result<PullRequest, GitHubError> {
        let path = format!("{}/pulls/{number}", repo_path(repo));
        self.call(&Call::get("GET /repos/{}/pulls/{}", path))
            .await?
            .json()
    }

    /// All open pull requests of a repository.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn open_pulls(&self, repo: &RepoName) -> Result<Vec<PullRequest>, GitHubError> {
        let path = format!("{}/pulls?state=open", repo_path(repo));
        self.pages("GET /repos/{}/pulls", &path).await
    }

    /// Who made the commits of a pull request (GitHub lists the first 250).
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn commit_people(
        &self,
        repo: &RepoName,
        number: PullNumber,
    ) -> Result<Vec<CommitPeople>, GitHubError> {
        #[derive(Deserialize)]
        struct Listed {
            sha: CommitSha,
            author: Option<Person>,
            committer: Option<Person>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Person {
            Known(Account),
            // An account that is gone comes as `{}`.
            Gone(serde::de::IgnoredAny),
        }
        let known = |person: Option<Person>| match person? {
            Person::Known(account) => Some(account),
            Person::Gone(_) => None,
        };
        let path = format!("{}/pulls/{number}/commits", repo_path(repo));
        let listed: Vec<Listed> = self.pages("GET /repos/{}/pulls/{}/commits", &path).await?;
        Ok(listed
            .into_iter()
            .map(|commit| CommitPeople {
                sha: commit.sha,
                author: known(commit.author),
                committer: known(commit.committer),
            })
            .collect())
    }

    /// Whether a person is in a team.
    ///
    /// # Errors
    ///
    /// As any call; a 404 is an answer here.
    pub async fn team_member(&self, team: &TeamSlug, login: &Login) -> Result<TeamAnswer, GitHubError> {
        #[derive(Deserialize)]
        struct Membership {
            state: String,
        }
        let path = format!(
            "/orgs/{}/teams/{}/memberships/{}",
            segment(&team.org),
            segment(&team.slug),
            segment(login.as_str())
        );
        match self
            .call(&Call::get("GET /orgs/{}/teams/{}/memberships/{}", path))
            .await
        {
            Ok(answer) if answer.json::<Membership>()?.state == "active" => Ok(TeamAnswer::Member),
            Ok(_) | Err(GitHubError::NotFound { .. }) => Ok(TeamAnswer::NotMember),
            Err(error) => Err(error),
        }
    }

    /// Who is in a team
    /// (<https://docs.github.com/en/rest/teams/members#list-team-members>).
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::NotFound`] where there is no such team, or not for us to see.
    pub async fn team_list(&self, team: &TeamSlug) -> Result<TeamList, GitHubError> {
        let path = format!(
            "/orgs/{}/teams/{}/members?per_page={PER_PAGE}",
            segment(&team.org),
            segment(&team.slug)
        );
        let members: Vec<Account> = self
            .call(&Call::get("GET /orgs/{}/teams/{}/members", path))
            .await?
            .json()?;
        Ok(TeamList {
            whole: members.len() < PER_PAGE,
            members: members.into_iter().map(|account| account.login).collect(),
        })
    }

    /// Whether there is such a team, and how many are in it.
    ///
    /// # Errors
    ///
    /// As any call; a 404 is an answer here.
    pub async fn team(&self, team: &TeamSlug) -> Result<TeamState, GitHubError> {
        #[derive(Deserialize)]
        struct Team {
            #[serde(default)]
            members_count: Option<u64>,
        }
        let path = format!("/orgs/{}/teams/{}", segment(&team.org), segment(&team.slug));
        match self.call(&Call::get("GET /orgs/{}/teams/{}", path)).await {
            // A server that tells no count tells at least that the team is there.
            Ok(answer) => Ok(TeamState::Members(
                answer.json::<Team>()?.members_count.unwrap_or(1),
            )),
            Err(GitHubError::NotFound { .. }) => Ok(TeamState::Unknown),
            Err(error) => Err(error),
        }
    }

    /// What a person may do in a repository.
    ///
    /// # Errors
    ///
    /// As any call; a 404 is an answer here.
    pub async fn permission(&self, repo: &RepoName, login: &Login) -> Result<Permission, GitHubError> {
        #[derive(Deserialize)]
        struct Held {
            #[serde(default)]
            permission: String,
            #[serde(default)]
            role_name: String,
        }
        let path = format!(
            "{}/collaborators/{}/permission",
            repo_path(repo),
            segment(login.as_str())
        );
        match self
            .call(&Call::get("GET /repos/{}/collaborators/{}/permission", path))
            .await
        {
            Ok(answer) => {
                let held: Held = answer.json()?;
                // A custom role has a name of its own; `permission` then tells the base it extends.
                Ok(permission_named(&held.role_name)
                    .or_else(|| permission_named(&held.permission))
                    .unwrap_or(Permission::None))
            }
            Err(GitHubError::NotFound { .. }) => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a file on a repository's default branch, or `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// As any call; a 404 is an answer here.
    pub async fn file(&self, repo: &RepoName, path: &str) -> Result<Option<Vec<u8>>, GitHubError> {
        let path: Vec<String> = path.split('/').map(segment).collect();
        let mut call = Call::get(
            "GET /repos/{}/contents/{}",
            format!("{}/contents/{}", repo_path(repo), path.join("/")),
        );
        call.accept = Some("application/vnd.github.raw+json");
        match self.call(&call).await {
            Ok(answer) => Ok(Some(answer.body.to_vec())),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The newest comment on a pull request that holds `marker` and that this App's bot or another
    /// bot wrote; people quoting the marker are passed over.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn find_comment(
        &self,
        repo: &RepoName,
        number: PullNumber,
        marker: &str,
    ) -> Result<Option<FoundComment>, GitHubError> {
        #[derive(Deserialize)]
        struct Listed {
            id: u64,
            #[serde(default)]
            body: Option<String>,
            #[serde(default)]
            user: Option<super::Account>,
        }
        let path = format!("{}/issues/{number}/comments", repo_path(repo));
        let listed: Vec<Listed> = self.pages("GET /repos/{}/issues/{}/comments", &path).await?;
        Ok(listed
            .into_iter()
            .filter(|comment| comment.user.as_ref().is_none_or(super::Account::is_bot))
            .filter_map(|comment| {
                let body = comment.body?;
                body.contains(marker)
                    .then_some(FoundComment { id: comment.id, body })
            })
            .next())
    }

    /// The newest of our check runs of that name on a commit that we called `external_id`: another
    /// pull request may have the same head, and a check run of its own.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn find_check_run(
        &self,
        repo: &RepoName,
        head: &CommitSha,
        name: &str,
        external_id: &str,
    ) -> Result<Option<u64>, GitHubError> {
        #[derive(Deserialize)]
        struct List {
            check_runs: Vec<Listed>,
        }
        #[derive(Deserialize)]
        struct Listed {
            id: u64,
            #[serde(default)]
            app: Option<super::AppRef>,
            #[serde(default)]
            external_id: Option<String>,
        }
        let app_id = self.app_id();
        let path = format!(
            "{}/commits/{head}/check-runs?check_name={}&per_page=100",
            repo_path(repo),
            segment(name)
        );
        let list: List = self
            .call(&Call::get("GET /repos/{}/commits/{}/check-runs", path))
            .await?
            .json()?;
        Ok(list
            .check_runs
            .into_iter()
            .filter(|run| run.app.and_then(|app| app.id).is_none_or(|id| id == app_id))
            .filter(|run| run.external_id.as_deref() == Some(external_id))
            .map(|run| run.id)
            .max())
    }

    /// The tree of a commit.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn commit_tree(&self, repo: &RepoName, commit: &CommitSha) -> Result<String, GitHubError> {
        #[derive(Deserialize)]
        struct Commit {
            tree: Tree,
        }
        #[derive(Deserialize)]
        struct Tree {
            sha: String,
        }
        let path = format!("{}/git/commits/{commit}", repo_path(repo));
        let commit: Commit = self
            .call(&Call::get("GET /repos/{}/git/commits/{}", path))
            .await?
            .json()?;
        Ok(commit.tree.sha)
    }

    async fn pages<T: serde::de::DeserializeOwned>(
        &self,
        route: &'static str,
        path: &str,
    ) -> Result<Vec<T>, GitHubError> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let path = match page {
                1 => format!("{path}{joint}per_page={PER_PAGE}"),
                _ => format!("{path}{joint}per_page={PER_PAGE}&page={page}"),
            };
            let some: Vec<T> = self.call(&Call::get(route, path)).await?.json()?;
            let last = some.len() < PER_PAGE;
            all.extend(some);
            if last {
                break;
            }
        }
        Ok(all)
    }
}
