//! The merge queue.

use anyhow::Context;
use serde_json::json;

use crate::demo::github::bare;
use crate::demo::github::bare::Fold;
use crate::demo::github::events;
use crate::ids::RepoName;

use super::Player;
use super::moved;
use super::pull;
use super::repo;

/// A place in a merge queue: what the base branch would be after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The branch that GitHub makes for it.
    pub branch: String,
    /// Its newest commit, which checks are asked of.
    pub head: String,
}

impl Player {
    /// Puts a pull request into the merge queue, behind another one or first, and asks for checks.
    ///
    /// # Errors
    /// When there is no such pull request, or it conflicts with what is before it.
    pub async fn enqueue(
        &self,
        name: &RepoName,
        number: u64,
        behind: Option<&Queued>,
    ) -> anyhow::Result<Queued> {
        let who = self.identity();
        let (queued, events) = {
            let mut world = self.github.world();
            let found = pull(&world, name, number)?.clone();
            let git = bare::open(&repo(&world, name)?.dir)?;
            let before = behind.map_or(&found.base_ref, |queued| &queued.head);
            let base = bare::resolve(&git, before).with_context(|| format!("no commit `{before}`"))?;
            let theirs = bare::resolve(&git, &found.head_sha).context("no head commit")?;
            let message = format!("{} (#{number})", found.title);
            let head = bare::fold(&git, base, theirs, Fold::Merge, &message, &who)?;
            let branch = format!("gh-readonly-queue/{}/pr-{number}-{base}", found.base_ref);
            let mut events = moved(&mut world, name, &branch, head, &self.login)?;
            let group = json!({ "merge_group": {
                "head_sha": head.to_string(), "head_ref": format!("refs/heads/{branch}"),
                "base_sha": base.to_string(), "base_ref": format!("refs/heads/{}", found.base_ref),
                "head_commit": {
                    "id": head.to_string(), "tree_id": git.find_commit(head)?.tree_id().to_string(),
                    "message": message, "timestamp": crate::demo::github::world::iso(found.updated_at),
                    "author": { "name": who.name, "email": who.email },
                    "committer": { "name": who.name, "email": who.email }
                }
            }});
            let action = Some("checks_requested");
            events.extend(events::about_repo(
                &world,
                name,
                &self.login,
                "merge_group",
                action,
                group,
            ));
            let head = head.to_string();
            (Queued { branch, head }, events)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(queued)
    }
}
