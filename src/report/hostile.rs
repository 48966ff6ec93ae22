//! Whatever a spec says, the comment stays ours: rendered by a CommonMark parser and looked at.

use proptest::prelude::*;
use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

use crate::approvals::Approval;
use crate::approvals::Counted;
use crate::approvals::Open;
use crate::diff::ChangeKind;
use crate::diff::Echo;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::Login;
use crate::ids::SpecPath;
use crate::report::PowerNote;
use crate::report::Powers;
use crate::report::Rejected;
use crate::report::Report;
use crate::report::Surroundings;
use crate::report::Voice;
use crate::report::markdown;
use crate::report::sample;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::rules::Suggestion;
use crate::spec::Lines;

const PIECES: &[&str] = &[
    "@acme/security",
    "@alice",
    "/approve-role",
    "/approve-role\n",
    "\n",
    "\r\n/reject-role x\r",
    "\n\n",
    "\t",
    " ",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "<!--",
    "-->",
    "</details>",
    "<details>",
    "</sub>",
    "<b",
    "![x](http://e.org/x.png)",
    "[x](javascript:y)",
    "[x][y]",
    "[y]: http://e.org",
    "https://e.org",
    "http://e.org/?q=1",
    "www.e.org",
    "a@b.org",
    "mailto:a@b.org",
    "<http://e.org>",
    "#12",
    "GH-12",
    "acme/roles#3",
    "|",
    "\\|",
    "\\",
    "||",
    "| a | b |",
    "|---|---|",
    "```",
    "````\n/approve-role",
    "`",
    "``",
    "~~~",
    "~~",
    "~",
    "**",
    "*",
    "__",
    "_",
    "_x_",
    "- x",
    "\n- [ ] x",
    "1. x",
    "# x",
    "> x",
    "===",
    "---",
    "\n---\n",
    "&lt;b&gt;",
    "&amp;",
    "&#64;alice",
    "&commat;",
    "$x$",
    "$$x$$",
    "$`x`$",
    ":smile:",
    "[^1]",
    "[^1]: x",
    "must",
    "deployment",
    "70%",
    "\u{202e}",
    "\u{200b}",
    "\u{0}",
    "\u{7}",
    "\u{1b}[31m",
    "é",
    "責任",
    "✅",
    "👩‍💻",
    "word",
    ",",
    ".",
    "(",
    ")",
    "!",
    "\"",
    "'",
    "{{ x }}",
    "{% x %}",
    "::error::x",
    "<!-- specwarden:comment -->",
    "<!-- specwarden:shown 00 -->",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("x".repeat(700)),
    ];
    proptest::collection::vec((piece, any::<bool>()), 0..8).prop_map(|pieces| {
        let parts = pieces
            .into_iter()
            .map(|(piece, spaced)| if spaced { format!("{piece} ") } else { piece });
        parts.collect()
    })
}

/// A report in which every text that comes from outside is hostile.
fn report(texts: &[String]) -> Report {
    let text = |at: usize| texts[at % texts.len()].clone();
    let kinds = [
        ChangeKind::ConstraintLoosened,
        ChangeKind::AuthorityGranted,
        ChangeKind::ResponsibilityRelaxed,
        ChangeKind::SectionRenamed,
        ChangeKind::ConstraintMoved,
    ];
    let mut specs = Vec::new();
    for copy in 0..2 {
        let changes = kinds.iter().enumerate().map(|(at, kind)| {
            let before = (at != 1).then(|| text(at));
            let after = (at != 0).then(|| text(at + 1));
            let number = u8::try_from(at * 2 + copy * usize::from(at > 2)).unwrap_or(0);
            let mut change = sample::change(number, *kind, before.as_deref(), after.as_deref());
            change.section = vec![text(at + 2), text(at + 3)];
            change.key = Some(text(at + 4));
            change.moved_to = (at == 4).then(|| vec![text(at + 5)]);
            change.evidence = vec![text(at + 5), format!("removed from `{}`", text(at + 6))];
            change.witness = Some(text(at + 7));
            change.echoes = vec![Echo {
                section: vec![text(at + 8)],
                lines: Lines::one(3),
            }];
            change
        });
        let mut spec = sample::spec(&format!("roles/{copy}{}.md", text(9)), changes.collect());
        spec.role = text(10);
        spec.version.before = Some(text(11));
        spec.version.after = Some(text(12));
        spec.powers = Some(Powers {
            duties: vec![text(13)],
            limits: vec![text(14)],
            grants: vec![text(15)],
        });
        specs.push(spec);
    }
    let mut report = sample::report(specs);
    report.base = text(16);
    report.head = text(17);
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        report.findings.push(Finding {
            rule: "version-not-bumped".to_owned(),
            severity,
            path: SpecPath::new(text(18)),
            line: Some(3),
            message: format!("the version `{}` is not {}", text(19), text(20)),
            help: text(21),
            suggestion: Some(Suggestion {
                line: 3,
                replacement: text(22),
            }),
        });
    }
    report.approvals.push(Approval {
        name: text(23),
        because: vec![ChangeId::new("c1234567")],
        require: 1,
        from: vec![text(24), "@acme/security".to_owned()],
        approved_by: vec![Login::new(text(25))],
        counted: vec![Counted {
            login: Login::new(text(25)),
            why: text(27),
            changes: Vec::new(),
        }],
        open: Open {
            remarks: vec![text(28)],
            ..Open::default()
        },
        satisfied: false,
        reasons: vec![text(26)],
    });
    report.power.push(PowerNote {
        id: ChangeId::new("c7654321"),
        digest: Digest::new("ab".repeat(32)),
        kind: "policy.changed".to_owned(),
        path: SpecPath::new(text(27)),
        sentences: vec![text(28)],
    });
    report.rejections.push(Rejected {
        login: Login::new(text(29)),
        role: Some(text(30)),
        reason: text(31),
        blocks: true,
        because: text(32),
    });
    report
}

