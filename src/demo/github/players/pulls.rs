//! Opening, closing, drafting, retargeting and merging pull requests; reviews.

use std::collections::BTreeSet;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::bare;
use crate::demo::github::bare::Fold;
use crate::demo::github::events;
use crate::demo::github::world::Pull;
use crate::demo::github::world::PullState;
use crate::demo::github::world::Review;
use crate::demo::github::world::now;
use crate::ids::Login;
use crate::ids::RepoName;

use super::Player;
use super::branches::moved;
use super::pull;
use super::pull_mut;
use super::repo;
use super::repo_mut;

impl Player {
    /// Opens a pull request from a branch (`owner:branch` for a fork's). Returns its number.
    ///
    /// # Errors
    /// When a repository or a branch is missing.
    pub async fn open_pull(
        &self,
        name: &RepoName,
        head: &str,
        base: &str,
        title: &str,
    ) -> anyhow::Result<u64> {
        self.open(name, head, base, title, false).await
    }

    /// Opens a draft. Returns its number.
    ///
    /// # Errors
    /// When a repository or a branch is missing.
    pub async fn open_draft(
        &self,
        name: &RepoName,
        head: &str,
        base: &str,
        title: &str,
    ) -> anyhow::Result<u64> {
        self.open(name, head, base, title, true).await
    }

    async fn open(
        &self,
        name: &RepoName,
        head: &str,
        base: &str,
        title: &str,
        draft: bool,
    ) -> anyhow::Result<u64> {
        let (owner, head_ref) = head.split_once(':').unwrap_or((&name.owner, head));
        let head_repo = RepoName {
            owner: owner.to_owned(),
            name: name.name.clone(),
        };
        let (number, events) = {
            let mut world = self.github.world();
            let from = bare::open(&repo(&world, &head_repo)?.dir)?;
            let into = bare::open(&repo(&world, name)?.dir)?;
            let head = bare::resolve(&from, head_ref).with_context(|| format!("no branch `{head_ref}`"))?;
            let base_tip = bare::resolve(&into, base).with_context(|| format!("no branch `{base}`"))?;
            let (id, at) = (world.next_id(), now());
            let repo = repo_mut(&mut world, name)?;
            repo.next_number += 1;
            let number = repo.next_number;
            bare::copy_commit(&from, &into, head, &format!("refs/pull/{number}/head"))?;
            repo.pulls.insert(
                number,
                Pull {
                    id,
                    number,
                    title: title.to_owned(),
                    body: String::new(),
                    author: self.login.clone(),
                    base_ref: base.to_owned(),
                    base_sha: base_tip.to_string(),
                    head_repo,
                    head_ref: head_ref.to_owned(),
                    head_sha: head.to_string(),
                    state: PullState::Open,
                    draft,
                    merge_commit_sha: None,
                    merged_by: None,
                    requested_reviewers: BTreeSet::new(),
                    requested_teams: BTreeSet::new(),
                    reviews: Vec::new(),
                    labels: BTreeSet::new(),
                    created_at: at,
                    updated_at: at,
                    closed_at: None,
                },
            );
            (
                number,
                events::pull_request(&world, name, number, &self.login, "opened", json!({})),
            )
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(number)
    }

    /// Closes a pull request without merging it.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn close(&self, name: &RepoName, number: u64) -> anyhow::Result<()> {
        self.change(name, number, "closed", json!({}), |pull| {
            pull.state = PullState::Closed;
            pull.closed_at = Some(now());
        })
        .await
    }

