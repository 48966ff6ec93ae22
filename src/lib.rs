//! specwarden keeps role specs honest: it says what a change to a spec *means*, checks that the
//! version and the change log say so too, asks the right people, and keeps their decision.
//!
//! The map, from the bottom up. Imports point down only (`tests/layers.rs` checks it).
//!
//! | floor | rooms | what happens there |
//! |---|---|---|
//! | 0 words | [`ids`], [`yaml`] | names that cannot be mixed up; the one door to YAML |
//! | 1 spec | [`spec`] | bytes → [`spec::Spec`]: items, versions, change log, each with its lines |
//! | 2 meaning | [`diff`] | two specs → [`diff::Change`]s |
//! | 3 judgement | [`rules`], [`approvals`], [`command`] | findings; who must approve; chat commands |
//! | 4 config | [`config`] | the repository's policy |
//! | 5 verdict | [`check`](mod@check), [`report`], [`fix`] | [`check::CheckInput`] → [`report::Report`] → text, JSON, Markdown … |
//! | 6 effects | [`git`], [`github`], [`store`] | the only rooms that touch disk or network |
//! | 7 app | [`app`] | event → due pull request → gather → check → reconcile |
//! | 8 doors | [`server`], [`cli`], [`demo`] | webhook, pages, command line, the story on one machine |
//!
//! Start reading in [`check`](mod@check): it is the one road through the house.

pub mod app;
pub mod approvals;
pub mod check;
pub mod cli;
pub mod command;
pub mod config;
pub mod demo;
pub mod diff;
pub mod fix;
pub mod git;
pub mod github;
pub mod ids;
pub mod report;
pub mod rules;
pub mod server;
pub mod spec;
pub mod store;
pub mod yaml;
