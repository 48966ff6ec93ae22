//! One statement read for the words that govern it: modality, amounts, exceptions, hedges,
//! conditions, approval, shares, rhythm, scope. What an edit to them means is decided in `compare`.

use super::clauses::cells;
use super::clauses::clause_ends;
use super::clauses::lead_words;
use super::lexicon::Class;
use super::lexicon::lexicon;
use super::oversight::Oversight;
use super::quantity::Quantity;
use super::quantity::quantities;
use super::tokens::is_function_word;
use super::tokens::stem;
use super::tokens::words;

/// How a statement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// must
    Must,
    /// should
    Should,
    /// may
    May,
    /// must not
    MustNot,
    /// should not
    ShouldNot,
    /// need not
    NeedNot,
}

impl Force {
    /// True for what forbids or discourages.
    pub fn forbids(self) -> bool {
        matches!(self, Self::MustNot | Self::ShouldNot)
    }

    /// True for what obliges or asks.
    pub fn obliges(self) -> bool {
        matches!(self, Self::Must | Self::Should)
    }
}

/// A governing word with the head of what it governs.
#[derive(Clone, Debug, PartialEq)]
pub struct Modal {
    /// How it binds.
    pub force: Force,
    /// Stem of the first word after it that carries meaning.
    pub head: String,
    /// The words, for people to read.
    pub text: String,
    /// Index of its first word.
    pub at: usize,
    /// Whether it was composed with the negation in its verb: `may not go unreported`.
    pub composed: bool,
}

/// A phrase of a class, with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The words, for people to read.
    pub text: String,
    /// Index of the first word.
    pub at: usize,
}

/// What governs one statement.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The normalised words.
    pub words: Vec<String>,
    /// Governing words in order.
    pub modals: Vec<Modal>,
    /// Amounts in order.
    pub quantities: Vec<Quantity>,
    /// Exception clauses, each from its first word to its end.
    pub exceptions: Vec<Mark>,
    /// Hedges.
    pub hedges: Vec<Mark>,
    /// `only` and its kin.
    pub only: Vec<Mark>,
    /// `when`, `if` … outside exceptions.
    pub conditions: Vec<Mark>,
    /// Approval and its kin.
    pub oversight: Vec<Oversight>,
    /// `on its own` and its kin.
    pub free: Vec<Mark>,
    /// Shares with their rank, 3 all, 2 most, 1 some.
    pub shares: Vec<(u8, Mark)>,
    /// Days between two turns.
    pub rhythm: Vec<(f64, Mark)>,
    /// How soon, 3 at once to 1 some day.
    pub haste: Vec<(u8, Mark)>,
    /// Rank of the leading verb: 1 answers for the result, 0 takes part, `None` neither.
    pub lead: Option<(u8, Mark)>,
    /// Negations outside all of the above.
    pub negations: Vec<Mark>,
    /// Which words were taken by one of the above.
    pub taken: Vec<bool>,
    /// Where a comma or bracket begins another part.
    pub breaks: Vec<usize>,
    /// Where the statement begins behind its lead.
    pub statement: usize,
    /// Where a further cell of a table row begins.
    pub cells: Vec<usize>,
    /// Words that explain and govern nothing.
    pub reason: std::ops::Range<usize>,
}

/// Reads a normalised statement.
pub fn read(normal: &str) -> Reading {
    let words = words(normal);
    let mut reading = Reading {
        taken: vec![false; words.len()],
        quantities: quantities(&words),
        ..Reading::default()
    };
    for quantity in &reading.quantities {
        reading.taken[quantity.span.clone()].fill(true);
    }
    reading.words = words;
    let clauses = clause_ends(normal, &reading.words);
    reading.breaks = (1..clauses.len())
        .filter(|&at| clauses[at] != clauses[at - 1])
        .collect();
    reading.statement = lead_words(normal);
    reading.cells = cells(normal);
    reading.pass_reasons(&clauses);
    reading.read_rhythms();
    reading.read_oversight();
    reading.read_phrases(&clauses, reading.statement);
    reading.read_consents();
    reading.quantities.retain(|q| {
        let told = |(_, m): &(f64, Mark)| {
            m.at == q.at && m.text.contains(" times ")
                || q.basis.is_empty() && (m.at == q.at || m.at + 1 == q.at)
        };
        !reading.rhythm.iter().any(told)
    });
    reading
}

