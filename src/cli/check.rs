//! `specwarden check`: judges the specs that differ, or (`--all`) every spec as it stands.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::check::CheckInput;
use crate::check::SpecPair;
use crate::check::check;
use crate::check::survey;
use crate::cli::Format;
use crate::cli::Outcome;
use crate::cli::gather::gather;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::policy;
use crate::config;
use crate::git::GitError;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::git::files_below;
use crate::ids::SpecPath;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden check                      your branch, uncommitted edits included
  specwarden check main..HEAD           as a pull request against main would show it
  specwarden check HEAD                 only what is not committed yet
  specwarden check --all                every spec as it stands
  specwarden check --all --repo notes   every Markdown file of a folder, Git or not
  specwarden check --format json | jq .conclusion

The policy is read at the base, so a change cannot relax the policy that judges it.
Exit status: 0 nothing in error, 1 findings in error, 2 could not check.")]
pub struct CheckArgs {
    /// BASE..HEAD or BASE HEAD (from their merge base, as a pull request does), or one REV to
    /// compare the working tree with [default: merge base with the default branch]
    #[arg(value_name = "REV", num_args = 0..=2)]
    revisions: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// Judge every spec at head, without a base; works in any folder
    #[arg(long)]
    all: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `check`.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    if args.all {
        run_all(args)
    } else {
        run_changes(args)
    }
}

fn run_changes(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let repo = Repository::discover(args.options.folder())?;
    let mut revisions = args.revisions.iter().map(String::as_str);
    let comparison = repo.comparison(revisions.next(), revisions.next())?;
    let policy = match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file))?,
        None => policy::read_at(&repo, &comparison.base)?,
    };
    let input = gather(&repo, &comparison, policy, args.options.today())?;
    if input.specs.is_empty() && repo.files(&comparison.head, &policy::is_markdown)?.is_empty() {
        output::note("no specs here: no Markdown file at head");
    }
    output::emit(&check(&input), &input, args.format)
}

fn run_all(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let input = match tracked(args)? {
        Some(input) => input,
        None => untracked(args)?,
    };
    if input.specs.is_empty() {
        output::note("no specs found");
    }
    let bar = progress(input.specs.len());
    let report = survey(&input, &|| bar.inc(1));
    bar.finish_and_clear();
    output::emit(&report, &input, args.format)
}

/// Every spec of a Git repository: on disk, or at one revision. `None` in a plain folder.
fn tracked(args: &CheckArgs) -> anyhow::Result<Option<CheckInput>> {
    let folder = args.options.folder();
    let repo = match Repository::discover(folder) {
        Ok(repo) if args.options.repo.is_none() || is_top(&repo, folder) => repo,
        Ok(_) | Err(_) if args.revisions.is_empty() => return Ok(None),
        Ok(repo) => repo,
        Err(error) => return Err(folder_hint(args, error)),
    };
    let head = match &args.revisions[..] {
        [] if repo.is_bare() => Snapshot::Commit(repo.resolve("HEAD")?),
        [] => Snapshot::WorkingTree,
        [one] if !one.contains("..") => {
            Snapshot::Commit(repo.resolve(one).map_err(|error| folder_hint(args, error))?)
        }
        _ => bail!("`--all` looks at one state: give one revision or none"),
    };
    let policy = match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file))?,
        None => policy::read_at(&repo, &head)?,
    };
    let mut specs = Vec::new();
    for path in repo.files(&head, &|path| policy.is_surveyed(path))? {
        let bytes = repo.read(&head, &path)?;
        specs.push(present(path, bytes));
    }
    let input = CheckInput::local("nothing", &head.to_string(), policy.config, args.options.today());
    Ok(Some(CheckInput { specs, ..input }))
}

/// What to write where a folder was given for a revision.
fn folder_hint(args: &CheckArgs, error: GitError) -> anyhow::Error {
    match args.revisions.iter().find(|given| Path::new(given).is_dir()) {
        Some(folder) => {
            anyhow::anyhow!("`{folder}` is a folder and no revision: `--repo {folder}` looks into it")
        }
        None => error.into(),
    }
}

fn is_top(repo: &Repository, folder: &Path) -> bool {
    repo.relative(folder).is_some_and(|path| path.is_empty())
}

/// Every spec of a plain folder.
fn untracked(args: &CheckArgs) -> anyhow::Result<CheckInput> {
    let folder = args.options.folder();
    let written = folder.join(config::PATH);
    let policy = match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file))?,
        None if written.is_file() => policy::read_file_or_default(Some(&written))?,
        None => policy::Policy::default(),
    };
    let mut specs = Vec::new();
    for path in files_below(folder, &|path| policy.is_surveyed(path))? {
        let bytes = policy::read_bytes(&folder.join(path.as_str()))?;
        specs.push(present(path, Some(bytes)));
    }
    let head = folder.display().to_string();
    let input = CheckInput::local("nothing", &head, policy.config, args.options.today());
    Ok(CheckInput { specs, ..input })
}

fn present(path: SpecPath, bytes: Option<Vec<u8>>) -> SpecPair {
    SpecPair {
        after_path: Some(path),
        after: bytes,
        ..SpecPair::default()
    }
}

/// A bar on stderr; hidden where stderr is no terminal.
fn progress(specs: usize) -> ProgressBar {
    let bar = ProgressBar::new(specs as u64);
    if let Ok(style) = ProgressStyle::with_template("reading specs {bar:30} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}
