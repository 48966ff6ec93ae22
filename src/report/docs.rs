//! The docs of rules and kinds of change, as `specwarden explain` and `/rules/<id>` print them.

use std::fmt::Write;

use crate::diff::ChangeKind;
use crate::report::escape;
use crate::report::words;
use crate::rules;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;

/// The docs of a rule or a kind of change as Markdown; `None` where no such id exists.
pub fn explain(id: &str) -> Option<String> {
    match (rules::find(id), id.parse::<ChangeKind>()) {
        (Some(rule), _) => Some(of_rule(rule)),
        (None, Ok(kind)) => Some(of_kind(kind)),
        (None, Err(_)) => None,
    }
}

/// All rules and kinds, one line each, as Markdown tables.
pub fn list() -> String {
    let mut text = String::from("# Rules\n\n| rule | default | fires when |\n|---|---|---|\n");
    for rule in rules::ALL {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            rule.id,
            level(rule.default),
            rule.summary
        );
    }
    text.push_str("\n# Kinds of change\n\n| kind | default bump | it means |\n|---|---|---|\n");
    for kind in ChangeKind::ALL {
        let _ = writeln!(
            text,
            "| `{kind}` | {} | {} |",
            kind.default_bump(),
            meaning(*kind)
        );
    }
    text
}

/// The ids most like one that does not exist, best first.
pub fn similar_ids(id: &str) -> Vec<&'static str> {
    let ids = rules::ALL
        .iter()
        .map(|rule| rule.id)
        .chain(ChangeKind::ALL.iter().map(|kind| kind.as_str()));
    let mut near: Vec<(u32, &'static str)> = ids
        .map(|known| {
            let ratio = similar::TextDiff::from_chars(id, known).ratio();
            // Thousandths are exact enough to order by, and have an order.
            ((ratio * 1_000.0) as u32, known)
        })
        .filter(|(ratio, _)| *ratio >= 600)
        .collect();
    near.sort_by(|a, b| b.cmp(a));
    near.truncate(3);
    near.into_iter().map(|(_, id)| id).collect()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Off => "off",
    }
}

fn of_rule(rule: &Rule) -> String {
    format!(
        "# {}\n\nFires when {}. Default: {}.\n\n## What it does\n\n{}\n\n## Why\n\n{}\n\n## Example\n\n{}\n## Instead\n\n{}",
        rule.id,
        rule.summary,
        level(rule.default),
        rule.docs.what,
        rule.docs.why,
        example(&rule.docs.example),
        example(&rule.docs.instead)
    )
}

fn example(example: &Example) -> String {
    let mut text = String::new();
    let sides = [
        ("At base", example.before),
        ("On the base branch meanwhile", example.base_tip),
    ];
    for (name, side) in sides {
        if let Some(side) = side {
            let _ = writeln!(text, "{name}:\n\n{}\n", escape::fenced("markdown", side));
        }
    }
    let _ = writeln!(text, "At head:\n\n{}", escape::fenced("markdown", example.after));
    text
}

fn of_kind(kind: ChangeKind) -> String {
    let severe = match kind.is_severe() {
        true => " It is told first, and asks for an approval unless the policy says otherwise.",
        false => "",
    };
    let mut text = format!(
        "# {kind}\n\n{}: {}.\n\nDefault bump: {}.{severe} A policy changes the bump with `bump: {{ {kind}: … }}`.\n",
        words::kind_title(kind),
        meaning(kind),
        kind.default_bump()
    );
    if let Some((before, after)) = edit(kind) {
        let _ = write!(
            text,
            "\n## Example\n\nBefore:\n\n{}\n\nAfter:\n\n{}\n",
            escape::fenced("markdown", before),
            escape::fenced("markdown", after)
        );
    }
    text
}

/// What a kind means, to complete a sentence.
pub fn meaning(kind: ChangeKind) -> &'static str {
    use ChangeKind as K;
    match kind {
        K::ConstraintLoosened => "a limit is gone, weaker, has an exception more, or has been turned round",
        K::ConstraintUnclear => "a limit changed and the words do not tell in which direction",
        K::ConstraintTightened => "a limit is new or stronger",
        K::ConstraintReworded => "a limit says the same in other words",
        K::ConstraintMoved => "a limit stands in another place and weighs the same there",
        K::AuthorityGranted => "the role may do something that it could not do before",
        K::AuthorityUnclear => "a power changed and the words do not tell in which direction",
        K::AuthorityRevoked => "a power is gone or narrower",
        K::AuthorityReworded => "a power says the same in other words",
        K::AuthorityMoved => "a power stands in another place and weighs the same there",
        K::ResponsibilityAdded => "the role has a duty more",
        K::ResponsibilityRemoved => "a duty is gone, or is no duty any more",
        K::ResponsibilityRelaxed => {
            "a duty is weaker: must became should, monthly became yearly, all became some"
        }
        K::ResponsibilityRaised => "a duty is stronger",
        K::ResponsibilityReworded => "a duty says the same in other words",
        K::ResponsibilityMoved => "a duty stands in another place",
        K::RequirementAdded => "something more is asked of the holder",
        K::RequirementRemoved => "something is no longer asked of the holder",
        K::RequirementRelaxed => "what is asked of the holder is less, or only nice to have",
        K::RequirementRaised => "what is asked of the holder is more, or now a must",
        K::RequirementReworded => "what is asked of the holder says the same in other words",
        K::RequirementMoved => "what is asked of the holder stands in another place of the same weight",
        K::OutcomeChanged => "what counts as success is another",
        K::IdentityChanged => "the role has another id, code or title",
        K::OwnerChanged => "somebody else owns the spec",
        K::MetadataChanged => "status, tags, description or another fact about the document changed",
        K::SectionAdded => "a section of plain text is new",
        K::SectionRemoved => "a section of plain text is gone",
        K::SectionRenamed => "a heading has other words",
        K::TextChanged => "text changed that is no duty, limit, power, demand or outcome",
        K::FormatChanged => "only the shape changed; every statement says what it said",
        K::SpecAdded => "the file is new; the report lists what the role may and must do",
        K::SpecRemoved => "the file is gone",
        K::SpecRenamed => "the file has another path",
    }
}

