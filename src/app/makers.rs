//! Who made a pull request's commits. That decides only whose approval counts, and is mostly known
//! for nothing: pushes name the accounts behind the addresses of their commits, GitHub's own
//! addresses name theirs, and what GitHub was asked once is remembered by address. What is left is
//! asked for, once per head, and only where somebody's word hangs on it.
//!
//! Anybody can write any address into a commit. So an address only ever adds people to those whose
//! word does not count: all whom any source names behind it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::intake::account_note;
use super::intake::email_note;
use super::intake::maker_note;
use super::intake::pusher_note;
use super::state::CommitMakers;
use super::visit::Visit;
use super::worker::Failure;
use crate::approvals::ledger::Who;
use crate::git::CommitInfo;
use crate::git::Person;
use crate::github::Account;
use crate::github::CommitPeople;
use crate::ids::Login;
use crate::ids::UserId;

/// GitHub's own account and address: it commits what people merge or edit on the web.
const WEB_FLOW: (&str, &str) = ("web-flow", "noreply@github.com");

/// A first look may cost so many calls, another one so many; what is left of that may be spent on
/// what an approval would have to ask.
const FIRST_LOOK: usize = 4;
const NEXT_LOOK: usize = 2;

/// Who made commits.
#[derive(Clone, Debug, Default)]
pub(super) struct Makers {
    pub(super) logins: BTreeSet<Login>,
    /// The numbers of the same people and of those who pushed the commits, as far as they are known: a
    /// login can change.
    pub(super) ids: BTreeSet<UserId>,
    /// Commits that belong to no account, for people to read.
    pub(super) nameless: Vec<String>,
    /// Some commits' makers have not been asked for: they may be anybody.
    pub(super) unasked: bool,
}

/// What is known of the people behind commits before GitHub is asked. A login without its number
/// will not do: it may be what somebody was called until yesterday.
struct Known {
    by_email: BTreeMap<String, Vec<Who>>,
}

impl Known {
    async fn of(visit: &Visit<'_>, commits: &[CommitInfo]) -> Result<Self, Failure> {
        let mut by_email: BTreeMap<String, Vec<Who>> = BTreeMap::new();
        let people = commits
            .iter()
            .flat_map(|commit| [&commit.author, &commit.committer]);
        for person in people {
            let email = person.email.to_lowercase();
            if email.is_empty() || by_email.contains_key(&email) {
                continue;
            }
            let mut behind: Vec<Who> = seen_account(visit, &email).into_iter().collect();
            behind.extend(pushed(visit, &email).await?);
            behind.extend(answered(visit, &email).await?);
            by_email.insert(email, behind);
        }
        Ok(Self { by_email })
    }

    fn who(&self, person: &Person) -> &[Who] {
        let behind = self.by_email.get(&person.email.to_lowercase());
        behind.map(Vec::as_slice).unwrap_or_default()
    }

    fn tells(&self, visit: &Visit<'_>, commit: &CommitInfo) -> bool {
        let known = |person: &Person| person.email == WEB_FLOW.1 || !self.who(person).is_empty();
        visit.state.people.contains_key(&commit.sha) || known(&commit.author) && known(&commit.committer)
    }
}

/// Whom a push has named behind an address.
async fn pushed(visit: &Visit<'_>, email: &str) -> Result<Option<Who>, Failure> {
    let store = &visit.app.store;
    let login = store.note(&email_note(email)).await?.map(Login::new);
    let Some(login) = login.filter(|login| login.as_str() != WEB_FLOW.0) else {
        return Ok(None);
    };
    let id = store.note(&account_note(&login)).await?;
    let id = id.and_then(|id| id.parse().ok()).map(UserId);
    Ok(id.map(|id| Who { id, login }))
}

/// Whom GitHub has named behind an address when it was asked about a commit.
async fn answered(visit: &Visit<'_>, email: &str) -> Result<Option<Who>, Failure> {
    let note = visit.app.store.note(&maker_note(email)).await?;
    Ok(note.and_then(|text| {
        let (id, login) = text.split_once(' ')?;
        let id = UserId(id.parse().ok()?);
        Some(Who {
            id,
            login: Login::new(login),
        })
    }))
}

/// The account that GitHub gave the address to, `12345+login@users.noreply.github.com`, where it is
/// one that has to do with this pull request: any number can be made up. Only the number is
/// believed: a login may have changed.
fn seen_account(visit: &Visit<'_>, email: &str) -> Option<Who> {
    let (local, host) = email.split_once('@')?;
    let (number, _) = local.split_once('+')?;
    let id = UserId(number.parse().ok()?);
    let server = visit.app.places.github_url.split_once("://")?.1;
    let server = server.split(['/', ':']).next()?;
    if !host.strip_prefix("users.noreply.")?.eq_ignore_ascii_case(server) {
        return None;
    }
    let facts = visit.state.facts.as_ref();
    let author = facts.and_then(|facts| {
        Some(Who {
            id: facts.author_id?,
            login: facts.author.clone()?,
        })
    });
    let mut seen = author.into_iter().chain(visit.standing.people());
    seen.find(|who| who.id == id)
}

