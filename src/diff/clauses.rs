//! Clauses that are read as a whole: explanations, consent as a way out, permissions for nobody.

use super::oversight::Oversight;
use super::reading::Force;
use super::reading::Mark;
use super::reading::Modal;
use super::reading::Reading;
use super::tokens::words;

/// Where each cell behind the first begins, in words.
pub fn cells(normal: &str) -> Vec<usize> {
    let mut at = 0;
    let mut starts = Vec::new();
    for cell in normal.split(" | ") {
        starts.push(at);
        at += words(cell).len();
    }
    starts.remove(0);
    starts
}

/// How many words a lead takes (`Cost management: optimise …`), 0 without one.
pub fn lead_words(normal: &str) -> usize {
    let lead = [": ", " - "]
        .iter()
        .filter_map(|joint| normal.split_once(joint))
        .map(|(lead, _)| words(lead).len())
        .min();
    lead.filter(|&length| length <= 4).unwrap_or(0)
}

/// For each word, the index just behind the last word of its comma-separated part.
pub fn clause_ends(normal: &str, all: &[String]) -> Vec<usize> {
    let mut ends = vec![all.len(); all.len()];
    let mut at = 0;
    // A full stop inside a number or a name parts nothing.
    let parted = normal.replace(". ", "; ");
    for part in parted.split([',', ';', '(', ')', '|']) {
        let length = words(part).len();
        let end = (at + length).min(all.len());
        ends[at.min(all.len())..end].fill(end);
        at = end;
    }
    ends
}

impl Reading {
    /// `because ropes may tear`, `so that nobody falls`: explains and governs nothing.
    pub fn pass_reasons(&mut self, clauses: &[usize]) {
        let begins = |at: usize, words: &[String]| match words[at].as_str() {
            "because" => true,
            "so" => words.get(at + 1).is_some_and(|w| w == "that"),
            _ => false,
        };
        let Some(at) = (0..self.words.len()).find(|&at| begins(at, &self.words)) else {
            return;
        };
        let end = clauses[at].max(at + 1);
        self.reason = at..end;
        self.quantities.retain(|q| !(at..end).contains(&q.at));
    }

    /// `must not … unless a parent has consented in writing` says the same as `… without the written
    /// consent of a parent`.
    pub fn read_consents(&mut self) {
        if !self.forbids() {
            self.read_conditional_consents();
            return;
        }
        let Some((place, look)) = self.exceptions.iter().enumerate().find_map(|(place, clause)| {
            let word = clause.text.split(' ').find(|w| is_consenting(w))?;
            Some((place, word.to_owned()))
        }) else {
            return;
        };
        let clause = self.exceptions.remove(place);
        let length = clause.text.split(' ').count();
        let oversight = self.consent(clause.at..clause.at + length, &look);
        self.oversight.push(oversight);
    }

    /// `may pay overtime if the supervisor has confirmed it`: somebody has to look first.
    fn read_conditional_consents(&mut self) {
        if self.main().is_none_or(|m| m.force != Force::May) || !self.oversight.is_empty() {
            return;
        }
        let found = self.conditions.iter().find_map(|c| {
            let from = c.at + c.text.split(' ').count();
            let to = self.words.len().min(from + 8);
            let verb = (from..to).find(|&at| is_consenting(self.word(at)))?;
            let negated = (from..verb).any(|at| matches!(self.word(at), "not" | "no"));
            (!negated).then_some((c.at, verb))
        });
        if let Some((at, verb)) = found {
            let look = self.word(verb).to_owned();
            let oversight = Oversight {
                asked: true,
                without: false,
                ..self.consent(at..verb + 1, &look)
            };
            self.oversight.push(oversight);
        }
    }

    /// `if the customer does not answer`: tells what is the case and forbids nothing.
    pub fn tells(&self, at: usize, length: usize) -> bool {
        let plain = matches!(self.word(at), "does" | "do" | "will") && length == 2
            || matches!(self.word(at), "doesn't" | "don't" | "won't");
        let before = |c: &&Mark| c.at < at;
        // An order begins its part of the sentence: `if paged, do not deploy`.
        if plain && at > 0 && !self.breaks.contains(&at) && self.conditions.iter().any(|c| c.at < at) {
            return true;
        }
        // `if the casualty cannot walk`, but not `if the lamp is red, cars cannot pass`.
        let unable = matches!(self.word(at), "cannot" | "can't" | "can") && !self.modals.is_empty();
        unable
            && self.conditions.iter().filter(before).any(|c| {
                !self.breaks.iter().any(|&b| b > c.at && b <= at) && self.modals.iter().any(|m| m.at < c.at)
            })
    }

