//! What a commenter did wrong, in words for them.

use std::fmt;

/// Why a command was not done. Its text is Markdown; what it repeats from the comment or from a
/// spec stands in code marks, so that it can neither format anything nor mention anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It looks like one of ours.
    UnknownCommand {
        /// What was written, with its slash.
        said: String,
        /// What was probably meant, without its slash.
        meant: Option<&'static str>,
    },
    /// More commands in one comment than we do.
    TooManyCommands {
        /// How many we do.
        limit: usize,
    },
    /// More arguments than we read.
    TooManyArguments {
        /// The command's name, without its slash.
        command: &'static str,
        /// How many we read.
        limit: usize,
    },
    /// Words behind a command that takes none.
    TakesNoArguments {
        /// The command's name, without its slash.
        command: &'static str,
    },
    /// `cancel` beside the name of a role.
    CancelStandsAlone {
        /// The command's name, without its slash.
        command: &'static str,
    },
    /// An objection without a reason.
    NeedsReason,
    /// No summary has been shown before the comment was made.
    NothingShown,
    /// No role in the summary is called that.
    UnknownRole {
        /// What was written.
        said: String,
        /// A role with a similar name.
        meant: Option<String>,
        /// The roles there are.
        known: Vec<String>,
    },
    /// Several specs are called that.
    AmbiguousRole {
        /// What was written.
        said: String,
        /// Their paths.
        paths: Vec<String>,
    },
    /// The role has no such change.
    UnknownChange {
        /// The role.
        role: String,
        /// What was written.
        said: String,
        /// The changes there are.
        known: Vec<String>,
    },
    /// Several changes begin like that.
    AmbiguousChange {
        /// What was written.
        said: String,
        /// The changes it could be.
        could_be: Vec<String>,
    },
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand {
                said,
                meant: Some(meant),
            } => write!(f, "There is no command {}. Did you mean `/{meant}`?", code(said)),
            Self::UnknownCommand { said, meant: None } => {
                write!(f, "There is no command {}. `/spec-help` lists them.", code(said))
            }
            Self::TooManyCommands { limit } => {
                write!(f, "Only the first {limit} commands of a comment are done.")
            }
            Self::TooManyArguments { command, limit } => write!(
                f,
                "`/{command}` takes at most {limit} names, so nothing was done. Without names it means everything \
                 that was shown."
            ),
            Self::TakesNoArguments { command } => {
                write!(f, "`/{command}` takes no words behind it, so nothing was done.")
            }
            Self::CancelStandsAlone { command } => write!(
                f,
                "`/{command} cancel` takes everything back that you have said, and no role's name, so nothing was done."
            ),
            Self::NeedsReason => {
                f.write_str("An objection needs a reason: `/reject-role [ROLE] REASON`.")
            }
            Self::NothingShown => f.write_str(
                "No summary had been shown when you wrote this, so there is nothing that it could be about. Read the \
                 summary, then say it again.",
            ),
            Self::UnknownRole {
                said,
                meant: Some(meant),
                ..
            } => write!(
                f,
                "No role in this pull request is called {}. Did you mean {}?",
                code(said),
                code(meant)
            ),
            Self::UnknownRole {
                said,
                meant: None,
                known,
            } => write!(
                f,
                "No role in this pull request is called {}. There is {}.",
                code(said),
                codes(known)
            ),
            Self::AmbiguousRole { said, paths } => write!(
                f,
                "Several specs are called {}. Name one by its path: {}.",
                code(said),
                codes(paths)
            ),
            Self::UnknownChange { role, said, known } => write!(
                f,
                "{} has no change {}, so nothing was done. It has {}.",
                code(role),
                code(said),
                codes(known)
            ),
            Self::AmbiguousChange { said, could_be } => write!(
                f,
                "Several changes begin with {}: {}.",
                code(said),
                codes(could_be)
            ),
        }
    }
}

fn codes(texts: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<String> = texts.iter().take(SHOWN).map(|text| code(text)).collect();
    match texts.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Foreign text as inline code: on one line, short, and closed whatever backticks it holds.
fn code(text: &str) -> String {
    const SHOWN: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = line.chars().filter(|c| !c.is_control());
    let mut short: String = chars.by_ref().take(SHOWN).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    let longest = short.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if short.starts_with('`') || short.ends_with('`') || short.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{short}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Event;
    use pulldown_cmark::Parser;

    use super::*;

    #[test]
    fn foreign_text_neither_formats_nor_mentions() {
        for text in [
            "@acme/all",
            "a`b",
            "``",
            "`",
            "[x](http://y)",
            "<b>",
            "a\n\n# b",
            "",
        ] {
            let answer = Answer::UnknownRole {
                said: text.to_owned(),
                meant: None,
                known: vec![text.to_owned()],
            };
            let shown = answer.to_string();
            for event in Parser::new(&shown) {
                if let Event::Text(plain) = event {
                    assert!(!plain.contains('@') && !plain.contains('`'), "{shown}");
                }
            }
            let codes = Parser::new(&shown).filter(|event| matches!(event, Event::Code(_)));
            assert_eq!(codes.count(), 2, "{shown}");
        }
    }
}
