//! The word tables in `lexicon/`, read once. Data only: what an edit to these words means is decided
//! in `compare`.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::LazyLock;

/// What a phrase governs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    /// An obligation.
    Must,
    /// A wish.
    Should,
    /// A permission.
    May,
    /// A prohibition.
    MustNot,
    /// A discouragement.
    ShouldNot,
    /// Freed of an obligation.
    NeedNot,
    /// A restriction to what follows.
    Only,
    /// Leaves room.
    Hedge,
    /// Takes cases out.
    Exception,
    /// Narrows when a statement holds.
    Condition,
    /// Says that the statement holds all the same.
    Concession,
    /// The whole, the larger part, a part: 3, 2, 1.
    Share(u8),
    /// Without asking anybody.
    Free,
    /// How soon: 3 at once, 2 before long, 1 some day.
    Haste(u8),
    /// Days between two turns.
    Rhythm(f64),
    /// A verb that takes part without answering for the result.
    WeakVerb,
    /// A verb that answers for the result.
    StrongVerb,
    /// Narrows the noun it stands before.
    Narrow,
}

/// The tables.
pub struct Lexicon {
    phrases: HashMap<String, Vec<(Vec<String>, Class)>>,
    power: Vec<Vec<Vec<String>>>,
    degree: Vec<Vec<Vec<String>>>,
    actors: HashMap<String, usize>,
    same: HashMap<String, usize>,
    plain: HashMap<String, Vec<Plain>>,
    opposites: HashSet<(String, String)>,
}

/// What a single word adds to a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Nothing.
    Filler,
    /// It makes an approval stronger.
    Strength,
    /// Before a noun phrase: which cases are meant.
    Restrict,
    /// Before a noun phrase: how a thing is to be done.
    Demand,
    /// It begins an explanation.
    Reason,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// The built-in tables.
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// Which of two values on one scale is higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The second is higher.
    Up,
    /// The second is lower.
    Down,
    /// Two words of one rank.
    Level,
}

impl Lexicon {
    fn read() -> Self {
        let mut phrases: HashMap<String, Vec<(Vec<String>, Class)>> = HashMap::new();
        let mut actors = HashMap::new();
        for (class, body) in paragraphs(include_str!("lexicon/words.txt")) {
            if class == "actor" {
                for (rank, words) in ranks(&body).into_iter().enumerate() {
                    actors.extend(words.into_iter().map(|word| (word, rank)));
                }
                continue;
            }
            let class = class_of(&class);
            for phrase in body.split(['|', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
                let words = super::tokens::words(phrase);
                if let Some(first) = words.first() {
                    phrases.entry(first.clone()).or_default().push((words, class));
                }
            }
        }
        for list in phrases.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        let (mut power, mut degree) = (Vec::new(), Vec::new());
        for (class, body) in paragraphs(include_str!("lexicon/scales.txt")) {
            let scales = if class == "power" { &mut power } else { &mut degree };
            scales.extend(body.lines().map(ranks).filter(|scale| scale.len() > 1));
        }
        let mut same = HashMap::new();
        for (group, line) in include_str!("lexicon/same.txt").lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            same.extend(
                line.split('=')
                    .map(|w| (super::tokens::stem(w.trim()), group))
                    .filter(|(w, _)| !w.is_empty()),
            );
        }
        Self {
            phrases,
            power,
            degree,
            actors,
            same,
            plain: plain(),
            opposites: opposites(),
        }
    }

    /// Whether a single word is of a plain class.
    pub fn is(&self, word: &str, class: Plain) -> bool {
        self.plain
            .get(word)
            .is_some_and(|classes| classes.contains(&class))
    }

    /// Whether two words turn a statement into its contrary: `inside` and `outside`, `safe` and `unsafe`.
    pub fn are_opposites(&self, x: &str, y: &str) -> bool {
        let negated = |x: &str, y: &str| {
            ["un", "non-", "non", "in", "im", "dis", "ir", "not-"]
                .iter()
                .any(|prefix| x.len() >= 3 && y.strip_prefix(prefix) == Some(x))
        };
        negated(x, y) || negated(y, x) || self.opposites.contains(&(x.to_owned(), y.to_owned()))
    }

    /// The longest phrase that begins at `at`, with its length in words.
    pub fn phrase_at(&self, words: &[String], at: usize) -> Option<(Class, usize)> {
        let list = self.phrases.get(&words[at])?;
        list.iter()
            .find(|(phrase, _)| {
                words[at..].len() >= phrase.len() && words[at..at + phrase.len()] == phrase[..]
            })
            .map(|(phrase, class)| (*class, phrase.len()))
    }

    /// How `after` stands to `before` on a scale of power that holds both.
    pub fn power_step(&self, before: &str, after: &str) -> Option<Step> {
        step_on(&self.power, before, after).or_else(|| step_on(&self.degree, before, after))
    }

