//! GitHub: who we are there, what it tells us, what we ask and what we write.
//!
//! Octocrab carries the requests and signs the App's tokens; its types do not leave this room, and
//! it never repeats a request: what failed is tried again by our own queue, which knows what is done
//! already. Webhook bodies are read with small structs of our own. Start with [`GitHub`].

mod client;
mod compare;
mod deliveries;
mod error;
mod events;
mod exchange;
mod git_data;
mod reads;
mod signature;
mod writes;

pub use client::AppCredentials;
pub use client::GitHub;
pub use client::Installation;
pub use compare::ComparedCommit;
pub use compare::ComparedCommits;
pub use deliveries::HookDelivery;
pub use deliveries::NewApp;
pub use deliveries::convert_manifest;
pub use error::GitHubError;
pub use events::*;
pub use git_data::TreeChange;
pub use git_data::TreeEntry;
pub use git_data::TreeListing;
pub use reads::*;
pub use signature::signature_is_valid;
pub use writes::*;
