//! A few pages for whoever explores the demonstration: the pull requests, and a form to comment as
//! anybody. Loopback only, no sign-in, no scripts.

use axum::Form;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use serde::Deserialize;

use crate::ids::RepoName;

use super::GitHub;
use super::world::AccountKind;
use super::world::Pull;
use super::world::Repo;
use super::world::World;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;\
     color-scheme:light dark}article{border:1px solid #8886;border-radius:8px;padding:.2rem 1rem;margin:1rem 0}\
     h1{font-size:1.4rem}small{opacity:.7}code{background:#8882;padding:0 .2em;border-radius:4px}\
     pre code{display:block;padding:.6em;overflow:auto}table{border-collapse:collapse}td,th{border:1px solid #8886;\
     padding:.2rem .6rem}textarea{width:100%;font:inherit}.success{color:#1a7f37}.failure{color:#cf222e}\
     .action_required{color:#9a6700}";

/// The pages.
pub(super) fn router(github: &GitHub) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/{owner}/{repo}/pull/{number}", get(pull))
        .route("/{owner}/{repo}/pull/{number}/comments", post(comment))
        .with_state(github.clone())
}

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style>{body}"
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn markdown(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(text, options));
    html
}

async fn home(State(github): State<GitHub>) -> Response {
    let world = github.world();
    let mut list = String::new();
    for repo in world.repos.values() {
        for pull in repo.pulls.values() {
            list.push_str(&format!(
                "<li><a href=\"/{0}/pull/{1}\">{0}#{1}</a> {2}",
                repo.name,
                pull.number,
                escape(&pull.title)
            ));
        }
    }
    page(
        "A stand-in GitHub",
        &format!("<h1>A stand-in GitHub</h1><ul>{list}</ul>"),
    )
}

async fn pull(
    State(github): State<GitHub>,
    Path((owner, name, number)): Path<(String, String, u64)>,
) -> Response {
    let world = github.world();
    let name = RepoName { owner, name };
    let found = world
        .repo(&name)
        .and_then(|repo| Some((repo, repo.pulls.get(&number)?)));
    match found {
        Some((repo, pull)) if !repo.private => {
            let title = format!("{} · {name}#{number}", escape(&pull.title));
            page(&title, &body(&world, repo, pull))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn body(world: &World, repo: &Repo, pull: &Pull) -> String {
    let mut html = format!(
        "<p><a href=\"/\">all pull requests</a><h1>{} <small>{}#{}</small></h1><p><b>{}</b> wants to bring \
         <code>{}</code> into <code>{}</code> · {:?}",
        escape(&pull.title),
        repo.name,
        pull.number,
        pull.author,
        escape(&pull.head_ref),
        escape(&pull.base_ref),
        pull.state,
    );
    for check in repo
        .checks
        .values()
        .filter(|check| check.head_sha == pull.head_sha)
    {
        let verdict = check.conclusion.as_deref().unwrap_or(&check.status);
        let title = escape(check.title.as_deref().unwrap_or_default());
        html.push_str(&format!(
            "<p>{}: <b class={verdict}>{verdict}</b> — {title}",
            escape(&check.name)
        ));
    }
    let people = pull.requested_reviewers.iter().map(|login| format!("@{login}"));
    let teams = pull
        .requested_teams
        .iter()
        .map(|slug| format!("@{}/{slug}", repo.name.owner));
    let asked: Vec<String> = people.chain(teams).collect();
    if !asked.is_empty() {
        html.push_str(&format!("<p>Asked for a review: {}", asked.join(", ")));
    }
    for comment in repo
        .comments
        .values()
        .filter(|comment| comment.number == pull.number)
    {
        let reactions: Vec<&str> = comment.reactions.iter().map(|one| one.content.as_str()).collect();
        html.push_str(&format!(
            "<article><p><b>{}</b> <small>{} {}</small>{}</article>",
            comment.user,
            if comment.earlier.is_empty() {
                ""
            } else {
                "(edited)"
            },
            escape(&reactions.join(" ")),
            markdown(&comment.body),
        ));
    }
    let people = world
        .accounts
        .values()
        .filter(|account| account.kind == AccountKind::User);
    let options: String = people
        .map(|account| format!("<option>{}", account.login))
        .collect();
    html.push_str(&format!(
        "<form method=post action=\"/{}/pull/{}/comments\"><p>Comment as <select name=who>{options}</select>\
         <p><textarea name=body rows=3>/approve-role</textarea><p><button>Comment</button></form>",
        repo.name, pull.number
    ));
    html
}

#[derive(Deserialize)]
struct Said {
    who: String,
    body: String,
}

async fn comment(
    State(github): State<GitHub>,
    Path((owner, name, number)): Path<(String, String, u64)>,
    Form(said): Form<Said>,
) -> Response {
    let name = RepoName { owner, name };
    match github.player(&said.who).comment(&name, number, &said.body).await {
        Ok(_) => Redirect::to(&format!("/{name}/pull/{number}")).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
