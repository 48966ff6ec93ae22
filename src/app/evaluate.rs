//! Facts in, verdict out, and what follows from it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::answer;
use super::gather;
use super::gather::Compared;
use super::gather::Content;
use super::gather::Sides;
use super::grant;
use super::makers;
use super::makers::Makers;
use super::mend;
use super::people::Freshness;
use super::people::Gathered;
use super::reconcile;
use super::state::Group;
use super::state::Last;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Reviewer;
use crate::approvals::ledger::Reviews;
use crate::approvals::ledger::Who;
use crate::check;
use crate::check::CheckInput;
use crate::check::Judgement;
use crate::config;
use crate::config::Config;
use crate::git::Mirror;
use crate::ids::Login;
use crate::ids::RepoName;
use crate::report::Conclusion;
use crate::report::Report;

/// A judged pull request.
pub(super) struct Judged {
    pub(super) sides: Sides,
    pub(super) input: CheckInput,
    pub(super) judgement: Judgement,
    pub(super) people: Gathered,
}

/// The policy that judges, or why there is none.
enum Policy {
    Is(Box<Config>),
    /// The repository has not opted in.
    None,
    /// It cannot be read.
    Broken(String),
}

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// A verdict, or none where none is wanted.
    Judged,
    /// It turned out that the pull request is not open any more.
    Closed,
}

/// Judges the pull request, writes what differs, and answers whoever waits.
pub(super) async fn evaluate(visit: &mut Visit<'_>, facts: &PullFacts) -> Result<Looked, Failure> {
    let compared = Compared::Pull {
        number: visit.lease.key.number,
        base_ref: facts.base_ref.clone(),
    };
    let (mirror, sides) = fetch(visit, &compared).await?;
    // The base branch has what was judged before: most likely it was merged, and the event that says so
    // is still on its way. What was said of it stands.
    if sides.base == sides.head && visit.state.check.head.as_ref() == Some(&sides.head) {
        let told = visit.ask_for_facts().await?;
        if told.is_none_or(|facts| !facts.open) {
            return Ok(Looked::Closed);
        }
    }
    let (mirror, policy) = policy(visit, mirror, &sides).await?;
    let config = match policy {
        Policy::Is(config) => config,
        Policy::None => {
            visit.state.unanswered.clear();
            visit.state.fix_wanted_by = None;
            visit.state.groups.clear();
            visit.state.opted_in = false;
            return Ok(Looked::Judged);
        }
        Policy::Broken(why) => {
            visit.state.opted_in = true;
            reconcile::unreadable_policy(visit, &sides.head, &why).await?;
            return Ok(Looked::Judged);
        }
    };
    visit.state.opted_in = true;
    visit.state.notes = config.ledger.notes;
    let (mirror, content) = gather::content(mirror, sides.clone(), (*config).clone()).await?;
    drop(mirror);
    let commits = content.commits.clone();
    let judged = judge(visit, facts, &config, sides, content, None).await?;
    metrics::counter!(
        "specwarden_evaluations_total",
        "conclusion" => reconcile::conclusion_word(judged.judgement.report.conclusion)
    )
    .increment(1);
    tracing::info!(
        pull = format!("{}#{}", visit.repo, visit.lease.key.number),
        head = %judged.sides.head,
        conclusion = reconcile::conclusion_word(judged.judgement.report.conclusion),
        "judged"
    );
    grant::grant(visit, &judged).await?;
    visit.state.last = Some(Last {
        report: judged.judgement.report.clone(),
        decision: judged.judgement.decision.clone(),
    });
    reconcile::reconcile(visit, facts, &judged).await?;
    mend::mend(visit, facts, &judged).await?;
    answer::answer(visit, &judged).await?;
    if judged
        .judgement
        .report
        .approvals
        .iter()
        .any(|approval| !approval.satisfied)
    {
        makers::look_ahead(visit, &commits).await?;
    }
    for group in std::mem::take(&mut visit.state.groups) {
        judge_group(visit, facts, group, &judged.input).await?;
    }
    Ok(Looked::Judged)
}

async fn fetch(visit: &Visit<'_>, compared: &Compared) -> Result<(Mirror, Sides), Failure> {
    visit
        .app
        .fetch(&visit.calls, &visit.repo, visit.lease.key.repo, compared)
        .await
}

