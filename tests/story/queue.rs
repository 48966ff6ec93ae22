//! The merge queue: what was judged alone is judged again with everything that is merged before it.

use specwarden::demo::github::Queued;
use specwarden::demo::github::world::CheckRun;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;

use crate::scene::POLICY;
use crate::scene::Scene;
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
