//! How the server is set up: flags, or environment variables of the same names.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use clap::ValueEnum;
use clap::builder::OsStringValueParser;
use clap::builder::TypedValueParser;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use super::MirrorArgs;
use crate::app::Pace;
use crate::github::AppCredentials;
use crate::github::GitHub;

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

A GitHub App needs three settings together: APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, and
WEBHOOK_SECRET. /setup registers one and shows all three; `specwarden doctor` looks at what is set.

Every flag can be given as an environment variable of the same name, and one that is empty counts as
not set; RUST_LOG sets what is logged. Watch it by /healthz, /readyz and /metrics.")]
pub struct ServeArgs {
    /// The GitHub App's id
    #[arg(long, env, value_name = "ID", value_parser = app_id)]
    pub app_id: Option<u64>,
    /// The App's private key, PEM text
    // PEM begins with hyphens.
    #[arg(
        long,
        env,
        hide_env_values = true,
        value_name = "PEM",
        allow_hyphen_values = true
    )]
    pub private_key: Option<SecretString>,
    /// A file with the App's private key
    #[arg(long, env, value_name = "FILE", value_parser = path())]
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
    /// The App's client id; kept for signing in to pages, which is not there yet
    #[arg(long, env, value_name = "ID")]
    pub client_id: Option<String>,
    /// The App's client secret; kept for the same
    #[arg(long, env, hide_env_values = true, value_name = "SECRET")]
    pub client_secret: Option<SecretString>,
    /// Where mirrors of repositories are kept; a temporary folder by default
    #[arg(long, env, value_name = "DIR", value_parser = path())]
    pub mirror_dir: Option<PathBuf>,
    /// What the mirrors may cost
    #[command(flatten)]
    pub mirrors: MirrorArgs,
    /// Seconds until another replica takes up the work of one that died
    #[arg(long, env, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub lease_seconds: u64,
    /// The pause after a first failure; for tests, which do not wait
    #[arg(skip = Pace::default().pause)]
    pub pause: Duration,
    /// How log lines are written
    #[arg(long, env, value_enum, default_value_t)]
    pub log_format: LogFormat,
}

/// Empty is not set, which is 0 here: no App has that id.
fn app_id(text: &str) -> Result<u64, &'static str> {
    match text.trim() {
        "" => Ok(0),
        text => text
            .parse()
            .map_err(|_| "it is the number that GitHub calls App ID, not the Client ID"),
    }
}

/// As clap reads paths, but for an empty one, which is not set.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// The App, as far as settings tell.
pub(super) struct AppSettings {
    pub(super) app_id: u64,
    pub(super) github: GitHub,
    pub(super) secrets: Vec<SecretString>,
}

impl ServeArgs {
    /// How fast the workers' clocks go.
    pub(super) fn pace(&self) -> Pace {
        Pace {
            lease: Duration::from_secs(self.lease_seconds),
            pause: self.pause,
        }
    }

    /// The App, or `None` where none is configured.
    ///
    /// # Errors
    ///
    /// With everything that is wrong or missing in all settings, so that nobody has to find out one by
    /// one.
    pub(super) fn app(&self) -> anyhow::Result<Option<AppSettings>> {
        let mut wrong = Vec::new();
        self.addresses(&mut wrong);
        let app_id = self.app_id.filter(|id| *id != 0);
        let key_is_set = self.key_text().is_some() || self.key_path().is_some();
        let private_key = self.private_key(&mut wrong);
        let secrets = self.webhook_secrets();
        if app_id.is_some() || key_is_set || !secrets.is_empty() {
            for (is_set, told) in [
                (
                    app_id.is_some(),
                    "APP_ID is not set: the number that GitHub shows on the App's page",
                ),
                (
                    key_is_set,
                    "PRIVATE_KEY or PRIVATE_KEY_PATH is not set: the key that the App's page generates",
                ),
                (
                    !secrets.is_empty(),
                    "WEBHOOK_SECRET is not set: webhooks could not be told from forgeries",
                ),
            ] {
                if !is_set {
                    wrong.push(told.to_owned());
                }
            }
        }
        let github = private_key.and_then(|private_key| {
            let app_id = app_id.unwrap_or_default();
            GitHub::new(&self.github_api_url, &AppCredentials { app_id, private_key })
                .map_err(|error| wrong.push(error.to_string()))
                .ok()
        });
        match wrong.as_slice() {
            [] => {}
            [one] => bail!("{one}"),
            several => bail!(
                "{} settings are wrong:\n  {}",
                several.len(),
                several.join("\n  ")
            ),
        }
        Ok(app_id.zip(github).map(|(app_id, github)| AppSettings {
            app_id,
            github,
            secrets,
        }))
    }

    fn key_text(&self) -> Option<&SecretString> {
        let is_set = |key: &&SecretString| !key.expose_secret().trim().is_empty();
        self.private_key.as_ref().filter(is_set)
    }

