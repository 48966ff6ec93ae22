//! `version-missing`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::registry::Found;

/// A spec has no version.
pub(super) const RULE: Rule = Rule {
    id: "version-missing",
    default: Level::Off,
    summary: "a spec has no version (turn on to require one)",
    docs: Docs {
        what: "Asks every spec to state a version: in front matter, in a `Version:` line, in a table, in its \
               change log.",
        why: "Half of all specs live well without a version. Where yours should not, people who follow a \
              role need a number to say which text they agreed to.",
        example: Example {
            before: None,
            after: "# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
        instead: Example {
            before: None,
            after: "# Night Porter\n\n**Version:** 1.0.0\n\n## Constraints\n\n- Must not lend out the master key\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some(after) = ctx.after else {
        return Vec::new();
    };
    let had_one = ctx.before.is_some_and(|before| before.version().is_some());
    if after.version().is_some() || had_one {
        return Vec::new();
    }
    let old = ctx.before.is_some();
    vec![
        Found::at(Some(1), format!("{} states no version", after.identity()))
            .help("state one, for example `version: 1.0.0` in front matter or `**Version:** 1.0.0` under the title")
            .old_fault(old),
    ]
}
