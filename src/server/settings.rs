//! How the server is set up: flags, or environment variables of the same names.

use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use clap::Args;
use clap::ValueEnum;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use super::MirrorArgs;
use crate::github::AppCredentials;

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
    /// The port to listen on; 0 takes a free one
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
    /// Where mirrors of repositories are kept; a temporary folder by default
    #[arg(long, env, value_name = "DIR")]
    pub mirror_dir: Option<PathBuf>,
    /// What the mirrors may cost
    #[command(flatten)]
    pub mirrors: MirrorArgs,
    /// How log lines are written
    #[arg(long, env, value_enum, default_value_t)]
    pub log_format: LogFormat,
}

impl ServeArgs {
    /// The App's credentials, or `None` where no App is configured.
    ///
    /// # Errors
    ///
    /// Where half of them is missing or the key file cannot be read.
    pub(super) fn credentials(&self) -> anyhow::Result<Option<AppCredentials>> {
        let private_key = match (&self.private_key, &self.private_key_path) {
            // One-line settings carry the key's line breaks as `\n`.
            (Some(key), _) if !key.expose_secret().trim().is_empty() => {
                Some(SecretString::from(key.expose_secret().replace("\\n", "\n")))
            }
            (_, Some(path)) if !path.as_os_str().is_empty() => {
                let pem = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read PRIVATE_KEY_PATH `{}`", path.display()))?;
                Some(SecretString::from(pem))
            }
            _ => None,
        };
        match (self.app_id, private_key) {
            (Some(app_id), Some(private_key)) => Ok(Some(AppCredentials { app_id, private_key })),
            (None, None) => Ok(None),
            (Some(_), None) => bail!("APP_ID is set, but neither PRIVATE_KEY nor PRIVATE_KEY_PATH is"),
            (None, Some(_)) => bail!("PRIVATE_KEY is set, but APP_ID is not"),
        }
    }

    /// The webhook secrets, in the order given; empty where none is configured.
    pub(super) fn webhook_secrets(&self) -> Vec<SecretString> {
        let Some(all) = &self.webhook_secret else {
            return Vec::new();
        };
        all.expose_secret()
            .split(',')
            .map(str::trim)
            .filter(|secret| !secret.is_empty())
            .map(SecretString::from)
            .collect()
    }

    /// Where people reach this server, without a slash at the end.
    pub(super) fn public_url(&self) -> Option<String> {
        let url = self.public_url.as_deref()?.trim().trim_end_matches('/');
        (!url.is_empty()).then(|| url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn args(line: &[&str]) -> ServeArgs {
        Line::parse_from(std::iter::once("serve").chain(line.iter().copied())).serve
    }

    #[test]
    fn several_secrets_are_split_and_trimmed() {
        let secrets = args(&["--webhook-secret", "new, old,,"]).webhook_secrets();
        let texts: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(texts, ["new", "old"]);
    }

    #[test]
    fn half_an_app_is_an_error_and_none_is_not() {
        assert!(args(&[]).credentials().unwrap().is_none());
        assert!(args(&["--app-id", "7"]).credentials().is_err());
        assert!(args(&["--private-key", "x"]).credentials().is_err());
        let both = args(&["--app-id", "7", "--private-key", "a\\nb"]);
        assert_eq!(
            both.credentials().unwrap().unwrap().private_key.expose_secret(),
            "a\nb"
        );
    }

    #[test]
    fn no_secret_shows_in_debug_output() {
        let args = args(&[
            "--app-id",
            "7",
            "--private-key",
            "hush-key",
            "--webhook-secret",
            "hush-hook",
            "--database-url",
            "postgres://u:hush-db@h/d",
            "--client-secret",
            "hush-client",
        ]);
        let shown = format!("{args:?} {:?}", args.credentials());
        assert!(!shown.contains("hush"), "{shown}");
    }
}
