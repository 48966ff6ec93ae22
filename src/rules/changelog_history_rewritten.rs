//! `changelog-history-rewritten`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::Moved;
use crate::rules::context::shorten;
use crate::rules::dates;
use crate::rules::dates::Reading;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::log::LogEdit;
use crate::rules::log::is_unreleased;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::LogRow;

/// An old row changed in more than format, or vanished.
pub(super) const RULE: Rule = Rule {
    id: "changelog-history-rewritten",
    default: Level::Error,
    summary: "an old row changed in more than format, or vanished",
    docs: Docs {
        what: "Compares the rows that were there with what became of them. Code marks, emphasis, padding and \
               the style of a date may change; a placeholder or an impossible date may be filled in; what \
               stands under \"Unreleased\" is no history yet.",
        why: "A log that can be rewritten proves nothing.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Guests may no longer enter the cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Small corrections\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Guests may no longer enter the cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n* **1.2** (2026-03-02, Ann Uy): Guests may **no longer** enter the `cellar`\n* **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
    },
    check,
};

/// True where the edit only filled in what said nothing.
pub(super) fn completes(old: &LogRow, new: &LogRow) -> bool {
    let filled = |old: &str, new: &str| words::fold(old) == words::fold(new) || words::is_placeholder(old);
    let part = |old: &Option<String>, new: &Option<String>| {
        filled(old.as_deref().unwrap_or(""), new.as_deref().unwrap_or(""))
    };
    let impossible = old
        .date
        .as_deref()
        .is_some_and(|date| dates::read(date) == Reading::Unreal);
    part(&old.version, &new.version)
        && (part(&old.date, &new.date) || impossible)
        && part(&old.author, &new.author)
        && filled(&old.text, &new.text)
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.both().is_none() {
        return Vec::new();
    }
    let log = LogEdit::read(ctx);
    let (Some(base), new) = (log.logs.before, log.logs.after) else {
        return Vec::new();
    };
    let Some(head) = new else {
        return vec![
            Found::at(
                None,
                format!("the change log with its {} rows is gone", base.rows.len()),
            )
            .in_file(log.logs.path)
            .help("put it back: what it tells stays true"),
        ];
    };
    let reverted = ctx.moved() == Moved::Down
        && ctx
            .new_version()
            .is_some_and(|version| log.goes_back_to(&version));
    let mut found = Vec::new();
    for &(was, is) in &log.edited {
        let (Some(old), Some(row)) = (log.base_row(was), log.head_row(is)) else {
            continue;
        };
        if is_unreleased(old) || completes(old, row) {
            continue;
        }
        let bytes = log.logs.after_bytes;
        let mend = log.original(was).map(|text| Edit {
            range: row.bytes.clone(),
            text,
        });
        found.push(
            Found::at(
                Some(row.lines.first),
                format!("the old row of {} {}", name(old), difference(old, row)),
            )
            .in_file(log.logs.path)
            .help("leave old rows as they were; tell a correction in a new row")
            .suggest(mend.and_then(|edit| edit::suggestion(bytes, &[edit]))),
        );
    }
    let gone = log.gone.iter().filter_map(|&at| log.base_row(at));
    for old in gone.filter(|row| !is_unreleased(row) && !reverted) {
        found.push(
            Found::at(
                Some(head.lines.first),
                format!(
                    "the old row of {} is gone: \"{}\"",
                    name(old),
                    shorten(&old.text, 80)
                ),
            )
            .in_file(log.logs.path)
            .help("put it back: what it tells stays true"),
        );
    }
    found
}

/// What differs, with both values.
fn difference(old: &LogRow, new: &LogRow) -> String {
    if words::fold(&old.text) != words::fold(&new.text) {
        return format!(
            "said \"{}\" and says \"{}\" now",
            shorten(&old.text, 80),
            shorten(&new.text, 80)
        );
    }
    let parts = [
        ("author", &old.author, &new.author),
        ("date", &old.date, &new.date),
        ("version", &old.version, &new.version),
    ];
    let shown = |part: &Option<String>| part.clone().unwrap_or_else(|| "none".to_owned());
    let differing = parts
        .into_iter()
        .find(|(_, old, new)| words::fold(&shown(old)) != words::fold(&shown(new)));
    match differing {
        Some((part, old, new)) => format!("had the {part} {} and has {} now", shown(old), shown(new)),
        None => "is not what it was".to_owned(),
    }
}

fn name(row: &LogRow) -> &str {
    row.version
        .as_deref()
        .or(row.date.as_deref())
        .unwrap_or("the change log")
}
