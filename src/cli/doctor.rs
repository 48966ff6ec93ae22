//! `specwarden doctor`: what is wrong with an installation.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden doctor")]
pub struct DoctorArgs {
    /// The repository to look into
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: std::path::PathBuf,
}

/// Runs `doctor`.
pub fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`doctor` is not in this build")
}
