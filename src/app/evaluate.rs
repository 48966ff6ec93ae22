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
use super::group;
use super::makers;
use super::makers::Makers;
use super::mend;
use super::people::Asking;
use super::people::Freshness;
use super::people::Gathered;
use super::policy;
use super::policy::Policy;
use super::reconcile;
use super::state::Answer;
use super::state::Last;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Reviewer;
use crate::approvals::Vote;
use crate::approvals::ledger::Reviews;
use crate::approvals::ledger::Who;
use crate::check;
use crate::check::CheckInput;
use crate::check::Judgement;
use crate::config::Config;
use crate::git::CommitInfo;
use crate::git::Mirror;
use crate::ids::Login;
use crate::report::Conclusion;
use crate::report::Report;

/// A judged pull request.
pub(super) struct Judged {
    pub(super) sides: Sides,
    pub(super) input: CheckInput,
    pub(super) judgement: Judgement,
    pub(super) people: Gathered,
}

/// What is judged besides the sides.
pub(super) struct Case<'a> {
    pub(super) config: &'a Config,
    pub(super) content: Content,
    /// The commits that people made for the pull request; a merge queue's is GitHub's own.
    pub(super) commits: &'a [CommitInfo],
    pub(super) place: Place,
}

/// Where a verdict counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On a pull request, which can still be looked at again.
    Pull,
    /// In a merge queue, where nothing comes after it.
    Queue,
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
    let (mirror, policy) = policy::at(visit, mirror, &sides).await?;
    let commits = match policy {
        Policy::Is(config) => judge_pull(visit, facts, mirror, sides, &config).await?,
        Policy::None => {
            visit.state.unanswered.clear();
            visit.state.fix_wanted_by = None;
            visit.state.opted_in = false;
            commits_for_groups(visit, mirror, sides).await?
        }
        Policy::Broken(why) => {
            visit.state.opted_in = true;
            visit.state.granted = None;
            reconcile::unreadable_policy(visit, &sides.head, &why).await?;
            commits_for_groups(visit, mirror, sides).await?
        }
    };
    group::judge_all(visit, facts, &commits).await?;
    Ok(Looked::Judged)
}

/// The commits that a merge queue's verdict rests on, where there is one to be given.
async fn commits_for_groups(
    visit: &Visit<'_>,
    mirror: Mirror,
    sides: Sides,
) -> Result<Vec<CommitInfo>, Failure> {
    if visit.state.groups.is_empty() {
        return Ok(Vec::new());
    }
    gather::commits(mirror, sides).await
}

/// Judges a pull request by its policy, and returns its commits.
async fn judge_pull(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    mirror: Mirror,
    sides: Sides,
    config: &Config,
) -> Result<Vec<CommitInfo>, Failure> {
    visit.state.opted_in = true;
    visit.state.notes = config.ledger.notes;
    let (mirror, content) = gather::content(mirror, sides.clone(), config.clone()).await?;
    drop(mirror);
    let commits = content.commits.clone();
    let case = Case {
        config,
        content,
        commits: &commits,
        place: Place::Pull,
    };
    let judged = judge(visit, facts, sides, case).await?;
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
    let mut approvals = judged.judgement.report.approvals.iter();
    if makers_matter(config) && approvals.any(|approval| !approval.satisfied) {
        makers::look_ahead(visit, &commits).await?;
    }
    Ok(commits)
}

pub(super) async fn fetch(visit: &Visit<'_>, compared: &Compared) -> Result<(Mirror, Sides), Failure> {
    visit
        .app
        .fetch(&visit.calls, &visit.repo, visit.lease.key.repo, compared)
        .await
}

/// Judges; asks for facts about people until none is missing; and asks again for those that were
/// remembered where the verdict would turn green on them.
pub(super) async fn judge(
    visit: &mut Visit<'_>,
    facts: &PullFacts,
    sides: Sides,
    case: Case<'_>,
) -> Result<Judged, Failure> {
    let commits = case.commits;
    let votes = votes(visit, case.config);
    // Who made the commits decides only whose approval counts.
    let makers_matter = makers_matter(case.config);
    let mut makers = match votes.is_empty() {
        true => Makers::default(),
        false => makers::known(visit, commits).await?,
    };
    let mut team_looks = visit.calls.made() + spare_for_teams(visit);
    if makers_matter && asks_for_reviews_first(visit, facts) && makers::are_unknown(visit, commits).await? {
        team_looks = visit.calls.made();
    }
    let place = case.place;
    let mut input = input(visit, facts, &sides, case, votes);
    name_makers(visit, facts, &makers, &mut input);
    let calls = visit.calls.clone();
    let repo = visit.repo.clone();
    let speakers = speakers(visit);
    let mut asking = visit.app.people.asking(&calls, &repo);
    asking.team_looks = team_looks;
    asking.speakers = &speakers;
    let mut people = Gathered::default();
    loop {
        let judgement = ask(visit, &mut input, &asking, &mut people).await?;
        let report = &judgement.report;
        if makers_matter && makers.unasked && somebody_counts(report) {
            makers = makers::asked(visit, commits).await?;
            name_makers(visit, facts, &makers, &mut input);
            continue;
        }
        let turns_green =
            report.conclusion == Conclusion::Success && !grant::stands(visit, &sides.head, report);
        if turns_green && asking.freshness == Freshness::Remembered {
            let others = without_effect(&input, report);
            let doubted = match place {
                Place::Pull if grant::continues(visit, report) => {
                    people.doubt_within(&others, spare_for_people(visit))
                }
                Place::Pull | Place::Queue => people.doubt(&others),
            };
            if doubted {
                asking.freshness = Freshness::Fresh;
                input.facts = people.facts.clone();
                continue;
            }
        }
        return Ok(Judged {
            sides,
            input,
            judgement,
            people,
        });
    }
}

