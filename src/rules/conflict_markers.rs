//! `conflict-markers`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::registry::Found;
use crate::rules::troubles;
use crate::spec::ProblemKind;

/// `<<<<<<<` left behind.
pub(super) const RULE: Rule = Rule {
    id: "conflict-markers",
    default: Level::Error,
    summary: "`<<<<<<<` left behind",
    docs: Docs {
        what: "Finds the marks that Git leaves where it could not merge. A line of equals signs under a title \
               is a heading and none.",
        why: "Both sides of a conflict are in force at once, and nobody decided that.",
        example: Example {
            before: Some("# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "# Night Porter\n\n## Constraints\n\n<<<<<<< HEAD\n- Must lock the cellar\n=======\n- Must lock the attic\n>>>>>>> attic\n",
            base_tip: None,
        },
        instead: Example {
            before: Some("# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "Night Porter\n=======\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
    },
    check,
};

/// The marks of one conflict are one finding, at its first.
fn check(ctx: &Context<'_>) -> Vec<Found> {
    let mut inside = false;
    troubles::findings_where(
        ctx,
        &[ProblemKind::ConflictMarker],
        |problem| {
            let opens = problem.message.contains("<<<<<<<");
            let told = opens || !inside;
            inside = (inside || opens) && !problem.message.contains(">>>>>>>");
            told
        },
        |_| "decide between the two sides and delete the marks",
    )
}
