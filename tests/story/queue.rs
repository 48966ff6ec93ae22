//! The merge queue: what was judged alone is judged again with everything that is merged before it.

use specwarden::demo::github::Queued;
use specwarden::demo::github::world::CheckRun;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;

use crate::scene::POLICY;
use crate::scene::Scene;
use crate::scene::idle;
use crate::scene::policy;
use crate::scene::stages;

const SPEC: &str = "agents/guard.md";

/// A spec of many sections, so that two edits of it merge without a conflict.
fn spec(version: &str, duties: [&str; 2]) -> String {
    format!(
        "---\nrole: guard\nversion: {version}\n---\n\n# Guard\n\n## Responsibilities\n\n- {}\n\n\
         ## Principles\n\nWalks slowly.\n\nLooks twice.\n\nWrites it down.\n\n## Key responsibilities\n\n- {}\n",
        duties[0], duties[1]
    )
}

struct Pair<'s> {
    scene: Scene<'s>,
    first: u64,
    second: u64,
}

impl<'s> Pair<'s> {
    /// Two pull requests, each green by itself.
    async fn green(stage: &'s Stage, name: &str, one: &[(&str, &str)], other: &[(&str, &str)]) -> Self {
        let rules = policy(&format!("{{ teams: [{name}/security] }}"));
        let before = spec("1.2.0", ["Lock the gate", "Feed the dog"]);
        let files = [
            (POLICY, rules.as_str()),
            (SPEC, before.as_str()),
            ("agents/dog.md", DOG),
        ];
        let mut scene = Scene::with(stage, name, &files).await;
        let mut numbers = Vec::new();
        for (branch, files) in [("one", one), ("other", other)] {
            let ann = scene.who("ann");
            let files: Vec<(&str, Option<&str>)> =
                files.iter().map(|(path, text)| (*path, Some(*text))).collect();
            ann.push(&scene.repo, branch, &files, branch).await.unwrap();
            scene.number = ann.open_pull(&scene.repo, branch, "main", branch).await.unwrap();
            scene.verdict("success").await;
            numbers.push(scene.number);
        }
        Self {
            scene,
            first: numbers[0],
            second: numbers[1],
        }
    }

    /// What the check run on a place of the queue came to.
    async fn verdict(&self, queued: &Queued) -> CheckRun {
        let done = self
            .scene
            .github()
            .when("a check run on the group", PATIENCE, |world| {
                let mut checks = world.repo(&self.scene.repo)?.checks.values();
                checks
                    .find(|check| check.head_sha == queued.head && check.conclusion.is_some())
                    .cloned()
            })
            .await;
        done.unwrap_or_else(|late| panic!("{late}\n{}", self.scene.stage.server_log()))
    }

    /// Both are queued, the second behind the first.
    async fn queued(&self) -> [CheckRun; 2] {
        let mel = self.scene.who("mel");
        let first = mel.enqueue(&self.scene.repo, self.first, None).await.unwrap();
        let second = mel
            .enqueue(&self.scene.repo, self.second, Some(&first))
            .await
            .unwrap();
        [self.verdict(&first).await, self.verdict(&second).await]
    }
}

const DOG: &str =
    "---\nrole: dog\nversion: 1.0.0\n---\n\n# Dog\n\n## Responsibilities\n\n- Bark at strangers\n";

