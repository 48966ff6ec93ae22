//! `/setup`: makes the GitHub App from a manifest, so that nobody has to fill in forms
//! (<https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest>).

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use http::StatusCode;
use rand::Rng;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::Server;
use super::pages;
use crate::github::convert_manifest;

#[derive(Template)]
#[template(path = "setup.html")]
struct Form {
    manifest: String,
    action: String,
    state: String,
    public_url: String,
    assumed: bool,
}

#[derive(Template)]
#[template(path = "setup_done.html")]
struct Done {
    app_id: u64,
    html_url: String,
    webhook_secret: String,
    client_id: String,
    client_secret: String,
    pem: String,
    /// The key on one line, for an environment file.
    pem_line: String,
}

/// The note under which the state of a running set-up is kept.
const STATE_NOTE: &str = "setup-state";

pub(super) async fn form(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    if server.app.is_some() {
        return pages::missing("A GitHub App is configured already.".to_owned());
    }
    let assumed = server.public_url.is_none();
    let public_url = server.public_url.clone().unwrap_or_else(|| {
        let host = headers
            .get(http::header::HOST)
            .and_then(|host| host.to_str().ok());
        format!("http://{}", host.unwrap_or("127.0.0.1"))
    });
    let state = format!("{:032x}", rand::rng().random::<u128>());
    if let Err(error) = server.store.set_note(STATE_NOTE, &state).await {
        tracing::error!(%error, "a set-up cannot begin");
        return pages::missing("The store cannot be written now.".to_owned());
    }
    pages::page(
        StatusCode::OK,
        &Form {
            manifest: manifest(&public_url).to_string(),
            action: format!("{}/settings/apps/new", server.github_url),
            state,
            public_url,
            assumed,
        },
    )
}

/// What GitHub sends people back with.
#[derive(Deserialize)]
pub(super) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

pub(super) async fn done(State(server): State<Arc<Server>>, Query(returned): Query<Returned>) -> Response {
    if server.app.is_some() {
        return pages::missing("A GitHub App is configured already.".to_owned());
    }
    let begun = server.store.note(STATE_NOTE).await.ok().flatten();
    if returned.code.is_empty() || returned.state.is_empty() || begun.as_ref() != Some(&returned.state) {
        return pages::missing("This set-up was not begun here. Begin at /setup.".to_owned());
    }
    // The credentials are shown once, to who began the set-up.
    let _ = server.store.set_note(STATE_NOTE, "").await;
    match convert_manifest(&server.github_api_url, &returned.code).await {
        Ok(app) => {
            let text = |secret: Option<secrecy::SecretString>| {
                secret
                    .map(|secret| secret.expose_secret().to_owned())
                    .unwrap_or_default()
            };
            let pem = app.pem.expose_secret().to_owned();
            pages::page(
                StatusCode::OK,
                &Done {
                    app_id: app.id,
                    html_url: app.html_url,
                    webhook_secret: text(app.webhook_secret),
                    client_id: app.client_id,
                    client_secret: text(app.client_secret),
                    pem_line: pem.trim().replace('\n', "\\n"),
                    pem,
                },
            )
        }
        Err(error) => {
            tracing::warn!(%error, "the App's credentials cannot be fetched");
            pages::missing(
                "GitHub did not hand over the App's credentials. Begin again at /setup.".to_owned(),
            )
        }
    }
}

/// What the App asks for: the least that its work needs.
fn manifest(public_url: &str) -> serde_json::Value {
    serde_json::json!({
        "name": "specwarden",
        "url": public_url,
        "hook_attributes": { "url": format!("{public_url}/webhook"), "active": true },
        "redirect_url": format!("{public_url}/setup/done"),
        "public": false,
        "default_permissions": {
            "checks": "write",
            "contents": "write",
            "issues": "write",
            "members": "read",
            "metadata": "read",
            "pull_requests": "write",
        },
        "default_events": [
            "check_run",
            "check_suite",
            "issue_comment",
            "member",
            "membership",
            "merge_group",
            "organization",
            "pull_request",
            "pull_request_review",
            "push",
            "repository",
            "team",
        ],
    })
}