fn around() -> Surroundings {
    Surroundings {
        rules_url: Some("https://bot.example/rules/".to_owned()),
        base_url: Some("https://git.example/blob/1/".to_owned()),
        head_url: Some("https://git.example/blob/2/".to_owned()),
        details_url: Some("https://bot.example/pulls/1".to_owned()),
        voice: Voice::PullRequest,
    }
}

/// What is wrong with a comment, if anything.
fn complaint(comment: &str) -> Option<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut code = false;
    let mut cells = 0;
    let mut text = String::new();
    for event in Parser::new_ext(comment, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Image { .. }) => return Some("an image".to_owned()),
            Event::Start(Tag::Link { dest_url, .. })
                if !dest_url.starts_with("https://bot.example/")
                    && !dest_url.starts_with("https://git.example/") =>
            {
                return Some(format!("a link to {dest_url}"));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                if let Some(tag) = foreign_tag(&html) {
                    return Some(format!("a tag: {tag}"));
                }
                text.push_str(&html.replace("&#36;", "$"));
            }
            Event::TaskListMarker(_) | Event::FootnoteReference(_) => {
                return Some("a task or footnote".to_owned());
            }
            Event::InlineMath(_) | Event::DisplayMath(_) => return Some("a formula".to_owned()),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) if cells != 3 => {
                return Some(format!("{cells} cells"));
            }
            Event::Text(part) if !code => text.push_str(&part),
            Event::Code(_) => text.push('\u{1}'),
            Event::SoftBreak
            | Event::HardBreak
            | Event::Start(_)
            | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                text.push('\n');
            }
            _ => {}
        }
    }
    live(&text)
}

/// A tag or comment that is not of ours.
fn foreign_tag(html: &str) -> Option<String> {
    const OURS: [&str; 6] = [
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<sub>",
        "</sub>",
    ];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let tag = rest[at..].split_inclusive('>').next().unwrap_or_default();
        let hidden = tag == "<!-- specwarden:comment -->"
            || tag.strip_prefix("<!-- specwarden:shown ").is_some_and(|inside| {
                let inside = inside.trim_end_matches("-->");
                inside.bytes().all(|b| b.is_ascii_hexdigit() || b == b' ')
            });
        if !hidden && !OURS.contains(&tag) {
            return Some(tag.to_owned());
        }
        rest = &rest[at + tag.len()..];
    }
    None
}

/// What GitHub would make of text after it has been rendered: mentions, references, addresses.
fn live(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    for (at, pair) in chars.windows(2).enumerate() {
        let around: String = chars[at.saturating_sub(10)..(at + 10).min(chars.len())]
            .iter()
            .collect();
        match pair {
            ['@', c] if c.is_alphanumeric() => return Some(format!("a mention: {around:?}")),
            ['#', c] if c.is_ascii_digit() => return Some(format!("a reference: {around:?}")),
            [':', '/'] => return Some(format!("an address: {around:?}")),
            ['\n', '/'] => return Some(format!("a command: {around:?}")),
            _ => {}
        }
    }
    text.to_ascii_lowercase()
        .contains("www.")
        .then(|| "an address".to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_in_a_spec_acts_in_the_comment(texts in proptest::collection::vec(hostile(), 1..12)) {
        let comment = markdown::comment(&report(&texts), &around());
        prop_assert_eq!(complaint(&comment), None, "{}", comment);
        prop_assert!(comment.starts_with(markdown::MARKER));
        prop_assert!(comment.chars().count() <= 65_536);
        prop_assert!(markdown::shown(&comment).is_some_and(|shown| shown.iter().all(|d| d.as_str().len() == 64)));
    }
}

#[test]
fn a_complaint_is_made_where_something_acts() {
    for text in [
        "@alice",
        "see #12",
        "<b>",
        "![x](y)",
        "[x](http://e.org)",
        "x\n/approve-role",
        "www.e.org",
    ] {
        assert!(complaint(text).is_some(), "{text}");
    }
    assert_eq!(complaint("`@alice` and @\u{200b}alice"), None);
}
