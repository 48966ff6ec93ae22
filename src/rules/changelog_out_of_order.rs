//! `changelog-out-of-order`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::log::LogEdit;
use crate::rules::registry::Found;
use crate::spec::LogOrder;

/// The row stands at the wrong end.
pub(super) const RULE: Rule = Rule {
    id: "changelog-out-of-order",
    default: Level::Warning,
    summary: "the row stands at the wrong end",
    docs: Docs {
        what: "Finds a new row on the wrong side of the rows that were there: below them where the newest row \
               comes first, above them where it comes last. With fewer than two rows there is no order yet.",
        why: "People read one end of a log and take it for the newest.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n- **1.3** (2026-11-20, Ann Uy): The master key stays in the house\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.1** (2025-11-30, Ann Uy): First version\n- **1.2** (2026-03-02, Ann Uy): Cellar\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.1** (2025-11-30, Ann Uy): First version\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.3** (2026-11-20, Ann Uy): The master key stays in the house\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let log = LogEdit::read(ctx);
    let Some(order) = log.logs.before.and_then(|base| base.order) else {
        return Vec::new();
    };
    log.misplaced()
        .into_iter()
        .filter_map(|at| log.head_row(at))
        .map(|row| {
            let (ends, end) = match order {
                LogOrder::NewestFirst => ("first", "top"),
                LogOrder::NewestLast => ("last", "bottom"),
            };
            Found::at(
                Some(row.lines.first),
                format!(
                    "the new row{} stands at the wrong end: the newest comes {ends} here",
                    row.version
                        .as_ref()
                        .map_or_else(String::new, |version| format!(" of {version}"))
                ),
            )
            .in_file(log.logs.path)
            .help(format!("move it to the {end} of the log"))
        })
        .collect()
}
