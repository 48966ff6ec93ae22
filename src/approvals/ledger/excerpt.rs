//! Ledger lines inside a Git note: those of one pull request, with a gap wherever something was
//! decided on another.

use serde::Deserialize;

use crate::ids::PullNumber;
use crate::ids::RepoId;

use super::Breach;
use super::Broken;
use super::Line;
use super::NoLedgerLine;
use super::link;
use super::note::HEAD;

/// What a note holds of the ledger about one pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// `owner/name#number`, as the note says.
    pub about: String,
    /// Its lines, oldest first.
    pub lines: Vec<Line>,
}

/// The excerpts of a text that holds a note, also where it is indented as `git log` does; empty for
/// any other text. Everything but the ledger's lines is passed over.
///
/// # Errors
/// At the first line that begins as a ledger line does and is none.
pub fn excerpts(text: &str) -> Result<Vec<Excerpt>, NoLedgerLine> {
    let mut found: Vec<Excerpt> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(about) = line.strip_prefix(HEAD) {
            found.push(Excerpt {
                about: about.to_owned(),
                lines: Vec::new(),
            });
        } else if let Some(excerpt) = found.last_mut()
            && line.starts_with("{\"seq\":")
        {
            let line = Line::from_json(line).ok_or(NoLedgerLine(index + 1))?;
            excerpt.lines.push(line);
        }
    }
    Ok(found)
}

impl Excerpt {
    /// Checks that each line's text is the one that was hashed, that they stand in their order, that
    /// neighbours are linked, and that all are of one repository and of the pull request that the
    /// note names. Somebody who rewrote the note with hashes of their own is found by comparing a
    /// hash with the ledger.
    ///
    /// # Errors
    /// At the first line that does not hold.
    pub fn verify(&self) -> Result<(), Broken> {
        let number = self
            .about
            .rsplit_once('#')
            .and_then(|(_, number)| number.parse().ok());
        let mut repo = None;
        let mut last: Option<&Line> = None;
        for line in &self.lines {
            let broken = |why| Err(Broken { seq: line.seq, why });
            let follows = last.is_none_or(|last| {
                line.seq > last.seq && (line.seq != last.seq + 1 || line.prev == last.hash)
            });
            if !follows {
                return broken(Breach::Order);
            }
            if line.hash != link(&line.prev, &line.entry) {
                return broken(Breach::Text);
            }
            let of = of(line);
            if of.pull.is_some() && of.pull.map(|pull| pull.0) != number {
                return broken(Breach::Pull);
            }
            if of.repo.is_some() && *repo.get_or_insert(of.repo) != of.repo {
                return broken(Breach::Repository);
            }
            last = Some(line);
        }
        Ok(())
    }
}

#[derive(Default, Deserialize)]
struct Of {
    repo: Option<RepoId>,
    pull: Option<PullNumber>,
}

fn of(line: &Line) -> Of {
    serde_json::from_str(&line.entry).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::ledger::Section;
    use crate::approvals::ledger::export;

    /// A chain in which two pull requests take turns, and what the first one's note says.
    fn note() -> (Vec<Line>, String) {
        let mut chain: Vec<Line> = Vec::new();
        for (at, pull) in [1, 1, 2, 1, 2].into_iter().enumerate() {
            let entry = format!(
                "{{\"at\":\"2026-11-21T08:00:0{at}Z\",\"repo\":7,\"pull\":{pull},\
                 \"who\":{{\"id\":5,\"login\":\"dana\"}},\"deed\":\"approvals_cancelled\"}}"
            );
            chain.push(Line::append(chain.last(), entry));
        }
        let first = [&chain[0], &chain[1], &chain[3]].map(Clone::clone);
        let section = Section::of(&"acme/roles".parse().unwrap(), PullNumber(1), None, &first);
        (chain, section.put_into("a word by hand\n{\"seq\": no}\n"))
    }

    fn broken(text: &str) -> (u64, Breach) {
        let found = excerpts(text).unwrap();
        let broken = found.iter().find_map(|one| one.verify().err()).unwrap();
        (broken.seq, broken.why)
    }

    #[test]
    fn a_note_holds_an_excerpt_of_the_ledger() {
        let (chain, note) = note();
        let indented = note.replace('\n', "\n    ");
        for text in [&note, &indented] {
            let found = excerpts(text).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].about, "acme/roles#1");
            assert_eq!(
                found[0].lines,
                [&chain[0], &chain[1], &chain[3]].map(Clone::clone)
            );
            assert_eq!(found[0].verify(), Ok(()));
        }
        assert_eq!(excerpts(&export(&chain)), Ok(Vec::new()), "an export is no note");
    }

    #[test]
    fn what_was_done_to_a_note_is_found_where_it_was_done() {
        let (chain, note) = note();
        let line = |at: usize| chain[at].to_json();
        let tampered = note.replacen("\"login\":\"dana\"", "\"login\":\"theo\"", 2);
        assert_eq!(broken(&tampered), (1, Breach::Text));
        let swapped = note
            .replace(&line(0), "\u{1}")
            .replace(&line(1), &line(0))
            .replace('\u{1}', &line(1));
        assert_eq!(broken(&swapped), (1, Breach::Order));
        assert_eq!(broken(&note.replace(&line(3), &line(2))), (3, Breach::Pull));
        let elsewhere = Line {
            seq: 9,
            ..Line::append(None, "{\"repo\":8,\"pull\":1}".to_owned())
        };
        assert_eq!(
            broken(&note.replace(&line(3), &elsewhere.to_json())),
            (9, Breach::Repository)
        );
        let relinked = Line::append(None, "{\"repo\":7,\"pull\":1}".to_owned());
        let relinked = Line { seq: 2, ..relinked };
        assert_eq!(
            broken(&note.replace(&line(1), &relinked.to_json())),
            (2, Breach::Order)
        );
        let cut = note.replace(&line(3), &line(3)[..40]);
        assert!(excerpts(&cut).is_err());
    }
}
