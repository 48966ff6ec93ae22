//! An export holds the chains of one repository or of several, one behind the other.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::ids::RepoId;

use super::Breach;
use super::Broken;
use super::Line;
use super::verify;

/// The chain of one repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain<'a> {
    /// Which, as its entries say; `None` where every entry was left out or none says so.
    pub repo: Option<RepoId>,
    /// Its lines, from the first.
    pub lines: &'a [Line],
}

/// Cuts an export into chains: each begins with an entry 1.
pub fn chains(lines: &[Line]) -> Vec<Chain<'_>> {
    let mut starts: Vec<usize> = (1..lines.len()).filter(|at| lines[*at].seq == 1).collect();
    starts.insert(0, 0);
    starts.push(lines.len());
    starts
        .windows(2)
        .filter_map(|range| lines.get(range[0]..range[1]))
        .filter(|lines| !lines.is_empty())
        .map(|lines| Chain {
            repo: lines.iter().find_map(repo_of),
            lines,
        })
        .collect()
}

fn repo_of(line: &Line) -> Option<RepoId> {
    #[derive(Deserialize)]
    struct Of {
        repo: Option<RepoId>,
    }
    serde_json::from_str::<Of>(&line.entry).ok()?.repo
}

impl Chain<'_> {
    /// Checks the chain, and that each of its entries is of the same repository.
    ///
    /// # Errors
    /// At the first entry that does not hold.
    pub fn verify(&self) -> Result<(), Broken> {
        verify(self.lines)?;
        let stray = |line: &&Line| repo_of(line).is_some_and(|repo| Some(repo) != self.repo);
        match self.lines.iter().find(stray) {
            Some(line) => Err(Broken {
                seq: line.seq,
                why: Breach::Repository,
            }),
            None => Ok(()),
        }
    }

    /// How many entries were left out of the export.
    pub fn left_out(&self) -> usize {
        self.lines.iter().filter(|line| line.is_left_out()).count()
    }
}

/// The first repository that has two chains in one export, where there should be one.
pub fn told_twice(chains: &[Chain<'_>]) -> Option<RepoId> {
    let mut seen = BTreeSet::new();
    let mut repos = chains.iter().filter_map(|chain| chain.repo);
    repos.find(|repo| !seen.insert(*repo))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(repos: &[u64]) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for repo in repos {
            let entry = format!("{{\"repo\":{repo}}}");
            lines.push(Line::append(lines.last(), entry));
        }
        lines
    }

    #[test]
    fn each_repository_has_a_chain_of_its_own() {
        let lines = [chain(&[7, 7]), chain(&[9])].concat();
        let found = chains(&lines);
        let shape: Vec<_> = found
            .iter()
            .map(|chain| (chain.repo, chain.lines.len()))
            .collect();
        assert_eq!(shape, [(Some(RepoId(7)), 2), (Some(RepoId(9)), 1)]);
        assert!(found.iter().all(|chain| chain.verify().is_ok()));
        assert_eq!(told_twice(&found), None);
        assert!(chains(&[]).is_empty());
    }

    #[test]
    fn a_chain_that_is_put_together_of_two_repositories_does_not_hold() {
        let lines = chain(&[7, 7, 9]);
        let broken = chains(&lines)[0].verify().unwrap_err();
        assert_eq!((broken.seq, broken.why), (3, Breach::Repository));
        let twice = [chain(&[7]), chain(&[9]), chain(&[7])].concat();
        assert_eq!(told_twice(&chains(&twice)), Some(RepoId(7)));
    }

    #[test]
    fn a_chain_that_lost_its_beginning_breaks_the_one_before_it() {
        let lines = [chain(&[7]), chain(&[9, 9])[1..].to_vec()].concat();
        let found = chains(&lines);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].verify().unwrap_err().seq, 2);
    }
}
