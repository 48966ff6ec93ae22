//! What holds for every document, sensible or not.

use proptest::prelude::*;

use super::read_bytes;
use crate::spec::Spec;

/// Everything that a reader of the model may rely on.
fn check(bytes: &[u8], spec: &Spec) {
    let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    for (index, section) in spec.sections.iter().enumerate() {
        match section.parent {
            None => assert_eq!(index, 0),
            Some(parent) => assert!(parent < index),
        }
        assert!(section.lines.first >= 1 && section.lines.first <= section.lines.last);
        assert!(section.lines.last <= lines);
    }
    for (index, item) in spec.items.iter().enumerate() {
        assert!(item.section < spec.sections.len());
        assert!(item.parent.is_none_or(|parent| parent < index));
        assert!(!item.text.is_empty() && !item.text.contains('\n'));
        assert!(item.lines.first >= 1 && item.lines.first <= item.lines.last);
        assert!(item.lines.last <= lines);
        assert!(item.bytes.start <= item.bytes.end && item.bytes.end <= bytes.len());
        let before = bytes[..item.bytes.start].iter().filter(|b| **b == b'\n').count();
        assert_eq!(before + 1, item.lines.first, "lines and bytes agree");
    }
    for place in &spec.versions {
        assert!(place.bytes.end <= bytes.len() && place.line <= lines);
    }
    for problem in &spec.problems {
        assert!(problem.line >= 1 && problem.line <= lines);
    }
    if let Some(log) = &spec.changelog {
        assert!(log.body <= bytes.len() && log.lines.last <= lines);
        for row in &log.rows {
            assert!(row.bytes.start <= row.bytes.end && row.bytes.end <= bytes.len());
        }
    }
}

/// What is left when marks, emphasis, wraps and quotes are taken off.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn words() -> impl Strategy<Value = String> + Clone {
    prop::collection::vec(
        prop::sample::select(vec![
            "must",
            "may",
            "not",
            "the agent",
            "**bold**",
            "*soft*",
            "`code`",
            "naïve",
            "日本",
            "x",
            "90%",
            "never",
            "approval",
            "e.g.",
            "v1.2",
            "a\\*b",
            "\u{a0}",
        ]),
        1..7,
    )
    .prop_map(|words| words.join(" "))
}

fn block() -> impl Strategy<Value = String> {
    let line = words();
    prop_oneof![
        line.clone().prop_map(|w| format!("## {w}\n\n")),
        Just("## Constraints\n\n".to_owned()),
        Just("### 2. Capabilities\n\n".to_owned()),
        line.clone().prop_map(|w| format!("- {w}\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("* {a}\n  {b}\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("1. **{a}**\n   - {b}\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("- ✅ **Lead:** {a}\n{b}\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("\n{a}. And {b}.\n\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("\n> {a}\n> {b}\n\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("\n| A | B |\n|---|---|\n| {a} | {b} |\n\n")),
        (line.clone(), words()).prop_map(|(a, b)| format!("\n**Note:** {a}\n**Other**: {b}\n\n")),
        line.prop_map(|w| format!("\n**{w}:**\n\n")),
    ]
}

fn front_matter() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a", "b c", "x-y", "1.10", "日本", "true"]);
    let line = prop_oneof![
        word.clone().prop_map(|w| format!("can_x: {w}\n")),
        word.clone().prop_map(|w| format!("tools: {w}, {w}\n")),
        word.clone()
            .prop_map(|w| format!("constraints:\n- forbidden_paths:\n  - \"{w}\"\n")),
        word.clone().prop_map(|w| format!("skills: [{w}, '{w}']\n")),
        word.prop_map(|w| format!("about: >\n  {w}\n  {w}\n")),
    ];
    prop::collection::vec(line, 0..5).prop_map(|lines| {
        if lines.is_empty() {
            String::new()
        } else {
            format!("---\n{}---\n", lines.concat())
        }
    })
}

fn document() -> impl Strategy<Value = Vec<u8>> {
    let body = prop::collection::vec(block(), 0..14);
    (front_matter(), body, any::<bool>(), any::<bool>()).prop_map(|(front, body, crlf, mark)| {
        let mut text = format!("{front}# Title\n\n{}", body.concat());
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        text.into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes, &read_bytes(&bytes));
    }

    #[test]
    fn any_text_of_marks_is_read(text in "(\\PC|[-*#>|`:.\\[\\]{}\"'<!=~&\\\\ \n\r\t0-9av]){0,300}") {
        check(text.as_bytes(), &read_bytes(text.as_bytes()));
        let fenced = format!("---\n{text}\n---\n{text}");
        check(fenced.as_bytes(), &read_bytes(fenced.as_bytes()));
        let plus = format!("+++\n{text}\n+++\n{text}");
        check(plus.as_bytes(), &read_bytes(plus.as_bytes()));
        let log = format!("# Change Log\n{text}\n\n<table><tr>{text}");
        check(log.as_bytes(), &read_bytes(log.as_bytes()));
    }

    #[test]
    fn the_span_of_an_item_holds_its_text(bytes in document()) {
        let spec = read_bytes(&bytes);
        check(&bytes, &spec);
        for item in &spec.items {
            let raw = std::str::from_utf8(&bytes[item.bytes.clone()]).unwrap();
            prop_assert_eq!(letters(raw), letters(&item.text), "{}", raw);
        }
    }

    #[test]
    fn line_ends_and_a_mark_change_no_item(bytes in document()) {
        let text = String::from_utf8(bytes).unwrap();
        let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let other = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let tell = |spec: &Spec| -> Vec<_> {
            spec.items.iter().map(|i| (i.facet, i.key.clone(), i.text.clone(), i.section, i.lines)).collect()
        };
        let (one, two) = (read_bytes(plain.as_bytes()), read_bytes(other.as_bytes()));
        prop_assert_eq!(tell(&one), tell(&two));
        prop_assert_eq!(one.sections, two.sections);
    }
}
