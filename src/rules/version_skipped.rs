//! `version-skipped`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::log::LogEdit;
use crate::rules::log::version_of;
use crate::rules::registry::Found;
use crate::rules::step;
use crate::spec::Grammar;

/// The version jumped over a step.
pub(super) const RULE: Rule = Rule {
    id: "version-skipped",
    default: Level::Warning,
    summary: "it jumped over a step (1.2 → 1.4)",
    docs: Docs {
        what: "Finds a version that is more than one step on. Where the change log tells the steps between in \
               the same edit, or the base branch has taken them meanwhile, nothing was skipped.",
        why: "A gap makes people look for a version that never was.",
        example: Example {
            before: Some("# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "# Night Porter\n\n**Version:** 1.4\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: Some("# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n"),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n",
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
    let counts_days = floor.grammar() == Grammar::Calendar;
    if counts_days || floor.is_prerelease() || new.is_prerelease() {
        return Vec::new();
    }
    let Some(made) = step::actual_bump(&floor, &new) else {
        return Vec::new();
    };
    let expected = match (floor.numbers(), new.grammar()) {
        // A third number that appears is a step of its own: 1.2 to 1.2.1.
        (Some([major, minor, patch]), Grammar::Three) if made == crate::diff::Bump::Patch => {
            new.with_numbers([major, minor, patch.saturating_add(1)])
        }
        _ => step::next(&floor, made, ctx.today),
    };
    let told_between = LogEdit::read(ctx)
        .new_rows()
        .any(|(_, row)| version_of(row).is_some_and(|version| version == expected));
    if new <= expected || told_between {
        return Vec::new();
    }
    vec![
        Found::at(
            ctx.version_line(),
            format!("{floor} to {new} jumps over {expected}"),
        )
        .help(format!("set the version to {expected}"))
        .suggest(ctx.suggest_version(&expected)),
    ]
}
