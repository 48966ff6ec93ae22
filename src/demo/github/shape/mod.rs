//! GitHub's JSON shapes, as its published OpenAPI description has them.
//! Each function reads the [`World`](super::world::World) and returns one document.

mod accounts;
mod checks;
mod commits;
mod deliveries;
mod issues;
mod pulls;
mod repository;

pub(super) use accounts::app;
pub(super) use accounts::installation;
pub(super) use accounts::installation_lite;
pub(super) use accounts::organization;
pub(super) use accounts::organization_full;
pub(super) use accounts::team;
pub(super) use accounts::team_full;
pub(super) use accounts::user;
pub(super) use checks::annotation;
pub(super) use checks::check_run;
pub(super) use checks::check_suite;
pub(super) use commits::commit;
pub(super) use commits::compare;
pub(super) use commits::git_commit;
pub(super) use commits::push_commit;
pub(super) use deliveries::delivery;
pub(super) use deliveries::delivery_with_payload;
pub(super) use issues::REACTIONS;
pub(super) use issues::comment;
pub(super) use issues::issue;
pub(super) use issues::reaction;
pub(super) use pulls::pull;
pub(super) use pulls::pull_simple;
pub(super) use pulls::review;
pub(super) use repository::repository;

use serde_json::Value;

use base64::Engine;

/// GitHub's opaque node id for a numeric id of some kind.
pub(super) fn node_id(kind: &str, id: u64) -> String {
    base64::engine::general_purpose::STANDARD.encode(format!("0:{kind}{id}"))
}

/// Adds the members of one object to another.
pub(super) fn join(mut into: Value, more: Value) -> Value {
    if let (Value::Object(into), Value::Object(more)) = (&mut into, more) {
        into.extend(more);
    }
    into
}
