//! The pages that anybody may see.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use http::StatusCode;

use super::Server;
use super::health;
use crate::app::Page;
use crate::approvals::Decision;
use crate::approvals::Outcome;
use crate::ids::RepoName;
use crate::report::words;
use crate::rules;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    configured: bool,
    trouble: Option<&'static str>,
    due: u64,
    dead: u64,
    rules: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    id: &'static str,
    default: &'static str,
    summary: &'static str,
    what: &'static str,
    why: &'static str,
    examples: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    what: String,
}

#[derive(Template)]
#[template(path = "pull.html")]
struct PullPage {
    page: Page,
    title: String,
    changes: Vec<ChangeRow>,
    tree: Vec<TreeRow>,
}

struct ChangeRow {
    role: String,
    id: String,
    kind: &'static str,
    section: String,
    before: String,
    after: String,
    evidence: String,
}

struct TreeRow {
    depth: usize,
    sign: &'static str,
    what: String,
    reason: String,
}

pub(super) async fn pull(
    State(server): State<Arc<Server>>,
    Path((owner, name, number)): Path<(String, String, u64)>,
) -> Response {
    let nothing = || {
        missing(format!(
            "There is nothing to tell about {owner}/{name}#{number}, or it is not for everybody to see."
        ))
    };
    let Some(app) = &server.app else {
        return nothing();
    };
    let repo = RepoName {
        owner: owner.clone(),
        name: name.clone(),
    };
    match app.page(&repo, number).await {
        Ok(Some(found)) => page(StatusCode::OK, &PullPage::of(found)),
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be read from the store");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
        }
    }
}

impl PullPage {
    fn of(page: Page) -> Self {
        let mut changes = Vec::new();
        for spec in &page.report.specs {
            for change in &spec.changes {
                changes.push(ChangeRow {
                    role: spec.role.clone(),
                    id: change.id.to_string(),
                    kind: change.kind.as_str(),
                    section: change.section.join(" › "),
                    before: change.before.clone().unwrap_or_default(),
                    after: change.after.clone().unwrap_or_default(),
                    evidence: change.evidence.join("; "),
                });
            }
        }
        let mut tree = Vec::new();
        flatten(&page.decision, 0, &mut tree);
        Self {
            title: words::title(&page.report),
            changes,
            tree,
            page,
        }
    }
}

fn flatten(node: &Decision, depth: usize, rows: &mut Vec<TreeRow>) {
    rows.push(TreeRow {
        depth,
        sign: match node.outcome {
            Outcome::Approved => "✅",
            Outcome::Pending => "⏳",
            Outcome::Blocked => "⛔",
            Outcome::Skipped => "➖",
        },
        what: node.what.clone(),
        reason: node.reason.clone(),
    });
    for child in &node.children {
        flatten(child, depth + 1, rows);
    }
}

pub(super) async fn home(State(server): State<Arc<Server>>) -> Response {
    let depth = server.store.depth().await.unwrap_or_default();
    page(
        StatusCode::OK,
        &Home {
            configured: server.app.is_some(),
            trouble: health::trouble(&server).await,
            due: depth.due,
            dead: depth.dead,
            rules: rules::ALL.iter().map(|rule| (rule.id, rule.summary)).collect(),
        },
    )
}

pub(super) async fn rule(Path(id): Path<String>) -> Response {
    match rules::find(&id) {
        Some(rule) => page(
            StatusCode::OK,
            &RulePage {
                id: rule.id,
                default: match rule.default {
                    rules::Level::Error => "error",
                    rules::Level::Warning => "warning",
                    rules::Level::Off => "off",
                },
                summary: rule.summary,
                what: rule.docs.what,
                why: rule.docs.why,
                examples: examples(rule),
            },
        ),
        None => missing(format!("There is no rule `{id}`.")),
    }
}

fn examples(rule: &rules::Rule) -> Vec<(&'static str, &'static str)> {
    let example = &rule.docs.example;
    let before = example.before.map(|text| ("Before", text));
    let tip = example
        .base_tip
        .map(|text| ("Meanwhile on the base branch", text));
    before
        .into_iter()
        .chain(tip)
        .chain([
            ("After, where it fires", example.after),
            ("Instead", rule.docs.instead.after),
        ])
        .collect()
}

/// A page that says what is not there.
pub(super) fn missing(what: String) -> Response {
    page(StatusCode::NOT_FOUND, &Missing { what })
}

/// A page, with headers that let nothing foreign run in it.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let headers = [
                (
                    "content-security-policy",
                    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' https: http:; frame-ancestors 'none'; base-uri 'none'",
                ),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
            ];
            (status, headers, Html(text)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be rendered\n").into_response()
        }
    }
}
