//! `changelog-row-incomplete`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::log::LogEdit;
use crate::rules::mend;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::LogColumn;
use crate::spec::LogRow;

/// Date, author or text is empty or a placeholder.
pub(super) const RULE: Rule = Rule {
    id: "changelog-row-incomplete",
    default: Level::Error,
    summary: "date, author or text is empty or a placeholder",
    docs: Docs {
        what: "Looks for `TBD`, `TODO`, `...`, `-`, `n/a` and nothing at all in the date, the author and the \
               words of a new row. Date and author are only asked for where the log has a column for them \
               or its other rows carry them.",
        why: "A placeholder in a history is never filled in: the next reader has no way to know.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.3 | 2026-11-20 | TBD | The master key stays in the house |\n| 1.2 | 2026-03-02 | Ann Uy | Cellar |\n| 1.1 | 2025-11-30 | Ann Uy | First version |\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n| Version | Date | Change |\n|---|---|---|\n| 1.2 | 2026-03-02 | Cellar |\n| 1.1 | 2025-11-30 | First version |\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n| Version | Date | Change |\n|---|---|---|\n| 1.3 | 2026-11-20 | The master key stays in the house |\n| 1.2 | 2026-03-02 | Cellar |\n| 1.1 | 2025-11-30 | First version |\n",
            base_tip: None,
        },
    },
    check,
};

/// Which of a row's parts are asked for.
pub(super) struct Asked {
    date: bool,
    author: bool,
}

impl Asked {
    pub(super) fn by(log: &LogEdit<'_>) -> Self {
        Self {
            date: log.expects(LogColumn::Date, |row| row.date.as_deref()),
            author: log.expects(LogColumn::Author, |row| row.author.as_deref()),
        }
    }

    /// The names of the parts that say nothing.
    pub(super) fn missing(&self, row: &LogRow) -> Vec<&'static str> {
        let empty = |part: &Option<String>| words::is_placeholder(part.as_deref().unwrap_or(""));
        let mut missing = Vec::new();
        if self.date && empty(&row.date) {
            missing.push("date");
        }
        if self.author && empty(&row.author) {
            missing.push("author");
        }
        if words::is_placeholder(&row.text) {
            missing.push("text");
        }
        missing
    }
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let log = LogEdit::read(ctx);
    let asked = Asked::by(&log);
    let mut found: Vec<Found> = log
        .new_rows()
        .map(|(at, row)| (at, row, asked.missing(row)))
        .filter(|(_, _, missing)| !missing.is_empty())
        .map(|(at, row, missing)| {
            let name = row
                .version
                .as_deref()
                .or(row.date.as_deref())
                .unwrap_or("the new row");
            Found::at(
                Some(row.lines.first),
                format!("the row of {name} has no {}", missing.join(", no ")),
            )
            .in_file(log.logs.path)
            .help("fill it in before merging: nobody will afterwards")
            .suggest(mend::suggest_row(ctx, &log, at))
        })
        .collect();
    let old: Vec<&LogRow> = log
        .kept
        .iter()
        .filter_map(|&(_, at)| log.head_row(at))
        .filter(|row| !crate::rules::log::is_unreleased(row) && !asked.missing(row).is_empty())
        .collect();
    if let Some(first) = old.first() {
        found.push(
            Found::at(
                Some(first.lines.first),
                match old.len() {
                    1 => "an old row of the change log is incomplete".to_owned(),
                    n => format!("{n} old rows of the change log are incomplete"),
                },
            )
            .in_file(log.logs.path)
            .help("nothing to do for this change")
            .old_fault(true),
        );
    }
    found
}
