//! `changelog-row-mismatch`

use crate::diff::Bump;
use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::draft;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::log::LogEdit;
use crate::rules::log::version_of;
use crate::rules::registry::Found;
use crate::spec::LogColumn;

/// A row is new, and it is not about the new version.
pub(super) const RULE: Rule = Rule {
    id: "changelog-row-mismatch",
    default: Level::Error,
    summary: "a row is new, and it is not about the new version",
    docs: Docs {
        what: "Compares the version of the new row with the one the spec states. Rows of earlier versions that \
               are added later are fine, as long as one is about the new version; a log whose rows carry no \
               versions is not judged.",
        why: "A row under the wrong number tells the history of a version that does not exist.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.5** (2026-11-20, Ann Uy): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **v1.3** (2026-11-20, Ann Uy): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let log = LogEdit::read(ctx);
    let stated = ctx.stated();
    let (Some(version), Some((_, row))) = (ctx.new_version(), newest(&log)) else {
        return Vec::new();
    };
    let ahead = version_of(row).is_some_and(|of| of > version);
    let judged = match ctx.moved() {
        Moved::Up | Moved::Recounted => true,
        // A row for a version that is still to come; where a step is missing, that is told already.
        Moved::Same => ahead && ctx.version.required_bump == Bump::None,
        Moved::Absent | Moved::Introduced | Moved::Removed | Moved::Unreadable | Moved::Down => false,
    };
    let versioned = log.expects(LogColumn::Version, |row| row.version.as_deref());
    if !judged || !versioned || stated.is_empty() || log.tells_about(&stated) {
        return Vec::new();
    }
    let mend = row.version.as_deref().and_then(|written| {
        let range = draft::find_in(log.logs.after_bytes, &row.bytes, written)?;
        Some(Edit {
            range,
            text: crate::rules::context::in_style_of(written, &version),
        })
    });
    let said = match &row.version {
        Some(of) => format!("the new row is about {of}, and the spec says {version}"),
        None => format!("the new row names no version, and the spec says {version}"),
    };
    vec![
        Found::at(Some(row.lines.first), said)
            .in_file(log.logs.path)
            .help(format!("make the row about {version}, or add one that is"))
            .suggest(mend.and_then(|edit| edit::suggestion(log.logs.after_bytes, &[edit]))),
    ]
}

/// The new row with the highest version, else the first.
fn newest<'a>(log: &LogEdit<'a>) -> Option<(usize, &'a crate::spec::LogRow)> {
    log.new_rows().reduce(|best, row| {
        let higher = version_of(row.1)
            .is_some_and(|version| version_of(best.1).is_none_or(|highest| version > highest));
        if higher { row } else { best }
    })
}
