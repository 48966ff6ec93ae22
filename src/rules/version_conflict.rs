//! `version-conflict`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::explicit;
use crate::rules::registry::Found;
use crate::spec::Spec;
use crate::spec::Version;

/// Two places in one spec disagree.
pub(super) const RULE: Rule = Rule {
    id: "version-conflict",
    default: Level::Error,
    summary: "two places in one spec disagree",
    docs: Docs {
        what: "Compares every place that states the version: front matter, lines, tables, badges. How it is \
               written (`v1.2`, `1.2`) does not matter, and the change log is judged by rules of its own.",
        why: "Whoever reads the badge and whoever reads the front matter must not follow different texts.",
        example: Example {
            before: Some(
                "---\nversion: 1.2.0\n---\n\n# Night Porter\n\n**Version:** 1.2.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "---\nversion: 1.3.0\n---\n\n# Night Porter\n\n**Version:** 1.2.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "---\nversion: 1.2.0\n---\n\n# Night Porter\n\n**Version:** v1.2.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "---\nversion: 1.3.0\n---\n\n# Night Porter\n\n**Version:** v1.3.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: None,
        },
    },
    check,
};

/// The distinct versions that a spec states, if some that compare are not equal.
fn disagreement(spec: &Spec) -> Option<Vec<Version>> {
    let mut distinct: Vec<Version> = Vec::new();
    for version in explicit(spec).filter_map(|place| Version::parse(&place.value)) {
        if !distinct.contains(&version) {
            distinct.push(version);
        }
    }
    let comparable = distinct
        .iter()
        .any(|a| distinct.iter().any(|b| a != b && a.partial_cmp(b).is_some()));
    comparable.then_some(distinct)
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some(after) = ctx.after else {
        return Vec::new();
    };
    let (Some(distinct), Some(highest)) = (disagreement(after), ctx.new_version()) else {
        return Vec::new();
    };
    let stood = ctx.before.and_then(disagreement).is_some_and(|old| {
        old.len() == distinct.len() && old.iter().all(|version| distinct.contains(version))
    });
    let odd =
        explicit(after).find(|place| Version::parse(&place.value).is_some_and(|version| version != highest));
    let said: Vec<String> = explicit(after)
        .map(|place| format!("line {} says {}", place.line, place.value))
        .collect();
    vec![
        Found::at(
            odd.map(|place| place.line),
            format!("the places that state the version disagree: {}", said.join(", ")),
        )
        .help(format!("write {highest} in all of them"))
        .suggest(ctx.suggest_version(&highest))
        .old_fault(stood),
    ]
}
