//! Approval, review, advice and notice: what is asked for, of whom, or said not to be.

use super::lexicon::Plain;
use super::lexicon::lexicon;
use super::reading::Reading;
use super::tokens::is_function_word;
use super::tokens::stem;

/// How closely somebody looks: the higher, the more they can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Is told.
    Notice,
    /// Is asked for advice.
    Advice,
    /// Looks at it.
    Review,
    /// Must agree.
    Approval,
}

/// Somebody else's approval, review, advice or notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Oversight {
    /// What they do.
    pub look: Look,
    /// Whether it is asked for, or said not to be.
    pub asked: bool,
    /// Who, as stems of the words that carry meaning; empty where nobody is named.
    pub who: Vec<String>,
    /// What makes it stronger: `written`, `prior`, `second`.
    pub strength: Vec<String>,
    /// Whether any of several named people will do.
    pub any: bool,
    /// How many words join the people named.
    pub joints: usize,
    /// The words, for people to read.
    pub text: String,
    /// Index of the look's word.
    pub at: usize,
    /// True for `without approval`: an escape under a prohibition, a freedom under a permission.
    pub without: bool,
}

impl Reading {
    /// Finds every approval and its kin.
    pub fn read_oversight(&mut self) {
        for at in 0..self.words.len() {
            if let Some(decision) = self.last_word(at) {
                self.oversight.push(decision);
                continue;
            }
            let letter = is_letter(self.word(at)) && self.word(at + 1) == "to";
            let Some(look) = look(self.word(at)).or(letter.then_some(Look::Notice)) else {
                continue;
            };
            if self.word(at) == "signed" && matches!(self.word(at + 1), "up" | "in" | "out" | "on") {
                continue;
            }
            // "is authorised to sign" speaks of the role itself.
            let permits = matches!(self.word(at), "authorised" | "authorized" | "cleared");
            if permits && self.word(at + 1) == "to" {
                continue;
            }
            let Some((asked, start, without)) = self.asked_before(at) else {
                continue;
            };
            let (mut who, strength) = self.who_before(start, at);
            let behind = self.who_after(at + 1);
            let any = self.words[behind.clone()]
                .iter()
                .any(|w| w == "or" || w == "either");
            let joint = |w: &&String| matches!(w.as_str(), "or" | "and" | "either");
            let commas = self
                .breaks
                .iter()
                .filter(|at| behind.contains(at) && **at > behind.start);
            let joints = self.words[behind.clone()].iter().filter(joint).count() + commas.count();
            who.extend(self.names(behind.clone()));
            let text = self.words[start..=at].join(" ");
            self.taken[start..=at].fill(true);
            self.taken[behind].fill(true);
            self.oversight.push(Oversight {
                look,
                asked,
                who,
                strength,
                any,
                joints,
                text,
                at,
                without,
            });
        }
    }

    /// `the pharmacist has the last word`: nothing happens against it.
    fn last_word(&mut self, at: usize) -> Option<Oversight> {
        let said = matches!(self.word(at), "word" | "say" | "decision");
        let last = matches!(self.word(at.checked_sub(1)?), "last" | "final");
        let from = at.saturating_sub(4);
        let start = (from..at)
            .rev()
            .find(|&back| matches!(self.word(back), "has" | "have" | "with" | "takes"))?;
        if !(said && last) || self.taken[start..=at].contains(&true) {
            return None;
        }
        self.taken[start..=at].fill(true);
        let who = self.names(start.saturating_sub(2)..start);
        Some(Oversight {
            look: Look::Approval,
            asked: true,
            who,
            strength: Vec::new(),
            any: false,
            joints: 0,
            text: self.words[start..=at].join(" "),
            at,
            without: false,
        })
    }

    /// A clause of consent (`unless the board has agreed in writing`) as an approval that is a way out.
    pub fn consent(&self, clause: std::ops::Range<usize>, look: &str) -> Oversight {
        let words = &self.words[clause.clone()];
        let mut strength: Vec<String> = words
            .iter()
            .filter(|w| lexicon().is(w, Plain::Strength))
            .cloned()
            .collect();
        if words.windows(2).any(|two| two[0] == "in" && two[1] == "writing") {
            strength.push("written".to_owned());
        }
        let who = self.names(clause.start + 1..clause.end).into_iter();
        Oversight {
            look: Look::Approval,
            asked: false,
            who: who.filter(|w| *w != stem(look) && w != "writ").collect(),
            strength,
            any: words.iter().any(|w| w == "or" || w == "either"),
            joints: words
                .iter()
                .filter(|w| matches!(w.as_str(), "or" | "and" | "either"))
                .count(),
            text: words.join(" "),
            at: clause.start,
            without: true,
        }
    }

