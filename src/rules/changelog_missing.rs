//! `changelog-missing`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::registry::Found;

/// A spec has no change log.
pub(super) const RULE: Rule = Rule {
    id: "changelog-missing",
    default: Level::Off,
    summary: "a spec has no change log",
    docs: Docs {
        what: "Asks every spec to keep a change log: a section with a table, a list or a heading per version, \
               a list in front matter, or the separate file that the policy names.",
        why: "The text says what holds; only the log says why, since when, and who wanted it.",
        example: Example {
            before: None,
            after: "# Night Porter\n\n**Version:** 1.0.0\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: None,
            after: "# Night Porter\n\n**Version:** 1.0.0\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.0.0 | 2026-03-02 | Ann Uy | First version |\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some(after) = ctx.after else {
        return Vec::new();
    };
    let logs = ctx.logs();
    // A log that vanished is `changelog-history-rewritten`.
    if logs.after.is_some() || logs.before.is_some() {
        return Vec::new();
    }
    vec![
        Found::at(Some(1), format!("{} has no change log", after.identity()))
            .help("add a section `## Change Log` with a table of version, date, author and change")
            .old_fault(ctx.before.is_some()),
    ]
}
