//! `specwarden serve`: the GitHub App. Every flag is an environment variable of the same name.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use clap::ValueEnum;
use secrecy::SecretString;

use crate::cli::Outcome;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// Arguments of `serve`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  specwarden serve                                        starts without an App and offers /setup
  APP_ID=7 PRIVATE_KEY_PATH=key.pem WEBHOOK_SECRET=… specwarden serve
  DATABASE_URL=postgres://… HOST=0.0.0.0 PORT=8080 specwarden serve

Every flag can be given as an environment variable of the same name; RUST_LOG sets what is logged.")]
pub struct ServeArgs {
    /// The GitHub App's id
    #[arg(long, env, value_name = "ID")]
    pub app_id: Option<u64>,
    /// The App's private key, PEM text
    #[arg(
        long,
        env,
        hide_env_values = true,
        value_name = "PEM",
        conflicts_with = "private_key_path"
    )]
    pub private_key: Option<SecretString>,
    /// A file with the App's private key
    #[arg(long, env, value_name = "FILE")]
    pub private_key_path: Option<PathBuf>,
    /// The webhook secret; several separated by commas while rotating
    #[arg(long, env, hide_env_values = true, value_name = "SECRET")]
    pub webhook_secret: Option<SecretString>,
    /// Where the REST API is
    #[arg(long, env, value_name = "URL", default_value = "https://api.github.com")]
    pub github_api_url: String,
    /// Where people and git go
    #[arg(long, env, value_name = "URL", default_value = "https://github.com")]
    pub github_url: String,
    /// The store: sqlite://FILE or postgres://…
    #[arg(
        long,
        env,
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite://specwarden.db"
    )]
    pub database_url: SecretString,
    /// The address to listen on
    #[arg(long, env, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: String,
    /// The port to listen on
    #[arg(long, env, value_name = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Where people reach this server
    #[arg(long, env, value_name = "URL")]
    pub public_url: Option<String>,
    /// The App's client id, for sign-in to pages
    #[arg(long, env, value_name = "ID")]
    pub client_id: Option<String>,
    /// The App's client secret, for sign-in to pages
    #[arg(long, env, hide_env_values = true, value_name = "SECRET")]
    pub client_secret: Option<SecretString>,
    /// How log lines are written
    #[arg(long, env, value_enum, default_value_t)]
    pub log_format: LogFormat,
}

/// Runs `serve`.
pub fn run(args: ServeArgs) -> anyhow::Result<Outcome> {
    let _ = args;
    bail!("`serve` is not in this build")
}
