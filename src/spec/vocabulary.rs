//! What section titles and front-matter keys say about the statements below them.
//!
//! The words are data (`vocabulary.txt`, `vocabulary_keys.txt`); a policy's own words come first.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::spec::Facet;
use crate::spec::KeyMeaning;
use crate::spec::KeyName;
use crate::spec::Vocabulary;
use crate::spec::Weight;
use crate::spec::title::folded_title;
use crate::spec::title::title_parts;

/// What a title or key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typing {
    /// The facet; `None` where only the weight is told.
    pub(super) facet: Option<Facet>,
    /// The weight, if it is told.
    pub(super) weight: Option<Weight>,
    /// Entries are situations in which somebody must be asked.
    pub(super) trigger: bool,
}

impl Typing {
    fn facet(facet: Facet) -> Self {
        Self {
            facet: Some(facet),
            weight: None,
            trigger: false,
        }
    }
}

/// Which single value a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// The document's version.
    Version,
    /// A date of the document.
    Date,
    /// Its owner.
    Owner,
    /// Its status.
    Status,
    /// The role's id.
    RoleId,
    /// The role's code.
    RoleCode,
    /// Its title.
    Title,
    /// A name, which is the role's id where nothing else is.
    Name,
    /// Other metadata.
    Plain,
}

/// How sure a title is one of a change log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogTitle {
    /// Whatever stands below.
    Sure,
    /// Only above something that looks like a log.
    Maybe,
}

#[derive(Default)]
struct Tables {
    titles: HashMap<String, Typing>,
    heads: HashMap<String, ()>,
    keys: HashMap<String, Typing>,
    prefixes: Vec<(String, Typing)>,
    suffixes: Vec<(String, Typing)>,
    fields: HashMap<String, Field>,
    commas: HashMap<String, ()>,
    logs: HashMap<String, LogTitle>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables::default();
        tables.read(include_str!("vocabulary.txt"), false);
        tables.read(include_str!("vocabulary_keys.txt"), true);
        tables
    })
}

impl Tables {
    fn read(&mut self, text: &str, keys: bool) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((head, words)) = line.split_once(" : ") else {
                continue;
            };
            let head: Vec<&str> = head.split_whitespace().collect();
            for word in words.split(", ").map(str::trim).filter(|w| !w.is_empty()) {
                self.add(&head, word, keys);
            }
        }
    }

    fn add(&mut self, head: &[&str], word: &str, key: bool) {
        let rest = head.get(1).copied().unwrap_or_default();
        match head[0] {
            "field" => {
                if let Some(field) = field_named(rest) {
                    self.fields.insert(word.to_owned(), field);
                }
            }
            "commas" => drop(self.commas.insert(word.to_owned(), ())),
            "head" => drop(self.heads.insert(singular(&folded_title(word)), ())),
            "log" => {
                let sure = if rest == "maybe" {
                    LogTitle::Maybe
                } else {
                    LogTitle::Sure
                };
                self.logs.insert(folded_title(word), sure);
            }
            facet => {
                let typing = Typing {
                    facet: facet_named(facet),
                    weight: head.iter().find_map(|word| weight_named(word)),
                    trigger: head.contains(&"trigger"),
                };
                if !key {
                    self.titles.insert(singular(&folded_title(word)), typing);
                } else if let Some(prefix) = word.strip_suffix('*') {
                    self.prefixes.push((prefix.to_owned(), typing));
                } else if let Some(suffix) = word.strip_prefix('*') {
                    self.suffixes.push((suffix.to_owned(), typing));
                } else {
                    self.keys.insert(word.to_owned(), typing);
                }
            }
        }
    }
}

fn field_named(name: &str) -> Option<Field> {
    Some(match name {
        "version" => Field::Version,
        "date" => Field::Date,
        "owner" => Field::Owner,
        "status" => Field::Status,
        "role_id" => Field::RoleId,
        "role_code" => Field::RoleCode,
        "title" => Field::Title,
        "name" => Field::Name,
        "plain" => Field::Plain,
        _ => return None,
    })
}

