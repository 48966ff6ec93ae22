//! Which texts are versions, how they compare, and how a step is written.

use jiff::civil::Date;

use crate::spec::version::Grammar;
use crate::spec::version::Version;

fn version(text: &str) -> Version {
    Version::parse(text).unwrap_or_else(|| panic!("{text} should be a version"))
}

#[test]
fn every_known_grammar_is_read() {
    use Grammar::*;
    for (text, grammar) in [
        ("3", One),
        ("v3", One),
        ("1.10", Two),
        ("v1.0", Two),
        ("V2.1", Two),
        ("1.4.0", Three),
        ("v1.4.0", Three),
        ("Version 0.5.0", Three),
        ("v.2.1", Two),
        ("1.0.0-rc.1", Three),
        ("1.0-beta", Two),
        ("1.0.0+build.5", Three),
        ("1.0 (Draft)", Two),
        ("2.0 draft", Two),
        ("1.2, 2026-06-16", Two),
        ("1.2 - 2026-06-16", Two),
        ("r3", Revision),
        ("r3, 2026-06-16", Revision),
        ("Rev. 4", Revision),
        ("Revision 7", Revision),
        ("2026-06-16", Calendar),
        ("2026.06", Calendar),
        ("2026/6/1", Calendar),
    ] {
        let read = version(text);
        assert_eq!(read.grammar(), grammar, "{text}");
        assert_eq!(read.render(), text, "is written back as it was");
    }
}

#[test]
fn what_is_no_version_is_refused() {
    for text in [
        "",
        "latest",
        "two-ish",
        "1.x.y",
        "1.2.3.4",
        "next one, soon",
        "Java 21+ Engineer",
        "2026-02-30",
        "2026-13-40",
        "-1",
        "1..2",
        "1.",
        ".1",
        "v",
        "rev",
        "1.2, soon",
        "99999999999999999999999",
        "1.0.0-",
    ] {
        assert!(Version::parse(text).is_none(), "{text}");
    }
}

#[test]
fn order_is_by_number_and_not_by_letter() {
    for (low, high) in [
        ("1.9", "1.10"),
        ("v1.9", "1.10"),
        ("1.9.9", "2.0.0"),
        ("1.0.0-rc.1", "1.0.0"),
        ("1.0.0-rc.2", "1.0.0-rc.10"),
        ("r9", "r10, 2026-01-01"),
        ("Revision 2", "r3"),
        ("2026-06-16", "2026-07-01"),
        ("2026.6", "2026.11"),
    ] {
        assert!(version(low) < version(high), "{low} < {high}");
        assert!(version(high) > version(low), "{high} > {low}");
    }
}

#[test]
fn the_way_of_writing_does_not_count() {
    for (a, b) in [
        ("v1.2", "1.2"),
        ("1.2", "1.2.0"),
        ("r3", "r3, 2026-06-16"),
        ("1.0", "1.0 (Draft)"),
    ] {
        assert_eq!(version(a), version(b));
    }
}

#[test]
fn grammars_do_not_compare() {
    assert_eq!(version("r3").partial_cmp(&version("3")), None);
    assert_eq!(version("2026-06-16").partial_cmp(&version("1.0")), None);
}

#[test]
fn a_step_keeps_the_style() {
    assert_eq!(version("v1.4").with_numbers([1, 5, 0]).as_written(), "v1.5");
    assert_eq!(version("1.09").with_numbers([1, 10, 0]).as_written(), "1.10");
    assert_eq!(version("1.08").with_numbers([1, 9, 0]).as_written(), "1.09");
    assert_eq!(
        version("1.0 (Draft)").with_numbers([1, 1, 0]).as_written(),
        "1.1 (Draft)"
    );
    let today = Date::constant(2026, 11, 21);
    assert_eq!(
        version("r3, 2026-06-16")
            .with_numbers([4, 0, 0])
            .with_date(today)
            .as_written(),
        "r4, 2026-11-21"
    );
    assert_eq!(version("2026.06").with_date(today).as_written(), "2026.11");
    assert_eq!(version("2026/6/1").with_date(today).as_written(), "2026/11/21");
}
