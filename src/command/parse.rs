//! From a comment's text to commands.

use crate::approvals::near;

use super::Answer;
use super::Command;
use super::Sender;
use super::Target;
use super::Targets;
use super::lines::Line;
use super::lines::lines;
use super::names;

/// GitHub allows 65,536 characters; what is behind this many bytes is not read.
const MAX_BYTES: usize = 4 * 65_536;
const MAX_COMMANDS: usize = 20;
const MAX_ARGUMENTS: usize = 100;

/// What a comment asks for, and what is wrong with it, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What is to be done.
    pub commands: Vec<Command>,
    /// What has to be answered.
    pub answers: Vec<Answer>,
}

/// Reads a comment. A command stands on its own line of a paragraph: not in code, a quotation, a
/// list, a table, HTML, a comment or a link, and not indented.
pub fn parse(body: &str, sender: Sender) -> Parsed {
    let mut parsed = Parsed::default();
    match sender {
        Sender::Bot => return parsed,
        Sender::Person => {}
    }
    let mut end = body.len().min(MAX_BYTES);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let body = &body[..end];
    // Most comments hold no command; they need no Markdown parser.
    if !body.contains('/') {
        return parsed;
    }
    for line in lines(body) {
        let outcome = read(&line);
        let full = parsed.commands.len() + parsed.answers.len() >= MAX_COMMANDS;
        match outcome {
            None => {}
            Some(_) if full => {
                parsed
                    .answers
                    .push(Answer::TooManyCommands { limit: MAX_COMMANDS });
                break;
            }
            Some(Ok(command)) => parsed.commands.push(command),
            Some(Err(answer)) => parsed.answers.push(answer),
        }
    }
    parsed
}

/// `None`: the line is none of our business.
fn read(line: &Line) -> Option<Result<Command, Answer>> {
    let text = line.text.trim_end();
    let said = text.split(char::is_whitespace).next()?;
    let name = said.strip_prefix('/')?;
    if said.len() > line.plain || name.is_empty() {
        return None;
    }
    let arguments = text.get(said.len()..).unwrap_or_default().trim();
    let Some(name) = names().into_iter().find(|known| known.eq_ignore_ascii_case(name)) else {
        return unknown(said, name).map(Err);
    };
    Some(match name {
        "approve-role" => approve(arguments),
        "reject-role" => reject(arguments),
        "spec-status" => bare(name, arguments, Command::Status),
        "spec-fix" => bare(name, arguments, Command::Fix),
        "spec-recheck" => bare(name, arguments, Command::Recheck),
        _ => bare(name, arguments, Command::Help),
    })
}

/// Other bots have commands too: only what is close to one of ours, or begins like ours, is
/// answered.
fn unknown(said: &str, name: &str) -> Option<Answer> {
    let near = names()
        .into_iter()
        .filter_map(|known| near::distance(known, name, 2).map(|d| (d, known)))
        .min();
    let meant = near.map(|(_, known)| known);
    let lower = name.to_ascii_lowercase();
    let ours = ["spec-", "approve-role", "reject-role"]
        .iter()
        .any(|start| lower.starts_with(start));
    let word = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | ','));
    (word && (ours || meant.is_some())).then(|| Answer::UnknownCommand {
        said: said.to_owned(),
        meant: meant.or_else(|| names().into_iter().find(|known| lower.starts_with(known))),
    })
}

fn bare(name: &'static str, arguments: &str, command: Command) -> Result<Command, Answer> {
    if arguments.is_empty() {
        Ok(command)
    } else {
        Err(Answer::TakesNoArguments { command: name })
    }
}

fn approve(arguments: &str) -> Result<Command, Answer> {
    if arguments.eq_ignore_ascii_case("cancel") {
        return Ok(Command::ApproveCancel);
    }
    let each = targets(arguments).ok_or(Answer::TooManyArguments {
        command: "approve-role",
        limit: MAX_ARGUMENTS,
    })?;
    Ok(Command::Approve(Targets {
        each,
        whole: arguments.to_owned(),
    }))
}

fn reject(arguments: &str) -> Result<Command, Answer> {
    if arguments.is_empty() {
        Err(Answer::NeedsReason)
    } else if arguments.eq_ignore_ascii_case("cancel") {
        Ok(Command::RejectCancel)
    } else {
        Ok(Command::Reject(arguments.to_owned()))
    }
}

/// The words of an approval; `None` where there are too many.
fn targets(arguments: &str) -> Option<Vec<Target>> {
    let mut targets = Vec::new();
    let mut rest = arguments;
    while let Some((word, behind)) = first_word(rest) {
        if targets.len() == MAX_ARGUMENTS {
            return None;
        }
        targets.push(target(word));
        rest = behind;
    }
    Some(targets)
}

fn target(said: String) -> Target {
    let split = said.rsplit_once('#').filter(|(_, change)| !change.is_empty());
    let (role, change) = match split {
        Some((role, change)) => (role.to_owned(), Some(change.to_owned())),
        None => (said.clone(), None),
    };
    Target { said, role, change }
}

