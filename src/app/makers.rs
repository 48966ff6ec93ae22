//! Who made a pull request's commits. That decides only whose approval counts, and is mostly known
//! for nothing: pushes name the accounts behind the addresses of their commits, and GitHub's own
//! addresses name theirs. What is left is asked for, once per head.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::intake::account_note;
use super::intake::email_note;
use super::intake::pusher_note;
use super::state::CommitMakers;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::ledger::Who;
use crate::git::CommitInfo;
use crate::git::Person;
use crate::ids::Login;
use crate::ids::UserId;

/// GitHub's own account and address: it commits what people merge or edit on the web.
const WEB_FLOW: (&str, &str) = ("web-flow", "noreply@github.com");

/// A first look may cost so many calls, another one so many; what is left of that may be spent on
/// what an approval would have to ask.
const FIRST_LOOK: usize = 4;
const NEXT_LOOK: usize = 2;

/// Who made commits.
#[derive(Debug, Default)]
pub(super) struct Makers {
    pub(super) logins: BTreeSet<Login>,
    /// The numbers of the same people and of those who pushed the commits, as far as they are known: a
    /// login can change.
    pub(super) ids: BTreeSet<UserId>,
    /// Commits that belong to no account, for people to read.
    pub(super) nameless: Vec<String>,
}

/// What is known of the people behind commits before GitHub is asked. A login without its number
/// will not do: it may be what somebody was called until yesterday.
struct Known {
    by_email: BTreeMap<String, Who>,
}

impl Known {
    async fn of(visit: &Visit<'_>, commits: &[CommitInfo]) -> Result<Self, Failure> {
        let mut by_email: BTreeMap<String, Who> = BTreeMap::new();
        let people = commits
            .iter()
            .flat_map(|commit| [&commit.author, &commit.committer]);
        for person in people {
            let email = person.email.to_lowercase();
            if email.is_empty() || by_email.contains_key(&email) {
                continue;
            }
            let told = match own_address(visit, &email) {
                Some(author) => Some(author),
                None => told(visit, &email).await?,
            };
            by_email.extend(told.map(|who| (email, who)));
        }
        Ok(Self { by_email })
    }

    fn who(&self, person: &Person) -> Option<&Who> {
        self.by_email.get(&person.email.to_lowercase())
    }

    fn tells(&self, visit: &Visit<'_>, commit: &CommitInfo) -> bool {
        let known = |person: &Person| person.email == WEB_FLOW.1 || self.who(person).is_some();
        visit.state.people.contains_key(&commit.sha) || known(&commit.author) && known(&commit.committer)
    }
}

/// What a push has told of an address.
async fn told(visit: &Visit<'_>, email: &str) -> Result<Option<Who>, Failure> {
    let store = &visit.app.store;
    let Some(login) = store.note(&email_note(email)).await?.map(Login::new) else {
        return Ok(None);
    };
    let id = store.note(&account_note(&login)).await?;
    let id = id.and_then(|id| id.parse().ok()).map(UserId);
    Ok(id.map(|id| Who { id, login }))
}

/// The pull request's author, where the address is the one that GitHub gives their account:
/// `12345+login@users.noreply.github.com`. Only the number is believed: a login may have changed.
fn own_address(visit: &Visit<'_>, email: &str) -> Option<Who> {
    let facts = visit.state.facts.as_ref()?;
    let (id, login) = (facts.author_id?, facts.author.clone()?);
    let (local, host) = email.split_once('@')?;
    let (number, _) = local.split_once('+')?;
    let server = visit.app.places.github_url.split_once("://")?.1;
    let server = server.split(['/', ':']).next()?;
    let ours = host.strip_prefix("users.noreply.")?.eq_ignore_ascii_case(server);
    (ours && number.parse().ok() == Some(id.0)).then_some(Who { id, login })
}

/// Who made these commits. GitHub is asked only where neither a push has told nor an earlier
/// question.
pub(super) async fn of(visit: &mut Visit<'_>, commits: &[CommitInfo]) -> Result<Makers, Failure> {
    let known = Known::of(visit, commits).await?;
    if !commits.iter().all(|commit| known.tells(visit, commit)) {
        ask(visit).await?;
    }
    let mut makers = Makers::default();
    for commit in commits {
        let asked = visit.state.people.get(&commit.sha);
        let author = asked.and_then(|asked| asked.author.as_ref());
        let committer = asked.and_then(|asked| asked.committer.as_ref());
        makers.add(commit, &commit.author, author, &known);
        // What was done on the web is committed by GitHub itself; nobody writes in its name.
        if commit.committer.email != WEB_FLOW.1 {
            makers.add(commit, &commit.committer, committer, &known);
        }
        makers.ids.extend(asked.into_iter().flat_map(|asked| &asked.ids));
        let pushed = pusher_note(visit.lease.key.repo, commit.sha.as_str());
        let pusher = visit.app.store.note(&pushed).await?;
        makers
            .ids
            .extend(pusher.and_then(|id| id.parse().ok()).map(UserId));
    }
    Ok(makers)
}

/// Asks while it is cheap: where the look that ends here has cost less than it may.
pub(super) async fn look_ahead(visit: &mut Visit<'_>, commits: &[CommitInfo]) -> Result<(), Failure> {
    let first = visit.evaluated_at == Timestamp::UNIX_EPOCH;
    let may_cost = if first { FIRST_LOOK } else { NEXT_LOOK };
    if visit.calls.made() >= may_cost {
        return Ok(());
    }
    let known = Known::of(visit, commits).await?;
    if !commits.iter().all(|commit| known.tells(visit, commit)) {
        ask(visit).await?;
        visit.keep().await?;
    }
    Ok(())
}

async fn ask(visit: &mut Visit<'_>) -> Result<(), Failure> {
    let people = visit
        .calls
        .commit_people(&visit.repo, visit.lease.key.number)
        .await?;
    visit.state.people = people
        .into_iter()
        .map(|commit| {
            let both = [&commit.author, &commit.committer];
            let makers = CommitMakers {
                ids: both.into_iter().flatten().map(|person| person.id).collect(),
                author: commit.author.map(|person| person.login),
                committer: commit.committer.map(|person| person.login),
            };
            (commit.sha, makers)
        })
        .collect();
    Ok(())
}

impl Makers {
    fn add(&mut self, commit: &CommitInfo, person: &Person, asked: Option<&Login>, known: &Known) {
        let told = known.who(person);
        self.ids.extend(told.map(|who| who.id));
        let login = asked.or(told.map(|who| &who.login));
        match login.filter(|login| login.as_str() != WEB_FLOW.0) {
            Some(login) => {
                self.logins.insert(login.clone());
            }
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
