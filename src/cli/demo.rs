//! `specwarden demo`: the whole story on this machine.

use clap::Args;

use crate::cli::Outcome;
use crate::demo;
use crate::demo::Afterwards;
use crate::demo::Ending;

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden demo          plays the story and ends
  specwarden demo --keep   leaves the server and the stand-in GitHub running to explore")]
pub struct DemoArgs {
    /// Leave everything running at the end
    #[arg(long)]
    keep: bool,
}

/// Runs `demo`.
pub fn run(args: &DemoArgs) -> anyhow::Result<Outcome> {
    let afterwards = if args.keep {
        Afterwards::Keep
    } else {
        Afterwards::Stop
    };
    Ok(match demo::run(afterwards)? {
        Ending::AsTold => Outcome::Clean,
        Ending::Otherwise => Outcome::Findings,
    })
}
