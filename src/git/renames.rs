//! Which of the files that vanished is which of the files that appeared.
//!
//! As Git does it: equal content first, then the share of common chunks (a line, or 64 bytes of a
//! longer one), at least one half of the larger file.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;

use crate::git::FileChange;
use crate::git::GitError;
use crate::git::Repository;
use crate::git::objects;
use crate::git::snapshot::Content;
use crate::git::snapshot::Files;
use crate::git::worktree;
use crate::ids::SpecPath;

/// Above this many pairs only files of equal content or equal name are compared.
const PAIR_LIMIT: usize = 250_000;

/// Where content has to be asked for: above this many files, the same.
const ASKED_LIMIT: usize = 200;

/// Bytes in a chunk of a line that never ends.
const CHUNK: usize = 64;

/// Puts the two sides of each changed file together. What came `elsewhere` counts only where it is
/// the new name of a file that is gone.
pub(super) fn pair(
    repo: &Repository,
    old: &Files,
    new: &Files,
    elsewhere: &Files,
) -> Result<Vec<FileChange>, GitError> {
    let gone: Vec<&String> = old.keys().filter(|path| !new.contains_key(*path)).collect();
    let come = new.iter().filter(|(path, _)| !old.contains_key(*path));
    let come: Vec<(&String, &Content)> = come.chain(elsewhere).collect();
    let renamed = match (gone.is_empty(), come.is_empty()) {
        (false, false) => renames(repo, (old, &gone), &come)?,
        _ => BTreeMap::new(),
    };
    let from: HashSet<&str> = renamed.values().copied().collect();
    let change = |before: Option<&str>, after: Option<&str>| FileChange {
        before: before.map(SpecPath::new),
        after: after.map(SpecPath::new),
    };
    let mut changes: Vec<FileChange> = new
        .keys()
        .map(|path| match old.get(path) {
            Some(_) => change(Some(path), Some(path)),
            None => change(renamed.get(path.as_str()).copied(), Some(path)),
        })
        .collect();
    let away = renamed.iter().filter(|(path, _)| !new.contains_key(**path));
    changes.extend(away.map(|(path, from)| change(Some(from), Some(path))));
    let removed = gone.into_iter().filter(|path| !from.contains(path.as_str()));
    changes.extend(removed.map(|path| change(Some(path), None)));
    changes.sort_by(|a, b| {
        a.after
            .as_ref()
            .or(a.before.as_ref())
            .cmp(&b.after.as_ref().or(b.before.as_ref()))
    });
    Ok(changes)
}

/// New path → old path.
fn renames<'a>(
    repo: &Repository,
    (old, gone): (&'a Files, &[&'a String]),
    come: &[(&'a String, &'a Content)],
) -> Result<BTreeMap<&'a str, &'a str>, GitError> {
    let print = |(path, content): (&'a String, &'a Content)| Print::of(repo, path, content);
    let before = gone
        .iter()
        .map(|path| print((path, &old[*path])))
        .collect::<Result<Vec<_>, _>>()?;
    let after = come
        .iter()
        .map(|one| print(*one))
        .collect::<Result<Vec<_>, _>>()?;
    let dear = repo.is_partial() && gone.len() + come.len() > ASKED_LIMIT;
    let all = gone.len().saturating_mul(come.len()) <= PAIR_LIMIT && !dear;
    let mut candidates = Vec::new();
    for (i, one) in before.iter().enumerate() {
        for (j, other) in after.iter().enumerate() {
            let same_name = file_name(gone[i]) == file_name(come[j].0);
            let score = if one.id == other.id {
                1.0
            } else if all || same_name {
                one.similarity(other)?
            } else {
                continue;
            };
            if score >= 0.5 {
                candidates.push((score, same_name, i, j));
            }
        }
    }
    candidates.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then(b.1.cmp(&a.1))
            .then((a.2, a.3).cmp(&(b.2, b.3)))
    });
    let (mut used, mut pairs) = (HashSet::new(), BTreeMap::new());
    for (_, _, i, j) in candidates {
        if !used.contains(&i) && !pairs.contains_key(come[j].0.as_str()) {
            used.insert(i);
            pairs.insert(come[j].0.as_str(), gone[i].as_str());
        }
    }
    Ok(pairs)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A file that is compared; its bytes are read only where nothing else tells it from another.
struct Print<'a> {
    repo: &'a Repository,
    path: &'a str,
    content: &'a Content,
    id: git2::Oid,
    read: OnceCell<Chunks>,
}

/// What is compared of a file: its chunks by hash, with the bytes that each makes up.
#[derive(Default)]
struct Chunks {
    size: u64,
    bytes: HashMap<u64, u64>,
}

impl<'a> Print<'a> {
    fn of(repo: &'a Repository, path: &'a str, content: &'a Content) -> Result<Self, GitError> {
        Ok(Self {
            repo,
            path,
            content,
            id: objects::id(content)?,
            read: OnceCell::new(),
        })
    }

    /// The share of the larger file that both have, 0 to 1.
    fn similarity(&self, other: &Self) -> Result<f64, GitError> {
        if let (Some(one), Some(two)) = (self.known_size(), other.known_size())
            && !comparable(one, two)
        {
            return Ok(0.0);
        }
        Ok(self.chunks()?.similarity(other.chunks()?))
    }

    fn known_size(&self) -> Option<u64> {
        match self.content {
            Content::Blob(id) => self.repo.known_size(*id),
            Content::Disk(_) => None,
        }
    }

    fn chunks(&self) -> Result<&Chunks, GitError> {
        if let Some(read) = self.read.get() {
            return Ok(read);
        }
        let bytes = match self.content {
            Content::Blob(id) => objects::read(self.repo, *id, self.path),
            Content::Disk(disk) => worktree::read(disk).map(Option::unwrap_or_default),
        };
        let chunks = match bytes {
            // Equal content still pairs such a file.
            Err(GitError::FileTooLarge { .. }) => Chunks::default(),
            bytes => Chunks::of(&bytes?),
        };
        Ok(self.read.get_or_init(|| chunks))
    }
}

impl Chunks {
    fn of(file: &[u8]) -> Self {
        let mut bytes = HashMap::new();
        for line in file.split_inclusive(|byte| *byte == b'\n') {
            for chunk in line.chunks(CHUNK) {
                let mut hasher = DefaultHasher::new();
                chunk.hash(&mut hasher);
                *bytes.entry(hasher.finish()).or_insert(0) += chunk.len() as u64;
            }
        }
        Self {
            size: file.len() as u64,
            bytes,
        }
    }

    fn similarity(&self, other: &Self) -> f64 {
        if !comparable(self.size, other.size) {
            return 0.0;
        }
        let (small, large) = if self.size <= other.size {
            (self, other)
        } else {
            (other, self)
        };
        let common: u64 = small
            .bytes
            .iter()
            .map(|(hash, size)| large.bytes.get(hash).copied().unwrap_or(0).min(*size))
            .sum();
        common as f64 / large.size as f64
    }
}

/// Whether files of these sizes can have half of the larger one in common.
fn comparable(one: u64, two: u64) -> bool {
    let (small, large) = (one.min(two), one.max(two));
    small > 0 && small.saturating_mul(2) >= large
}
