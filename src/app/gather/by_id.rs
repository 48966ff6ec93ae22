//! A pull request of a repository that is too large to be mirrored: the comparison tells its commits
//! and their trees, and what is read of those is asked for by its id.
//!
//! Over the REST API and not by Git's own partial clone, which libgit2 does not speak; what came is
//! kept, so that a push costs what it has changed. See `docs/large-repositories.md`.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::oneshot;

use super::Compared;
use super::MOST_COMMITS;
use super::Sides;
use super::blocking;
use crate::app::worker::Failure;
use crate::git::CommitInfo;
use crate::git::Listed;
use crate::git::Listing;
use crate::git::Mirror;
use crate::git::Mirrors;
use crate::git::Parts;
use crate::git::Person;
use crate::git::Refusal;
use crate::git::Remote;
use crate::git::Supplier;
use crate::github::ComparedCommit;
use crate::github::GitHubError;
use crate::github::Installation;
use crate::github::TreeEntry;
use crate::ids::CommitSha;
use crate::ids::RepoName;

/// Finds out what is to be compared, and opens what is kept of the repository.
pub(super) async fn open(
    mirrors: Arc<Mirrors>,
    remote: Remote,
    calls: &Installation,
    repo: &RepoName,
    compared: &Compared,
) -> Result<(Mirror, Sides), Failure> {
    let (base, head) = match compared {
        Compared::Pull { number, base_ref } => (base_ref.clone(), calls.pull(repo, *number).await?.head.sha),
        Compared::Group { head, base, .. } => (base.to_string(), head.clone()),
    };
    let found = calls.compare(repo, &base, &head, MOST_COMMITS).await?;
    let tree = head_tree(calls, repo, &head, &found.merge_base, &found.commits).await?;
    let sides = Sides {
        head: head.clone(),
        base: found.merge_base.sha.clone(),
        tip: found.base.sha.clone(),
    };
    let parts = Parts {
        trees: vec![
            (head.clone(), tree),
            (found.merge_base.sha.clone(), found.merge_base.tree),
            (found.base.sha, found.base.tree),
        ],
        range: (found.merge_base.sha, head),
        commits: found.commits.into_iter().map(info).collect(),
        supplier: Box::new(ById::new(calls.clone(), repo.clone())),
    };
    blocking(move || Ok((mirrors.partial(&remote, parts)?, sides))).await
}

async fn head_tree(
    calls: &Installation,
    repo: &RepoName,
    head: &CommitSha,
    merge_base: &ComparedCommit,
    commits: &[ComparedCommit],
) -> Result<String, GitHubError> {
    let known = commits
        .iter()
        .chain([merge_base])
        .find(|commit| commit.sha == *head);
    match known {
        Some(commit) => Ok(commit.tree.clone()),
        None => calls.commit_tree(repo, head).await,
    }
}

fn info(commit: ComparedCommit) -> CommitInfo {
    let person = |(name, email)| Person { name, email };
    let summary = commit.message.lines().next().unwrap_or_default().to_owned();
    CommitInfo {
        sha: commit.sha,
        author: person(commit.author),
        committer: person(commit.committer),
        when: commit.when,
        summary,
    }
}

enum Ask {
    Tree(String, oneshot::Sender<Result<Listing, GitHubError>>),
    Blob(String, oneshot::Sender<Result<Vec<u8>, GitHubError>>),
}

/// Hands the questions of a thread that reads to a task that may call GitHub. Both end with the
/// other: a reader whose task is gone hears so.
struct ById {
    asks: mpsc::UnboundedSender<Ask>,
}

impl ById {
    fn new(calls: Installation, repo: RepoName) -> Self {
        let (asks, mut asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(ask) = asked.recv().await {
                // Whoever does not wait any more needs no answer.
                match ask {
                    Ask::Tree(id, to) => drop(to.send(tree(&calls, &repo, &id).await)),
                    Ask::Blob(id, to) => drop(to.send(calls.blob(&repo, &id).await)),
                }
            }
        });
        Self { asks }
    }

    fn ask<T>(
        &self,
        id: &str,
        ask: impl FnOnce(String, oneshot::Sender<Result<T, GitHubError>>) -> Ask,
    ) -> Result<T, Refusal> {
        let (to, answer) = oneshot::channel();
        self.asks.send(ask(id.to_owned(), to)).map_err(|_| CUT_OFF)?;
        Ok(answer.blocking_recv().map_err(|_| CUT_OFF)??)
    }
}

const CUT_OFF: &str = "the work was cut off";

impl Supplier for ById {
    fn tree(&self, id: &str) -> Result<Listing, Refusal> {
        self.ask(id, Ask::Tree)
    }

    fn blob(&self, id: &str) -> Result<Vec<u8>, Refusal> {
        self.ask(id, Ask::Blob)
    }
}

/// All that is below a tree; where that is more than GitHub tells at once, one level, so that only
/// what differs is gone into.
async fn tree(calls: &Installation, repo: &RepoName, id: &str) -> Result<Listing, GitHubError> {
    let all = calls.tree_below(repo, id).await?;
    let (entries, deep) = match all.truncated {
        false => (all.entries, true),
        true => (calls.tree(repo, id).await?, false),
    };
    Ok(Listing {
        entries: entries.into_iter().map(listed).collect(),
        deep,
    })
}

fn listed(entry: TreeEntry) -> Listed {
    Listed {
        path: entry.path,
        mode: entry.mode,
        id: entry.sha,
        size: entry.size,
    }
}
