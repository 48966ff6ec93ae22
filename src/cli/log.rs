//! `specwarden log PATH`: a spec's history told as meaning, one entry per version.

use std::path::Path;

use anyhow::bail;
use clap::Args;

use crate::check::CheckInput;
use crate::check::SpecPair;
use crate::check::check;
use crate::cli::Outcome;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::policy;
use crate::cli::policy::Policy;
use crate::git::CommitInfo;
use crate::git::Repository;
use crate::git::Revision;
use crate::git::Snapshot;
use crate::ids::SpecPath;
use crate::report::Ink;
use crate::report::Paint;
use crate::report::SpecReport;
use crate::report::escape;
use crate::report::text;
use crate::report::words;
use crate::spec::Spec;
use crate::spec::parse;

/// Arguments of `log`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden log roles/platform-engineer.md
  specwarden log roles/platform-engineer.md | less -R

Newest first. Commits that leave the version alone belong to the version they were made under;
renames are followed.")]
pub struct LogArgs {
    /// The spec, as a path from here or from the repository's top
    path: String,
    #[command(flatten)]
    options: Options,
}

/// One state of the file after a commit that changed it.
struct State {
    commit: CommitInfo,
    path: Option<SpecPath>,
    bytes: Option<Vec<u8>>,
    version: Option<String>,
}

/// Runs `log`.
pub fn run(args: &LogArgs) -> anyhow::Result<Outcome> {
    let repo = Repository::discover(args.options.folder())?;
    let head = Snapshot::Commit(repo.resolve("HEAD")?);
    let policy = match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file))?,
        None => policy::read_at(&repo, &head)?,
    };
    let path = path_inside(&repo, args)?;
    let Snapshot::Commit(sha) = &head else {
        bail!("no commit to start from");
    };
    let mut revisions = repo.history(sha, &path)?;
    revisions.reverse();
    let states = states(&repo, &revisions, &policy)?;
    output::print(&told(&states, &policy, args))?;
    Ok(Outcome::Clean)
}

/// The path as Git knows it: from the current folder, else from the top.
fn path_inside(repo: &Repository, args: &LogArgs) -> anyhow::Result<SpecPath> {
    let here = args.options.folder().join(&args.path);
    if here.exists() {
        match repo.relative(&here) {
            Some(path) => return Ok(SpecPath::new(path)),
            None => bail!("`{}` lies outside the repository", args.path),
        }
    }
    let relative = Path::new(&args.path);
    if relative.is_absolute() {
        bail!("no file `{}`", args.path);
    }
    Ok(SpecPath::new(args.path.trim_start_matches("./")))
}

fn states(repo: &Repository, revisions: &[Revision], policy: &Policy) -> anyhow::Result<Vec<State>> {
    let states = revisions.iter().map(|revision| {
        let bytes = match &revision.after {
            Some(path) => repo.read(&Snapshot::Commit(revision.commit.sha.clone()), path)?,
            None => None,
        };
        let path = revision.after.as_ref();
        let spec = path
            .zip(bytes.as_deref())
            .map(|(path, bytes)| parse(path.as_str(), bytes, &policy.config.vocabulary));
        Ok(State {
            commit: revision.commit.clone(),
            path: revision.after.clone(),
            version: spec.as_ref().and_then(Spec::version).map(str::to_owned),
            bytes,
        })
    });
    states.collect()
}

/// The entries, newest first. An entry ends where the version is another one, or the file is gone.
fn told(states: &[State], policy: &Policy, args: &LogArgs) -> String {
    let mut entries = Vec::new();
    let mut first = 0;
    while first < states.len() {
        let same = |state: &&State| {
            state.version == states[first].version && state.bytes.is_some() == states[first].bytes.is_some()
        };
        let last = first + states[first..].iter().take_while(same).count();
        let before = first.checked_sub(1).map(|at| &states[at]);
        entries.push(entry(before, &states[first..last], policy, args));
        first = last;
    }
    entries.reverse();
    entries.join("\n")
}

fn entry(before: Option<&State>, states: &[State], policy: &Policy, args: &LogArgs) -> String {
    let Some(last) = states.last() else {
        return String::new();
    };
    let pair = SpecPair {
        before_path: before.and_then(|state| state.path.clone()),
        before: before.and_then(|state| state.bytes.clone()),
        after_path: last.path.clone(),
        after: last.bytes.clone(),
        ..SpecPair::default()
    };
    let input = CheckInput::local("", "", policy.config.clone(), args.options.today());
    let report = check(&CheckInput {
        specs: vec![pair],
        ..input
    });
    let paint = Paint::Colour;
    let mut text = String::new();
    for spec in &report.specs {
        text.push_str(&paint.ink(Ink::Bold, &head(spec, last)));
        text.push('\n');
        for state in states.iter().rev() {
            text.push_str(&paint.ink(Ink::Faint, &commit(&state.commit)));
            text.push('\n');
        }
        text.push_str(&text::changes(spec, paint));
    }
    text
}

fn head(spec: &SpecReport, last: &State) -> String {
    let version = match (&last.bytes, &last.version) {
        (None, _) => "removed".to_owned(),
        (Some(_), Some(version)) => escape::clean(version),
        (Some(_), None) => "no version".to_owned(),
    };
    let step = match (spec.version.actual_bump, spec.version.required_step) {
        (Some(made), Some(needed)) if made < needed => format!("  {made} step, {needed} needed"),
        (Some(made), _) => format!("  {made} step"),
        (None, _) if spec.version.before.is_some() => {
            format!("  {}", escape::clean(&words::declared(&spec.version)))
        }
        (None, _) => String::new(),
    };
    let date = last.commit.when.strftime("%Y-%m-%d");
    format!("{version}  {date}{step}")
}

fn commit(commit: &CommitInfo) -> String {
    let sha = commit.sha.as_str().get(..7).unwrap_or(commit.sha.as_str());
    format!(
        "  {sha} {}  {}",
        escape::clean(&commit.author.name),
        escape::clean(&commit.summary)
    )
}
