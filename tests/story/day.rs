//! One day's happenings around many pull requests, the same on every day, and what an onlooker finds
//! in the end. The weather is another matter.

use std::collections::BTreeMap;
use std::time::Duration;

use specwarden::demo::github::GitHub;
use specwarden::demo::github::Player;
use specwarden::demo::github::bare::Fold;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

use crate::scene::BEFORE;
use crate::scene::POLICY;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::policy;

/// How long bad weather may take to settle.
pub(crate) const LONG: Duration = Duration::from_secs(180);

/// The pull requests of one repository take turns in so many parts.
const PARTS: usize = 6;
/// So many things happen to each, at most.
const HAPPENINGS: usize = 6;

/// What an onlooker sees of one pull request in the end; nothing in it depends on the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) conclusion: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) checks_on_head: usize,
    pub(crate) sticky: usize,
    pub(crate) headline: String,
    pub(crate) asked: Vec<String>,
}

/// One happening after another to the pull requests of one repository.
#[derive(Clone)]
pub(crate) struct Day {
    github: GitHub,
    pub(crate) repo: RepoName,
    org: String,
    pulls: usize,
}

fn spec(place: usize) -> String {
    format!("agents/porter{place}.md")
}

fn of(place: usize, text: &str) -> String {
    text.replace("role: porter", &format!("role: porter{place}"))
}

fn number(place: usize) -> u64 {
    u64::try_from(place).unwrap() + 1
}

impl Day {
    /// An organisation with a repository of so many specs, before anything happens.
    pub(crate) async fn new(stage: &Stage, org: &str, pulls: usize) -> Self {
        let rules = policy(&format!("{{ teams: [{org}/security] }}"));
        let specs: Vec<(String, String)> = (0..pulls).map(|place| (spec(place), of(place, BEFORE))).collect();
        let mut files: Vec<(&str, &str)> = specs
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        files.push((POLICY, &rules));
        Self {
            github: stage.github.clone(),
            repo: Scene::with(stage, org, &files).await.repo,
            org: org.to_owned(),
            pulls,
        }
    }

    /// How many steps the day has.
    pub(crate) fn steps(&self) -> usize {
        self.pulls * HAPPENINGS
    }

    fn who(&self, who: &str) -> Player {
        self.github.player(&format!("{who}-{}", self.org))
    }

    async fn push(&self, place: usize, text: &str) {
        let (path, text) = (spec(place), of(place, text));
        let branch = format!("edit{place}");
        self.who("ann")
            .push(&self.repo, &branch, &[(&path, Some(&text))], "edit")
            .await
            .unwrap();
    }

    /// Lets one thing happen, or nothing.
    pub(crate) async fn step(&self, step: usize) {
        let place = step % self.pulls;
        let (part, number) = (place % PARTS, number(place));
        let branch = format!("edit{place}");
        match (step / self.pulls, part) {
            (0, _) => {
                let unsaid = BEFORE.replace("    - deployment\n", "");
                self.push(place, &unsaid).await;
                self.who("ann")
                    .open_pull(&self.repo, &branch, "main", &branch)
                    .await
                    .unwrap();
            }
            (1, _) => self.push(place, &loosened()).await,
            (2, 1) => self.push(place, &loosened_twice()).await,
            (2, 2) => {
                let file = format!("x{place}.md");
                self.who("mel")
                    .push(&self.repo, "main", &[(&file, Some("x\n"))], "x")
                    .await
                    .map(drop)
                    .unwrap();
            }
            (3, 2) => self
                .who("ann")
                .rebase(&self.repo, &branch, "main")
                .await
                .map(drop)
                .unwrap(),
            (3, 3) => self.who("ann").close(&self.repo, number).await.unwrap(),
            (4, 3) => self.who("ann").reopen(&self.repo, number).await.unwrap(),
            (4, 4) => self
                .who("vic")
                .comment(&self.repo, number, "Hm.")
                .await
                .map(drop)
                .unwrap(),
            (5, 5) => {
                self.who("mel")
                    .merge(&self.repo, number, Fold::Merge)
                    .await
                    .map(drop)
                    .unwrap();
            }
            _ => {}
        }
    }

