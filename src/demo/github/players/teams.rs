//! Who belongs to what.

use anyhow::Context;
use serde_json::json;

use crate::demo::github::events;
use crate::demo::github::shape;
use crate::ids::Login;

use super::Player;

impl Player {
    /// Adds someone to a team.
    ///
    /// # Errors
    /// When there is no such team.
    pub async fn add_to_team(&self, org: &str, slug: &str, login: &str) -> anyhow::Result<()> {
        self.set_team_member(org, slug, login, true).await
    }

    /// Takes someone out of a team.
    ///
    /// # Errors
    /// When there is no such team.
    pub async fn remove_from_team(&self, org: &str, slug: &str, login: &str) -> anyhow::Result<()> {
        self.set_team_member(org, slug, login, false).await
    }

    async fn set_team_member(&self, org: &str, slug: &str, login: &str, member: bool) -> anyhow::Result<()> {
        let (org, login) = (Login::new(org), Login::new(login));
        let events = {
            let mut world = self.github.world();
            let team = world
                .team_mut(&org, slug)
                .with_context(|| format!("no team {org}/{slug}"))?;
            let action = if member {
                team.members.insert(login.clone(), false);
                "added"
            } else {
                team.members.remove(&login);
                "removed"
            };
            let team = team.clone();
            if member && let Some(account) = world.accounts.get_mut(&org) {
                account.members.entry(login.clone()).or_insert(false);
            }
            let details = json!({
                "scope": "team", "member": shape::user(&world, &login), "team": shape::team(&world, &team)
            });
            events::about_org(&world, &org, &self.login, "membership", action, details)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Takes someone out of an organisation, and so out of all its teams.
    ///
    /// # Errors
    /// When they are not in it.
    pub async fn remove_from_organization(&self, org: &str, login: &str) -> anyhow::Result<()> {
        let (org, login) = (Login::new(org), Login::new(login));
        let events = {
            let mut world = self.github.world();
            let account = world.accounts.get_mut(&org);
            account
                .and_then(|account| account.members.remove(&login))
                .with_context(|| format!("{login} is not in {org}"))?;
            for team in world.teams.values_mut().filter(|team| team.org == org) {
                team.members.remove(&login);
            }
            let details = json!({ "membership": {
                "url": format!("{}/api/v3/orgs/{org}/memberships/{login}", self.github.url()),
                "state": "inactive", "role": "member", "user": shape::user(&world, &login),
                "organization_url": format!("{}/api/v3/orgs/{org}", self.github.url())
            } });
            events::about_org(
                &world,
                &org,
                &self.login,
                "organization",
                "member_removed",
                details,
            )
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Deletes a team.
    ///
    /// # Errors
    /// When there is no such team.
    pub async fn delete_team(&self, org: &str, slug: &str) -> anyhow::Result<()> {
        let org = Login::new(org);
        let events = {
            let mut world = self.github.world();
            let team = world
                .teams
                .remove(&(org.clone(), slug.to_owned()))
                .with_context(|| format!("no team {org}/{slug}"))?;
            let details = json!({ "team": shape::team(&world, &team) });
            events::about_org(&world, &org, &self.login, "team", "deleted", details)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }
}
