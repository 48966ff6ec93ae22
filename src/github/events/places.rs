//! Pushes, repositories, installations, and who is in which team.

use serde::Deserialize;

use super::Account;
use super::InstallationRef;
use super::Repository;
use super::TeamName;
use super::few::few;
use crate::approvals::Permission;
use crate::ids::Login;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::ids::TeamSlug;

/// `push`.
#[derive(Clone, Debug, Deserialize)]
pub struct PushEvent {
    /// The full ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The commit that it points at now.
    #[serde(default)]
    pub after: String,
    /// Where.
    pub repository: Repository,
    /// What was pushed; GitHub leaves some out where they are many.
    #[serde(default, deserialize_with = "few")]
    pub commits: Vec<PushedCommit>,
    /// The commit that it points at now; told of a new branch too.
    #[serde(default)]
    pub head_commit: Option<PushedCommit>,
    /// Who did it.
    #[serde(default)]
    pub sender: Option<Account>,
}

/// A commit in a push.
#[derive(Clone, Debug, Deserialize)]
pub struct PushedCommit {
    /// Who wrote it.
    #[serde(default)]
    pub author: Option<PushedPerson>,
    /// Who committed it.
    #[serde(default)]
    pub committer: Option<PushedPerson>,
}

/// A person as a commit states them, with the account that GitHub knows behind the address.
#[derive(Clone, Debug, Deserialize)]
pub struct PushedPerson {
    /// The e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// The account's login, where there is one.
    #[serde(default)]
    pub username: Option<String>,
}

/// Something that happened to a repository as a whole (`repository`, `member` …).
#[derive(Clone, Debug, Deserialize)]
pub struct RepositoryEvent {
    /// What.
    #[serde(default)]
    pub action: String,
    /// Where.
    pub repository: Repository,
}

/// `installation` and `installation_repositories`.
#[derive(Clone, Debug, Deserialize)]
pub struct InstallationEvent {
    /// `created`, `deleted`, `added`, `removed` …
    pub action: String,
    /// Where.
    pub installation: InstallationRef,
    /// The repositories of a new installation.
    #[serde(default)]
    pub repositories: Vec<RepositoryStub>,
    /// The repositories that joined.
    #[serde(default)]
    pub repositories_added: Vec<RepositoryStub>,
}

/// A repository, as installations list it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RepositoryStub {
    /// Its numeric id.
    pub id: RepoId,
    /// `owner/name`.
    pub full_name: RepoName,
}

/// `team`, `membership`: a team changed, or who is in it.
#[derive(Clone, Debug, Deserialize)]
pub struct TeamEvent {
    /// What happened.
    #[serde(default)]
    pub action: String,
    /// The team.
    #[serde(default)]
    pub team: Option<TeamName>,
    /// Whose team.
    #[serde(default)]
    pub organization: Option<OrganizationRef>,
}

impl TeamEvent {
    /// The team as `org/slug`.
    pub fn team(&self) -> Option<TeamSlug> {
        let org = self.organization.as_ref()?.login.as_str();
        format!("{org}/{}", self.team.as_ref()?.slug).parse().ok()
    }
}

/// An organisation in an event.
#[derive(Clone, Debug, Deserialize)]
pub struct OrganizationRef {
    /// Its login.
    pub login: Login,
}

/// GitHub's word for a permission, from `role_name` or the older `permission`.
pub fn permission_named(name: &str) -> Option<Permission> {
    Some(match name {
        "admin" => Permission::Admin,
        "maintain" => Permission::Maintain,
        "write" | "push" => Permission::Write,
        "triage" => Permission::Triage,
        "read" | "pull" => Permission::Read,
        "none" => Permission::None,
        _ => return None,
    })
}
