//! The stand-in GitHub by itself: what a client and a webhook receiver see of it.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::routing::post;
use octocrab::Octocrab;
use serde_json::Value;
use serde_json::json;
use specwarden::demo::github::DEMO_PRIVATE_KEY;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::HookFault;
use specwarden::ids::RepoName;

const PATIENCE: Duration = Duration::from_secs(90);

struct Scene {
    github: GitHub,
    repo: RepoName,
    number: u64,
    bot: Octocrab,
    received: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

/// A public repository with a pull request by ann, teams, and an installed App.
async fn scene() -> Scene {
    let github = GitHub::start().await.unwrap();
    for login in ["ann", "ben", "cat"] {
        github.add_user(login);
    }
    github.add_organization("acme");
    github.join_organization("acme", "ann");
    github.add_team("acme", "engineering", &[]);
    github.add_child_team("acme", "security", "engineering", &["ben"]);
    let repo = github
        .add_repository("acme/roles", &[("roles/a.md", "one\n")])
        .unwrap();
    github.grant_team(&repo, "security", "write");
    let received = Arc::new(Mutex::new(Vec::new()));
    github.register_webhook(&receiver(received.clone()).await, "a secret");
    let installation = github.install_app("acme").await.unwrap();
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(DEMO_PRIVATE_KEY.as_bytes()).unwrap();
    let bot = Octocrab::builder()
        .base_uri(github.api_url())
        .unwrap()
        .app(github.app_id().into(), key)
        .build()
        .unwrap()
        .installation(installation.into())
        .unwrap();
    let ann = github.player("ann");
    ann.push(&repo, "edit", &[("roles/a.md", Some("two\n"))], "change a")
        .await
        .unwrap();
    let number = ann.open_pull(&repo, "edit", "main", "Change a").await.unwrap();
    Scene {
        github,
        repo,
        number,
        bot,
        received,
    }
}

async fn receiver(received: Arc<Mutex<Vec<(HeaderMap, Value)>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route(
        "/hook",
        post(move |headers: HeaderMap, body: Bytes| async move {
            received
                .lock()
                .unwrap()
                .push((headers, serde_json::from_slice(&body).unwrap()));
            StatusCode::ACCEPTED
        }),
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/hook")
}

impl Scene {
    fn api(&self, rest: &str) -> String {
        format!("/repos/acme/roles{rest}")
    }

    async fn get(&self, path: &str) -> Value {
        self.bot.get(path, None::<&()>).await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.bot.post(path, Some(&body)).await.unwrap()
    }

    fn events(&self) -> Vec<String> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|(headers, body)| {
                let event = headers["x-github-event"].to_str().unwrap();
                match body["action"].as_str() {
                    Some(action) => format!("{event}.{action}"),
                    None => event.to_owned(),
                }
            })
            .collect()
    }
}

#[tokio::test]
async fn an_installation_can_do_its_work_with_a_real_client() {
    let scene = scene().await;
    let number = scene.number;
    let pull = scene.get(&scene.api(&format!("/pulls/{number}"))).await;
    assert_eq!(pull["user"]["login"], "ann");
    assert_eq!(pull["commits"], 1);
    let head = pull["head"]["sha"].as_str().unwrap().to_owned();
    let base = pull["base"]["sha"].as_str().unwrap();

    let compare = scene.get(&scene.api(&format!("/compare/{base}...{head}"))).await;
    assert_eq!(compare["merge_base_commit"]["sha"], base);
    assert_eq!(compare["commits"][0]["author"]["login"], "ann");

    let comments = scene.api(&format!("/issues/{number}/comments"));
    let comment = scene.post(&comments, json!({ "body": "hello" })).await;
    assert_eq!(comment["user"]["login"], "specwarden[bot]");
    assert_eq!(comment["user"]["type"], "Bot");
    let reactions = scene.api(&format!("/issues/comments/{}/reactions", comment["id"]));
    assert_eq!(
        scene.post(&reactions, json!({ "content": "eyes" })).await["content"],
        "eyes"
    );

    let check = json!({
        "name": "specwarden", "head_sha": head, "status": "completed", "conclusion": "failure",
        "output": { "title": "no", "summary": "because", "annotations": [] },
        "actions": [{ "label": "Fix it", "description": "Write the row", "identifier": "fix" }]
    });
    let made = scene.post(&scene.api("/check-runs"), check).await;
    assert_eq!(made["conclusion"], "failure");
    assert_eq!(made["pull_requests"][0]["number"], number);

    let reviewers = scene.api(&format!("/pulls/{number}/requested_reviewers"));
    let asked = scene
        .post(&reviewers, json!({ "team_reviewers": ["security"] }))
        .await;
    assert_eq!(asked["requested_teams"][0]["slug"], "security");

    let member = scene.get("/orgs/acme/teams/engineering/memberships/ben").await;
    assert_eq!(
        member["state"], "active",
        "a child team's member belongs to the parent team"
    );
    let stranger: octocrab::Result<Value> = scene
        .bot
        .get("/orgs/acme/teams/security/memberships/cat", None::<&()>)
        .await;
    assert!(stranger.is_err());
    let role = scene.get(&scene.api("/collaborators/ben/permission")).await;
    assert_eq!(role["permission"], "write");

    scene.github.delivered(PATIENCE).await.unwrap();
    let seen = scene.events();
    for wanted in [
        "installation.created",
        "push",
        "pull_request.opened",
        "issue_comment.created",
        "check_run.created",
        "pull_request.review_requested",
    ] {
        assert!(
            seen.iter().any(|event| event == wanted),
            "{wanted} is not among {seen:?}"
        );
    }
}

