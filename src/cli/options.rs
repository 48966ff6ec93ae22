//! The options that most commands share, and what they stand for.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use jiff::Zoned;
use jiff::civil::Date;

/// Where to look, by what policy, and on which day.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The repository to look into [default: the one around the current folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// The policy to judge by, instead of the repository's `.github/specwarden.yml`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The day to judge dates by (YYYY-MM-DD), for reproducible runs
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

impl Options {
    /// The folder given by `--repo`, else the current one.
    pub fn folder(&self) -> &Path {
        self.repo.as_deref().unwrap_or(Path::new("."))
    }

    /// The day given by `--today`, else this machine's.
    pub fn today(&self) -> Date {
        self.today.unwrap_or_else(|| Zoned::now().date())
    }
}
