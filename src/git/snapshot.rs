//! The states of a repository that can be compared, and what differs between two of them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use git2::Oid;

use crate::git::GitError;
use crate::git::Repository;
use crate::git::objects;
use crate::git::renames;
use crate::git::worktree;
use crate::ids::CommitSha;
use crate::ids::SpecPath;

/// The most bytes of one file that are read into memory.
pub(super) const FILE_LIMIT: u64 = 32 * 1024 * 1024;

/// One state of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Snapshot {
    /// Nothing: what stands before the first commit.
    Empty,
    /// A commit's tree.
    Commit(CommitSha),
    /// The files on disk: tracked ones, and untracked ones that are not ignored.
    WorkingTree,
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing"),
            Self::Commit(sha) => f.write_str(sha.as_str()),
            Self::WorkingTree => f.write_str("working tree"),
        }
    }
}

/// One regular file that differs between two snapshots. At least one side is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileChange {
    /// Its path in the older snapshot; `None` where it is new.
    pub before: Option<SpecPath>,
    /// Its path in the newer snapshot, another one for a rename; `None` where it is gone.
    pub after: Option<SpecPath>,
}

/// Where the content of a file is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// In an object.
    Blob(Oid),
    /// On disk, and not equal to the object that the index knows.
    Disk(PathBuf),
}

/// Path → content, of the files of one side.
pub(super) type Files = BTreeMap<String, Content>;

