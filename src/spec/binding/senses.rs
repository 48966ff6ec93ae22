//! What single words mean beside their neighbours.

/// True for a word that stands in a condition or question and not in what is said of it: `when access
/// is required`, `what upgrades are required`, `changes that may be required`.
pub(super) fn is_supposed(lower: &str, words: &[&str], at: usize) -> bool {
    if at > 1 && words[at - 1] == "be" && matches!(words[at - 2], "may" | "might" | "could") {
        return true;
    }
    let place = |word: &str| word.as_ptr() as usize - lower.as_ptr() as usize;
    let from = at.saturating_sub(8);
    let opens = words[from..at].iter().rposition(|word| {
        matches!(
            *word,
            "when" | "whenever" | "if" | "where" | "wherever" | "whether" | "what" | "whatever"
        )
    });
    opens.is_some_and(|opens| {
        let clause = &lower[place(words[from + opens])..place(words[at])];
        !clause.contains([',', ';', ':'])
    })
}

/// `what staff may do`, `whoever may sign`: words that ask or tell about a permission and give none.
pub(super) fn asks(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "what" | "whatever" | "who" | "whoever" | "which" | "how" | "whether"
        )
    })
}

/// Where it is first said that something is not done: `are not entered`, `is not handed out`; the place
/// of the word after it.
pub(super) fn withheld(words: &[&str]) -> Option<usize> {
    let said = words.windows(3).position(|three| {
        let [being, not, deed] = three else {
            return false;
        };
        matches!(*being, "is" | "are") && *not == "not" && is_participle(deed)
    });
    said.map(|at| at + 3)
}

fn is_participle(word: &str) -> bool {
    let formed = ["ed", "en", "wn", "ept", "eft", "ent", "old", "ought"]
        .iter()
        .any(|ending| word.ends_with(ending));
    formed
        && !matches!(
            word,
            "open" | "often" | "even" | "old" | "need" | "different" | "present"
        )
        || matches!(
            word,
            "paid" | "made" | "done" | "lost" | "run" | "put" | "set" | "held" | "read" | "met"
        )
}

pub(super) fn negates(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "not" | "never" | "no" | "isn't" | "aren't" | "don't" | "doesn't" | "didn't" | "won't"
        )
    })
}

pub(super) fn is_being(word: &str) -> bool {
    matches!(
        word,
        "is" | "are" | "be" | "been" | "being" | "am" | "was" | "were" | "explicitly"
    )
}

pub(super) fn is_consent(word: &str) -> bool {
    matches!(
        word,
        "approval"
            | "approvals"
            | "sign-off"
            | "signoff"
            | "consent"
            | "permission"
            | "authorization"
            | "authorisation"
            | "review"
            | "confirmation"
            | "agreement"
            | "clearance"
    )
}

/// After `may`, words that tell of a possibility and permit nothing.
pub(super) fn is_possibility(word: &str) -> bool {
    matches!(
        word,
        "have"
            | "occur"
            | "contain"
            | "vary"
            | "need"
            | "happen"
            | "differ"
            | "become"
            | "seem"
            | "appear"
            | "exist"
            | "arise"
            | "feel"
            | "well"
            | "cause"
            | "lead"
            | "result"
            | "depend"
            | "require"
            | "fail"
            | "mean"
            | "look"
            | "sound"
            | "face"
            | "encounter"
            | "experience"
            | "suffer"
            | "incur"
            | "affect"
            | "want"
            | "wish"
            | "or"
    )
}

/// After `may`, what something is or takes: `may be a precondition`, `may take 30 minutes`.
pub(super) fn is_state(word: &str, after: &str) -> bool {
    match word {
        "be" => matches!(
            after,
            "a" | "an"
                | "the"
                | "in"
                | "at"
                | "of"
                | "due"
                | "more"
                | "less"
                | "too"
                | "up"
                | "as"
                | "only"
                | "required"
                | "needed"
                | "necessary"
                | "possible"
                | "able"
                | "unable"
                | "subject"
                | "useful"
                | "helpful"
                | "appropriate"
                | "applicable"
        ),
        "take" | "last" => {
            after.starts_with(|c: char| c.is_ascii_digit())
                || matches!(
                    after,
                    "time"
                        | "long"
                        | "longer"
                        | "several"
                        | "many"
                        | "hours"
                        | "days"
                        | "weeks"
                        | "minutes"
                        | "up"
                )
        }
        "include" => true,
        _ => false,
    }
}

/// Where it is said last that something is done without asking: `on its own`, `without approval`.
pub(super) fn last_on_its_own(words: &[&str]) -> Option<usize> {
    (0..words.len()).rposition(|at| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        match words[at] {
            "on" => {
                matches!(next, "its" | "their" | "your" | "her" | "his" | "my")
                    && words.get(at + 2) == Some(&"own")
            }
            "without" => is_consent(next),
            "autonomously" | "independently" => true,
            _ => false,
        }
    })
}
