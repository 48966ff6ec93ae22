//! Titles of change logs.

use crate::spec::title::folded_title;
use crate::spec::title::title_parts;
use crate::spec::vocabulary::tables::tables;

/// How sure a title is one of a change log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spec) enum LogTitle {
    /// Whatever stands below.
    Sure,
    /// Only above something that looks like a log.
    Maybe,
}

/// Whether a title is one of a change log.
pub(in crate::spec) fn log_title(title: &str) -> Option<LogTitle> {
    if title.is_ascii() && !has_log_ending(title) {
        return None;
    }
    let logs = &tables().logs;
    let folded = folded_title(title);
    if let Some(sure) = logs.get(&folded) {
        return Some(*sure);
    }
    if !folded
        .split(' ')
        .any(|word| tables().log_endings.contains(word) || !word.is_ascii())
    {
        return None;
    }
    title_parts(title, &folded)
        .iter()
        .filter_map(|part| logs.get(part).copied())
        .find(|sure| *sure == LogTitle::Sure)
}

/// True if any run of letters in a title is one that titles of change logs end in: most titles have
/// none, which is told without folding them.
pub(super) fn has_log_ending(title: &str) -> bool {
    let tables = tables();
    let words = title.as_bytes().split(|byte| !byte.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty()).any(|word| {
        let letter = usize::from((word[0] | 0x20) - b'a');
        let likely = word.len() < 32 && tables.log_lengths[letter] & (1 << word.len()) != 0;
        likely
            && tables.log_runs[letter]
                .iter()
                .any(|run| run.eq_ignore_ascii_case(word))
    })
}