#[tokio::test]
async fn a_file_can_be_changed_through_the_git_database() {
    let scene = scene().await;
    let head = scene.github.tip(&scene.repo, "edit").unwrap();
    let commit = scene.get(&scene.api(&format!("/git/commits/{head}"))).await;
    let blob = scene
        .post(
            &scene.api("/git/blobs"),
            json!({ "content": "three\n", "encoding": "utf-8" }),
        )
        .await;
    let entry = json!({ "path": "roles/a.md", "mode": "100644", "type": "blob", "sha": blob["sha"] });
    let tree = json!({ "base_tree": commit["tree"]["sha"], "tree": [entry] });
    let tree = scene.post(&scene.api("/git/trees"), tree).await;
    let next = json!({ "message": "fix", "tree": tree["sha"], "parents": [head] });
    let next = scene.post(&scene.api("/git/commits"), next).await;
    let moved: Value = scene
        .bot
        .patch(
            scene.api("/git/refs/heads/edit"),
            Some(&json!({ "sha": next["sha"] })),
        )
        .await
        .unwrap();
    assert_eq!(moved["object"]["sha"], next["sha"]);
    assert_eq!(
        scene.github.file(&scene.repo, "edit", "roles/a.md").unwrap(),
        "three\n"
    );
    scene.github.delivered(PATIENCE).await.unwrap();
    assert!(
        scene
            .events()
            .iter()
            .any(|event| event == "pull_request.synchronize")
    );
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_written() {
    let scene = scene().await;
    let client = reqwest::Client::new();
    let url = format!(
        "{}/repos/acme/roles/issues/{}/comments",
        scene.github.api_url(),
        scene.number
    );
    let send = |token: Option<&str>| {
        let request = client.post(&url).json(&json!({ "body": "hi" }));
        match token {
            Some(token) => request.bearer_auth(token).send(),
            None => request.send(),
        }
    };
    assert_eq!(send(None).await.unwrap().status(), 401);
    assert_eq!(send(Some("ghs_wrong")).await.unwrap().status(), 401);
    assert_eq!(send(Some("a.b.c")).await.unwrap().status(), 401);
    let body: Value = send(None).await.unwrap().json().await.unwrap();
    assert!(
        body["message"].is_string() && body["documentation_url"].is_string(),
        "{body}"
    );
    assert!(
        scene
            .github
            .read(|world| world.repo(&scene.repo).unwrap().comments.is_empty())
    );
}

#[tokio::test]
async fn an_unchanged_document_is_answered_with_304() {
    let scene = scene().await;
    let client = reqwest::Client::new();
    let url = format!("{}/repos/acme/roles", scene.github.api_url());
    let first = client.get(&url).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    assert!(first.headers().contains_key("x-ratelimit-remaining"));
    let second = client
        .get(&url)
        .header("if-none-match", tag)
        .send()
        .await
        .unwrap();
    assert_eq!(second.status(), 304);
}

#[tokio::test]
async fn events_are_signed_and_failed_ones_can_be_redelivered() {
    let scene = scene().await;
    scene
        .github
        .fail_deliveries([HookFault::Fail, HookFault::Duplicate]);
    let ann = scene.github.player("ann");
    ann.comment(&scene.repo, scene.number, "first").await.unwrap();
    ann.comment(&scene.repo, scene.number, "second").await.unwrap();
    let bodies = |scene: &Scene| -> Vec<(String, String)> {
        let received = scene.received.lock().unwrap();
        let told = received.iter().filter_map(|(headers, body)| {
            let text = body["comment"]["body"].as_str()?.to_owned();
            Some((headers["x-github-delivery"].to_str().unwrap().to_owned(), text))
        });
        told.collect()
    };
    let twice = bodies(&scene);
    assert_eq!(
        twice.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(),
        ["second", "second"]
    );
    assert_eq!(twice[0].0, twice[1].0, "a duplicate keeps its GUID");

    let failed = scene
        .github
        .deliveries()
        .into_iter()
        .find(|one| one.status_code == 502)
        .unwrap();
    assert!(scene.github.redeliver(failed.id).await);
    assert_eq!(bodies(&scene).last().unwrap(), &(failed.guid, "first".to_owned()));
    for (headers, _) in scene.received.lock().unwrap().iter() {
        assert!(
            headers["x-hub-signature-256"]
                .to_str()
                .unwrap()
                .starts_with("sha256=")
        );
        assert!(headers.contains_key("x-github-hook-id"));
    }
}

#[tokio::test]
async fn held_events_arrive_newest_first() {
    let scene = scene().await;
    scene.github.fail_deliveries([HookFault::Hold, HookFault::Hold]);
    let ann = scene.github.player("ann");
    ann.comment(&scene.repo, scene.number, "first").await.unwrap();
    ann.comment(&scene.repo, scene.number, "second").await.unwrap();
    scene.github.release_held().await;
    let received = scene.received.lock().unwrap();
    let texts: Vec<&str> = received
        .iter()
        .filter_map(|(_, body)| body["comment"]["body"].as_str())
        .collect();
    assert_eq!(texts, ["second", "first"]);
}

#[tokio::test]
async fn every_fault_looks_like_itself_from_outside() {
    let scene = scene().await;
    let client = reqwest::Client::new();
    let url = format!("{}/repos/acme/roles", scene.github.api_url());
    let arm = |fault| {
        scene
            .github
            .fail_requests(1, Some("GET"), "/repos/acme/roles", fault)
    };

    arm(ApiFault::PrimaryLimit(Duration::from_secs(60)));
    let limited = client.get(&url).send().await.unwrap();
    assert_eq!(
        (
            limited.status().as_u16(),
            &limited.headers()["x-ratelimit-remaining"]
        ),
        (403, &"0".parse().unwrap())
    );
    arm(ApiFault::TooMany(7));
    let limited = client.get(&url).send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    arm(ApiFault::Status(502, Effect::Skipped));
    assert_eq!(client.get(&url).send().await.unwrap().status(), 502);
    arm(ApiFault::Truncated(Effect::Done));
    assert!(
        client
            .get(&url)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .is_err()
    );
    arm(ApiFault::Reset(Effect::Done));
    let reset = client.get(&url).send().await;
    assert!(reset.is_err() || reset.unwrap().bytes().await.is_err());
    assert_eq!(
        client.get(&url).send().await.unwrap().status(),
        200,
        "one fault spoils one answer"
    );
    assert_eq!(scene.github.exchanges().iter().filter(|one| one.fault).count(), 5);
}

#[tokio::test]
async fn a_private_repository_does_not_exist_for_strangers() {
    let github = GitHub::start().await.unwrap();
    github.add_user("ann");
    let access = specwarden::demo::github::Access::Private;
    github
        .add_repository_with("ann/secret", access, &[("a.md", "a\n")])
        .unwrap();
    let client = reqwest::Client::new();
    let url = format!("{}/repos/ann/secret", github.api_url());
    assert_eq!(client.get(&url).send().await.unwrap().status(), 404);
    let token = github.user_token("ann");
    assert_eq!(
        client.get(&url).bearer_auth(token).send().await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn its_pages_show_a_pull_request_and_take_comments_as_text() {
    let scene = scene().await;
    scene
        .github
        .player("ann")
        .retitle(&scene.repo, scene.number, "<b>bold</b>")
        .await
        .unwrap();
    let url = format!("{}/acme/roles/pull/{}", scene.github.url(), scene.number);
    let client = reqwest::Client::new();
    let form = [("who", "ben"), ("body", "Looks *fine*.")];
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let sent = client
        .post(format!("{url}/comments"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200, "the redirect leads back to the page");
    let page = client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Looks <em>fine</em>.") && page.contains("&lt;b&gt;bold"),
        "{page}"
    );
    assert!(
        scene
            .events()
            .iter()
            .any(|event| event == "issue_comment.created")
    );
}

#[tokio::test]
async fn the_delivery_log_is_paged_by_its_cursor() {
    let scene = scene().await;
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({ "iss": scene.github.app_id(), "iat": now - 30, "exp": now + 500 });
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(DEMO_PRIVATE_KEY.as_bytes()).unwrap();
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    let client = reqwest::Client::new();
    let first = format!("{}/app/hook/deliveries?per_page=1", scene.github.api_url());
    let (mut next, mut seen) = (Some(first), Vec::new());
    while let Some(url) = next {
        let answer = client.get(&url).bearer_auth(&token).send().await.unwrap();
        let link = answer
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        next = link.and_then(|link| Some(link.split_once('>')?.0.trim_start_matches('<').to_owned()));
        let page: Vec<Value> = answer.json().await.unwrap();
        seen.extend(page.iter().map(|one| one["id"].as_u64().unwrap()));
    }
    let mut all: Vec<u64> = scene.github.deliveries().iter().map(|one| one.id).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    assert!(all.len() > 2);
    assert_eq!(seen, all);
    let wrong = format!("{}/app/hook/deliveries?cursor=7", scene.github.api_url());
    assert_eq!(
        client
            .get(&wrong)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .status(),
        422
    );
}
