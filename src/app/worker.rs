//! The workers: lease, work, hand back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use jiff::Timestamp;
use rand::Rng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::App;
use super::circuit::Admission;
use super::visit;
use crate::git::GitError;
use crate::git::MirrorError;
use crate::github::GitHubError;
use crate::ids::PullNumber;
use crate::ids::RepoName;
use crate::store::Lease;
use crate::store::Mark;
use crate::store::PullKey;
use crate::store::StoreError;
use crate::store::Trouble;
use crate::store::Work;

const WORKERS: usize = 4;
/// The longest that one pull request may keep a worker.
const LONGEST: Duration = Duration::from_secs(300);
/// Something that waits for its next try is looked for this often.
const LOOK: Duration = Duration::from_millis(500);
/// After so many failures in a row a pull request is left alone until something new happens to it.
const ATTEMPTS: u32 = 10;
/// The same where it is not served: more than a day.
const ATTEMPTS_UNSERVED: u32 = 150;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// Work in progress gets this long when the server stops.
const GRACE: Duration = Duration::from_secs(7);

/// How fast the workers' clocks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// After this time without a sign of life, a worker's pull request is somebody else's.
    pub lease: Duration,
    /// The pause after a first failure; each further one doubles it.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(60),
            pause: Duration::from_secs(1),
        }
    }
}

impl Pace {
    /// A worker gives three signs of life in a lease.
    fn heartbeat(self) -> Duration {
        self.lease / 3
    }

    /// 1, 2, 4 … times the first pause, ten minutes at most, spread by half.
    fn back_off(self, attempts: u32) -> Duration {
        let factor = 1_u32 << attempts.saturating_sub(1).min(10);
        jittered(self.pause.saturating_mul(factor).min(LONGEST_PAUSE))
    }
}

/// Why one look at a pull request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{0}")]
    Broken(String),
}

impl Failure {
    /// Whether GitHub did not serve us, so that others of the installation will not be served either.
    fn is_unserved(&self) -> bool {
        match self {
            Self::GitHub(error) => matches!(error, GitHubError::Wait { .. } | GitHubError::Flaky { .. }),
            Self::Mirror(error) => matches!(error, MirrorError::TimedOut | MirrorError::Network(_)),
            Self::Store(_) | Self::Git(_) | Self::Broken(_) => false,
        }
    }
}

