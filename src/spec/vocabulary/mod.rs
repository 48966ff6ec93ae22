//! What section titles and front-matter keys say about the statements below them.
//!
//! The words are data (`titles.txt`, `keys.txt`); a policy's own words come first.

mod keys;
mod logs;
mod phrasing;
mod signs;
mod tables;

#[cfg(test)]
mod tests;

pub(super) use keys::Field;
pub(super) use keys::field;
pub(super) use keys::field_folded;
pub(super) use keys::folded_key;
pub(super) use keys::is_comma_list;
pub(super) use keys::tells_birth;
pub(super) use logs::LogTitle;
pub(super) use logs::log_title;
use std::collections::HashMap;

use smallvec::SmallVec;

use crate::spec::Facet;
use crate::spec::KeyMeaning;
use crate::spec::KeyName;
use crate::spec::Vocabulary;
use crate::spec::Weight;
use crate::spec::title::folded_title;
use crate::spec::title::title_parts;
use crate::spec::vocabulary::signs::Signs;
use crate::spec::vocabulary::tables::tables;

/// What a title or key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typing {
    /// The facet; `None` where only the weight is told.
    pub(super) facet: Option<Facet>,
    /// The weight, if it is told.
    pub(super) weight: Option<Weight>,
    /// Entries are situations in which somebody must be asked.
    pub(super) trigger: bool,
    /// It names powers and limits at once: what a statement is, its own words tell first.
    pub(super) mixed: bool,
}

impl Typing {
    pub(super) fn facet(facet: Facet) -> Self {
        Self {
            facet: Some(facet),
            weight: None,
            trigger: false,
            mixed: false,
        }
    }

    /// Situations in which somebody must be asked.
    fn trigger() -> Self {
        Self {
            trigger: true,
            ..Self::facet(Facet::Limit)
        }
    }
}

/// The built-in words with a policy's own on top.
pub(super) struct Lexicon {
    titles: HashMap<String, Typing>,
    keys: HashMap<String, Typing>,
}

/// More words than this in a title are not looked at.
const TITLE_WORDS: usize = 14;

