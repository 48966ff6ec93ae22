//! The plain struct that the server, the command line and the tests fill.

use jiff::civil::Date;

use crate::approvals::Facts;
use crate::approvals::Reviewer;
use crate::approvals::Vote;
use crate::config;
use crate::config::Config;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::report::Side;
use crate::report::Sources;
use crate::report::Status;
use crate::spec::parse;

/// A file's bytes at base and at head; `None` where it is absent.
pub type BothSides = (Option<Vec<u8>>, Option<Vec<u8>>);

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
    pub separate_log: Option<BothSides>,
}

/// The policy file itself, where the pull request changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Its path.
    pub path: SpecPath,
    /// Its bytes at head; `None` where it is removed.
    pub after: Option<Vec<u8>>,
}

/// CODEOWNERS, where the pull request changes the file that GitHub reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeownersChange {
    /// Its path.
    pub path: SpecPath,
    /// Its text at head; `None` where it is removed.
    pub after: Option<String>,
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
    /// CODEOWNERS of the pull request, where it differs.
    pub codeowners_change: Option<CodeownersChange>,
    /// Every spec at head, to count what a new approver gains; may be empty.
    pub known_specs: Vec<SpecPath>,
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
    /// Who was asked to review already, whether or not they still are: nobody is asked twice.
    pub asked: Vec<Reviewer>,
    /// Whom a person took off the list of those who were asked: nobody asks them again.
    pub taken_off: Vec<Reviewer>,
    /// Today.
    pub today: Date,
}

impl CheckInput {
    /// Nothing changed yet, and nothing known about people: what the command line starts from.
    pub fn local(base: &str, head: &str, config: Config, today: Date) -> Self {
        Self {
            base: base.to_owned(),
            head: head.to_owned(),
            specs: Vec::new(),
            config,
            policy_change: None,
            codeowners: None,
            codeowners_change: None,
            known_specs: Vec::new(),
            votes: Vec::new(),
            facts: Facts::default(),
            author: None,
            pushers: Vec::new(),
            commit_authors: Vec::new(),
            unattributed: Vec::new(),
            author_names: Vec::new(),
            asked: Vec::new(),
            taken_off: Vec::new(),
            today,
        }
    }

    /// Drops files that nobody named as specs and that do not read like one on either side. Files
    /// that somebody did name, and changes to them, stay.
    pub fn keep_specs(&mut self) {
        let (config, vocabulary) = (&self.config, &self.config.vocabulary);
        self.specs.retain(|pair| {
            let sides = [(&pair.before_path, &pair.before), (&pair.after_path, &pair.after)];
            sides.into_iter().any(|(path, bytes)| {
                let Some((path, bytes)) = path.as_ref().zip(bytes.as_deref()) else {
                    return false;
                };
                let policy = config.policy_for(path);
                let reads = || config::reads_like_a_spec(&parse(path.as_str(), bytes, vocabulary));
                policy.is_some_and(|policy| policy.certain || reads())
            })
        });
    }

    /// The texts of both sides, for renderers that show lines of them.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for pair in &self.specs {
            let sides = [
                (Side::Before, &pair.before_path, &pair.before),
                (Side::After, &pair.after_path, &pair.after),
            ];
            for (side, path, bytes) in sides {
                if let (Some(path), Some(bytes)) = (path, bytes) {
                    sources.add(side, path, bytes);
                }
            }
        }
        sources
    }
}

impl SpecPair {
    /// The path at head, or at base where the spec is gone.
    pub fn path(&self) -> SpecPath {
        let known = self.after_path.as_ref().or(self.before_path.as_ref());
        known.cloned().unwrap_or_else(|| SpecPath::new(""))
    }

    pub(super) fn status(&self) -> Status {
        match (&self.before_path, &self.after_path) {
            (None, _) => Status::Added,
            (Some(_), None) => Status::Removed,
            (Some(before), Some(after)) if before != after => Status::Renamed,
            (Some(_), Some(_)) => Status::Modified,
        }
    }
}
