//! The contract with GitHub: what the server asks, what the stand-in answers and what it sends are
//! held against GitHub's published descriptions. They come from npm; without it the tests say that
//! they were skipped.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a contract that cannot be read fails"
)]

mod openapi;
mod payloads;
mod published;
mod story;
mod tour;