impl Reading {
    /// Takes the words and gives them as a mark.
    pub fn mark(&mut self, at: usize, length: usize) -> Mark {
        let end = (at + length).min(self.words.len());
        self.taken[at..end].fill(true);
        Mark {
            text: self.words[at..end].join(" "),
            at,
        }
    }

    /// The word at a place, empty behind the end.
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// Whether a place stands in an explanation.
    pub fn explains(&self, at: usize) -> bool {
        self.reason.contains(&at)
    }

    fn is_free(&self, at: usize, length: usize) -> bool {
        at + length <= self.words.len() && !self.taken[at..at + length].contains(&true)
    }

    fn read_phrases(&mut self, clauses: &[usize], lead: usize) {
        let mut at = 0;
        let first_verb = self.first_content(lead);
        while at < self.words.len() {
            if self.reason.contains(&at) {
                at = self.reason.end;
                continue;
            }
            let Some((class, length)) = lexicon().phrase_at(&self.words, at).filter(|(class, n)| {
                self.is_free(at, *n) && !(*class == Class::Exception && self.is_kept_apart(at))
            }) else {
                self.read_negation(at);
                at += 1;
                continue;
            };
            match class {
                Class::Must
                | Class::Should
                | Class::May
                | Class::MustNot
                | Class::ShouldNot
                | Class::NeedNot => {
                    if self.tells(at, length) {
                        self.read_negation(at + 1);
                    } else {
                        self.read_modal(class, at, length);
                    }
                }
                Class::Exception => {
                    let end = clauses[at].max(at + length);
                    let mark = self.mark(at, end - at);
                    self.exceptions.push(mark);
                    at = end;
                    continue;
                }
                Class::Concession => {
                    let end = clauses[at].max(at + length);
                    self.taken[at..end].fill(true);
                    at = end;
                    continue;
                }
                Class::Only => {
                    let mark = self.mark(at, length);
                    self.only.push(mark);
                }
                Class::Hedge => {
                    let mark = self.mark(at, length);
                    self.hedges.push(mark);
                }
                Class::Condition => {
                    let mark = self.mark(at, length);
                    self.conditions.push(mark);
                }
                Class::Free => {
                    let mark = self.mark(at, length);
                    self.free.push(mark);
                }
                Class::Share(rank) => {
                    let mark = self.mark(at, length);
                    self.shares.push((rank, mark));
                }
                Class::Rhythm(days) => {
                    let mark = self.mark(at, length);
                    self.rhythm.push((days, mark));
                }
                Class::Haste(rank) => {
                    let mark = self.mark(at, length);
                    self.haste.push((rank, mark));
                }
                Class::WeakVerb | Class::StrongVerb => {
                    if self.lead.is_none() && Some(at) == first_verb {
                        let text = self.words[at..at + length].join(" ");
                        self.lead = Some((u8::from(class == Class::StrongVerb), Mark { text, at }));
                    }
                    // Nothing is taken: `decide on their own` is no `decide on`.
                    at += 1;
                    continue;
                }
                Class::Narrow => {}
            }
            at += length;
        }
        let plain = |m: &Modal| matches!(m.text.as_str(), "always" | "at all times");
        if !self.modals.iter().all(plain) {
            self.modals.retain(|m| !plain(m));
        }
        self.read_nobody(lead);
        self.compose_negations();
    }

