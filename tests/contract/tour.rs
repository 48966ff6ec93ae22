//! A tour through everything that the stand-in offers, good and bad, against GitHub's description.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use specwarden::demo::github::DEMO_PRIVATE_KEY;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::bare::Fold;
use specwarden::ids::RepoName;

use crate::openapi::OpenApi;
use crate::payloads::Schemas;

struct Tour {
    github: GitHub,
    repo: RepoName,
    client: reqwest::Client,
    jwt: String,
    token: String,
}

impl Tour {
    async fn begin() -> Self {
        let github = GitHub::start().await.unwrap();
        for login in ["ann", "ben", "cat"] {
            github.add_user(login);
        }
        github.add_organization("acme");
        github.add_team("acme", "engineering", &["ann"]);
        github.add_child_team("acme", "security", "engineering", &["ben"]);
        let repo = github
            .add_repository("acme/roles", &[("roles/a.md", "one\n"), ("README.md", "x\n")])
            .unwrap();
        github.grant_team(&repo, "security", "write");
        github.register_webhook(&sink().await, "a secret");
        let id = github.install_app("acme").await.unwrap();
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({ "iss": github.app_id(), "iat": now - 30, "exp": now + 500 });
        let key = jsonwebtoken::EncodingKey::from_rsa_pem(DEMO_PRIVATE_KEY.as_bytes()).unwrap();
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
        let jwt = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let mut tour = Self {
            github,
            repo,
            client: reqwest::Client::new(),
            jwt,
            token: String::new(),
        };
        let path = format!("/app/installations/{id}/access_tokens");
        let (_, token) = tour.call(Method::POST, &path, None, &tour.jwt.clone()).await;
        tour.token = token["token"].as_str().unwrap().to_owned();
        tour
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>, token: &str) -> (u16, Value) {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.github.api_url()));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// A call by the installation that must succeed.
    async fn done(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, got) = self.call(method.clone(), path, body, &self.token).await;
        assert!(status < 300, "{method} {path}: {status} {got}");
        got
    }

    async fn get(&self, path: &str) -> Value {
        self.done(Method::GET, path, None).await
    }
}

/// A receiver that takes everything.
async fn sink() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(|_body: Bytes| async { StatusCode::ACCEPTED });
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// People do everything that people can do here.
async fn people(tour: &Tour) -> (u64, u64) {
    let (ann, ben) = (tour.github.player("ann"), tour.github.player("ben"));
    let repo = &tour.repo;
    ann.push(
        repo,
        "edit",
        &[("roles/a.md", Some("two\n")), ("README.md", None)],
        "change a",
    )
    .await
    .unwrap();
    let number = ann.open_pull(repo, "edit", "main", "Change a").await.unwrap();
    let comment = ann.comment(repo, number, "hello").await.unwrap();
    ann.edit_comment(repo, comment, "hello you").await.unwrap();
    ann.retitle(repo, number, "Change a again").await.unwrap();
    ann.to_draft(repo, number).await.unwrap();
    ann.ready(repo, number).await.unwrap();
    ann.close(repo, number).await.unwrap();
    ann.reopen(repo, number).await.unwrap();
    let review = ben.review(repo, number, "APPROVED", "fine").await.unwrap();
    ben.dismiss_review(repo, number, review).await.unwrap();
    ben.add_to_team("acme", "security", "cat").await.unwrap();
    ben.remove_from_team("acme", "security", "cat").await.unwrap();
    ann.push(repo, "main", &[("log.md", Some("x\n"))], "move main")
        .await
        .unwrap();
    ann.push(repo, "next", &[("b.md", Some("x\n"))], "another branch")
        .await
        .unwrap();
    ann.retarget(repo, number, "next").await.unwrap();
    ann.retarget(repo, number, "main").await.unwrap();
    ann.rebase(repo, "edit", "main").await.unwrap();
    let gone = ann.comment(repo, number, "oops").await.unwrap();
    ann.delete_comment(repo, gone).await.unwrap();
    tour.github.fork(repo, "cat").unwrap();
    let fork = RepoName {
        owner: "cat".to_owned(),
        name: "roles".to_owned(),
    };
    let cat = tour.github.player("cat");
    cat.push(&fork, "mine", &[("c.md", Some("x\n"))], "from a fork")
        .await
        .unwrap();
    let other = cat
        .open_pull(repo, "cat:mine", "main", "From a fork")
        .await
        .unwrap();
    ben.merge(repo, other, Fold::Merge).await.unwrap();
    (number, comment)
}

