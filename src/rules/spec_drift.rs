//! `spec-drift`

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::rules::Context;
use crate::rules::Docs;
use crate::rules::Example;
use crate::rules::Level;
use crate::rules::Rule;
use crate::rules::context::shorten;
use crate::rules::registry::Found;
use crate::rules::words;
use crate::spec::Item;
use crate::spec::Spec;
use crate::spec::Voice;

/// Front matter and body (or body and agent profile) now say different things.
pub(super) const RULE: Rule = Rule {
    id: "spec-drift",
    default: Level::Warning,
    summary: "front matter and body (or body and agent profile) now say different things",
    docs: Docs {
        what: "Finds a statement that two voices of a document made in the same words at base (front matter, \
               body, the agent's own profile), and of which only one was edited.",
        why: "The program reads the front matter, people read the body, the agent reads its profile. From \
              here on they follow different roles.",
        example: Example {
            before: Some(
                "---\nname: night-porter\nconstraints:\n  - Must not lend out the master key\n  - Must lock the cellar\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            ),
            after: "---\nname: night-porter\nconstraints:\n  - Must lock the cellar\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            base_tip: None,
        },
        instead: Example {
            before: Some(
                "---\nname: night-porter\nconstraints:\n  - Must not lend out the master key\n  - Must lock the cellar\n---\n\n# Night Porter\n\n## Constraints\n\n- Must not lend out the master key\n- Must lock the cellar\n",
            ),
            after: "---\nname: night-porter\nconstraints:\n  - Must lock the cellar\n---\n\n# Night Porter\n\n## Constraints\n\n- Must lock the cellar\n",
            base_tip: None,
        },
    },
    check,
};

/// Fewer words than these are no statement that two voices repeat on purpose.
const FEWEST_WORDS: usize = 3;

/// Statement → the voices that make it, each with the line of the first.
type Voices<'a> = BTreeMap<String, BTreeMap<Voiced, &'a Item>>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Voiced {
    FrontMatter,
    Body,
    Profile,
}

impl Voiced {
    fn of(spec: &Spec, item: &Item) -> Self {
        match spec.sections.get(item.section).map(|section| section.voice) {
            Some(Voice::FrontMatter) => Self::FrontMatter,
            Some(Voice::Profile) => Self::Profile,
            Some(Voice::Body) | None => Self::Body,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::FrontMatter => "front matter",
            Self::Body => "the body",
            Self::Profile => "the agent profile",
        }
    }
}

fn voices(spec: &Spec) -> Voices<'_> {
    let mut voices = Voices::new();
    for item in &spec.items {
        let said = words::fold(&item.text);
        if said.split(' ').count() >= FEWEST_WORDS {
            voices
                .entry(said.trim_end_matches('.').to_owned())
                .or_default()
                .entry(Voiced::of(spec, item))
                .or_insert(item);
        }
    }
    voices
}

fn check(ctx: &Context<'_>) -> Vec<Found> {
    let Some((before, after)) = ctx.both() else {
        return Vec::new();
    };
    let now = voices(after);
    let mut found = Vec::new();
    for (said, at_base) in voices(before).iter().filter(|(_, voices)| voices.len() > 1) {
        let Some(at_head) = now.get(said) else {
            continue;
        };
        let silent: BTreeSet<Voiced> = at_base
            .keys()
            .filter(|voice| !at_head.contains_key(voice))
            .copied()
            .collect();
        let (Some(fell), Some((stays, item))) = (silent.first(), at_head.first_key_value()) else {
            continue;
        };
        found.push(
            Found::at(
                Some(item.lines.first),
                format!(
                    "{} still says \"{}\", and {} no longer does",
                    stays.name(),
                    shorten(&item.text, 80),
                    fell.name()
                ),
            )
            .help("edit both, or say in one place only"),
        );
    }
    found
}
