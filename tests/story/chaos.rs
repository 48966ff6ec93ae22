//! Bad weather: the same happenings on a calm day, on a day when everything goes wrong, and with a
//! server that is killed again and again, must end in the same state.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::bare::Fold;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::GitFault;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

use crate::scene::BEFORE;
use crate::scene::POLICY;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::policy;
use crate::scene::stage;

/// How many pull requests.
const PULLS: usize = 6;
/// How long bad weather may take to settle.
const LONG: Duration = Duration::from_secs(120);

/// What an onlooker sees of one pull request in the end; nothing in it depends on the run.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    conclusion: Option<String>,
    title: Option<String>,
    checks_on_head: usize,
    sticky: usize,
    headline: String,
    asked: Vec<String>,
}

fn spec(place: usize) -> String {
    format!("agents/porter{place}.md")
}

fn of(place: usize, text: &str) -> String {
    text.replace("role: porter", &format!("role: porter{place}"))
}

async fn furnish<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let specs: Vec<(String, String)> = (0..PULLS).map(|place| (spec(place), of(place, BEFORE))).collect();
    let mut files: Vec<(&str, &str)> = specs
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    files.push((POLICY, &rules));
    Scene::with(stage, name, &files).await
}

/// One happening after another, the same on every day. `between` is called between any two.
struct Day<'d> {
    github: GitHub,
    repo: RepoName,
    name: &'d str,
}

impl Day<'_> {
    fn who(&self, who: &str) -> specwarden::demo::github::Player {
        self.github.player(&format!("{who}-{}", self.name))
    }

    async fn push(&self, place: usize, text: &str) {
        let (path, text) = (spec(place), of(place, text));
        let branch = format!("edit{place}");
        self.who("ann")
            .push(&self.repo, &branch, &[(&path, Some(&text))], "edit")
            .await
            .unwrap();
    }

    async fn step(&self, step: usize) {
        let (place, number) = (step % PULLS, u64::try_from(step % PULLS).unwrap() + 1);
        let branch = format!("edit{place}");
        match step / PULLS {
            0 => {
                let unsaid = BEFORE.replace("    - deployment\n", "");
                self.push(place, &unsaid).await;
                self.who("ann")
                    .open_pull(&self.repo, &branch, "main", &branch)
                    .await
                    .unwrap();
            }
            1 => self.push(place, &loosened()).await,
            2 if place == 1 => self.push(place, &loosened_twice()).await,
            2 if place == 2 => self
                .who("mel")
                .push(&self.repo, "main", &[("x.md", Some("x\n"))], "x")
                .await
                .map(drop)
                .unwrap(),
            3 if place == 2 => self
                .who("ann")
                .rebase(&self.repo, &branch, "main")
                .await
                .map(drop)
                .unwrap(),
            3 if place == 3 => self.who("ann").close(&self.repo, number).await.unwrap(),
            4 if place == 3 => self.who("ann").reopen(&self.repo, number).await.unwrap(),
            4 if place == 4 => self
                .who("vic")
                .comment(&self.repo, number, "Hm.")
                .await
                .map(drop)
                .unwrap(),
            5 if place == 5 => {
                self.who("mel")
                    .merge(&self.repo, number, Fold::Merge)
                    .await
                    .map(drop)
                    .unwrap();
            }
            _ => {}
        }
    }
}

const STEPS: usize = 6 * PULLS;

/// The approvals come when the weather is fine again: who approves what depends on what was shown.
async fn approve(scene: &Scene<'_>) {
    for place in [0, 2, 3] {
        let number = u64::try_from(place).unwrap() + 1;
        let sam = scene.who("sam");
        let comment = sam.comment(&scene.repo, number, "/approve-role").await.unwrap();
        scene.stage.reaction(&scene.repo, comment).await.unwrap();
    }
}

/// All but the last pull request, which is merged: whether it was looked at in time is no matter.
fn end(stage: &Stage, repo: &RepoName) -> BTreeMap<u64, End> {
    (1..u64::try_from(PULLS).unwrap())
        .map(|number| {
            let check = stage.check(repo, number);
            let comments = stage.bot_comments(repo, number);
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
                checks_on_head: stage.checks(repo, number).len(),
                sticky: sticky.len(),
                headline: sticky.first().map(|one| shown(&one.body)).unwrap_or_default(),
                asked: stage
                    .asked(repo, number)
                    .iter()
                    .map(|who| who.replace(&repo.owner, "org"))
                    .collect(),
            };
            (number, end)
        })
        .collect()
}

/// Awaits that every open pull request has a verdict on its head and the server is done with it.
async fn settled(scene: &Scene<'_>) {
    let repo = scene.repo.clone();
    for number in 1..u64::try_from(PULLS).unwrap() {
        let what = format!("a verdict on #{number}");
        let judged = scene.github().when(&what, LONG, |world| {
            let repo = world.repo(&repo)?;
            let head = &repo.pulls.get(&number)?.head_sha;
            repo.checks
                .values()
                .find(|check| check.head_sha == *head && check.conclusion.is_some())
                .map(drop)
        });
        judged.await.unwrap_or_else(|error| {
            panic!(
                "{error}\n{}\n{}",
                told(scene.github(), number),
                scene.stage.server_log()
            )
        });
        let fence = scene
            .who("vic")
            .comment(&scene.repo, number, "/spec-recheck")
            .await
            .unwrap();
        let reacted = scene.github().when("a reaction", LONG, |world| {
            let bot = world.bot();
            let comment = world.repo(&repo)?.comments.get(&fence)?;
            comment.reactions.iter().any(|one| one.user == bot).then_some(())
        });
        reacted
            .await
            .unwrap_or_else(|error| panic!("{error}\n{}", scene.stage.server_log()));
    }
}

