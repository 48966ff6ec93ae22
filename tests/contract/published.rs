//! GitHub's published descriptions, fetched once through npm.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

const PACKAGES: [&str; 3] = [
    "@octokit/openapi@23.0.2",
    "@octokit/webhooks-examples@7.6.1",
    "@octokit/webhooks-schemas@7.6.1",
];

/// The folder of a package, or why there is none.
fn packages() -> Result<PathBuf, String> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOUND.get_or_init(fetch).clone()
}

fn fetch() -> Result<PathBuf, String> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract");
    std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
    let folder = dir.join("node_modules/@octokit");
    let stamp = dir.join("fetched");
    let wanted = PACKAGES.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(folder);
    }
    let npm = Command::new("npm")
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--silent",
            "--prefix",
        ])
        .arg(&dir)
        .args(PACKAGES)
        .output();
    match npm {
        Ok(output) if output.status.success() => {
            std::fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
            Ok(folder)
        }
        Ok(output) => Err(format!("npm failed: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("npm is not there: {error}")),
    }
}

/// One JSON file of a package; none, with a message, where it could not be fetched.
pub(crate) fn document(path: &str) -> Option<Value> {
    match packages() {
        Ok(folder) => {
            let text = std::fs::read(folder.join(path)).unwrap();
            Some(serde_json::from_slice(&text).unwrap())
        }
        Err(why) => {
            eprintln!("skipped: {why}");
            None
        }
    }
}
