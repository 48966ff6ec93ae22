//! Chat commands: what a pull-request comment asks for, and what to answer where it is wrong.
//!
//! Pure: the comment comes in as text, the changes last shown as data. Whether the sender may do
//! what they ask is judged elsewhere. Start in [`parse`].

mod answer;
mod lines;
mod parse;
mod resolve;

pub use answer::Answer;
pub use parse::Parsed;
pub use parse::parse;
pub use resolve::Objection;
pub use resolve::Shown;
pub use resolve::approved_changes;
pub use resolve::resolve;
pub use resolve::resolve_objection;

/// One thing a comment asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/approve-role`: approve what was shown, or only these parts of it.
    Approve(Targets),
    /// `/approve-role cancel`: withdraw the sender's approvals.
    ApproveCancel,
    /// `/reject-role`: the text behind it, a role and a reason or only a reason.
    Reject(String),
    /// `/reject-role cancel`: withdraw an objection.
    RejectCancel,
    /// `/spec-status`: say who may approve what.
    Status,
    /// `/spec-fix`: commit the version step and the drafted row.
    Fix,
    /// `/spec-recheck`: evaluate again from scratch.
    Recheck,
    /// `/spec-help`: the table of commands.
    Help,
}

/// What an approval names; nothing means all that was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// One by one.
    pub each: Vec<Target>,
    /// All words as one, since a title may have been written without quotation marks.
    pub whole: String,
}

/// One `ROLE` or `ROLE#CHANGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The word as written.
    pub said: String,
    /// The part before the last `#`, or all of it.
    pub role: String,
    /// The part behind the last `#`.
    pub change: Option<String>,
}

/// Who wrote a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A person.
    Person,
    /// A bot, ourselves included; what it writes is never a command.
    Bot,
}

/// One row of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpRow {
    /// How it is written; several ways are separated by ` · `.
    pub syntax: &'static str,
    /// What it does.
    pub effect: &'static str,
}

/// Every command. Help, documentation and did-you-mean are made of this table.
pub const TABLE: &[HelpRow] = &[
    HelpRow {
        syntax: "/approve-role",
        effect: "approve every change you are eligible for, as last shown",
    },
    HelpRow {
        syntax: "/approve-role ROLE… · /approve-role ROLE#CHANGE…",
        effect: "only these specs, or single changes",
    },
    HelpRow {
        syntax: "/approve-role cancel",
        effect: "withdraw your approvals",
    },
    HelpRow {
        syntax: "/reject-role [ROLE] REASON",
        effect: "block until you, or a maintainer, say `/reject-role cancel`",
    },
    HelpRow {
        syntax: "/spec-status",
        effect: "who may approve what, and why it is pending",
    },
    HelpRow {
        syntax: "/spec-fix",
        effect: "commit the version step and the drafted change-log row to the branch",
    },
    HelpRow {
        syntax: "/spec-recheck",
        effect: "evaluate again from scratch",
    },
    HelpRow {
        syntax: "/spec-help",
        effect: "this table",
    },
];

/// The table of commands as Markdown.
pub fn help() -> String {
    let mut text = String::from("| command | effect |\n|---|---|\n");
    for row in TABLE {
        let syntax: Vec<String> = row.syntax.split(" · ").map(|way| format!("`{way}`")).collect();
        text.push_str(&format!("| {} | {} |\n", syntax.join(" · "), row.effect));
    }
    text.push_str(
        "\nA command stands on its own line. `ROLE` is a role's id, code, title (in quotation marks) or path; \
         `CHANGE` is an id from the summary, such as `c1f3a09b`.\n",
    );
    text
}

/// The commands' names, without the slash, each once.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for row in TABLE {
        let name = row.syntax.split_whitespace().next().unwrap_or_default();
        let name = name.trim_start_matches('/');
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_command_once_per_use() {
        assert_eq!(
            names(),
            [
                "approve-role",
                "reject-role",
                "spec-status",
                "spec-fix",
                "spec-recheck",
                "spec-help"
            ]
        );
        let help = help();
        for row in TABLE {
            assert!(help.contains(row.effect), "{}", row.syntax);
        }
    }

    #[test]
    fn the_help_is_no_command_itself() {
        let parsed = parse(&help(), Sender::Person);
        assert_eq!(parsed, Parsed::default());
    }

    #[test]
    fn the_page_about_approvals_has_the_same_table() {
        let page = include_str!("../../docs/approvals.md");
        let help = help();
        let (table, _) = help.split_once("\n\n").unwrap();
        assert!(page.contains(table), "docs/approvals.md should hold\n{table}");
    }
}
