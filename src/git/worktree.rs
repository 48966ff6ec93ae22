//! The working tree: what is on disk, tracked or not, and not ignored.

use std::fs;
use std::io;
use std::path::Path;

use git2::Delta;
use git2::DiffOptions;
use git2::Repository;

use crate::git::GitError;
use crate::git::snapshot::Content;
use crate::git::snapshot::FILE_LIMIT;
use crate::git::snapshot::Files;

/// The accepted regular files on disk that Git tracks, or would track with `git add .`.
pub(super) fn files(
    repo: &Repository,
    workdir: &Path,
    accept: &dyn Fn(&str) -> bool,
) -> Result<Files, GitError> {
    let mut found = Files::new();
    let index = repo.index().map_err(GitError::while_doing("read the index"))?;
    for entry in index.iter() {
        let path = String::from_utf8_lossy(&entry.path);
        if accept(&path) && is_file(workdir, &path) {
            // Two stages of a conflict are two entries: neither is what is on disk.
            let staged = (entry.flags >> 12) & 3;
            let content = match staged {
                0 => Content::Blob(entry.id),
                _ => Content::Disk(workdir.join(&*path)),
            };
            found.insert(path.into_owned(), content);
        }
    }
    let mut options = DiffOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .ignore_submodules(true);
    let diff = repo
        .diff_index_to_workdir(Some(&index), Some(&mut options))
        .map_err(GitError::while_doing("read the working tree"))?;
    for delta in diff.deltas() {
        // An entry that only Git's index calls intact (`assume-unchanged`) never gets here.
        if matches!(
            delta.status(),
            Delta::Deleted | Delta::Unmodified | Delta::Ignored
        ) {
            continue;
        }
        let Some(path) = delta.new_file().path_bytes() else {
            continue;
        };
        let path = String::from_utf8_lossy(path);
        if accept(&path) && is_file(workdir, &path) {
            let disk = workdir.join(&*path);
            found.insert(path.into_owned(), Content::Disk(disk));
        }
    }
    Ok(found)
}

/// A regular file's bytes; `None` where there is none.
pub(super) fn read(disk: &Path) -> Result<Option<Vec<u8>>, GitError> {
    let told = |source| GitError::Disk {
        path: disk.to_owned(),
        source,
    };
    let size = match fs::symlink_metadata(disk) {
        Ok(data) if data.is_file() => data.len(),
        Ok(_) => return Ok(None),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(told(error)),
    };
    if size > FILE_LIMIT {
        return Err(GitError::FileTooLarge {
            path: disk.display().to_string(),
            size,
            limit: FILE_LIMIT,
        });
    }
    fs::read(disk).map(Some).map_err(told)
}

fn is_file(workdir: &Path, path: &str) -> bool {
    fs::symlink_metadata(workdir.join(path)).is_ok_and(|data| data.is_file())
}
