//! `check` and `diff`: exactly what was edited, with right lines, in every format.

use serde_json::Value;

use crate::bench::Bench;
use crate::bench::line_of;
use crate::bench::masked;
use crate::bench::seed;

const AGENT: &str = "platform-engineer-agent.md";
const DIRECTOR: &str = "director-of-platform-engineering.md";
const INFRASTRUCTURE: &str = "director-of-infrastructure.md";

/// The three seeds, each with one real edit in the second commit.
fn edited() -> Bench {
    let bench = Bench::repository();
    for name in [AGENT, DIRECTOR, INFRASTRUCTURE] {
        bench.write(&format!("roles/{name}"), &seed(name));
    }
    bench.commit("seeds");
    bench.write(
        &format!("roles/{AGENT}"),
        &seed(AGENT).replace("    - deployment\n", ""),
    );
    let asked = "- Hands-on experience with AI infrastructure or LLM orchestration\n";
    bench.write(&format!("roles/{DIRECTOR}"), &seed(DIRECTOR).replace(asked, ""));
    let security = "* **Security:** Oversee the security posture of the infrastructure (SecOps).\n";
    let text = seed(INFRASTRUCTURE);
    let profile = "> * Security: Oversee the security posture of the infrastructure (SecOps).\n";
    assert!(text.contains(profile), "the profile repeats the duty");
    bench.write(
        &format!("roles/{INFRASTRUCTURE}"),
        &text.replace(profile, "").replace(security, ""),
    );
    bench.commit("edits");
    bench
}

fn changes(report: &Value) -> Vec<(String, String, Value)> {
    let specs = report["specs"].as_array().unwrap();
    let changes = specs.iter().flat_map(|spec| {
        let path = spec["path"].as_str().unwrap().to_owned();
        spec["changes"].as_array().unwrap().iter().map(move |change| {
            (
                path.clone(),
                change["kind"].as_str().unwrap().to_owned(),
                change.clone(),
            )
        })
    });
    changes.collect()
}

#[test]
fn the_report_holds_exactly_the_edits_with_their_lines() {
    let report = edited().json(&["check", "HEAD~1..HEAD"]);
    let found = changes(&report);
    let kinds: Vec<(&str, &str)> = found
        .iter()
        .map(|(path, kind, _)| (path.as_str(), kind.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("roles/director-of-infrastructure.md", "responsibility.removed"),
            ("roles/director-of-platform-engineering.md", "requirement.removed"),
            ("roles/platform-engineer-agent.md", "constraint.loosened"),
        ]
    );
    let line = line_of(&seed(AGENT), "    - deployment");
    let (_, _, agent) = &found[2];
    assert_eq!(agent["before"], "deployment");
    assert_eq!(agent["after"], Value::Null);
    assert_eq!(
        agent["section"],
        serde_json::json!(["constraints", "requires_approval_for"])
    );
    assert_eq!(
        agent["lines"],
        serde_json::json!({ "before": [line, line], "after": null })
    );
    let text = seed(DIRECTOR);
    let line = line_of(
        &text,
        "- Hands-on experience with AI infrastructure or LLM orchestration",
    );
    assert_eq!(found[1].2["lines"]["before"], serde_json::json!([line, line]));
    let text = seed(INFRASTRUCTURE);
    let line = line_of(
        &text,
        "* **Security:** Oversee the security posture of the infrastructure (SecOps).",
    );
    assert_eq!(found[0].2["lines"]["before"], serde_json::json!([line, line]));
    assert_eq!(
        found[0].2["echoes"].as_array().unwrap().len(),
        1,
        "the agent profile says it too"
    );
    assert_eq!(report["conclusion"], "failure");
    let agent = &report["specs"][2]["version"];
    assert_eq!(
        (&agent["before"], &agent["required_bump"]),
        (&"1.0.0".into(), &"major".into())
    );
}

