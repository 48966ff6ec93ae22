//! `specwarden doctor`: what is wrong with an installation, as far as this machine can tell.

use std::env;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use crate::approvals::CODEOWNERS_PATHS;
use crate::cli::Outcome;
use crate::cli::output;
use crate::cli::policy::is_markdown;
use crate::config;
use crate::config::Config;
use crate::config::reads_like_a_spec;
use crate::git::GitError;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::ids::SpecPath;
use crate::report::Ink;
use crate::report::Paint;
use crate::report::escape;
use crate::report::words;
use crate::spec::parse;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden doctor
  specwarden doctor --repo ~/roles

Looks at the repository, its policy and the environment that `serve` reads; asks nobody over the
network and prints no secret. Exit status: 0 nothing is wrong, 1 something is.")]
pub struct DoctorArgs {
    /// The repository to look into [default: the one around the current folder]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
}

/// How one look came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Fine,
    Unset,
    Wrong,
}

/// Runs `doctor`.
pub fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let mut page = Page::default();
    let folder = args.repo.as_deref().unwrap_or(Path::new("."));
    match Repository::discover(folder) {
        Ok(repo) => {
            page.say(Health::Fine, &format!("repository at {}", repo.root().display()));
            repository(&mut page, &repo)?;
        }
        Err(error) => page.say(Health::Wrong, &error.to_string()),
    }
    app(&mut page);
    output::print(&page.text)?;
    Ok(if page.wrong {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

#[derive(Default)]
struct Page {
    text: String,
    wrong: bool,
}

impl Page {
    fn say(&mut self, health: Health, what: &str) {
        let (mark, ink) = match health {
            Health::Fine => ("✓", Ink::Green),
            Health::Unset => ("–", Ink::Faint),
            Health::Wrong => ("✗", Ink::Red),
        };
        self.wrong |= health == Health::Wrong;
        self.text.push_str(&Paint::Colour.ink(ink, mark));
        self.text.push(' ');
        self.text.push_str(&escape::clean(what));
        self.text.push('\n');
    }
}

fn repository(page: &mut Page, repo: &Repository) -> Result<(), GitError> {
    let here = match repo.is_bare() {
        true => Snapshot::Commit(repo.resolve("HEAD")?),
        false => Snapshot::WorkingTree,
    };
    match repo.default_branch()? {
        Some(branch) => page.say(Health::Fine, &format!("default branch {}", branch.name)),
        None => page.say(
            Health::Wrong,
            "the repository has no commit yet: there is no base to judge from",
        ),
    }
    if repo.is_shallow() {
        page.say(
            Health::Wrong,
            "the clone is shallow: merge bases may be missing (`git fetch --unshallow`, or `fetch-depth: 0`)",
        );
    }
    let policy = SpecPath::new(config::PATH);
    let config = match repo.read(&here, &policy)? {
        None => {
            page.say(
                Health::Unset,
                &format!(
                    "no {}: the App does nothing here (`specwarden init` writes one)",
                    config::PATH
                ),
            );
            Config::default()
        }
        Some(bytes) => read(page, repo, &bytes)?,
    };
    ownerless(page, repo, &here, &config)?;
    specs(page, repo, &here, &config)
}

/// Says which approval rules ask code owners alone where there is no CODEOWNERS file.
fn ownerless(page: &mut Page, repo: &Repository, here: &Snapshot, config: &Config) -> Result<(), GitError> {
    for path in CODEOWNERS_PATHS {
        if repo.read(here, &SpecPath::new(path))?.is_some() {
            return Ok(());
        }
    }
    let rules = config.approvals.iter().flatten();
    for rule in rules.filter(|rule| rule.from.is_codeowners_only()) {
        page.say(
            Health::Wrong,
            &format!(
                "approval rule `{}` asks nobody but code owners, and there is no CODEOWNERS file: nobody can approve",
                rule.name
            ),
        );
    }
    Ok(())
}

/// Says what is wrong with the policy, and whether it is the one that judges.
fn read(page: &mut Page, repo: &Repository, bytes: &[u8]) -> Result<Config, GitError> {
    let text = String::from_utf8_lossy(bytes);
    let faults = Config::faults(&text);
    for fault in &faults {
        page.say(Health::Wrong, &format!("{}: {fault}", config::PATH));
    }
    let Ok(config) = Config::parse(&text) else {
        return Ok(Config::default());
    };
    if faults.is_empty() {
        page.say(Health::Fine, &format!("{} reads well", config::PATH));
    }
    if let Some(branch) = repo.default_branch()? {
        let path = SpecPath::new(config::PATH);
        let judging = repo.read(&Snapshot::Commit(branch.commit), &path)?;
        if judging.as_deref() != Some(bytes) {
            let what = format!(
                "{} differs from the one on {}, which judges",
                config::PATH,
                branch.name
            );
            page.say(Health::Unset, &what);
        }
    }
    Ok(config)
}

fn specs(page: &mut Page, repo: &Repository, here: &Snapshot, config: &Config) -> Result<(), GitError> {
    let (mut matched, mut unreadable, mut missed) = (0, Vec::new(), Vec::new());
    for path in repo.files(here, &is_markdown)? {
        let bytes = repo.read(here, &path)?.unwrap_or_default();
        let spec = parse(path.as_str(), &bytes, &config.vocabulary);
        let reads = reads_like_a_spec(&spec);
        match config.policy_for(&path) {
            Some(policy) if policy.certain || reads => {
                matched += 1;
                if !spec.problems.is_empty() {
                    unreadable.push(path);
                }
            }
            None if reads && config.specs.is_some() => missed.push(path),
            Some(_) | None => {}
        }
    }
    match matched {
        0 => page.say(
            Health::Wrong,
            "no spec: the policy's paths match no file that is there",
        ),
        _ => page.say(Health::Fine, &words::count(matched, "spec")),
    }
    listed(
        page,
        Health::Wrong,
        &unreadable,
        "cannot be read at face value (`specwarden check --all` says why)",
    );
    listed(
        page,
        Health::Unset,
        &missed,
        "read like specs and are matched by no path of the policy",
    );
    Ok(())
}

fn listed(page: &mut Page, health: Health, paths: &[SpecPath], what: &str) {
    if paths.is_empty() {
        return;
    }
    let mut names: Vec<&str> = paths.iter().take(5).map(SpecPath::as_str).collect();
    let more = format!("and {} more", paths.len().saturating_sub(5));
    if paths.len() > 5 {
        names.push(&more);
    }
    page.say(
        health,
        &format!(
            "{} {what}: {}",
            words::count(paths.len(), "file"),
            names.join(", ")
        ),
    );
}

/// The environment that `serve` reads.
fn app(page: &mut Page) {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let key = set("PRIVATE_KEY") || set("PRIVATE_KEY_PATH");
    match (set("APP_ID"), key, set("WEBHOOK_SECRET")) {
        (false, false, false) => {
            page.say(
                Health::Unset,
                "no GitHub App configured here (APP_ID, PRIVATE_KEY, WEBHOOK_SECRET)",
            );
            return;
        }
        (true, true, true) => page.say(Health::Fine, "a GitHub App is configured"),
        (id, key, secret) => {
            let missing = [
                (id, "APP_ID"),
                (key, "PRIVATE_KEY or PRIVATE_KEY_PATH"),
                (secret, "WEBHOOK_SECRET"),
            ];
            let missing: Vec<&str> = missing
                .iter()
                .filter(|(set, _)| !set)
                .map(|(_, name)| *name)
                .collect();
            page.say(
                Health::Wrong,
                &format!("half a GitHub App: {} is not set", missing.join(", ")),
            );
        }
    }
    if let Ok(id) = env::var("APP_ID")
        && !id.is_empty()
        && id.parse::<u64>().is_err()
    {
        page.say(Health::Wrong, "APP_ID is no number");
    }
    if set("PRIVATE_KEY") && set("PRIVATE_KEY_PATH") {
        page.say(
            Health::Wrong,
            "PRIVATE_KEY and PRIVATE_KEY_PATH are both set: keep one",
        );
    }
    if let Some(path) = env::var_os("PRIVATE_KEY_PATH").filter(|path| !path.is_empty()) {
        let shown = Path::new(&path).display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) if text.contains("PRIVATE KEY-----") => {}
            Ok(_) => page.say(
                Health::Wrong,
                &format!("PRIVATE_KEY_PATH {shown} holds no PEM private key"),
            ),
            Err(error) => page.say(Health::Wrong, &format!("PRIVATE_KEY_PATH {shown}: {error}")),
        }
    }
}
