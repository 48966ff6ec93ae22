//! The repository that is served.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use git2::Oid;
use git2::Signature;
use git2::Time;
use specwarden::ids::CommitSha;

/// The repository `acme/roles` of a Git server.
pub struct Origin {
    folder: tempfile::TempDir,
    repo: git2::Repository,
    clock: AtomicUsize,
}

impl Origin {
    /// `None` where Git is not installed.
    pub fn new() -> Option<Self> {
        let known = Command::new("git")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if !known.is_ok_and(|status| status.success()) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme/roles.git");
        fs::create_dir_all(&path).unwrap();
        let repo = git2::Repository::init_bare(path).unwrap();
        repo.config()
            .unwrap()
            .set_bool("uploadpack.allowAnySHA1InWant", true)
            .unwrap();
        Some(Self {
            folder,
            repo,
            clock: AtomicUsize::new(1_700_000_000),
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn refuse_raw_ids(&self) {
        self.repo
            .config()
            .unwrap()
            .set_bool("uploadpack.allowAnySHA1InWant", false)
            .unwrap();
    }

    pub fn branch(&self, name: &str, at: &CommitSha) {
        self.repo
            .reference(name, Oid::from_str(at.as_str()).unwrap(), true, "test")
            .unwrap();
    }

    /// Adds commits that touch a file, the last of which gives it this text.
    pub fn commit(&self, reference: &str, path: &str, text: &str, count: usize) -> CommitSha {
        let mut last = None;
        for left in (0..count).rev() {
            let text = if left == 0 {
                text.to_owned()
            } else {
                format!("{left} before {text}")
            };
            last = Some(self.write(reference, path, text.as_bytes()));
        }
        last.unwrap()
    }

    /// A commit with a file that no packing makes smaller.
    pub fn noise(&self, reference: &str, bytes: usize) -> CommitSha {
        let mut state = 88_172_645_463_325_252_u64;
        let noise: Vec<u8> = (0..bytes)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            })
            .collect();
        self.write(reference, "noise.bin", &noise)
    }

    fn write(&self, reference: &str, path: &str, bytes: &[u8]) -> CommitSha {
        let now = self.clock.fetch_add(60, Ordering::Relaxed) as i64;
        let who = Signature::new("Ada", "ada@example.com", &Time::new(now, 0)).unwrap();
        let parent = self
            .repo
            .find_reference(reference)
            .ok()
            .map(|r| r.peel_to_commit().unwrap());
        let mut index = git2::Index::new().unwrap();
        if let Some(parent) = &parent {
            index.read_tree(&parent.tree().unwrap()).unwrap();
        }
        let id = self.repo.blob(bytes).unwrap();
        index.add(&entry(path, id)).unwrap();
        let tree = self
            .repo
            .find_tree(index.write_tree_to(&self.repo).unwrap())
            .unwrap();
        let parents: Vec<_> = parent.iter().collect();
        let id = self
            .repo
            .commit(Some(reference), &who, &who, "a change\n", &tree, &parents)
            .unwrap();
        CommitSha(id.to_string())
    }
}

fn entry(path: &str, id: Oid) -> git2::IndexEntry {
    let time = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: time,
        mtime: time,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