#[test]
fn text_and_markdown_say_the_same_as_json() {
    let bench = edited();
    for (format, gone) in [("text", "- deployment"), ("markdown", "~~deployment~~")] {
        let ran = bench.run(&[
            "check",
            "HEAD~1..HEAD",
            "--today",
            "2026-11-21",
            "--format",
            format,
        ]);
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        let text = ran.stdout;
        let line = line_of(&seed(AGENT), "    - deployment");
        for said in [
            gone,
            "version-not-bumped",
            "1.0.0",
            &format!("line {line}"),
            "requires_approval_for",
        ] {
            assert!(text.contains(said), "{format} lacks {said:?}:\n{text}");
        }
        let lower = text.to_lowercase().replace('.', " ");
        for kind in [
            "constraint loosened",
            "requirement removed",
            "responsibility removed",
        ] {
            assert_eq!(
                lower.matches(&format!("{kind}*")).count() + lower.matches(&format!("{kind}  c")).count(),
                1,
                "{format}: {kind}\n{text}"
            );
        }
        assert!(!text.contains('\u{1b}'), "no colour where nobody looks");
    }
}

#[test]
fn the_comment_reads_well() {
    let bench = edited();
    let ran = bench.run(&[
        "check",
        "HEAD~1..HEAD",
        "--today",
        "2026-11-21",
        "--format",
        "markdown",
    ]);
    insta::assert_snapshot!(masked(&ran.stdout), @r##"
    <!-- specwarden:comment -->
    <!-- specwarden:shown [digest] [digest] [digest] -->
    ### ❌ 2 errors: 2 specs need a larger version step, platform-engineer a major one

    | spec | needed step | declared |
    |---|---|---|
    | `roles/director-of-infrastructure.md` | major (by `[change]`) | no version |
    | `roles/director-of-platform-engineering.md` | minor (by `[change]`) | v1.0, not bumped |
    | `roles/platform-engineer-agent.md` | major (by `[change]`) | 1.0.0, not bumped |

    **What to do**

    1. Set the version to 2.0.0 and say why in the change log, if there is one\
       `version-not-bumped` in `roles/platform-engineer-agent.md` line 3: the meaning changed and the version is still 1.0.0: it needs 2.0.0 because of constraint.loosened [change] (deployment)

       Line 3 becomes

       ```text
       version: 2.0.0
       ```
    2. Set the version to v1.1 and say why in the change log, if there is one\
       `version-not-bumped` in `roles/director-of-platform-engineering.md` line 5: the meaning changed and the version is still v1.0: it needs v1.1 because of requirement.removed [change] (Hands-on experience with AI infrastructure or LLM…)

       Line 5 becomes

       ```text
       **Version:** v1.1  
       ```
    3. One of those with `maintain` permission approves

    `specwarden fix` mends this.

    **What changed**

    - **Constraint loosened** `[change]` in `roles/platform-engineer-agent.md`, constraints › requires_approval_for, was line 71
      - before: ~~deployment~~
      - because: removed from requires_approval_for
      - allowed now and not before: `deployment` needed somebody's word before; now it does not
    - **Responsibility removed** `[change]` in `roles/director-of-infrastructure.md`, Responsibilities, was line 12
      - before: ~~Security: Oversee the security posture of the infrastructure (SecOps).~~
      - because: removed from Responsibilities
      - said again in: AI Agent Profile › System Prompt › Key Responsibilities (line 60)
    - **Requirement removed** `[change]` in `roles/director-of-platform-engineering.md`, Requirements › Must Have, was line 87
      - before: ~~Hands-on experience with AI infrastructure or LLM orchestration~~
      - because: removed from Must Have

    **Who must approve**

    - ⏳ **owners**: 1 of those with `maintain` permission, for `[change]`
      - roles/director-of-infrastructure.md states no owner at base
      - there is no CODEOWNERS file at base
      - nobody else is named, so everyone with maintain permission can approve
    - ⏳ **owners**: 1 of those with `maintain` permission, for `[change]`
      - roles/platform-engineer-agent.md states no owner at base
      - there is no CODEOWNERS file at base
      - nobody else is named, so everyone with maintain permission can approve

    <sub>`[commit]` → `[commit]` · a rule's reasons: `specwarden explain ID`</sub>
    "##);
}

#[test]
fn sarif_and_annotations_name_the_lines() {
    let bench = edited();
    let sarif = bench.run(&[
        "check",
        "HEAD~1..HEAD",
        "--today",
        "2026-11-21",
        "--format",
        "sarif",
    ]);
    let log: Value = serde_json::from_str(&sarif.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let uri = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        place["uri"].as_str().unwrap().to_owned()
    };
    let bump = results
        .iter()
        .find(|result| result["ruleId"] == "version-not-bumped" && uri(result).ends_with(AGENT))
        .unwrap();
    assert_eq!(bump["level"], "error");
    let place = &bump["locations"][0]["physicalLocation"];
    assert_eq!(
        place["region"]["startLine"],
        line_of(&seed(AGENT), "version: 1.0.0")
    );
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }

    bench.write("summary.md", "");
    let summary = bench.path().join("summary.md");
    let github = bench.run_with(
        &[
            "check",
            "HEAD~1..HEAD",
            "--today",
            "2026-11-21",
            "--format",
            "github",
        ],
        &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())],
    );
    let at = line_of(&seed(AGENT), "version: 1.0.0");
    let start = format!(
        "::error file=roles/platform-engineer-agent.md,line={at},endLine={at},title=version-not-bumped::"
    );
    assert!(
        github.stdout.lines().any(|line| line.starts_with(&start)),
        "{}",
        github.stdout
    );
    assert!(bench.read("summary.md").contains("~~deployment~~"));
}