impl Lexicon {
    /// The built-in words with those of a policy on top.
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let titles = vocabulary
            .sections
            .iter()
            .map(|(title, facet)| (singular(&folded_title(title)).to_owned(), Typing::facet(*facet)))
            .collect();
        let keys = vocabulary
            .keys
            .iter()
            .filter_map(|(key, meaning)| Some((folded_key(key).into_owned(), key_typing(meaning)?)))
            .collect();
        Self { titles, keys }
    }

    fn exact(&self, phrase: &str) -> Option<Typing> {
        let phrase = singular(phrase);
        let own = (!self.titles.is_empty()).then(|| self.titles.get(phrase));
        own.flatten().or_else(|| tables().titles.get(phrase)).copied()
    }

    /// False for a title whose last word no title of the vocabulary ends in: told without folding it.
    pub(super) fn may_know(&self, title: &str) -> bool {
        let last = title
            .trim_end_matches(|c: char| !c.is_alphanumeric())
            .rsplit([' ', '-', '/', '\u{a0}'])
            .next()
            .unwrap_or_default();
        let mut lower = [0; 24];
        let Some(lower) = lower.get_mut(..last.len()).filter(|_| last.is_ascii()) else {
            return !last.is_ascii();
        };
        lower.copy_from_slice(last.as_bytes());
        lower.make_ascii_lowercase();
        let word = std::str::from_utf8(lower).unwrap_or_default();
        !self.titles.is_empty() || tables().ends_in(stem(word))
    }

    /// True if a folded title is a title of statements as it stands.
    pub(super) fn names(&self, folded: &str) -> bool {
        let typed = |typing: Typing| !matches!(typing.facet, None | Some(Facet::Prose | Facet::Metadata));
        let named = |phrase: &str| self.exact(phrase).is_some_and(typed);
        named(folded)
            || folded
                .split_once(" and ")
                .is_some_and(|(first, second)| named(first) && named(second))
    }

    /// What a title says, by its folded form and its parts.
    pub(super) fn title(&self, title: &str) -> Option<Typing> {
        self.folded(title, &folded_title(title))
    }

    /// The same for a title whose folded form is known.
    pub(super) fn folded(&self, title: &str, whole: &str) -> Option<Typing> {
        self.hinted(title, whole, Signs::of(whole))
    }

    /// The same for a title whose words hint at no more than `signs`.
    fn hinted(&self, title: &str, whole: &str, signs: Signs) -> Option<Typing> {
        let folded = if signs.has(Signs::VERB) {
            without_verb(whole)
        } else {
            whole
        };
        let tied = folded.len() < whole.len();
        // Every title of the vocabulary has a word that ends one.
        let known = !self.titles.is_empty() || signs.has(Signs::ENDING);
        if known {
            let alone = self.exact(whole);
            let alone = alone.or_else(|| self.exact(folded).filter(|_| tied));
            let owned = || {
                let owned = signs.has(Signs::CLAUSE).then(|| without_clause(folded));
                self.exact(owned.flatten()?)
            };
            if let Some(typing) = alone.or_else(owned) {
                return Some(typing);
            }
        }
        if signs.has(Signs::LEAD)
            && let Some(typing) = self.lead(folded)
        {
            return Some(typing);
        }
        if signs.has(Signs::PHRASE) {
            // `Tier A – Allowed automatically`
            let last = folded.rsplit_once(" - ").map(|(_, last)| last);
            let typing = phrasing::typing(folded).or_else(|| phrasing::typing(last?));
            if typing.is_some() {
                return typing;
            }
        }
        let own = self.titles.keys().any(|known| folded.contains(last_word(known)));
        let built_in = signs.has(Signs::ENDING) && (!tied || Signs::of(folded).has(Signs::ENDING));
        if !own && !built_in {
            return None;
        }
        let ending = || tied.then(|| self.ending(folded)).flatten();
        if !signs.has(Signs::JOINT) && is_plain(title) {
            let ending = ending().or_else(|| self.may_end(whole).then(|| self.ending(whole)).flatten());
            return ending.map(inferred);
        }
        if let Some(typing) = self.mixed(whole) {
            return Some(typing);
        }
        let parts = title_parts(title, whole);
        // No phrase of another last word is in the tables.
        let sound: SmallVec<[&str; 8]> = parts.iter().filter(|part| self.may_end(part)).collect();
        // A word as short as `do` says something alone, and nothing beside `don't`.
        sound
            .iter()
            .filter(|part| part.len() > 2)
            .find_map(|part| self.exact(part))
            .or_else(ending)
            .or_else(|| sound.iter().find_map(|part| self.ending(part)))
            .map(inferred)
    }

    /// `Authority and guardrails`: what the first half says, if the other says the contrary.
    fn mixed(&self, folded: &str) -> Option<Typing> {
        let (first, second) = folded.split_once(" and ")?;
        let said = |half: &str| self.exact(half).or_else(|| self.ending(half));
        let (first, second) = (said(first)?, said(second)?);
        let contrary = matches!(
            (first.facet?, second.facet?),
            (Facet::Grant, Facet::Limit) | (Facet::Limit, Facet::Grant)
        );
        contrary.then_some(Typing {
            trigger: false,
            mixed: true,
            ..first
        })
    }

    /// True if a phrase ends in a word that a title of the vocabulary ends in.
    fn may_end(&self, phrase: &str) -> bool {
        !self.titles.is_empty() || tables().ends_in(last_word(singular(phrase)))
    }

    fn lead(&self, folded: &str) -> Option<Typing> {
        let first = folded.as_bytes().first();
        let leads = |lead: &&String| {
            lead.as_bytes().first() == first
                && folded
                    .strip_prefix(lead.as_str())
                    .is_some_and(|rest| rest.starts_with(' '))
        };
        tables()
            .leads
            .iter()
            .find(leads)
            .and_then(|lead| self.exact(lead))
    }

    fn ending(&self, part: &str) -> Option<Typing> {
        let blanks = memchr::memchr_iter(b' ', part.as_bytes());
        let last = part.bytes().rposition(|byte| byte == b' ')?;
        if blanks.clone().count() >= TITLE_WORDS {
            return None;
        }
        blanks.into_iter().find_map(|blank| {
            let phrase = &part[blank + 1..];
            if blank == last && !self.is_head(phrase) {
                return None;
            }
            let typing = self.exact(phrase)?;
            let own = part.split(' ').next().and_then(|first| self.exact(first));
            let own = own.and_then(|typing| typing.weight);
            Some(Typing {
                weight: own
                    .filter(|_| typing.facet != Some(Facet::Prose))
                    .or(typing.weight),
                ..typing
            })
        })
    }

    fn is_head(&self, word: &str) -> bool {
        let word = singular(word);
        tables().heads.contains(word) || self.titles.contains_key(word)
    }

    /// What a folded front-matter key says about its value.
    pub(super) fn key(&self, key: &str) -> Option<Typing> {
        if let Some(typing) = self.keys.get(key) {
            return Some(*typing);
        }
        let blanks = key.replace('_', " ");
        let single = singular(&blanks);
        if let Some(typing) = self.titles.get(single) {
            return Some(*typing);
        }
        let tables = tables();
        if let Some(typing) = tables.keys.get(key) {
            return Some(*typing);
        }
        if let Some(typing) = tables.titles.get(single) {
            return Some(*typing).filter(|typing| typing.facet.is_some());
        }
        let prefix = tables
            .prefixes
            .iter()
            .filter(|(prefix, _)| {
                prefix.as_bytes().first() == key.as_bytes().first() && key.starts_with(prefix.as_str())
            })
            .max_by_key(|(prefix, _)| prefix.len());
        prefix
            .or_else(|| {
                tables
                    .suffixes
                    .iter()
                    .find(|(suffix, _)| key.ends_with(suffix.as_str()))
            })
            .or_else(|| {
                tables
                    .parts
                    .iter()
                    .find(|(part, _)| key.split('_').any(|word| word == part))
            })
            .map(|(_, typing)| *typing)
            .or_else(|| self.ending(&blanks).filter(|typing| typing.facet.is_some()))
    }
}