/// The first word, quotation marks taken off, and what is behind it. Words are separated by blanks
/// and commas.
pub(super) fn first_word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let mut word = String::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' | '“' | '”' | '„' => quoted = !quoted,
            c if !quoted && (c.is_whitespace() || c == ',') => return Some((word, &text[at..])),
            c => word.push(c),
        }
    }
    (!text.is_empty()).then_some((word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(body: &str) -> Vec<Command> {
        let parsed = parse(body, Sender::Person);
        assert_eq!(parsed.answers, [], "{body}");
        parsed.commands
    }

    fn said(body: &str) -> Vec<String> {
        match commands(body).as_slice() {
            [Command::Approve(targets)] => targets.each.iter().map(|t| t.said.clone()).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn every_command_is_read() {
        let bare = Command::Approve(Targets::default());
        for (body, expected) in [
            ("/approve-role", bare.clone()),
            ("  /approve-role  ", bare.clone()),
            ("/Approve-Role\r\n", bare.clone()),
            ("thanks!\n/approve-role\nbye", bare.clone()),
            ("thanks!\n\n/approve-role\n\nbye", bare),
            ("/approve-role cancel", Command::ApproveCancel),
            (
                "/reject-role agent it may deploy",
                Command::Reject("agent it may deploy".to_owned()),
            ),
            ("/reject-role CANCEL", Command::RejectCancel),
            ("/spec-status", Command::Status),
            ("/spec-fix", Command::Fix),
            ("/spec-recheck", Command::Recheck),
            ("/spec-help", Command::Help),
        ] {
            assert_eq!(commands(body), [expected], "{body:?}");
        }
        assert_eq!(
            commands("/spec-fix\n/approve-role\n\ntext\n\n/spec-status").len(),
            3
        );
    }

    #[test]
    fn what_does_not_stand_on_its_own_line_of_plain_text_is_no_command() {
        for body in [
            "please /approve-role",
            "`/approve-role`",
            "``\n/approve-role\n``",
            "```\n/approve-role\n```",
            "```\n/approve-role",
            "~~~\n/approve-role\n~~~",
            "````\n```\n/approve-role\n```\n````",
            "    /approve-role",
            "\t/approve-role",
            "text\n    /approve-role",
            "text\n\t/approve-role",
            "> /approve-role",
            "> quoted\n/approve-role",
            "> > deep\n/approve-role",
            "- /approve-role",
            "- text\n  /approve-role",
            "1. text\n\n   /approve-role",
            "<!-- \n/approve-role\n-->",
            "<!--\n\n/approve-role\n\n-->",
            "text <!--\n/approve-role\n-->",
            "<details>\n/approve-role\n</details>",
            "<details>\n\n/approve-role\n\n</details>",
            "<details><summary>what bob said</summary>\n\ntext\n\n/approve-role",
            "<blockquote>\n\n/approve-role\n\n</blockquote>",
            "<div>\n<blockquote>\n\n<b>x</b>\n\n/approve-role\n\n</blockquote></div>",
            "<DEL>\n\n/approve-role\n\n</DEL>",
            "text <code>\n/approve-role\n</code>",
            "text <del>not\n/approve-role\n</del>",
            "$$\n/approve-role\n$$",
            "---\n/approve-role\n---",
            "> [!NOTE]\n> /approve-role",
            "> [!NOTE]\n/approve-role",
            "* * *\n+ /approve-role",
            "1) /approve-role",
            "- [ ] /approve-role",
            "[a]: https://x.example\n  \"/approve-role\"",
            "[a]: https://x.example \"\n/approve-role\n\"",
            "&#47;approve-role",
            "<https://x.example>/approve-role",
            "\u{202e}/approve-role",
            "\u{200b}/approve-role",
            "／approve-role",
            "<pre>\n/approve-role\n</pre>",
            "[/approve-role](https://x.example)",
            "/[approve-role](https://x.example)",
            "[x\n/approve-role\n](https://x.example)",
            "![/approve-role](https://x.example/a.png)",
            "**/approve-role**",
            "*text\n/approve-role\nend*",
            "# /approve-role",
            "/approve-role | x\n---|---\n/approve-role | y",
            "\\/approve-role",
            "/appr<!-- -->ove-role",
            "[^1]\n\n[^1]: /approve-role",
            "/ approve-role",
            "//approve-role",
            "/usr/bin/env",
            "/lgtm",
            "/approve",
            "/merge squash",
            "",
        ] {
            assert_eq!(parse(body, Sender::Person), Parsed::default(), "{body:?}");
        }
    }

    #[test]
    fn html_that_is_over_hides_nothing() {
        for body in [
            "<details>\n\n> old\n\n</details>\n\n/approve-role",
            "<b>done</b> <br> <img src=x>\n/approve-role",
            "thanks <name>!\n/approve-role",
            "<!-- <details> -->\n\n/approve-role",
            "<!--\n<details>\n-->\n\n/approve-role",
            "<p align=center>hi\n\n/approve-role",
            "a < b and c > d\n/approve-role",
            "</div>\n\n/approve-role",
            "it costs $5\n/approve-role",
        ] {
            assert_eq!(said(body), [""; 0], "{body:?}");
        }
    }

    #[test]
    fn bots_command_nothing() {
        assert_eq!(parse("/approve-role", Sender::Bot), Parsed::default());
    }

    #[test]
    fn names_may_be_quoted_marked_as_code_or_separated_by_commas() {
        for (body, expected) in [
            ("/approve-role a b", vec!["a", "b"]),
            ("/approve-role a, b,c", vec!["a", "b", "c"]),
            ("/approve-role \"Director of X\" b", vec!["Director of X", "b"]),
            (
                "/approve-role “Director of X”#c1234567",
                vec!["Director of X#c1234567"],
            ),
            ("/approve-role `a b`#c1234567", vec!["a b#c1234567"]),
            ("/approve-role [agent](https://x.example)", vec!["agent"]),
            (
                "/approve-role platform_engineer_x <!-- secret -->",
                vec!["platform_engineer_x"],
            ),
            ("/approve-role \"open", vec!["open"]),
        ] {
            assert_eq!(said(body), expected, "{body}");
        }
        let Command::Approve(targets) = &commands("/approve-role agent#c1f3a09b roles/x.md C#")[0] else {
            panic!("an approval");
        };
        let pairs: Vec<(&str, Option<&str>)> = targets
            .each
            .iter()
            .map(|t| (t.role.as_str(), t.change.as_deref()))
            .collect();
        assert_eq!(
            pairs,
            [("agent", Some("c1f3a09b")), ("roles/x.md", None), ("C#", None)]
        );
    }

    #[test]
    fn what_looks_like_ours_is_answered() {
        for (body, expected) in [
            ("/aprove-role", "Did you mean `/approve-role`?"),
            ("/approve_role x", "Did you mean `/approve-role`?"),
            ("/approve-roles", "Did you mean `/approve-role`?"),
            ("/approve-role.", "Did you mean `/approve-role`?"),
            ("/spec-hlep", "Did you mean `/spec-help`?"),
            ("/spec-frobnicate", "`/spec-help` lists them"),
            ("/spec-status please", "takes no words"),
            ("/reject-role", "needs a reason"),
        ] {
            let parsed = parse(body, Sender::Person);
            assert_eq!(parsed.commands, [], "{body}");
            let answers: Vec<String> = parsed.answers.iter().map(ToString::to_string).collect();
            assert!(answers.join("\n").contains(expected), "{body}: {answers:?}");
        }
    }

    #[test]
    fn ten_thousand_arguments_get_an_answer_and_not_an_approval() {
        let parsed = parse(&format!("/approve-role{}", " x".repeat(10_000)), Sender::Person);
        assert_eq!(parsed.commands, []);
        assert_eq!(parsed.answers.len(), 1);
        let parsed = parse(&"/approve-role\n".repeat(10_000), Sender::Person);
        assert_eq!(parsed.commands.len(), MAX_COMMANDS);
        assert_eq!(parsed.answers.len(), 1);
        let parsed = parse(&format!("{}/approve-role", "> ".repeat(100_000)), Sender::Person);
        assert_eq!(parsed, Parsed::default());
    }

    proptest::proptest! {
        #[test]
        fn any_comment_is_read_without_a_panic(body in "(/approve-role|/reject-role|[ \\n`>#*_<!\\-\\[\\]()\"“,\\\\|]|\\PC){0,60}") {
            let parsed = parse(&body, Sender::Person);
            proptest::prop_assert!(parsed.commands.len() + parsed.answers.len() <= MAX_COMMANDS + 1);
        }

        #[test]
        fn line_ends_and_a_paragraph_before_it_change_nothing(body in "(/approve-role|/reject-role|/spec-fix|[a-z#\"]|[ \n>`*_<!\\-\\[\\]()\\\\|]){0,40}") {
            let parsed = parse(&body, Sender::Person);
            proptest::prop_assert_eq!(&parsed, &parse(&body.replace('\n', "\r\n"), Sender::Person));
            proptest::prop_assert_eq!(&parsed, &parse(&format!("So be it.\n\n{body}"), Sender::Person));
            proptest::prop_assert_eq!(Parsed::default(), parse(&body, Sender::Bot));
        }

        #[test]
        fn a_line_right_behind_a_quotation_belongs_to_it(lines in proptest::collection::vec("[a-z][a-z/ ]{0,20}", 1..6)) {
            let quoted: String = lines.iter().map(|line| format!("> {line}\n")).collect();
            let body = format!("{quoted}/approve-role");
            proptest::prop_assert_eq!(parse(&body, Sender::Person), Parsed::default());
        }
    }
}
