//! The App about itself: installations, tokens, the delivery log.

use axum::Extension;
use axum::Router;
use axum::extract::OriginalUri;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::gate::Caller;
use crate::demo::github::reply::Answer;
use crate::demo::github::reply::Refusal;
use crate::demo::github::reply::Reply;
use crate::demo::github::shape;
use crate::demo::github::world::Holder;
use crate::demo::github::world::Token;
use crate::demo::github::world::iso;

use super::seen;

pub(super) fn routes() -> Router<GitHub> {
    Router::new()
        .route("/app", get(app))
        .route("/app/installations", get(installations))
        .route("/app/installations/{id}", get(installation))
        .route("/app/installations/{id}/access_tokens", post(token))
        .route("/app/hook/deliveries", get(deliveries))
        .route("/app/hook/deliveries/{id}", get(delivery))
        .route("/app/hook/deliveries/{id}/attempts", post(redeliver))
        .route("/installation/repositories", get(repositories))
        .route("/repos/{owner}/{repo}/installation", get(repo_installation))
        .route("/orgs/{org}/installation", get(account_installation))
        .route("/users/{org}/installation", get(account_installation))
        .route("/rate_limit", get(rate_limit))
        .route("/user", get(user))
        .route("/users/{login}", get(account))
}

fn as_app(caller: &Caller) -> Result<(), Refusal> {
    match caller {
        Caller::App => Ok(()),
        Caller::Nobody | Caller::Installation(_) | Caller::User(_) => Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "A JSON web token could not be decoded",
        )),
    }
}

async fn app(State(github): State<GitHub>, Extension(caller): Extension<Caller>) -> Answer {
    as_app(&caller)?;
    let world = github.world();
    let mut app = shape::app(&world);
    if let Value::Object(members) = &mut app {
        members.insert("installations_count".to_owned(), json!(world.installations.len()));
    }
    Ok(Reply::ok(app))
}

async fn installations(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    as_app(&caller)?;
    let world = github.world();
    let all = world
        .installations
        .values()
        .map(|one| shape::installation(&world, one))
        .collect();
    Ok(Reply::page(github.url(), &uri, all))
}

async fn installation(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<u64>,
) -> Answer {
    as_app(&caller)?;
    let world = github.world();
    let one = world.installations.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::installation(&world, one)))
}

async fn token(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<u64>,
) -> Answer {
    as_app(&caller)?;
    let mut world = github.world();
    let one = world.installations.get(&id).ok_or_else(Refusal::not_found)?;
    let shown = shape::installation(&world, one);
    let expires_at = Timestamp::now() + world.token_life;
    let token = format!("ghs_{}", hex::encode(rand::random::<[u8; 18]>()));
    world.tokens.insert(
        token.clone(),
        Token {
            holder: Holder::Installation(id),
            expires_at,
        },
    );
    Ok(Reply::created(json!({
        "token": token, "expires_at": iso(expires_at), "permissions": shown.get("permissions"),
        "repository_selection": shown.get("repository_selection")
    })))
}

async fn deliveries(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    as_app(&caller)?;
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let asked = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let size: usize = asked("per_page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(30)
        .clamp(1, 100);
    let cursor = asked("cursor");
    let below: Option<u64> = match &cursor {
        None => None,
        Some(text) => {
            let id = text.strip_prefix("v1_").and_then(|id| id.parse().ok());
            Some(id.ok_or_else(|| Refusal::invalid("Delivery", "cursor", "invalid"))?)
        }
    };
    let only_failed = asked("status").as_deref() == Some("failure");
    let log = github.log();
    let mut newest_first: Vec<_> = log.deliveries.iter().collect();
    newest_first.sort_by_key(|one| std::cmp::Reverse(one.id));
    let mut found = newest_first
        .into_iter()
        .filter(|one| below.is_none_or(|id| one.id < id))
        .filter(|one| !only_failed || one.status_code >= 400);
    let page: Vec<_> = found.by_ref().take(size).collect();
    let next = found.next().and(page.last()).map(|one| one.id);
    let reply = Reply::ok(page.into_iter().map(shape::delivery).collect());
    Ok(match next {
        Some(id) => reply.linked(format!(
            "<{}{}?per_page={size}&cursor=v1_{id}>; rel=\"next\"",
            github.url(),
            uri.path()
        )),
        None => reply,
    })
}

async fn delivery(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<u64>,
) -> Answer {
    as_app(&caller)?;
    let url = github.world().app.webhook_url.clone().unwrap_or_default();
    let log = github.log();
    let one = log
        .deliveries
        .iter()
        .find(|one| one.id == id)
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::delivery_with_payload(one, &url)))
}

