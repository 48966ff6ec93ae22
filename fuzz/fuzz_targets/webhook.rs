//! Any webhook body is understood or passed over: no panic, nothing due without an installation, and how
//! its JSON is spelled does not matter.
//!
//! The first line is the event's name, the rest its body.
//! `cargo +nightly fuzz run webhook -- -max_len=16384 -max_total_time=600`

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use specwarden::app::Incoming;
use specwarden::app::understand;
use specwarden::github::Event;
use specwarden::ids::DeliveryId;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let name = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = bytes.get(end + 1..).unwrap_or_default();
    let read = Event::read(&name, body);
    // Read and written again: other blanks, other escapes.
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(body)
        && let Ok(read) = &read
        && let Ok(again) = Event::read(&name, value.to_string().as_bytes())
    {
        assert_eq!(format!("{read:?}"), format!("{again:?}"));
    }
    let delivery = understand(
        Incoming {
            id: DeliveryId::new("fuzz"),
            event: name,
            body: body.to_vec(),
            received_at: Timestamp::UNIX_EPOCH,
        },
        Some(7),
    );
    assert_eq!(delivery.body, body);
    if read.is_err() || delivery.installation.0 == 0 {
        assert!(delivery.marks.is_empty() && delivery.about.is_none());
    }
    // A body names what becomes due: it cannot name more than it has room for.
    assert!(delivery.marks.len() <= body.len());
});