fn facet_named(name: &str) -> Option<Facet> {
    Some(match name {
        "duty" => Facet::Duty,
        "limit" => Facet::Limit,
        "grant" => Facet::Grant,
        "demand" => Facet::Demand,
        "outcome" => Facet::Outcome,
        "metadata" => Facet::Metadata,
        "none" => Facet::Prose,
        _ => return None,
    })
}

fn weight_named(name: &str) -> Option<Weight> {
    match name {
        "required" => Some(Weight::Required),
        "optional" => Some(Weight::Optional),
        _ => None,
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
            .map(|(title, facet)| (singular(&folded_title(title)), Typing::facet(*facet)))
            .collect();
        let keys = vocabulary
            .keys
            .iter()
            .filter_map(|(key, meaning)| Some((folded_key(key), key_typing(meaning)?)))
            .collect();
        Self { titles, keys }
    }

    fn exact(&self, phrase: &str) -> Option<Typing> {
        let phrase = singular(phrase);
        self.titles
            .get(&phrase)
            .or_else(|| tables().titles.get(&phrase))
            .copied()
    }

    /// What a title says, by its folded form and its parts.
    pub(super) fn title(&self, title: &str) -> Option<Typing> {
        let folded = folded_title(title);
        if let Some(typing) = self.exact(&folded) {
            return Some(typing);
        }
        let parts = title_parts(title);
        parts
            .iter()
            .find_map(|part| self.exact(part))
            .or_else(|| parts.iter().find_map(|part| self.ending(part)))
    }

    fn ending(&self, part: &str) -> Option<Typing> {
        let words: Vec<&str> = part.split(' ').collect();
        if words.len() > TITLE_WORDS {
            return None;
        }
        let own_weight = self.exact(words[0]).and_then(|typing| typing.weight);
        (1..words.len()).find_map(|from| {
            let phrase = words[from..].join(" ");
            let single = from + 1 == words.len();
            if single && !self.is_head(&phrase) {
                return None;
            }
            self.exact(&phrase).map(|typing| Typing {
                weight: own_weight
                    .filter(|_| typing.facet != Some(Facet::Prose))
                    .or(typing.weight),
                ..typing
            })
        })
    }

    fn is_head(&self, word: &str) -> bool {
        let word = singular(word);
        tables().heads.contains_key(&word) || self.titles.contains_key(&word)
    }

    /// What a front-matter key says about its value.
    pub(super) fn key(&self, key: &str) -> Option<Typing> {
        let key = folded_key(key);
        if let Some(typing) = self.keys.get(&key) {
            return Some(*typing);
        }
        let blanks = key.replace('_', " ");
        if let Some(typing) = self.titles.get(&singular(&blanks)) {
            return Some(*typing);
        }
        let tables = tables();
        if let Some(typing) = tables.keys.get(&key) {
            return Some(*typing);
        }
        if let Some(typing) = tables.titles.get(&singular(&blanks)) {
            return Some(*typing).filter(|typing| typing.facet.is_some());
        }
        let prefix = tables
            .prefixes
            .iter()
            .filter(|(prefix, _)| key.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len());
        prefix
            .or_else(|| {
                tables
                    .suffixes
                    .iter()
                    .find(|(suffix, _)| key.ends_with(suffix.as_str()))
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

/// Which single value a label or key names.
pub(super) fn field(label: &str) -> Option<Field> {
    tables().fields.get(&folded_key(label)).copied()
}

/// True if a plain string under this key is a list with commas.
pub(super) fn is_comma_list(key: &str) -> bool {
    tables().commas.contains_key(&folded_key(key))
}

/// Whether a title is one of a change log.
pub(super) fn log_title(title: &str) -> Option<LogTitle> {
    let logs = &tables().logs;
    logs.get(&folded_title(title)).copied().or_else(|| {
        title_parts(title)
            .iter()
            .find_map(|part| logs.get(part).copied())
            .filter(|sure| *sure == LogTitle::Sure)
    })
}

/// A key in snake case: `allowedTools`, `allowed-tools` and `Allowed Tools` are one.
pub(super) fn folded_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let mut lower = false;
    for c in key.trim().chars() {
        if c == '-' || c == '_' || c == ' ' || c == '\u{a0}' || c == '/' {
            if !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            lower = false;
        } else if c.is_alphanumeric() || c == '.' {
            if c.is_uppercase() && lower {
                out.push('_');
            }
            lower = c.is_lowercase() || c.is_ascii_digit();
            out.extend(c.to_lowercase());
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// A phrase whose last word has lost its plural.
fn singular(phrase: &str) -> String {
    let (head, last) = phrase.rsplit_once(' ').unwrap_or(("", phrase));
    let last = match last.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ => match last.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with('s') && stem.is_ascii() => stem.to_owned(),
            _ => last.to_owned(),
        },
    };
    if head.is_empty() {
        last
    } else {
        format!("{head} {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet_of(title: &str) -> Option<Facet> {
        Lexicon::new(&Vocabulary::default())
            .title(title)
            .and_then(|typing| typing.facet)
    }

    #[test]
    fn titles_say_their_facet_however_they_are_dressed() {
        use Facet::*;
        for (title, facet) in [
            ("Responsibilities", Duty),
            ("3. Responsibilities", Duty),
            ("🎯 Key Responsibilities:", Duty),
            ("Platform-Specific Responsibilities", Duty),
            ("Core duties & accountabilities", Duty),
            ("What you'll do", Duty),
            ("Technical Capabilities", Grant),
            ("Autonomous Decisions", Grant),
            ("4.2) Decision rights", Grant),
            ("Agent constraints", Limit),
            ("Operational Boundaries", Limit),
            ("Escalation Required For", Limit),
            ("Out of scope", Limit),
            ("制約 / Constraints", Limit),
            ("Constraints (制約)", Limit),
            ("Requirements for this role", Demand),
            ("Must Have", Demand),
            ("Preferred qualifications", Demand),
            ("KPIs", Outcome),
            ("What success looks like", Outcome),
            ("Guardrail", Limit),
        ] {
            assert_eq!(facet_of(title), Some(facet), "{title}");
        }
    }

    #[test]
    fn titles_that_only_sound_like_it_say_nothing() {
        for title in [
            "Mission",
            "Tool Use Strategy",
            "Decision Framework",
            "Easy access",
            "Company history",
            "Example phrases",
            "Recommended MCP Servers",
            "Reliability is a feature",
        ] {
            let facet = facet_of(title).filter(|facet| *facet != Facet::Prose);
            assert_eq!(facet, None, "{title}");
        }
    }

    #[test]
    fn keys_say_their_facet() {
        let lexicon = Lexicon::new(&Vocabulary::default());
        for (key, facet) in [
            ("can_write_code", Facet::Grant),
            ("canWriteCode", Facet::Grant),
            ("requires_knowledge_gathering", Facet::Limit),
            ("requires_approval_for", Facet::Limit),
            ("forbidden_paths", Facet::Limit),
            ("allowed-tools", Facet::Grant),
            ("permissionMode", Facet::Grant),
            ("autonomy_level", Facet::Grant),
            ("network_access", Facet::Grant),
            ("escalation_criteria", Facet::Limit),
            ("expertise", Facet::Demand),
            ("responsibilities", Facet::Duty),
            ("output_format", Facet::Metadata),
            ("tags", Facet::Metadata),
        ] {
            assert_eq!(
                lexicon.key(key).and_then(|typing| typing.facet),
                Some(facet),
                "{key}"
            );
        }
        assert!(lexicon.key("requires_approval_for").unwrap().trigger);
        assert!(lexicon.key("escalation_criteria").unwrap().trigger);
        assert!(!lexicon.key("forbidden_paths").unwrap().trigger);
    }

    #[test]
    fn a_policy_adds_words_of_its_own() {
        let mut vocabulary = Vocabulary::default();
        vocabulary
            .sections
            .insert("Dos and Donts of Ops".into(), Facet::Limit);
        vocabulary
            .keys
            .insert("trust".into(), KeyMeaning::Scale(vec!["none".into()]));
        let lexicon = Lexicon::new(&vocabulary);
        assert_eq!(
            lexicon.title("## Dos and donts of ops").unwrap().facet,
            Some(Facet::Limit)
        );
        assert_eq!(lexicon.key("trust").unwrap().facet, Some(Facet::Grant));
    }
}
