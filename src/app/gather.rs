//! Content from Git: which specs a pull request changes, and what they say on each side.

mod by_id;

use std::sync::Arc;

use super::App;
use super::worker::Failure;
use crate::check::CodeownersChange;
use crate::check::PolicyChange;
use crate::check::SpecPair;
use crate::config;
use crate::config::Config;
use crate::git::CommitInfo;
use crate::git::GitError;
use crate::git::Mirror;
use crate::git::MirrorError;
use crate::git::Reach;
use crate::git::Remote;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::git::Want;
use crate::github::GitHubError;
use crate::github::Installation;
use crate::ids::CommitSha;
use crate::ids::PullNumber;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::ids::SpecPath;
use crate::spec::parse;

/// Where GitHub looks for CODEOWNERS, first found first
/// (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-location>).
const CODEOWNERS_PATHS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// More commits than this are not looked at one by one.
const MOST_COMMITS: usize = 1000;

/// The commits that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sides {
    /// What is to be merged.
    pub(super) head: CommitSha,
    /// Where it left the base branch: what the pull request changes is what differs from here.
    pub(super) base: CommitSha,
    /// The base branch's newest commit: its policy judges, so that a pull request cannot pick an
    /// older, laxer one by starting from an older commit.
    pub(super) tip: CommitSha,
}

/// Everything that Git knows about a pull request.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) specs: Vec<SpecPair>,
    pub(super) policy_change: Option<PolicyChange>,
    pub(super) codeowners: Option<String>,
    pub(super) codeowners_change: Option<CodeownersChange>,
    pub(super) known_specs: Vec<SpecPath>,
    pub(super) commits: Vec<CommitInfo>,
}

/// What is to be compared.
#[derive(Clone, Debug)]
pub(super) enum Compared {
    /// A pull request.
    Pull { number: PullNumber, base_ref: String },
    /// A merge queue's commit.
    Group {
        head: CommitSha,
        head_ref: String,
        base: CommitSha,
    },
}

impl App {
    /// Brings a pull request's commits onto this machine: all of the repository at these commits, or,
    /// where that is too large, what of it is going to be read.
    pub(super) async fn fetch(
        &self,
        calls: &Installation,
        repo: &RepoName,
        id: RepoId,
        compared: &Compared,
    ) -> Result<(Mirror, Sides), Failure> {
        let remote = async || -> Result<Remote, Failure> {
            let token = calls.git_token().await?;
            Ok(Remote::new(&self.places.github_url, repo, id, Some(token))?)
        };
        let mut fetched = self.mirror(remote().await?, compared.clone()).await;
        // A token that was revoked is replaced once, as it is for calls.
        if let Err(Failure::Mirror(MirrorError::Auth)) = &fetched {
            calls.forget_token();
            fetched = self.mirror(remote().await?, compared.clone()).await;
        }
        match fetched {
            Err(Failure::Mirror(MirrorError::TooLarge)) => {
                metrics::counter!("specwarden_git_by_id_total").increment(1);
                let remote = remote().await?;
                by_id::open(Arc::clone(&self.mirrors), remote, calls, repo, compared).await
            }
            fetched => fetched,
        }
    }

    async fn mirror(&self, remote: Remote, compared: Compared) -> Result<(Mirror, Sides), Failure> {
        let mirrors = Arc::clone(&self.mirrors);
        let began = std::time::Instant::now();
        let fetched = blocking(move || {
            let (base, head) = match &compared {
                Compared::Pull { number, base_ref } => (
                    Want::Ref(format!("refs/heads/{base_ref}")),
                    Want::Ref(format!("refs/pull/{number}/head")),
                ),
                Compared::Group { head, head_ref, base } => (
                    Want::Commit {
                        sha: base.clone(),
                        on: None,
                    },
                    Want::Commit {
                        sha: head.clone(),
                        on: Some(head_ref.clone()),
                    },
                ),
            };
            let mirror = mirrors.fetch(&remote, &[base, head], Reach::Fork)?;
            // Resolving the refs now could find what another worker has fetched since.
            let [tip, head] = mirror.wanted() else {
                return Err(MirrorError::Missing("both commits".to_owned()).into());
            };
            let (tip, head) = (tip.clone(), head.clone());
            let base = mirror.merge_base(&tip, &head)?;
            Ok((mirror, Sides { head, base, tip }))
        })
        .await;
        metrics::histogram!("specwarden_git_seconds").record(began.elapsed());
        if let Ok((mirror, _)) = &fetched {
            metrics::counter!("specwarden_git_bytes_total").increment(mirror.received());
        }
        fetched
    }
}

/// The text of the policy at a commit.
pub(super) async fn policy_text(mirror: Mirror, at: CommitSha) -> Result<(Mirror, Option<Vec<u8>>), Failure> {
    blocking(move || {
        let text = mirror.read(&Snapshot::Commit(at), &SpecPath::new(config::PATH));
        sound(mirror, text)
    })
    .await
}

