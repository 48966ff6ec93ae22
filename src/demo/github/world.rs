//! What the stand-in knows: accounts, teams, repositories, pull requests, comments, check runs.
//! Plain data behind one lock; no HTTP and no JSON here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use crate::ids::Login;
use crate::ids::RepoName;

/// As at GitHub (<https://docs.github.com/en/rest/git/trees#get-a-tree>).
const TREE_LIMIT: usize = 100_000;
/// As at GitHub.
const TOKEN_LIFE: std::time::Duration = std::time::Duration::from_secs(3_600);

/// What kind of account a login stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A person.
    User,
    /// An organisation.
    Organization,
    /// An App's own account, `slug[bot]`.
    Bot,
}

/// A person, an organisation or a bot.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its numeric id; it survives a rename.
    pub id: u64,
    /// Its login.
    pub login: Login,
    /// What it is.
    pub kind: AccountKind,
    /// The e-mail addresses that tie commits to it; the first is used for its own commits.
    pub emails: Vec<String>,
    /// Members, for an organisation: login → whether it is an owner of the organisation.
    pub members: BTreeMap<Login, bool>,
}

/// A team inside an organisation.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its numeric id.
    pub id: u64,
    /// The organisation.
    pub org: Login,
    /// Its slug.
    pub slug: String,
    /// The slug of the team above it.
    pub parent: Option<String>,
    /// Direct members: login → whether it maintains the team.
    pub members: BTreeMap<Login, bool>,
}

/// A repository and everything that hangs on it.
#[derive(Clone, Debug)]
pub struct Repo {
    /// Its numeric id.
    pub id: u64,
    /// Its `owner/name`.
    pub name: RepoName,
    /// The bare Git repository on disk.
    pub dir: PathBuf,
    /// The default branch's name.
    pub default_branch: String,
    /// Whether reading it needs a token.
    pub private: bool,
    /// The repository that this one was forked from.
    pub parent: Option<RepoName>,
    /// Direct collaborators: login → `read`, `triage`, `write`, `maintain` or `admin`.
    pub collaborators: BTreeMap<Login, String>,
    /// Teams: slug → permission, in the same words.
    pub teams: BTreeMap<String, String>,
    /// Pull requests by number.
    pub pulls: BTreeMap<u64, Pull>,
    /// Issue comments by id.
    pub comments: BTreeMap<u64, Comment>,
    /// Check runs by id.
    pub checks: BTreeMap<u64, CheckRun>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something was last pushed.
    pub pushed_at: Timestamp,
    pub(super) next_number: u64,
}

/// The state of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullState {
    /// Open (perhaps a draft).
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged.
    Merged,
}

/// A pull request.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Its numeric id.
    pub id: u64,
    /// Its number inside the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its description.
    pub body: String,
    /// Who opened it.
    pub author: Login,
    /// The branch it wants to change.
    pub base_ref: String,
    /// The tip of that branch when the pull request was opened or last retargeted.
    pub base_sha: String,
    /// The repository that holds the head branch.
    pub head_repo: RepoName,
    /// The head branch.
    pub head_ref: String,
    /// The head commit.
    pub head_sha: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Whether it is a draft.
    pub draft: bool,
    /// The merge commit, once merged.
    pub merge_commit_sha: Option<String>,
    /// Who merged it.
    pub merged_by: Option<Login>,
    /// People asked for a review.
    pub requested_reviewers: BTreeSet<Login>,
    /// Teams asked for a review, by slug.
    pub requested_teams: BTreeSet<String>,
    /// Reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Label names.
    pub labels: BTreeSet<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
}

