//! What is judged: the changes, the people and what is known about them.

use jiff::civil::Date;

use crate::diff::Change;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;

use super::Facts;
use super::Policy;
use super::Vote;

/// One spec's part of a pull request.
#[derive(Clone, Copy, Debug)]
pub struct SpecChanges<'a> {
    /// What names the role: id, else code, else title, else path.
    pub role: &'a str,
    /// The path at head; at base where the spec was removed.
    pub path: &'a SpecPath,
    /// The path at base, where it differs.
    pub previous_path: Option<&'a SpecPath>,
    /// True where the policy watches the path at base and no longer the one at head.
    pub leaves: bool,
    /// True where the spec is new: it has no owner and no CODEOWNERS line of its own at base.
    pub added: bool,
    /// The owner stated at base. What head says gives nobody a say.
    pub owner: Option<&'a str>,
    /// The owner stated at head, to say who gains what.
    pub owner_after: Option<&'a str>,
    /// What the edit means.
    pub changes: &'a [Change],
}

impl<'a> SpecChanges<'a> {
    /// The path at base, where there is one, else the one at head.
    pub(super) fn base_path(&self) -> &'a SpecPath {
        self.previous_path.unwrap_or(self.path)
    }
}

/// A change to a file that says who may approve.
#[derive(Clone, Copy, Debug)]
pub struct PowerEdit<'a> {
    /// Which file.
    pub path: &'a SpecPath,
    /// SHA-256 over path and new content: approvals bind to it.
    pub digest: &'a Digest,
    /// What the file is, and what it would say.
    pub file: PowerFile<'a>,
}

/// A file that says who may approve.
#[derive(Clone, Copy, Debug)]
pub enum PowerFile<'a> {
    /// The policy.
    Policy {
        /// This room's part of it at head; `None` where it is removed or does not parse.
        after: Option<&'a Policy>,
        /// Whether its other keys (specs, rules, waivers …) differ as well.
        others_differ: bool,
    },
    /// CODEOWNERS, the file that GitHub reads.
    Codeowners {
        /// The text at head; `None` where it is removed.
        after: Option<&'a str>,
    },
}

/// Everything a decision is made of.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The policy at base.
    pub policy: &'a Policy,
    /// The specs that differ.
    pub specs: Vec<SpecChanges<'a>>,
    /// Changes to the policy and to CODEOWNERS.
    pub power: Vec<PowerEdit<'a>>,
    /// Every spec of the repository at head, to count how many a new approver gains; may be empty.
    pub known_specs: &'a [SpecPath],
    /// The text of CODEOWNERS at base.
    pub codeowners: Option<&'a str>,
    /// The pull request's author.
    pub author: Option<&'a Login>,
    /// Everyone who pushed to it.
    pub pushers: &'a [Login],
    /// Logins of its commits' authors and committers.
    pub commit_authors: &'a [Login],
    /// Commits whose author or committer is no known account, for people to read; an e-mail address
    /// between `<` and `>` is looked up in the policy's `people`.
    pub unattributed: &'a [String],
    /// What people have said; one person may occur more than once.
    pub votes: &'a [Vote],
    /// What is known about people.
    pub facts: &'a Facts,
    /// Today, for delegations that expire.
    pub today: Date,
}
