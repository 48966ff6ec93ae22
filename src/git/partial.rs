//! A repository of which only parts are here: what is missing is asked for by its id when it is
//! read, and kept. That is how a repository is judged that is too large to be fetched.
//!
//! An object's id is the hash of what is in it, so whoever supplies it cannot supply something else.

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;

use git2::ObjectType;
use git2::Oid;

use crate::git::CommitInfo;
use crate::git::GitError;
use crate::git::Repository;
use crate::git::snapshot::FILE_LIMIT;
use crate::ids::CommitSha;

/// The most objects that are asked for through one [`Parts`]. What came is kept, so that the next
/// try goes on from there.
const ASKS: usize = 500;

/// The most bytes that are taken through one [`Parts`].
const BYTES: u64 = 256 << 20;

/// The tree without entries, which servers do not tell.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Who is asked for objects that are not here.
pub trait Supplier: Send {
    /// What is in a tree: all that is below it, or one level.
    ///
    /// # Errors
    ///
    /// Whatever kept it from being told; it comes back in [`GitError::Supply`].
    fn tree(&self, id: &str) -> Result<Listing, Refusal>;

    /// A blob's bytes.
    ///
    /// # Errors
    ///
    /// As for [`Supplier::tree`].
    fn blob(&self, id: &str) -> Result<Vec<u8>, Refusal>;
}

/// Why an object is not supplied.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// What is in a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entries, in any order.
    pub entries: Vec<Listed>,
    /// Whether the entries of the trees below are among them.
    pub deep: bool,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path from the tree that was asked for.
    pub path: String,
    /// Its mode, six octal digits: `040000` is a tree.
    pub mode: String,
    /// The object.
    pub id: String,
    /// Bytes, where they are told.
    pub size: Option<u64>,
}

/// What is known of a repository that is not here.
pub struct Parts {
    /// The trees of the commits that will be read.
    pub trees: Vec<(CommitSha, String)>,
    /// The two ends of [`Parts::commits`].
    pub range: (CommitSha, CommitSha),
    /// What the second end has and the first has not, newest first.
    pub commits: Vec<CommitInfo>,
    /// Who is asked for the rest.
    pub supplier: Box<dyn Supplier>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("trees", &self.trees)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// What lies beyond a repository that is here in parts.
pub(super) struct Beyond {
    parts: Parts,
    /// Trees that were told together with others and are not written yet.
    told: RefCell<HashMap<Oid, Vec<u8>>>,
    sizes: RefCell<HashMap<Oid, u64>>,
    asks: Cell<usize>,
    bytes: Cell<u64>,
}

impl Beyond {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            parts,
            told: RefCell::default(),
            sizes: RefCell::default(),
            asks: Cell::new(ASKS),
            bytes: Cell::new(BYTES),
        }
    }

    pub(super) fn tree_of(&self, commit: &CommitSha) -> Option<Oid> {
        let (_, tree) = self.parts.trees.iter().find(|(known, _)| known == commit)?;
        Oid::from_str(tree).ok()
    }

    pub(super) fn commits(&self, base: &CommitSha, head: &CommitSha) -> Option<&[CommitInfo]> {
        let known = self.parts.range == (base.clone(), head.clone());
        known.then_some(&self.parts.commits)
    }

    fn ask(&self) -> Result<&dyn Supplier, GitError> {
        let asks = self.asks.get().checked_sub(1);
        self.asks.set(asks.ok_or(GitError::TooManyParts(ASKS))?);
        Ok(&*self.parts.supplier)
    }

    fn take(&self, bytes: u64) -> Result<(), GitError> {
        let left = self.bytes.get().checked_sub(bytes);
        self.bytes.set(left.ok_or(GitError::TooManyParts(ASKS))?);
        Ok(())
    }

    fn tree(&self, id: Oid) -> Result<Vec<u8>, GitError> {
        if let Some(raw) = self.told.borrow_mut().remove(&id) {
            return Ok(raw);
        }
        if id.to_string() == EMPTY_TREE {
            return Ok(Vec::new());
        }
        let listing = self.ask()?.tree(&id.to_string()).map_err(GitError::Supply)?;
        let sizes = listing.entries.iter();
        let sizes = sizes.filter_map(|entry| Some((Oid::from_str(&entry.id).ok()?, entry.size?)));
        self.sizes.borrow_mut().extend(sizes);
        let mut trees = raw_trees(id, listing);
        self.take(trees.values().map(|raw| raw.len() as u64).sum())?;
        let wanted = trees.remove(&id);
        self.told.borrow_mut().extend(trees);
        wanted.ok_or_else(|| GitError::NotAsNamed(id.to_string()))
    }

    fn blob(&self, id: Oid) -> Result<Vec<u8>, GitError> {
        let bytes = self.ask()?.blob(&id.to_string()).map_err(GitError::Supply)?;
        self.take(bytes.len() as u64)?;
        Ok(bytes)
    }
}