    fn read_modal(&mut self, class: Class, at: usize, length: usize) {
        let force = match class {
            Class::Should => Force::Should,
            Class::May => Force::May,
            Class::MustNot => Force::MustNot,
            Class::ShouldNot => Force::ShouldNot,
            Class::NeedNot => Force::NeedNot,
            _ => Force::Must,
        };
        let mark = self.mark(at, length);
        let head = self.words[at + length..]
            .iter()
            .find(|w| !is_function_word(w))
            .map(|w| stem(w))
            .unwrap_or_default();
        self.modals.push(Modal {
            force,
            head,
            text: mark.text,
            at,
            composed: false,
        });
    }

    fn read_negation(&mut self, at: usize) {
        if !self.taken[at]
            && matches!(
                self.word(at),
                "not"
                    | "isn't"
                    | "aren't"
                    | "doesn't"
                    | "don't"
                    | "won't"
                    | "didn't"
                    | "no"
                    | "nobody"
                    | "nothing"
                    | "neither"
                    | "nor"
                    | "none"
            )
        {
            let mark = self.mark(at, 1);
            self.negations.push(mark);
        }
    }

    /// Where the verb of the statement is looked for: behind its lead, its subject and its governing word.
    fn first_content(&self, lead: usize) -> Option<usize> {
        let modal = (0..self.words.len()).find_map(|at| match lexicon().phrase_at(&self.words, at) {
            Some((Class::Must | Class::Should | Class::May, n)) => Some(at + n),
            _ => None,
        });
        modal.or(Some(lead)).filter(|&at| at < self.words.len())
    }

    /// The first and so the main governing word.
    pub fn main(&self) -> Option<&Modal> {
        self.modals.first()
    }

    /// Whether the statement forbids or discourages.
    pub fn forbids(&self) -> bool {
        self.main().is_some_and(|m| m.force.forbids())
    }

    /// Whether a condition word stands before a place.
    pub fn condition_before(&self, at: usize) -> bool {
        self.conditions.iter().any(|c| c.at < at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::normal::normalise;
    use super::super::oversight::Look;
    use super::*;

    fn reading(text: &str) -> Reading {
        read(&normalise(text))
    }

    #[test]
    fn modals_in_prose_form_are_the_same() {
        for text in [
            "Must log",
            "Shall log",
            "Has to log",
            "is required to log",
            "Must always log",
        ] {
            assert_eq!(reading(text).main().map(|m| m.force), Some(Force::Must), "{text}");
        }
        for text in [
            "must not log",
            "cannot log",
            "never log",
            "is not allowed to log",
            "is prohibited from logging",
        ] {
            assert_eq!(
                reading(text).main().map(|m| m.force),
                Some(Force::MustNot),
                "{text}"
            );
        }
    }

    #[test]
    fn approval_is_read_with_its_polarity() {
        let table: &[(&str, Look, bool)] = &[
            (
                "Work in the shaft requires sign-off from the shift engineer",
                Look::Approval,
                true,
            ),
            (
                "Work in the shaft does not require sign-off from the shift engineer",
                Look::Approval,
                false,
            ),
            ("May rerun jobs without approval", Look::Approval, false),
            (
                "May rerun jobs with approval from the duty lead",
                Look::Approval,
                true,
            ),
            (
                "Changes require prior written notification of the board",
                Look::Notice,
                true,
            ),
            ("Releases must be approved by two people", Look::Approval, true),
        ];
        for (text, look, asked) in table {
            let oversight = reading(text).oversight;
            assert_eq!(
                oversight.first().map(|o| (o.look, o.asked)),
                Some((*look, *asked)),
                "{text}: {oversight:?}"
            );
        }
        assert!(reading("Review the plan with each group").oversight.is_empty());
    }

    #[test]
    fn rhythms_are_days() {
        for (text, days) in [
            ("every 90 days", 90.0),
            ("each month", 30.4),
            ("every other Friday", 14.0),
            ("weekly", 7.0),
            ("twice a week", 3.5),
        ] {
            let rhythm = reading(&format!("Review the register {text}")).rhythm;
            assert_eq!(rhythm.first().map(|r| r.0), Some(days), "{text}");
        }
    }
}
