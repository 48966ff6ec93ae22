//! The words as data, read once from `titles.txt` and `keys.txt`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap as HashMap;
use rustc_hash::FxHashSet as HashSet;

use crate::spec::Facet;
use crate::spec::Weight;
use crate::spec::title::folded_title;
use crate::spec::vocabulary::CLAUSES;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::JOINTS;
use crate::spec::vocabulary::LogTitle;
use crate::spec::vocabulary::Typing;
use crate::spec::vocabulary::VERBS;
use crate::spec::vocabulary::last_word;
use crate::spec::vocabulary::phrasing;
use crate::spec::vocabulary::signs::Signs;
use crate::spec::vocabulary::singular;
use crate::spec::vocabulary::stem;

#[derive(Default)]
pub(super) struct Tables {
    pub(super) titles: HashMap<String, Typing>,
    pub(super) heads: HashSet<String>,
    /// Words that type a title that begins with them.
    pub(super) leads: Vec<String>,
    /// What a word hints at, by its stem.
    pub(super) words: HashMap<String, Signs>,
    /// The same for change logs.
    pub(super) log_endings: HashSet<String>,
    pub(super) keys: HashMap<String, Typing>,
    pub(super) prefixes: Vec<(String, Typing)>,
    pub(super) suffixes: Vec<(String, Typing)>,
    /// Words between underscores that type a key wherever they stand in it.
    pub(super) parts: Vec<(String, Typing)>,
    pub(super) fields: HashMap<String, Field>,
    pub(super) commas: HashSet<String>,
    pub(super) logs: HashMap<String, LogTitle>,
    /// The ASCII words in `log_endings` by their first letter; they are letters throughout.
    pub(super) log_runs: [Vec<Box<[u8]>>; 26],
    /// Their lengths, a bit each, to rule most words out at once.
    pub(super) log_lengths: [u32; 26],
}

pub(super) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables::default();
        tables.read(include_str!("titles.txt"), false);
        tables.read(include_str!("keys.txt"), true);
        tables.hint(
            Signs::VERB,
            VERBS.iter().flat_map(|verb| verb.split(' ')).map(stem),
        );
        tables.hint(Signs::CLAUSE, CLAUSES.iter().map(|word| stem(word.trim_end())));
        tables.hint(Signs::PHRASE, phrasing::words().map(stem));
        tables.hint(Signs::JOINT, JOINTS.into_iter().map(stem));
        tables
    })
}

impl Tables {
    fn hint<'w>(&mut self, sign: Signs, stems: impl Iterator<Item = &'w str>) {
        for stem in stems {
            let known = self.words.entry(stem.to_owned()).or_default();
            *known = *known | sign;
        }
    }

    /// True if a title of the vocabulary ends in a word without its plural.
    pub(super) fn ends_in(&self, stem: &str) -> bool {
        self.words.get(stem).is_some_and(|known| known.has(Signs::ENDING))
    }

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
            "commas" => drop(self.commas.insert(word.to_owned())),
            "head" => drop(self.heads.insert(singular(&folded_title(word)).to_owned())),
            "lead" => {
                let folded = folded_title(word);
                self.hint(Signs::LEAD, folded.split([' ', '-']).take(1).map(stem));
                self.leads.push(folded);
            }
            "log" => {
                let sure = if rest == "maybe" {
                    LogTitle::Maybe
                } else {
                    LogTitle::Sure
                };
                let folded = folded_title(word);
                let ending = last_word(&folded);
                let new = self.log_endings.insert(ending.to_owned());
                if new && ending.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    let letter = usize::from(ending.as_bytes()[0] - b'a');
                    self.log_runs[letter].push(ending.as_bytes().into());
                    self.log_lengths[letter] |= 1 << ending.len().min(31);
                }
                self.logs.insert(folded, sure);
            }
            facet => {
                let typing = Typing {
                    facet: facet_named(facet),
                    weight: head.iter().find_map(|word| weight_named(word)),
                    trigger: head.contains(&"trigger"),
                    mixed: false,
                };
                if !key {
                    let folded = singular(&folded_title(word)).to_owned();
                    self.hint(Signs::ENDING, std::iter::once(last_word(&folded)));
                    self.titles.insert(folded, typing);
                } else if let Some(part) = word.strip_prefix('*').and_then(|w| w.strip_suffix('*')) {
                    self.parts.push((part.to_owned(), typing));
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