    /// `Prepayments | Chief Financial Officer`: in a list of what needs approval, the people named
    /// behind the case are those who approve.
    pub fn read_approvers(&mut self, normal: &str) {
        let joint = [" | ", ": ", " - ", " → ", " ("]
            .into_iter()
            .find(|joint| normal.contains(joint));
        let Some((case, people)) = joint.and_then(|joint| normal.split_once(joint)) else {
            return;
        };
        let at = super::tokens::words(case).len();
        let length = super::tokens::words(people).len();
        let range = at..(at + length).min(self.words.len());
        let word = lexicon();
        let named = |w: &String| {
            word.actor(w).is_some()
                || ["team", "department", "committee"]
                    .iter()
                    .any(|t| word.is_same(w, t))
        };
        let plain =
            self.oversight.is_empty() && self.modals.is_empty() && (1..=10).contains(&length) && at > 0;
        if !plain || !self.words[range.clone()].iter().any(named) {
            return;
        }
        let joints = self.words[range.clone()]
            .iter()
            .filter(|w| matches!(w.as_str(), "or" | "and" | "either"));
        let any = self.words[range.clone()]
            .iter()
            .any(|w| w == "or" || w == "either");
        let oversight = Oversight {
            look: Look::Approval,
            asked: true,
            who: self.names(range.clone()),
            strength: Vec::new(),
            any,
            joints: joints.count(),
            text: self.words[range.clone()].join(" "),
            at,
            without: false,
        };
        self.taken[range.clone()].fill(true);
        self.shares.retain(|(_, mark)| !range.contains(&mark.at));
        self.oversight.push(oversight);
    }

    /// Whether the word at `at` (approval, review …) is asked for, by the words before it.
    fn asked_before(&self, at: usize) -> Option<(bool, usize, bool)> {
        let participle = matches!(
            self.word(at),
            "approved"
                | "reviewed"
                | "authorised"
                | "authorized"
                | "countersigned"
                | "signed"
                | "vetted"
                | "confirmed"
                | "endorsed"
                | "ratified"
                | "consulted"
                | "informed"
                | "notified"
                | "told"
        );
        let mut i = at;
        for _ in 0..6 {
            let before = i.checked_sub(1)?;
            let word = self.word(before);
            let two = before.checked_sub(1).map_or("", |b| self.word(b));
            let three = before.checked_sub(2).map_or("", |b| self.word(b));
            match word {
                "without" | "no" if !participle => return Some((false, before, word == "without")),
                "require" | "requires" | "required" | "requiring" | "need" | "needs" | "needing"
                | "demands" | "wants" => {
                    let negated = matches!(
                        two,
                        "not" | "doesn't" | "don't" | "never" | "longer" | "didn't" | "without"
                    );
                    let from = if negated && matches!(three, "does" | "do" | "no" | "must") {
                        before - 2
                    } else if negated {
                        before - 1
                    } else {
                        before
                    };
                    return Some((!negated, from, false));
                }
                "with" | "under" | "pending" | "obtain" | "obtains" | "obtaining" | "get" | "gets"
                | "getting" | "seek" | "seeks" | "seeking" | "ask" | "asks" | "asking" | "await"
                | "awaits" | "receive" | "receives" | "request" | "requests" => {
                    return Some((true, before, false));
                }
                "to" if two == "subject" => return Some((true, before - 1, false)),
                "for" if matches!(two, "ask" | "asks" | "asking" | "wait" | "waits" | "waiting") => {
                    let negated = three == "without";
                    return Some((!negated, before - 1 - usize::from(negated), negated));
                }
                "after" | "following" | "upon"
                    if !participle && at - before <= 3 && !is_plain_look(self.word(at)) =>
                {
                    return Some((true, before, false));
                }
                "after" | "until" | "unless" | "before" if !participle => return None,
                "be" | "are" | "is" | "been" if participle => {
                    let negated = two == "not";
                    return Some((!negated, if negated { before - 1 } else { before }, false));
                }
                _ if is_function_word(word)
                    && !matches!(word, "a" | "an" | "the" | "any" | "and" | "or" | "of" | "been") =>
                {
                    return None;
                }
                _ => {}
            }
            i = before;
        }
        None
    }

