//! Remote mirrors against real Git over real HTTP (`git http-backend`, where Git is installed), and
//! against servers that do what no Git server should.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod fetching;
mod git_server;
mod hostile;
mod scene;
mod upkeep;