/// Who made these commits, as far as that is known without asking.
pub(super) async fn known(visit: &Visit<'_>, commits: &[CommitInfo]) -> Result<Makers, Failure> {
    let known = Known::of(visit, commits).await?;
    let mut makers = Makers::default();
    for commit in commits {
        if known.tells(visit, commit) {
            makers.add_both(visit, commit, &known);
        } else {
            makers.unasked = true;
            let behind = known
                .who(&commit.author)
                .iter()
                .chain(known.who(&commit.committer));
            behind.for_each(|who| makers.add(who));
        }
        let pushed = pusher_note(visit.lease.key.repo, commit.sha.as_str());
        let pusher = visit.app.store.note(&pushed).await?;
        makers
            .ids
            .extend(pusher.and_then(|id| id.parse().ok()).map(UserId));
    }
    Ok(makers)
}

/// Who made these commits; GitHub is asked about them.
pub(super) async fn asked(visit: &mut Visit<'_>, commits: &[CommitInfo]) -> Result<Makers, Failure> {
    ask(visit, commits).await?;
    let mut makers = known(visit, commits).await?;
    // Of a pull request with very many commits GitHub tells only the first.
    if makers.unasked {
        let known = Known::of(visit, commits).await?;
        for commit in commits {
            makers.add_both(visit, commit, &known);
        }
        makers.unasked = false;
    }
    Ok(makers)
}

/// Whether GitHub would have to be asked about the makers of these commits.
pub(super) async fn are_unknown(visit: &Visit<'_>, commits: &[CommitInfo]) -> Result<bool, Failure> {
    let known = Known::of(visit, commits).await?;
    Ok(!commits.iter().all(|commit| known.tells(visit, commit)))
}

/// Asks while it is cheap: where the look that ends here has cost less than it may.
pub(super) async fn look_ahead(visit: &mut Visit<'_>, commits: &[CommitInfo]) -> Result<(), Failure> {
    let first = visit.evaluated_at == Timestamp::UNIX_EPOCH;
    let may_cost = if first { FIRST_LOOK } else { NEXT_LOOK };
    if visit.calls.made() < may_cost && are_unknown(visit, commits).await? {
        ask(visit, commits).await?;
        visit.keep().await?;
    }
    Ok(())
}

async fn ask(visit: &mut Visit<'_>, commits: &[CommitInfo]) -> Result<(), Failure> {
    let told = visit
        .calls
        .commit_people(&visit.repo, visit.lease.key.number)
        .await?;
    remember(visit, commits, &told).await?;
    visit.state.people = told
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

/// Keeps which account is behind which address, for other commits. That nobody is behind one is not
/// kept: somebody may add it to their account tomorrow.
async fn remember(visit: &Visit<'_>, commits: &[CommitInfo], told: &[CommitPeople]) -> Result<(), Failure> {
    let mut by_email: BTreeMap<String, &Account> = BTreeMap::new();
    for commit in commits {
        let Some(people) = told.iter().find(|people| people.sha == commit.sha) else {
            continue;
        };
        for (person, account) in [
            (&commit.author, &people.author),
            (&commit.committer, &people.committer),
        ] {
            let account = account.as_ref().filter(|one| one.login.as_str() != WEB_FLOW.0);
            if let (Some(account), false) = (account, person.email.is_empty()) {
                by_email.insert(person.email.to_lowercase(), account);
            }
        }
    }
    for (email, account) in by_email {
        let value = format!("{} {}", account.id.0, account.login);
        visit.app.store.set_note(&maker_note(&email), &value).await?;
    }
    Ok(())
}

impl Makers {
    fn add(&mut self, who: &Who) {
        self.ids.insert(who.id);
        self.logins.insert(who.login.clone());
    }

    fn add_both(&mut self, visit: &Visit<'_>, commit: &CommitInfo, known: &Known) {
        let asked = visit.state.people.get(&commit.sha);
        let author = asked.and_then(|asked| asked.author.as_ref());
        let committer = asked.and_then(|asked| asked.committer.as_ref());
        self.add_one(commit, &commit.author, author, known);
        // What was done on the web is committed by GitHub itself; nobody writes in its name.
        if commit.committer.email != WEB_FLOW.1 {
            self.add_one(commit, &commit.committer, committer, known);
        }
        self.ids.extend(asked.into_iter().flat_map(|asked| &asked.ids));
    }

    fn add_one(&mut self, commit: &CommitInfo, person: &Person, asked: Option<&Login>, known: &Known) {
        let behind = known.who(person);
        behind.iter().for_each(|who| self.add(who));
        let asked = asked.filter(|login| login.as_str() != WEB_FLOW.0);
        self.logins.extend(asked.cloned());
        if asked.is_none() && behind.is_empty() {
            let short: String = commit.sha.as_str().chars().take(7).collect();
            let nameless = format!("{short} by {} <{}>", person.name, person.email);
            if !self.nameless.contains(&nameless) {
                self.nameless.push(nameless);
            }
        }
    }
}
