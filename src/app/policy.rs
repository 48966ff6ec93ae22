//! The policy that judges: the repository's own, else its organisation's.

use super::gather;
use super::gather::Sides;
use super::visit::Visit;
use super::worker::Failure;
use crate::config;
use crate::config::Config;
use crate::git::Mirror;
use crate::ids::RepoName;

/// The policy that judges, or why there is none.
pub(super) enum Policy {
    Is(Box<Config>),
    /// The repository has not opted in.
    None,
    /// It cannot be read.
    Broken(String),
}

/// The policy at the base branch's newest commit, else the organisation's.
pub(super) async fn at(
    visit: &Visit<'_>,
    mirror: Mirror,
    sides: &Sides,
) -> Result<(Mirror, Policy), Failure> {
    let (mirror, text) = gather::policy_text(mirror, sides.tip.clone()).await?;
    let text = match text {
        Some(text) => Some(text),
        None => organisation_policy(visit).await?,
    };
    let Some(text) = text else {
        return Ok((mirror, Policy::None));
    };
    let parsed = match String::from_utf8(text) {
        Ok(text) => Config::parse(&text).map_err(|_| {
            let told: Vec<String> = Config::faults(&text).iter().map(ToString::to_string).collect();
            told.join("\n")
        }),
        Err(_) => Err("it is no UTF-8 text".to_owned()),
    };
    let policy = match parsed {
        Ok(config) => Policy::Is(Box::new(config)),
        Err(why) => Policy::Broken(why),
    };
    Ok((mirror, policy))
}

async fn organisation_policy(visit: &Visit<'_>) -> Result<Option<Vec<u8>>, Failure> {
    let fallback = RepoName {
        owner: visit.repo.owner.clone(),
        name: ".github".to_owned(),
    };
    let key = (visit.lease.key.installation, fallback.owner.clone());
    if !visit.state.from_scratch
        && let Some(known) = visit.app.fallbacks.get(&key).await
    {
        return Ok(known);
    }
    let text = match visit.calls.file(&fallback, config::PATH).await {
        Err(error) if !error.is_passing() => None,
        text => text?,
    };
    visit.app.fallbacks.insert(key, text.clone()).await;
    Ok(text)
}
