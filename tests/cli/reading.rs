//! `check --all`: what was read, to be measured from outside.

use crate::bench::Bench;
use crate::bench::line_of;
use crate::bench::seed;

const AGENT: &str = "platform-engineer-agent.md";

#[test]
fn the_reading_tells_what_stands_where() {
    let bench = Bench::folder();
    bench.write("any/where.md", &seed(AGENT));
    let report = bench.json(&["check", "--all"]);
    let spec = &report["specs"][0];
    assert_eq!(spec["path"], "any/where.md");
    let reading = &spec["reading"];
    assert_eq!(reading["role"], "platform-engineer");
    assert_eq!(reading["version"]["value"], "1.0.0");
    let line = line_of(&seed(AGENT), "version: 1.0.0");
    assert_eq!(reading["version"]["places"][0]["line"], line);
    assert_eq!(reading["version"]["places"][0]["form"], "front-matter");
    let items = reading["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["text"] == "deployment").unwrap();
    let line = line_of(&seed(AGENT), "    - deployment");
    assert_eq!(item["facet"], "limit");
    assert_eq!(
        item["section"],
        serde_json::json!(["constraints", "requires_approval_for"])
    );
    assert_eq!(item["lines"], serde_json::json!([line, line]));
}

#[test]
fn a_repository_is_read_as_git_sees_it_and_at_any_revision() {
    let bench = Bench::repository();
    bench.write(".gitignore", "ignored/\n");
    bench.write("roles/agent.md", &seed(AGENT));
    let first = bench.commit("seed");
    bench.write("ignored/other.md", "# x\n");
    bench.write("roles/second.md", &seed("director-of-platform-engineering.md"));
    let paths = |args: &[&str]| {
        let report = bench.json(args);
        let specs = report["specs"].as_array().unwrap().clone();
        specs
            .iter()
            .map(|spec| spec["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&["check", "--all"]), ["roles/agent.md", "roles/second.md"]);
    assert_eq!(paths(&["check", "--all", &first]), ["roles/agent.md"]);
}

#[test]
fn the_table_is_readable() {
    let bench = Bench::folder();
    bench.write(
        "porter.md",
        "# Night Porter\n\n**Version:** 1.2\n**Owner:** Ifor\n\n## Responsibilities\n\n- Lock the cellar\n\n\
         ## Constraints\n\n- Must not lend out the master key\n\n## Change Log\n\n| Version | Date | Author | Change |\n\
         |---|---|---|---|\n| 1.2 | 2026-11-01 | Ifor | The cellar |\n",
    );
    let ran = bench.run(&["check", "--all", "--today", "2026-11-21"]);
    insta::assert_snapshot!(ran.stdout, @r##"
    ✓ 1 spec in order

    porter.md  Night Porter
      title      Night Porter
      owner      Ifor
      version    1.2 (bold line 3)
      change log table: 1.2 line 18
      metadata  4                     Owner: Ifor
      duty      8   Responsibilities  Lock the cellar
      limit     12  Constraints       Must not lend out the master key

    1 spec · 3 statements · 0 errors · 0 warnings
    "##);
}

#[test]
fn old_faults_are_found_too() {
    let bench = Bench::folder();
    bench.write(
        "roles/porter.md",
        "---\nversion: 1.0.0\n---\n# Night Porter\n\n**Version:** 1.1.0\n\n## Responsibilities\n\n- Lock the cellar\n\n## Constraints\n\n- Must not sleep\n",
    );
    let ran = bench.run(&["check", "--all"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("version-conflict"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_read_is_told_of_files_that_may_be_no_specs_and_turns_nothing_red() {
    let conflict = "# Notes\n\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> other\n";
    for (text, rule, line) in [
        (conflict, Some("conflict-markers"), 3),
        ("# Notes\n\nAsk \u{202e}first\u{202c}.\n", Some("hidden-text"), 3),
        ("# Notes\n\n- a\0b\n", Some("spec-unreadable"), 3),
        ("---\na: b\na: c\n---\n# Notes\n", Some("spec-unreadable"), 3),
        ("# Notes\n\n**Version:** 1.0\n\nVersion: 2.0\n", None, 0),
    ] {
        let bench = Bench::folder();
        bench.write("notes.md", text);
        let report = bench.json(&["check", "--all"]);
        let told = report["findings"].as_array().unwrap().iter();
        let told: Vec<_> = told
            .map(|one| (one["rule"].as_str().unwrap(), one["line"].as_u64().unwrap()))
            .collect();
        assert_eq!(
            told,
            rule.map(|rule| (rule, line)).into_iter().collect::<Vec<_>>(),
            "{text:?}"
        );
        assert_eq!(bench.run(&["check", "--all"]).status, 0, "{text:?}");
    }
}
