//! What a rule is, and the table of all of them.

use crate::rules::Context;
use crate::rules::Finding;
use crate::rules::Level;
use crate::rules::RulesConfig;
use crate::rules::Severity;
use crate::rules::Suggestion;

/// One edit for the docs: executed by the tests, so that no example lies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Example {
    /// The file at base; `None` where it is new.
    pub before: Option<&'static str>,
    /// The file at head.
    pub after: &'static str,
    /// The file on the base branch's newest commit, where that matters.
    pub base_tip: Option<&'static str>,
}

/// What `explain` and `/rules/<id>` print.
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// What it does: one or two sentences.
    pub what: &'static str,
    /// Why: what goes wrong where nobody looks.
    pub why: &'static str,
    /// An edit that makes it fire.
    pub example: Example,
    /// What to do instead; it does not fire.
    pub instead: Example,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Kebab-case, names the bad pattern, for ever.
    pub id: &'static str,
    /// What it is where no policy names it.
    pub default: Level,
    /// Completes "fires when …".
    pub summary: &'static str,
    /// The docs.
    pub docs: Docs,
    /// Whether the rule has found something, and what.
    pub(super) check: fn(&Context<'_>) -> Vec<Found>,
}

/// What a rule found, before the policy has said how bad that is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Set where it is about another file than the spec: the separate change log.
    path: Option<crate::ids::SpecPath>,
    line: Option<usize>,
    message: String,
    help: String,
    suggestion: Option<Suggestion>,
    ease: Option<Severity>,
}

impl Found {
    /// Something at a line of the head file.
    pub(super) fn at(line: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            path: None,
            line,
            message: message.into(),
            help: String::new(),
            suggestion: None,
            ease: None,
        }
    }

    /// The line it is at.
    pub(super) fn line(&self) -> Option<usize> {
        self.line
    }

    /// It is about another file.
    pub(super) fn in_file(mut self, path: &crate::ids::SpecPath) -> Self {
        self.path = Some(path.clone());
        self
    }

    /// What to do about it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// A change to one line that mends it.
    pub(super) fn suggest(mut self, suggestion: Option<Suggestion>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// It is only a warning here, unless the policy names the rule.
    pub(super) fn eased(mut self) -> Self {
        self.ease = Some(Severity::Warning);
        self
    }

    /// It stood there before: never more than a note. `old` tells whether it did.
    pub(super) fn old_fault(mut self, old: bool) -> Self {
        if old {
            self.ease = Some(Severity::Note);
        }
        self
    }
}

macro_rules! rules {
    ($($module:ident,)*) => {
        /// Every rule, in the order of the docs.
        pub const ALL: &[Rule] = &[$(super::$module::RULE,)*];
    };
}

rules! {
    version_missing,
    version_removed,
    version_unreadable,
    version_not_bumped,
    version_bump_too_small,
    version_bump_too_large,
    version_decreased,
    version_skipped,
    version_conflict,
    version_taken,
    changelog_missing,
    changelog_row_missing,
    changelog_row_mismatch,
    changelog_row_incomplete,
    changelog_date_invalid,
    changelog_author_unknown,
    changelog_history_rewritten,
    changelog_out_of_order,
    changelog_silent_on_risk,
    spec_unreadable,
    spec_drift,
    owner_missing,
    hidden_text,
    conflict_markers,
    config_invalid,
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// Its level under a policy for a path: what the policy says, else `error` where the path
    /// requires what the rule is about, else the default.
    fn level(&self, ctx: &Context<'_>, config: &RulesConfig) -> Level {
        let required = match self.id {
            "version-missing" => ctx.version_required,
            "changelog-missing" => ctx.changelog_required,
            _ => false,
        };
        match config.levels.get(self.id) {
            Some(Level::Off) if required => Level::Error,
            Some(level) => *level,
            None if required => Level::Error,
            None => self.default,
        }
    }

    fn run(&self, ctx: &Context<'_>, config: &RulesConfig) -> Vec<Finding> {
        let ceiling = match self.level(ctx, config) {
            Level::Off => return Vec::new(),
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
        };
        let named = config.levels.contains_key(self.id);
        let finish = |found: Found| {
            let severity = match found.ease {
                Some(Severity::Warning) if named => ceiling,
                // Severity is ordered from the worst down.
                Some(ease) => ease.max(ceiling),
                None => ceiling,
            };
            Finding {
                rule: self.id.to_owned(),
                severity,
                path: found.path.unwrap_or_else(|| ctx.path.clone()),
                line: found.line,
                message: found.message,
                help: found.help,
                suggestion: found.suggestion,
            }
        };
        (self.check)(ctx).into_iter().map(finish).collect()
    }
}

/// Everything the rules have to say about one spec, worst first, then by line.
pub fn run(ctx: &Context<'_>, config: &RulesConfig) -> Vec<Finding> {
    let mut findings: Vec<Finding> = ALL.iter().flat_map(|rule| rule.run(ctx, config)).collect();
    findings.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    findings
}

/// True for what is wrong with a text whatever it is about: the reader could not take it at face value.
pub fn is_of_reading(finding: &Finding) -> bool {
    [
        &super::spec_unreadable::RULE,
        &super::hidden_text::RULE,
        &super::conflict_markers::RULE,
    ]
    .iter()
    .any(|rule| rule.id == finding.rule)
}

/// The same findings where nothing may turn the check red: `mode: warn`.
pub fn as_warnings(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.severity = finding.severity.max(Severity::Warning);
    }
    findings
}
