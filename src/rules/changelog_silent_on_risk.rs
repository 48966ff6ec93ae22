//! `changelog-silent-on-risk`

use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::shorten;
use crate::rules::log::LogEdit;
use crate::rules::mend;
use crate::rules::registry::Found;
use crate::rules::words;

/// A loosened constraint or granted authority is not mentioned.
pub(super) const RULE: Rule = Rule {
    id: "changelog-silent-on-risk",
    default: Level::Warning,
    summary: "a loosened constraint or granted authority is not mentioned",
    docs: Docs {
        what: "Looks in the new row for words about each limit that was loosened and each power that was \
               granted: a word of the statement is enough, in any form, or a topic (approval, limits, \
               permissions …) with a direction (loosened, granted, no longer …).",
        why: "\"Housekeeping\" over a removed limit is how roles drift.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 2.0\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **2.0** (2026-11-20, Ann Uy): Housekeeping\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 2.0\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **2.0** (2026-11-20, Ann Uy): Keys may be lent to guests\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
    },
    check,
};

/// What a limit or a power is called where it is not named.
const TOPICS: &[&str] = &[
    "approval",
    "approve",
    "authority",
    "autonomy",
    "autonomous",
    "permission",
    "privilege",
    "power",
    "capability",
    "limit",
    "limitation",
    "constraint",
    "restriction",
    "boundary",
    "rule",
    "threshold",
    "escalation",
    "escalate",
    "tool",
    "scope",
    "access",
    "prohibition",
    "obligation",
    "guardrail",
    "oversight",
    "review",
];

/// Which way it went.
const DIRECTIONS: &[&str] = &[
    "loosen", "relax", "remove", "drop", "lift", "weaken", "soften", "ease", "widen", "extend", "expand",
    "grant", "allow", "permit", "enable", "give", "gain", "more", "raise", "lower", "increase", "decrease",
    "less", "fewer", "longer", "without", "optional", "delete", "waive", "free", "withdraw", "open", "add",
    "new", "may", "can",
];

/// True for the kinds that a row has to tell.
pub(super) fn is_risk(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::ConstraintLoosened | ChangeKind::AuthorityGranted
    )
}

/// The changes that a text has to tell and does not.
pub(super) fn untold<'a>(changes: &'a [Change], text: &str) -> Vec<&'a Change> {
    let told = words::stems(text);
    let one_of = |list: &[&str]| {
        let folded = words::fold(text);
        let bare: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
        list.iter().any(|word| {
            bare.contains(word) || words::stems(word).first().is_some_and(|stem| told.contains(stem))
        })
    };
    let in_general = one_of(TOPICS) && one_of(DIRECTIONS);
    changes
        .iter()
        .filter(|change| is_risk(change.kind) && !in_general && !names(change, &told))
        .collect()
}

/// Whether the words of a row and those of a change have one in common.
fn names(change: &Change, told: &[String]) -> bool {
    [&change.key, &change.before, &change.after]
        .into_iter()
        .flatten()
        .flat_map(|text| words::stems(text))
        .any(|stem| told.contains(&stem))
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let log = LogEdit::read(ctx);
    let rows: Vec<_> = log
        .new_rows()
        .filter(|(_, row)| !words::is_placeholder(&row.text))
        .collect();
    let Some(&(at, first)) = rows.first() else {
        return Vec::new();
    };
    let text = rows
        .iter()
        .map(|(_, row)| row.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let untold = untold(ctx.changes, &text);
    let Some(worst) = untold.first() else {
        return Vec::new();
    };
    let what = worst.before.as_deref().or(worst.after.as_deref()).unwrap_or("");
    let more = match untold.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    vec![
        Found::at(
            Some(first.lines.first),
            format!(
                "the new row says \"{}\" and nothing about {} {}: \"{}\"{more}",
                shorten(&text, 60),
                worst.kind,
                worst.id,
                shorten(what, 80),
            ),
        )
        .in_file(log.logs.path)
        .help("say in the row which limit was loosened or which power was granted")
        .suggest(mend::suggest_row(ctx, &log, at)),
    ]
}
