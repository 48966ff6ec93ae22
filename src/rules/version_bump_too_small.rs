//! `version-bump-too-small`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::registry::Found;
use crate::rules::step;

/// The step is smaller than the changes need.
pub(super) const RULE: Rule = Rule {
    id: "version-bump-too-small",
    default: Level::Error,
    summary: "the step is smaller than the changes need",
    docs: Docs {
        what: "Compares the step that was made with the largest one that a change asks for. Two-part versions \
               have no patch step; below 1.0 a minor step serves for everything; dates and revisions only \
               have to go up.",
        why: "People read the size of a step before they read the text. A lost limit that comes as a patch \
              is not looked at.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.4.1\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 2.0.0\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.moved() != Moved::Up {
        return Vec::new();
    }
    let (Some(old), Some(new), Some(made), Some(wanted)) = (
        ctx.old_version(),
        ctx.new_version(),
        ctx.made(),
        ctx.wanted_version(),
    ) else {
        return Vec::new();
    };
    if made >= ctx.needed() || step::any_step_serves(&old) {
        return Vec::new();
    }
    vec![
        Found::at(
            ctx.version_line(),
            format!(
                "{old} to {new} is a {made} step, and the changes need a {} step to {wanted}{}",
                ctx.needed(),
                ctx.driver()
            ),
        )
        .help(format!("set the version to {wanted}"))
        .suggest(ctx.suggest_version(&wanted)),
    ]
}
