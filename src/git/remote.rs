//! What to fetch, from where, at what cost, and why that failed.

use std::time::Duration;

use secrecy::SecretString;

use crate::ids::CommitSha;
use crate::ids::RepoId;
use crate::ids::RepoName;

/// Why a fetch failed. Neither a token nor a URL stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError {
    /// No such repository, or not for this token: GitHub does not tell them apart.
    #[error("the Git server has no such repository, or does not show it")]
    NotFound,
    /// The token was refused.
    #[error("the Git server refuses the credentials")]
    Auth,
    /// No answer within the limits.
    #[error("the Git server did not answer in time")]
    TimedOut,
    /// More bytes than the limit.
    #[error("the fetch is larger than the limit")]
    TooLarge,
    /// A ref or commit that the server has not, or not any more.
    #[error("the Git server has no `{0}`")]
    Missing(String),
    /// The mirror on disk is broken, and no new one could take its place.
    #[error("the mirror is damaged: {0}")]
    Damaged(String),
    /// The connection failed, or the other side is no Git server.
    #[error("the Git server cannot be used: {0}")]
    Network(String),
    /// The cache's disk said no.
    #[error("the mirror cannot be kept on disk: {0}")]
    Disk(String),
}

/// What a cache of mirrors may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest silence of a server that has accepted a connection.
    pub silence: Duration,
    /// The longest time for one fetch with all its requests.
    pub overall: Duration,
    /// The most bytes of one fetch with all its requests.
    pub fetch_bytes: u64,
    /// The most mirrors on disk.
    pub mirrors: usize,
    /// The most bytes of all mirrors on disk together.
    pub total_bytes: u64,
    /// How long a repository that was too large is not tried again.
    pub large_for: Duration,
}

impl Default for Limits {
    /// 10 s to connect, 30 s of silence, 2 minutes in all, 256 MiB a fetch; 500 mirrors, 2 GiB; what was too large
    /// is left alone for half an hour.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            overall: Duration::from_secs(120),
            fetch_bytes: 256 << 20,
            mirrors: 500,
            total_bytes: 2 << 30,
            large_for: Duration::from_secs(30 * 60),
        }
    }
}

/// A repository on a Git server.
#[derive(Clone, Debug)]
pub struct Remote {
    pub(super) url: String,
    /// Names the mirror: host, port and GitHub's id of the repository, which survives a rename.
    pub(super) key: String,
    pub(super) token: Option<SecretString>,
}

impl Remote {
    /// The repository of a server whose address may have a path: `https://git.example/github`.
    ///
    /// The token, if there is one, goes to that host alone, in a header.
    ///
    /// # Errors
    ///
    /// An address that is no HTTP URL.
    pub fn new(
        server: &str,
        name: &RepoName,
        id: RepoId,
        token: Option<SecretString>,
    ) -> Result<Self, MirrorError> {
        let invalid = || MirrorError::Network("its address is no http or https URL".to_owned());
        let mut url = url::Url::parse(server).map_err(|_| invalid())?;
        let host = url
            .host_str()
            .filter(|_| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(invalid)?;
        let port = url.port_or_known_default().unwrap_or_default();
        let safe = |c: char| {
            if c.is_ascii_alphanumeric() || ".-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let key = format!("{}_{port}_{id}", host.chars().map(safe).collect::<String>());
        // Credentials in the address would end up in logs.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.path_segments_mut()
            .map_err(|()| invalid())?
            .pop_if_empty()
            .extend([name.owner.as_str(), &format!("{}.git", name.name)]);
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self {
            url: url.to_string(),
            key,
            token,
        })
    }
}

/// What has to be on disk after a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// The newest commit of a ref, under its full name: `refs/heads/main`.
    Ref(String),
    /// A commit. The ref that it is likely to be found on helps with servers that hand out
    /// nothing but refs.
    Commit {
        /// Its object name.
        sha: CommitSha,
        /// A full ref name, such as `refs/pull/7/head`.
        on: Option<String>,
    },
}

/// How much of the history has to be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The wanted commits with their trees. Enough where the merge base is known and wanted.
    Trees,
    /// Also all history of the first two wants down to their merge base.
    Fork,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_have_a_path_and_keeps_no_credentials() {
        let name: RepoName = "acme/roles".parse().unwrap();
        let url = |server: &str| Remote::new(server, &name, RepoId(7), None).map(|remote| remote.url);
        assert_eq!(
            url("https://github.com").unwrap(),
            "https://github.com/acme/roles.git"
        );
        assert_eq!(
            url("https://git.example:8443/hub/").unwrap(),
            "https://git.example:8443/hub/acme/roles.git"
        );
        assert_eq!(
            url("https://me:secret@git.example/?a#b").unwrap(),
            "https://git.example/acme/roles.git"
        );
        for bad in ["github.com", "file:///tmp", "ssh://git@github.com", ""] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rename_keeps_the_mirror() {
        let key = |name: &str| {
            let name = name.parse().unwrap();
            Remote::new("https://git.example", &name, RepoId(7), None)
                .unwrap()
                .key
        };
        assert_eq!(key("acme/roles"), key("acme/specs"));
    }
}
