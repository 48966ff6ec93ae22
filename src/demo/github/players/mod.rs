//! What people do: push, open, comment, review, merge. Each action changes the world, sends the
//! events that GitHub would send, and returns when the receiver has answered them.

mod branches;
mod conversation;
mod names;
mod pulls;
mod queue;
mod teams;

pub use branches::Commit;
pub(super) use branches::moved;
pub use queue::Queued;

use anyhow::Context;

use crate::ids::Login;
use crate::ids::RepoName;

use super::GitHub;
use super::bare::Identity;
use super::world::Pull;
use super::world::Repo;
use super::world::World;

/// A person (or a bot) who acts.
#[derive(Clone, Debug)]
pub struct Player {
    github: GitHub,
    login: Login,
}

impl GitHub {
    /// Someone who acts under this login; the account should exist.
    pub fn player(&self, login: &str) -> Player {
        Player {
            github: self.clone(),
            login: Login::new(login),
        }
    }
}

impl Player {
    /// The login.
    pub fn login(&self) -> &Login {
        &self.login
    }

    /// How this person signs commits.
    pub fn identity(&self) -> Identity {
        let world = self.github.world();
        let email = world
            .accounts
            .get(&self.login)
            .and_then(|account| account.emails.first().cloned());
        Identity {
            name: self.login.to_string(),
            email: email.unwrap_or_else(|| "nobody@example.com".to_owned()),
        }
    }
}

fn repo<'w>(world: &'w World, name: &RepoName) -> anyhow::Result<&'w Repo> {
    world.repo(name).with_context(|| format!("no repository {name}"))
}

fn repo_mut<'w>(world: &'w mut World, name: &RepoName) -> anyhow::Result<&'w mut Repo> {
    world
        .repo_mut(name)
        .with_context(|| format!("no repository {name}"))
}

fn pull<'w>(world: &'w World, name: &RepoName, number: u64) -> anyhow::Result<&'w Pull> {
    let repo = repo(world, name)?;
    repo.pulls
        .get(&number)
        .with_context(|| format!("no pull request {name}#{number}"))
}

fn pull_mut<'w>(world: &'w mut World, name: &RepoName, number: u64) -> anyhow::Result<&'w mut Pull> {
    let repo = repo_mut(world, name)?;
    repo.pulls
        .get_mut(&number)
        .with_context(|| format!("no pull request {name}#{number}"))
}
