//! Sections between tags, and tags that are none.

use super::read;
use super::told;
use crate::spec::Facet;

#[test]
fn tags_on_lines_of_their_own_are_sections() {
    let spec = read(
        "# T\n\n<role>\nYou sort the post.\n\n**Core responsibilities:**\n- sort\n- file\n</role>\n\n\
         <constraints>\n- Do not open letters\n- Work alone\n</constraints>\n\n\
         <Success_Criteria>\n- [ ] nothing lost\n</Success_Criteria>\n\n- tea\n",
    );
    assert_eq!(
        told(&spec),
        [
            "prose role: You sort the post.",
            "duty role/Core responsibilities: sort",
            "duty role/Core responsibilities: file",
            "limit constraints: Do not open letters",
            "limit constraints: Work alone",
            "outcome Success_Criteria: nothing lost",
            "prose : tea",
        ]
    );
    let lines: Vec<_> = spec.items.iter().map(|item| item.lines.first).collect();
    assert_eq!(lines, [4, 7, 8, 12, 13, 17, 20]);
}

#[test]
fn what_stands_between_tags_may_be_indented() {
    let text = "---\nname: t\n---\n\n<Prompt>\n  <Role>\n    You sort. Never open letters.\n  </Role>\n\n  \
                <Constraints>\n    - Work alone\n      and slowly\n    - Ask\n      1. first\n\n    Always sign.\n  \
                </Constraints>\n\n  <Rules> - One\n    - Two\n  </Rules>\n</Prompt>\n\nThe end.\n";
    let spec = read(text);
    assert_eq!(
        told(&spec)[1..],
        [
            "prose Prompt/Role: You sort.",
            "limit Prompt/Role: Never open letters.",
            "limit Prompt/Constraints: Work alone and slowly",
            "limit Prompt/Constraints: Ask",
            "limit Prompt/Constraints: first",
            "limit Prompt/Constraints: Always sign.",
            "limit Prompt/Rules: One",
            "limit Prompt/Rules: Two",
            "prose : The end.",
        ]
    );
    for item in &spec.items {
        let there = &text[item.bytes.clone()];
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(there).ends_with(&*item.text), "{there:?} {:?}", item.text);
    }
}

#[test]
fn headings_between_tags_end_with_them() {
    let spec = read(
        "# T\n\n## Limitations\n\n<format>\n## Responsibilities\n- sort\n</format>\n\n- no letters\n\n\
         <changelog>\n- 1.0 (2026-01-01): first\n</changelog>\n",
    );
    assert_eq!(
        told(&spec),
        [
            "duty Limitations/format/Responsibilities: sort",
            "limit Limitations: no letters",
        ]
    );
    assert_eq!(spec.changelog.map(|log| log.rows.len()), Some(1));
}

#[test]
fn what_only_looks_like_a_section_is_none() {
    for text in [
        "<constraints>\n- left open",
        "- not opened\n</constraints>",
        "```\n<constraints>\n```\n- in code\n\n```\n</constraints>\n```",
        "<details>\n\n- HTML of its own\n\n</details>",
        "<https://x.y/>\n\n- a link",
        "Write <constraints> and\n\n- close it </constraints> later",
        "> <constraints>\n\n- quoted\n\n> </constraints>",
    ] {
        let spec = read(text);
        let limits = spec
            .items
            .iter()
            .filter(|item| item.facet == Facet::Limit)
            .count();
        assert_eq!(limits, 0, "{text} {:?}", told(&spec));
    }
}

#[test]
fn tags_without_number_are_read_in_time() {
    for (open, close) in [
        ("<a_b>\n".repeat(100_000), String::new()),
        ("<a_b>\n".repeat(50_000), "</a_b>\n".repeat(50_000)),
        ("<a_b>\n- x\n</a_b>\n".repeat(50_000), String::new()),
        ("<a_b>\n<c_d>\n".repeat(25_000), "</a_b>\n</c_d>\n".repeat(25_000)),
    ] {
        let spec = read(&format!("{open}- entry\n{close}"));
        assert!(!spec.items.is_empty());
    }
}
