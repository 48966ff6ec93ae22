//! `log` and `replay`: the past, told as meaning.

use crate::bench::Bench;
use crate::bench::masked;

fn porter(version: &str, limits: &[&str]) -> String {
    let limits: String = limits.iter().map(|limit| format!("- {limit}\n")).collect();
    format!(
        "# Night Porter\n\n**Version:** {version}\n\n## Responsibilities\n\n- Lock the cellar\n\n## Constraints\n\n{limits}"
    )
}

fn past() -> Bench {
    let bench = Bench::repository();
    bench.write(
        "roles/porter.md",
        &porter("1.0.0", &["Must not sleep", "Must not lend out the master key"]),
    );
    bench.commit("the porter");
    bench.write(
        "roles/porter.md",
        &porter("1.0.0", &["Must not sleep", "Must never lend out the master key"]),
    );
    bench.commit("other words");
    bench.write("roles/porter.md", &porter("1.1.0", &["Must not sleep"]));
    bench.commit("keys may be lent");
    bench.write("notes.txt", "nothing\n");
    bench.commit("no spec");
    bench
}

#[test]
fn a_history_has_one_entry_per_version() {
    let ran = past().run(&["log", "roles/porter.md"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!(masked(&ran.stdout), @r##"
    1.1.0  2026-11-03  minor step, major needed
      [commit] Ada  keys may be lent
      constraint.loosened  [change]  line 12  Constraints
        - Must never lend out the master key
          because: removed from Constraints

    1.0.0  2026-11-02
      [commit] Ada  other words
      [commit] Ada  the porter
      spec.added  [change]  lines 1–12
        + Night Porter
          because: the file is new
        must not, or must ask for (2)
          · Must not sleep
          · Must never lend out the master key
        must (1)
          · Lock the cellar
    "##);
}

#[test]
fn a_replay_says_what_would_have_been_red() {
    let bench = past();
    let ran = bench.run(&["replay"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    insta::assert_snapshot!(masked(&ran.stdout), @r##"
    ✓ [commit] 2026-11-01  the porter
        1 change in 1 spec in order
    ✓ [commit] 2026-11-02  other words
        1 change in 1 spec in order
        version-not-bumped
    ✗ [commit] 2026-11-03  keys may be lent
        1 error: Night Porter needs a major step, minor made
        version-bump-too-small

    4 merges looked at, 3 changed specs: 1 would have failed, 1 would have asked for an approval
      version-bump-too-small: 1 merge
      version-not-bumped: 1 merge
    "##);
    bench.write(
        "lax.yml",
        "rules: { version-bump-too-small: off, version-not-bumped: off }\napprovals: []\n",
    );
    let ran = bench.run(&["replay", "--config", "lax.yml"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
}
