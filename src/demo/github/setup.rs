//! Furnishing the world before the story begins: accounts, teams, repositories, the App.
//! Nothing here sends an event, except the installation of the App.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use anyhow::Context;
use jiff::Timestamp;

use crate::ids::Login;
use crate::ids::RepoName;

use super::GitHub;
use super::bare;
use super::events;
use super::world::AccountKind;
use super::world::Holder;
use super::world::Installation;
use super::world::Repo;
use super::world::Team;
use super::world::Token;
use super::world::now;

/// Who may read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Only its collaborators, and installations that see it.
    Private,
}

impl GitHub {
    /// Adds a person.
    pub fn add_user(&self, login: &str) {
        self.world().add_account(&Login::new(login), AccountKind::User);
    }

    /// Adds a bot, `slug[bot]`, that belongs to some other App.
    pub fn add_bot(&self, slug: &str) {
        self.world()
            .add_account(&Login::new(format!("{slug}[bot]")), AccountKind::Bot);
    }

    /// Ties one more e-mail address to a person.
    pub fn add_email(&self, login: &str, email: &str) {
        if let Some(account) = self.world().accounts.get_mut(&Login::new(login)) {
            account.emails.push(email.to_owned());
        }
    }

    /// Adds an organisation.
    pub fn add_organization(&self, login: &str) {
        self.world()
            .add_account(&Login::new(login), AccountKind::Organization);
    }

    /// Makes someone a member of an organisation.
    pub fn join_organization(&self, org: &str, login: &str) {
        self.set_membership(org, login, false);
    }

    /// Makes someone an owner of an organisation.
    pub fn own_organization(&self, org: &str, login: &str) {
        self.set_membership(org, login, true);
    }

    fn set_membership(&self, org: &str, login: &str, owner: bool) {
        if let Some(account) = self.world().accounts.get_mut(&Login::new(org)) {
            account.members.insert(Login::new(login), owner);
        }
    }

    /// Adds a team with these members, who join the organisation with it.
    pub fn add_team(&self, org: &str, slug: &str, members: &[&str]) {
        self.add_team_below(org, slug, None, members);
    }

    /// Adds a team below another one: its members count as members of that one too.
    pub fn add_child_team(&self, org: &str, slug: &str, parent: &str, members: &[&str]) {
        self.add_team_below(org, slug, Some(parent), members);
    }

    fn add_team_below(&self, org: &str, slug: &str, parent: Option<&str>, members: &[&str]) {
        for member in members {
            self.join_organization(org, member);
        }
        let mut world = self.world();
        let id = world.next_id();
        let team = Team {
            id,
            org: Login::new(org),
            slug: slug.to_owned(),
            parent: parent.map(str::to_owned),
            members: members.iter().map(|login| (Login::new(login), false)).collect(),
        };
        world.teams.insert((Login::new(org), slug.to_owned()), team);
    }

    /// Adds a public repository whose `main` holds these files.
    ///
    /// # Errors
    /// When the name is not `owner/name` or the repository cannot be written.
    pub fn add_repository(&self, name: &str, files: &[(&str, &str)]) -> anyhow::Result<RepoName> {
        self.add_repository_with(name, Access::Public, files)
    }

    /// Adds a repository whose `main` holds these files.
    ///
    /// # Errors
    /// When the name is not `owner/name` or the repository cannot be written.
    pub fn add_repository_with(
        &self,
        name: &str,
        access: Access,
        files: &[(&str, &str)],
    ) -> anyhow::Result<RepoName> {
        let name: RepoName = name.parse()?;
        let mut world = self.world();
        let dir = world.root.join(format!("{name}.git"));
        std::fs::create_dir_all(&dir).with_context(|| format!("could not make {}", dir.display()))?;
        bare::init(&dir, "main")?;
        let git = bare::open(&dir)?;
        let edits: Vec<bare::Edit<'_>> = files
            .iter()
            .map(|(path, text)| (*path, Some(text.as_bytes())))
            .collect();
        let who = bare::Identity {
            name: name.owner.clone(),
            email: format!("{}@example.com", name.owner),
        };
        let root = bare::commit(
            &git,
            &bare::Draft {
                parents: vec![],
                edits: &edits,
                message: "begin",
                author: &who,
                committer: &who,
            },
        )?;
        bare::set_ref(&git, "refs/heads/main", root)?;
        let repo = new_repo(world.next_id(), name.clone(), dir, access);
        world.repos.insert(name.to_string().to_ascii_lowercase(), repo);
        Ok(name)
    }

