//! Facts in, verdict out, and what follows from it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::answer;
use super::gather;
use super::gather::Compared;
use super::gather::Content;
use super::gather::Sides;
use super::intake::email_note;
use super::mend;
use super::people::Freshness;
use super::people::Gathered;
use super::reconcile;
use super::state::CommitMakers;
use super::state::Group;
use super::state::Last;
use super::state::PullFacts;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::Counted;
use crate::approvals::Membership;
use crate::approvals::Reviewer;
use crate::approvals::ledger::Deed;
use crate::approvals::ledger::Entry;
use crate::approvals::ledger::GrantedRule;
use crate::approvals::ledger::Reviews;
use crate::check;
use crate::check::CheckInput;
use crate::check::Judgement;
use crate::config;
use crate::config::Config;
use crate::git::CommitInfo;
use crate::git::Mirror;
use crate::git::Person;
use crate::ids::Login;
use crate::ids::RepoName;
use crate::report::Conclusion;

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

/// Judges the pull request, writes what differs, and answers whoever waits.
pub(super) async fn evaluate(visit: &mut Visit<'_>, facts: &PullFacts) -> Result<(), Failure> {
    let compared = Compared::Pull {
        number: visit.lease.key.number,
        base_ref: facts.base_ref.clone(),
    };
    let (mirror, sides) = fetch(visit, &compared).await?;
    let (mirror, policy) = policy(visit, mirror, &sides).await?;
    let config = match policy {
        Policy::Is(config) => config,
        Policy::None => {
            visit.state.unanswered.clear();
            visit.state.fix_wanted_by = None;
            visit.state.groups.clear();
            visit.state.opted_in = false;
            return Ok(());
        }
        Policy::Broken(why) => {
            visit.state.opted_in = true;
            return reconcile::unreadable_policy(visit, &sides.head, &why).await;
        }
    };
    visit.state.opted_in = true;
    visit.state.notes = config.ledger.notes;
    let (mirror, content) = gather::content(mirror, sides.clone(), (*config).clone()).await?;
    drop(mirror);
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
    grant(visit, &judged).await?;
    visit.state.last = Some(Last {
        report: judged.judgement.report.clone(),
        decision: judged.judgement.decision.clone(),
    });
    reconcile::reconcile(visit, facts, &judged).await?;
    mend::mend(visit, facts, &judged).await?;
    answer::answer(visit, &judged).await?;
    for group in std::mem::take(&mut visit.state.groups) {
        judge_group(visit, facts, group, &judged.input).await?;
    }
    Ok(())
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
        Ok(text) => Config::parse(&text).map_err(|error| error.to_string()),
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
    let was_green = visit.state.check.verdict == reconcile::conclusion_word(Conclusion::Success);
    let mut freshness = Freshness::Remembered;
    let mut people = Gathered::default();
    loop {
        let judgement = ask(visit, &mut input, freshness, &mut people).await?;
        let turns_green = judgement.report.conclusion == Conclusion::Success && !was_green;
        if turns_green && people.remembered && freshness == Freshness::Remembered {
            freshness = Freshness::Fresh;
            people = Gathered::default();
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
            makers.nameless = pull.unattributed.clone();
        }
        None if votes.is_empty() => {}
        None => makers = commit_makers(visit, &content).await?,
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
    input.pushers = visit.state.pushers.iter().cloned().collect();
    input.commit_authors = makers.logins.into_iter().collect();
    input.unattributed = makers.nameless;
    input.author_names = author_names.into_iter().collect();
    input.asked = asked(visit, facts);
    Ok(input)
}

/// Everyone who is or ever was asked to review.
fn asked(visit: &Visit<'_>, facts: &PullFacts) -> Vec<Reviewer> {
    visit
        .state
        .asked
        .union(&facts.requested)
        .map(|name| match name.parse() {
            Ok(team) => Reviewer::Team(team),
            Err(_) => Reviewer::User(Login::new(name)),
        })
        .collect()
}

#[derive(Default)]
struct Makers {
    logins: BTreeSet<Login>,
    nameless: Vec<String>,
}

/// GitHub's own account and address: it commits what people merge or edit on the web.
const WEB_FLOW: (&str, &str) = ("web-flow", "noreply@github.com");

/// Who made the commits, as far as GitHub knows. Asked only where neither a push has told nor an
/// earlier question.
async fn commit_makers(visit: &mut Visit<'_>, content: &Content) -> Result<Makers, Failure> {
    let mut by_email: BTreeMap<String, Login> = BTreeMap::new();
    for commit in &content.commits {
        for person in [&commit.author, &commit.committer] {
            let email = person.email.to_lowercase();
            if email.is_empty() || by_email.contains_key(&email) {
                continue;
            }
            if let Some(login) = visit.app.store.note(&email_note(&email)).await? {
                by_email.insert(email, Login::new(login));
            }
        }
    }
    let told = |visit: &Visit<'_>, commit: &CommitInfo, person: &Person| {
        by_email.contains_key(&person.email.to_lowercase())
            || visit.state.people.contains_key(&commit.sha)
            || person.email == WEB_FLOW.1
    };
    let all_told = content
        .commits
        .iter()
        .all(|commit| told(visit, commit, &commit.author) && told(visit, commit, &commit.committer));
    if !all_told {
        let people = visit
            .calls
            .commit_people(&visit.repo, visit.lease.key.number)
            .await?;
        visit.state.people = people
            .into_iter()
            .map(|commit| {
                let makers = CommitMakers {
                    author: commit.author,
                    committer: commit.committer,
                };
                (commit.sha, makers)
            })
            .collect();
    }
    let mut makers = Makers::default();
    for commit in &content.commits {
        let asked = visit.state.people.get(&commit.sha);
        let author = asked.and_then(|asked| asked.author.as_ref());
        let committer = asked.and_then(|asked| asked.committer.as_ref());
        makers.add(commit, &commit.author, author, &by_email);
        makers.add(commit, &commit.committer, committer, &by_email);
    }
    Ok(makers)
}

