//! A Git server with a repository, and a cache that mirrors it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use specwarden::git::Limits;
use specwarden::git::Mirror;
use specwarden::git::Mirrors;
use specwarden::git::Remote;
use specwarden::git::Snapshot;
use specwarden::git::Want;
use specwarden::ids::CommitSha;
use specwarden::ids::RepoId;
use specwarden::ids::SpecPath;

use crate::git_server::Origin;
use crate::git_server::Server;

pub const TOKEN: &str = "ghs_test-token";

/// Far above what a loaded machine takes; no test waits for them.
pub fn patient() -> Limits {
    Limits {
        silence: Duration::from_secs(60),
        ..Limits::default()
    }
}

pub fn remote_of(server: &Server, id: u64, token: Option<&str>) -> Remote {
    let name = "acme/roles".parse().unwrap();
    Remote::new(&server.url(), &name, RepoId(id), token.map(SecretString::from)).unwrap()
}

pub fn remote(server: &Server) -> Remote {
    remote_of(server, 7, Some(TOKEN))
}

pub fn commit(sha: &CommitSha) -> Want {
    Want::Commit {
        sha: sha.clone(),
        on: None,
    }
}

pub fn text(mirror: &Mirror, sha: &CommitSha, path: &str) -> String {
    let bytes = mirror
        .read(&Snapshot::Commit(sha.clone()), &SpecPath::new(path))
        .unwrap()
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A cache and an origin with a long main branch and a pull request that left it early.
pub struct Scene {
    pub origin: Origin,
    pub server: Server,
    pub folder: tempfile::TempDir,
    pub fork: CommitSha,
    pub tip: CommitSha,
    pub head: CommitSha,
}

impl Scene {
    /// `None` where Git is not installed.
    pub fn new() -> Option<Self> {
        let origin = Origin::new()?;
        let fork = origin.commit("refs/heads/main", "roles/a.md", "fork\n", 5);
        origin.branch("refs/pull/7/head", &fork);
        let head = origin.commit("refs/pull/7/head", "roles/a.md", "head\n", 3);
        let tip = origin.commit("refs/heads/main", "roles/b.md", "tip\n", 150);
        let server = Server::start(origin.folder(), Some(TOKEN));
        Some(Self {
            origin,
            server,
            folder: tempfile::tempdir().unwrap(),
            fork,
            tip,
            head,
        })
    }

    pub fn mirrors(&self) -> Mirrors {
        Mirrors::new(self.folder.path(), patient()).unwrap()
    }
}

/// Runs only where Git is; says so where it is not.
macro_rules! scene {
    () => {
        match $crate::scene::Scene::new() {
            Some(scene) => scene,
            None => {
                eprintln!("skipped: `git` is not installed");
                return;
            }
        }
    };
}
/// The mirrors' folders on disk.
pub fn folders(cache: &Path) -> Vec<PathBuf> {
    let lanes = fs::read_dir(cache).unwrap().flatten();
    let inside = lanes.flat_map(|lane| fs::read_dir(lane.path()).into_iter().flatten().flatten());
    let mut found: Vec<_> = inside
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

pub(crate) use scene;