async fn reads(tour: &Tour, number: u64, comment: u64) {
    let head = tour.github.tip(&tour.repo, "edit").unwrap();
    let base = "/repos/acme/roles";
    for path in [
        String::new(),
        "/branches/main".to_owned(),
        "/commits?sha=edit&per_page=2".to_owned(),
        format!("/commits/{head}"),
        format!("/commits/{head}/pulls"),
        format!("/compare/main...{head}"),
        "/collaborators/ben/permission".to_owned(),
        "/contents/roles/a.md?ref=edit".to_owned(),
        "/contents/roles".to_owned(),
        "/pulls?state=all&per_page=1&page=2&sort=updated&direction=asc".to_owned(),
        format!("/pulls/{number}"),
        format!("/pulls/{number}/commits"),
        format!("/pulls/{number}/reviews"),
        format!("/pulls/{number}/requested_reviewers"),
        format!("/issues/{number}"),
        format!("/issues/{number}/comments?per_page=100"),
        format!("/issues/comments/{comment}"),
        format!("/git/commits/{head}"),
        format!("/git/trees/{head}?recursive=1"),
        "/git/ref/heads/edit".to_owned(),
    ] {
        tour.get(&format!("{base}{path}")).await;
    }
    for path in [
        "/installation/repositories",
        "/orgs/acme",
        "/orgs/acme/teams",
        "/orgs/acme/teams/security",
        "/orgs/acme/teams/engineering/members",
        "/orgs/acme/teams/engineering/memberships/ben",
        "/orgs/acme/memberships/ben",
        "/orgs/acme/members/ben",
        "/users/ann",
    ] {
        tour.get(path).await;
    }
}

