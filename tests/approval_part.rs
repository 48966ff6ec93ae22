//! What the comment says about people, in the situations that approvers meet: read each of these as
//! somebody who has ten seconds.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use jiff::civil::date;
use specwarden::approvals::Choice;
use specwarden::approvals::Facts;
use specwarden::approvals::Membership;
use specwarden::approvals::Permission;
use specwarden::approvals::Vote;
use specwarden::check::CheckInput;
use specwarden::check::SpecPair;
use specwarden::check::judge;
use specwarden::config::Config;
use specwarden::ids::Digest;
use specwarden::ids::Login;
use specwarden::ids::SpecPath;
use specwarden::report::Surroundings;
use specwarden::report::Voice;
use specwarden::report::markdown;

const SECURITY: &str = "[{ name: security, on: [constraint.loosened], from: { teams: [acme/security] } }]";

struct Scene {
    input: CheckInput,
}

impl Scene {
    /// alice takes two entries from a role's `requires_approval_for`; dana and sue are in the
    /// security team, theo is not.
    fn new(approvals: &str) -> Self {
        let config = Config::parse(&format!("approvals: {approvals}")).unwrap();
        let mut input = CheckInput::local("main", "head", config, date(2026, 11, 21));
        let spec = |guarded: &str| {
            let text = format!(
                "---\nrole: agent\nowner: \"@olga\"\nconstraints:\n  - requires_approval_for: [{guarded}]\n---\n\n# Agent\n\nKeeps order.\n"
            );
            Some(text.into_bytes())
        };
        let path = Some(SpecPath::new("roles/agent.md"));
        input.specs = vec![SpecPair {
            before_path: path.clone(),
            after_path: path,
            before: spec("deployment, spending, deletion"),
            after: spec("deletion"),
            base_tip: None,
            separate_log: None,
        }];
        input.author = Some(Login::new("alice"));
        let mut facts = Facts::default();
        for (login, membership) in [
            ("alice", Membership::Member),
            ("dana", Membership::Member),
            ("sue", Membership::Member),
            ("theo", Membership::Outsider),
        ] {
            let key = ("acme/security".parse().unwrap(), Login::new(login));
            facts.memberships.insert(key, membership);
            facts.permissions.insert(Login::new(login), Ok(Permission::Read));
        }
        input.facts = facts;
        Self { input }
    }

    fn digests(&self) -> Vec<Digest> {
        let specs = judge(&self.input).report.specs;
        let changes = specs.into_iter().flat_map(|spec| spec.changes);
        changes.map(|change| change.digest).collect()
    }

    fn votes(mut self, login: &str, choice: Choice) -> Self {
        let login = Login::new(login);
        self.input.votes.push(Vote { login, choice });
        self
    }

    fn approves(self, login: &str, changes: usize) -> Self {
        let digests = self.digests().into_iter().take(changes).collect();
        self.votes(login, Choice::Approve { digests })
    }

    /// The title, and the parts about people.
    fn told(&self) -> String {
        let around = Surroundings {
            voice: Voice::PullRequest,
            ..Surroundings::default()
        };
        let comment = markdown::summary(&judge(&self.input).report, &around);
        // What keeps a name from being told is nothing to look at.
        let comment = comment.replace('\u{200b}', "");
        let mut told = String::new();
        let mut about_people = true;
        for line in comment.lines() {
            if line.starts_with("**") {
                about_people = ["**What to do**", "**Objections**", "**Who must approve**"].contains(&line);
            }
            let top = line.starts_with("`roles/") || line.starts_with("<sub>");
            if about_people && !top && !line.is_empty() {
                told.push_str(line.trim_end_matches('\\'));
                told.push('\n');
            }
        }
        told
    }
}

