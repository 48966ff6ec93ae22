//! A plain folder that is no Git repository.

use std::fs;
use std::path::Path;

use crate::git::GitError;
use crate::ids::SpecPath;

/// The regular files below a folder whose path relative to it (with `/`) is accepted, sorted.
///
/// Symbolic links are not followed and `.git` folders are not entered.
///
/// # Errors
///
/// A folder that cannot be listed, with its path.
pub fn files_below(folder: &Path, accept: &dyn Fn(&str) -> bool) -> Result<Vec<SpecPath>, GitError> {
    let mut found = Vec::new();
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        let disk = |source| GitError::Disk {
            path: folder.clone(),
            source,
        };
        for entry in fs::read_dir(&folder).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            let kind = entry.file_type().map_err(disk)?;
            let name = entry.file_name();
            let path = format!("{prefix}{}", name.to_string_lossy());
            if kind.is_dir() && name != ".git" {
                waiting.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() && accept(&path) {
                found.push(SpecPath(path));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_walked_without_git_and_links() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("b.md", "b"),
            ("a/x.md", "x"),
            ("a/x.txt", "x"),
            (".git/y.md", "y"),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).unwrap();
        let found = files_below(dir.path(), &|path| path.ends_with(".md")).unwrap();
        assert_eq!(found, [SpecPath::new("a/x.md"), SpecPath::new("b.md")]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = files_below(Path::new("/no/such/folder"), &|_| true).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot read /no/such/folder: "),
            "{error}"
        );
    }
}