/// An edit of that kind, where two short texts can show it. The tests run each.
fn edit(kind: ChangeKind) -> Option<(&'static str, &'static str)> {
    use ChangeKind as K;
    Some(match kind {
        K::ConstraintLoosened => (
            "## Constraints\n\n- Must not open the vault alone\n- Must log every visit\n",
            "## Constraints\n\n- Must log every visit\n",
        ),
        K::ConstraintTightened => (
            "## Constraints\n\n- Must log every visit\n",
            "## Constraints\n\n- Must log every visit\n- Must not open the vault alone\n",
        ),
        K::AuthorityGranted => (
            "---\ncan_open_vault: false\n---\n# Night Porter\n",
            "---\ncan_open_vault: true\n---\n# Night Porter\n",
        ),
        K::AuthorityRevoked => (
            "---\ncan_open_vault: true\n---\n# Night Porter\n",
            "---\ncan_open_vault: false\n---\n# Night Porter\n",
        ),
        K::ResponsibilityAdded => (
            "## Responsibilities\n\n- Lock the cellar\n",
            "## Responsibilities\n\n- Lock the cellar\n- Feed the cat at midnight\n",
        ),
        K::ResponsibilityRemoved => (
            "## Responsibilities\n\n- Lock the cellar\n- Feed the cat at midnight\n",
            "## Responsibilities\n\n- Lock the cellar\n",
        ),
        K::ResponsibilityRelaxed => (
            "## Responsibilities\n\n- Must walk the corridors every hour\n",
            "## Responsibilities\n\n- Should walk the corridors every hour\n",
        ),
        K::ResponsibilityRaised => (
            "## Responsibilities\n\n- Should walk the corridors every hour\n",
            "## Responsibilities\n\n- Must walk the corridors every hour\n",
        ),
        K::RequirementAdded => (
            "## Requirements\n\n- Speaks Welsh\n",
            "## Requirements\n\n- Speaks Welsh\n- Holds a first-aid certificate\n",
        ),
        K::RequirementRemoved => (
            "## Requirements\n\n- Speaks Welsh\n- Holds a first-aid certificate\n",
            "## Requirements\n\n- Speaks Welsh\n",
        ),
        K::OutcomeChanged => (
            "## Key metrics\n\n- Guests asleep by 23:00\n",
            "## Key metrics\n\n- Guests asleep by 22:00\n",
        ),
        K::OwnerChanged => (
            "# Night Porter\n\n**Owner:** Ifor\n",
            "# Night Porter\n\n**Owner:** Nesta\n",
        ),
        K::IdentityChanged => (
            "---\nrole: night-porter\n---\n",
            "---\nrole: night-manager\n---\n",
        ),
        K::FormatChanged => (
            "## Constraints\n\n- Must log every visit\n",
            "## Constraints\n\n* Must **log** every visit\n",
        ),
        K::ConstraintUnclear
        | K::ConstraintReworded
        | K::ConstraintMoved
        | K::AuthorityUnclear
        | K::AuthorityReworded
        | K::AuthorityMoved
        | K::ResponsibilityReworded
        | K::ResponsibilityMoved
        | K::RequirementRelaxed
        | K::RequirementRaised
        | K::RequirementReworded
        | K::RequirementMoved
        | K::MetadataChanged
        | K::SectionAdded
        | K::SectionRemoved
        | K::SectionRenamed
        | K::TextChanged
        | K::SpecAdded
        | K::SpecRemoved
        | K::SpecRenamed => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::spec::Vocabulary;
    use crate::spec::parse;

    #[test]
    fn the_example_of_a_kind_is_of_that_kind() {
        let words = Vocabulary::default();
        let mut seen = 0;
        for kind in ChangeKind::ALL {
            let Some((before, after)) = edit(*kind) else {
                continue;
            };
            let read = |text: &str| parse("porter.md", text.as_bytes(), &words);
            let changes = diff(Some(&read(before)), Some(&read(after)), true, &words).changes;
            let kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
            assert_eq!(kinds, [*kind]);
            seen += 1;
        }
        assert!(seen > 10);
    }

    #[test]
    fn everything_that_is_listed_is_explained() {
        for rule in rules::ALL {
            assert!(list().contains(rule.id));
            let text = explain(rule.id).unwrap();
            for heading in ["## What it does", "## Why", "## Example", "## Instead"] {
                assert!(text.contains(heading), "{}", rule.id);
            }
        }
        for kind in ChangeKind::ALL {
            assert!(explain(kind.as_str()).unwrap().contains(meaning(*kind)), "{kind}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_rule() {
        assert_eq!(similar_ids("version-not-bumpd")[0], "version-not-bumped");
        assert!(similar_ids("xyz").is_empty());
    }
}
