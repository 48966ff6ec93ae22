//! Any comment is read: no panic, no more commands than we do, none from a bot, and none that changes with
//! the line ends or with a paragraph before it.
//!
//! `cargo +nightly fuzz run commands -- -dict=fuzz/commands.dict -max_total_time=600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use specwarden::command::Command;
use specwarden::command::Parsed;
use specwarden::command::Sender;
use specwarden::command::parse;

fuzz_target!(|body: &str| {
    let parsed = parse(body, Sender::Person);
    assert!(parsed.commands.len() + parsed.answers.len() <= 21);
    assert_eq!(parse(body, Sender::Bot), Parsed::default());
    for command in &parsed.commands {
        if let Command::Approve(targets) = command {
            assert!(targets.each.len() <= 100);
        }
    }
    for answer in &parsed.answers {
        assert!(!answer.to_string().is_empty());
    }
    // GitHub sends CRLF.
    if !body.contains('\r') {
        assert_eq!(parsed, parse(&body.replace('\n', "\r\n"), Sender::Person));
    }
    // A byte order mark means something at the very beginning only.
    if !body.starts_with('\u{feff}') {
        assert_eq!(parsed, parse(&format!("So be it.\n\n{body}"), Sender::Person));
    }
});
