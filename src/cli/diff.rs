//! `specwarden diff OLD NEW`: the meaning of one edit.

use std::path::Path;

use anyhow::bail;
use clap::Args;

use crate::check::CheckInput;
use crate::check::SpecPair;
use crate::check::check;
use crate::cli::Format;
use crate::cli::Outcome;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::policy;
use crate::git::Repository;
use crate::ids::SpecPath;

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden diff before.md after.md
  specwarden diff HEAD~1:roles/cto.md roles/cto.md
  specwarden diff v1:roles/cto.md HEAD:roles/chief-technology-officer.md   a rename
  specwarden diff /dev/null roles/new.md                                  a new spec

Two file names that differ are no rename; two REV:path whose paths differ are.")]
pub struct DiffArgs {
    /// The side before: a file, REV:path, or /dev/null where it is absent
    old: String,
    /// The side after: a file, REV:path, or /dev/null where it is absent
    new: String,
    #[command(flatten)]
    options: Options,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// One side as it was given.
struct Side {
    bytes: Option<Vec<u8>>,
    /// The path in the repository; `None` for a plain file.
    tracked: Option<String>,
}

fn is_absent(given: &str) -> bool {
    given == "/dev/null" || (cfg!(windows) && given.eq_ignore_ascii_case("nul"))
}

fn read_side(given: &str, repo: &Path) -> anyhow::Result<Side> {
    if is_absent(given) {
        return Ok(Side {
            bytes: None,
            tracked: None,
        });
    }
    let path = Path::new(given);
    if path.is_dir() {
        bail!("`{given}` is a directory (expected a file, REV:path or /dev/null)");
    }
    if let Some((_, inside)) = given.split_once(':').filter(|_| !path.exists()) {
        let bytes = Repository::discover(repo)?.file_at(given)?;
        return Ok(Side {
            bytes: Some(bytes),
            tracked: Some(inside.to_owned()),
        });
    }
    let bytes = policy::read_bytes(path)?;
    Ok(Side {
        bytes: Some(bytes),
        tracked: None,
    })
}

/// The paths a pair is known by. Two plain files are one document under the name of the newer, so
/// that their names make no rename.
fn pair(old: Side, new: Side, names: [&str; 2]) -> anyhow::Result<SpecPair> {
    let name = match (&old.bytes, &new.bytes) {
        (None, None) => bail!("both sides are absent: nothing to compare"),
        (Some(_), None) => names[0],
        _ => names[1],
    };
    let (before_path, after_path) = match (old.tracked, new.tracked) {
        (Some(before), Some(after)) => (before, after),
        (Some(tracked), None) | (None, Some(tracked)) => (tracked.clone(), tracked),
        (None, None) => (name.to_owned(), name.to_owned()),
    };
    Ok(SpecPair {
        before_path: old.bytes.is_some().then(|| SpecPath::new(before_path)),
        after_path: new.bytes.is_some().then(|| SpecPath::new(after_path)),
        before: old.bytes,
        after: new.bytes,
        base_tip: None,
        separate_log: None,
    })
}

/// Runs `diff`.
pub fn run(args: &DiffArgs) -> anyhow::Result<Outcome> {
    let old = read_side(&args.old, args.options.folder())?;
    let new = read_side(&args.new, args.options.folder())?;
    let pair = pair(old, new, [&args.old, &args.new])?;
    let policy = policy::read_file_or_default(args.options.config.as_deref())?;
    let input = CheckInput {
        specs: vec![pair],
        ..CheckInput::local(&args.old, &args.new, policy.config, args.options.today())
    };
    output::emit(&check(&input), &input, args.format)
}