    /// How `after` stands to `before` on a scale of degree that holds both.
    pub fn degree_step(&self, before: &str, after: &str) -> Option<Step> {
        step_on(&self.degree, before, after)
    }

    /// The standing of an actor's name, if it is one.
    pub fn actor(&self, word: &str) -> Option<usize> {
        self.actors
            .get(word)
            .or_else(|| self.actors.get(word.strip_suffix('s')?))
            .copied()
    }

    /// Whether two words name the same.
    pub fn is_same(&self, x: &str, y: &str) -> bool {
        let (x, y) = (super::tokens::stem(x), super::tokens::stem(y));
        x == y
            || self
                .same
                .get(&x)
                .is_some_and(|group| self.same.get(&y) == Some(group))
    }
}

/// How `after` stands to `before` on the first of the scales that holds both words.
pub fn step_on(scales: &[Vec<Vec<String>>], before: &str, after: &str) -> Option<Step> {
    scales.iter().find_map(|scale| {
        let rank = |word: &str| scale.iter().position(|words| words.iter().any(|w| w == word));
        let (x, y) = (rank(before)?, rank(after)?);
        Some(match x.cmp(&y) {
            std::cmp::Ordering::Less => Step::Up,
            std::cmp::Ordering::Greater => Step::Down,
            std::cmp::Ordering::Equal => Step::Level,
        })
    })
}

fn plain() -> HashMap<String, Vec<Plain>> {
    let mut plain: HashMap<String, Vec<Plain>> = HashMap::new();
    for (class, body) in paragraphs(include_str!("lexicon/plain.txt")) {
        let class = match class.as_str() {
            "filler" => Plain::Filler,
            "strength" => Plain::Strength,
            "restrict" => Plain::Restrict,
            "demand" => Plain::Demand,
            _ => Plain::Reason,
        };
        for word in body.split_whitespace() {
            plain.entry(word.to_owned()).or_default().push(class);
        }
    }
    plain
}

fn opposites() -> HashSet<(String, String)> {
    let pairs = include_str!("lexicon/opposites.txt").lines().filter_map(|line| {
        let (x, y) = line.split('#').next()?.split_once('=')?;
        Some((x.trim().to_owned(), y.trim().to_owned()))
    });
    pairs
        .flat_map(|(x, y)| [(y.clone(), x.clone()), (x, y)])
        .collect()
}

fn ranks(line: &str) -> Vec<Vec<String>> {
    line.replace('\n', " ")
        .split('<')
        .map(|rank| {
            rank.split('=')
                .map(|w| w.trim().to_lowercase())
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
        })
        .filter(|words| !words.is_empty())
        .collect()
}

/// `[class] body` paragraphs, comments cut.
fn paragraphs(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let rest = match line.strip_prefix('[').and_then(|l| l.split_once(']')) {
            Some((class, rest)) => {
                out.push((class.trim().to_owned(), String::new()));
                rest.trim()
            }
            None => line,
        };
        if let (Some((_, body)), false) = (out.last_mut(), rest.is_empty()) {
            body.push_str(rest);
            body.push('\n');
        }
    }
    out
}

fn class_of(name: &str) -> Class {
    match name {
        "must" => Class::Must,
        "should" => Class::Should,
        "may" => Class::May,
        "must-not" => Class::MustNot,
        "should-not" => Class::ShouldNot,
        "need-not" => Class::NeedNot,
        "only" => Class::Only,
        "hedge" => Class::Hedge,
        "exception" => Class::Exception,
        "condition" => Class::Condition,
        "concession" => Class::Concession,
        "all" => Class::Share(3),
        "most" => Class::Share(2),
        "some" => Class::Share(1),
        "free" => Class::Free,
        "now" => Class::Haste(3),
        "soon" => Class::Haste(2),
        "later" => Class::Haste(1),
        "weak-verb" => Class::WeakVerb,
        "strong-verb" => Class::StrongVerb,
        other => match other.strip_prefix("rhythm ").and_then(|days| days.parse().ok()) {
            Some(days) => Class::Rhythm(days),
            None => Class::Narrow,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_name_is_known() {
        for (name, body) in paragraphs(include_str!("lexicon/words.txt")) {
            assert!(!body.is_empty(), "{name}");
            let known = name == "narrow" || name == "actor" || class_of(&name) != Class::Narrow;
            assert!(known, "unknown class {name}");
        }
    }

    #[test]
    fn the_longest_phrase_wins() {
        let words = super::super::tokens::words("the agent must not deploy");
        assert_eq!(lexicon().phrase_at(&words, 2), Some((Class::MustNot, 2)));
    }

    #[test]
    fn scales_are_ordered() {
        let words = lexicon();
        assert_eq!(words.power_step("default", "acceptedits"), Some(Step::Up));
        assert_eq!(words.power_step("high", "low"), Some(Step::Down));
        assert_eq!(words.power_step("plan", "high"), None);
    }
}