fn votes(visit: &Visit<'_>, config: &Config) -> Vec<Vote> {
    visit.standing.votes(match config.approve.reviews {
        true => Reviews::Count,
        false => Reviews::DoNotCount,
    })
}

/// Those who have just approved or objected and wait for the answer.
fn speakers(visit: &Visit<'_>) -> Vec<Login> {
    let waiting = visit.state.unanswered.iter();
    let about_people = waiting.filter(|one| match one.answer {
        Answer::Approval { .. } | Answer::Objection => true,
        Answer::Settled { .. } | Answer::Status | Answer::Fix => false,
    });
    about_people.map(|one| one.login.clone()).collect()
}

/// Whether somebody's approval has effect: then it has to be known who made the commits.
fn somebody_counts(report: &Report) -> bool {
    let mut approvals = report.approvals.iter();
    approvals.any(|approval| approval.satisfied || !approval.counted.is_empty())
}

/// What a push may cost beyond its check run, as far as it is not spent.
fn spare_for_people(visit: &Visit<'_>) -> usize {
    1_usize.saturating_sub(visit.calls.made())
}

/// How many calls may go into whether teams are there at all.
fn spare_for_teams(visit: &Visit<'_>) -> usize {
    match visit.state.from_scratch {
        true => usize::from(u16::MAX),
        false => 1,
    }
}

/// Whether comment, check run and request for reviews all have to be made. Of what an opening may cost
/// they leave one call: where the makers of the commits are not known, an approval would have to pay
/// for asking, so that it is asked then.
fn asks_for_reviews_first(visit: &Visit<'_>, facts: &PullFacts) -> bool {
    visit.evaluated_at == Timestamp::UNIX_EPOCH && !facts.draft && !visit.state.from_scratch
}

/// Whether it matters who made the commits: where the author may approve, it does not.
fn makers_matter(config: &Config) -> bool {
    !config.approve.author
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
    asking: &Asking<'_>,
    people: &mut Gathered,
) -> Result<Judgement, Failure> {
    loop {
        let judgement = check::judge(input);
        let needed = &judgement.needed;
        let store = &visit.app.people;
        // What people's word hangs on comes before what only tells more.
        let more = store.gather(asking, needed, people).await?
            || store.look_at_teams(asking, &needed.teams, people).await?;
        if !more {
            return Ok(judgement);
        }
        input.facts = people.facts.clone();
    }
}

fn input(
    visit: &Visit<'_>,
    facts: &PullFacts,
    sides: &Sides,
    case: Case<'_>,
    votes: Vec<Vote>,
) -> CheckInput {
    let content = case.content;
    let mut author_names: BTreeSet<String> = content
        .commits
        .iter()
        .map(|commit| commit.author.name.clone())
        .collect();
    author_names.extend(facts.author.iter().map(|login| login.to_string()));
    let mut input = CheckInput::local(
        sides.base.as_str(),
        sides.head.as_str(),
        case.config.clone(),
        Timestamp::now().to_zoned(TimeZone::UTC).date(),
    );
    input.specs = content.specs;
    input.policy_change = content.policy_change;
    input.codeowners = content.codeowners;
    input.codeowners_change = content.codeowners_change;
    input.known_specs = content.known_specs;
    input.votes = votes;
    input.author = facts.author.clone();
    input.author_names = author_names.into_iter().collect();
    input.asked = asked(visit, facts);
    input.taken_off = taken_off(visit, facts);
    input
}

/// Says who takes part in the pull request. An account that was renamed since is known by its id.
fn name_makers(visit: &Visit<'_>, facts: &PullFacts, makers: &Makers, input: &mut CheckInput) {
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
    input.commit_authors = makers.logins.iter().cloned().collect();
    input.unattributed.clone_from(&makers.nameless);
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
