//! What GitHub tells us: only the fields that we read, and none demanded that a real payload lacks.

use serde::Deserialize;

use crate::approvals::Permission;
use crate::ids::CommitSha;
use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::PullNumber;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::ids::TeamSlug;
use crate::ids::UserId;

/// An account that acts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its numeric id, which survives a renamed login.
    pub id: UserId,
    /// Its login.
    pub login: Login,
    /// `User`, `Bot`, `Organization` …
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl Account {
    /// Whether a program acts under it.
    pub fn is_bot(&self) -> bool {
        self.kind == "Bot" || self.login.as_str().ends_with("[bot]")
    }
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its numeric id.
    pub id: RepoId,
    /// `owner/name`.
    pub full_name: RepoName,
    /// Whether only some may read it.
    #[serde(default)]
    pub private: bool,
    /// Its default branch.
    #[serde(default)]
    pub default_branch: String,
}

/// One side of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// Its newest commit.
    pub sha: CommitSha,
    /// Its branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its repository; a deleted fork has none.
    #[serde(default)]
    pub repo: Option<Repository>,
}

/// A team as it is named inside an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TeamName {
    /// Its slug; a team that is gone has none.
    #[serde(default)]
    pub slug: String,
}

/// A pull request, as events and reads give it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: PullNumber,
    /// `open` or `closed`.
    pub state: String,
    /// Whether it was merged; told of one pull request, not in lists.
    #[serde(default)]
    pub merged: bool,
    /// The commit that its merge made on the base branch; of an open one, a test merge.
    #[serde(default)]
    pub merge_commit_sha: Option<CommitSha>,
    /// Whether it is not meant to be reviewed yet.
    #[serde(default)]
    pub draft: bool,
    /// Who opened it; an account that is gone is `null`.
    #[serde(default)]
    pub user: Option<Account>,
    /// What is to be merged.
    pub head: Side,
    /// Into what.
    pub base: Side,
    /// When it was opened, RFC 3339.
    #[serde(default)]
    pub created_at: String,
    /// When it last changed, RFC 3339.
    #[serde(default)]
    pub updated_at: String,
    /// Whom a review is asked of.
    #[serde(default)]
    pub requested_reviewers: Vec<Account>,
    /// Which teams a review is asked of.
    #[serde(default)]
    pub requested_teams: Vec<TeamName>,
    /// Whether maintainers may push to its branch.
    #[serde(default)]
    pub maintainer_can_modify: bool,
}

impl PullRequest {
    /// Whether it can still be merged.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// Where the App is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct InstallationRef {
    /// Its id.
    pub id: InstallationId,
}

/// What most payloads have in common. Everything may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Envelope {
    /// What happened.
    #[serde(default)]
    pub action: Option<String>,
    /// Whose delivery it is.
    #[serde(default)]
    pub installation: Option<InstallationRef>,
}

/// `pull_request`.
#[derive(Clone, Debug, Deserialize)]
pub struct PullRequestEvent {
    /// `opened`, `synchronize` …
    pub action: String,
    /// The pull request after it.
    pub pull_request: PullRequest,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// What an edit changed.
    #[serde(default)]
    pub changes: Option<EditedPull>,
}

/// What an edit of a pull request changed: fields that it did not touch are absent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedPull {
    /// The base branch.
    #[serde(default)]
    pub base: Option<serde::de::IgnoredAny>,
}

/// `issue_comment`.
#[derive(Clone, Debug, Deserialize)]
pub struct CommentEvent {
    /// `created`, `edited` or `deleted`.
    pub action: String,
    /// What was commented on.
    pub issue: Issue,
    /// The comment.
    pub comment: Comment,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// What an edit changed.
    #[serde(default)]
    pub changes: Option<EditedComment>,
}

/// What an edit of a comment changed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedComment {
    /// Its text.
    #[serde(default)]
    pub body: Option<EditedText>,
}

/// A text that was edited.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EditedText {
    /// What it was before.
    #[serde(default)]
    pub from: Option<String>,
}

/// An issue; a pull request where `pull_request` is there.
#[derive(Clone, Debug, Deserialize)]
pub struct Issue {
    /// Its number.
    pub number: PullNumber,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: String,
    /// There for a pull request.
    #[serde(default)]
    pub pull_request: Option<serde::de::IgnoredAny>,
}

/// A comment on a pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<Account>,
    /// What it says, as Markdown.
    #[serde(default)]
    pub body: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(default)]
    pub created_at: String,
}

/// `pull_request_review`.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewEvent {
    /// `submitted`, `edited` or `dismissed`.
    pub action: String,
    /// The review.
    pub review: Review,
    /// The pull request.
    pub pull_request: PullNumbered,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
}