#[test]
fn uncommitted_edits_count_and_a_revision_is_compared_with_the_disk() {
    let bench = Bench::repository();
    bench.write("roles/agent.md", &seed(AGENT));
    bench.commit("seed");
    bench.write("roles/agent.md", &seed(AGENT).replace("    - deployment\n", ""));
    for args in [&["check"][..], &["check", "HEAD"]] {
        let found = changes(&bench.json(args));
        assert_eq!(found.len(), 1, "{args:?}");
        assert_eq!(found[0].1, "constraint.loosened");
    }
}

#[test]
fn a_branch_is_compared_from_where_it_left() {
    let bench = Bench::repository();
    bench.write("roles/agent.md", &seed(AGENT));
    bench.commit("seed");
    bench.branch("topic");
    bench.write("roles/agent.md", &seed(AGENT).replace("    - deployment\n", ""));
    bench.commit("on the branch");
    let here = changes(&bench.json(&["check", "main..topic"]));
    assert_eq!(here.len(), 1);
    let there = bench.json(&["check", "topic..main"]);
    assert_eq!(
        there["conclusion"], "neutral",
        "main has nothing that topic lacks"
    );
}

#[test]
fn two_file_names_are_no_rename_and_two_revision_paths_are() {
    let bench = Bench::repository();
    bench.write("roles/old.md", &seed(AGENT));
    bench.commit("seed");
    std::fs::rename(
        bench.path().join("roles/old.md"),
        bench.path().join("roles/new.md"),
    )
    .unwrap();
    bench.commit("renamed");
    bench.write("copy.md", &seed(AGENT));
    let files = bench.json(&["diff", "roles/new.md", "copy.md"]);
    assert_eq!(changes(&files).len(), 0);
    let renamed = changes(&bench.json(&["diff", "HEAD~1:roles/old.md", "HEAD:roles/new.md"]));
    assert_eq!(
        renamed.iter().map(|found| found.1.as_str()).collect::<Vec<_>>(),
        ["spec.renamed"]
    );
}

#[test]
fn an_absent_side_is_a_new_or_a_removed_spec() {
    let bench = Bench::folder();
    bench.write("spec.md", &seed(AGENT));
    let new = bench.json(&["diff", "/dev/null", "spec.md"]);
    assert_eq!(changes(&new)[0].1, "spec.added");
    assert!(new["specs"][0]["powers"]["limits"].as_array().unwrap().len() > 5);
    let gone = bench.json(&["diff", "spec.md", "/dev/null"]);
    assert_eq!(changes(&gone)[0].1, "spec.removed");
}

#[test]
fn the_policy_of_the_base_judges_and_the_new_one_is_looked_over() {
    let bench = Bench::repository();
    bench.write("roles/agent.md", &seed(AGENT));
    bench.write(
        ".github/specwarden.yml",
        "rules: { version-not-bumped: warning }\n",
    );
    bench.commit("seed");
    bench.write("roles/agent.md", &seed(AGENT).replace("    - deployment\n", ""));
    bench.write(".github/specwarden.yml", "rules:\n  version-not-bumpd: off\n");
    bench.commit("edit");
    let report = bench.json(&["check", "HEAD~1..HEAD"]);
    let findings = report["findings"].as_array().unwrap();
    let severity = |rule: &str| {
        let found = findings.iter().find(|finding| finding["rule"] == rule);
        found.map(|finding| (finding["severity"].as_str().unwrap(), finding["line"].clone()))
    };
    assert_eq!(severity("version-not-bumped").unwrap().0, "warning");
    assert_eq!(severity("config-invalid"), Some(("error", 2.into())));
}
