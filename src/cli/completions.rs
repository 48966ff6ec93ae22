//! `specwarden completions SHELL`.

use clap::Args;
use clap_complete::Shell;

use crate::cli::Outcome;
use crate::cli::output;

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden completions bash > ~/.local/share/bash-completion/completions/specwarden
  specwarden completions zsh > ~/.zfunc/_specwarden
  specwarden completions fish > ~/.config/fish/completions/specwarden.fish")]
pub struct CompletionsArgs {
    /// The shell to write it for
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &CompletionsArgs, command: &mut clap::Command) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "specwarden", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
