//! The command line: one file per command. stdout carries the report only; everything else goes to
//! stderr. Exit status 0: nothing in error, 1: findings in error, 2: could not check.

mod check;
mod completions;
mod demo;
mod diff;
mod doctor;
mod explain;
mod fix;
mod gather;
mod init;
mod ledger;
mod log;
mod options;
mod output;
mod policy;
mod replay;
mod serve;

use std::process::ExitCode;

use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use clap::builder::styling::AnsiColor;
use clap::builder::styling::Styles;
use clap::error::ContextKind;
use clap::error::ContextValue;

pub use output::Format;
pub use serve::ServeArgs;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// How a run ended, as far as the exit status tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in error: status 0.
    Clean,
    /// Findings in error: status 1.
    Findings,
    /// Could not check: status 2. What was wrong has been said on stderr.
    Broken,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
            Outcome::Broken => Self::from(2),
        }
    }
}

/// Says what a change to a role spec means, whether its version and change log say so too, and who
/// has to approve it.
#[derive(Debug, Parser)]
#[command(name = "specwarden", version, styles = STYLES, max_term_width = 100, after_help = EXAMPLES)]
#[command(
    propagate_version = true,
    infer_subcommands = false,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  specwarden check                       what your branch does to the specs, uncommitted edits included
  specwarden check main..HEAD            the same as a pull request would show it
  specwarden diff old.md new.md          what one edit means
  specwarden fix                         step the version and draft the change-log row
  specwarden explain version-not-bumped  a rule, with an example
  specwarden demo                        the whole story on this machine

Exit status: 0 nothing in error, 1 findings in error, 2 could not check.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge the specs that differ between two revisions
    Check(check::CheckArgs),
    /// Tell what the edit from one file to another means
    Diff(diff::DiffArgs),
    /// Write the version step and the drafted change-log row into the working tree
    Fix(fix::FixArgs),
    /// Explain a rule or a kind of change; without an id, list them all
    Explain(explain::ExplainArgs),
    /// Tell a spec's history as meaning, one entry per version
    Log(log::LogArgs),
    /// Show what this policy would have said to the last merges
    Replay(replay::ReplayArgs),
    /// Write a policy by looking at the repository
    Init(init::InitArgs),
    /// Say what is wrong with an installation
    Doctor(doctor::DoctorArgs),
    /// Run the GitHub App
    Serve(Box<ServeArgs>),
    /// Take the decisions out of the server's store, and check an export
    Ledger(ledger::LedgerArgs),
    /// Play the whole story on this machine, with nothing to install
    Demo(demo::DemoArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(mut error) => {
            name_variable(&mut error);
            // Help and version are answers (status 0); a usage error is "could not check".
            let status = if error.use_stderr() {
                Outcome::Broken
            } else {
                Outcome::Clean
            };
            return match error.print() {
                Ok(()) => status.into(),
                Err(_) => Outcome::Broken.into(),
            };
        }
    };
    match dispatch(cli.command) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::complain(&error);
            Outcome::Broken.into()
        }
    }
}

/// Where a wrong value came from the environment, says which variable holds it: whoever set that has
/// never heard of the flag.
fn name_variable(error: &mut clap::Error) {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    let Some(flag) = argument.split_whitespace().next().map(str::to_owned) else {
        return;
    };
    if std::env::args().any(|given| given.split('=').next() == Some(&flag)) {
        return;
    }
    let command = Cli::command();
    let variable = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .find(|known| known.get_long() == flag.strip_prefix("--"))
        .and_then(|known| known.get_env()?.to_str())
        .filter(|name| std::env::var_os(name).is_some());
    if let Some(name) = variable {
        let tip = format!("the value comes from the environment variable {name}");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

fn dispatch(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Serve(args) => serve::run(*args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
