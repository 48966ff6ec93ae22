//! Which specs differ between two commits of a large repository: ours on an open repository, against
//! the `git diff` that a script would call. Prints the ratio of the two, measured in turns in one run.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up fails")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use criterion::Criterion;
use criterion::criterion_group;
use criterion::criterion_main;
use git2::Oid;
use git2::Signature;
use specwarden::git::Repository;
use specwarden::git::Snapshot;
use specwarden::ids::CommitSha;

const FOLDERS: usize = 200;
const SPECS_EACH: usize = 20;
const OTHERS_EACH: usize = 80;

/// Rounds that the ratio's medians are taken from.
const ROUNDS: usize = 15;

fn text(folder: usize, file: usize, edited: bool) -> String {
    let mut text = format!("# Role {folder}-{file}\n\n## Constraints\n\n");
    for line in 0..30 {
        text.push_str(&format!(
            "- Never do thing {line} of {folder}-{file} without asking.\n"
        ));
    }
    if edited {
        text.push_str("- A new line.\n");
    }
    text
}

/// A commit of 20,000 files, a fifth of them Markdown; at head, 40 edited and 10 renamed.
fn commit(repo: &git2::Repository, head: bool, parent: Option<Oid>) -> Oid {
    let mut root = repo.treebuilder(None).unwrap();
    for folder in 0..FOLDERS {
        let mut tree = repo.treebuilder(None).unwrap();
        for file in 0..SPECS_EACH {
            let edited = head && file == 0 && folder % 5 == 0;
            let renamed = head && file == 1 && folder % 20 == 0;
            let name = if renamed {
                format!("renamed-{file}.md")
            } else {
                format!("role-{file}.md")
            };
            let blob = repo
                .blob(text(folder, file, edited || renamed).as_bytes())
                .unwrap();
            tree.insert(name, blob, 0o100_644).unwrap();
        }
        for file in 0..OTHERS_EACH {
            let blob = repo.blob(format!("{file}").as_bytes()).unwrap();
            tree.insert(format!("code-{file}.rs"), blob, 0o100_644).unwrap();
        }
        root.insert(format!("team-{folder}"), tree.write().unwrap(), 0o040_000)
            .unwrap();
    }
    let tree = repo.find_tree(root.write().unwrap()).unwrap();
    let who = Signature::now("Ada", "ada@example.com").unwrap();
    let parent = parent.map(|id| repo.find_commit(id).unwrap());
    let parents: Vec<_> = parent.iter().collect();
    repo.commit(Some("HEAD"), &who, &who, "bench", &tree, &parents)
        .unwrap()
}

fn ours(repo: &Repository, base: &Snapshot, head: &Snapshot) -> usize {
    repo.changed(base, head, &|path| path.ends_with(".md"))
        .unwrap()
        .len()
}

/// The number of files that `git diff` names.
fn theirs(folder: &Path, base: Oid, head: Oid) -> usize {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "diff",
            "--name-status",
            "-M",
            &base.to_string(),
            &head.to_string(),
            "--",
            "*.md",
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout.iter().filter(|byte| **byte == b'\n').count()
}

fn timed(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn tree_diff(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let made = git2::Repository::init(folder.path()).unwrap();
    let base_id = commit(&made, false, None);
    let head_id = commit(&made, true, Some(base_id));
    // Packed, as after a clone.
    let gc = Command::new("git")
        .arg("-C")
        .arg(folder.path())
        .args(["gc", "-q"])
        .status();
    let has_git = gc.is_ok_and(|status| status.success());
    let repo = Repository::discover(folder.path()).unwrap();
    let snapshot = |id: Oid| Snapshot::Commit(CommitSha(id.to_string()));
    let (base, head) = (snapshot(base_id), snapshot(head_id));
    assert_eq!(ours(&repo, &base, &head), 50);

    criterion.bench_function("git_tree_diff/ours", |bench| {
        bench.iter(|| ours(&repo, &base, &head))
    });
    if !has_git {
        eprintln!("`git` is not installed: nothing to compare with");
        return;
    }
    assert_eq!(
        theirs(folder.path(), base_id, head_id),
        50,
        "both find the same files"
    );
    criterion.bench_function("git_tree_diff/git", |bench| {
        bench.iter(|| theirs(folder.path(), base_id, head_id))
    });
    let rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|_| {
            let one = timed(|| ours(&repo, &base, &head));
            (one, timed(|| theirs(folder.path(), base_id, head_id)))
        })
        .collect();
    let (one, other): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    let (one, other) = (median(one), median(other));
    let ratio = one.as_secs_f64() / other.as_secs_f64();
    println!("git_tree_diff: {one:?} against {other:?} of `git diff`: {ratio:.2} ×");
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = tree_diff
}
criterion_main!(benches);
