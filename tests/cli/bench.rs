//! A repository in a folder of its own, and the shipped binary run in it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use git2::Repository;
use git2::RepositoryInitOptions;
use git2::Signature;
use git2::Time;
use tempfile::TempDir;

/// A folder, a repository if asked for, and the binary.
pub struct Bench {
    dir: TempDir,
    repo: Option<Repository>,
    minutes: std::cell::Cell<i64>,
}

/// What a run printed and how it ended.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Bench {
    pub fn folder() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            repo: None,
            minutes: std::cell::Cell::new(0),
        }
    }

    pub fn repository() -> Self {
        let bench = Self::folder();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let repo = Repository::init_opts(bench.path(), &options).unwrap();
        repo.config().unwrap().set_str("user.name", "Ada").unwrap();
        Self {
            repo: Some(repo),
            ..bench
        }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Commits everything that is on disk, a day after the last commit.
    pub fn commit(&self, message: &str) -> String {
        let repo = self.repo.as_ref().unwrap();
        let mut index = repo.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = repo.find_tree(index.write_tree().unwrap()).unwrap();
        let day = self.minutes.get();
        self.minutes.set(day + 1);
        // 2026-11-01 and on.
        let when = Time::new(1_793_534_400 + day * 86_400, 0);
        let who = Signature::new("Ada", "ada@example.com", &when).unwrap();
        let parent = repo.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        repo.commit(Some("HEAD"), &who, &who, message, &tree, &parents)
            .unwrap()
            .to_string()
    }

    /// Goes to a new branch from here.
    pub fn branch(&self, name: &str) {
        let repo = self.repo.as_ref().unwrap();
        let head = repo.head().unwrap().peel_to_commit().unwrap();
        repo.branch(name, &head, false).unwrap();
        repo.set_head(&format!("refs/heads/{name}")).unwrap();
    }

    /// Runs the binary here, on 2026-11-21 where it asks for a day.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_specwarden"));
        command.args(args).current_dir(self.path());
        for name in [
            "APP_ID",
            "PRIVATE_KEY",
            "PRIVATE_KEY_PATH",
            "WEBHOOK_SECRET",
            "PUBLIC_URL",
            "PORT",
            "LOG_FORMAT",
            "GITHUB_STEP_SUMMARY",
        ] {
            command.env_remove(name);
        }
        // Nothing above the folder is looked at, whatever the tests run in.
        command.env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap());
        let output = command.envs(env.iter().copied()).output().unwrap();
        Ran::of(&output)
    }

    /// The same with `--format json`, parsed, and exit status 0 or 1.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let mut all = args.to_vec();
        all.extend(["--format", "json", "--today", "2026-11-21"]);
        let ran = self.run(&all);
        assert!(ran.status < 2, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

/// A seed's text.
pub fn seed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/seeds")
        .join(name);
    fs::read_to_string(path).unwrap()
}

/// The 1-based number of the first line that is exactly this.
pub fn line_of(text: &str, line: &str) -> usize {
    text.lines().position(|here| here == line).unwrap() + 1
}

/// The text with digests, change ids and short commit names taken out: they differ where the seeds
/// or the clock do, and say nothing to a reader.
pub fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() {
            run.push(c);
            continue;
        }
        let hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        out.push_str(match run.as_str() {
            word if word.len() == 64 && hex(word) => "[digest]",
            word if word.len() == 8 && word.starts_with('c') && hex(word) => "[change]",
            word if word.len() == 7 && hex(word) => "[commit]",
            word => word,
        });
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}