impl Repository {
    /// Makes sure that a tree is here, as far as it can be had at all.
    pub(super) fn bring_tree(&self, id: Oid) -> Result<(), GitError> {
        match self.beyond(id)? {
            Some(beyond) => self.put(ObjectType::Tree, id, &beyond.tree(id)?),
            None => Ok(()),
        }
    }

    /// Makes sure that a blob is here, as far as it can be had at all. `path` is for the error only.
    pub(super) fn bring_blob(&self, id: Oid, path: &str) -> Result<(), GitError> {
        let Some(beyond) = self.beyond(id)? else {
            return Ok(());
        };
        let size = beyond.sizes.borrow().get(&id).copied().unwrap_or_default();
        if size > FILE_LIMIT {
            return Err(GitError::FileTooLarge {
                path: path.to_owned(),
                size,
                limit: FILE_LIMIT,
            });
        }
        self.put(ObjectType::Blob, id, &beyond.blob(id)?)
    }

    /// A blob's size, as far as that can be told without asking for it.
    pub(super) fn known_size(&self, id: Oid) -> Option<u64> {
        let told = self.beyond.as_ref();
        let told = told.and_then(|beyond| beyond.sizes.borrow().get(&id).copied());
        told.or_else(|| {
            let (size, _) = self.inner.odb().ok()?.read_header(id).ok()?;
            Some(size as u64)
        })
    }

    /// Whether objects may have to be asked for.
    pub(super) fn is_partial(&self) -> bool {
        self.beyond.is_some()
    }

    /// Who knows of an object that is not here; `None` where it is, or nobody does.
    fn beyond(&self, id: Oid) -> Result<Option<&Beyond>, GitError> {
        let Some(beyond) = &self.beyond else {
            return Ok(None);
        };
        let odb = self.inner.odb();
        let odb = odb.map_err(GitError::while_doing("open the object store"))?;
        Ok((!odb.exists(id)).then_some(beyond))
    }

    fn put(&self, kind: ObjectType, id: Oid, bytes: &[u8]) -> Result<(), GitError> {
        let doing = || GitError::while_doing(format!("keep object {id}"));
        if Oid::hash_object(kind, bytes).map_err(doing())? != id {
            return Err(GitError::NotAsNamed(id.to_string()));
        }
        let odb = self.inner.odb().map_err(doing())?;
        odb.write(kind, bytes).map_err(doing())?;
        Ok(())
    }
}

/// The trees of a listing as Git stores them, by id: those that come out as they are named. One with
/// a name that is no UTF-8 does not, as no listing can tell it.
fn raw_trees(root: Oid, listing: Listing) -> HashMap<Oid, Vec<u8>> {
    let mut folders: BTreeMap<&str, (Oid, Vec<&Listed>)> = BTreeMap::from([("", (root, Vec::new()))]);
    if listing.deep {
        for entry in &listing.entries {
            if let (true, Ok(id)) = (is_tree(entry), Oid::from_str(&entry.id)) {
                folders.insert(&entry.path, (id, Vec::new()));
            }
        }
    }
    for entry in &listing.entries {
        let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some((_, inside)) = folders.get_mut(folder) {
            inside.push(entry);
        }
    }
    let raw = folders.into_values().map(|(id, inside)| (id, raw_tree(inside)));
    raw.filter(|(id, raw)| Oid::hash_object(ObjectType::Tree, raw).is_ok_and(|real| real == *id))
        .collect()
}

