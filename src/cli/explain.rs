//! `specwarden explain`: the docs of a rule or a kind of change.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden explain
  specwarden explain version-bump-too-small
  specwarden explain constraint.loosened")]
pub struct ExplainArgs {
    /// A rule or a kind of change; all of them are listed without one
    id: Option<String>,
}

/// Runs `explain`.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`explain` is not in this build")
}
