use super::*;
use serde_json::Value;
use serde_json::json;

fn repo() -> Value {
    json!({"id": 9, "full_name": "acme/roles", "default_branch": "main"})
}

fn user(login: &str) -> Value {
    json!({"id": 5, "login": login, "type": "User"})
}

fn delivery(event: &str, mut body: Value) -> Delivery {
    body["installation"] = json!({"id": 3});
    if body.get("repository").is_none() {
        body["repository"] = repo();
    }
    if body.get("sender").is_none() {
        body["sender"] = user("dana");
    }
    understand(
        Incoming {
            id: DeliveryId::new("guid"),
            event: event.to_owned(),
            body: serde_json::to_vec(&body).unwrap(),
            received_at: Timestamp::UNIX_EPOCH,
        },
        Some(77),
    )
}

fn pull(action: &str) -> Value {
    json!({"action": action, "pull_request": {
        "number": 7, "state": "open", "user": user("alice"),
        "head": {"sha": "1".repeat(40), "ref": "edit"}, "base": {"sha": "2".repeat(40), "ref": "main"}}})
}

fn comment(action: &str, body: &str, by: &Value) -> Value {
    json!({"action": action, "issue": {"number": 7, "pull_request": {}},
           "comment": {"id": 1, "user": by, "body": body, "created_at": "2026-01-01T00:00:00Z"}})
}

fn work(delivery: &Delivery) -> Vec<(u64, Work)> {
    let of = |mark: &Mark| match mark {
        Mark::Pull { key, work, .. } => Some((key.number.0, *work)),
        Mark::OpenPulls { .. } | Mark::OpenPullsOf { .. } => None,
    };
    delivery.marks.iter().filter_map(of).collect()
}

#[test]
fn what_changes_a_pull_request_is_kept_for_its_worker() {
    for action in [
        "opened",
        "reopened",
        "synchronize",
        "ready_for_review",
        "converted_to_draft",
        "closed",
        "review_request_removed",
    ] {
        let delivery = delivery("pull_request", pull(action));
        assert_eq!(work(&delivery), [(7, Work::Deliveries)], "{action}");
        assert!(delivery.about.is_some());
    }
    let mut rebased = pull("edited");
    rebased["changes"] = json!({"base": {"ref": {"from": "old"}}});
    assert_eq!(work(&delivery("pull_request", rebased)), [(7, Work::Deliveries)]);
}

#[test]
fn what_does_not_concern_us_marks_nothing() {
    for (event, body) in [
        ("pull_request", pull("labeled")),
        ("pull_request", pull("edited")),
        (
            "issue_comment",
            comment("created", "looks good to me", &user("dana")),
        ),
        (
            "issue_comment",
            comment(
                "created",
                "/approve-role",
                &json!({"id": 1, "login": "x[bot]", "type": "Bot"}),
            ),
        ),
        ("ping", json!({"zen": "…"})),
        ("star", json!({"action": "created"})),
        (
            "check_suite",
            json!({"action": "requested", "check_suite": {"head_sha": "1".repeat(40)}}),
        ),
    ] {
        let delivery = delivery(event, body);
        assert!(delivery.marks.is_empty(), "{event}");
        assert_eq!(delivery.about, None, "{event}");
    }
}

#[test]
fn a_comment_on_an_issue_is_not_ours() {
    let mut body = comment("created", "/approve-role", &user("dana"));
    body["issue"] = json!({"number": 7});
    assert!(delivery("issue_comment", body).marks.is_empty());
}

#[test]
fn a_body_that_is_not_what_it_says_is_kept_without_marks() {
    let delivery = delivery("pull_request", json!({"action": 7}));
    assert!(delivery.marks.is_empty());
}

#[test]
fn a_merge_queues_ref_names_its_pull_request() {
    let of = |text: &str| pull_of_queue_ref(text).map(|number| number.0);
    assert_eq!(of("refs/heads/gh-readonly-queue/main/pr-7-0123abc"), Some(7));
    assert_eq!(
        of("refs/heads/gh-readonly-queue/rel/pr-1-x/pr-12-0123abc"),
        Some(12)
    );
    for other in [
        "refs/heads/main",
        "refs/heads/gh-readonly-queue/main/x",
        "",
        "pr-7-1",
    ] {
        assert_eq!(of(other), None, "{other}");
    }
}

#[test]
fn without_an_installation_nothing_can_be_done() {
    let mut body = pull("opened");
    body["repository"] = repo();
    body["sender"] = user("dana");
    let delivery = understand(
        Incoming {
            id: DeliveryId::new("g"),
            event: "pull_request".to_owned(),
            body: serde_json::to_vec(&body).unwrap(),
            received_at: Timestamp::UNIX_EPOCH,
        },
        None,
    );
    assert!(delivery.marks.is_empty() && delivery.about.is_none());
}
