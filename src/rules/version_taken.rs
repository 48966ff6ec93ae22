//! `version-taken`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::registry::Found;
use crate::rules::step;
use crate::spec::Spec;
use crate::spec::Version;

/// The base branch has meanwhile taken this version.
pub(super) const RULE: Rule = Rule {
    id: "version-taken",
    default: Level::Error,
    summary: "the base branch has meanwhile taken this version",
    docs: Docs {
        what: "Looks at the newest commit of the base branch: where another change has been merged since and \
               has taken this version, or a later one, this one needs the next.",
        why: "Two branches that both step from 1.4.0 to 1.5.0 merge without a conflict and leave two texts \
              under one number.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.5.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: Some(
                "# Night Porter\n\n**Version:** 1.5.0\n\n## Constraints\n\n- Must lock the cellar\n- Must walk the attic at midnight\n",
            ),
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.6.0\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: Some(
                "# Night Porter\n\n**Version:** 1.5.0\n\n## Constraints\n\n- Must lock the cellar\n- Must walk the attic at midnight\n",
            ),
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if !matches!(ctx.moved(), Moved::Up | Moved::Introduced) || ctx.base_tip == ctx.after {
        return Vec::new();
    }
    let tip = ctx.base_tip.and_then(Spec::version).and_then(Version::parse);
    let (Some(tip), Some(new)) = (tip, ctx.new_version()) else {
        return Vec::new();
    };
    let moved_on = ctx.old_version().is_none_or(|old| tip > old);
    if !moved_on || new.partial_cmp(&tip).is_none_or(std::cmp::Ordering::is_gt) {
        return Vec::new();
    }
    let wanted = step::next(&tip, ctx.needed(), ctx.today);
    vec![
        Found::at(
            ctx.version_line(),
            format!("{new} is taken: the base branch has moved on to {tip}"),
        )
        .help(format!("merge the base branch and set the version to {wanted}"))
        .suggest(ctx.suggest_version(&wanted)),
    ]
}
