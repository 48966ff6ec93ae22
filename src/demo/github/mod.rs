//! A stand-in GitHub on a loopback port: real HTTP, real bare Git repositories over smart HTTP,
//! App tokens, teams, comments, check runs, and webhooks that are signed and delivered.
//!
//! It knows nothing of the server that talks to it, and that server knows nothing of it: the two
//! meet through an address, an App id, a private key and a webhook secret. State lives in memory
//! ([`world::World`]), Git objects in a temporary directory. People act through [`Player`]s; what
//! went over the wire can be read back with [`GitHub::exchanges`] and [`GitHub::deliveries`]; and
//! [`GitHub::when`] awaits a state of the world without polling.
//!
//! ```no_run
//! # async fn play() -> anyhow::Result<()> {
//! use specwarden::demo::github::GitHub;
//!
//! let github = GitHub::start().await?;
//! github.add_organization("acme");
//! github.add_user("dana");
//! github.join_organization("acme", "dana");
//! github.add_team("acme", "security", &["dana"]);
//! let repo = github.add_repository("acme/roles", &[("README.md", "Roles.\n")])?;
//! github.register_webhook("http://127.0.0.1:3000/webhook", "a secret");
//! github.install_app("acme").await?;
//! let dana = github.player("dana");
//! dana.push(&repo, "edit", &[("README.md", Some("Our roles.\n"))], "say whose").await?;
//! let number = dana.open_pull(&repo, "edit", "main", "Say whose").await?;
//! dana.comment(&repo, number, "Please look.").await?;
//! # Ok(()) }
//! ```
//!
//! The REST interface is under [`GitHub::api_url`], Git under [`GitHub::url`].

pub mod bare;
mod events;
pub mod faults;
mod gate;
mod hooks;
mod pages;
mod players;
mod reply;
mod rest;
mod setup;
mod shape;
mod smart_http;
pub mod world;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use gate::Exchange;
pub use hooks::Delivery;
pub use hooks::signature;
pub use players::Commit;
pub use players::Player;
pub use players::Queued;
pub use setup::Access;
pub use smart_http::GitRequest;
pub use smart_http::GitStep;

use faults::Faults;
use world::World;

/// The private key of the demonstration App. It is published with the source and protects nothing:
/// only the stand-in, on a loopback port, trusts it.
pub const DEMO_PRIVATE_KEY: &str = include_str!("demo-app.private-key.pem");
const DEMO_PUBLIC_KEY: &str = include_str!("demo-app.public-key.pem");

/// A running stand-in GitHub. Clones share it; it stops when [`GitHub::stop`] is called or the
/// runtime ends.
#[derive(Clone, Debug)]
pub struct GitHub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    host: String,
    world: Mutex<World>,
    log: Mutex<Log>,
    faults: Mutex<Faults>,
    changed: watch::Sender<u64>,
    agent: ureq::Agent,
    stop: CancellationToken,
    _root: TempDir,
}

/// What went over the wire, and what is still on its way.
#[derive(Debug, Default)]
struct Log {
    exchanges: Vec<Exchange>,
    deliveries: Vec<Delivery>,
    git: Vec<GitRequest>,
    on_their_way: usize,
}

/// Something that was awaited did not happen in time.
#[derive(Debug, thiserror::Error)]
#[error("{what} did not happen within {seconds} s")]
pub struct Late {
    what: String,
    seconds: u64,
}

impl GitHub {
    /// Starts a stand-in on a free loopback port.
    ///
    /// # Errors
    /// When no port or no temporary directory is to be had.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts a stand-in on an address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is taken or no temporary directory is to be had.
    pub async fn start_on(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("the stand-in GitHub could not listen on {address}"))?;
        let host = format!("http://{}", listener.local_addr()?);
        let root = tempfile::Builder::new()
            .prefix("specwarden-github-")
            .tempdir()
            .context("no temporary directory for the stand-in's repositories")?;
        let world = World::new(host.clone(), root.path().to_owned());
        let github = Self(Arc::new(Inner {
            host,
            world: Mutex::new(world),
            log: Mutex::default(),
            faults: Mutex::default(),
            changed: watch::Sender::new(0),
            agent: hooks::agent(),
            stop: CancellationToken::new(),
            _root: root,
        }));
        let router = rest::router(&github)
            .merge(smart_http::router(&github))
            .merge(pages::router(&github));
        let stop = github.0.stop.clone();
        tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
            if let Err(error) = serving.await {
                tracing::error!(%error, "the stand-in GitHub stopped");
            }
        });
        Ok(github)
    }

    /// Stops answering.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// The address for people and Git: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.0.host
    }

    /// The address of the REST interface, with a path as GitHub Enterprise Server has one.
    pub fn api_url(&self) -> String {
        format!("{}/api/v3", self.0.host)
    }

    /// Every REST request so far, in the order in which they were answered.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.log().exchanges.clone()
    }

    /// How many REST requests were answered so far.
    pub fn exchanged(&self) -> usize {
        self.log().exchanges.len()
    }

    /// Every attempt to deliver an event so far, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.log().deliveries.clone()
    }

    /// Every request of Git's own protocol so far, in the order in which they were answered.
    pub fn git_requests(&self) -> Vec<GitRequest> {
        self.log().git.clone()
    }

    /// Reads the state of the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world())
    }

    /// Awaits a state of the world: returns as soon as `look` finds something.
    ///
    /// # Errors
    /// [`Late`], naming `what`, when nothing was found within `limit`.
    pub async fn when<T>(
        &self,
        what: &str,
        limit: Duration,
        look: impl Fn(&World) -> Option<T>,
    ) -> Result<T, Late> {
        self.until(what, limit, |github| look(&github.world())).await
    }

    /// Awaits anything that can be read from the stand-in, its exchanges and deliveries included.
    ///
    /// # Errors
    /// [`Late`], naming `what`, when nothing was found within `limit`.
    pub async fn until<T>(
        &self,
        what: &str,
        limit: Duration,
        look: impl Fn(&Self) -> Option<T>,
    ) -> Result<T, Late> {
        let late = || Late {
            what: what.to_owned(),
            seconds: limit.as_secs(),
        };
        let mut changes = self.0.changed.subscribe();
        let search = async {
            loop {
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        match tokio::time::timeout(limit, search).await {
            Ok(Some(found)) => Ok(found),
            Ok(None) | Err(_) => Err(late()),
        }
    }

    /// Awaits the end of all deliveries that the App's own writes set off.
    ///
    /// # Errors
    /// [`Late`] when some are still on their way after `limit`.
    pub async fn delivered(&self, limit: Duration) -> Result<(), Late> {
        self.until("the last delivery", limit, |github| {
            (github.log().on_their_way == 0).then_some(())
        })
        .await
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0
            .world
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0
            .log
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0
            .faults
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn tell(&self) {
        self.0.changed.send_modify(|count| *count += 1);
    }
}