/// Reads everything that the verdict needs.
pub(super) async fn content(
    mirror: Mirror,
    sides: Sides,
    config: Config,
) -> Result<(Mirror, Content), Failure> {
    blocking(move || {
        let content = read(&mirror, &sides, &config);
        sound(mirror, content)
    })
    .await
}

/// The commits that a pull request has and its base has not, newest first.
pub(super) async fn commits(mirror: Mirror, sides: Sides) -> Result<Vec<CommitInfo>, Failure> {
    blocking(move || {
        let commits = newest_commits(&mirror, &sides);
        Ok(sound(mirror, commits)?.1)
    })
    .await
}

fn newest_commits(git: &Repository, sides: &Sides) -> Result<Vec<CommitInfo>, GitError> {
    let mut commits = git.commits(&sides.base, &sides.head)?;
    commits.truncate(MOST_COMMITS);
    Ok(commits)
}

/// What was read; a mirror that has not what it should have is made anew by the next try.
fn sound<T>(mirror: Mirror, read: Result<T, GitError>) -> Result<(Mirror, T), Failure> {
    match read {
        Ok(read) => Ok((mirror, read)),
        Err(GitError::Supply(why)) => Err(match why.downcast::<GitHubError>() {
            Ok(error) => Failure::GitHub(*error),
            Err(other) => Failure::Broken(other.to_string()),
        }),
        Err(error) => {
            if let GitError::Git { .. } | GitError::UnknownRevision(_) = &error {
                tracing::warn!(%error, "a mirror cannot be read and is made anew");
                mirror.discard();
            }
            Err(error.into())
        }
    }
}

fn read(git: &Repository, sides: &Sides, config: &Config) -> Result<Content, GitError> {
    let base = Snapshot::Commit(sides.base.clone());
    let head = Snapshot::Commit(sides.head.clone());
    let tip = Snapshot::Commit(sides.tip.clone());
    let is_spec = |path: &str| config.policy_for(&SpecPath::new(path)).is_some();
    let mut specs = Vec::new();
    for change in git.changed(&base, &head, &is_spec)? {
        let side = |snapshot: &Snapshot, path: &Option<SpecPath>| match path {
            Some(path) => git.read(snapshot, path),
            None => Ok(None),
        };
        let before = side(&base, &change.before)?;
        let after = side(&head, &change.after)?;
        let base_tip = side(&tip, &change.before)?.filter(|bytes| Some(bytes) != before.as_ref());
        let path = change.after.as_ref().or(change.before.as_ref());
        let policies = [&change.before, &change.after].map(|path| config.policy_for(path.as_ref()?));
        let named = policies.iter().flatten().any(|policy| policy.certain);
        let reads = |path: &Option<SpecPath>, bytes: &Option<Vec<u8>>| match (path, bytes) {
            (Some(path), Some(bytes)) => {
                config::reads_like_a_spec(&parse(path.as_str(), bytes, &config.vocabulary))
            }
            _ => false,
        };
        if !named && !reads(&change.before, &before) && !reads(&change.after, &after) {
            continue;
        }
        let log = path.and_then(|path| config.policy_for(path)?.separate_log);
        let separate_log = match log {
            Some(log) => Some((git.read(&base, &log)?, git.read(&head, &log)?)),
            None => None,
        };
        specs.push(SpecPair {
            before_path: change.before,
            after_path: change.after,
            before,
            after,
            base_tip,
            separate_log,
        });
    }
    let path = SpecPath::new(config::PATH);
    let policy_before = git.read(&base, &path)?;
    let policy_after = git.read(&head, &path)?;
    let policy_change = (policy_before != policy_after).then_some(PolicyChange {
        path,
        after: policy_after,
    });
    let owners_at_base = codeowners(git, &base)?;
    let owners_at_head = codeowners(git, &head)?;
    let codeowners_change = (owners_at_base != owners_at_head)
        .then(|| {
            let path = owners_at_head.as_ref().or(owners_at_base.as_ref())?.0.clone();
            Some(CodeownersChange {
                path,
                after: owners_at_head.as_ref().map(|(_, text)| text.clone()),
            })
        })
        .flatten();
    // Only who gains what by such a change is counted over all specs.
    let known_specs = if policy_change.is_some() || codeowners_change.is_some() {
        git.files(&head, &is_spec)?
    } else {
        Vec::new()
    };
    let commits = newest_commits(git, sides)?;
    Ok(Content {
        specs,
        policy_change,
        codeowners: codeowners(git, &tip)?.map(|(_, text)| text),
        codeowners_change,
        known_specs,
        commits,
    })
}

fn codeowners(git: &Repository, at: &Snapshot) -> Result<Option<(SpecPath, String)>, GitError> {
    for path in CODEOWNERS_PATHS {
        let path = SpecPath::new(path);
        if let Some(bytes) = git.read(at, &path)? {
            return Ok(Some((path, String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    Ok(None)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    // What is logged meanwhile belongs to the pull request too.
    let span = tracing::info_span!("git");
    match tokio::task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(outcome) => outcome,
        Err(error) => Err(Failure::Broken(format!("reading Git was cut off: {error}"))),
    }
}
