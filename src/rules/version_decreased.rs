//! `version-decreased`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::log::LogEdit;
use crate::rules::registry::Found;

/// The version went down.
pub(super) const RULE: Rule = Rule {
    id: "version-decreased",
    default: Level::Error,
    summary: "it went down (a revert of an earlier change is a warning)",
    docs: Docs {
        what: "Finds a version that is lower than at base. Numbers are compared as numbers: 1.9 comes before \
               1.10. Where the change log went back with it, to the row of that version and no further, it \
               is a revert and only a warning.",
        why: "A number that was used once stands for a text. Going back gives it a second one.",
        example: Example {
            before: Some("# Night Porter\n\n**Version:** 1.10\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "# Night Porter\n\n**Version:** 1.9\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: Some("# Night Porter\n\n**Version:** 1.9\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "# Night Porter\n\n**Version:** 1.10\n\n## Constraints\n\n- Must lock the cellar and the attic\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.moved() != Moved::Down {
        return Vec::new();
    }
    let (Some(old), Some(new), Some(wanted)) = (ctx.old_version(), ctx.new_version(), ctx.wanted_version())
    else {
        return Vec::new();
    };
    if LogEdit::read(ctx).goes_back_to(&new) {
        return vec![
            Found::at(
                ctx.version_line(),
                format!("the version goes back from {old} to {new}, and the change log with it: a revert"),
            )
            .help(format!(
                "merge it if {old} was never used; else keep the old rows and tell the revert as {wanted}"
            ))
            .eased(),
        ];
    }
    vec![
        Found::at(
            ctx.version_line(),
            format!("the version goes down from {old} to {new}"),
        )
        .help(format!("set the version to {wanted}"))
        .suggest(ctx.suggest_version(&wanted)),
    ]
}
