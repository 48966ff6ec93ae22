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
fn every_mistake_of_a_policy_is_told_at_once() {
    let bench = house();
    let policy = "specs:\n  - path: [\"roles/**\"]\n    mode: enforced\nrulez: {}\n";
    bench.write(".github/specwarden.yml", policy);
    let expected = [
        "line 2: unknown key `path` (did you mean `paths`?)",
        "line 3: unknown value `enforced` (did you mean `enforce`?)",
        "line 4: unknown key `rulez` (did you mean `rules`?)",
    ];
    let doctor = bench.run(&["doctor"]);
    assert_eq!(doctor.status, 1, "{}", doctor.stdout);
    let check = bench.run(&["check", "--config", ".github/specwarden.yml"]);
    assert_eq!((check.status, check.stdout.as_str()), (2, ""));
    for said in expected {
        assert!(doctor.stdout.contains(said), "{said}: {}", doctor.stdout);
        assert!(check.stderr.contains(said), "{said}: {}", check.stderr);
    }
    // The pull request's own policy: one finding for each.
    let report = bench.json(&["check"]);
    let findings = report["findings"].as_array().unwrap();
    let lines: Vec<u64> = findings
        .iter()
        .filter(|finding| finding["rule"] == "config-invalid")
        .filter_map(|finding| finding["line"].as_u64())
        .collect();
    assert_eq!(lines, [2, 3, 4], "{findings:?}");
    let unsatisfiable = "approvals:\n  - name: legal\n    require: 2\n    from: { users: [ann] }\n";
    bench.write(".github/specwarden.yml", unsatisfiable);
    let doctor = bench.run(&["doctor"]);
    let said = "line 2: approval rule `legal` requires 2 people and only 1 can approve";
    assert!(doctor.stdout.contains(said), "{}", doctor.stdout);
    let nobody = "approvals:\n  - name: keepers\n    from: { codeowners: true }\n";
    bench.write(".github/specwarden.yml", nobody);
    let doctor = bench.run(&["doctor"]);
    let said = "approval rule `keepers` asks nobody but code owners, and there is no CODEOWNERS file";
    assert_eq!(doctor.status, 1, "{}", doctor.stdout);
    assert!(doctor.stdout.contains(said), "{}", doctor.stdout);
    bench.write("CODEOWNERS", "* @ann\n");
    let doctor = bench.run(&["doctor"]);
    assert!(!doctor.stdout.contains(said), "{}", doctor.stdout);
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
