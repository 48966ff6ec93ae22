//! How a person reads the story on a terminal.

mod markdown;

use std::fmt::Write;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::demo::stage::Stage;
use crate::report::Ink;
use crate::report::Paint;

use super::github::world::CheckRun;
use super::github::world::Comment;

/// How wide a told line is at most.
const WIDTH: usize = 96;

/// Tells the story as it happens.
#[derive(Debug)]
pub struct Teller {
    voice: Voice,
    steps: AtomicUsize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    Terminal,
    Silent,
}

impl Teller {
    /// Tells on standard output; without colour where that is no terminal.
    pub fn on_the_terminal() -> Self {
        Self {
            voice: Voice::Terminal,
            steps: AtomicUsize::new(0),
        }
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self {
            voice: Voice::Silent,
            steps: AtomicUsize::new(0),
        }
    }

    fn line(&self, text: &str) {
        match self.voice {
            Voice::Terminal => anstream::println!("{text}"),
            Voice::Silent => {}
        }
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        Paint::Colour.ink(ink, text)
    }

    /// The scene.
    pub(super) fn opening(&self, stage: &Stage) {
        self.line(&format!(
            "{}\n\nacme keeps its role specs in Git. Three of them, a policy, and this server:\n\n\
             {}  a stand-in GitHub on this machine, with real HTTP and real Git\n\
             {}  the shipped server, started as `specwarden serve`\n",
            self.ink(Ink::Bold, "specwarden: the whole story"),
            self.ink(Ink::Cyan, &format!("{:24}", stage.github.url())),
            self.ink(Ink::Cyan, &format!("{:24}", stage.server_url())),
        ));
        self.line("The policy says: whoever loosens a constraint needs one approval of @acme/security.");
    }

    /// The next step.
    pub(super) fn step(&self, title: &str, story: &str) {
        let number = self.steps.fetch_add(1, Ordering::Relaxed) + 1;
        self.line(&format!(
            "\n{}\n{story}\n",
            self.ink(Ink::Bold, &format!("{number}. {title}"))
        ));
    }

    /// What was delivered last.
    pub(super) fn event(&self, stage: &Stage) {
        if let Some(delivery) = stage.last_delivery() {
            let action = delivery
                .action
                .map(|action| format!(".{action}"))
                .unwrap_or_default();
            let millis = delivery.duration.as_millis();
            let text = format!(
                "GitHub delivers {}{action}: {} after {millis} ms",
                delivery.event, delivery.status_code
            );
            self.line(&format!(
                "  {} {}",
                self.ink(Ink::Faint, "→"),
                self.ink(Ink::Faint, &text)
            ));
        }
    }

    /// What somebody wrote.
    pub(super) fn says(&self, who: &str, what: &str) {
        self.line(&format!(
            "  {} @{who} writes {}",
            self.ink(Ink::Faint, "→"),
            self.ink(Ink::Cyan, what)
        ));
    }

    /// How the App reacted.
    pub(super) fn reaction(&self, content: &str) {
        let sign = match content {
            "+1" => "👍",
            "-1" => "👎",
            "confused" => "😕",
            "eyes" => "👀",
            "rocket" => "🚀",
            other => other,
        };
        self.line(&format!(
            "  {} the App reacts with {sign}",
            self.ink(Ink::Faint, "←")
        ));
    }

    /// The verdict.
    pub(super) fn check(&self, check: &CheckRun) {
        let conclusion = check.conclusion.as_deref().unwrap_or(&check.status);
        let ink = match conclusion {
            "success" => Ink::Green,
            "failure" => Ink::Red,
            _ => Ink::Yellow,
        };
        let title = check.title.as_deref().unwrap_or_default();
        self.line(&format!(
            "  {} check run {} on {}: {} — {title}",
            self.ink(Ink::Faint, "←"),
            self.ink(Ink::Bold, &check.name),
            self.ink(Ink::Faint, check.head_sha.get(..7).unwrap_or_default()),
            self.ink(ink, conclusion),
        ));
    }

    /// A comment, as GitHub would show it.
    pub(super) fn comment(&self, comment: &Comment) {
        let edits = match comment.earlier.len() {
            0 => "new".to_owned(),
            1 => "edited once".to_owned(),
            times => format!("edited {times} times"),
        };
        let bar = self.ink(Ink::Faint, "│");
        let mut told = format!("  {} the App's comment ({edits})\n", self.ink(Ink::Faint, "←"));
        for line in markdown::render(&comment.body, WIDTH).lines() {
            let _ = writeln!(told, "    {bar} {line}");
        }
        self.line(told.trim_end());
    }

    /// A comment, if there is one.
    pub(super) fn comment_of(&self, comment: Option<&Comment>) {
        if let Some(comment) = comment {
            self.comment(comment);
        }
    }

    /// Who was asked.
    pub(super) fn asked(&self, who: &[String]) {
        self.line(&format!(
            "  {} asked for a review: {}",
            self.ink(Ink::Faint, "←"),
            who.join(", ")
        ));
    }

    /// What a person would type.
    pub(super) fn typed(&self, command: &str) {
        self.line(&format!(
            "  {} {}",
            self.ink(Ink::Faint, "$"),
            self.ink(Ink::Cyan, command)
        ));
    }

    /// What a command prints; long lines are cut.
    pub(super) fn printed(&self, text: &str) {
        let bar = self.ink(Ink::Faint, "│");
        for line in text.trim_end().lines() {
            let mut shown: String = line.chars().take(WIDTH).collect();
            if shown.len() < line.len() {
                shown.push('…');
            }
            self.line(format!("    {bar} {shown}").trim_end());
        }
    }

    /// Something that must hold, and whether it does.
    pub(super) fn expectation(&self, what: &str, holds: bool) {
        let sign = match holds {
            true => self.ink(Ink::Green, "✓"),
            false => self.ink(Ink::Red, "✗"),
        };
        self.line(&format!("  {sign} {what}"));
    }

    /// The end.
    pub(super) fn closing(&self, stage: &Stage) {
        let requests = stage.github.exchanges().len();
        let events = stage.github.deliveries().len();
        let fetches = stage.github.git_requests().len();
        self.line(&format!(
            "\n{}\n{events} events were delivered, {requests} requests were made of the API and {fetches} of Git.",
            self.ink(Ink::Green, "The story came out as told."),
        ));
    }

    /// What did not come out.
    pub(super) fn went_wrong(&self, error: &anyhow::Error, log: &str) {
        let step = self.steps.load(Ordering::Relaxed);
        self.line(&format!("\n{} step {step}: {error:#}", self.ink(Ink::Red, "✗")));
        let last: Vec<&str> = log.lines().rev().take(20).collect();
        if !last.is_empty() {
            let tail: Vec<&str> = last.into_iter().rev().collect();
            self.line(&format!("\nThe server's last words:\n{}", tail.join("\n")));
        }
    }

    /// What there is to see when everything goes on running.
    pub(super) fn explore(&self, stage: &Stage, open: u64) {
        let url = stage.github.url();
        self.line(&format!(
            "\n{}\n\n  {url}/acme/roles/pull/{open}      one more pull request: read it, and comment as anybody\n  \
             {}                           the server's own pages\n  \
             git clone {url}/acme/roles.git\n\nCtrl-C ends it.",
            self.ink(Ink::Bold, "Everything goes on running."),
            stage.server_url(),
        ));
    }
}
