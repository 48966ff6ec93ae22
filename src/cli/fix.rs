//! `specwarden fix`: mends the working tree.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::options::Options;

/// Arguments of `fix`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden fix             step versions and draft change-log rows for what your branch changed
  specwarden fix --dry-run   show it as a diff, write nothing
  specwarden fix HEAD        only for what is not committed yet")]
pub struct FixArgs {
    /// What to compare the working tree with [default: merge base with the default branch]
    base: Option<String>,
    #[command(flatten)]
    options: Options,
    /// Show the edit as a diff and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs `fix`.
pub fn run(args: &FixArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`fix` is not in this build")
}
