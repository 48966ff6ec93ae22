//! Trees and blobs: which files differ between two trees, and their bytes.

use std::collections::BTreeMap;

use git2::ObjectType;
use git2::Oid;

use crate::git::GitError;
use crate::git::Repository;
use crate::git::snapshot::Content;
use crate::git::snapshot::FILE_LIMIT;
use crate::git::snapshot::Files;

/// The most entries that one comparison looks at. A few kilobytes of nested trees can unfold to
/// billions of paths.
const ENTRY_LIMIT: usize = 1_000_000;

/// The longest path of a folder, in bytes, that is looked into; no system has files below longer ones.
const PATH_LIMIT: usize = 8192;

/// What a tree entry is, as far as we care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
}

/// The accepted files that are not the same in both trees, by side. `None` is the empty tree.
pub(super) fn differing(
    repo: &Repository,
    old: Option<Oid>,
    new: Option<Oid>,
    accept: &dyn Fn(&str) -> bool,
) -> Result<(Files, Files), GitError> {
    let mut sides = (Files::new(), Files::new());
    let mut budget = ENTRY_LIMIT;
    let mut waiting = vec![(String::new(), old, new)];
    while let Some((prefix, old, new)) = waiting.pop() {
        if old == new {
            continue;
        }
        if prefix.len() > PATH_LIMIT {
            return Err(GitError::TooManyFiles(ENTRY_LIMIT));
        }
        let old = entries(repo, old, &mut budget)?;
        let mut new = entries(repo, new, &mut budget)?;
        let mut folders: BTreeMap<String, (Option<Oid>, Option<Oid>)> = BTreeMap::new();
        let mut clash = None;
        let mut visit = |name: &[u8], before: Option<(Kind, Oid)>, after: Option<(Kind, Oid)>| {
            if before == after {
                return;
            }
            let path = format!("{prefix}{}", String::from_utf8_lossy(name));
            let of = |side: Option<(Kind, Oid)>, kind| side.filter(|(k, _)| *k == kind).map(|(_, id)| id);
            let (old_file, new_file) = (of(before, Kind::File), of(after, Kind::File));
            if (old_file.is_some() || new_file.is_some()) && old_file != new_file && accept(&path) {
                let mut put = |side: &mut Files, id: Option<Oid>| {
                    let before = id.and_then(|id| side.insert(path.clone(), Content::Blob(id)));
                    if before.is_some() {
                        clash = Some(path.clone());
                    }
                };
                put(&mut sides.0, old_file);
                put(&mut sides.1, new_file);
            }
            let (old_folder, new_folder) = (of(before, Kind::Folder), of(after, Kind::Folder));
            if old_folder.is_some() || new_folder.is_some() {
                folders.insert(format!("{path}/"), (old_folder, new_folder));
            }
        };
        for (name, before) in &old {
            visit(name, Some(*before), new.remove(name));
        }
        for (name, after) in &new {
            visit(name, None, Some(*after));
        }
        if let Some(path) = clash {
            return Err(GitError::SameName(path));
        }
        waiting.extend(folders.into_iter().map(|(path, (old, new))| (path, old, new)));
    }
    Ok(sides)
}

/// A tree's folders and regular files by name; links and submodules are left out.
fn entries(
    repo: &Repository,
    tree: Option<Oid>,
    budget: &mut usize,
) -> Result<BTreeMap<Vec<u8>, (Kind, Oid)>, GitError> {
    let Some(id) = tree else {
        return Ok(BTreeMap::new());
    };
    repo.bring_tree(id)?;
    let tree = repo
        .inner
        .find_tree(id)
        .map_err(GitError::while_doing(format!("read tree {id}")))?;
    *budget = budget
        .checked_sub(tree.len())
        .ok_or(GitError::TooManyFiles(ENTRY_LIMIT))?;
    let kept = tree
        .iter()
        .filter_map(|entry| Some((entry.name_bytes().to_vec(), (kind(&entry)?, entry.id()))));
    Ok(kept.collect())
}

fn kind(entry: &git2::TreeEntry<'_>) -> Option<Kind> {
    match entry.filemode_raw() & 0o170_000 {
        0o040_000 => Some(Kind::Folder),
        0o100_000 => Some(Kind::File),
        _ => None,
    }
}

/// The blob of the regular file at a path.
pub(super) fn find(repo: &Repository, tree: Oid, path: &str) -> Result<Option<Oid>, GitError> {
    let mut tree = tree;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        repo.bring_tree(tree)?;
        let folder = repo
            .inner
            .find_tree(tree)
            .map_err(GitError::while_doing(format!("read tree {tree}")))?;
        let entry = if part.contains('\u{fffd}') {
            let mut alike = folder
                .iter()
                .filter(|e| String::from_utf8_lossy(e.name_bytes()) == part);
            let first = alike.next();
            if alike.next().is_some() {
                return Err(GitError::SameName(path.to_owned()));
            }
            first
        } else {
            folder.get_name(part)
        };
        let found = entry.and_then(|entry| Some((kind(&entry)?, entry.id())));
        match (found, parts.peek()) {
            (Some((Kind::File, id)), None) => return Ok(Some(id)),
            (Some((Kind::Folder, id)), Some(_)) => tree = id,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// A blob's bytes. `path` is for the error only.
pub(super) fn read(repo: &Repository, id: Oid, path: &str) -> Result<Vec<u8>, GitError> {
    let doing = || GitError::while_doing(format!("read `{path}`"));
    repo.bring_blob(id, path)?;
    let odb = repo.inner.odb().map_err(doing())?;
    let (size, kind) = odb.read_header(id).map_err(doing())?;
    let size = size as u64;
    if size > FILE_LIMIT {
        return Err(GitError::FileTooLarge {
            path: path.to_owned(),
            size,
            limit: FILE_LIMIT,
        });
    }
    if kind != ObjectType::Blob {
        return Err(GitError::NoFile {
            path: path.to_owned(),
            at: id.to_string(),
        });
    }
    Ok(odb.read(id).map_err(doing())?.data().to_vec())
}

/// The object name that the content has, or would have.
pub(super) fn id(content: &Content) -> Result<Oid, GitError> {
    match content {
        Content::Blob(id) => Ok(*id),
        Content::Disk(path) => Oid::hash_file(ObjectType::Blob, path)
            .map_err(GitError::while_doing(format!("hash {}", path.display()))),
    }
}
