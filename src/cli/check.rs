//! `specwarden check`: the specs that differ between two revisions.

use anyhow::bail;
use clap::Args;

use crate::cli::Format;
use crate::cli::Outcome;
use crate::cli::options::Options;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden check                        your branch, uncommitted edits included
  specwarden check main..HEAD             as a pull request against main would show it
  specwarden check HEAD                   only what is not committed yet
  specwarden check --all                  every spec as it stands
  specwarden check --all --repo notes     every Markdown file of a directory, Git or not
  specwarden check --format json | jq .conclusion")]
pub struct CheckArgs {
    /// BASE..HEAD, or BASE HEAD, or one REV to compare the working tree with
    #[arg(value_name = "REV", num_args = 0..=2)]
    revisions: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// Judge every spec at head, without a base; works in any directory
    #[arg(long)]
    all: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `check`.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`check` is not in this build")
}
