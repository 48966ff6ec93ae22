//! Stories through the doors: the shipped server against the stand-in GitHub, over real HTTP with
//! real Git. The stand-in itself is looked at first.

mod git;
mod stand_in;
