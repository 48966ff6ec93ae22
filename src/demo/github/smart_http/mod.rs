//! Git's smart HTTP protocol.

use axum::Router;

use super::GitHub;

pub(super) fn router(_github: &GitHub) -> Router {
    Router::new()
}
