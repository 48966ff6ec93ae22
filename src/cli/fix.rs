//! `specwarden fix`: writes the version step and the drafted log row into the working tree.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Context;
use anyhow::bail;
use clap::Args;
use similar::TextDiff;

use crate::check::CheckInput;
use crate::check::check;
use crate::cli::Outcome;
use crate::cli::gather::gather;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::policy;
use crate::fix::fix;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::ids::SpecPath;
use crate::report::Ink;
use crate::report::Paint;
use crate::report::escape;
use crate::report::words;
use crate::rules::Severity;

/// Arguments of `fix`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden fix             steps versions and drafts change-log rows for what your branch changed
  specwarden fix --dry-run   shows it as a diff and writes nothing
  specwarden fix HEAD        only for what is not committed yet

Read the drafted row before you commit it: it says what changed, and only you know why.
Exit status: 0 nothing in error is left, 1 something is, 2 could not check.")]
pub struct FixArgs {
    /// What to compare the working tree with [default: merge base with the default branch]
    base: Option<String>,
    #[command(flatten)]
    options: Options,
    /// Show the edit as a diff and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// One file that is mended.
struct Mended {
    before: Vec<u8>,
    after: Vec<u8>,
    summary: Vec<String>,
}

/// Runs `fix`.
pub fn run(args: &FixArgs) -> anyhow::Result<Outcome> {
    let repo = Repository::discover(args.options.folder())?;
    let comparison = repo.comparison(args.base.as_deref(), None)?;
    if comparison.head != Snapshot::WorkingTree {
        bail!("`fix` writes into the working tree: give one revision to compare it with, or none");
    }
    let policy = match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file))?,
        None => policy::read_at(&repo, &comparison.base)?,
    };
    let mut input = gather(&repo, &comparison, policy, args.options.today())?;
    // Whoever mends signs the row.
    input.author_names.splice(0..0, repo.user_name());
    let files = mend(&mut input);
    let mut out = String::new();
    for (path, file) in &files {
        if args.dry_run {
            out.push_str(&difference(path, file));
        } else {
            let target = repo.root().join(path.as_str());
            std::fs::write(&target, &file.after)
                .with_context(|| format!("cannot write {}", target.display()))?;
            let _ = writeln!(
                out,
                "{}: {}",
                escape::clean(path.as_str()),
                escape::clean(&file.summary.join(", "))
            );
        }
    }
    if files.is_empty() {
        output::note("nothing to mend");
    }
    output::print(&out)?;
    Ok(left(&input))
}

/// Mends every spec of the input, in it and as files to write. Specs that share one change log are
/// mended one after the other.
fn mend(input: &mut CheckInput) -> BTreeMap<SpecPath, Mended> {
    let mut files: BTreeMap<SpecPath, Mended> = BTreeMap::new();
    for at in 0..input.specs.len() {
        let log = input
            .config
            .policy_for(&input.specs[at].path())
            .and_then(|policy| policy.separate_log);
        if let Some(mended) = log.as_ref().and_then(|log| files.get(log))
            && let Some(sides) = &mut input.specs[at].separate_log
        {
            // What has just been written for another spec is not this one's row.
            *sides = (Some(mended.after.clone()), Some(mended.after.clone()));
        }
        let Some(fixed) = fix(&input.specs[at], input) else {
            continue;
        };
        for (path, bytes) in fixed.files {
            let pair = &mut input.specs[at];
            let slot = match (&log, &mut pair.separate_log) {
                (Some(log), Some((_, after))) if *log == path => after,
                _ => &mut pair.after,
            };
            let before = slot.replace(bytes.clone()).unwrap_or_default();
            let file = files.entry(path).or_insert(Mended {
                before,
                after: Vec::new(),
                summary: Vec::new(),
            });
            file.after = bytes;
            file.summary.extend(fixed.summary.iter().cloned());
        }
    }
    files
}

/// A unified diff of one file.
fn difference(path: &SpecPath, file: &Mended) -> String {
    let before = String::from_utf8_lossy(&file.before);
    let after = String::from_utf8_lossy(&file.after);
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let name = escape::clean(path.as_str());
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    let lines = text.lines().map(|line| {
        let ink = match line.as_bytes().first() {
            Some(b'+') => Some(Ink::Green),
            Some(b'-') => Some(Ink::Red),
            Some(b'@') => Some(Ink::Cyan),
            _ => None,
        };
        let line = line
            .trim_end_matches('\r')
            .split('\t')
            .map(escape::visible)
            .collect::<Vec<_>>()
            .join("\t");
        ink.map_or(line.clone(), |ink| Paint::Colour.ink(ink, &line)) + "\n"
    });
    lines.collect()
}

/// Whether anything in error is left once everything has been mended.
fn left(input: &CheckInput) -> Outcome {
    let report = check(input);
    let errors = words::findings(&report, Severity::Error);
    if errors > 0 {
        output::note(&format!(
            "{} left that cannot be mended here; `specwarden check` tells",
            words::count(errors, "error")
        ));
    }
    output::outcome(&report)
}