async fn redeliver(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<u64>,
) -> Answer {
    as_app(&caller)?;
    if !github.log().deliveries.iter().any(|one| one.id == id) {
        return Err(Refusal::not_found());
    }
    github.log().on_their_way += 1;
    tokio::spawn(async move {
        github.redeliver(id).await;
        github.log().on_their_way -= 1;
        github.tell();
    });
    Ok(Reply::accepted())
}

async fn repositories(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let Caller::Installation(id) = caller else {
        return Err(Refusal::forbidden());
    };
    let world = github.world();
    let all = world
        .repos
        .values()
        .filter(|repo| {
            world
                .installation_for(&repo.name)
                .is_some_and(|found| found.id == id)
        })
        .map(|repo| shape::repository(&world, repo))
        .collect();
    Ok(Reply::page_in(github.url(), &uri, "repositories", all))
}

async fn repo_installation(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path((owner, repo)): Path<(String, String)>,
) -> Answer {
    as_app(&caller)?;
    let world = github.world();
    let name = crate::ids::RepoName { owner, name: repo };
    let one = world.installation_for(&name).ok_or_else(Refusal::not_found)?;
    seen(&world, &Caller::Installation(one.id), &name.owner, &name.name)?;
    Ok(Reply::ok(shape::installation(&world, one)))
}

async fn account_installation(
    State(github): State<GitHub>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
) -> Answer {
    as_app(&caller)?;
    let world = github.world();
    let one = world
        .installation_on(&crate::ids::Login::new(account))
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(shape::installation(&world, one)))
}

async fn rate_limit() -> Answer {
    let core = json!({ "limit": 5_000, "used": 0, "remaining": 5_000, "reset": Timestamp::now().as_second() + 3_600 });
    let search =
        json!({ "limit": 30, "used": 0, "remaining": 30, "reset": Timestamp::now().as_second() + 60 });
    Ok(Reply::ok(
        json!({ "resources": { "core": core, "search": search }, "rate": core }),
    ))
}

async fn user(State(github): State<GitHub>, Extension(caller): Extension<Caller>) -> Answer {
    match caller {
        Caller::User(login) => Ok(Reply::ok(public_user(&github, &login))),
        Caller::Nobody => Err(Refusal::new(StatusCode::UNAUTHORIZED, "Requires authentication")),
        Caller::App | Caller::Installation(_) => Err(Refusal::forbidden()),
    }
}

async fn account(State(github): State<GitHub>, Path(login): Path<String>) -> Answer {
    let login = crate::ids::Login::new(login);
    if !github.world().accounts.contains_key(&login) {
        return Err(Refusal::not_found());
    }
    Ok(Reply::ok(public_user(&github, &login)))
}

fn public_user(github: &GitHub, login: &crate::ids::Login) -> Value {
    let start = "2024-01-08T09:00:00Z";
    shape::join(
        shape::user(&github.world(), login),
        json!({
            "name": login.as_str(), "company": null, "blog": "", "location": null, "email": null,
            "hireable": null, "bio": null, "twitter_username": null, "public_repos": 0,
            "public_gists": 0, "followers": 0, "following": 0, "created_at": start, "updated_at": start
        }),
    )
}
