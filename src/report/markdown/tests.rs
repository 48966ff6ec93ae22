use super::*;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::ids::SpecPath;
use crate::report::sample;
use crate::rules::Finding;

fn many(number: usize, kind: ChangeKind, text: impl Fn(usize) -> String) -> Vec<Change> {
    let changes = (0..number).map(|at| {
        let mut change = sample::change(0, kind, Some(&text(at)), None);
        change.digest = Digest::new(format!("{at:064x}"));
        change
    });
    changes.collect()
}

#[test]
fn the_riskiest_is_kept_and_the_rest_is_counted() {
    let text = |at: usize| format!("statement {at} {}", "責任 and more words ".repeat(30));
    let mut changes = many(2_000, ChangeKind::OutcomeChanged, text);
    changes.extend(many(900, ChangeKind::ConstraintLoosened, |at| {
        format!("limit {at} {}", text(at))
    }));
    let report = sample::report(vec![sample::spec("roles/x.md", changes)]);
    let comment = comment(&report, &Surroundings::default());
    assert!(comment.chars().count() <= 65_536, "{}", comment.chars().count());
    assert!(comment.contains("limit 0 "));
    assert!(
        !comment.contains("Outcome changed"),
        "no room for what is less severe"
    );
    let told = comment.matches("**Constraint loosened**").count();
    let left = format!(
        "… and {} more changes ({} of them severe).",
        2_900 - told,
        900 - told
    );
    let said = comment.lines().find(|line| line.starts_with("… and"));
    assert_eq!(said, Some(left.as_str()));
    assert_eq!(
        shown(&comment).unwrap().len(),
        told,
        "a digest for each that is told, and no other"
    );
}

#[test]
fn the_same_edit_in_many_specs_is_told_once() {
    let specs = (0..300).map(|at| {
        let mut changes = many(1, ChangeKind::ConstraintLoosened, |_| "deployment".to_owned());
        changes[0].digest = Digest::new(format!("{at:064x}"));
        sample::spec(&format!("roles/{at}.md"), changes)
    });
    let report = sample::report(specs.collect());
    let comment = comment(&report, &Surroundings::default());
    assert_eq!(
        comment.matches("**Constraint loosened** 300 times").count(),
        1,
        "{comment}"
    );
    assert_eq!(comment.matches("~~deployment~~").count(), 1);
    assert_eq!(shown(&comment).unwrap().len(), 300, "all of them can be approved");
}

#[test]
fn the_same_fault_in_many_specs_is_told_once() {
    let (mut report, _) = sample::loosened();
    let fault = report.findings[0].clone();
    report.findings = (0..50)
        .map(|at| Finding {
            path: SpecPath::new(format!("roles/{at}.md")),
            ..fault.clone()
        })
        .collect();
    let comment = comment(&report, &Surroundings::default());
    assert_eq!(
        comment.matches(&fault.help[..12]).count(),
        0,
        "it begins a sentence"
    );
    assert_eq!(
        comment.matches("et the version to `2.0.0` (50 times)").count(),
        1,
        "{comment}"
    );
    assert!(comment.contains("`roles/7.md` line 3, 42 more"), "{comment}");
    assert!(!comment.contains("Also found"), "{comment}");
}

#[test]
fn what_was_shown_is_read_back_from_our_comments_only() {
    let (report, _) = sample::loosened();
    let ours = comment(&report, &Surroundings::default());
    let digests: Vec<String> = shown(&ours).unwrap().into_iter().map(|digest| digest.0).collect();
    assert_eq!(digests, ["1f".repeat(32), "2a".repeat(32), "3b".repeat(32)]);
    assert_eq!(shown(&format!("hello\n{ours}")), None);
}

#[test]
fn the_comment_says_what_to_do_before_it_says_why() {
    let (report, _) = sample::loosened();
    let around = Surroundings {
        rules_url: Some("https://bot.example/rules/".to_owned()),
        base_url: None,
        head_url: Some("https://github.com/acme/roles/blob/2222222/".to_owned()),
        details_url: Some("https://bot.example/pulls/acme/roles/7".to_owned()),
        voice: Voice::PullRequest,
    };
    insta::assert_snapshot!(comment(&report, &around), @r##"
    <!-- specwarden:comment -->
    <!-- specwarden:shown 1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f 2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a 3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b -->
    ### ❌ 1 error: platform-engineer needs a major step, none made

    `roles/platform-engineer.md` · needed step: **major** (by `c2a2a2a2`) · declared: 1.0.0, not bumped

    **What to do**

    1. Set the version to `2.0.0`\
       [`version-not-bumped`](https://bot.example/rules/version-not-bumped) in `roles/platform-engineer.md` [line 3](https://github.com/acme/roles/blob/2222222/roles/platform-engineer.md?plain=1#L3): the meaning changed, and the version is still `1.0.0`

       Line 3 becomes

       ```text
       version: 2.0.0
       ```
    2. One of `@acme/security` comments `/approve-role`

    Comment `/spec-fix` to have this mended here.

    **What changed**

    - **Constraint loosened** `c1f1f1f1` in `roles/platform-engineer.md`, constraints › requires_approval_for, was line 5
      - before: ~~deployment~~
      - because: removed from `requires_approval_for`
      - allowed now and not before: a deployment without anybody's approval
      - said again in: Agent profile (line 9)
    - **Responsibility relaxed** `c2a2a2a2` in `roles/platform-engineer.md`, Constraints, [line 6](https://github.com/acme/roles/blob/2222222/roles/platform-engineer.md?plain=1#L6)
      - before: ~~Must~~ review ~~every change~~ to production
      - after: **Should** review **most changes** to production

    **Also found**

    - ⚠️ [`changelog-silent-on-risk`](https://bot.example/rules/changelog-silent-on-risk) `roles/platform-engineer.md` [line 8](https://github.com/acme/roles/blob/2222222/roles/platform-engineer.md?plain=1#L8): the row for 1.0.0 says nothing of the lost limit — name it

    **Who must approve**

    - ⏳ **security**: 1 of `@acme/security`, for `c1f1f1f1`

    <details><summary>1 change of form or wording</summary>

    - **Requirement reworded** `c3b3b3b3` in `roles/platform-engineer.md`, Constraints, [line 6](https://github.com/acme/roles/blob/2222222/roles/platform-engineer.md?plain=1#L6)
      - before: Knows Kubernetes
      - after: Knows Kubernetes **well**

    </details>

    <sub>`1111111` → `2222222` · [details](https://bot.example/pulls/acme/roles/7) · commands: `/spec-help`</sub>
    "##);
}
