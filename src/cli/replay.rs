//! `specwarden replay`: what this policy would have said to the last merges.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::bail;
use clap::Args;
use jiff::tz::TimeZone;

use crate::check::check;
use crate::cli::Outcome;
use crate::cli::gather::gather;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::policy;
use crate::cli::policy::Policy;
use crate::git::Comparison;
use crate::git::Landing;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::report::Conclusion;
use crate::report::Ink;
use crate::report::Paint;
use crate::report::Report;
use crate::report::escape;
use crate::report::words;
use crate::rules::Severity;

/// How many merges are looked at without a range.
const MERGES: usize = 20;
/// How many at most with one.
const MOST: usize = 10_000;

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden replay                                the last 20 merges into the default branch
  specwarden replay v1.0..main                     everything that landed since v1.0
  specwarden replay --config stricter.yml          before you tighten a policy

Each merge is judged on its own day by one policy: the one of the working tree, or --config.
Exit status: 0 nothing would have been in error, 1 something would have been, 2 could not check.")]
pub struct ReplayArgs {
    /// FROM..TO, or one revision to go back from [default: the last 20 merges into the default branch]
    #[arg(value_name = "RANGE")]
    range: Option<String>,
    #[command(flatten)]
    options: Options,
}

/// Runs `replay`.
pub fn run(args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let repo = Repository::discover(args.options.folder())?;
    let landings = landings(&repo, args.range.as_deref())?;
    let mut page = Page::default();
    for landing in &landings {
        let comparison = Comparison {
            base: landing.base.clone(),
            head: landing.head.clone(),
            base_tip: landing.base_tip.clone(),
        };
        let day = landing.commit.when.to_zoned(TimeZone::UTC).date();
        let today = args.options.today.unwrap_or(day);
        let input = gather(&repo, &comparison, read_policy(&repo, args)?, today)?;
        page.landing(landing, &check(&input));
    }
    output::print(&page.finish(landings.len()))?;
    Ok(if page.failed > 0 {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

fn read_policy(repo: &Repository, args: &ReplayArgs) -> anyhow::Result<Policy> {
    match &args.options.config {
        Some(file) => policy::read_file_or_default(Some(file)),
        None if repo.is_bare() => policy::read_at(repo, &Snapshot::Commit(repo.resolve("HEAD")?)),
        None => policy::read_at(repo, &Snapshot::WorkingTree),
    }
}

/// What landed, oldest first.
fn landings(repo: &Repository, range: Option<&str>) -> anyhow::Result<Vec<Landing>> {
    let (since, until, limit) = match range.map(|range| range.split_once("..").ok_or(range)) {
        Some(Ok((from, to))) => {
            let to = if to.is_empty() {
                "HEAD"
            } else {
                to.trim_start_matches('.')
            };
            (Some(repo.resolve(from)?), repo.resolve(to)?, MOST)
        }
        Some(Err(one)) => (None, repo.resolve(one)?, MERGES),
        None => match repo.default_branch()? {
            Some(branch) => (None, branch.commit, MERGES),
            None => bail!("the repository has no commit yet"),
        },
    };
    let mut landings = repo.landings(since.as_ref(), &until, limit)?;
    landings.reverse();
    Ok(landings)
}

#[derive(Default)]
struct Page {
    text: String,
    judged: usize,
    failed: usize,
    asked: usize,
    rules: BTreeMap<String, usize>,
}

impl Page {
    fn landing(&mut self, landing: &Landing, report: &Report) {
        if report.specs.is_empty() && report.findings.is_empty() {
            return;
        }
        self.judged += 1;
        let (mark, ink) = match report.conclusion {
            Conclusion::Success | Conclusion::Neutral => ("✓", Ink::Green),
            Conclusion::ActionRequired => ("…", Ink::Yellow),
            Conclusion::Failure => ("✗", Ink::Red),
        };
        if report.conclusion == Conclusion::Failure {
            self.failed += 1;
        }
        if words::pending(report).next().is_some() {
            self.asked += 1;
        }
        let mut rules: Vec<&str> = Vec::new();
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
        {
            if !rules.contains(&finding.rule.as_str()) {
                rules.push(&finding.rule);
                *self.rules.entry(finding.rule.clone()).or_default() += 1;
            }
        }
        let paint = Paint::Colour;
        let sha = landing.commit.sha.as_str();
        let _ = writeln!(
            self.text,
            "{} {} {}  {}\n    {}",
            paint.ink(ink, mark),
            paint.ink(Ink::Cyan, sha.get(..7).unwrap_or(sha)),
            landing.commit.when.strftime("%Y-%m-%d"),
            escape::clean(&landing.commit.summary),
            escape::clean(&words::title(report)),
        );
        if !rules.is_empty() {
            let _ = writeln!(self.text, "    {}", rules.join(", "));
        }
    }

    fn finish(&self, looked_at: usize) -> String {
        let mut text = self.text.clone();
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "{} looked at, {} changed specs: {} would have failed, {} would have asked for an approval",
            words::count(looked_at, "merge"),
            self.judged,
            self.failed,
            self.asked
        );
        let mut rules: Vec<(&String, &usize)> = self.rules.iter().collect();
        rules.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for (rule, merges) in rules {
            let _ = writeln!(text, "  {rule}: {}", words::count(*merges, "merge"));
        }
        text
    }
}