/// A review.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its numeric id.
    pub id: u64,
    /// Who reviewed.
    pub user: Login,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED` or `DISMISSED`.
    pub state: String,
    /// What they wrote.
    pub body: String,
    /// The head commit that they saw.
    pub commit_id: String,
    /// When.
    pub submitted_at: Timestamp,
}

/// A comment on a pull request's conversation.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its numeric id.
    pub id: u64,
    /// The pull request's number.
    pub number: u64,
    /// Who wrote it.
    pub user: Login,
    /// What it says now.
    pub body: String,
    /// What it said before each edit, oldest first.
    pub earlier: Vec<String>,
    /// Reactions, oldest first.
    pub reactions: Vec<Reaction>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

/// A reaction to a comment.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// Its numeric id.
    pub id: u64,
    /// Who reacted.
    pub user: Login,
    /// `+1`, `-1`, `laugh`, `confused`, `heart`, `hooray`, `rocket` or `eyes`.
    pub content: String,
    /// When.
    pub created_at: Timestamp,
}

/// A check run.
#[derive(Clone, Debug)]
pub struct CheckRun {
    /// Its numeric id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The commit it judges.
    pub head_sha: String,
    /// `queued`, `in_progress` or `completed`.
    pub status: String,
    /// The verdict, once completed.
    pub conclusion: Option<String>,
    /// Where people read more.
    pub details_url: Option<String>,
    /// The App's own mark.
    pub external_id: Option<String>,
    /// Title of the output.
    pub title: Option<String>,
    /// Summary of the output, Markdown.
    pub summary: Option<String>,
    /// Text of the output, Markdown.
    pub text: Option<String>,
    /// Annotations, in the order they came.
    pub annotations: Vec<Value>,
    /// Buttons: label, description and identifier.
    pub actions: Vec<Value>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How often it was written to after it was made.
    pub updates: u32,
}

/// The App that is registered here.
#[derive(Clone, Debug)]
pub struct App {
    /// Its numeric id.
    pub id: u64,
    /// Its slug; its bot is `slug[bot]`.
    pub slug: String,
    /// Where its events go; nothing is sent while there is none.
    pub webhook_url: Option<String>,
    /// The secret that signs them.
    pub webhook_secret: String,
    /// The hook's numeric id.
    pub hook_id: u64,
}

/// One installation of the App.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Its numeric id.
    pub id: u64,
    /// The account it is installed on.
    pub account: Login,
    /// The repositories it may see; all of the account's where empty.
    pub only: BTreeSet<RepoName>,
    /// When.
    pub created_at: Timestamp,
}

/// A token that was handed out.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) holder: Holder,
    pub(super) expires_at: Timestamp,
}

/// Whom a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Installation(u64),
    User(Login),
}

/// Everything there is.
#[derive(Debug)]
pub struct World {
    /// Accounts by login.
    pub accounts: BTreeMap<Login, Account>,
    /// Teams by organisation and slug.
    pub teams: BTreeMap<(Login, String), Team>,
    /// Repositories by `owner/name` in lower case.
    pub repos: BTreeMap<String, Repo>,
    /// The App.
    pub app: App,
    /// Installations by id.
    pub installations: BTreeMap<u64, Installation>,
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) host: String,
    pub(super) root: PathBuf,
    /// How many entries of a tree and of those below it are told at once.
    pub(super) tree_limit: usize,
    /// How long the tokens of installations live.
    pub(super) token_life: std::time::Duration,
    next_id: u64,
}

impl World {
    pub(super) fn new(host: String, root: PathBuf) -> Self {
        let app = App {
            id: 4_711,
            slug: "specwarden".to_owned(),
            webhook_url: None,
            webhook_secret: String::new(),
            hook_id: 5_011,
        };
        let mut world = Self {
            accounts: BTreeMap::new(),
            teams: BTreeMap::new(),
            repos: BTreeMap::new(),
            app,
            installations: BTreeMap::new(),
            tokens: BTreeMap::new(),
            host,
            root,
            tree_limit: TREE_LIMIT,
            token_life: TOKEN_LIFE,
            next_id: 1_000_000,
        };
        let bot = world.bot();
        world.add_account(&bot, AccountKind::Bot);
        world
    }

    /// The next numeric id; never given twice.
    pub(super) fn next_id(&mut self) -> u64 {
        self.next_id += 7;
        self.next_id
    }

    pub(super) fn add_account(&mut self, login: &Login, kind: AccountKind) {
        if self.accounts.contains_key(login) {
            return;
        }
        let id = self.next_id();
        let account = Account {
            id,
            login: login.clone(),
            kind,
            emails: vec![
                format!("{}@example.com", login.as_str().to_ascii_lowercase()),
                format!("{id}+{login}@users.noreply.example.com"),
            ],
            members: BTreeMap::new(),
        };
        self.accounts.insert(login.clone(), account);
    }

    /// The login that the App's own writes carry.
    pub fn bot(&self) -> Login {
        Login::new(format!("{}[bot]", self.app.slug))
    }

    /// A repository by name, without regard to case.
    pub fn repo(&self, name: &RepoName) -> Option<&Repo> {
        self.repos.get(&name.to_string().to_ascii_lowercase())
    }

    pub(super) fn repo_mut(&mut self, name: &RepoName) -> Option<&mut Repo> {
        self.repos.get_mut(&name.to_string().to_ascii_lowercase())
    }

    /// The installation that sees a repository.
    pub fn installation_for(&self, name: &RepoName) -> Option<&Installation> {
        self.installations.values().find(|installation| {
            installation.account == Login::new(&name.owner)
                && (installation.only.is_empty() || installation.only.contains(name))
        })
    }

    /// The installation on an account.
    pub fn installation_on(&self, account: &Login) -> Option<&Installation> {
        self.installations
            .values()
            .find(|installation| installation.account == *account)
    }

    /// Whether someone belongs to a team or to a team below it, and whether they maintain it.
    pub fn team_role(&self, org: &Login, slug: &str, login: &Login) -> Option<&'static str> {
        let team = self.teams.get(&(org.clone(), slug.to_owned()))?;
        if let Some(maintainer) = team.members.get(login) {
            return Some(if *maintainer { "maintainer" } else { "member" });
        }
        self.children(org, slug)
            .iter()
            .any(|child| self.team_role(org, child, login).is_some())
            .then_some("member")
    }

    /// Everybody in a team and in the teams below it.
    pub fn team_members(&self, org: &Login, slug: &str) -> BTreeSet<Login> {
        let mut all = BTreeSet::new();
        if let Some(team) = self.teams.get(&(org.clone(), slug.to_owned())) {
            all.extend(team.members.keys().cloned());
        }
        for child in self.children(org, slug) {
            all.extend(self.team_members(org, &child));
        }
        all
    }

    fn children(&self, org: &Login, slug: &str) -> Vec<String> {
        self.teams
            .values()
            .filter(|team| team.org == *org && team.parent.as_deref() == Some(slug))
            .map(|team| team.slug.clone())
            .collect()
    }

    /// What someone may do in a repository: `none`, `read`, `triage`, `write`, `maintain`, `admin`.
    pub fn permission(&self, repo: &Repo, login: &Login) -> &'static str {
        const ORDER: [&str; 6] = ["none", "read", "triage", "write", "maintain", "admin"];
        let rank = |word: &str| ORDER.iter().position(|known| *known == word).unwrap_or(0);
        let owner = Login::new(&repo.name.owner);
        let mut best = if repo.private { 0 } else { 1 };
        if owner == *login {
            best = 5;
        }
        if let Some(is_owner) = self.accounts.get(&owner).and_then(|org| org.members.get(login)) {
            best = best.max(if *is_owner { 5 } else { 1 });
        }
        if let Some(direct) = repo.collaborators.get(login) {
            best = best.max(rank(direct));
        }
        for (slug, word) in &repo.teams {
            if self.team_role(&owner, slug, login).is_some() {
                best = best.max(rank(word));
            }
        }
        ORDER[best]
    }

    /// The account that a commit's e-mail address belongs to.
    pub fn account_by_email(&self, email: &str) -> Option<&Account> {
        self.accounts.values().find(|account| {
            account
                .emails
                .iter()
                .any(|known| known.eq_ignore_ascii_case(email))
        })
    }

    /// Removes a member from a team.
    pub(super) fn team_mut(&mut self, org: &Login, slug: &str) -> Option<&mut Team> {
        self.teams.get_mut(&(org.clone(), slug.to_owned()))
    }
}

/// The time now, in whole seconds as GitHub tells it.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A time as GitHub writes it.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
