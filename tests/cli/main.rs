//! The command line through the built binary, on real repositories.

mod bench;
mod changes;
mod errors;
mod history;
mod ledger;
mod mending;
mod reading;
mod setup;
