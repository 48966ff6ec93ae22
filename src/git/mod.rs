//! Git: local repositories for the command line, remote mirrors for the server.
//!
//! Content is read from Git objects, never from GitHub's file lists, so no cap on their length
//! applies. Everything here blocks; an async caller wraps it in `spawn_blocking`. A [`Repository`]
//! may be sent to another thread, not shared. libgit2's types do not leave this room, and this room
//! knows nothing of specs: callers say which paths they care for.
//!
//! Start in [`Repository`] and [`Mirrors`]; a [`Snapshot`] is one of the two states that are compared.

mod directory;
mod error;
mod fetch;
mod history;
mod mirrors;
mod objects;
mod partial;
mod remote;
mod renames;
mod repository;
mod revisions;
mod session;
mod snapshot;
mod transport;
mod worktree;

#[cfg(test)]
mod fixture;

pub use directory::files_below;
pub use error::GitError;
pub use history::CommitInfo;
pub use history::Landing;
pub use history::Person;
pub use history::Revision;
pub use mirrors::Mirror;
pub use mirrors::Mirrors;
pub use partial::Listed;
pub use partial::Listing;
pub use partial::Parts;
pub use partial::Refusal;
pub use partial::Supplier;
pub use remote::Limits;
pub use remote::MirrorError;
pub use remote::Reach;
pub use remote::Remote;
pub use remote::Want;
pub use repository::Repository;
pub use revisions::Comparison;
pub use revisions::DefaultBranch;
#[cfg(feature = "otlp")]
pub(crate) use session::roots as trusted_roots;
pub use snapshot::FileChange;
pub use snapshot::Snapshot;
