//! `changelog-row-missing`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::draft;
use crate::rules::edit;
use crate::rules::log::LogEdit;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::LogShape;

/// There is a log, the version changed, and no row is new.
pub(super) const RULE: Rule = Rule {
    id: "changelog-row-missing",
    default: Level::Error,
    summary: "there is a log, the version changed, and no row is new",
    docs: Docs {
        what: "Finds a step of the version without a new row in the change log. A spec that keeps no log owes \
               none.",
        why: "The step says that something changed; without a row nobody learns what or why.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.3 | 2026-11-20 | Ann Uy | The master key stays in the house |\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if !matches!(ctx.moved(), Moved::Up | Moved::Recounted) {
        return Vec::new();
    }
    let log = LogEdit::read(ctx);
    // A log that vanished is `changelog-history-rewritten`.
    let (Some(head), Some(new)) = (log.logs.after, ctx.new_version()) else {
        return Vec::new();
    };
    if log.new_rows().next().is_some() || log.tells_about(&ctx.stated()) {
        return Vec::new();
    }
    if head.shape == LogShape::Prose && mentioned(&log, head.lines, new.as_written()) {
        return Vec::new();
    }
    let drafted = draft::insertion(ctx, &new);
    let suggestion = drafted.and_then(|edit| edit::suggestion(log.logs.after_bytes, &[edit]));
    let from = ctx
        .old_version()
        .map_or_else(String::new, |old| format!(" from {old}"));
    vec![
        Found::at(
            Some(head.lines.first),
            format!("the version went{from} to {new} and the change log has no new row"),
        )
        .in_file(log.logs.path)
        .help(format!("add a row for {new} that says what changed"))
        .suggest(suggestion),
    ]
}

/// Whether the lines of a log written as prose name the version.
fn mentioned(log: &LogEdit<'_>, lines: crate::spec::Lines, version: &str) -> bool {
    let bytes = log.logs.after_bytes;
    let from = edit::line_range(bytes, lines.first).map_or(0, |range| range.start);
    let to = edit::line_range(bytes, lines.last).map_or(bytes.len(), |range| range.end);
    let text = String::from_utf8_lossy(bytes.get(from..to).unwrap_or_default());
    words::fold(&text)
        .split([' ', ',', ';', ':', '(', ')', '[', ']'])
        .any(|word| word.trim_end_matches('.').trim_start_matches('v') == version.trim_start_matches('v'))
}