impl Repository {
    /// The files that differ and whose path is accepted, sorted by their newest path.
    ///
    /// An accepted file that vanished and one that appeared with at least half of its content are
    /// one rename, wherever it went: a file does not leave the eye by leaving the accepted paths.
    /// Only regular files count: one that became a symbolic link is gone.
    /// A path that is no UTF-8 has U+FFFD for what cannot be read, and can be read back under it.
    ///
    /// # Errors
    ///
    /// An unknown commit, a damaged object, a tree of absurd size, or a bare repository asked for
    /// its working tree.
    pub fn changed(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        accept: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<FileChange>, GitError> {
        let (old, new) = self.differing(before, after, accept)?;
        let elsewhere = match old.keys().any(|path| !new.contains_key(path)) {
            true => {
                let (gone, mut come) = self.differing(before, after, &|_| true)?;
                come.retain(|path, _| !gone.contains_key(path) && !new.contains_key(path));
                come
            }
            false => Files::new(),
        };
        renames::pair(self, &old, &new, &elsewhere)
    }

    fn differing(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        accept: &dyn Fn(&str) -> bool,
    ) -> Result<(Files, Files), GitError> {
        match (self.tree_of(before)?, self.tree_of(after)?) {
            (Some(old), Some(new)) => objects::differing(self, old, new, accept),
            (old, new) => {
                let mut old = self.side(old, accept)?;
                let mut new = self.side(new, accept)?;
                self.drop_equal(&mut old, &mut new)?;
                Ok((old, new))
            }
        }
    }

    /// The regular files whose path is accepted, sorted.
    ///
    /// # Errors
    ///
    /// As for [`Repository::changed`].
    pub fn files(
        &self,
        snapshot: &Snapshot,
        accept: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<SpecPath>, GitError> {
        let files = self.side(self.tree_of(snapshot)?, accept)?;
        Ok(files.into_keys().map(SpecPath).collect())
    }

    /// A regular file's bytes; `None` where the snapshot has no such file.
    ///
    /// # Errors
    ///
    /// An unknown commit, a damaged object, or a file of more than 32 MiB.
    pub fn read(&self, snapshot: &Snapshot, path: &SpecPath) -> Result<Option<Vec<u8>>, GitError> {
        match self.tree_of(snapshot)? {
            Some(None) => Ok(None),
            Some(Some(tree)) => objects::find(self, tree, path.as_str())?
                .map(|id| objects::read(self, id, path.as_str()))
                .transpose(),
            None => worktree::read(&self.workdir()?.join(path.as_str())),
        }
    }

    /// `Some(tree)` of what is in objects (`Some(None)`: the empty tree); `None` for the disk.
    fn tree_of(&self, snapshot: &Snapshot) -> Result<Option<Option<Oid>>, GitError> {
        match snapshot {
            Snapshot::Empty => Ok(Some(None)),
            Snapshot::Commit(sha) => Ok(Some(Some(self.tree_id(sha)?))),
            Snapshot::WorkingTree => Ok(None),
        }
    }

    fn tree_id(&self, sha: &CommitSha) -> Result<Oid, GitError> {
        let beyond = self.beyond.as_ref().and_then(|beyond| beyond.tree_of(sha));
        beyond.map_or_else(|| Ok(self.commit(sha)?.tree_id()), Ok)
    }

    fn side(&self, tree: Option<Option<Oid>>, accept: &dyn Fn(&str) -> bool) -> Result<Files, GitError> {
        match tree {
            Some(tree) => Ok(objects::differing(self, None, tree, accept)?.1),
            None => worktree::files(&self.inner, self.workdir()?, accept),
        }
    }

    /// Takes out what is the same on both sides.
    fn drop_equal(&self, old: &mut Files, new: &mut Files) -> Result<(), GitError> {
        let mut equal = Vec::new();
        for (path, content) in old.iter() {
            if let Some(other) = new.get(path)
                && objects::id(content)? == objects::id(other)?
            {
                equal.push(path.clone());
            }
        }
        for path in equal {
            old.remove(&path);
            new.remove(&path);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::git::fixture::Fixture;

    fn markdown(path: &str) -> bool {
        path.ends_with(".md")
    }

    fn told(changes: &[FileChange]) -> Vec<String> {
        let name = |side: &Option<SpecPath>| side.as_ref().map_or("-".to_owned(), SpecPath::to_string);
        changes
            .iter()
            .map(|c| format!("{} > {}", name(&c.before), name(&c.after)))
            .collect()
    }

    const TEN: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

    #[test]
    fn commits_are_compared_with_renames_and_only_where_accepted() {
        let repo = Fixture::new();
        let base = repo.commit(&[
            ("roles/a.md", Some(TEN)),
            ("roles/gone.md", Some("gone\n")),
            ("roles/same.md", Some("same\n")),
            ("code.rs", Some("x")),
        ]);
        let renamed = TEN.replace("five", "FIVE");
        let head = repo.commit(&[
            ("roles/a.md", None),
            ("agents/b.md", Some(&renamed)),
            ("roles/gone.md", None),
            ("roles/new.md", Some("something else\n")),
            ("code.rs", Some("y")),
        ]);
        let git = repo.open();
        let changed = git
            .changed(
                &Snapshot::Commit(base.clone()),
                &Snapshot::Commit(head.clone()),
                &markdown,
            )
            .unwrap();
        assert_eq!(
            told(&changed),
            [
                "roles/a.md > agents/b.md",
                "roles/gone.md > -",
                "- > roles/new.md"
            ]
        );
        let path = SpecPath::new("agents/b.md");
        assert_eq!(
            git.read(&Snapshot::Commit(head), &path).unwrap().unwrap(),
            renamed.as_bytes()
        );
        assert_eq!(git.read(&Snapshot::Commit(base), &path).unwrap(), None);
    }

    #[test]
    fn a_move_out_of_what_is_accepted_is_still_a_move() {
        let repo = Fixture::new();
        let base = repo.commit(&[("roles/a.md", Some(TEN)), ("roles/b.md", Some("b\n"))]);
        let other = [("attic/c.txt", Some("c\n")), ("roles/b.md", None)];
        let head = repo.commit(&[
            ("roles/a.md", None),
            ("attic/a.md", Some(TEN)),
            other[0],
            other[1],
        ]);
        let changed = repo
            .open()
            .changed(&Snapshot::Commit(base), &Snapshot::Commit(head), &|path| {
                path.starts_with("roles/")
            })
            .unwrap();
        assert_eq!(told(&changed), ["roles/a.md > attic/a.md", "roles/b.md > -"]);
    }

    #[test]
    fn the_working_tree_is_tracked_and_untracked_but_not_ignored() {
        let repo = Fixture::new();
        let base = repo.commit(&[
            (".gitignore", Some("build/\n")),
            ("a.md", Some(TEN)),
            ("b.md", Some("b\n")),
            ("c.md", Some("c\n")),
        ]);
        repo.write("b.md", "changed\n");
        repo.write("new/deep/d.md", "d\n");
        repo.write("build/e.md", "e\n");
        fs::remove_file(repo.path().join("c.md")).unwrap();
        let git = repo.open();
        let head = Snapshot::WorkingTree;
        let changed = git
            .changed(&Snapshot::Commit(base.clone()), &head, &markdown)
            .unwrap();
        assert_eq!(told(&changed), ["b.md > b.md", "c.md > -", "- > new/deep/d.md"]);
        let back = git.changed(&head, &Snapshot::Commit(base), &markdown).unwrap();
        assert_eq!(told(&back), ["b.md > b.md", "- > c.md", "new/deep/d.md > -"]);
        let files = git.files(&head, &markdown).unwrap();
        assert_eq!(
            files.iter().map(SpecPath::as_str).collect::<Vec<_>>(),
            ["a.md", "b.md", "new/deep/d.md"]
        );
        let read = git.read(&head, &SpecPath::new("b.md")).unwrap();
        assert_eq!(read.as_deref(), Some(b"changed\n".as_slice()));
        assert_eq!(git.read(&head, &SpecPath::new("c.md")).unwrap(), None);
    }

    #[test]
    fn the_index_decides_nothing_about_content() {
        let repo = Fixture::new();
        let base = repo.commit(&[
            (".gitignore", Some("*.log.md\n")),
            ("a.md", Some(TEN)),
            ("b.md", Some("b\n")),
        ]);
        // Staged as removed, yet still there with other text; staged as new, yet gone; staged although ignored.
        repo.write("a.md", "other\n");
        repo.unstage("a.md");
        repo.write("staged.md", "s\n");
        repo.stage("staged.md");
        fs::remove_file(repo.path().join("staged.md")).unwrap();
        repo.write("forced.log.md", "f\n");
        repo.stage("forced.log.md");
        let changed = repo
            .open()
            .changed(&Snapshot::Commit(base), &Snapshot::WorkingTree, &markdown)
            .unwrap();
        assert_eq!(told(&changed), ["a.md > a.md", "- > forced.log.md"]);
    }

    #[test]
    fn before_the_first_commit_everything_is_new() {
        let repo = Fixture::new();
        repo.write("a.md", "a\n");
        let changed = repo
            .open()
            .changed(&Snapshot::Empty, &Snapshot::WorkingTree, &markdown)
            .unwrap();
        assert_eq!(told(&changed), ["- > a.md"]);
    }

    #[test]
    fn a_rename_in_the_working_tree_is_found() {
        let repo = Fixture::new();
        let base = repo.commit(&[("a.md", Some(TEN))]);
        fs::rename(repo.path().join("a.md"), repo.path().join("z.md")).unwrap();
        let changed = repo
            .open()
            .changed(&Snapshot::Commit(base), &Snapshot::WorkingTree, &markdown)
            .unwrap();
        assert_eq!(told(&changed), ["a.md > z.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_became_a_link_is_gone() {
        let repo = Fixture::new();
        let base = repo.commit(&[("a.md", Some(TEN)), ("b.md", Some("b\n"))]);
        fs::remove_file(repo.path().join("a.md")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", repo.path().join("a.md")).unwrap();
        let git = repo.open();
        let changed = git
            .changed(&Snapshot::Commit(base), &Snapshot::WorkingTree, &markdown)
            .unwrap();
        assert_eq!(told(&changed), ["a.md > -"]);
        assert_eq!(
            git.read(&Snapshot::WorkingTree, &SpecPath::new("a.md")).unwrap(),
            None
        );
        let head = repo.commit_tree(&[("a.md", 0o120000, b"/etc/passwd")]);
        assert_eq!(
            git.read(&Snapshot::Commit(head), &SpecPath::new("a.md")).unwrap(),
            None
        );
    }

    #[test]
    fn a_name_that_is_no_utf8_can_be_read_back() {
        let repo = Fixture::new();
        let head = repo.commit_names(&[(b"caf\xe9.md", b"x")]);
        let git = repo.open();
        let head = Snapshot::Commit(head);
        let files = git.files(&head, &markdown).unwrap();
        assert_eq!(files, [SpecPath::new("caf\u{fffd}.md")]);
        assert_eq!(
            git.read(&head, &files[0]).unwrap().as_deref(),
            Some(b"x".as_slice())
        );
    }

    #[test]
    fn a_name_that_reads_like_another_hides_nothing() {
        let repo = Fixture::new();
        let base = Snapshot::Commit(repo.commit_names(&[(b"caf\xe9.md", b"x")]));
        let head = Snapshot::Commit(repo.commit_names(&[(b"caf\xe9.md", b"x"), (b"caf\xea.md", b"y")]));
        let git = repo.open();
        let changed = git.changed(&base, &head, &markdown).unwrap();
        assert_eq!(told(&changed), ["- > caf\u{fffd}.md"]);
        let path = changed[0].after.clone().unwrap();
        for error in [
            git.read(&head, &path).unwrap_err(),
            git.files(&head, &markdown).unwrap_err(),
        ] {
            assert!(matches!(error, GitError::SameName(_)), "{error}");
        }
    }

    #[test]
    fn a_tree_that_unfolds_without_end_is_refused() {
        let repo = Fixture::new();
        let head = repo.commit_bomb(8, 10);
        let error = repo.open().files(&Snapshot::Commit(head), &markdown).unwrap_err();
        assert!(matches!(error, GitError::TooManyFiles(_)), "{error}");
    }
}
