//! `specwarden ledger export` and `specwarden ledger verify`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use clap::Args;
use clap::Subcommand;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use crate::approvals::ledger;
use crate::approvals::ledger::Excerpt;
use crate::approvals::ledger::Line;
use crate::cli::Outcome;
use crate::cli::output;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::store;
use crate::store::LedgerRow;
use crate::store::Store;

/// Arguments of `ledger`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden ledger export > ledger.jsonl                     every repository's decisions
  specwarden ledger export --repo acme/roles --pull 7         those of one pull request
  specwarden ledger verify ledger.jsonl                       anywhere, without the store or a network

The ledger says who approved or rejected which change of which role, when, and on which grounds a
check turned green. Each entry's hash covers its text and the hash before it: whoever changes,
removes or reorders one breaks the chain there. See `specwarden ledger verify --help`.")]
pub struct LedgerArgs {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Write the ledger as JSON lines, one entry per line
    Export(ExportArgs),
    /// Check that an export is what was written: nothing changed, removed or reordered
    Verify(VerifyArgs),
}

/// Arguments of `ledger export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden ledger export > ledger.jsonl
  specwarden ledger export --repo acme/roles --pull 7 | specwarden ledger verify
  DATABASE_URL=postgres://… specwarden ledger export

Each repository has a chain of its own, from entry 1. With --pull the entries of other pull requests
are left out; their hashes stay, so that the chain can still be verified.
It only reads, and may run beside the server.")]
struct ExportArgs {
    /// The server's store: sqlite://FILE or postgres://…
    #[arg(
        long,
        env,
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite://specwarden.db"
    )]
    database_url: SecretString,
    /// Only this repository
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepoName>,
    /// Only what was decided on this pull request
    #[arg(long, value_name = "NUMBER", requires = "repo")]
    pull: Option<u64>,
}

/// Arguments of `ledger verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden ledger verify ledger.jsonl
  specwarden ledger export | specwarden ledger verify
  specwarden ledger verify ledger.jsonl --holds 5f0c…          an earlier export's last hash
  git notes --ref=specwarden show HEAD | specwarden ledger verify

A note on a merged commit holds the entries of its pull request. The hashes cover these, not the
words above them, and not what was decided elsewhere in between: to check a note against the ledger,
look for its last hash in an export with --holds.

Entries cut off at the end leave a chain that holds. Keep the last hash that `verify` prints in
another place; a later export that does not hold it was shortened or rewritten.

Exit status: 0 intact, 1 broken, 2 could not read.")]
struct VerifyArgs {
    /// The export, or a note on a merged commit; `-` reads standard input
    #[arg(default_value = "-", value_name = "FILE")]
    file: PathBuf,
    /// A hash that has to be in it
    #[arg(long, value_name = "HASH")]
    holds: Option<String>,
}

/// Runs `ledger`.
pub fn run(args: &LedgerArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        LedgerCommand::Export(args) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .context("cannot start the runtime")?;
            runtime.block_on(export(args))
        }
        LedgerCommand::Verify(args) => verify(args),
    }
}

async fn export(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let store = store::open_to_read(args.database_url.expose_secret())
        .await
        .context("cannot open the store that DATABASE_URL names")?;
    let text = text_of(&*store, args).await;
    store.close().await;
    output::print(&text?)?;
    Ok(Outcome::Clean)
}

async fn text_of(store: &dyn Store, args: &ExportArgs) -> anyhow::Result<String> {
    let mut known = store
        .repositories()
        .await
        .context("cannot read the store's repositories")?;
    if let Some(wanted) = &args.repo {
        let wanted = wanted.to_string();
        known.retain(|(_, name)| name.eq_ignore_ascii_case(&wanted));
        if known.is_empty() {
            bail!("the store knows nothing of the repository `{wanted}`");
        }
    }
    let ids: BTreeSet<RepoId> = known.iter().map(|(id, _)| *id).collect();
    let mut text = String::new();
    for id in ids {
        let rows = store
            .ledger(id, None)
            .await
            .with_context(|| format!("cannot read the ledger of repository {id}"))?;
        let left_out = |row: &LedgerRow| args.pull.is_some_and(|wanted| row.number.0 != wanted);
        let told = rows.iter().filter(|row| !left_out(row)).count();
        if told == 0 {
            continue;
        }
        let others = match rows.len() - told {
            0 => String::new(),
            others => format!("; {others} of other pull requests are left out, their hashes stay"),
        };
        let names: Vec<&str> = known
            .iter()
            .filter(|(known, _)| *known == id)
            .map(|(_, name)| name.as_str())
            .collect();
        output::note(&format!(
            "{} (repository {id}): {}{others}",
            names.join(", formerly or now "),
            counted(told)
        ));
        let lines: Vec<Line> = rows
            .into_iter()
            .map(|row| {
                let hidden = left_out(&row);
                let line = Line {
                    seq: row.seq,
                    prev: row.prev,
                    hash: row.hash,
                    entry: row.entry,
                };
                if hidden { line.without_entry() } else { line }
            })
            .collect();
        text.push_str(&ledger::export(&lines));
    }
    if text.is_empty() {
        output::note("nothing has been decided yet");
    }
    Ok(text)
}