/// Just a pull request's number: reviews carry shorter pull requests.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PullNumbered {
    /// Its number.
    pub number: PullNumber,
}

/// A review.
#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<Account>,
    /// `approved`, `changes_requested`, `commented`, `dismissed`; case differs between API and events.
    pub state: String,
    /// What it says.
    #[serde(default)]
    pub body: Option<String>,
    /// The commit it was made on.
    #[serde(default)]
    pub commit_id: Option<CommitSha>,
    /// When, RFC 3339.
    #[serde(default)]
    pub submitted_at: Option<String>,
}

/// `check_run`.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckRunEvent {
    /// `rerequested`, `requested_action` …
    pub action: String,
    /// The check run.
    pub check_run: CheckRunRef,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: Account,
    /// Which button was pressed.
    #[serde(default)]
    pub requested_action: Option<RequestedAction>,
}

/// A check run in an event.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckRunRef {
    /// Its id.
    pub id: u64,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The commit it is about.
    pub head_sha: CommitSha,
    /// Pull requests with that head; empty for forks.
    #[serde(default)]
    pub pull_requests: Vec<PullNumbered>,
    /// What we called it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub app: Option<AppRef>,
}

/// An App in an event.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct AppRef {
    /// Its id.
    #[serde(default)]
    pub id: Option<u64>,
}

/// A button of a check run.
#[derive(Clone, Debug, Deserialize)]
pub struct RequestedAction {
    /// What we called it.
    pub identifier: String,
}

/// `check_suite`.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckSuiteEvent {
    /// `rerequested` …
    pub action: String,
    /// The suite.
    pub check_suite: CheckSuiteRef,
    /// Where.
    pub repository: Repository,
}

/// A check suite in an event.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckSuiteRef {
    /// The commit it is about.
    pub head_sha: CommitSha,
    /// Pull requests with that head.
    #[serde(default)]
    pub pull_requests: Vec<PullNumbered>,
}

/// `merge_group`.
#[derive(Clone, Debug, Deserialize)]
pub struct MergeGroupEvent {
    /// `checks_requested` or `destroyed`.
    pub action: String,
    /// The group.
    pub merge_group: MergeGroup,
    /// Where.
    pub repository: Repository,
}

/// A merge queue's candidate.
#[derive(Clone, Debug, Deserialize)]
pub struct MergeGroup {
    /// Its commit.
    pub head_sha: CommitSha,
    /// Its full ref: `refs/heads/gh-readonly-queue/main/pr-7-…`.
    pub head_ref: String,
    /// What it would be merged onto.
    pub base_sha: CommitSha,
    /// Into which full ref.
    pub base_ref: String,
}

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
    /// What was pushed.
    #[serde(default)]
    pub commits: Vec<PushedCommit>,
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

/// What an event's name says it is, for those that concern us.
#[derive(Clone, Debug)]
pub enum Event {
    /// `pull_request`.
    PullRequest(Box<PullRequestEvent>),
    /// `issue_comment`.
    Comment(Box<CommentEvent>),
    /// `pull_request_review`.
    Review(Box<ReviewEvent>),
    /// `check_run`.
    CheckRun(Box<CheckRunEvent>),
    /// `check_suite`.
    CheckSuite(Box<CheckSuiteEvent>),
    /// `merge_group`.
    MergeGroup(Box<MergeGroupEvent>),
    /// `push`.
    Push(Box<PushEvent>),
    /// `installation`, `installation_repositories`.
    Installation(Box<InstallationEvent>),
    /// `team`, `membership`, `organization`.
    Team(Box<TeamEvent>),
    /// `member`, `repository`.
    Repository(Box<RepositoryEvent>),
    /// Anything else, `ping` too.
    Other,
}

impl Event {
    /// Reads the body of an event.
    ///
    /// # Errors
    ///
    /// Where the body is not what that event's body looks like.
    pub fn read(name: &str, body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match name {
            "pull_request" => Self::PullRequest(serde_json::from_slice(body)?),
            "issue_comment" => Self::Comment(serde_json::from_slice(body)?),
            "pull_request_review" => Self::Review(serde_json::from_slice(body)?),
            "check_run" => Self::CheckRun(serde_json::from_slice(body)?),
            "check_suite" => Self::CheckSuite(serde_json::from_slice(body)?),
            "merge_group" => Self::MergeGroup(serde_json::from_slice(body)?),
            "push" => Self::Push(serde_json::from_slice(body)?),
            "installation" | "installation_repositories" => Self::Installation(serde_json::from_slice(body)?),
            "team" | "membership" | "organization" => Self::Team(serde_json::from_slice(body)?),
            "member" | "repository" => Self::Repository(serde_json::from_slice(body)?),
            _ => Self::Other,
        })
    }
}
