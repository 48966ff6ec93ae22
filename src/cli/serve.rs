//! `specwarden serve`: the GitHub App. Every flag is an environment variable of the same name.

use crate::cli::Outcome;
use crate::server;

pub use crate::server::ServeArgs;

/// Runs `serve`.
pub fn run(args: ServeArgs) -> anyhow::Result<Outcome> {
    server::run(args)?;
    Ok(Outcome::Clean)
}