#[test]
fn first_asked() {
    insta::assert_snapshot!(Scene::new(SECURITY).told(), @r#"
    ### ⏳ Waiting for 1 approval: security
    **What to do**
    1. One of `@acme/security` comments `/approve-role`
    **Who must approve**
    - ⏳ **security**: 1 of `@acme/security`, for `c1219390`, `c97a63fa`
    "#);
}

#[test]
fn half_approved() {
    let one_change = Scene::new(SECURITY).approves("dana", 1).approves("theo", 2);
    insta::assert_snapshot!(one_change.told(), @r#"
    ### ⏳ Waiting for 1 approval: security
    **What to do**
    1. One of `@acme/security` comments `/approve-role`
    **Who must approve**
    - ⏳ **security**: 1 of `@acme/security`, for `c97a63fa`
      - `@dana` approved `c1219390` (member of @acme/security)
      - the approval of @theo does not count: @theo is none of @acme/security
    "#);
    let two = SECURITY.replace("from", "require: 2, from");
    let one_person = Scene::new(&two).approves("dana", 2).approves("alice", 2);
    insta::assert_snapshot!(one_person.told(), @r#"
    ### ⏳ Waiting for 1 approval: security
    **What to do**
    1. One more of `@acme/security` comments `/approve-role`
    **Who must approve**
    - ⏳ **security**: 1 more of `@acme/security`, for `c1219390`, `c97a63fa`
      - `@dana` approved `c1219390`, `c97a63fa` (member of @acme/security)
      - the approval of @alice does not count: @alice is the pull request's author
    "#);
}

#[test]
fn all_approved() {
    insta::assert_snapshot!(Scene::new(SECURITY).approves("dana", 2).told(), @r#"
    ### ✅ 2 changes in 1 spec in order, approved
    **Who must approve**
    - ✅ **security**: `@dana` approved `c1219390`, `c97a63fa` (member of @acme/security)
    "#);
    let shared = Scene::new(SECURITY).approves("sue", 1).approves("dana", 2);
    insta::assert_snapshot!(shared.told(), @r#"
    ### ✅ 2 changes in 1 spec in order, approved
    **Who must approve**
    - ✅ **security**: approved for `c1219390`, `c97a63fa`
      - `@dana` approved `c1219390`, `c97a63fa` (member of @acme/security)
      - `@sue` approved `c1219390` (member of @acme/security)
    "#);
}

#[test]
fn blocked_by_an_objection() {
    let objection = Choice::Reject {
        role: None,
        reason: "not before the audit, says @acme/all".to_owned(),
    };
    let blocked = Scene::new(SECURITY).approves("dana", 2).votes("sue", objection);
    insta::assert_snapshot!(blocked.told(), @r#"
    ### ❌ Rejected by sue
    **Objections**
    - ⛔ `@sue`: not before the audit, says @acme/all — blocks: member of @acme/security
    **What to do**
    1. Settle the objection of `@sue`
       then they, or a maintainer, comment `/reject-role cancel`
    **Who must approve**
    - ✅ **security**: `@dana` approved `c1219390`, `c97a63fa` (member of @acme/security)
    "#);
}

#[test]
fn unsatisfiable() {
    let mut owned = Scene::new("[{ name: owners, from: { owner: true } }]");
    owned.input.author = Some(Login::new("olga"));
    insta::assert_snapshot!(owned.told(), @r#"
    ### ⏳ Waiting for 1 approval: owners
    **What to do**
    1. Nobody can approve for `owners` here: see why below
    **Who must approve**
    - ⏳ **owners**: 1 of `@olga`, for `c1219390`, `c97a63fa`
      - nobody can satisfy this here: it needs 1, and 0 of those it names can approve; @olga is the pull request's author
    "#);
}

#[test]
fn several_rules() {
    let rules = "[{ name: security, from: { teams: [acme/security] } }, \
                 { name: keepers, require: 2, from: { permission: maintain, users: [ann] } }, \
                 { name: owner, from: { owner: true } }]";
    insta::assert_snapshot!(Scene::new(rules).approves("sue", 2).told(), @r#"
    ### ⏳ Waiting for 2 approvals: keepers, owner
    **What to do**
    1. Have it approved by each of these
       `keepers`: 2 of `@ann`, those with `maintain` permission comment `/approve-role`
       `owner`: `@olga` comments `/approve-role`
    **Who must approve**
    - ⏳ **keepers**: 2 of `@ann`, those with `maintain` permission, for `c1219390`, `c97a63fa`
      - the approval of @sue does not count: @sue is none of @ann, permission: maintain
    - ⏳ **owner**: 1 of `@olga`, for `c1219390`, `c97a63fa`
      - the approval of @sue does not count: @sue is none of @olga
    - ✅ **security**: `@sue` approved `c1219390`, `c97a63fa` (member of @acme/security)
    "#);
}