/// The policy at the base branch's newest commit, else the organisation's.
async fn policy(visit: &Visit<'_>, mirror: Mirror, sides: &Sides) -> Result<(Mirror, Policy), Failure> {
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

/// Judges; asks for facts about people until none is missing; and asks again for those that were
/// remembered where the verdict would turn green on them.
async fn judge(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    config: &Config,
    sides: Sides,
    content: Content,
    pull: Option<&CheckInput>,
) -> Result<Judged, Failure> {
    let mut input = input(visit, facts, config, &sides, content, pull).await?;
    let mut freshness = Freshness::Remembered;
    let mut people = Gathered::default();
    loop {
        let judgement = ask(visit, &mut input, freshness, &mut people).await?;
        let turns_green = judgement.report.conclusion == Conclusion::Success
            && !grant::stands(visit, &sides.head, &judgement.report);
        let doubted = turns_green
            && freshness == Freshness::Remembered
            && people.doubt(&without_effect(&input, &judgement.report));
        if doubted {
            freshness = Freshness::Fresh;
            input.facts = people.facts.clone();
            continue;
        }
        return Ok(Judged {
            sides,
            input,
            judgement,
            people,
        });
    }
}

/// Those whose approval does not count: whatever has become of them since, it cannot turn a green
/// verdict red. Nobody where people stand in for each other.
fn without_effect(input: &CheckInput, report: &Report) -> BTreeSet<Login> {
    if !input.config.delegates.is_empty() {
        return BTreeSet::new();
    }
    let counted = report.approvals.iter().flat_map(|approval| &approval.approved_by);
    let objecting = report.rejections.iter().map(|rejection| &rejection.login);
    let with_effect: BTreeSet<&Login> = counted.chain(objecting).collect();
    let voters = input.votes.iter().map(|vote| &vote.login);
    voters
        .filter(|login| !with_effect.contains(login))
        .cloned()
        .collect()
}

async fn ask(
    visit: &Visit<'_>,
    input: &mut CheckInput,
    freshness: Freshness,
    people: &mut Gathered,
) -> Result<Judgement, Failure> {
    loop {
        let judgement = check::judge(input);
        let store = &visit.app.people;
        let more = store
            .gather(&visit.calls, &visit.repo, &judgement.needed, freshness, people)
            .await?
            | store
                .look_at_teams(&visit.calls, &judgement.needed.teams, people)
                .await?;
        if !more {
            return Ok(judgement);
        }
        input.facts = people.facts.clone();
    }
}

async fn input(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    config: &Config,
    sides: &Sides,
    content: Content,
    pull: Option<&CheckInput>,
) -> Result<CheckInput, Failure> {
    let reviews = if config.approve.reviews {
        Reviews::Count
    } else {
        Reviews::DoNotCount
    };
    let votes = visit.standing.votes(reviews);
    let mut makers = Makers::default();
    // Who made the commits decides only whose approval counts.
    match pull {
        // A merge queue's commit is GitHub's own; the pull request's were made by people.
        Some(pull) => {
            makers.logins = pull.commit_authors.iter().cloned().collect();
            makers.nameless.clone_from(&pull.unattributed);
        }
        None if votes.is_empty() => {}
        None => makers = makers::of(visit, &content.commits).await?,
    }
    let mut author_names: BTreeSet<String> = content
        .commits
        .iter()
        .map(|commit| commit.author.name.clone())
        .collect();
    author_names.extend(facts.author.iter().map(|login| login.to_string()));
    let mut input = CheckInput::local(
        sides.base.as_str(),
        sides.head.as_str(),
        config.clone(),
        Timestamp::now().to_zoned(TimeZone::UTC).date(),
    );
    input.specs = content.specs;
    input.policy_change = content.policy_change;
    input.codeowners = content.codeowners;
    input.codeowners_change = content.codeowners_change;
    input.known_specs = content.known_specs;
    input.votes = votes;
    input.author = facts.author.clone();
    // An account that was renamed since is known by its id.
    let same = |who: &&Who| {
        facts.author_id == Some(who.id)
            || visit.state.parties.contains(&who.id)
            || makers.ids.contains(&who.id)
    };
    let renamed: Vec<Login> = visit
        .standing
        .people()
        .iter()
        .filter(same)
        .map(|who| who.login.clone())
        .collect();
    input.pushers = visit.state.pushers.iter().cloned().chain(renamed).collect();
    input.commit_authors = makers.logins.into_iter().collect();
    input.unattributed = makers.nameless;
    input.author_names = author_names.into_iter().collect();
    input.asked = asked(visit, facts);
    input.taken_off = taken_off(visit, facts);
    Ok(input)
}

/// Everyone who is or ever was asked to review and stayed on the list.
fn asked(visit: &Visit<'_>, facts: &PullFacts) -> Vec<Reviewer> {
    let ever = visit.state.asked.difference(&visit.state.taken_off);
    let names: BTreeSet<&String> = ever.chain(&facts.requested).collect();
    names.into_iter().map(|name| reviewer(name)).collect()
}

/// Whom a person took off the list, and nobody put back.
fn taken_off(visit: &Visit<'_>, facts: &PullFacts) -> Vec<Reviewer> {
    let gone = visit.state.taken_off.difference(&facts.requested);
    gone.map(|name| reviewer(name)).collect()
}

fn reviewer(name: &str) -> Reviewer {
    match name.parse() {
        Ok(team) => Reviewer::Team(team),
        Err(_) => Reviewer::User(Login::new(name)),
    }
}

/// Judges a merge queue's commit by the policy of what it is merged onto.
async fn judge_group(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    group: Group,
    pull: &CheckInput,
) -> Result<(), Failure> {
    let compared = Compared::Group {
        head: group.head.clone(),
        head_ref: group.head_ref.clone(),
        base: group.base.clone(),
    };
    let fetched = fetch(visit, &compared).await;
    let (mirror, sides) = match fetched {
        Ok(fetched) => fetched,
        Err(failure) => {
            // It is tried again with everything else.
            visit.state.groups.push(group);
            return Err(failure);
        }
    };
    let (mirror, policy) = policy(visit, mirror, &sides).await?;
    let Policy::Is(config) = policy else {
        return Ok(());
    };
    let (mirror, content) = gather::content(mirror, sides.clone(), (*config).clone()).await?;
    drop(mirror);
    let judged = judge(visit, facts, &config, sides, content, Some(pull)).await?;
    reconcile::group(visit, group, &judged).await
}
