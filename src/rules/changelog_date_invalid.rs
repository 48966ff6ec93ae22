//! `changelog-date-invalid`

use jiff::civil::Date;

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::dates;
use crate::rules::dates::Reading;
use crate::rules::draft;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::log::LogEdit;
use crate::rules::log::version_of;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::LogRow;

/// No real date, in the future, or before the row before it.
pub(super) const RULE: Rule = Rule {
    id: "changelog-date-invalid",
    default: Level::Error,
    summary: "no real date, in the future, or before the row before it",
    docs: Docs {
        what: "Reads the date of a new row: it must be a day that exists, not after today, and not before the \
               newest row that was there. Rows of earlier versions that are added later may be as old as \
               they are.",
        why: "Dates are how people find out which text held on the day something happened.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.3** (2026-02-30, Ann Uy): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.3** (2026-03-02, Ann Uy): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
    },
    check,
};

/// What is wrong with a row's date, if anything. `before` is the newest row that was there.
pub(super) fn fault(row: &LogRow, before: Option<&LogRow>, today: Date) -> Option<String> {
    let written = row.date.as_deref().filter(|date| !words::is_placeholder(date))?;
    let last = match dates::read(written) {
        Reading::Unreal => return Some(format!("`{written}` is no date")),
        Reading::Unknown => return None,
        Reading::Day(day) => (day, day),
        Reading::Month(first, last) => (first, last),
    };
    if last.0 > today {
        return Some(format!("{written} is in the future (today is {today})"));
    }
    let before = before?;
    let backfilled = version_of(row)
        .zip(version_of(before))
        .is_some_and(|(new, old)| new < old);
    let previous = before.date.as_deref()?;
    let earlier = match dates::read(previous) {
        Reading::Day(day) => last.1 < day,
        Reading::Month(first, _) => last.1 < first,
        Reading::Unreal | Reading::Unknown => false,
    };
    (earlier && !backfilled).then(|| format!("{written} is before the row before it ({previous})"))
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let log = LogEdit::read(ctx);
    let newest = log.newest_before();
    let mut found: Vec<Found> = log
        .new_rows()
        .filter_map(|(_, row)| Some((row, fault(row, newest, ctx.today)?)))
        .map(|(row, fault)| {
            let bytes = log.logs.after_bytes;
            let mend = row.date.as_deref().and_then(|written| {
                Some(Edit {
                    range: draft::find_in(bytes, &row.bytes, written)?,
                    text: dates::write_like(
                        newest.and_then(|row| row.date.as_deref()).unwrap_or(written),
                        ctx.today,
                    ),
                })
            });
            Found::at(
                Some(row.lines.first),
                format!("the date of the new row is wrong: {fault}"),
            )
            .in_file(log.logs.path)
            .help(format!(
                "write the day of the change, at the latest {}",
                ctx.today
            ))
            .suggest(mend.and_then(|edit| edit::suggestion(bytes, &[edit])))
        })
        .collect();
    let old = log
        .kept
        .iter()
        .filter_map(|&(_, at)| log.head_row(at))
        .find_map(|row| Some((row, fault(row, None, ctx.today)?)));
    if let Some((row, fault)) = old {
        found.push(
            Found::at(
                Some(row.lines.first),
                format!("the date of an old row is wrong: {fault}"),
            )
            .in_file(log.logs.path)
            .help("nothing to do for this change")
            .old_fault(true),
        );
    }
    found
}