    /// A day on which nothing goes wrong, to its end.
    pub(crate) async fn calm(stage: &Stage, pulls: usize) -> BTreeMap<u64, End> {
        let day = Self::new(stage, "calm", pulls).await;
        for step in 0..day.steps() {
            day.step(step).await;
        }
        day.evening(stage).await
    }

    /// All but those that are merged: whether they were looked at in time is no matter.
    fn open(&self) -> impl Iterator<Item = u64> {
        (0..self.pulls).filter(|place| place % PARTS != 5).map(number)
    }

    /// Awaits that every open pull request has a verdict and the server is done with it, has some of
    /// them approved, now that what is shown is settled, and tells how they end.
    pub(crate) async fn evening(&self, stage: &Stage) -> BTreeMap<u64, End> {
        for number in self.open() {
            let what = format!("a verdict on #{number}");
            let judged = self.github.when(&what, LONG, |world| {
                let repo = world.repo(&self.repo)?;
                let head = &repo.pulls.get(&number)?.head_sha;
                let mut checks = repo.checks.values();
                checks
                    .any(|check| check.head_sha == *head && check.conclusion.is_some())
                    .then_some(())
            });
            if let Err(error) = judged.await {
                panic!("{error}\n{}\n{}", self.told(number), stage.server_log());
            }
        }
        self.all_answered(stage, "vic", "/spec-recheck", self.open())
            .await;
        let approved = (0..self.pulls).filter(|place| [0, 2, 3].contains(&(place % PARTS)));
        self.all_answered(stage, "sam", "/approve-role", approved.map(number))
            .await;
        self.end(stage)
    }

    /// Somebody says something on pull requests, and the server has dealt with it.
    async fn all_answered(&self, stage: &Stage, who: &str, says: &str, on: impl Iterator<Item = u64>) {
        let mut comments = Vec::new();
        for number in on {
            let comment = self.who(who).comment(&self.repo, number, says).await.unwrap();
            comments.push((number, comment));
        }
        for (number, comment) in comments {
            let reacted = self.github.when("a reaction", LONG, |world| {
                let bot = world.bot();
                let comment = world.repo(&self.repo)?.comments.get(&comment)?;
                comment.reactions.iter().any(|one| one.user == bot).then_some(())
            });
            if let Err(error) = reacted.await {
                panic!("{error} on #{number}\n{}", stage.server_log());
            }
        }
    }

    fn end(&self, stage: &Stage) -> BTreeMap<u64, End> {
        self.open()
            .map(|number| {
                let check = stage.check(&self.repo, number);
                let comments = stage.bot_comments(&self.repo, number);
                let sticky: Vec<_> = comments
                    .iter()
                    .filter(|one| !one.body.contains("answer"))
                    .collect();
                let shown = |text: &str| {
                    text.lines()
                        .find(|line| line.starts_with("###"))
                        .unwrap_or_default()
                        .to_owned()
                };
                let end = End {
                    conclusion: check.as_ref().and_then(|check| check.conclusion.clone()),
                    title: check.and_then(|check| check.title),
                    checks_on_head: stage.checks(&self.repo, number).len(),
                    sticky: sticky.len(),
                    headline: sticky.first().map(|one| shown(&one.body)).unwrap_or_default(),
                    asked: stage
                        .asked(&self.repo, number)
                        .iter()
                        .map(|who| who.replace(&self.repo.owner, "org"))
                        .collect(),
                };
                (number, end)
            })
            .collect()
    }

    /// What was delivered about a pull request, in the order of the attempts.
    fn told(&self, number: u64) -> String {
        let lines = self.github.deliveries().into_iter().filter_map(|one| {
            let payload: serde_json::Value = serde_json::from_str(&one.payload).ok()?;
            let about = payload["pull_request"]["number"].as_u64()?;
            let action = one.action.unwrap_or_default();
            let at = payload["pull_request"]["updated_at"].as_str()?.to_owned();
            (about == number)
                .then(|| format!("{}.{action} of {at}: {} {}", one.event, one.status_code, one.guid))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
