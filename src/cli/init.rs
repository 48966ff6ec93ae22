//! `specwarden init`: a policy made by looking at the repository.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::anyhow;
use anyhow::bail;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::output;
use crate::cli::policy::is_markdown;
use crate::config;
use crate::config::Config;
use crate::config::may_hold_a_spec;
use crate::config::reads_like_a_spec;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::ids::SpecPath;
use crate::spec::Spec;
use crate::spec::Vocabulary;
use crate::spec::parse;

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden init             writes .github/specwarden.yml
  specwarden init --dry-run   prints it")]
pub struct InitArgs {
    /// The repository to look into [default: the one around the current folder]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Replace a policy that is already there
    #[arg(long)]
    force: bool,
    /// Print the policy and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What was found in one folder.
#[derive(Default)]
struct Folder {
    specs: Vec<SpecPath>,
    versioned: usize,
    logged: usize,
    others: usize,
}

/// Runs `init`.
pub fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    let repo = Repository::discover(args.repo.as_deref().unwrap_or(".".as_ref()))?;
    let target = repo.root().join(config::PATH);
    if target.exists() && !args.force && !args.dry_run {
        bail!(
            "{} is already there (--force replaces it, --dry-run prints a new one)",
            config::PATH
        );
    }
    let folders = look(&repo)?;
    let text = draft(&folders);
    // What is written must be what can be read.
    Config::parse(&text).map_err(|error| anyhow!("the drafted policy does not read: {error}"))?;
    if args.dry_run {
        output::print(&text)?;
        return Ok(Outcome::Clean);
    }
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(&target, &text).with_context(|| format!("cannot write {}", target.display()))?;
    let specs: usize = folders.values().map(|folder| folder.specs.len()).sum();
    output::note(&format!(
        "wrote {} for {specs} specs; commit it to the default branch, from where it judges",
        config::PATH
    ));
    Ok(Outcome::Clean)
}

fn look(repo: &Repository) -> anyhow::Result<BTreeMap<String, Folder>> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    for path in repo.files(&Snapshot::WorkingTree, &is_markdown)? {
        let bytes = repo.read(&Snapshot::WorkingTree, &path)?.unwrap_or_default();
        let spec = parse(path.as_str(), &bytes, &Vocabulary::default());
        let name = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = folders.entry(name.to_owned()).or_default();
        if may_hold_a_spec(&path) && reads_like_a_spec(&spec) {
            folder.versioned += usize::from(spec.version().is_some());
            folder.logged += usize::from(has_log(&spec));
            folder.specs.push(path);
        } else {
            folder.others += 1;
        }
    }
    folders.retain(|_, folder| !folder.specs.is_empty());
    Ok(folders)
}

fn has_log(spec: &Spec) -> bool {
    spec.changelog.as_ref().is_some_and(|log| !log.rows.is_empty())
}

fn draft(folders: &BTreeMap<String, Folder>) -> String {
    let specs: usize = folders.values().map(|folder| folder.specs.len()).sum();
    let every =
        |count: fn(&Folder) -> usize| specs > 0 && folders.values().map(count).sum::<usize>() == specs;
    let versions = if every(|folder| folder.versioned) {
        "required"
    } else {
        "optional"
    };
    let logs = if every(|folder| folder.logged) {
        "required"
    } else {
        "optional"
    };
    let mut text = String::from(
        "# Read at the base of a pull request: a change to this file judges only what comes after it.\n",
    );
    if specs == 0 {
        text.push_str("# No spec was found. Name the folder that will hold them.\n");
    }
    text.push_str("specs:\n  - paths:\n");
    for pattern in patterns(folders) {
        let _ = writeln!(text, "      - {}", quoted(&pattern));
    }
    let _ = write!(
        text,
        "    mode: enforce          # enforce | warn | off\n    version: {versions}      # required | optional\n    changelog: {logs}    # required | optional | path of a separate file\n",
    );
    text.push_str(
        "\n# Who must approve which changes. Without this, a severe change asks CODEOWNERS and the spec's owner.\n\
         # approvals:\n\
         #   - name: security\n\
         #     on: [constraint.loosened, constraint.unclear, authority.granted, authority.unclear]\n\
         #     require: 1\n\
         #     from: { teams: [your-org/security] }\n",
    );
    text
}

/// A whole folder where it holds nothing but specs, else file by file.
fn patterns(folders: &BTreeMap<String, Folder>) -> Vec<String> {
    if folders.is_empty() {
        return vec!["roles/**/*.md".to_owned()];
    }
    let mut patterns = Vec::new();
    for (name, folder) in folders {
        if !name.is_empty() && folder.others == 0 {
            patterns.push(format!("{}/*.md", literal(name)));
        } else {
            patterns.extend(folder.specs.iter().map(|path| literal(path.as_str())));
        }
    }
    patterns
}

/// A path as a pattern that means it and nothing else.
fn literal(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '!') {
            out.push('[');
            out.push(c);
            out.push(']');
        } else {
            out.push(c);
        }
    }
    out
}

/// A double-quoted YAML scalar, which is a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