    /// Whose approval it is and how strong, by the words before it: `the captain's prior written
    /// consent`, `CFO approval`.
    fn who_before(&self, start: usize, at: usize) -> (Vec<String>, Vec<String>) {
        let phrase = start + 1..at;
        let strong = |w: &String| lexicon().is(w, Plain::Strength);
        let mut strength: Vec<String> = self.words[phrase.clone()]
            .iter()
            .filter(|w| strong(w))
            .cloned()
            .collect();
        if self.word(at + 1) == "in" && self.word(at + 2) == "writing" {
            strength.push("written".to_owned());
        }
        let who = self
            .names(phrase)
            .into_iter()
            .filter(|w| !strong(w) && !lexicon().is(w, Plain::Filler) && look(w).is_none())
            .collect();
        (who, strength)
    }

    /// The stems of the words that carry meaning, a possessive as its noun.
    fn names(&self, range: std::ops::Range<usize>) -> Vec<String> {
        let named = self.words[range].iter().filter(|w| {
            !is_function_word(w)
                && !lexicon().is(w, Plain::Strength)
                && !super::units::is_number(w)
                && !matches!(
                    w.as_str(),
                    "require"
                        | "requires"
                        | "required"
                        | "get"
                        | "obtain"
                        | "ask"
                        | "for"
                        | "either"
                        | "both"
                )
        });
        named
            .map(|w| stem(w.strip_suffix("'s").or_else(|| w.strip_suffix('\'')).unwrap_or(w)))
            .collect()
    }

    /// The people named after `approval from …`.
    fn who_after(&self, at: usize) -> std::ops::Range<usize> {
        let mut from = at;
        while matches!(
            self.word(from),
            "or" | "and" | "sign-off" | "review" | "in" | "writing" | "approval"
        ) {
            from += 1;
        }
        let told = at.checked_sub(1).is_some_and(|at| is_letter(self.word(at)));
        let named =
            matches!(self.word(from), "from" | "by" | "of" | "with") || told && self.word(from) == "to";
        if !named {
            return at..at;
        }
        let length = self.words[from + 1..]
            .iter()
            .take_while(|w| {
                !matches!(
                    w.as_str(),
                    "before"
                        | "for"
                        | "when"
                        | "if"
                        | "unless"
                        | "except"
                        | "to"
                        | "prior"
                        | "in"
                        | "on"
                        | "within"
                        | "after"
                        | "while"
                        | "during"
                        | "until"
                        | "at"
                        | "which"
                        | "who"
                        | "once"
                        | "per"
                        | "first"
                        | "may"
                        | "must"
                )
            })
            .take(8)
            .count();
        from + 1..from + 1 + length
    }
}

/// Words that also name what is done in the ordinary course: `after inspection of the ropes`.
fn is_plain_look(word: &str) -> bool {
    matches!(
        word,
        "review" | "reviews" | "inspection" | "opinion" | "feedback" | "announcement"
    )
}

/// What is sent to somebody who cannot stop it: `a note to the board`.
fn is_letter(word: &str) -> bool {
    matches!(word, "note" | "memo" | "message" | "letter" | "report")
}

fn look(word: &str) -> Option<Look> {
    Some(match word {
        "approval" | "approvals" | "sign-off" | "signoff" | "sign-offs" | "approved" | "authorisation"
        | "authorization" | "consent" | "permission" | "agreement" | "countersignature" | "countersigned"
        | "authorised" | "authorized" | "signed" | "signature" | "signatures" | "countersignatures"
        | "consents" | "confirmation" | "clearance" | "confirmed" | "vote" | "resolution" | "assent"
        | "blessing" | "go-ahead" | "endorsement" | "endorsed" | "ratification" | "ratified" | "sanction" => {
            Look::Approval
        }
        "review" | "reviews" | "reviewed" | "inspection" | "vetted" | "reviewer" | "oversight"
        | "supervision" => Look::Review,
        "consultation" | "advice" | "consulting" | "opinion" | "feedback" | "consult" | "consulted" => {
            Look::Advice
        }
        "heads-up" | "informed" | "notified" | "told" | "notification" | "notice" | "notifying"
        | "informing" | "telling" | "announcement" | "notify" => Look::Notice,
        _ => return None,
    })
}
