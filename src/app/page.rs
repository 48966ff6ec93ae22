//! What the page of one pull request tells: why it came out as it did.

use jiff::Timestamp;

use super::App;
use super::state::State;
use crate::approvals::Decision;
use crate::approvals::ledger::Deed;
use crate::approvals::ledger::Entry;
use crate::ids::RepoName;
use crate::report::Report;
use crate::store::LedgerRow;
use crate::store::StoreError;

/// Everything that is told about one pull request.
#[derive(Clone, Debug)]
pub struct Page {
    /// The repository.
    pub repo: RepoName,
    /// Its number.
    pub number: u64,
    /// Its address at GitHub.
    pub url: String,
    /// When it was last looked at.
    pub evaluated_at: Timestamp,
    /// What was found.
    pub report: Report,
    /// Who must say what, and has.
    pub decision: Decision,
    /// What people decided, oldest first.
    pub ledger: Vec<PageLine>,
}

/// One line of the ledger in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// Its place in the repository's chain.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who did what.
    pub words: String,
    /// The hash that chains it.
    pub hash: String,
}

impl App {
    /// The page of a pull request in a public repository; `None` where there is none, or it is not
    /// for everybody to see: the two must not be told apart.
    ///
    /// # Errors
    ///
    /// Where the store does not answer.
    pub async fn page(&self, repo: &RepoName, number: u64) -> Result<Option<Page>, StoreError> {
        let Some(row) = self.store.pull_named(&repo.to_string(), number).await? else {
            return Ok(None);
        };
        let state = State::of(Some(&row));
        let public = state.facts.as_ref().is_some_and(|facts| !facts.private);
        let (true, Some(last)) = (public, state.last) else {
            return Ok(None);
        };
        let ledger = self.store.ledger(row.key.repo, Some(number)).await?;
        Ok(Some(Page {
            url: format!("{}/{}/pull/{number}", self.places.github_url, row.name),
            repo: repo.clone(),
            number,
            evaluated_at: row.evaluated_at,
            report: last.report,
            decision: last.decision,
            ledger: ledger.iter().map(line).collect(),
        }))
    }
}

fn line(row: &LedgerRow) -> PageLine {
    PageLine {
        seq: row.seq,
        at: row.at,
        words: match serde_json::from_str::<Entry>(&row.entry) {
            Ok(entry) => words(&entry),
            Err(_) => "an entry that does not read".to_owned(),
        },
        hash: row.hash.clone(),
    }
}

fn words(entry: &Entry) -> String {
    let who = entry
        .who
        .as_ref()
        .map_or_else(|| "specwarden".to_owned(), |who| format!("@{}", who.login));
    let did = match &entry.deed {
        Deed::Approved { changes } => {
            let ids: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
            format!("approved {}", ids.join(", "))
        }
        Deed::ApprovalsCancelled => "withdrew all approvals".to_owned(),
        Deed::Rejected {
            role: Some(role),
            reason,
        } => format!("objected to {role}: {reason}"),
        Deed::Rejected { role: None, reason } => format!("objected: {reason}"),
        Deed::RejectionsCancelled { everybodys: true } => "lifted all objections".to_owned(),
        Deed::RejectionsCancelled { everybodys: false } => "withdrew the objection".to_owned(),
        Deed::Withdrawn { because } => format!("took back what was said there ({because})"),
        Deed::Granted { head, rules } => {
            let rules: Vec<String> = rules
                .iter()
                .map(|rule| format!("{}: {}", rule.name, rule.told().join("; ")))
                .collect();
            format!("saw every rule satisfied at {head}: {}", rules.join(" · "))
        }
    };
    format!("{who} {did}")
}
