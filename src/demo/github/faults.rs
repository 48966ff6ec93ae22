//! The fault switch: what a bad day at GitHub looks like, on demand.

use std::collections::VecDeque;
use std::time::Duration;

use super::GitHub;

/// Whether a request that gets a bad answer was carried out all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing was done.
    Skipped,
    /// It was done, and only the answer was lost.
    Done,
}

/// A bad answer to a REST request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiFault {
    /// 403 with `x-ratelimit-remaining: 0` and a reset this far away.
    PrimaryLimit(Duration),
    /// 403 and GitHub's secondary-limit message, with `retry-after` in seconds.
    SecondaryLimit(u64),
    /// 429 with `retry-after` in seconds.
    TooMany(u64),
    /// Any status with an error body: 500, 502, 503.
    Status(u16, Effect),
    /// The right status and headers, and half of the body.
    Truncated(Effect),
    /// The connection breaks before there is an answer.
    Reset(Effect),
    /// The right answer, late.
    Late(Duration),
}

/// What goes wrong with the delivery of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookFault {
    /// It fails and is logged as failed, so that it can be redelivered.
    Fail,
    /// It is lost, and no log knows of it.
    Vanish,
    /// It is delivered twice with one GUID.
    Duplicate,
    /// It waits until [`GitHub::release_held`]; held deliveries leave newest first.
    Hold,
    /// It is delivered late.
    Late(Duration),
}

/// A bad answer to a request of Git's own protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitFault {
    /// Any status, with no body.
    Status(u16),
    /// 200 and bytes that are no Git protocol.
    Garbage,
    /// 200 and then nothing, for ever.
    Silence,
}

#[derive(Debug)]
struct ApiRule {
    method: Option<String>,
    path_part: String,
    left: u32,
    fault: ApiFault,
}

/// The faults that are armed.
#[derive(Debug, Default)]
pub(super) struct Faults {
    api: Vec<ApiRule>,
    hooks: VecDeque<HookFault>,
    git: VecDeque<GitFault>,
    pub(super) held: Vec<super::hooks::Attempt>,
}

impl Faults {
    /// The fault for a request, if one is armed; uses it up.
    pub(super) fn for_request(&mut self, method: &str, path: &str) -> Option<ApiFault> {
        let rule = self.api.iter_mut().find(|rule| {
            rule.left > 0
                && rule.method.as_deref().is_none_or(|wanted| wanted == method)
                && path.contains(&rule.path_part)
        })?;
        rule.left -= 1;
        Some(rule.fault)
    }

    /// The fault for the next delivery, if one is armed; uses it up.
    pub(super) fn for_delivery(&mut self) -> Option<HookFault> {
        self.hooks.pop_front()
    }

    /// The fault for the next Git request, if one is armed; uses it up.
    pub(super) fn for_git(&mut self) -> Option<GitFault> {
        self.git.pop_front()
    }
}

impl GitHub {
    /// Answers the next `count` REST requests with a fault: those with this method (or any) whose
    /// path contains `path_part`. Rules are tried in the order in which they were armed.
    pub fn fail_requests(&self, count: u32, method: Option<&str>, path_part: &str, fault: ApiFault) {
        self.faults().api.push(ApiRule {
            method: method.map(str::to_ascii_uppercase),
            path_part: path_part.to_owned(),
            left: count,
            fault,
        });
    }

    /// Lets the next deliveries go wrong, one fault each, in this order.
    pub fn fail_deliveries(&self, faults: impl IntoIterator<Item = HookFault>) {
        self.faults().hooks.extend(faults);
    }

    /// Lets the next requests of Git's own protocol go wrong, one fault each, in this order.
    pub fn fail_git(&self, faults: impl IntoIterator<Item = GitFault>) {
        self.faults().git.extend(faults);
    }

    /// Tells at most so many entries of a tree and of those below it at once.
    pub fn list_at_most(&self, entries: usize) {
        self.world().tree_limit = entries;
    }

    /// Disarms every fault; held deliveries stay held.
    pub fn calm(&self) {
        let mut faults = self.faults();
        faults.api.clear();
        faults.hooks.clear();
        faults.git.clear();
    }

    /// Delivers what was held, newest first.
    pub async fn release_held(&self) {
        let held = std::mem::take(&mut self.faults().held);
        for attempt in held.into_iter().rev() {
            self.attempt(attempt, false).await;
        }
    }
}
