//! Small repositories for this room's tests, made with libgit2 alone.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use git2::FileMode;
use git2::ObjectType;
use git2::Oid;
use git2::Signature;
use git2::Time;
use tempfile::TempDir;

use crate::git::Repository;
use crate::ids::CommitSha;

/// A repository on branch `main` in a folder of its own. Each commit is a minute after the last.
pub(super) struct Fixture {
    dir: TempDir,
    repo: git2::Repository,
    clock: Cell<i64>,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let repo = git2::Repository::init_opts(dir.path(), &options).unwrap();
        Self {
            dir,
            repo,
            clock: Cell::new(1_700_000_000),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn open(&self) -> Repository {
        Repository::discover(self.path()).unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn stage(&self, path: &str) {
        let mut index = self.repo.index().unwrap();
        index.add_path(Path::new(path)).unwrap();
        index.write().unwrap();
    }

    pub(super) fn unstage(&self, path: &str) {
        let mut index = self.repo.index().unwrap();
        index.remove_path(Path::new(path)).unwrap();
        index.write().unwrap();
    }

    /// Writes (or, for `None`, removes) files, stages them and commits.
    pub(super) fn commit(&self, files: &[(&str, Option<&str>)]) -> CommitSha {
        self.commit_by("Ada", "ada@example.com", files)
    }

    pub(super) fn commit_by(&self, name: &str, email: &str, files: &[(&str, Option<&str>)]) -> CommitSha {
        self.finish(name, email, files, &[])
    }

    /// Merges a branch into the current one; the files are what the merge brings.
    pub(super) fn merge(&self, branch: &str, files: &[(&str, Option<&str>)]) -> CommitSha {
        let side = self.repo.find_branch(branch, git2::BranchType::Local).unwrap();
        let side = side.get().target().unwrap();
        self.finish("Ada", "ada@example.com", files, &[side])
    }

    fn finish(&self, name: &str, email: &str, files: &[(&str, Option<&str>)], sides: &[Oid]) -> CommitSha {
        for (path, text) in files {
            match text {
                Some(text) => {
                    self.write(path, text);
                    self.stage(path);
                }
                None => {
                    fs::remove_file(self.path().join(path)).unwrap();
                    self.unstage(path);
                }
            }
        }
        let tree = self.repo.index().unwrap().write_tree().unwrap();
        self.commit_of(name, email, tree, sides)
    }

    fn commit_of(&self, name: &str, email: &str, tree: Oid, sides: &[Oid]) -> CommitSha {
        self.clock.set(self.clock.get() + 60);
        let who = Signature::new(name, email, &Time::new(self.clock.get(), 0)).unwrap();
        let head = self.repo.head().ok().and_then(|head| head.target());
        let parents: Vec<_> = head
            .iter()
            .chain(sides)
            .map(|id| self.repo.find_commit(*id).unwrap())
            .collect();
        let parents: Vec<_> = parents.iter().collect();
        let tree = self.repo.find_tree(tree).unwrap();
        let id = self
            .repo
            .commit(Some("HEAD"), &who, &who, "a change\n", &tree, &parents)
            .unwrap();
        CommitSha(id.to_string())
    }

    /// Commits a tree of these entries alone, without touching index and disk.
    pub(super) fn commit_tree(&self, entries: &[(&str, i32, &[u8])]) -> CommitSha {
        let mut builder = self.repo.treebuilder(None).unwrap();
        for (name, mode, bytes) in entries {
            builder
                .insert(name, self.repo.blob(bytes).unwrap(), *mode)
                .unwrap();
        }
        let tree = builder.write().unwrap();
        self.commit_of("Ada", "ada@example.com", tree, &[])
    }

    /// Commits regular files whose names are any bytes.
    pub(super) fn commit_names(&self, entries: &[(&[u8], &[u8])]) -> CommitSha {
        let mut tree = Vec::new();
        for (name, bytes) in entries {
            tree.extend_from_slice(b"100644 ");
            tree.extend_from_slice(name);
            tree.push(0);
            tree.extend_from_slice(self.repo.blob(bytes).unwrap().as_bytes());
        }
        let tree = self.repo.odb().unwrap().write(ObjectType::Tree, &tree).unwrap();
        self.commit_of("Ada", "ada@example.com", tree, &[])
    }

    /// Commits a tree that holds itself: `width` copies on each of `depth` floors.
    pub(super) fn commit_bomb(&self, depth: usize, width: usize) -> CommitSha {
        let mut id = self.repo.blob(b"x").unwrap();
        let mut mode = FileMode::Blob;
        for _ in 0..depth {
            let mut builder = self.repo.treebuilder(None).unwrap();
            for n in 0..width {
                builder.insert(format!("{n}"), id, mode.into()).unwrap();
            }
            id = builder.write().unwrap();
            mode = FileMode::Tree;
        }
        self.commit_of("Ada", "ada@example.com", id, &[])
    }

    pub(super) fn branch(&self, name: &str) {
        let head = self.repo.head().unwrap().peel_to_commit().unwrap();
        self.repo.branch(name, &head, false).unwrap();
    }

    pub(super) fn switch(&self, name: &str) {
        let full = format!("refs/heads/{name}");
        let tree = self
            .repo
            .find_reference(&full)
            .unwrap()
            .peel(ObjectType::Tree)
            .unwrap();
        let mut options = git2::build::CheckoutBuilder::new();
        options.force();
        self.repo.checkout_tree(&tree, Some(&mut options)).unwrap();
        self.repo.set_head(&full).unwrap();
    }

    /// Goes to a branch without any commit, index emptied.
    pub(super) fn orphan(&self, name: &str) {
        self.repo.set_head(&format!("refs/heads/{name}")).unwrap();
        let mut index = self.repo.index().unwrap();
        index.clear().unwrap();
        index.write().unwrap();
    }

    pub(super) fn detach(&self, at: &CommitSha) {
        self.repo
            .set_head_detached(Oid::from_str(at.as_str()).unwrap())
            .unwrap();
    }

    pub(super) fn delete(&self, name: &str) {
        self.repo.find_reference(name).unwrap().delete().unwrap();
    }

    pub(super) fn reference(&self, name: &str, target: &CommitSha) {
        let id = Oid::from_str(target.as_str()).unwrap();
        self.repo.reference(name, id, true, "test").unwrap();
    }

    pub(super) fn symbolic(&self, name: &str, target: &str) {
        self.repo.reference_symbolic(name, target, true, "test").unwrap();
    }
}