impl App {
    /// Works until `stop`, then hands back what is not done.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        match self.store.reclaim(Timestamp::now()).await {
            Ok(0) => {}
            Ok(freed) => tracing::info!(freed, "took up work that an earlier process left behind"),
            Err(error) => tracing::error!(%error, "cannot take up what an earlier process left behind"),
        }
        let mut tasks = JoinSet::new();
        for _ in 0..WORKERS {
            tasks.spawn(Arc::clone(&self).worker(stop.clone()));
        }
        tasks.spawn(Arc::clone(&self).sweeper(stop));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker ended unexpectedly");
            }
        }
    }

    /// Seconds since a worker last looked for something to do.
    pub fn idle_seconds(&self) -> i64 {
        Timestamp::now().as_second() - self.looked.load(Ordering::Relaxed)
    }

    async fn worker(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.looked.store(Timestamp::now().as_second(), Ordering::Relaxed);
            let now = Timestamp::now();
            // A name of its own for each lease: one that ran out cannot be taken for its successor.
            let name = format!("{}-{:016x}", std::process::id(), rand::rng().random::<u64>());
            match self.store.lease(&name, now, now + self.pace.lease).await {
                Ok(Some(lease)) => {
                    // There may be more: let the next worker look.
                    self.wake.notify_one();
                    // At the level of errors, so that no filter takes from a line what it is about.
                    let span = tracing::error_span!(
                        "visit",
                        pull = told(&lease),
                        deliveries = tracing::field::Empty
                    );
                    self.guarded(lease, &stop).instrument(span).await;
                }
                Ok(None) => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.wake.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the queue cannot be read");
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = tokio::time::sleep(Duration::from_secs(2)) => {}
                    }
                }
            }
        }
    }

    /// Works on a lease in a task of its own, so that a panic costs this pull request a try and not
    /// the worker its life.
    async fn guarded(self: &Arc<Self>, lease: Lease, stop: &CancellationToken) {
        let began = Instant::now();
        if let Admission::Wait(until) = self.circuits.admit(lease.key.installation, Timestamp::now()) {
            let waiting = Trouble::Waiting("GitHub does not serve this installation".to_owned());
            self.hand_back(&lease, self.store.postpone(&lease, until, &waiting).await);
            return;
        }
        let app = Arc::clone(self);
        let at_work = lease.clone();
        let mut task = tokio::spawn(async move { app.work(&at_work).await }.in_current_span());
        let mut beat = tokio::time::interval(self.pace.heartbeat());
        beat.reset();
        let deadline = tokio::time::sleep(LONGEST);
        tokio::pin!(deadline);
        let stopping = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::pin!(stopping);
        let outcome = loop {
            tokio::select! {
                ended = &mut task => break match ended {
                    Ok(outcome) => outcome,
                    Err(error) => Err(Failure::Broken(panic_text(error))),
                },
                _ = beat.tick() => {
                    match self.store.renew(&lease, Timestamp::now() + self.pace.lease).await {
                        Ok(true) => {}
                        Ok(false) => {
                            task.abort();
                            tracing::warn!(pull = %told(&lease), "the lease was lost; somebody else is at it");
                            return;
                        }
                        Err(error) => tracing::warn!(%error, "the lease cannot be renewed"),
                    }
                }
                () = &mut deadline => {
                    task.abort();
                    break Err(Failure::Broken(format!("not done in {} s", LONGEST.as_secs())));
                }
                () = &mut stopping => {
                    task.abort();
                    let waiting = Trouble::Waiting("the server was stopped".to_owned());
                    self.hand_back(&lease, self.store.postpone(&lease, Timestamp::now(), &waiting).await);
                    return;
                }
            }
        };
        metrics::histogram!("specwarden_evaluation_seconds").record(began.elapsed());
        self.settle(&lease, outcome, began).await;
    }

    async fn work(&self, lease: &Lease) -> Result<(), Failure> {
        if lease.key.is_repository() {
            self.list_pulls(lease).await
        } else {
            visit::visit(self, lease).await
        }
    }

    /// Marks every open pull request of a repository.
    async fn list_pulls(&self, lease: &Lease) -> Result<(), Failure> {
        let repo = repo_name(&lease.name)?;
        let calls = self.github.installation(lease.key.installation, "repository");
        let pulls = match calls.open_pulls(&repo).await {
            Err(GitHubError::NotFound { .. } | GitHubError::Forbidden { .. }) => return Ok(()),
            pulls => pulls?,
        };
        let marks: Vec<Mark> = pulls
            .iter()
            .map(|pull| Mark::Pull {
                key: PullKey {
                    number: PullNumber(pull.number.0),
                    ..lease.key
                },
                name: lease.name.clone(),
                work: Work::Evaluate,
            })
            .collect();
        self.store.mark(&marks, Timestamp::now()).await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn settle(&self, lease: &Lease, outcome: Result<(), Failure>, began: Instant) {
        let installation = lease.key.installation;
        if !outcome.as_ref().is_err_and(Failure::is_unserved) {
            let answered = self.github.answered_since(installation, began);
            self.circuits.ended(installation, answered);
        }
        let failure = match outcome {
            Ok(()) => {
                metrics::counter!("specwarden_visits_total", "outcome" => "done").increment(1);
                self.hand_back(lease, self.store.finish(lease).await);
                return;
            }
            Err(failure) => failure,
        };
        let now = Timestamp::now();
        if let Failure::GitHub(GitHubError::Wait { after, why }) = &failure {
            metrics::counter!("specwarden_visits_total", "outcome" => "asked_to_wait").increment(1);
            tracing::warn!(pull = %told(lease), seconds = after.as_secs(), why, "GitHub asks to wait");
            let until = now + self.circuits.failed(lease.key, now, *after, spread()).length;
            let held = self.store.hold(installation, until, why).await;
            self.hand_back(lease, held);
            let waiting = Trouble::Waiting(failure.to_string());
            self.hand_back(lease, self.store.postpone(lease, until, &waiting).await);
            return;
        }
        let attempts = lease.attempts + 1;
        let most = if failure.is_unserved() {
            ATTEMPTS_UNSERVED
        } else {
            ATTEMPTS
        };
        if attempts == ATTEMPTS && attempts < most {
            visit::tell_trouble(self, lease, &failure.to_string()).await;
        }
        if attempts >= most {
            metrics::counter!("specwarden_visits_total", "outcome" => "given_up").increment(1);
            tracing::error!(pull = %told(lease), attempts, %failure, "given up until something new happens to it");
            visit::tell_trouble(self, lease, &failure.to_string()).await;
            self.hand_back(lease, self.store.bury(lease, &failure.to_string()).await);
            return;
        }
        metrics::counter!("specwarden_visits_total", "outcome" => "failed").increment(1);
        let mut pause = self.pace.back_off(attempts);
        // Where GitHub itself is in trouble, the installation's other pull requests would only add
        // to it; everybody else's go on.
        if failure.is_unserved() {
            let all = self.circuits.failed(lease.key, now, Duration::ZERO, spread());
            if !all.alone {
                pause = all.length;
            }
            let held = self
                .store
                .hold(installation, now + all.length, &failure.to_string())
                .await;
            self.hand_back(lease, held);
        }
        tracing::warn!(pull = %told(lease), attempts, seconds = pause.as_secs_f32(), %failure, "will be tried again");
        let failed = Trouble::Failed(failure.to_string());
        self.hand_back(lease, self.store.postpone(lease, now + pause, &failed).await);
    }

    /// A lease that cannot be handed back runs out by itself.
    fn hand_back(&self, lease: &Lease, outcome: Result<(), StoreError>) {
        if let Err(error) = outcome {
            tracing::error!(pull = %told(lease), %error, "a lease cannot be handed back; it will run out");
        }
    }
}

fn told(lease: &Lease) -> String {
    format!("{}#{}", lease.name, lease.key.number)
}

/// The name that a mark carried.
pub(super) fn repo_name(name: &str) -> Result<RepoName, Failure> {
    name.parse()
        .map_err(|error| Failure::Broken(format!("the repository's name is unusable: {error}")))
}

fn panic_text(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => {
            let said = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            format!("a bug: {}", said.unwrap_or_else(|| "panic".to_owned()))
        }
        Err(error) => format!("the work was cut off: {error}"),
    }
}

fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(spread())
}

/// Keeps those who wait from coming back all at once; never less than what was asked for.
fn spread() -> f64 {
    rand::rng().random_range(1.0..1.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut last = Duration::ZERO;
        for attempts in 1..=ATTEMPTS {
            let pause = Pace::default().back_off(attempts);
            assert!(pause >= Duration::from_secs(1) && pause <= Duration::from_secs(900));
            assert!(pause > last.mul_f64(0.6), "{attempts}: {pause:?} after {last:?}");
            last = pause;
        }
    }

    #[test]
    fn being_asked_to_wait_never_means_less() {
        for _ in 0..100 {
            assert!(jittered(Duration::from_secs(60)) >= Duration::from_secs(60));
        }
    }
}
