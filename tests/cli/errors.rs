//! One clear error each, exit status 2, and nothing on stdout.

use crate::bench::Bench;
use crate::bench::seed;

#[test]
fn what_cannot_be_checked_is_said_in_one_line() {
    let plain = Bench::folder();
    let repo = Bench::repository();
    repo.write("roles/agent.md", &seed("platform-engineer-agent.md"));
    repo.commit("seed");
    repo.write("broken.yml", "rules:\n  no-such-rule: off\n");
    let broken = Bench::repository();
    broken.write(".github/specwarden.yml", "specs: [\n");
    broken.write("roles/agent.md", &seed("platform-engineer-agent.md"));
    broken.commit("seed");
    for (bench, args, said) in [
        (&plain, &["check"][..], "no Git repository at"),
        (
            &plain,
            &["check", "--all", "/"],
            "`/` is a folder and no revision: `--repo /` looks into it",
        ),
        (
            &repo,
            &["check", "--all", "roles"],
            "`roles` is a folder and no revision",
        ),
        (
            &repo,
            &["check", "no-such-branch"],
            "unknown revision `no-such-branch`",
        ),
        (&repo, &["check", "HEAD..nope"], "unknown revision `nope`"),
        (
            &repo,
            &["check", "--config", "broken.yml"],
            "unknown rule `no-such-rule`",
        ),
        (&repo, &["check", "--config", "missing.yml"], "missing.yml"),
        (&broken, &["check"], ".github/specwarden.yml"),
        (&repo, &["diff", "roles/agent.md", "nothing.md"], "nothing.md"),
        (
            &repo,
            &["diff", "/dev/null", "/dev/null"],
            "both sides are absent",
        ),
        (&repo, &["diff", "HEAD:nope.md", "roles/agent.md"], "nope.md"),
        (
            &repo,
            &["explain", "version-not-bumpd"],
            "did you mean `version-not-bumped`?",
        ),
        (&repo, &["log", "nope.md"], "nope.md"),
        (&repo, &["check", "--format", "xml"], "xml"),
        (&repo, &["check", "--today", "yesterday"], "yesterday"),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 2, "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(ran.stderr.starts_with("error: "), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
        if !ran.stderr.contains("--help") {
            assert_eq!(ran.stderr.lines().count(), 1, "{args:?}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_repository_without_specs_says_so_and_is_fine() {
    let bench = Bench::repository();
    bench.write("main.rs", "fn main() {}\n");
    bench.commit("code");
    for args in [&["check"][..], &["check", "--all"], &["check", "HEAD"]] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 0, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("no spec"), "{args:?}: {}", ran.stderr);
        assert!(ran.stdout.contains("No role spec"), "{args:?}: {}", ran.stdout);
    }
}

#[test]
fn help_teaches_by_example() {
    let bench = Bench::folder();
    for command in [
        "check",
        "diff",
        "fix",
        "explain",
        "log",
        "replay",
        "init",
        "doctor",
        "serve",
        "demo",
        "completions",
    ] {
        let ran = bench.run(&[command, "--help"]);
        assert_eq!(ran.status, 0, "{command}");
        assert!(ran.stdout.contains("Examples:"), "{command}: {}", ran.stdout);
    }
}

#[test]
fn a_wrong_value_in_the_environment_is_told_by_its_variable() {
    let bench = Bench::folder();
    for (name, value) in [
        ("APP_ID", "abc"),
        ("APP_ID", "Iv1.0123456789abcdef"),
        ("PORT", "http"),
        ("LOG_FORMAT", "xml"),
    ] {
        let ran = bench.run_with(&["serve"], &[(name, value)]);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        assert!(
            ran.stderr.contains(name) && ran.stderr.contains(value),
            "{}",
            ran.stderr
        );
    }
    let ran = bench.run_with(&["serve", "--app-id", "abc"], &[("APP_ID", "7")]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("--app-id") && !ran.stderr.contains("APP_ID"),
        "the flag is to blame: {}",
        ran.stderr
    );
}

#[test]
fn all_that_serve_lacks_is_told_at_once() {
    let bench = Bench::folder();
    let ran = bench.run_with(
        &["serve"],
        &[
            ("APP_ID", "7"),
            ("PRIVATE_KEY_PATH", "missing.pem"),
            ("PUBLIC_URL", "here"),
        ],
    );
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    for told in [
        "WEBHOOK_SECRET",
        "PRIVATE_KEY_PATH `missing.pem`",
        "PUBLIC_URL `here`",
    ] {
        assert!(ran.stderr.contains(told), "no {told}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("error: APP_ID"), "{}", ran.stderr);
}
