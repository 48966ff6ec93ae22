//! `owner-missing`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::registry::Found;
use crate::rules::words;

/// No owner.
pub(super) const RULE: Rule = Rule {
    id: "owner-missing",
    default: Level::Off,
    summary: "no owner",
    docs: Docs {
        what: "Asks every spec to name its owner: `owner:` in front matter, an `**Owner:**` line, a table row.",
        why: "Without approval rules it is the owner who is asked about severe changes. Nobody is hard to ask.",
        example: Example {
            before: None,
            after: "# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: None,
            after: "# Night Porter\n\n**Owner:** Ann Uy\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some(after) = ctx.after else {
        return Vec::new();
    };
    let named = |spec: &crate::spec::Spec| {
        spec.owner
            .as_ref()
            .is_some_and(|owner| !words::is_placeholder(&owner.value))
    };
    if named(after) {
        return Vec::new();
    }
    let old = ctx.before.is_some_and(|before| !named(before));
    vec![
        Found::at(
            after.owner.as_ref().map(|owner| owner.line).or(Some(1)),
            format!("{} names no owner", after.identity()),
        )
        .help("name one, for example `owner: …` in front matter or `**Owner:** …` under the title")
        .old_fault(old),
    ]
}