fn verify(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let text = read(&args.file)?;
    let shown = args.file.display();
    let excerpts = ledger::excerpts(&text).with_context(|| format!("cannot read `{shown}` as a note"))?;
    if !excerpts.is_empty() {
        return verify_note(&excerpts, args.holds.as_deref());
    }
    let lines = ledger::import(&text).with_context(|| format!("cannot read `{shown}` as a ledger"))?;
    if lines.is_empty() {
        bail!("`{shown}` holds no entries");
    }
    let chains = ledger::chains(&lines);
    let mut report = String::new();
    let mut outcome = Outcome::Clean;
    for chain in &chains {
        let name = match chain.repo {
            Some(repo) => format!("repository {repo}"),
            None => "a repository that is not named".to_owned(),
        };
        if let Err(broken) = chain.verify() {
            let _ = writeln!(report, "{name}: broken at entry {}: {}", broken.seq, broken.why);
            outcome = Outcome::Findings;
            continue;
        }
        let (left_out, whole) = (chain.left_out(), chain.lines.len());
        let last = chain.lines.last().map_or("", |line| line.hash.as_str());
        let of = match left_out {
            0 => counted(whole),
            _ => format!(
                "{} of {whole} (the others are left out)",
                counted(whole - left_out)
            ),
        };
        let _ = writeln!(report, "{name}: {of} intact, the last hash is {last}");
    }
    if let Some(twice) = ledger::told_twice(&chains) {
        let _ = writeln!(
            report,
            "repository {twice}: broken: it has two chains, where one is whole"
        );
        outcome = Outcome::Findings;
    }
    if !holds(args.holds.as_deref(), &lines, &mut report) {
        outcome = Outcome::Findings;
    }
    output::print(&report)?;
    Ok(outcome)
}

fn verify_note(excerpts: &[Excerpt], wanted: Option<&str>) -> anyhow::Result<Outcome> {
    let mut report = String::new();
    let mut outcome = Outcome::Clean;
    for excerpt in excerpts {
        let about = &excerpt.about;
        if let Err(broken) = excerpt.verify() {
            let _ = writeln!(report, "{about}: broken at entry {}: {}", broken.seq, broken.why);
            outcome = Outcome::Findings;
            continue;
        }
        let Some(last) = excerpt.lines.last() else {
            let _ = writeln!(report, "{about}: broken: it holds no entry");
            outcome = Outcome::Findings;
            continue;
        };
        let _ = writeln!(
            report,
            "{about}: {} intact, the last is entry {} with the hash {}",
            counted(excerpt.lines.len()),
            last.seq,
            last.hash
        );
    }
    let lines: Vec<Line> = excerpts
        .iter()
        .flat_map(|excerpt| excerpt.lines.clone())
        .collect();
    if !holds(wanted, &lines, &mut report) {
        outcome = Outcome::Findings;
    }
    output::print(&report)?;
    Ok(outcome)
}

/// Whether the hash that has to be there is; says so where it is not.
fn holds(wanted: Option<&str>, lines: &[Line], report: &mut String) -> bool {
    let Some(wanted) = wanted else {
        return true;
    };
    let found = lines.iter().any(|line| line.hash.eq_ignore_ascii_case(wanted));
    if !found {
        let _ = writeln!(report, "broken: no entry has the hash {wanted}");
    }
    found
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))
}

fn counted(entries: usize) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        entries => format!("{entries} entries"),
    }
}
