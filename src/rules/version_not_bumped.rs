//! `version-not-bumped`

use crate::diff::Bump;
use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::registry::Found;

/// Meaning changed, version did not.
pub(super) const RULE: Rule = Rule {
    id: "version-not-bumped",
    default: Level::Error,
    summary: "meaning changed, version did not (a warning where only a patch is needed)",
    docs: Docs {
        what: "Finds a change of meaning under an unchanged version. Where only a patch step is needed (other \
               words, moved statements) it is a warning. A change of format needs no step.",
        why: "Whoever agreed to 1.4.0 agreed to its text. Two texts under one number are an agreement that \
              nobody made.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must lock the cellar\n",
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
    let required = ctx.version.required_bump;
    if ctx.moved() != Moved::Same || required == Bump::None {
        return Vec::new();
    }
    let (Some(old), Some(wanted)) = (ctx.old_version(), ctx.wanted_version()) else {
        return Vec::new();
    };
    let found = Found::at(
        ctx.version_line(),
        format!(
            "the meaning changed and the version is still {old}: it needs {wanted}{}",
            ctx.driver()
        ),
    )
    .help(format!(
        "set the version to {wanted} and say why in the change log, if there is one"
    ))
    .suggest(ctx.suggest_version(&wanted));
    vec![if required == Bump::Patch {
        found.eased()
    } else {
        found
    }]
}