    /// `no pupil may leave`, `nobody is allowed to leave`: a permission for nobody is a prohibition.
    pub fn read_nobody(&mut self, lead: usize) {
        let nobody = |word: &str| matches!(word, "no" | "nobody" | "none" | "neither" | "no-one" | "nothing");
        let Some(place) = self
            .negations
            .iter()
            .position(|n| n.at == lead && nobody(&n.text))
        else {
            return;
        };
        let at = self.negations[place].at;
        let near = |m: &&mut Modal| m.force == Force::May && m.at > at && m.at - at <= 6;
        if let Some(modal) = self.modals.first_mut().filter(near) {
            modal.force = Force::MustNot;
            modal.text = format!("no … {}", modal.text);
            self.negations.remove(place);
        }
    }

    /// `may not go unreported` is `must be reported`; `must stay unopened` is `must not be opened`.
    pub fn compose_negations(&mut self) {
        let Some(modal) = self.modals.first() else {
            return;
        };
        let resting = |word: &str| {
            matches!(
                word,
                "remain" | "remains" | "stay" | "stays" | "left" | "go" | "goes" | "kept"
            )
        };
        let idle = |word: &str| resting(word) || matches!(word, "be" | "being" | "been" | "ever" | "simply");
        // `no breach may …`: the governing word is shorter than its text.
        let length = modal
            .text
            .split(' ')
            .filter(|w| !matches!(*w, "no" | "…"))
            .count();
        let from = modal.at
            + if modal.text.contains('…') {
                length
            } else {
                modal.text.split(' ').count()
            };
        let Some(at) = (from..self.words.len().min(from + 4)).find(|&at| !idle(self.word(at))) else {
            return;
        };
        let rests = (from..at).any(|at| resting(self.word(at)));
        let passive = at > from || modal.text.ends_with(" be");
        let (force, flips) = match modal.force {
            Force::MustNot => (Force::Must, passive),
            Force::ShouldNot => (Force::Should, passive),
            Force::Must => (Force::MustNot, rests),
            Force::Should => (Force::ShouldNot, rests),
            Force::May | Force::NeedNot => return,
        };
        let bare = self.words[at]
            .strip_prefix("un")
            .filter(|w| w.ends_with("ed") && w.len() > 4);
        let Some(bare) = bare.map(str::to_owned).filter(|_| flips) else {
            return;
        };
        let head = super::tokens::stem(&bare);
        self.taken[from..at].fill(true);
        self.words[at] = bare;
        if let Some(modal) = self.modals.first_mut() {
            modal.force = force;
            modal.head = head;
            modal.composed = true;
        }
    }

    /// Whether the statement is a bare prohibition: `no loans to members`.
    pub fn leading_no(&self) -> bool {
        let bare = |n: &Mark| {
            n.at == self.statement && matches!(n.text.as_str(), "no" | "nobody" | "nothing" | "none")
        };
        self.modals.is_empty() && self.negations.first().is_some_and(bare)
    }

    /// `kept apart from bases`: says how, and takes nothing out.
    pub fn is_kept_apart(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |at| self.word(at));
        matches!(self.word(at), "apart" | "aside")
            && matches!(
                before,
                "keep"
                    | "keeps"
                    | "kept"
                    | "stay"
                    | "stays"
                    | "store"
                    | "stored"
                    | "set"
                    | "put"
                    | "stand"
                    | "tell"
                    | "tells"
                    | "held"
                    | "hold"
            )
    }

    /// Whether the statement lists what alone is permitted: each further element permits more.
    pub fn only_these(&self) -> bool {
        let lists = |only: &Mark| {
            let next = self.word(only.at + only.text.split(' ').count());
            !matches!(
                next,
                "with"
                    | "after"
                    | "if"
                    | "when"
                    | "where"
                    | "once"
                    | "on"
                    | "under"
                    | "provided"
                    | "upon"
                    | "while"
            )
        };
        !self.forbids() && self.only.iter().any(lists)
    }

    /// A bare prohibition with its `no` read as the governing word.
    pub fn as_prohibition(&self) -> Self {
        let mut reading = self.clone();
        if let Some(no) = (!reading.negations.is_empty()).then(|| reading.negations.remove(0)) {
            reading.modals.push(Modal {
                force: Force::MustNot,
                head: String::new(),
                text: no.text,
                at: no.at,
                composed: false,
            });
        }
        reading
    }
}

fn is_consenting(word: &str) -> bool {
    matches!(
        word,
        "consented"
            | "consents"
            | "approved"
            | "approves"
            | "agreed"
            | "agrees"
            | "authorised"
            | "authorized"
            | "signed"
            | "confirmed"
            | "confirms"
            | "permitted"
            | "permits"
            | "allows"
            | "authorises"
            | "authorizes"
            | "endorsed"
            | "endorses"
            | "ratified"
            | "concurs"
            | "says"
    )
}
