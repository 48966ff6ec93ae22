//! Which policy judges, and which files are specs by it.

use std::path::Path;

use anyhow::Context;
use anyhow::anyhow;

use crate::check::PolicyChange;
use crate::config;
use crate::config::Config;
use crate::git::Comparison;
use crate::git::Repository;
use crate::git::Snapshot;
use crate::ids::SpecPath;

/// A policy and whether anybody wrote it.
#[derive(Debug, Default)]
pub struct Policy {
    /// The policy.
    pub config: Config,
    /// True where it comes from a file, false for the defaults.
    pub written: bool,
}

impl Policy {
    /// Whether a path is a spec by this policy.
    pub fn is_spec(&self, path: &str) -> bool {
        self.config.policy_for(&SpecPath::new(path)).is_some()
    }

    /// Whether `check --all` reads a path: every Markdown file where nobody wrote a policy.
    pub fn is_surveyed(&self, path: &str) -> bool {
        if self.written {
            self.is_spec(path)
        } else {
            is_markdown(path)
        }
    }
}

/// Whether a path looks like Markdown.
pub fn is_markdown(path: &str) -> bool {
    let extension = path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("md" | "markdown" | "mdx"))
}

/// The policy in a file, else the defaults.
pub fn read_file_or_default(file: Option<&Path>) -> anyhow::Result<Policy> {
    let Some(file) = file else {
        return Ok(Policy::default());
    };
    read(&read_bytes(file)?, &file.display().to_string())
}

/// A file's bytes.
pub fn read_bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The policy that a snapshot holds, else the defaults.
pub fn read_at(repo: &Repository, snapshot: &Snapshot) -> anyhow::Result<Policy> {
    match repo.read(snapshot, &SpecPath::new(config::PATH))? {
        Some(bytes) => read(&bytes, &format!("{} at {snapshot}", config::PATH)),
        None => Ok(Policy::default()),
    }
}

fn read(bytes: &[u8], name: &str) -> anyhow::Result<Policy> {
    let text = std::str::from_utf8(bytes).map_err(|_| anyhow!("the policy {name} is no UTF-8 text"))?;
    let config = Config::parse(text).map_err(|first| match Config::faults(text).as_slice() {
        [] | [_] => anyhow!("the policy {name}: {first}"),
        faults => {
            let told: String = faults.iter().map(|fault| format!("\n  {fault}")).collect();
            anyhow!("the policy {name} has {} mistakes:{told}", faults.len())
        }
    })?;
    Ok(Policy {
        config,
        written: true,
    })
}

/// The policy file itself, where the two sides of a comparison differ in it.
pub fn changed(repo: &Repository, comparison: &Comparison) -> anyhow::Result<Option<PolicyChange>> {
    let path = SpecPath::new(config::PATH);
    let before = repo.read(&comparison.base, &path)?;
    let after = repo.read(&comparison.head, &path)?;
    Ok((before != after).then_some(PolicyChange { path, after }))
}