impl Makers {
    fn add(
        &mut self,
        commit: &CommitInfo,
        person: &Person,
        asked: Option<&Login>,
        by_email: &BTreeMap<String, Login>,
    ) {
        match asked.or_else(|| by_email.get(&person.email.to_lowercase())) {
            Some(login) if login.as_str() == WEB_FLOW.0 => {}
            Some(login) => {
                self.logins.insert(login.clone());
            }
            None if person.email == WEB_FLOW.1 => {}
            None => {
                let short: String = commit.sha.as_str().chars().take(7).collect();
                let nameless = format!("{short} by {} <{}>", person.name, person.email);
                if !self.nameless.contains(&nameless) {
                    self.nameless.push(nameless);
                }
            }
        }
    }
}

/// Writes into the ledger on which grounds the check turns green.
async fn grant(visit: &mut Visit<'_>, judged: &Judged) -> Result<(), Failure> {
    let report = &judged.judgement.report;
    let head = &judged.sides.head;
    let green = reconcile::conclusion_word(Conclusion::Success);
    let told = visit.state.check.conclusion == green && visit.state.check.head.as_ref() == Some(head);
    if report.conclusion != Conclusion::Success || report.approvals.is_empty() || told {
        return Ok(());
    }
    let granted = visit.state.granted.as_ref() == Some(head);
    if granted {
        return Ok(());
    }
    let rules = report
        .approvals
        .iter()
        .map(|approval| GrantedRule {
            name: approval.name.clone(),
            because: approval.because.clone(),
            approved_by: approval.approved_by.clone(),
            seen: seen(&judged.people, &approval.counted),
            counted: approval.counted.clone(),
        })
        .collect();
    visit.state.granted = Some(head.clone());
    let entry = Entry {
        at: Timestamp::now(),
        repo: Some(visit.lease.key.repo),
        pull: Some(visit.lease.key.number),
        delivery: None,
        who: None,
        origin: None,
        deed: Deed::Granted {
            head: head.clone(),
            rules,
        },
    };
    visit.record(&[entry], &[]).await?;
    Ok(())
}

fn seen(people: &Gathered, counted: &[Counted]) -> Vec<String> {
    let approvers: BTreeSet<&Login> = counted.iter().map(|counted| &counted.login).collect();
    let mut seen = Vec::new();
    for ((team, login), membership) in &people.facts.memberships {
        if approvers.contains(login) && *membership == Membership::Member {
            seen.push(format!("@{login} is in @{team}"));
        }
    }
    for (login, permission) in &people.facts.permissions {
        if let (true, Ok(permission)) = (approvers.contains(login), permission) {
            seen.push(format!("@{login} has {permission} permission"));
        }
    }
    seen
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
