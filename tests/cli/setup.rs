//! `init`, `doctor`, `explain`, `completions`.

use crate::bench::Bench;
use crate::bench::seed;

fn house() -> Bench {
    let bench = Bench::repository();
    for name in [
        "platform-engineer-agent.md",
        "director-of-platform-engineering.md",
        "director-of-infrastructure.md",
    ] {
        bench.write(&format!("roles/{name}"), &seed(name));
    }
    bench.write("README.md", "# The roles of this house\n\nSee the folder.\n");
    bench.commit("seeds");
    bench
}

#[test]
fn a_drafted_policy_finds_the_specs_that_are_there() {
    let bench = house();
    let dry = bench.run(&["init", "--dry-run"]);
    assert_eq!(dry.status, 0, "{}", dry.stderr);
    assert!(!bench.path().join(".github").exists(), "a dry run writes nothing");
    let ran = bench.run(&["init"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    let policy = bench.read(".github/specwarden.yml");
    assert_eq!(policy, dry.stdout);
    assert!(policy.contains("\"roles/*.md\""), "{policy}");
    let report = bench.json(&["check", "--all"]);
    assert_eq!(report["specs"].as_array().unwrap().len(), 3, "the README is none");
    let again = bench.run(&["init"]);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("already there"), "{}", again.stderr);
}

#[test]
fn a_doctor_names_what_is_wrong_and_no_secret() {
    let bench = house();
    bench.run(&["init"]);
    bench.commit("policy");
    let well = bench.run(&["doctor"]);
    assert_eq!(well.status, 0, "{}", well.stdout);
    assert!(well.stdout.contains("3 specs"), "{}", well.stdout);
    bench.write(
        ".github/specwarden.yml",
        "specs:\n  - paths: [\"nowhere/*.md\"]\n",
    );
    let ill = bench.run_with(&["doctor"], &[("APP_ID", "7"), ("WEBHOOK_SECRET", "hush-hush")]);
    assert_eq!(ill.status, 1, "{}", ill.stdout);
    for said in [
        "match no file",
        "PRIVATE_KEY or PRIVATE_KEY_PATH is not set",
        "differs from the one on main",
        "read like specs",
    ] {
        assert!(ill.stdout.contains(said), "{said}: {}", ill.stdout);
    }
    assert!(!ill.stdout.contains("hush-hush"));
}

#[test]
fn rules_and_kinds_are_explained() {
    let bench = Bench::folder();
    let list = bench.run(&["explain"]);
    assert!(
        list.stdout.contains("| `version-taken` | error |"),
        "{}",
        list.stdout
    );
    assert!(
        list.stdout.contains("| `constraint.loosened` | major |"),
        "{}",
        list.stdout
    );
    let rule = bench.run(&["explain", "version-taken"]);
    assert_eq!(rule.status, 0);
    assert!(rule.stdout.contains("## Instead"));
}

#[test]
fn a_completion_script_knows_the_commands() {
    let bench = Bench::folder();
    for shell in ["bash", "zsh", "fish"] {
        let ran = bench.run(&["completions", shell]);
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("replay"), "{shell}");
    }
}
