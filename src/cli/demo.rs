//! `specwarden demo`: the whole story on this machine.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden demo          plays the story and ends
  specwarden demo --keep   leaves the server and the stand-in GitHub running to explore")]
pub struct DemoArgs {
    /// Leave everything running at the end
    #[arg(long)]
    pub keep: bool,
}

/// Runs `demo`.
pub fn run(args: DemoArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`demo` is not in this build")
}
