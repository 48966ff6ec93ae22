//! `specwarden log`: a spec's history told as meaning.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::options::Options;

/// Arguments of `log`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden log roles/platform-engineer.md")]
pub struct LogArgs {
    /// The spec
    path: String,
    #[command(flatten)]
    options: Options,
}

/// Runs `log`.
pub fn run(args: &LogArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`log` is not in this build")
}
