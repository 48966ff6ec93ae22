//! `/spec-fix` and the check run's button: the version step and the drafted row, as a commit.

use super::evaluate::Judged;
use super::people::Gathered;
use super::state::Answer;
use super::state::Mood;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Permission;
use crate::fix;
use crate::github::GitHubError;
use crate::github::WrittenFile;
use crate::ids::Login;

/// Mends what was asked to be mended, and leaves how it went as the answer.
pub(super) async fn mend(visit: &mut Visit<'_>, facts: &PullFacts, judged: &Judged) -> Result<(), Failure> {
    let asked = visit
        .state
        .unanswered
        .iter()
        .find(|waiting| waiting.answer == Answer::Fix)
        .map(|waiting| waiting.login.clone());
    let Some(login) = asked.or_else(|| visit.state.fix_wanted_by.clone()) else {
        return Ok(());
    };
    let (mood, words) = attempt(visit, facts, judged, &login).await?;
    tracing::info!(login = %login, words, "asked to mend version and log");
    for waiting in &mut visit.state.unanswered {
        if waiting.answer == Answer::Fix {
            waiting.answer = Answer::Settled {
                mood,
                words: words.clone(),
            };
        }
    }
    visit.state.fix_wanted_by = None;
    visit.keep().await?;
    Ok(())
}

async fn attempt(
    visit: &Visit<'_>,
    facts: &PullFacts,
    judged: &Judged,
    login: &Login,
) -> Result<(Mood, Option<String>), Failure> {
    let no = |words: &str| Ok((Mood::Confused, Some(words.to_owned())));
    if facts.head_repo.as_ref() != Some(&visit.repo) {
        return no(
            "The branch is in another repository, where specwarden may not commit. `specwarden fix` does the same on your machine.",
        );
    }
    if !may_push(visit, facts, login).await? {
        return no("Only those who may push to this repository can have the branch changed.");
    }
    let mended = mended(judged);
    if mended.files.is_empty() {
        return no("There is nothing that could be mended: versions and change logs are in order.");
    }
    let message = message(&mended);
    match visit
        .calls
        .commit_files(
            &visit.repo,
            &facts.head_ref,
            &judged.sides.head,
            &message,
            &mended.files,
        )
        .await
    {
        Ok(commit) => {
            tracing::info!(%commit, "mended");
            Ok((Mood::Done, None))
        }
        Err(GitHubError::Rejected { why, .. }) => {
            tracing::info!(why, "the commit was refused");
            no("The branch has moved or is protected, so nothing was changed. Say it again to try again.")
        }
        Err(GitHubError::Forbidden { .. } | GitHubError::NotFound { .. }) => no(
            "specwarden may not commit to this branch: the App needs write access to contents. `specwarden fix` does the same on your machine.",
        ),
        Err(error) => Err(error.into()),
    }
}

async fn may_push(visit: &Visit<'_>, facts: &PullFacts, login: &Login) -> Result<bool, Failure> {
    // The branch is in this repository, so its author could push it.
    if facts.author.as_ref() == Some(login) {
        return Ok(true);
    }
    let people = &visit.app.people;
    let asking = people.asking_afresh(&visit.calls, &visit.repo);
    let permission = people
        .permission(&asking, login, &mut Gathered::default())
        .await?;
    Ok(permission.is_ok_and(|permission| permission >= Permission::Write))
}

/// What a commit would hold: the files, and what was done to them.
#[derive(Default)]
struct Mended {
    files: Vec<WrittenFile>,
    done: Vec<String>,
}

/// The specs of which a mended text can be written. A log that several specs share is mended for the
/// first of them; asking again mends it for the next.
fn mended(judged: &Judged) -> Mended {
    let mut mended = Mended::default();
    for pair in &judged.input.specs {
        let Some(fixed) = fix::fix(pair, &judged.input) else {
            continue;
        };
        let texts: Option<Vec<WrittenFile>> = fixed
            .files
            .into_iter()
            .map(|(path, bytes)| {
                Some(WrittenFile {
                    path: path.to_string(),
                    text: String::from_utf8(bytes).ok()?,
                })
            })
            .collect();
        let Some(texts) = texts else { continue };
        let taken = |file: &WrittenFile| mended.files.iter().any(|other| other.path == file.path);
        if texts.iter().any(taken) {
            continue;
        }
        let path = pair.path();
        mended
            .done
            .extend(fixed.summary.into_iter().map(|done| format!("{path}: {done}")));
        mended.files.extend(texts);
    }
    mended
}

fn message(mended: &Mended) -> String {
    format!(
        "Step the version and log the change\n\n{}\n",
        mended.done.join("\n")
    )
}
