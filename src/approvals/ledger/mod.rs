//! The ledger: what people decided, in their own words and ours, append-only and hash-chained.
//!
//! Pure: where it is kept is the store's business. [`Entry`] is one decision, [`Standing`] what all
//! of them come to, [`Line`] one decision in its place in the chain. Start in [`Standing::votes`].

mod book;
mod chain;
mod entry;
mod excerpt;
mod note;
mod standing;

pub use book::*;
pub use chain::*;
pub use entry::*;
pub use excerpt::*;
pub use note::*;
pub use standing::*;
