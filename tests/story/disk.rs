//! The disk under SQLite is full, or takes no writes at all: GitHub is told so, people can see why,
//! and all goes on without a restart once the disk is back.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use specwarden::demo::stage::Stage;
use tempfile::TempDir;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::get;
use crate::scene::loosened_twice;
use crate::scene::stage;

/// Pushes that fill what space there is left in files that are there already.
const PUSHES: usize = 200;

/// The story, whatever the disk's trouble is.
async fn the_disk_fails_and_is_back(stage: &Stage, fail: impl FnOnce(), mend: impl FnOnce()) {
    let scene = Scene::waiting(stage, "disk").await;
    let pid = stage.server_pid();
    fail();
    let refused = 'refused: {
        for push in 0..PUSHES {
            let text = format!("{}\n<!-- {push} -->\n", loosened_twice());
            let ann = scene.who("ann");
            ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "more")
                .await
                .unwrap();
            let last = stage.last_delivery().unwrap();
            if last.event == "pull_request" && last.status_code >= 500 {
                break 'refused last;
            }
        }
        panic!("every delivery was taken");
    };
    assert_eq!(refused.status_code, 503, "{refused:?}");
    let (ready, why) = get(stage, "/readyz").await;
    assert_eq!(ready, 503);
    assert!(why.contains("the store cannot be reached or written"), "{why}");
    assert_eq!(get(stage, "/healthz").await.0, 200);
    let log = stage.server_log();
    let line = log.lines().find(|line| line.contains("delivery cannot be kept"));
    let line = line.unwrap_or_else(|| panic!("nothing is said in\n{log}"));
    assert!(
        line.contains("ERROR") && line.contains("the store failed: "),
        "{line}"
    );

    mend();
    assert_eq!(get(stage, "/readyz").await, (200, "ready\n".to_owned()));
    let head = stage.head(&scene.repo, scene.number);
    assert!(stage.github.redeliver(refused.id).await);
    let last = stage.last_delivery().unwrap();
    assert_eq!(last.status_code, 202, "{last:?}\n{}", stage.server_log());
    scene.verdict("action_required").await;
    scene.settled().await;
    assert_eq!(stage.head(&scene.repo, scene.number), head);
    assert_eq!(stage.checks(&scene.repo, scene.number).len(), 1);
    assert_eq!(stage.server_pid(), pid, "it was not started anew");
}

/// What was being worked on when the disk failed could not be handed back, and has to run out.
fn lease() -> (String, String) {
    ("LEASE_SECONDS".to_owned(), "3".to_owned())
}

/// A small file system of its own, where this process may mount one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "specwarden-test"])
            .arg(dir.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(dir))
    }

    fn ballast(&self) -> PathBuf {
        self.0.path().join("ballast")
    }

    /// Leaves no byte.
    fn fill(&self) {
        use std::io::Write;
        let mut ballast = std::fs::File::create(self.ballast()).unwrap();
        // Twice what fits, so that the loop ends wherever it writes to.
        for _ in 0..2 * (2 << 20) / 512 {
            if ballast.write_all(&[0; 512]).is_err() {
                return;
            }
        }
        panic!("the disk is larger than it was asked to be");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_outlived() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: no file system can be mounted here");
        return;
    };
    let mut stage = stage().await;
    stage.recipe.env.push(lease());
    stage.recipe.database_url = format!("sqlite://{}", disk.0.path().join("s.db").display());
    stage.start_server().await.unwrap();
    let mend = || std::fs::remove_file(disk.ballast()).unwrap();
    the_disk_fails_and_is_back(&stage, || disk.fill(), mend).await;
    stage.stop_server().await.unwrap();
}

/// Sets how large a file the process may write from now on; whether that can be set here.
fn limit_files(pid: u32, to: &str) -> bool {
    let output = Command::new("prlimit")
        .arg(format!("--fsize={to}:"))
        .args(["--pid", &pid.to_string()])
        .output();
    output.is_ok_and(|output| output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_no_writes_is_told_and_outlived() {
    if !limit_files(std::process::id(), "unlimited") {
        eprintln!("skipped: prlimit is missing, or files are limited here");
        return;
    }
    let mut stage = stage().await;
    // Too large a file is an error of the write, not a signal that ends the process; the shell reads
    // this file, and nobody executes it.
    let program = stage.recipe.program.clone();
    let script = format!("trap '' XFSZ\nexec '{}' serve\n", program.display());
    std::fs::write(stage.recipe.dir.join("serve"), script).unwrap();
    stage.recipe.env.push(lease());
    stage.recipe.program = Path::new("/bin/sh").to_owned();
    stage.start_server().await.unwrap();
    let pid = stage.server_pid().unwrap();
    let fail = || assert!(limit_files(pid, "0"));
    let mend = || assert!(limit_files(pid, "unlimited"));
    the_disk_fails_and_is_back(&stage, fail, mend).await;
    stage.stop_server().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_make_its_store_says_so_and_ends() {
    let mut stage = stage().await;
    stage.recipe.database_url = "sqlite:///proc/specwarden.db".to_owned();
    let error = stage.start_server().await.unwrap_err().to_string();
    assert!(error.contains("cannot open the store of DATABASE_URL"), "{error}");
    assert!(error.contains("unable to open database file"), "{error}");
    assert_eq!(error.matches("unable to open").count(), 1, "{error}");
}