async fn calm_day(stage: &Stage) -> BTreeMap<u64, End> {
    let scene = furnish(stage, "calm").await;
    let day = Day {
        github: stage.github.clone(),
        repo: scene.repo.clone(),
        name: "calm",
    };
    for step in 0..STEPS {
        day.step(step).await;
    }
    settled(&scene).await;
    approve(&scene).await;
    end(stage, &scene.repo)
}

fn api_fault(dice: &mut StdRng) -> ApiFault {
    let effect = if dice.random_bool(0.5) {
        Effect::Done
    } else {
        Effect::Skipped
    };
    match dice.random_range(0..8) {
        0 => ApiFault::Status(500, effect),
        1 => ApiFault::Status(502, effect),
        2 => ApiFault::Status(503, effect),
        3 => ApiFault::Truncated(effect),
        4 => ApiFault::Reset(effect),
        5 => ApiFault::SecondaryLimit(1),
        6 => ApiFault::TooMany(1),
        _ => ApiFault::PrimaryLimit(Duration::from_secs(1)),
    }
}

fn hook_fault(dice: &mut StdRng) -> Option<HookFault> {
    match dice.random_range(0..8) {
        0 => Some(HookFault::Fail),
        1 => Some(HookFault::Duplicate),
        2 => Some(HookFault::Hold),
        3 => Some(HookFault::Late(Duration::from_millis(20))),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stormy_day_ends_as_a_calm_one() {
    let mut stage = stage().await;
    let calm = calm_day(&stage).await;
    assert!(
        calm.values()
            .any(|end| end.conclusion.as_deref() == Some("success")),
        "{calm:#?}"
    );
    assert!(
        calm.values()
            .any(|end| end.conclusion.as_deref() == Some("action_required")),
        "{calm:#?}"
    );

    let seed = std::env::var("SPECWARDEN_STORM")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(7);
    // Shown where it fails, however it fails.
    eprintln!("SPECWARDEN_STORM={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let scene = furnish(&stage, "storm").await;
    let (repo, github) = (scene.repo.clone(), stage.github.clone());
    let day = Day {
        github: github.clone(),
        repo: repo.clone(),
        name: "storm",
    };
    for step in 0..STEPS {
        for _ in 0..2 {
            github.fail_requests(1, None, "/storm/", api_fault(&mut dice));
        }
        github.fail_deliveries(hook_fault(&mut dice));
        if dice.random_bool(0.1) {
            github.fail_git([if dice.random_bool(0.5) {
                GitFault::Garbage
            } else {
                GitFault::Status(503)
            }]);
        }
        day.step(step).await;
    }
    github.release_held().await;
    github.calm();
    // What failed to be delivered is asked for again when the server starts.
    stage.start_server().await.unwrap();
    let scene = Scene {
        stage: &stage,
        org: "storm".to_owned(),
        repo,
        number: 1,
    };
    settled(&scene).await;
    approve(&scene).await;
    assert_eq!(end(&stage, &scene.repo), calm, "seed {seed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_ends_as_a_calm_one() {
    let mut stage = stage().await;
    let calm = calm_day(&stage).await;
    let kills: usize = std::env::var("SPECWARDEN_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12);
    let seed = std::env::var("SPECWARDEN_STORM")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(7);
    // Shown where it fails, however it fails.
    eprintln!("SPECWARDEN_STORM={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let rounds = kills.div_ceil(STEPS / 3);
    for round in 0..rounds {
        let name = format!("fatal{round}");
        let repo = furnish(&stage, &name).await.repo.clone();
        let day = Day {
            github: stage.github.clone(),
            repo: repo.clone(),
            name: &name,
        };
        for step in 0..STEPS {
            day.step(step).await;
            if step % 3 == 0 {
                // A moment that is told by what the server has done, not by a clock.
                let more = stage.github.exchanges().len() + dice.random_range(0..6);
                let reached = |github: &GitHub| (github.exchanges().len() >= more).then_some(());
                let _ = stage
                    .github
                    .until("some requests", Duration::from_millis(300), reached)
                    .await;
                stage.kill_server().await.unwrap();
                stage.start_server().await.unwrap();
            }
        }
        let scene = Scene {
            stage: &stage,
            org: name,
            repo,
            number: 1,
        };
        settled(&scene).await;
        approve(&scene).await;
        assert_eq!(end(&stage, &scene.repo), calm, "seed {seed}, round {round}");
    }
}

/// What was delivered about a pull request, in the order of the attempts.
fn told(github: &GitHub, number: u64) -> String {
    let lines = github.deliveries().into_iter().filter_map(|one| {
        let payload: serde_json::Value = serde_json::from_str(&one.payload).ok()?;
        let about = payload["pull_request"]["number"].as_u64()?;
        let action = one.action.unwrap_or_default();
        let at = payload["pull_request"]["updated_at"].as_str()?.to_owned();
        (about == number).then(|| format!("{}.{action} of {at}: {} {}", one.event, one.status_code, one.guid))
    });
    lines.collect::<Vec<_>>().join("\n")
}
