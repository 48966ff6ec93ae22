//! `version-bump-too-large`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::registry::Found;
use crate::rules::step;

/// The step is larger than the changes need.
pub(super) const RULE: Rule = Rule {
    id: "version-bump-too-large",
    default: Level::Warning,
    summary: "the step is larger than the changes need",
    docs: Docs {
        what: "Finds a step that is larger than the largest that a change asks for. The smallest step of a \
               document is never too large, and leaving 0.x is a decision of its own.",
        why: "A major step makes everybody read and approve again. Used for a typo, it teaches them not to.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 2.0.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.5.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.moved() != Moved::Up {
        return Vec::new();
    }
    let (Some(floor), Some(new)) = (ctx.floor_version(), ctx.new_version()) else {
        return Vec::new();
    };
    let leaves_zero = matches!(
        (floor.numbers(), new.numbers()),
        (Some([0, ..]), Some([1..=u64::MAX, ..]))
    );
    let Some(made) = step::actual_bump(&floor, &new) else {
        return Vec::new();
    };
    let enough = ctx.needed().max(step::smallest_step(new.grammar()));
    if made <= enough || leaves_zero || step::any_step_serves(&floor) {
        return Vec::new();
    }
    let wanted = step::next(&floor, enough, ctx.today);
    vec![
        Found::at(
            ctx.version_line(),
            format!("{floor} to {new} is a {made} step, and the changes need no more than a {enough} step to {wanted}"),
        )
        .help(format!("set the version to {wanted}, or leave it if more is meant than the text says"))
        .suggest(ctx.suggest_version(&wanted)),
    ]
}
