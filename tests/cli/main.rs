//! The command line through the built binary, on real repositories.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod bench;
mod changes;
mod errors;
mod history;
mod ledger;
mod mending;
mod reading;
mod setup;
