//! The one road through the house: [`CheckInput`] → [`check`] → [`Report`].
//!
//! A pure function. The server, the command line and the tests fill the same plain struct.

use jiff::civil::Date;

use crate::approvals::Facts;
use crate::approvals::Vote;
use crate::config::Config;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::SCHEMA;

/// One spec file on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecPair {
    /// The path at base; `None` where it is new.
    pub before_path: Option<SpecPath>,
    /// The path at head; `None` where it is gone.
    pub after_path: Option<SpecPath>,
    /// The bytes at base.
    pub before: Option<Vec<u8>>,
    /// The bytes at head.
    pub after: Option<Vec<u8>>,
    /// The bytes on the base branch's newest commit, where they differ from `before`.
    pub base_tip: Option<Vec<u8>>,
    /// The separate change-log file, where the policy names one: bytes at base and head.
    pub separate_log: Option<(Option<Vec<u8>>, Option<Vec<u8>>)>,
}

/// The policy file itself, where the pull request changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Its path.
    pub path: SpecPath,
    /// Its bytes at head; `None` where it is removed.
    pub after: Option<Vec<u8>>,
}

/// Everything a verdict is made of. Nothing else is read.
#[derive(Clone, Debug)]
pub struct CheckInput {
    /// What to call the base in the report.
    pub base: String,
    /// What to call the head in the report.
    pub head: String,
    /// The specs that differ.
    pub specs: Vec<SpecPair>,
    /// The policy that judges: the one at base.
    pub config: Config,
    /// The policy file of the pull request, where it differs.
    pub policy_change: Option<PolicyChange>,
    /// The text of CODEOWNERS at base.
    pub codeowners: Option<String>,
    /// What people have said.
    pub votes: Vec<Vote>,
    /// What is known about people.
    pub facts: Facts,
    /// The pull request's author.
    pub author: Option<Login>,
    /// Everyone who pushed to it.
    pub pushers: Vec<Login>,
    /// Logins of its commits' authors and committers.
    pub commit_authors: Vec<Login>,
    /// Commits whose author is no known account, for people to read.
    pub unattributed: Vec<String>,
    /// Names of commit authors, for the change log's author column.
    pub author_names: Vec<String>,
    /// Today.
    pub today: Date,
}

/// Judges the specs that differ.
pub fn check(input: &CheckInput) -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        base: input.base.clone(),
        head: input.head.clone(),
        conclusion: Conclusion::Neutral,
        specs: Vec::new(),
        findings: Vec::new(),
        approvals: Vec::new(),
    }
}
