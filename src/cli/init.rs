//! `specwarden init`: a policy made by looking at the repository.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden init
  specwarden init --dry-run")]
pub struct InitArgs {
    /// The repository to look into
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: std::path::PathBuf,
    /// Replace a policy that is already there
    #[arg(long)]
    force: bool,
    /// Print the policy and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs `init`.
pub fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`init` is not in this build")
}