fn is_tree(entry: &Listed) -> bool {
    entry.mode == "040000"
}

fn raw_tree(mut entries: Vec<&Listed>) -> Vec<u8> {
    let name = |entry: &Listed| entry.path.rsplit('/').next().unwrap_or_default().to_owned();
    // Git sorts a folder as if its name ended with a slash.
    let place = |entry: &&Listed| match is_tree(entry) {
        true => format!("{}/", name(entry)),
        false => name(entry),
    };
    entries.sort_by_cached_key(place);
    let mut raw = Vec::new();
    for entry in entries {
        let Ok(id) = Oid::from_str(&entry.id) else {
            continue;
        };
        raw.extend_from_slice(entry.mode.trim_start_matches('0').as_bytes());
        raw.push(b' ');
        raw.extend_from_slice(name(entry).as_bytes());
        raw.push(0);
        raw.extend_from_slice(id.as_bytes());
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::FileChange;
    use crate::git::Snapshot;
    use crate::git::fixture::Fixture;
    use crate::ids::SpecPath;

    /// Supplies out of a whole repository, and can lie.
    struct Whole {
        repo: git2::Repository,
        deep: bool,
        lies: bool,
    }

    impl Supplier for Whole {
        fn tree(&self, id: &str) -> Result<Listing, Refusal> {
            let mut entries = Vec::new();
            let walked = self.repo.find_tree(Oid::from_str(id)?)?.walk(
                git2::TreeWalkMode::PreOrder,
                |folder, entry| {
                    entries.push(Listed {
                        path: format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes())),
                        mode: format!("{:06o}", entry.filemode_raw()),
                        id: entry.id().to_string(),
                        size: None,
                    });
                    match self.deep {
                        true => git2::TreeWalkResult::Ok,
                        false => git2::TreeWalkResult::Skip,
                    }
                },
            );
            walked?;
            // The order is nothing to rely on.
            entries.reverse();
            Ok(Listing {
                entries,
                deep: self.deep,
            })
        }

        fn blob(&self, id: &str) -> Result<Vec<u8>, Refusal> {
            if self.lies {
                return Ok(b"something else".to_vec());
            }
            Ok(self.repo.find_blob(Oid::from_str(id)?)?.content().to_vec())
        }
    }

    /// The same two commits, in an empty repository that asks the fixture's.
    fn part(
        repo: &Fixture,
        base: &CommitSha,
        head: &CommitSha,
        deep: bool,
        lies: bool,
    ) -> (tempfile::TempDir, Repository) {
        let whole = git2::Repository::open(repo.path()).unwrap();
        let tree = |sha: &CommitSha| {
            let commit = whole.find_commit(Oid::from_str(sha.as_str()).unwrap());
            (sha.clone(), commit.unwrap().tree_id().to_string())
        };
        let trees = vec![tree(base), tree(head)];
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(folder.path()).unwrap();
        let mut partial = Repository::bare(folder.path()).unwrap();
        partial.beyond = Some(Beyond::new(Parts {
            trees,
            range: (base.clone(), head.clone()),
            commits: repo.open().commits(base, head).unwrap(),
            supplier: Box::new(Whole {
                repo: whole,
                deep,
                lies,
            }),
        }));
        (folder, partial)
    }

    const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

    fn scene() -> (Fixture, CommitSha, CommitSha) {
        let repo = Fixture::new();
        let base = repo.commit(&[
            ("a.md", Some("a\n")),
            ("a-b/c.md", Some("c\n")),
            ("a/b.md", Some(TEXT)),
            ("deep/er/d.md", Some("d\n")),
            ("deep.md", Some("e\n")),
        ]);
        let head = repo.commit(&[
            ("a.md", Some("A\n")),
            ("a/b.md", None),
            ("moved/b.txt", Some(&TEXT.replace("five", "FIVE"))),
            ("moved/new.rs", Some("fn main() {}\n")),
        ]);
        (repo, base, head)
    }

    fn markdown(path: &str) -> bool {
        path.ends_with(".md")
    }

    fn changed(repo: &Repository, base: &CommitSha, head: &CommitSha) -> Vec<FileChange> {
        let (base, head) = (Snapshot::Commit(base.clone()), Snapshot::Commit(head.clone()));
        repo.changed(&base, &head, &markdown).unwrap()
    }

    #[test]
    fn what_is_asked_for_reads_as_what_is_here() {
        let (repo, base, head) = scene();
        let whole = repo.open();
        for deep in [true, false] {
            let (_folder, partial) = part(&repo, &base, &head, deep, false);
            assert_eq!(changed(&partial, &base, &head), changed(&whole, &base, &head));
            for side in [&base, &head] {
                let at = Snapshot::Commit(side.clone());
                let files = whole.files(&at, &|_| true).unwrap();
                assert_eq!(partial.files(&at, &|_| true).unwrap(), files);
                for file in files.iter().chain([&SpecPath::new("no/such.md")]) {
                    assert_eq!(partial.read(&at, file).unwrap(), whole.read(&at, file).unwrap());
                }
            }
            assert_eq!(
                partial.commits(&base, &head).unwrap(),
                whole.commits(&base, &head).unwrap()
            );
        }
    }

    #[test]
    fn what_came_is_not_asked_for_again() {
        let (repo, base, head) = scene();
        let (_folder, mut partial) = part(&repo, &base, &head, true, false);
        let first = changed(&partial, &base, &head);
        let beyond = partial.beyond.take().unwrap();
        assert_eq!(
            beyond.asks.get(),
            ASKS - 2 - 3,
            "two roots, and what may be one file"
        );
        partial.beyond = Some(Beyond {
            asks: Cell::new(0),
            ..beyond
        });
        assert_eq!(changed(&partial, &base, &head), first);
    }

    #[test]
    fn nothing_else_can_be_supplied_in_its_place() {
        let (repo, base, head) = scene();
        let (_folder, partial) = part(&repo, &base, &head, true, true);
        let read = partial.read(&Snapshot::Commit(head), &SpecPath::new("a.md"));
        assert!(matches!(read, Err(GitError::NotAsNamed(_))), "{read:?}");
    }

    #[test]
    fn a_name_that_no_listing_can_tell_is_an_error_and_no_empty_folder() {
        let repo = Fixture::new();
        let head = repo.commit_names(&[(b"caf\xe9.md", b"x")]);
        let (_folder, partial) = part(&repo, &head, &head, true, false);
        let read = partial.files(&Snapshot::Commit(head), &|_| true);
        assert!(matches!(read, Err(GitError::NotAsNamed(_))), "{read:?}");
    }

    #[test]
    fn asking_has_an_end() {
        let (repo, base, head) = scene();
        let (_folder, partial) = part(&repo, &base, &head, true, false);
        partial.beyond.as_ref().unwrap().asks.set(1);
        let read = partial.read(&Snapshot::Commit(head), &SpecPath::new("a.md"));
        assert!(matches!(read, Err(GitError::TooManyParts(_))), "{read:?}");
    }

    #[test]
    fn a_tree_without_entries_needs_nobody() {
        let repo = Fixture::new();
        let base = repo.commit(&[]);
        let (_folder, partial) = part(&repo, &base, &base, false, false);
        partial.beyond.as_ref().unwrap().asks.set(0);
        assert!(
            partial
                .files(&Snapshot::Commit(base), &|_| true)
                .unwrap()
                .is_empty()
        );
    }
}
