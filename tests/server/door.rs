//! The door: signatures, sizes, headers, health, half a configuration.

use secrecy::SecretString;
use specwarden::server;
use specwarden::server::ServeArgs;

use crate::scene::SECRET;
use crate::scene::Setting;
use crate::scene::deliver;
use crate::scene::get;
use crate::scene::ping;
use crate::scene::sign;
use crate::scene::url;

#[tokio::test]
async fn only_what_was_signed_with_one_of_the_secrets_comes_in() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let address = running.address();
    let body = ping();
    let good = sign(SECRET, &body);
    assert_eq!(deliver(address, "1", "ping", body.clone(), &good).await, 202);
    let old = sign(&format!("old-{SECRET}"), &body);
    assert_eq!(deliver(address, "2", "ping", body.clone(), &old).await, 202);
    for bad in ["", "sha256=00", &sign("other", &body), &sign(SECRET, b"other")] {
        assert_eq!(
            deliver(address, "3", "ping", body.clone(), bad).await,
            401,
            "{bad}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn a_delivery_without_its_headers_is_refused() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let body = ping();
    let status = reqwest::Client::new()
        .post(url(running.address(), "/webhook"))
        .header("x-hub-signature-256", sign(SECRET, &body))
        .body(body)
        .send()
        .await
        .expect("an answer")
        .status();
    assert_eq!(status.as_u16(), 400);
    assert_eq!(get(running.address(), "/webhook").await.0, 405);
    let form = b"payload=%7B%7D".to_vec();
    let status = reqwest::Client::new()
        .post(url(running.address(), "/webhook"))
        .header("x-github-delivery", "1")
        .header("x-github-event", "ping")
        .header("x-hub-signature-256", sign(SECRET, &form))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .expect("an answer")
        .status();
    assert_eq!(status.as_u16(), 415);
    running.stop().await;
}

#[tokio::test]
async fn a_body_over_25_mb_is_refused_and_one_at_the_limit_is_not() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let limit = 25 * 1024 * 1024;
    let mut body = ping();
    body.resize(limit, b' ');
    let signature = sign(SECRET, &body);
    assert_eq!(
        deliver(running.address(), "1", "ping", body.clone(), &signature).await,
        202
    );
    body.push(b' ');
    let signature = sign(SECRET, &body);
    assert_eq!(
        deliver(running.address(), "2", "ping", body, &signature).await,
        413
    );
    running.stop().await;
}

#[tokio::test]
async fn what_is_signed_but_makes_no_sense_is_taken_and_passed_over() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    for (guid, event, body) in [
        ("1", "pull_request", &b"{}"[..]),
        ("2", "pull_request", b"not json"),
        ("3", "issue_comment", b"[]"),
        ("4", "something_new", b"{\"installation\":{\"id\":-1}}"),
        ("5", "push", b""),
        ("6", "pull_request", b"\xff\xfe\x00"),
    ] {
        let signature = sign(SECRET, body);
        let status = deliver(running.address(), guid, event, body.to_vec(), &signature).await;
        assert_eq!(status, 202, "{event}");
    }
    assert_eq!(get(running.address(), "/readyz").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn it_says_how_it_is() {
    let setting = Setting::alone();
    let running = setting.serve().await;
    let address = running.address();
    assert_eq!(get(address, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(address, "/readyz").await, (200, "ready\n".to_owned()));
    let (status, metrics) = get(address, "/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("specwarden_queue_due"), "{metrics}");
    let (status, home) = get(address, "/").await;
    assert_eq!(status, 200);
    assert!(home.contains("Everything works") && home.contains("/rules/version-not-bumped"));
    let (status, rule) = get(address, "/rules/version-not-bumped").await;
    assert_eq!(status, 200);
    assert!(rule.contains("<h2>Why</h2>"));
    assert_eq!(get(address, "/rules/no-such-rule").await.0, 404);
    running.stop().await;
}

#[tokio::test]
async fn without_an_app_it_starts_says_so_and_offers_the_set_up() {
    let setting = Setting::alone();
    let args = ServeArgs {
        app_id: None,
        private_key: None,
        webhook_secret: None,
        ..setting.args()
    };
    let running = server::start(&args).await.expect("it starts");
    let address = running.address();
    assert_eq!(get(address, "/healthz").await.0, 200);
    let (status, home) = get(address, "/").await;
    assert!(status == 200 && home.contains("No GitHub App is configured"));
    let (status, form) = get(address, "/setup").await;
    assert!(status == 200 && form.contains("https://specwarden.example/webhook"));
    assert_eq!(get(address, "/setup/done?code=x&state=forged").await.0, 404);
    assert_eq!(deliver(address, "1", "ping", ping(), "").await, 503);
    running.stop().await;
}

#[tokio::test]
async fn half_a_configuration_does_not_start() {
    let setting = Setting::alone();
    let no_secret = ServeArgs {
        webhook_secret: None,
        ..setting.args()
    };
    let no_key = ServeArgs {
        private_key: None,
        ..setting.args()
    };
    let broken_key = ServeArgs {
        private_key: Some(SecretString::from("-----BEGIN RSA PRIVATE KEY-----\nhush-hush\n")),
        ..setting.args()
    };
    for (args, named) in [
        (no_secret, "WEBHOOK_SECRET"),
        (no_key, "PRIVATE_KEY"),
        (broken_key, "PRIVATE_KEY"),
    ] {
        let Err(error) = server::start(&args).await else {
            panic!("it must not start without {named}");
        };
        let told = format!("{error:#} {error:?}");
        assert!(told.contains(named) && !told.contains("hush"), "{told}");
    }
}
