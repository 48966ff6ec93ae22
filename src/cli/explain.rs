//! `specwarden explain`: the docs of a rule or a kind of change.

use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::output;
use crate::report::docs;

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
    let text = match args.id.as_deref() {
        None => docs::list(),
        Some(id) => match docs::explain(id) {
            Some(text) => text,
            None => bail!("no rule or kind of change is called `{id}`{}", hint(id)),
        },
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

fn hint(id: &str) -> String {
    match docs::similar_ids(id)[..] {
        [] => ": `specwarden explain` lists them".to_owned(),
        [best, ..] => format!(" (did you mean `{best}`?)"),
    }
}