    /// Opens a closed pull request again.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn reopen(&self, name: &RepoName, number: u64) -> anyhow::Result<()> {
        self.catch_up(name, number)?;
        self.change(name, number, "reopened", json!({}), |pull| {
            pull.state = PullState::Open;
            pull.closed_at = None;
        })
        .await
    }

    /// What was pushed while a pull request was closed belongs to it once it is open again.
    fn catch_up(&self, name: &RepoName, number: u64) -> anyhow::Result<()> {
        let mut world = self.github.world();
        let found = pull(&world, name, number)?.clone();
        let from = bare::open(&repo(&world, &found.head_repo)?.dir)?;
        let into = bare::open(&repo(&world, name)?.dir)?;
        if let Some(tip) = bare::resolve(&from, &format!("refs/heads/{}", found.head_ref)) {
            bare::copy_commit(&from, &into, tip, &format!("refs/pull/{number}/head"))?;
            pull_mut(&mut world, name, number)?.head_sha = tip.to_string();
        }
        Ok(())
    }

    /// Says that a draft is ready.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn ready(&self, name: &RepoName, number: u64) -> anyhow::Result<()> {
        self.change(name, number, "ready_for_review", json!({}), |pull| {
            pull.draft = false
        })
        .await
    }

    /// Turns a pull request back into a draft.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn to_draft(&self, name: &RepoName, number: u64) -> anyhow::Result<()> {
        self.change(name, number, "converted_to_draft", json!({}), |pull| {
            pull.draft = true
        })
        .await
    }

    /// Changes the branch that a pull request wants to change.
    ///
    /// # Errors
    /// When there is no such pull request or branch.
    pub async fn retarget(&self, name: &RepoName, number: u64, base: &str) -> anyhow::Result<()> {
        let tip = self
            .github
            .tip(name, base)
            .with_context(|| format!("no branch `{base}`"))?;
        let (old_ref, old_sha) = {
            let world = self.github.world();
            let pull = pull(&world, name, number)?;
            (pull.base_ref.clone(), pull.base_sha.clone())
        };
        let changes =
            json!({ "changes": { "base": { "ref": { "from": old_ref }, "sha": { "from": old_sha } } } });
        self.change(name, number, "edited", changes, |pull| {
            base.clone_into(&mut pull.base_ref);
            pull.base_sha = tip;
        })
        .await
    }

    /// Changes a pull request's title.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn retitle(&self, name: &RepoName, number: u64, title: &str) -> anyhow::Result<()> {
        let old = pull(&self.github.world(), name, number)?.title.clone();
        let changes = json!({ "changes": { "title": { "from": old } } });
        self.change(name, number, "edited", changes, |pull| {
            title.clone_into(&mut pull.title)
        })
        .await
    }

    async fn change(
        &self,
        name: &RepoName,
        number: u64,
        action: &str,
        more: Value,
        change: impl FnOnce(&mut Pull),
    ) -> anyhow::Result<()> {
        let events = {
            let mut world = self.github.world();
            let pull = pull_mut(&mut world, name, number)?;
            change(pull);
            pull.updated_at = now();
            events::pull_request(&world, name, number, &self.login, action, more)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Merges a pull request. Returns the new commit on the base branch.
    ///
    /// # Errors
    /// When there is no such open pull request or it conflicts.
    pub async fn merge(&self, name: &RepoName, number: u64, how: Fold) -> anyhow::Result<String> {
        let who = self.identity();
        let (id, events) = {
            let mut world = self.github.world();
            let found = pull(&world, name, number)?.clone();
            if found.state != PullState::Open {
                bail!("{name}#{number} is not open");
            }
            let git = bare::open(&repo(&world, name)?.dir)?;
            let ours = bare::resolve(&git, &found.base_ref).context("no base branch")?;
            let theirs = bare::resolve(&git, &found.head_sha).context("no head commit")?;
            let id = bare::fold(
                &git,
                ours,
                theirs,
                how,
                &format!("{} (#{number})", found.title),
                &who,
            )?;
            let mut events = moved(&mut world, name, &found.base_ref, id, &self.login)?;
            let pull = pull_mut(&mut world, name, number)?;
            pull.state = PullState::Merged;
            pull.merge_commit_sha = Some(id.to_string());
            pull.merged_by = Some(self.login.clone());
            pull.closed_at = Some(now());
            pull.updated_at = now();
            events.extend(events::pull_request(
                &world,
                name,
                number,
                &self.login,
                "closed",
                json!({}),
            ));
            (id, events)
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(id.to_string())
    }

    /// Reviews the head: `APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`. Returns the review's id.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn review(&self, name: &RepoName, number: u64, state: &str, body: &str) -> anyhow::Result<u64> {
        let (id, events) = {
            let mut world = self.github.world();
            let id = world.next_id();
            let pull = pull_mut(&mut world, name, number)?;
            pull.requested_reviewers.remove(&self.login);
            pull.reviews.push(Review {
                id,
                user: self.login.clone(),
                state: state.to_owned(),
                body: body.to_owned(),
                commit_id: pull.head_sha.clone(),
                submitted_at: now(),
            });
            (
                id,
                events::pull_request_review(&world, name, number, id, &self.login, "submitted"),
            )
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(id)
    }

    /// Dismisses a review.
    ///
    /// # Errors
    /// When there is no such review.
    pub async fn dismiss_review(&self, name: &RepoName, number: u64, id: u64) -> anyhow::Result<()> {
        let events = {
            let mut world = self.github.world();
            let review = pull_mut(&mut world, name, number)?
                .reviews
                .iter_mut()
                .find(|review| review.id == id)
                .with_context(|| format!("no review {id}"))?;
            "DISMISSED".clone_into(&mut review.state);
            events::pull_request_review(&world, name, number, id, &self.login, "dismissed")
        };
        self.github.tell();
        self.github.deliver(events).await;
        Ok(())
    }

    /// Takes someone off the list of those who were asked for a review.
    ///
    /// # Errors
    /// When there is no such pull request.
    pub async fn unrequest_review(&self, name: &RepoName, number: u64, login: &str) -> anyhow::Result<()> {
        let who = Login::new(login);
        let reviewer = crate::demo::github::shape::user(&self.github.world(), &who);
        self.change(
            name,
            number,
            "review_request_removed",
            json!({ "requested_reviewer": reviewer }),
            |pull| {
                pull.requested_reviewers.remove(&who);
            },
        )
        .await
    }

    /// Takes a team off that list.
    ///
    /// # Errors
    /// When there is no such pull request or team.
    pub async fn unrequest_team(&self, name: &RepoName, number: u64, slug: &str) -> anyhow::Result<()> {
        let team = {
            let world = self.github.world();
            let key = (Login::new(&name.owner), slug.to_owned());
            let team = world.teams.get(&key).with_context(|| format!("no team {slug}"))?;
            crate::demo::github::shape::team(&world, team)
        };
        let more = json!({ "requested_team": team });
        self.change(name, number, "review_request_removed", more, |pull| {
            pull.requested_teams.remove(slug);
        })
        .await
    }
}
