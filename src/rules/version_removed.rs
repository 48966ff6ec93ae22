//! `version-removed`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::registry::Found;

/// It had a version at base, and now no place states one.
pub(super) const RULE: Rule = Rule {
    id: "version-removed",
    default: Level::Error,
    summary: "it had a version at base, and now no place states one",
    docs: Docs {
        what: "Finds a spec that had a version and has none any more. A version that only moved to another \
               place is fine.",
        why: "Without a version nobody can tell later texts apart, and no other rule can ask for a step.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must not lend out the master key\n",
            ),
            after: "# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.4.0\n\n## Constraints\n\n- Must not lend out the master key\n",
            ),
            after: "---\nversion: 1.4.0\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.moved() != Moved::Removed {
        return Vec::new();
    }
    let Some(place) = ctx.before.and_then(|before| before.versions.first()) else {
        return Vec::new();
    };
    vec![
        Found::at(
            Some(1),
            format!(
                "the version is gone: line {} said {} at base",
                place.line, place.value
            ),
        )
        .help(match ctx.wanted_version() {
            Some(wanted) => format!("put it back as {wanted}"),
            None => "put it back".to_owned(),
        }),
    ]
}
