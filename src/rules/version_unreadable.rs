//! `version-unreadable`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::explicit;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::Version;

/// The version is no known grammar.
pub(super) const RULE: Rule = Rule {
    id: "version-unreadable",
    default: Level::Error,
    summary: "the version is no known grammar",
    docs: Docs {
        what: "Finds a version that is neither numbers (`1.4.0`, `v1.4`, `3`, `2.0.0-rc.1`) nor a revision \
               (`r4`, `Revision 4`) nor a date (`2026-06-16`, `2026.06`).",
        why: "A version that cannot be ordered cannot show that anything changed.",
        example: Example {
            before: Some(
                "---\nversion: 1.4.0\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            ),
            after: "---\nversion: latest\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "---\nversion: 1.4.0\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            ),
            after: "---\nversion: v1.4.0\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some(after) = ctx.after else {
        return Vec::new();
    };
    let stood = |value: &str| {
        ctx.before.is_some_and(|before| {
            explicit(before).any(|place| words::fold(&place.value) == words::fold(value))
        })
    };
    explicit(after)
        .filter(|place| Version::parse(&place.value).is_none())
        .map(|place| {
            let mend = ctx.wanted_version().map(|wanted| Edit {
                range: place.bytes.clone(),
                text: wanted.as_written().to_owned(),
            });
            Found::at(
                Some(place.line),
                format!(
                    "cannot read the version `{}` (expected e.g. 1.4.0, v1.4, r4 or 2026-06-16)",
                    place.value
                ),
            )
            .help(match ctx.wanted_version() {
                Some(wanted) => format!("write {wanted}"),
                None => "write a number, a revision or a date".to_owned(),
            })
            .suggest(mend.and_then(|edit| edit::suggestion(ctx.after_bytes, &[edit])))
            .old_fault(stood(&place.value))
        })
        .collect()
}