async fn writes(tour: &Tour, number: u64, comment: u64) {
    let base = "/repos/acme/roles";
    let head = tour.github.tip(&tour.repo, "edit").unwrap();
    let (post, patch, delete) = (Method::POST, Method::PATCH, Method::DELETE);
    let comments = format!("{base}/issues/{number}/comments");
    let mine = tour
        .done(post.clone(), &comments, Some(json!({ "body": "one" })))
        .await;
    let mine = format!("{base}/issues/comments/{}", mine["id"]);
    tour.done(patch.clone(), &mine, Some(json!({ "body": "two" })))
        .await;
    let reactions = format!("{base}/issues/comments/{comment}/reactions");
    let reaction = tour
        .done(post.clone(), &reactions, Some(json!({ "content": "+1" })))
        .await;
    tour.done(post.clone(), &reactions, Some(json!({ "content": "+1" })))
        .await;
    tour.get(&reactions).await;
    tour.done(delete.clone(), &format!("{reactions}/{}", reaction["id"]), None)
        .await;
    tour.done(delete.clone(), &mine, None).await;

    let annotation = json!({
        "path": "roles/a.md", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no"
    });
    let check = json!({
        "name": "specwarden", "head_sha": head, "status": "in_progress", "external_id": "x",
        "details_url": "http://127.0.0.1/x",
        "output": { "title": "t", "summary": "s", "annotations": [annotation] },
        "actions": [{ "label": "Fix", "description": "Write the row", "identifier": "fix" }]
    });
    let check = tour
        .done(post.clone(), &format!("{base}/check-runs"), Some(check))
        .await;
    let path = format!("{base}/check-runs/{}", check["id"]);
    let done = json!({ "conclusion": "success", "output": { "title": "t", "summary": "s" } });
    tour.done(patch.clone(), &path, Some(done)).await;
    tour.get(&path).await;
    tour.get(&format!("{path}/annotations")).await;
    tour.get(&format!("{base}/commits/{head}/check-runs?check_name=specwarden"))
        .await;

    let reviewers = format!("{base}/pulls/{number}/requested_reviewers");
    let both = json!({ "reviewers": ["ben"], "team_reviewers": ["security"] });
    tour.done(post.clone(), &reviewers, Some(both.clone())).await;
    tour.get(&reviewers).await;
    tour.get(&format!("{base}/pulls/{number}")).await;
    tour.done(delete.clone(), &reviewers, Some(both)).await;
    let labels = format!("{base}/issues/{number}/labels");
    tour.done(post.clone(), &labels, Some(json!({ "labels": ["role change"] })))
        .await;
    tour.get(&labels).await;
    tour.done(delete.clone(), &format!("{labels}/role%20change"), None)
        .await;

    let blob = tour
        .done(
            post.clone(),
            &format!("{base}/git/blobs"),
            Some(json!({ "content": "3\n" })),
        )
        .await;
    tour.get(&format!("{base}/git/blobs/{}", blob["sha"].as_str().unwrap()))
        .await;
    let entry = json!({ "path": "d/e.md", "mode": "100644", "type": "blob", "sha": blob["sha"] });
    let tree = json!({ "base_tree": head, "tree": [entry] });
    let tree = tour
        .done(post.clone(), &format!("{base}/git/trees"), Some(tree))
        .await;
    let commit = json!({ "message": "fix", "tree": tree["sha"], "parents": [head] });
    let commit = tour
        .done(post.clone(), &format!("{base}/git/commits"), Some(commit))
        .await;
    tour.done(
        patch.clone(),
        &format!("{base}/git/refs/heads/edit"),
        Some(json!({ "sha": commit["sha"] })),
    )
    .await;
    let new = json!({ "ref": "refs/heads/new", "sha": commit["sha"] });
    tour.done(post.clone(), &format!("{base}/git/refs"), Some(new))
        .await;
    let file = json!({ "message": "write", "content": "eA==", "branch": "new" });
    tour.done(Method::PUT, &format!("{base}/contents/new/file.md"), Some(file))
        .await;
}

async fn as_the_app(tour: &Tour) {
    tour.github
        .fail_deliveries([specwarden::demo::github::faults::HookFault::Fail]);
    tour.github
        .player("ann")
        .push(&tour.repo, "lost", &[("l.md", Some("l\n"))], "lost")
        .await
        .unwrap();
    for path in [
        "/app",
        "/app/installations",
        "/repos/acme/roles/installation",
        "/orgs/acme/installation",
    ] {
        let (status, got) = tour.call(Method::GET, path, None, &tour.jwt).await;
        assert_eq!(status, 200, "{path}: {got}");
    }
    let (_, list) = tour
        .call(Method::GET, "/app/hook/deliveries?per_page=100", None, &tour.jwt)
        .await;
    let failed = list
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["status"] != "OK")
        .unwrap();
    let path = format!("/app/hook/deliveries/{}", failed["id"]);
    assert_eq!(tour.call(Method::GET, &path, None, &tour.jwt).await.0, 200);
    assert_eq!(
        tour.call(Method::POST, &format!("{path}/attempts"), None, &tour.jwt)
            .await
            .0,
        202
    );
}

