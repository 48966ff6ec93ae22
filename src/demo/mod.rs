//! The whole story on one machine: a stand-in GitHub, the shipped server, and people who push,
//! comment and approve.
//!
//! [`github`] is the stand-in. It serves the demonstration and the tests alike, over real HTTP.

pub mod github;
