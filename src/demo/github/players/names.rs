//! New names for people and teams. GitHub sends an App nothing when a person is renamed.

use anyhow::Context;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::events;
use crate::demo::github::shape;
use crate::demo::github::world::Account;
use crate::demo::github::world::World;
use crate::ids::Login;

use super::Player;

impl GitHub {
    /// Gives a person another login; everything that is theirs stays theirs.
    pub fn rename_user(&self, old: &str, new: &str) {
        let (old, new) = (Login::new(old), Login::new(new));
        let mut world = self.world();
        let Some(account) = world.accounts.remove(&old) else {
            return;
        };
        let login = new.clone();
        world.accounts.insert(new.clone(), Account { login, ..account });
        carry(&mut world, &old, &new);
    }
}

fn carry(world: &mut World, old: &Login, new: &Login) {
    for account in world.accounts.values_mut() {
        if let Some(owner) = account.members.remove(old) {
            account.members.insert(new.clone(), owner);
        }
    }
    for team in world.teams.values_mut() {
        if let Some(maintainer) = team.members.remove(old) {
            team.members.insert(new.clone(), maintainer);
        }
    }
    for repo in world.repos.values_mut() {
        if let Some(permission) = repo.collaborators.remove(old) {
            repo.collaborators.insert(new.clone(), permission);
        }
        let mine = repo.comments.values_mut().filter(|comment| comment.user == *old);
        mine.for_each(|comment| comment.user = new.clone());
        for pull in repo.pulls.values_mut() {
            if pull.author == *old {
                pull.author = new.clone();
            }
            if pull.requested_reviewers.remove(old) {
                pull.requested_reviewers.insert(new.clone());
            }
            let mine = pull.reviews.iter_mut().filter(|review| review.user == *old);
            mine.for_each(|review| review.user = new.clone());
        }
    }
}

impl Player {
    /// Gives a team another name.
    ///
    /// # Errors
    /// When there is no such team.
    pub async fn rename_team(&self, org: &str, slug: &str, new: &str) -> anyhow::Result<()> {
        let org = Login::new(org);
        let events = {
            let mut world = self.github.world();
            let mut team = world
                .teams
                .remove(&(org.clone(), slug.to_owned()))
                .with_context(|| format!("no team {org}/{slug}"))?;
            new.clone_into(&mut team.slug);
            world.teams.insert((org.clone(), new.to_owned()), team.clone());
            for repo in world.repos.values_mut() {
                if let Some(permission) = repo.teams.remove(slug) {
                    repo.teams.insert(new.to_owned(), permission);
                }
            }
            let details = json!({
                "team": shape::team(&world, &team), "changes": { "name": { "from": slug } }
            });
            events::about_org(&world, &org, &self.login, "team", "edited", details)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }
}
