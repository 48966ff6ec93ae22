//! `changelog-author-unknown`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::log::LogEdit;
use crate::rules::registry::Found;
use crate::rules::words;

/// The author is neither the pull request's author nor a commit's.
pub(super) const RULE: Rule = Rule {
    id: "changelog-author-unknown",
    default: Level::Off,
    summary: "the author is neither the pull request's author nor a commit's",
    docs: Docs {
        what: "Compares the author of a new row with the names and logins of the pull request's author and of \
               its commits' authors. A first or last name alone is enough.",
        why: "Where the log is what auditors read, it must name somebody who really made the change.",
        example: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.3** (2026-11-20, Somebody Else): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "# Night Porter\n\n**Version:** 1.2\n\n## Constraints\n\n- Must lock the cellar\n\n## Change Log\n\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            ),
            after: "# Night Porter\n\n**Version:** 1.3\n\n## Constraints\n\n- Must lock the cellar\n- Must not lend out the master key\n\n## Change Log\n\n- **1.3** (2026-11-20, Ann Uy): The master key stays in the house\n- **1.2** (2026-03-02, Ann Uy): Cellar\n- **1.1** (2025-11-30, Ann Uy): First version\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    if ctx.authors.is_empty() {
        return Vec::new();
    }
    let log = LogEdit::read(ctx);
    log.new_rows()
        .filter_map(|(_, row)| Some((row, row.author.as_deref()?)))
        .filter(|(_, author)| !words::is_placeholder(author))
        .filter(|(_, author)| !ctx.authors.iter().any(|known| same_person(known, author)))
        .map(|(row, author)| {
            Found::at(
                Some(row.lines.first),
                format!(
                    "the new row names {author}, and the change is by {}",
                    ctx.authors.join(", ")
                ),
            )
            .in_file(log.logs.path)
            .help("name who made the change, or have the policy's `people` say who that is")
        })
        .collect()
}

/// Whether a name in the log can be a person: the same words, or some of them.
fn same_person(known: &str, written: &str) -> bool {
    let parts = |name: &str| -> Vec<String> {
        words::fold(name)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| part.chars().count() > 1)
            .map(str::to_owned)
            .collect()
    };
    let (known, written) = (parts(known), parts(written));
    let (few, many) = if known.len() <= written.len() {
        (&known, &written)
    } else {
        (&written, &known)
    };
    !few.is_empty() && few.iter().all(|part| many.contains(part))
}
