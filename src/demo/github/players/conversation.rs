//! Comments, and buttons on check runs.

use anyhow::Context;
use serde_json::json;

use crate::demo::github::events;
use crate::demo::github::world::Comment;
use crate::demo::github::world::now;
use crate::ids::RepoName;

use super::Player;
use super::pull;
use super::repo;
use super::repo_mut;

impl Player {
    /// Comments on a pull request. Returns the comment's id.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn comment(&self, name: &RepoName, number: u64, body: &str) -> anyhow::Result<u64> {
        let (id, events) = {
            let mut world = self.github.world();
            pull(&world, name, number)?;
            let (id, at) = (world.next_id(), now());
            let comment = Comment {
                id,
                number,
                user: self.login.clone(),
                body: body.to_owned(),
                earlier: Vec::new(),
                reactions: Vec::new(),
                created_at: at,
                updated_at: at,
            };
            repo_mut(&mut world, name)?.comments.insert(id, comment.clone());
            (
                id,
                events::issue_comment(&world, name, &comment, &self.login, "created", json!({})),
            )
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(id)
    }

    /// Edits a comment, one's own or (as a maintainer) somebody else's.
    ///
    /// # Errors
    /// When there is no such comment.
    pub async fn edit_comment(&self, name: &RepoName, id: u64, body: &str) -> anyhow::Result<()> {
        let events = {
            let mut world = self.github.world();
            let comment = repo_mut(&mut world, name)?
                .comments
                .get_mut(&id)
                .with_context(|| format!("no comment {id}"))?;
            let old = std::mem::replace(&mut comment.body, body.to_owned());
            comment.earlier.push(old.clone());
            comment.updated_at = now();
            let comment = comment.clone();
            let changes = json!({ "changes": { "body": { "from": old } } });
            events::issue_comment(&world, name, &comment, &self.login, "edited", changes)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// When there is no such comment.
    pub async fn delete_comment(&self, name: &RepoName, id: u64) -> anyhow::Result<()> {
        let events = {
            let mut world = self.github.world();
            let comment = repo_mut(&mut world, name)?
                .comments
                .remove(&id)
                .with_context(|| format!("no comment {id}"))?;
            events::issue_comment(&world, name, &comment, &self.login, "deleted", json!({}))
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Presses "Re-run" on a check run.
    ///
    /// # Errors
    /// When there is no such check run.
    pub async fn rerun(&self, name: &RepoName, check: u64) -> anyhow::Result<()> {
        self.on_check(name, check, "rerequested", json!({})).await
    }

    /// Presses one of a check run's own buttons.
    ///
    /// # Errors
    /// When there is no such check run.
    pub async fn press(&self, name: &RepoName, check: u64, identifier: &str) -> anyhow::Result<()> {
        let more = json!({ "requested_action": { "identifier": identifier } });
        self.on_check(name, check, "requested_action", more).await
    }

    async fn on_check(
        &self,
        name: &RepoName,
        check: u64,
        action: &str,
        more: serde_json::Value,
    ) -> anyhow::Result<()> {
        let events = {
            let world = self.github.world();
            repo(&world, name)?
                .checks
                .get(&check)
                .with_context(|| format!("no check run {check}"))?;
            events::check_run(&world, name, check, &self.login, action, more)
        };
        self.github.deliver(events).await;
        Ok(())
    }
}
