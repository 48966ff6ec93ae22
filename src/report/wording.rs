//! Before and after of one statement with the changed words told apart.

use similar::Algorithm;
use similar::DiffOp;
use similar::capture_diff_slices;

/// The most words per side that are compared one by one.
const COMPARED: usize = 2_000;
/// Unchanged words that stay on either side of a change where there are many.
const CONTEXT: usize = 10;
/// The most characters of a single word that are shown.
const WORD: usize = 120;

/// A run of words and whether the other side lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The words, joined by single spaces.
    pub text: String,
    /// True where the other side does not say this.
    pub changed: bool,
}

/// One statement on both sides, as runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// The statement before.
    pub before: Vec<Run>,
    /// The statement after.
    pub after: Vec<Run>,
}

/// Compares two statements word by word. Long stretches that did not change are left out with `…`,
/// and so is what goes beyond a few hundred words.
pub fn compare(before: &str, after: &str) -> Wording {
    let old = words(before);
    let new = words(after);
    let mut wording = Wording {
        before: Vec::new(),
        after: Vec::new(),
    };
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => {
                push(&mut wording.before, &old[old_index..old_index + len], false);
                push(&mut wording.after, &new[new_index..new_index + len], false);
            }
            DiffOp::Delete {
                old_index, old_len, ..
            } => push(&mut wording.before, &old[old_index..old_index + old_len], true),
            DiffOp::Insert {
                new_index, new_len, ..
            } => push(&mut wording.after, &new[new_index..new_index + new_len], true),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                push(&mut wording.before, &old[old_index..old_index + old_len], true);
                push(&mut wording.after, &new[new_index..new_index + new_len], true);
            }
        }
    }
    shorten(&mut wording.before);
    shorten(&mut wording.after);
    wording
}

/// One side alone, shortened in the same way.
pub fn alone(text: &str) -> String {
    let mut runs = Vec::new();
    push(&mut runs, &words(text), true);
    shorten(&mut runs);
    runs.into_iter().map(|run| run.text).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().take(COMPARED).collect()
}

fn push(runs: &mut Vec<Run>, words: &[&str], changed: bool) {
    if words.is_empty() {
        return;
    }
    let text = words
        .iter()
        .map(|word| short_word(word))
        .collect::<Vec<_>>()
        .join(" ");
    match runs.last_mut() {
        Some(last) if last.changed == changed => {
            last.text.push(' ');
            last.text.push_str(&text);
        }
        _ => runs.push(Run { text, changed }),
    }
}

fn short_word(word: &str) -> String {
    match word.char_indices().nth(WORD) {
        None => word.to_owned(),
        Some((at, _)) => format!("{}…", &word[..at]),
    }
}

/// Leaves out the middle of long runs.
fn shorten(runs: &mut [Run]) {
    let runs_are_one = runs.len() == 1;
    for run in runs {
        let words: Vec<&str> = run.text.split(' ').collect();
        let whole = run.changed || runs_are_one;
        let (head, tail) = if whole { (60, 20) } else { (CONTEXT, CONTEXT) };
        if words.len() > head + tail + 4 {
            run.text = format!(
                "{} … {}",
                words[..head].join(" "),
                words[words.len() - tail..].join(" ")
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(runs: &[Run]) -> String {
        let parts = runs.iter().map(|run| {
            if run.changed {
                format!("[{}]", run.text)
            } else {
                run.text.clone()
            }
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_the_changed_words_are_marked() {
        let wording = compare("You must ask before every deploy", "You should ask before deploy");
        assert_eq!(marked(&wording.before), "You [must] ask before [every] deploy");
        assert_eq!(marked(&wording.after), "You [should] ask before deploy");
    }

    #[test]
    fn long_unchanged_stretches_are_left_out() {
        let long = vec!["word"; 500].join(" ");
        let wording = compare(&format!("{long} old {long}"), &format!("{long} new {long}"));
        let shown = marked(&wording.before);
        assert!(shown.contains("[old]"), "{shown}");
        assert!(shown.len() < 300, "{shown}");
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert!(alone(&"x".repeat(1_000_000)).len() < 200);
    }
}
