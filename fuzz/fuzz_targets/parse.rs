//! Any bytes are read: no panic, no loop, and every place lies inside the file.
//!
//! `cargo +nightly fuzz run parse -- -dict=fuzz/parse.dict -max_total_time=600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

fuzz_target!(|bytes: &[u8]| {
    let spec = parse("roles/fuzz.md", bytes, &Vocabulary::default());
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    for item in &spec.items {
        assert!(item.section < spec.sections.len());
        assert!(item.bytes.start <= item.bytes.end && item.bytes.end <= bytes.len());
        assert!(item.lines.first >= 1 && item.lines.last <= lines);
    }
    for place in &spec.versions {
        assert!(place.bytes.end <= bytes.len() && place.line <= lines);
    }
    for problem in &spec.problems {
        assert!(problem.line >= 1 && problem.line <= lines);
    }
});
