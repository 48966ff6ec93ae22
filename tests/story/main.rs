//! Stories through the doors: the shipped server against the stand-in GitHub, over real HTTP with
//! real Git. The stand-in itself is looked at first.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a story that cannot be played fails"
)]

mod asked;
mod attacks;
mod bill;
mod budget;
mod chaos;
mod day;
mod disk;
mod files;
mod git;
mod harmless;
mod kills;
mod large;
mod nasty;
mod people;
mod plot;
mod queue;
mod scene;
mod stand_in;
mod words;