    /// Forks a repository to a person's account, with all its branches.
    ///
    /// # Errors
    /// When there is no such repository or the fork cannot be written.
    pub fn fork(&self, name: &RepoName, login: &str) -> anyhow::Result<RepoName> {
        let mut world = self.world();
        let source = world
            .repo(name)
            .with_context(|| format!("no repository {name}"))?
            .clone();
        let fork = RepoName {
            owner: login.to_owned(),
            name: name.name.clone(),
        };
        let dir = world.root.join(format!("{fork}.git"));
        std::fs::create_dir_all(&dir).with_context(|| format!("could not make {}", dir.display()))?;
        bare::init(&dir, &source.default_branch)?;
        let (from, into) = (bare::open(&source.dir)?, bare::open(&dir)?);
        for reference in from.references_glob("refs/heads/*")?.flatten() {
            if let (Ok(name), Some(id)) = (reference.name(), reference.target()) {
                bare::copy_commit(&from, &into, id, name)?;
            }
        }
        let access = if source.private {
            Access::Private
        } else {
            Access::Public
        };
        let mut repo = new_repo(world.next_id(), fork.clone(), dir, access);
        repo.parent = Some(name.clone());
        world.repos.insert(fork.to_string().to_ascii_lowercase(), repo);
        Ok(fork)
    }

    /// Gives a person a permission in a repository: `read`, `triage`, `write`, `maintain`, `admin`.
    pub fn grant(&self, name: &RepoName, login: &str, permission: &str) {
        if let Some(repo) = self.world().repo_mut(name) {
            repo.collaborators
                .insert(Login::new(login), permission.to_owned());
        }
    }

    /// Gives a team a permission in a repository, in the same words.
    pub fn grant_team(&self, name: &RepoName, slug: &str, permission: &str) {
        if let Some(repo) = self.world().repo_mut(name) {
            repo.teams.insert(slug.to_owned(), permission.to_owned());
        }
    }

    /// The App's id.
    pub fn app_id(&self) -> u64 {
        self.world().app.id
    }

    /// Says where the App's events go and what signs them.
    pub fn register_webhook(&self, url: &str, secret: &str) {
        let mut world = self.world();
        world.app.webhook_url = Some(url.to_owned());
        secret.clone_into(&mut world.app.webhook_secret);
    }

    /// Forgets where the App's events go; they are then neither sent nor logged.
    pub fn unregister_webhook(&self) {
        self.world().app.webhook_url = None;
    }

    /// Installs the App on all repositories of an account and sends `installation`.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn install_app(&self, account: &str) -> anyhow::Result<u64> {
        self.install_app_on(account, &[]).await
    }

    /// Installs the App on some repositories of an account (all where none is named) and sends
    /// `installation`.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn install_app_on(&self, account: &str, only: &[RepoName]) -> anyhow::Result<u64> {
        let login = Login::new(account);
        let (id, events) = {
            let mut world = self.world();
            world
                .accounts
                .get(&login)
                .with_context(|| format!("no account `{account}`"))?;
            let id = world.next_id();
            let installation = Installation {
                id,
                account: login.clone(),
                only: only.iter().cloned().collect::<BTreeSet<_>>(),
                created_at: now(),
            };
            world.installations.insert(id, installation);
            (id, events::installation(&world, id, &login, "created"))
        };
        self.deliver(events).await;
        Ok(id)
    }

    /// Takes the App away from an account and sends `installation`.
    pub async fn uninstall_app(&self, id: u64) {
        let events = {
            let mut world = self.world();
            let account = world.installations.get(&id).map(|one| one.account.clone());
            let events = account.map(|account| events::installation(&world, id, &account, "deleted"));
            world.installations.remove(&id);
            world
                .tokens
                .retain(|_, token| token.holder != Holder::Installation(id));
            events.unwrap_or_default()
        };
        self.deliver(events).await;
    }

    /// A token that speaks for a person for a day, as a sign-in would give one.
    pub fn user_token(&self, login: &str) -> String {
        let token = format!("ghu_{}", hex::encode(rand::random::<[u8; 18]>()));
        let held = Token {
            holder: Holder::User(Login::new(login)),
            expires_at: Timestamp::now() + std::time::Duration::from_secs(86_400),
        };
        self.world().tokens.insert(token.clone(), held);
        token
    }

    /// Hands out tokens to installations that live for so long.
    pub fn tokens_live(&self, life: std::time::Duration) {
        self.world().token_life = life;
    }

    /// Lets every token expire at once, as if an hour had passed.
    pub fn expire_tokens(&self) {
        self.world().tokens.clear();
    }
}

fn new_repo(id: u64, name: RepoName, dir: std::path::PathBuf, access: Access) -> Repo {
    Repo {
        id,
        name,
        dir,
        default_branch: "main".to_owned(),
        private: access == Access::Private,
        parent: None,
        collaborators: BTreeMap::new(),
        teams: BTreeMap::new(),
        pulls: BTreeMap::new(),
        comments: BTreeMap::new(),
        checks: BTreeMap::new(),
        created_at: now(),
        pushed_at: now(),
        next_number: 0,
    }
}
