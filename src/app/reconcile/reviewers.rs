//! Whom a review is asked of.

use crate::app::evaluate::Judged;
use crate::app::visit::Visit;
use crate::app::worker::Failure;
use crate::github::GitHubError;
use crate::ids::Login;
use crate::ids::TeamSlug;

/// Asks for the reviews that are open.
pub(super) async fn ask(visit: &mut Visit<'_>, judged: &Judged) -> Result<(), Failure> {
    let (people, teams) = &judged.judgement.reviewers;
    if people.is_empty() && teams.is_empty() {
        return Ok(());
    }
    let number = visit.lease.key.number;
    match visit
        .calls
        .request_reviewers(&visit.repo, number, people, teams)
        .await
    {
        Ok(()) => {}
        // One of the teams may not be there; the next look tells, and asks whom it can.
        Err(GitHubError::Rejected { why, .. })
            if teams
                .iter()
                .any(|team| judged.people.not_looked_at.contains(team)) =>
        {
            tracing::info!(
                why,
                "a team that was not looked at cannot be asked; looking at it"
            );
            return visit.look_again().await;
        }
        // One who may not read the repository spoils the request for all.
        Err(GitHubError::Rejected { why, .. }) if people.len() + teams.len() > 1 => {
            tracing::info!(why, "not all reviewers can be asked; asking one by one");
            one_by_one(visit, people, teams).await?;
        }
        Err(error) if !error.is_passing() => {
            tracing::info!(%error, "reviewers cannot be asked");
        }
        Err(error) => return Err(error.into()),
    }
    visit.state.asked.extend(people.iter().map(told_person));
    visit.state.asked.extend(teams.iter().map(told_team));
    visit.keep().await?;
    Ok(())
}

async fn one_by_one(visit: &Visit<'_>, people: &[Login], teams: &[TeamSlug]) -> Result<(), Failure> {
    let number = visit.lease.key.number;
    let people = people.iter().map(|login| (vec![login.clone()], Vec::new()));
    let teams = teams.iter().map(|team| (Vec::new(), vec![team.clone()]));
    for (people, teams) in people.chain(teams) {
        match visit
            .calls
            .request_reviewers(&visit.repo, number, &people, &teams)
            .await
        {
            Err(error) if error.is_passing() => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// How a person is remembered among those who were asked.
pub(in crate::app) fn told_person(login: &Login) -> String {
    format!("@{login}").to_ascii_lowercase()
}

/// How a team is remembered among those who were asked.
fn told_team(team: &TeamSlug) -> String {
    format!("@{team}").to_ascii_lowercase()
}