fn key_typing(meaning: &KeyMeaning) -> Option<Typing> {
    let facet = match meaning {
        KeyMeaning::Scale(_) => Facet::Grant,
        KeyMeaning::Named(name) => match name {
            KeyName::Ceiling => Facet::Grant,
            KeyName::Floor | KeyName::Limit => Facet::Limit,
            KeyName::Duty => Facet::Duty,
            KeyName::Grant => Facet::Grant,
            KeyName::Demand => Facet::Demand,
            KeyName::Outcome => Facet::Outcome,
            KeyName::Metadata => Facet::Metadata,
        },
    };
    Some(Typing::facet(facet))
}

/// What only a part of a title says: below `Agent classes (tiered authority)` stand limits as well.
fn inferred(typing: Typing) -> Typing {
    Typing {
        mixed: typing.mixed || typing.facet == Some(Facet::Grant),
        ..typing
    }
}

/// Words between two parts of a title.
const JOINTS: [&str; 14] = [
    "and", "for", "of", "to", "in", "when", "with", "by", "on", "des", "der", "du", "del", "de",
];

/// True for a title of plain words; without any of [`JOINTS`] it has no parts.
fn is_plain(title: &str) -> bool {
    title
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
}

/// Verbs that tie a title to what stands below.
const VERBS: [&str; 11] = [
    " include",
    " includes",
    " including",
    " involve",
    " involves",
    " comprise",
    " cover",
    " are",
    " is",
    " as follows",
    " are as follows",
];

/// A folded title without the verb that ties it to what stands below: `responsibilities include`.
fn without_verb(folded: &str) -> &str {
    VERBS
        .iter()
        .find_map(|verb| folded.strip_suffix(verb))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(folded)
}

/// Words that begin the clause of whose something is.
const CLAUSES: [&str; 4] = ["we ", "you ", "they ", "i "];

/// A folded title without the clause that says whose it is: `metrics we watch`.
fn without_clause(folded: &str) -> Option<&str> {
    let begins = |at: &usize| CLAUSES.iter().any(|word| folded[at + 1..].starts_with(word));
    let at = memchr::memchr_iter(b' ', folded.as_bytes()).find(begins)?;
    Some(&folded[..at]).filter(|head| {
        !matches!(
            *head,
            "what"
                | "how"
                | "when"
                | "why"
                | "can"
                | "may"
                | "must"
                | "shall"
                | "should"
                | "will"
                | "do"
                | "does"
        )
    })
}

fn last_word(phrase: &str) -> &str {
    phrase.rsplit([' ', '-', '/']).next().unwrap_or(phrase)
}

/// A phrase whose last word has lost its plural.
fn singular(phrase: &str) -> &str {
    let blank = memchr::memrchr(b' ', phrase.as_bytes());
    let last = blank.map_or(0, |blank| blank + 1);
    &phrase[..last + stem(&phrase[last..]).len()]
}

/// A word without its plural ending, and without the `y` that an `ies` stands for.
fn stem(word: &str) -> &str {
    if let Some(stem) = word.strip_suffix("ies").or_else(|| word.strip_suffix('y'))
        && stem.len() > 2
    {
        return stem;
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') && stem.is_ascii() => stem,
        _ => word,
    }
}
