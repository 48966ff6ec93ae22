//! The app: event → mark due; due pull request → gather → check → reconcile.
//!
//! A webhook only says that a pull request needs another look ([`understand`]). The worker leases
//! it, reads what people have said into the ledger, gathers content from Git and facts from GitHub,
//! has [`check`](mod@crate::check) judge them, and writes what differs. Any of it may be cut off
//! anywhere and is then done again without harm. Start in [`App::run`].

mod answer;
mod apply;
mod circuit;
mod evaluate;
mod gather;
mod grant;
mod group;
mod intake;
mod makers;
mod mend;
mod notes;
mod page;
mod people;
mod policy;
mod reconcile;
mod shared_head;
mod state;
mod sweep;
mod visit;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::git::Mirrors;
use crate::github::GitHub;
use crate::ids::InstallationId;
use crate::store::Store;

pub use intake::Incoming;
pub use intake::understand;
pub use page::Page;
pub use page::PageLine;
pub use worker::Pace;

use circuit::Circuits;
use people::People;

/// What our check run is called.
pub const CHECK_NAME: &str = "specwarden";

/// Where things are.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where people and Git go, without a slash at the end: `https://github.com`.
    pub github_url: String,
    /// Where people reach this server, if that is known, without a slash at the end.
    pub public_url: Option<String>,
}

/// The app, shared by its workers.
pub struct App {
    store: Arc<dyn Store>,
    github: GitHub,
    mirrors: Arc<Mirrors>,
    places: Places,
    wake: Arc<Notify>,
    people: People,
    circuits: Circuits,
    /// The policies of organisations, `None` where there is none.
    fallbacks: moka::future::Cache<(InstallationId, String), Option<Vec<u8>>>,
    pace: Pace,
    /// Second since 1970 at which a worker last looked for something to do.
    looked: AtomicI64,
}

impl App {
    /// Puts the app together. `wake` is notified where something became due.
    pub fn new(
        store: Arc<dyn Store>,
        github: GitHub,
        mirrors: Mirrors,
        places: Places,
        wake: Arc<Notify>,
    ) -> Self {
        Self {
            store,
            github,
            mirrors: Arc::new(mirrors),
            places,
            wake,
            people: People::new(),
            circuits: Circuits::default(),
            fallbacks: moka::future::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(300))
                .build(),
            pace: Pace::default(),
            looked: AtomicI64::new(Timestamp::now().as_second()),
        }
    }

    /// Has the workers go at another pace.
    pub fn at_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }
}
