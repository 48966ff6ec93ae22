//! The App's delivery log.

use serde_json::Value;
use serde_json::json;

use crate::demo::github::hooks::Delivery;

use super::join;

/// One line of the delivery log.
pub(in crate::demo::github) fn delivery(one: &Delivery) -> Value {
    json!({
        "id": one.id, "guid": one.guid,
        "delivered_at": one.delivered_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "redelivery": one.redelivery, "duration": one.duration.as_secs_f64(),
        "status": one.status, "status_code": one.status_code, "event": one.event,
        "action": one.action, "installation_id": one.installation_id,
        "repository_id": one.repository_id, "throttled_at": null
    })
}

/// One delivery with what was sent and what came back.
pub(in crate::demo::github) fn delivery_with_payload(one: &Delivery, url: &str) -> Value {
    join(
        delivery(one),
        json!({
            "url": url,
            "request": {
                "headers": { "X-GitHub-Delivery": one.guid, "X-GitHub-Event": one.event },
                "payload": serde_json::from_str::<Value>(&one.payload).unwrap_or_default()
            },
            "response": { "headers": {}, "payload": one.response }
        }),
    )
}
