//! Which rule asks whom about which changes.

use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;

use super::Permission;
use super::PowerEdit;
use super::Rule;
use super::SpecChanges;
use super::Subject;
use super::policy::Globs;
use super::power;
use super::sources::Resolved;
use super::sources::Resolver;
use super::sources::Source;
use super::standing::left_out;

/// One thing to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    pub(super) id: ChangeId,
    pub(super) digest: &'a Digest,
    pub(super) kind: &'static str,
    /// The role, or the file.
    pub(super) about: &'a str,
    pub(super) path: &'a SpecPath,
    /// Why the rule asks although its `on` does not name the kind.
    pub(super) although: Option<&'static str>,
}

impl Target<'_> {
    /// `c1f3a09b (constraint.loosened in platform-engineer)`.
    pub(super) fn label(&self) -> String {
        let about: String = self.about.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{} ({} in {about})", self.id, self.kind)
    }
}

/// One rule with the people it came to and everything it asks them about.
#[derive(Clone, Debug)]
pub(super) struct Ask<'a> {
    pub(super) rule: Rule,
    pub(super) resolved: Resolved,
    pub(super) targets: Vec<Target<'a>>,
}

/// Every ask, in the policy's order; one rule gives several where its specs have different owners.
pub(super) fn asks<'a>(subject: &Subject<'a>) -> Vec<Ask<'a>> {
    let resolver = Resolver::new(&subject.policy.people, subject.codeowners);
    let mut asks: Vec<Ask<'a>> = Vec::new();
    for rule in subject.policy.rules_in_force() {
        let first = asks.len();
        for (resolved, target) in targets(subject, &resolver, &rule) {
            match asks[first..].iter_mut().find(|ask| ask.resolved == resolved) {
                Some(ask) => ask.targets.push(target),
                None => asks.push(Ask {
                    rule: rule.clone(),
                    resolved,
                    targets: vec![target],
                }),
            }
        }
    }
    asks
}

fn targets<'a>(subject: &Subject<'a>, resolver: &Resolver<'_>, rule: &Rule) -> Vec<(Resolved, Target<'a>)> {
    let globs = Globs::new(&rule.paths);
    let wanted = |spec: &SpecChanges<'_>, change: &Change| {
        (globs.matches(spec.path) || globs.matches(spec.base_path()))
            && rule.on.iter().any(|pattern| pattern.matches(change.kind))
    };
    let many = subject
        .specs
        .iter()
        .flat_map(|spec| spec.changes.iter().filter(|change| wanted(spec, change)))
        .nth(rule.at_least.saturating_sub(1))
        .is_some();
    let mut found = Vec::new();
    for spec in &subject.specs {
        let mut resolved = None;
        for change in spec.changes {
            let although = shift(rule, &globs, spec, change);
            let regular = many && wanted(spec, change);
            if !regular && although.is_none() {
                continue;
            }
            let resolved = resolved.get_or_insert_with(|| resolve_spec(subject, resolver, rule, spec));
            let target = Target {
                id: change.id.clone(),
                digest: &change.digest,
                kind: change.kind.as_str(),
                about: spec.role,
                path: spec.path,
                although: if regular { None } else { although },
            };
            found.push((resolved.clone(), target));
        }
    }
    for edit in &subject.power {
        if power::concerns(edit, rule, subject) {
            found.push((resolve_edit(subject, resolver, rule, edit), edit_target(edit)));
        }
    }
    found
}

/// Why a rule asks about a change that takes its approvers' say away, whatever its `on` names.
fn shift(rule: &Rule, globs: &Globs, spec: &SpecChanges<'_>, change: &Change) -> Option<&'static str> {
    let base = globs.matches(spec.base_path()) && !spec.added;
    if change.kind == ChangeKind::OwnerChanged && base && rule.from.owner {
        return Some("a change of the owner needs those who could approve before");
    }
    // A rename with enough edits in it looks like a removal; and with its file every limit is gone.
    let removed = change.kind == ChangeKind::SpecRemoved;
    let renamed = change.kind == ChangeKind::SpecRenamed;
    if base && renamed && spec.leaves {
        return Some("the file leaves the paths that the policy watches");
    }
    let leaves = base && (removed || renamed && !globs.matches(spec.path));
    leaves.then_some("the file leaves the paths of this rule")
}

fn resolve_spec(
    subject: &Subject<'_>,
    resolver: &Resolver<'_>,
    rule: &Rule,
    spec: &SpecChanges<'_>,
) -> Resolved {
    let owner = spec.owner.filter(|_| !spec.added);
    let mut resolved = resolver.resolve(&rule.from, spec.base_path(), owner);
    if subject.policy.rules.is_none() && nobody_left(subject, &resolved) {
        fall_back(&mut resolved, Permission::Maintain);
    }
    resolved
}

fn resolve_edit(
    subject: &Subject<'_>,
    resolver: &Resolver<'_>,
    rule: &Rule,
    edit: &PowerEdit<'_>,
) -> Resolved {
    let mut from = rule.from.clone();
    from.owner = false;
    let mut resolved = resolver.resolve(&from, edit.path, None);
    if subject.policy.rules.is_none() && nobody_left(subject, &resolved) {
        fall_back(&mut resolved, Permission::Maintain);
    } else if resolved.sources.is_empty() {
        fall_back(&mut resolved, Permission::Admin);
    }
    resolved
}

fn edit_target<'a>(edit: &PowerEdit<'a>) -> Target<'a> {
    Target {
        id: power::id(edit.digest),
        digest: edit.digest,
        kind: power::kind(edit),
        about: edit.path.as_str(),
        path: edit.path,
        although: Some("it decides who may approve"),
    }
}

/// True where the sources are single people and every one of them takes part in the pull request.
fn nobody_left(subject: &Subject<'_>, resolved: &Resolved) -> bool {
    let taking_part = |login: &Login| left_out(subject, login).is_some();
    resolved.sources.iter().all(|source| match source {
        Source::User(login) => taking_part(login),
        Source::Team(_) | Source::Permission(_) => false,
    })
}

/// A policy without `approvals:` must not lock out a repository whose specs name nobody else: then
/// its maintainers decide, as they do about the policy itself.
fn fall_back(resolved: &mut Resolved, permission: Permission) {
    resolved.sources.push(Source::Permission(permission));
    resolved.notes.push(format!(
        "nobody else is named, so everyone with {permission} permission can approve"
    ));
}
