//! `specwarden replay`: what this policy would have said to the last merges.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::options::Options;

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden replay
  specwarden replay v1.0..main --config stricter.yml")]
pub struct ReplayArgs {
    /// The merges to look at [default: the last 20 on the default branch]
    range: Option<String>,
    #[command(flatten)]
    options: Options,
}

/// Runs `replay`.
pub fn run(args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`replay` is not in this build")
}