    fn key_path(&self) -> Option<&Path> {
        let path = self.private_key_path.as_deref();
        path.filter(|path| !path.as_os_str().is_empty())
    }

    fn private_key(&self, wrong: &mut Vec<String>) -> Option<SecretString> {
        match (self.key_text(), self.key_path()) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                wrong.push("PRIVATE_KEY and PRIVATE_KEY_PATH are both set: keep one".to_owned());
                None
            }
            // One-line settings carry the key's line breaks as `\n`.
            (Some(key), None) if key.expose_secret().contains("-----BEGIN") => {
                Some(SecretString::from(key.expose_secret().replace("\\n", "\n")))
            }
            (Some(_), None) => {
                wrong.push(
                    "PRIVATE_KEY is no PEM text; a file's name belongs into PRIVATE_KEY_PATH".to_owned(),
                );
                None
            }
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) if text.contains("-----BEGIN") => Some(SecretString::from(text)),
                Ok(_) => {
                    wrong.push(format!("PRIVATE_KEY_PATH `{}` holds no PEM text", path.display()));
                    None
                }
                Err(error) => {
                    wrong.push(format!(
                        "PRIVATE_KEY_PATH `{}` cannot be read: {error}",
                        path.display()
                    ));
                    None
                }
            },
        }
    }

    fn addresses(&self, wrong: &mut Vec<String>) {
        for (name, address) in [
            ("GITHUB_API_URL", Some(self.github_api_url.as_str())),
            ("GITHUB_URL", Some(self.github_url.as_str())),
            ("PUBLIC_URL", self.public_url.as_deref().map(str::trim)),
        ] {
            let Some(address) = address.filter(|address| name != "PUBLIC_URL" || !address.is_empty()) else {
                continue;
            };
            let read = url::Url::parse(address);
            if !read.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
                wrong.push(format!(
                    "{name} `{address}` is no address with http:// or https://"
                ));
            }
        }
        let scheme = self.database_url.expose_secret().split(':').next();
        if !matches!(scheme, Some("sqlite" | "postgres" | "postgresql")) {
            wrong.push("DATABASE_URL begins with neither sqlite:// nor postgres://".to_owned());
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

    /// Where mirrors of repositories are kept, if that is set.
    pub(super) fn mirror_folder(&self) -> Option<&Path> {
        let folder = self.mirror_dir.as_deref();
        folder.filter(|folder| !folder.as_os_str().is_empty())
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

    fn wrong(line: &[&str]) -> String {
        match args(line).app() {
            Ok(_) => panic!("{line:?} is fine"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn no_app_at_all_is_fine_and_so_are_empty_settings() {
        assert!(args(&[]).app().unwrap().is_none());
        let empty = [
            "--app-id",
            "--private-key",
            "--private-key-path",
            "--webhook-secret",
            "--public-url",
            "--mirror-dir",
        ];
        let line: Vec<&str> = empty.iter().flat_map(|flag| [*flag, ""]).collect();
        assert!(args(&line).app().unwrap().is_none());
        assert_eq!(args(&line).mirror_folder(), None);
    }

    #[test]
    fn whatever_is_missing_or_wrong_is_told_at_once() {
        for (line, told, not_told) in [
            (
                &["--app-id", "7"][..],
                &["PRIVATE_KEY ", "WEBHOOK_SECRET"][..],
                "APP_ID",
            ),
            (
                &["--webhook-secret", "s"],
                &["APP_ID", "PRIVATE_KEY "],
                "WEBHOOK_SECRET",
            ),
            (
                &["--private-key-path", "/no/such/key.pem"],
                &["`/no/such/key.pem`", "APP_ID", "WEBHOOK_SECRET"],
                "PRIVATE_KEY is",
            ),
            (
                &["--private-key", "key.pem"],
                &["PRIVATE_KEY_PATH", "APP_ID"],
                "key.pem",
            ),
            (
                &["--private-key", "-----BEGIN hush", "--private-key-path", "x"],
                &["both"],
                "hush",
            ),
            (
                &[
                    "--github-api-url",
                    "api.github.com",
                    "--github-url",
                    "ftp://github.com",
                    "--public-url",
                    "https://",
                    "--database-url",
                    "mysql://u:hush@h/d",
                ],
                &[
                    "GITHUB_API_URL",
                    "GITHUB_URL",
                    "PUBLIC_URL",
                    "DATABASE_URL",
                    "4 settings",
                ],
                "hush",
            ),
        ] {
            let said = wrong(line);
            for word in told {
                assert!(said.contains(word), "{line:?}: no {word} in {said}");
            }
            assert!(!said.contains(not_told), "{line:?}: {said}");
        }
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
        let shown = format!("{args:?} {:?}", args.app().map(|_| ()));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
