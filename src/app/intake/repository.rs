//! Events about a repository, or a whole installation: they concern many pull requests.

use std::time::Duration;

use super::Understood;
use super::account_note;
use super::email_note;
use super::key;
use super::mark;
use super::people_note;
use super::pusher_note;
use crate::github::InstallationEvent;
use crate::github::PushEvent;
use crate::github::RepositoryEvent;
use crate::ids::InstallationId;
use crate::ids::PullNumber;
use crate::store::Mark;
use crate::store::Work;

/// A base branch often moves several times in a row, and each time all its pull requests have to be
/// looked at.
const SETTLING: Duration = Duration::from_secs(1);

pub(super) fn push(event: &PushEvent, installation: InstallationId) -> Understood {
    let Some(branch) = event.reference.strip_prefix("refs/heads/") else {
        return Understood::default();
    };
    let repo = &event.repository;
    let mut marks = vec![Mark::OpenPulls {
        repo: repo.id,
        base: Some(branch.to_owned()),
        settles_in: SETTLING,
    }];
    // The organisation's fallback policy may have changed.
    let mut notes = logins(event);
    if repo.full_name.name == ".github" && repo.default_branch == branch {
        marks.push(Mark::OpenPullsOf { installation });
        notes.push((people_note(installation), event.after.clone()));
    }
    Understood {
        about: None,
        marks,
        notes,
    }
}

/// Who is behind the e-mail addresses of the pushed commits: told here for nothing, and needed when
/// it is asked whose approval counts.
fn logins(event: &PushEvent) -> Vec<(String, String)> {
    // Of a branch that is new, only its last commit may be told.
    let people = event
        .commits
        .iter()
        .chain(&event.head_commit)
        .flat_map(|commit| [&commit.author, &commit.committer]);
    let known = people.flatten().filter_map(|person| {
        let (email, login) = (person.email.as_ref()?, person.username.as_ref()?);
        (!email.is_empty() && !login.is_empty()).then(|| (email_note(email), login.clone()))
    });
    let mut known: Vec<(String, String)> = known.collect();
    let sender = event.sender.as_ref().filter(|sender| !sender.is_bot());
    known.extend(sender.map(|sender| (account_note(&sender.login), sender.id.to_string())));
    // A pull request may be opened, or opened again, from what was pushed before.
    let exists = event.after.bytes().any(|digit| digit != b'0');
    let pushed = pusher_note(event.repository.id, &event.after);
    known.extend(
        event
            .sender
            .iter()
            .filter(|_| exists)
            .map(|sender| (pushed.clone(), sender.id.to_string())),
    );
    known.sort();
    known.dedup();
    known
}

pub(super) fn installed(event: &InstallationEvent, installation: InstallationId) -> Understood {
    let joined = match event.action.as_str() {
        "created" | "unsuspend" | "new_permissions_accepted" => &event.repositories,
        "added" => &event.repositories_added,
        _ => return Understood::default(),
    };
    let marks = joined
        .iter()
        .map(|repo| Mark::Pull {
            key: key(installation, repo.id, PullNumber(0)),
            name: repo.full_name.to_string(),
            work: Work::Evaluate,
        })
        .collect();
    Understood {
        marks,
        ..Understood::default()
    }
}

pub(super) fn changed(event: &RepositoryEvent, installation: InstallationId) -> Understood {
    let repo = &event.repository;
    let marks = match event.action.as_str() {
        // Its pull requests are known under the old name: list them anew.
        "renamed" | "transferred" | "unarchived" => vec![mark(installation, repo, PullNumber(0))],
        "added" | "edited" | "removed" => vec![Mark::OpenPulls {
            repo: repo.id,
            base: None,
            settles_in: Duration::ZERO,
        }],
        _ => Vec::new(),
    };
    Understood {
        marks,
        ..Understood::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RepoId;
    use serde_json::Value;
    use serde_json::json;

    fn pushed(body: Value) -> Understood {
        let mut push = json!({
            "ref": "refs/heads/edit",
            "repository": {"id": 9, "full_name": "acme/roles", "default_branch": "main"}
        });
        for (name, value) in body.as_object().unwrap() {
            push[name] = value.clone();
        }
        super::push(&serde_json::from_value(push).unwrap(), InstallationId(3))
    }

    #[test]
    fn a_push_looks_at_the_pull_requests_into_its_branch() {
        let understood = pushed(json!({"ref": "refs/heads/release/1.0"}));
        assert_eq!(
            understood.marks,
            [Mark::OpenPulls {
                repo: RepoId(9),
                base: Some("release/1.0".to_owned()),
                settles_in: SETTLING
            }]
        );
    }

    #[test]
    fn a_push_tells_whose_the_addresses_of_its_commits_are() {
        let person = |email: &str, login: &str| json!({"name": "N", "email": email, "username": login});
        let stranger = json!({"name": "N", "email": "who@nowhere.example"});
        let understood = pushed(json!({
            "after": "7f",
            "commits": [{"author": person("Ann@X.example", "ann"), "committer": stranger}],
            "head_commit": {"author": person("bo@x.example", "bo"), "committer": person("", "cy")},
            "sender": {"id": 5, "login": "Ann", "type": "User"}
        }));
        let note = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            understood.notes,
            [
                note("account/ann", "5"),
                note("email/ann@x.example", "ann"),
                note("email/bo@x.example", "bo"),
                note("pushed/9/7f", "5"),
            ]
        );
    }
}
