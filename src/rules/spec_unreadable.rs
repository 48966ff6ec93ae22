//! `spec-unreadable`

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::edit;
use crate::rules::quote::quotes;
use crate::rules::registry::Found;
use crate::rules::troubles;
use crate::spec::ProblemKind;

/// Front matter does not parse, duplicate keys, not text, too large.
pub(super) const RULE: Rule = Rule {
    id: "spec-unreadable",
    default: Level::Error,
    summary: "front matter does not parse, duplicate keys, not text, too large",
    docs: Docs {
        what: "Says what could not be read: front matter that is no YAML, a key that stands twice, bytes that \
               are no text, a file beyond the size limit. The rest is read line by line and judged all the \
               same.",
        why: "Of two equal keys most programs take the last and some the first: an agent may run under \
              another rule than the one you read.",
        example: Example {
            before: Some(
                "---\nname: night-porter\nskills:\n  - Keys\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "---\nname: night-porter\nskills:\n  - Locks\nskills:\n  - Keys\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "---\nname: night-porter\nskills:\n  - Keys\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            ),
            after: "---\nname: night-porter\nskills:\n  - Locks\n  - Keys\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
    },
    check,
};

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let kinds = [
        ProblemKind::DuplicateKey,
        ProblemKind::NotText,
        ProblemKind::TooLarge,
    ];
    let mut found = troubles::findings(ctx, &kinds, |kind| match kind {
        ProblemKind::DuplicateKey => "merge the two into one: programs do not agree which of them holds",
        ProblemKind::NotText => "save the file as UTF-8 text",
        ProblemKind::TooLarge
        | ProblemKind::FrontMatterUnreadable
        | ProblemKind::ConflictMarker
        | ProblemKind::BidiControl
        | ProblemKind::ZeroWidth
        | ProblemKind::Homoglyph
        | ProblemKind::HiddenRule => "split the file: what lies beyond the limit is not judged",
    });
    let broken = [ProblemKind::FrontMatterUnreadable];
    let broken = troubles::findings(ctx, &broken, |_| "mend the YAML between the `---` lines");
    found.extend(broken.into_iter().map(|one| {
        let Some(edit) = one.line().and_then(|line| quotes(ctx, line)) else {
            return one;
        };
        one.help("put the value between quotes")
            .suggest(edit::suggestion(ctx.after_bytes, &[edit]))
    }));
    found
}
