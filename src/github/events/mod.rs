//! What GitHub tells us: only the fields that we read, and none demanded that a real payload lacks.

mod checks;
mod few;
mod places;
mod pulls;
mod words;

use serde::Deserialize;

use crate::ids::InstallationId;
use crate::ids::Login;
use crate::ids::RepoId;
use crate::ids::RepoName;
use crate::ids::UserId;

pub use checks::*;
pub use places::*;
pub use pulls::*;
pub use words::*;

/// An account that acts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its numeric id, which survives a renamed login.
    pub id: UserId,
    /// Its login.
    pub login: Login,
    /// `User`, `Bot`, `Organization` …
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl Account {
    /// Whether a program acts under it.
    pub fn is_bot(&self) -> bool {
        self.kind == "Bot" || self.login.as_str().ends_with("[bot]")
    }
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its numeric id.
    pub id: RepoId,
    /// `owner/name`.
    pub full_name: RepoName,
    /// Whether only some may read it.
    #[serde(default)]
    pub private: bool,
    /// Its default branch.
    #[serde(default)]
    pub default_branch: String,
}

/// Where the App is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct InstallationRef {
    /// Its id.
    pub id: InstallationId,
}

/// What most payloads have in common. Everything may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Envelope {
    /// What happened.
    #[serde(default)]
    pub action: Option<String>,
    /// Whose delivery it is.
    #[serde(default)]
    pub installation: Option<InstallationRef>,
}

/// What an event's name says it is, for those that concern us.
#[derive(Clone, Debug)]
pub enum Event {
    /// `pull_request`.
    PullRequest(Box<PullRequestEvent>),
    /// `issue_comment`.
    Comment(Box<CommentEvent>),
    /// `pull_request_review`.
    Review(Box<ReviewEvent>),
    /// `check_run`.
    CheckRun(Box<CheckRunEvent>),
    /// `check_suite`.
    CheckSuite(Box<CheckSuiteEvent>),
    /// `merge_group`.
    MergeGroup(Box<MergeGroupEvent>),
    /// `push`.
    Push(Box<PushEvent>),
    /// `installation`, `installation_repositories`.
    Installation(Box<InstallationEvent>),
    /// `team`, `membership`, `organization`.
    Team(Box<TeamEvent>),
    /// `member`, `repository`.
    Repository(Box<RepositoryEvent>),
    /// Anything else, `ping` too.
    Other,
}

impl Event {
    /// Reads the body of an event.
    ///
    /// # Errors
    ///
    /// Where the body is not what that event's body looks like.
    pub fn read(name: &str, body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match name {
            "pull_request" => Self::PullRequest(serde_json::from_slice(body)?),
            "issue_comment" => Self::Comment(serde_json::from_slice(body)?),
            "pull_request_review" => Self::Review(serde_json::from_slice(body)?),
            "check_run" => Self::CheckRun(serde_json::from_slice(body)?),
            "check_suite" => Self::CheckSuite(serde_json::from_slice(body)?),
            "merge_group" => Self::MergeGroup(serde_json::from_slice(body)?),
            "push" => Self::Push(serde_json::from_slice(body)?),
            "installation" | "installation_repositories" => Self::Installation(serde_json::from_slice(body)?),
            "team" | "membership" | "organization" => Self::Team(serde_json::from_slice(body)?),
            "member" | "repository" => Self::Repository(serde_json::from_slice(body)?),
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use serde_json::json;

    const NAMES: [&str; 14] = [
        "pull_request",
        "issue_comment",
        "pull_request_review",
        "check_run",
        "check_suite",
        "merge_group",
        "push",
        "installation",
        "installation_repositories",
        "team",
        "membership",
        "member",
        "repository",
        "ping",
    ];

    /// A body that every event can be read from.
    fn whole() -> Value {
        let repo = json!({"id": 7, "full_name": "acme/roles", "default_branch": "main"});
        let alice = json!({"id": 5, "login": "alice", "type": "User"});
        let side = json!({"sha": "1".repeat(40), "ref": "edit", "repo": repo});
        json!({
            "action": "created",
            "installation": {"id": 3},
            "repository": repo,
            "sender": alice,
            "organization": {"login": "acme"},
            "team": {"slug": "security"},
            "repositories": [{"id": 7, "full_name": "acme/roles"}],
            "pull_request": {"number": 12, "state": "open", "user": alice, "head": side, "base": side},
            "issue": {"number": 12, "pull_request": {}},
            "comment": {"id": 9, "user": alice, "body": "/approve-role"},
            "review": {"id": 4, "user": alice, "state": "approved"},
            "check_run": {"id": 2, "head_sha": "1".repeat(40), "pull_requests": [{"number": 12}]},
            "check_suite": {"head_sha": "1".repeat(40), "pull_requests": [{"number": 12}]},
            "merge_group": {"head_sha": "1".repeat(40), "head_ref": "a", "base_sha": "2".repeat(40), "base_ref": "b"},
            "ref": "refs/heads/main",
            "commits": [{"author": {"email": "a@example.org"}}],
        })
    }

    /// Puts `new` where the `steps` lead to.
    fn put(value: &mut Value, steps: &[usize], new: Value) {
        let inner: Option<&mut Value> = match (steps.first(), value) {
            (Some(step), Value::Object(map)) if !map.is_empty() => {
                let at = step % map.len();
                map.values_mut().nth(at)
            }
            (Some(step), Value::Array(list)) if !list.is_empty() => {
                let at = step % list.len();
                list.get_mut(at)
            }
            (_, value) => {
                *value = new;
                return;
            }
        };
        if let Some(inner) = inner {
            put(inner, &steps[1..], new);
        }
    }

    fn odd() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            Just(json!([])),
            Just(json!([[[{}]]])),
            Just(json!({"id": -1, "number": "x", "login": ""})),
        ]
    }

    #[test]
    fn every_event_is_read_from_a_whole_body() {
        for name in NAMES {
            let read = Event::read(name, whole().to_string().as_bytes());
            assert!(read.is_ok(), "{name}: {read:?}");
        }
    }

    proptest! {
        #[test]
        fn a_body_with_odd_values_reads_the_same_however_it_is_spelled(
            name in proptest::sample::select(&NAMES[..]),
            oddities in proptest::collection::vec((proptest::collection::vec(any::<usize>(), 1..5), odd()), 0..4),
        ) {
            let mut body = whole();
            for (steps, new) in oddities {
                put(&mut body, &steps, new);
            }
            let plain = Event::read(name, body.to_string().as_bytes());
            let pretty = Event::read(name, serde_json::to_string_pretty(&body).unwrap().as_bytes());
            let shown = |read: Result<Event, serde_json::Error>| read.map(|event| format!("{event:?}")).ok();
            prop_assert_eq!(shown(plain), shown(pretty));
        }

        #[test]
        fn a_body_that_breaks_off_is_an_error_and_no_panic(
            name in proptest::sample::select(&NAMES[..13]),
            end in any::<proptest::sample::Index>(),
            noise in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let body = whole().to_string().into_bytes();
            let cut = &body[..end.index(body.len())];
            prop_assert!(Event::read(name, cut).is_err());
            // Whatever comes of it: it comes back.
            let _ = Event::read(name, &[cut, &noise].concat());
        }
    }
}