async fn refusals(tour: &Tour, number: u64) {
    let base = "/repos/acme/roles";
    let post = Method::POST;
    let long = "x".repeat(65_537);
    let too_many: Vec<Value> = (0..51)
        .map(|_| json!({ "path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m" }))
        .collect();
    let head = tour.github.tip(&tour.repo, "edit").unwrap();
    let output = json!({ "title": "t", "summary": "s", "annotations": too_many });
    for (path, body, expected) in [
        (
            format!("{base}/issues/{number}/comments"),
            json!({ "body": long }),
            422,
        ),
        (format!("{base}/issues/999/comments"), json!({ "body": "x" }), 404),
        (
            format!("{base}/pulls/{number}/requested_reviewers"),
            json!({ "reviewers": ["ann"] }),
            422,
        ),
        (
            format!("{base}/pulls/{number}/requested_reviewers"),
            json!({ "reviewers": ["nobody"] }),
            422,
        ),
        (
            format!("{base}/pulls/{number}/requested_reviewers"),
            json!({ "team_reviewers": ["engineering"] }),
            422,
        ),
        (
            format!("{base}/check-runs"),
            json!({ "name": "n", "head_sha": "0".repeat(40) }),
            422,
        ),
        (
            format!("{base}/check-runs"),
            json!({ "name": "n", "head_sha": head, "output": output }),
            422,
        ),
        (
            format!("{base}/git/refs"),
            json!({ "ref": "refs/heads/main", "sha": head }),
            422,
        ),
    ] {
        let (status, got) = tour.call(post.clone(), &path, Some(body), &tour.token).await;
        assert_eq!(status, expected, "{path}: {got}");
        assert!(got["message"].is_string(), "{path}: {got}");
    }
    assert_eq!(tour.call(post, "/nothing/here", None, &tour.token).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_speaks_as_github_does() {
    let (Some(mut openapi), Some(schemas)) = (OpenApi::load(), Schemas::load()) else {
        return;
    };
    let tour = Tour::begin().await;
    let (number, comment) = people(&tour).await;
    reads(&tour, number, comment).await;
    writes(&tour, number, comment).await;
    as_the_app(&tour).await;
    tour.github.delivered(Duration::from_secs(90)).await.unwrap();
    let mut exchanges = tour.github.exchanges();
    refusals(&tour, number).await;
    // What is refused need not be well-formed; its answer must be.
    let refused = tour.github.exchanges().split_off(exchanges.len());
    exchanges.extend(
        refused
            .into_iter()
            .filter(|one| one.route.as_deref() != Some("/{*unknown}"))
            .map(|mut one| {
                one.sent = None;
                one
            }),
    );
    assert!(exchanges.len() > 60, "{}", exchanges.len());
    let complaints = openapi.complaints(&exchanges);
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );

    let deliveries = tour.github.deliveries();
    let events: std::collections::BTreeSet<&str> = deliveries.iter().map(|one| one.event.as_str()).collect();
    assert!(events.len() >= 7, "{events:?}");
    let complaints = schemas.complaints(&deliveries);
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

/// The tour above sees nothing if the checker cannot complain.
#[tokio::test]
async fn the_checker_complains() {
    let Some(mut openapi) = OpenApi::load() else {
        return;
    };
    let github = GitHub::start().await.unwrap();
    github.add_user("ann");
    github.add_repository("ann/roles", &[("a.md", "a\n")]).unwrap();
    let url = format!("{}/repos/ann/roles?colour=red", github.api_url());
    reqwest::get(&url).await.unwrap();
    let mut exchange = github.exchanges().remove(0);
    let told = openapi.complaints(std::slice::from_ref(&exchange));
    assert_eq!(
        told,
        ["GET /repos/{owner}/{repo}: unknown query parameter `colour`"]
    );
    exchange.query = None;
    exchange.got.as_mut().unwrap()["id"] = json!("no number");
    let told = openapi.complaints(std::slice::from_ref(&exchange));
    assert!(told.len() == 1 && told[0].contains("/id"), "{told:?}");
    exchange.path = "/repos/ann/roles/nonsense".to_owned();
    assert!(openapi.complaints(&[exchange])[0].contains("no such operation"));
}
