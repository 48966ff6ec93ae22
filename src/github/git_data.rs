//! Objects and refs of a repository, over the REST API: for what is written without a working tree
//! (<https://docs.github.com/en/rest/git>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::GitHubError;
use super::Installation;
use super::exchange::Call;
use super::exchange::segment;
use super::reads::repo_path;
use crate::ids::CommitSha;
use crate::ids::RepoName;

/// One name in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TreeEntry {
    /// The name, or the path where more than one level was asked for.
    pub path: String,
    /// Six octal digits.
    #[serde(default)]
    pub mode: String,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The object.
    pub sha: String,
    /// Bytes of a blob, where they are told.
    #[serde(default)]
    pub size: Option<u64>,
}

/// What is below a tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TreeListing {
    /// The entries.
    #[serde(rename = "tree")]
    pub entries: Vec<TreeEntry>,
    /// Whether there are more than GitHub tells at once.
    #[serde(default)]
    pub truncated: bool,
}

/// A change to a tree; paths may hold slashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeChange {
    path: String,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    sha: Option<String>,
}

impl TreeChange {
    /// This blob is at this path.
    pub fn put(path: String, blob: String) -> Self {
        Self {
            sha: Some(blob),
            ..Self::remove(path)
        }
    }

    /// Nothing is at this path any more.
    pub fn remove(path: String) -> Self {
        Self {
            path,
            mode: "100644",
            kind: "blob",
            sha: None,
        }
    }
}

#[derive(Deserialize)]
struct Object {
    sha: String,
}

/// The part of a ref's name behind `refs/`, as it stands in a path.
fn ref_path(name: &str) -> String {
    let name = name.strip_prefix("refs/").unwrap_or(name);
    name.split('/').map(segment).collect::<Vec<_>>().join("/")
}

impl Installation {
    /// The commit of a ref, `refs/…`; `None` where there is no such ref.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn reference(&self, repo: &RepoName, name: &str) -> Result<Option<CommitSha>, GitHubError> {
        #[derive(Deserialize)]
        struct Reference {
            object: Object,
        }
        let path = format!("{}/git/ref/{}", repo_path(repo), ref_path(name));
        match self.call(&Call::get("GET /repos/{}/git/ref/{}", path)).await {
            Ok(answer) => Ok(Some(CommitSha::new(answer.json::<Reference>()?.object.sha))),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is in a tree, one level of it.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn tree(&self, repo: &RepoName, tree: &str) -> Result<Vec<TreeEntry>, GitHubError> {
        let path = format!("{}/git/trees/{tree}", repo_path(repo));
        let answer = self.call(&Call::get("GET /repos/{}/git/trees/{}", path)).await?;
        Ok(answer.json::<TreeListing>()?.entries)
    }

    /// What is in a tree and in all trees below it, as far as GitHub tells it at once.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn tree_below(&self, repo: &RepoName, tree: &str) -> Result<TreeListing, GitHubError> {
        let path = format!("{}/git/trees/{tree}?recursive=1", repo_path(repo));
        self.call(&Call::get("GET /repos/{}/git/trees/{}", path))
            .await?
            .json()
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn blob(&self, repo: &RepoName, blob: &str) -> Result<Vec<u8>, GitHubError> {
        #[derive(Deserialize)]
        struct Blob {
            content: String,
        }
        const ROUTE: &str = "GET /repos/{}/git/blobs/{}";
        let path = format!("{}/git/blobs/{blob}", repo_path(repo));
        let found: Blob = self.call(&Call::get(ROUTE, path)).await?.json()?;
        // GitHub breaks the lines of Base64.
        let packed: String = found.content.split_ascii_whitespace().collect();
        STANDARD.decode(packed).map_err(|error| GitHubError::Flaky {
            route: ROUTE,
            why: format!("its content is no Base64: {error}"),
        })
    }

    /// Makes a blob and returns its id; the same text is the same blob.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn create_blob(&self, repo: &RepoName, text: &str) -> Result<String, GitHubError> {
        let body = json!({ "content": text, "encoding": "utf-8" });
        self.create_object("POST /repos/{}/git/blobs", repo, "blobs", &body)
            .await
    }

    /// Makes a tree that differs from `base` (from the empty one) by these changes.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn create_tree(
        &self,
        repo: &RepoName,
        base: Option<&str>,
        changes: &[TreeChange],
    ) -> Result<String, GitHubError> {
        let mut body = json!({ "tree": changes });
        if let Some(base) = base {
            body["base_tree"] = base.into();
        }
        self.create_object("POST /repos/{}/git/trees", repo, "trees", &body)
            .await
    }

    /// Makes a commit that no ref points to yet.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn create_commit(
        &self,
        repo: &RepoName,
        message: &str,
        tree: &str,
        parent: Option<&CommitSha>,
    ) -> Result<CommitSha, GitHubError> {
        let parents: Vec<&CommitSha> = parent.into_iter().collect();
        let body = json!({ "message": message, "tree": tree, "parents": parents });
        self.create_object("POST /repos/{}/git/commits", repo, "commits", &body)
            .await
            .map(CommitSha::new)
    }

    /// Makes a ref, `refs/…`.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::Rejected`] where there is one already.
    pub async fn create_ref(&self, repo: &RepoName, name: &str, to: &CommitSha) -> Result<(), GitHubError> {
        let body = json!({ "ref": name, "sha": to });
        let path = format!("{}/git/refs", repo_path(repo));
        let call = Call::send("POST /repos/{}/git/refs", Method::POST, path, &body);
        self.call(&call).await.map(drop)
    }

    /// Moves a ref, `refs/…`, to a commit that comes after where it is.
    ///
    /// # Errors
    ///
    /// As any call; [`GitHubError::Rejected`] where it is elsewhere by now.
    pub async fn advance_ref(&self, repo: &RepoName, name: &str, to: &CommitSha) -> Result<(), GitHubError> {
        let body = json!({ "sha": to, "force": false });
        let path = format!("{}/git/refs/{}", repo_path(repo), ref_path(name));
        let call = Call::send("PATCH /repos/{}/git/refs/{}", Method::PATCH, path, &body);
        self.call(&call).await.map(drop)
    }

    async fn create_object(
        &self,
        route: &'static str,
        repo: &RepoName,
        sort: &str,
        body: &Value,
    ) -> Result<String, GitHubError> {
        let path = format!("{}/git/{sort}", repo_path(repo));
        let call = Call::send(route, Method::POST, path, body);
        Ok(self.call(&call).await?.json::<Object>()?.sha)
    }
}