fn conclusion(check: &CheckRun) -> &str {
    check.conclusion.as_deref().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_take_one_version_of_one_spec_do_not_both_get_through() {
    for stage in stages().await {
        let one = spec("1.3.0", ["Lock the gate and the door", "Feed the dog"]);
        let other = spec("1.3.0", ["Lock the gate", "Feed the dog and the cat"]);
        let pair = Pair::green(&stage, "taken", &[(SPEC, &one)], &[(SPEC, &other)]).await;
        let [first, second] = pair.queued().await;
        assert_eq!(conclusion(&first), "success", "{first:#?}");
        assert_eq!(conclusion(&second), "failure", "{second:#?}");
        let told = format!("{:?} {:?} {:?}", second.title, second.summary, second.annotations);
        assert!(told.contains("1.3.0"), "{told}");
        // The pull request itself is not what failed.
        let alone = pair.scene.stage.check(&pair.scene.repo, pair.second).unwrap();
        assert_eq!(conclusion(&alone), "success", "{alone:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_do_not_touch_each_other_both_get_through() {
    for stage in stages().await {
        let one = spec("1.3.0", ["Lock the gate and the door", "Feed the dog"]);
        let other = DOG
            .replace("1.0.0", "1.1.0")
            .replace("strangers", "strangers and cats");
        let pair = Pair::green(&stage, "apart", &[(SPEC, &one)], &[("agents/dog.md", &other)]).await;
        for check in pair.queued().await {
            assert_eq!(conclusion(&check), "success", "{check:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_alone_is_approved_in_the_queue_as_long_as_its_approver_may() {
    for stage in stages().await {
        let scene = Scene::green(&stage, "queue").await;
        let mel = scene.who("mel");
        let pair = Pair {
            first: scene.number,
            second: scene.number,
            scene,
        };
        let first = mel.enqueue(&pair.scene.repo, pair.first, None).await.unwrap();
        assert_eq!(conclusion(&pair.verdict(&first).await), "success");
        // The news of it is lost: only asking at the moment of the decision tells.
        let vanish = specwarden::demo::github::faults::HookFault::Vanish;
        pair.scene.github().fail_deliveries([vanish]);
        let sam = pair.scene.who("sam");
        mel.remove_from_team("queue", "security", sam.login().as_str())
            .await
            .unwrap();
        mel.push(&pair.scene.repo, "main", &[("README.md", Some("x\n"))], "more")
            .await
            .unwrap();
        let again = mel.enqueue(&pair.scene.repo, pair.first, None).await.unwrap();
        let check = pair.verdict(&again).await;
        assert_eq!(conclusion(&check), "action_required", "{check:#?}");
    }
}

/// Two pull requests: one that does this to the policy, and behind it one that edits the spec.
async fn behind_a_change_of_policy(stage: &Stage, name: &str, at_base: &str, then: Option<&str>) -> CheckRun {
    let before = spec("1.2.0", ["Lock the gate", "Feed the dog"]);
    let edited = spec("1.3.0", ["Lock the gate and the door", "Feed the dog"]);
    let files = [(POLICY, at_base), (SPEC, before.as_str())];
    let mut scene = Scene::with(stage, name, &files).await;
    let ann = scene.who("ann");
    let mut numbers = Vec::new();
    for (branch, file) in [("one", (POLICY, then)), ("other", (SPEC, Some(edited.as_str())))] {
        ann.push(&scene.repo, branch, &[file], branch).await.unwrap();
        let number = ann.open_pull(&scene.repo, branch, "main", branch).await;
        numbers.push(number.unwrap());
    }
    idle(stage).await;
    scene.number = numbers[1];
    let pair = Pair {
        first: numbers[0],
        second: numbers[1],
        scene,
    };
    let mel = pair.scene.who("mel");
    let first = mel.enqueue(&pair.scene.repo, pair.first, None).await.unwrap();
    let second = mel
        .enqueue(&pair.scene.repo, pair.second, Some(&first))
        .await
        .unwrap();
    pair.verdict(&second).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_hears_an_answer_whatever_is_before_it_does_to_the_policy() {
    const BROKEN: &str = "specs: [{ path: 7 }]\n";
    for stage in stages().await {
        let good = policy("{ users: [keeper] }");
        for (name, at_base, then, expected, words) in [
            ("gone", good.as_str(), None, "neutral", "has no policy"),
            ("torn", &good, Some(BROKEN), "failure", "did you mean"),
            ("mended", BROKEN, Some(good.as_str()), "success", ""),
            ("still", BROKEN, Some("specs: 7\n"), "failure", "cannot be read"),
        ] {
            let check = behind_a_change_of_policy(&stage, name, at_base, then).await;
            let told = format!("{:?} {:?}", check.title, check.summary);
            assert_eq!(conclusion(&check), expected, "{name}: {told}");
            assert!(told.contains(words), "{name}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_of_a_repository_that_did_not_ask_hears_nothing() {
    for stage in stages().await {
        let before = spec("1.2.0", ["Lock the gate", "Feed the dog"]);
        let mut scene = Scene::with(&stage, "silent", &[(SPEC, &before)]).await;
        let edited = before.replace("the dog", "the cat");
        scene.open(&[(SPEC, Some(&edited))]).await;
        let mel = scene.who("mel");
        mel.enqueue(&scene.repo, scene.number, None).await.unwrap();
        idle(&stage).await;
        let checks = scene
            .github()
            .read(|world| world.repo(&scene.repo).unwrap().checks.len());
        assert_eq!(checks, 0);
    }
}

/// Of several who approved one has left unheard of. A push may be judged by what was heard a moment
/// ago; the queue may not.
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_asks_for_everybody_afresh() {
    for stage in stages().await {
        for leaver in ["sam", "fin"] {
            let name = format!("afresh-{leaver}");
            let scene = crate::budget::approved_in_two_ways(&stage, &name).await;
            let vanish = specwarden::demo::github::faults::HookFault::Vanish;
            scene.github().fail_deliveries([vanish]);
            let team = match leaver {
                "sam" => "security",
                _ => "finance",
            };
            let mel = scene.who("mel");
            mel.remove_from_team(&name, team, scene.who(leaver).login().as_str())
                .await
                .unwrap();
            let pair = Pair {
                first: scene.number,
                second: scene.number,
                scene,
            };
            let place = mel.enqueue(&pair.scene.repo, pair.first, None).await.unwrap();
            let check = pair.verdict(&place).await;
            assert_eq!(conclusion(&check), "action_required", "{leaver}: {check:#?}");
        }
    }
}
