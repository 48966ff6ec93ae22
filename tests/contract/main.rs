//! The contract with GitHub: what the server asks, what the stand-in answers and what it sends are
//! held against GitHub's published descriptions. They come from npm; without it the tests say that
//! they were skipped.

mod openapi;
mod payloads;
mod published;
mod tour;
