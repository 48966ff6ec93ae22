//! `fix`: what it writes makes the findings go away, and a second run writes nothing.

use crate::bench::Bench;
use crate::bench::seed;

const AGENT: &str = "platform-engineer-agent.md";
const DIRECTOR: &str = "director-of-platform-engineering.md";

fn edited() -> Bench {
    let bench = Bench::repository();
    bench.write("roles/agent.md", &seed(AGENT));
    bench.write("roles/director.md", &seed(DIRECTOR));
    bench.commit("seeds");
    bench.write("roles/agent.md", &seed(AGENT).replace("    - deployment\n", ""));
    bench.write(
        "roles/director.md",
        &seed(DIRECTOR).replace("- Developer satisfaction (internal NPS)\n", ""),
    );
    bench
}

#[test]
fn a_dry_run_shows_the_edit_and_writes_nothing() {
    let bench = edited();
    let before = bench.read("roles/agent.md");
    let ran = bench.run(&["fix", "--dry-run", "--today", "2026-11-21"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(bench.read("roles/agent.md"), before);
    insta::assert_snapshot!(ran.stdout, @r##"
    --- a/roles/agent.md
    +++ b/roles/agent.md
    @@ -1,6 +1,6 @@
     ---
     role: platform-engineer
    -version: 1.0.0
    +version: 2.0.0
     experimental: true
     description: Senior Platform Engineer
     specialization: Architect, build, and optimize resilient, observable, and scalable platform foundations
    --- a/roles/director.md
    +++ b/roles/director.md
    @@ -2,10 +2,10 @@
     
     # Director of Platform Engineering – Role Specification
     
    -**Version:** v1.0  
    +**Version:** v1.1  
     **Owner:** Travis Sheppard  
     **Status:** Draft  
    -**Date:** 2025-10-17  
    +**Date:** 2026-11-21  
     
     ---
     
    @@ -114,4 +114,5 @@
     ## Change Log
     | Version | Date | Author | Change |
     |---------|------|--------|--------|
    +| v1.1 | 2026-11-21 | Ada | Changed outcome: Developer satisfaction (internal NPS) |
     | v1.0 | 2025-10-17 | Travis Sheppard | Initial Director of Platform Engineering role spec created |
    \ No newline at end of file
    "##);
}

#[test]
fn mending_makes_the_findings_go_away_and_a_second_run_writes_nothing() {
    let bench = edited();
    assert_eq!(bench.run(&["check", "--today", "2026-11-21"]).status, 1);
    let ran = bench.run(&["fix", "--today", "2026-11-21"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let report = bench.json(&["check"]);
    assert_eq!(report["findings"], serde_json::json!([]), "{report:#}");
    assert_eq!(
        report["conclusion"], "action_required",
        "people still have to approve"
    );
    let mended = (bench.read("roles/agent.md"), bench.read("roles/director.md"));
    let again = bench.run(&["fix", "--today", "2026-11-21"]);
    assert_eq!((again.status, again.stdout.as_str()), (0, ""), "{}", again.stderr);
    assert_eq!(
        (bench.read("roles/agent.md"), bench.read("roles/director.md")),
        mended
    );
}

#[test]
fn specs_that_share_a_change_log_each_get_their_row() {
    let bench = Bench::repository();
    bench.write(
        ".github/specwarden.yml",
        "specs:\n  - paths: [\"roles/*.md\"]\n    changelog: CHANGELOG.md\n",
    );
    bench.write("CHANGELOG.md", "# Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.0.0 | 2026-11-01 | Ada | Both roles |\n");
    let role = |name: &str, limits: &str| {
        let version = if name == "cook" { "1.0.0" } else { "3.1.0" };
        format!("---\nrole: {name}\nversion: {version}\n---\n# {name}\n\n## Constraints\n\n{limits}")
    };
    bench.write(
        "roles/cook.md",
        &role("cook", "- Must not smoke\n- Must not leave the oven on\n"),
    );
    bench.write(
        "roles/porter.md",
        &role("porter", "- Must not sleep\n- Must lock the cellar\n"),
    );
    bench.commit("seeds");
    bench.write("roles/cook.md", &role("cook", "- Must not smoke\n"));
    bench.write("roles/porter.md", &role("porter", "- Must not sleep\n"));
    let ran = bench.run(&["fix", "--today", "2026-11-21"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let log = bench.read("CHANGELOG.md");
    assert!(log.contains("oven") && log.contains("cellar"), "{log}");
}
