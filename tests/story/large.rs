//! A repository that is larger than a fetch may be is judged all the same, and alike.

use serde_json::Value;
use specwarden::demo::github::GitStep;
use specwarden::demo::stage::Stage;
use specwarden::demo::story;
use specwarden::demo::tell::Teller;
use specwarden::ids::RepoName;

use crate::scene::BEFORE;
use crate::scene::POLICY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::policy;
use crate::scene::stage;

/// A stage whose server may fetch nothing worth mentioning.
async fn narrow() -> Stage {
    let mut stage = stage().await;
    stage
        .recipe
        .env
        .push(("MIRROR_FETCH_SIZE".to_owned(), "64".to_owned()));
    stage.start_server().await.unwrap();
    stage
}

/// What people see of a pull request, without what differs from run to run.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    state: String,
    verdict: Vec<[String; 4]>,
    annotations: Vec<Value>,
    actions: Vec<Value>,
    comments: Vec<String>,
    asked: Vec<String>,
}

fn seen(stage: &Stage, repo: &RepoName) -> Vec<Seen> {
    let told = |text: &str| {
        let text = text.replace(stage.server_url(), "SERVER");
        without_commits(&text.replace(stage.github.url(), "GITHUB"))
    };
    let numbers: Vec<(u64, String)> = stage.github.read(|world| {
        let pulls = world.repo(repo).unwrap().pulls.values();
        pulls
            .map(|pull| (pull.number, format!("{:?}", pull.state)))
            .collect()
    });
    let of = |text: Option<String>| told(&text.unwrap_or_default());
    numbers
        .into_iter()
        .map(|(number, state)| {
            let checks = stage.checks(repo, number);
            Seen {
                state,
                verdict: checks
                    .iter()
                    .cloned()
                    .map(|one| [of(one.conclusion), of(one.title), of(one.summary), of(one.text)])
                    .collect(),
                annotations: checks.iter().flat_map(|one| one.annotations.clone()).collect(),
                actions: checks.iter().flat_map(|one| one.actions.clone()).collect(),
                comments: stage
                    .bot_comments(repo, number)
                    .iter()
                    .filter(|one| !one.body.contains("specwarden:answer"))
                    .map(|one| told(&one.body))
                    .collect(),
                asked: stage.asked(repo, number),
            }
        })
        .collect()
}

/// A text without the names of commits, whole (40 digits) or short (7).
fn without_commits(text: &str) -> String {
    let mut told = String::new();
    let mut word = String::new();
    let end = |told: &mut String, word: &mut String| {
        let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        told.push_str(match (hex, word.len()) {
            (true, 40) => "COMMIT",
            (true, 7) => "SHORT",
            _ => word,
        });
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
        } else {
            end(&mut told, &mut word);
            told.push(letter);
        }
    }
    end(&mut told, &mut word);
    told
}

/// Whether anything was read by its id.
fn by_id(stage: &Stage) -> bool {
    let exchanges = stage.github.exchanges();
    exchanges.iter().any(|one| one.path.contains("/git/blobs/"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_ends_alike_whether_mirrored_or_read_by_id() {
    let (mirrored, read) = (stage().await, narrow().await);
    for stage in [&mirrored, &read] {
        if let Err(error) = story::play(stage, &Teller::silent()).await {
            panic!("{error:#}\n{}", stage.server_log());
        }
    }
    assert_eq!((by_id(&mirrored), by_id(&read)), (false, true));
    let repo = "acme/roles".parse().unwrap();
    assert_eq!(seen(&mirrored, &repo), seen(&read, &repo));
}

const OTHER: &str = "agents/deep/er/clerk.md";

/// A repository with more in it than the specs, and what people do in it: an edit, a rename, moves
/// out of what is a spec, a change of the policy and of CODEOWNERS, a base branch that moves on, and
/// more commits than one page lists.
async fn a_long_week(scene: &mut Scene<'_>) {
    let (repo, ann) = (scene.repo.clone(), scene.who("ann"));
    let clerk = BEFORE.replace("porter", "clerk");
    let sold = BEFORE.replace("porter", "seller");
    let open = async |branch: &str, files: &[(&str, Option<&str>)]| {
        ann.push(&repo, branch, files, branch).await.unwrap();
        ann.open_pull(&repo, branch, "main", branch).await.unwrap()
    };
    scene.number = open("loosen", &[(SPEC, Some(&loosened()))]).await;
    scene.verdict("action_required").await;
    let loosening = scene.number;

    let renamed = clerk.replace("- Keep the lift free\n", "- Keep the lift free, always\n");
    let moved = [
        (OTHER, None),
        ("agents/clerk-of-works.md", Some(renamed.as_str())),
        ("agents/seller.md", None),
        ("attic/old/seller.txt", Some(sold.as_str())),
        ("code/new.rs", Some("fn new() {}\n")),
    ];
    scene.number = open("move", &moved).await;
    scene.settled().await;

    let rules = policy("{ users: [eve] }");
    let owners = format!("agents/ @vic-{}\n", scene.org);
    scene.number = open(
        "powers",
        &[(POLICY, Some(&rules)), ("docs/CODEOWNERS", Some(&owners))],
    )
    .await;
    scene.settled().await;

    for round in 0..101 {
        let text = format!("{round}\n");
        ann.push(&repo, "long", &[("log.txt", Some(&text))], "a round")
            .await
            .unwrap();
    }
    let stronger = BEFORE
        .replace("    - payments\n", "    - payments\n    - parcels\n")
        .replace("version: 1.2.0", "version: 1.3.0");
    scene.number = open("long", &[(SPEC, Some(&stronger))]).await;
    scene.settled().await;

    scene.number = open("gone", &[(SPEC, None)]).await;
    scene.settled().await;

    // Somebody else takes the version that the first pull request has taken.
    let taken = BEFORE.replace("version: 1.2.0", "version: 2.0.0");
    let mel = scene.who("mel");
    mel.push(&repo, "main", &[(SPEC, Some(&taken))], "take it")
        .await
        .unwrap();
    scene.number = loosening;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene.settled().await;
}

async fn week<'s>(stage: &'s Stage) -> Scene<'s> {
    let rules = policy("{ teams: [week/security] }");
    let clerk = BEFORE.replace("porter", "clerk");
    let sold = BEFORE.replace("porter", "seller");
    let mut files = vec![
        (POLICY.to_owned(), rules.as_str()),
        (SPEC.to_owned(), BEFORE),
        (OTHER.to_owned(), clerk.as_str()),
        ("agents/seller.md".to_owned(), sold.as_str()),
        ("docs/CODEOWNERS".to_owned(), "agents/ @mel-week\n"),
    ];
    files.extend((0..30).map(|place| (format!("code/{}/{place}.rs", place % 5), "fn main() {}\n")));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let mut scene = Scene::with(stage, "week", &files).await;
    a_long_week(&mut scene).await;
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn renames_policies_and_long_histories_are_judged_alike() {
    let mirrored = stage().await;
    let usual = week(&mirrored).await;
    let expected = seen(&mirrored, &usual.repo);
    assert_eq!(expected.len(), 5);
    for at_most in [usize::MAX, 4] {
        let read = narrow().await;
        read.github.list_at_most(at_most);
        let scene = week(&read).await;
        assert_eq!(
            expected,
            seen(&read, &scene.repo),
            "with {at_most} entries at once"
        );
        assert!(by_id(&read));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_to_a_large_repository_costs_what_it_changed() {
    let stage = narrow().await;
    let scene = Scene::waiting(&stage, "frugal").await;
    scene.settled().await;
    let fetches = |step| {
        let requests = stage.github.git_requests();
        requests.iter().filter(|one| one.step == step).count()
    };
    let (listed, packed) = (fetches(GitStep::References), fetches(GitStep::Pack));
    let before = stage.github.exchanges().len();
    let more = loosened().replace("- Keep the lift free\n", "- Keep the lift free at night\n");
    scene
        .who("ann")
        .push(&scene.repo, crate::scene::BRANCH, &[(SPEC, Some(&more))], "more")
        .await
        .unwrap();
    scene.verdict("action_required").await;
    stage.told(&scene.repo, scene.number, "at night").await.unwrap();
    let reads: Vec<String> = stage
        .github
        .exchanges()
        .split_off(before)
        .iter()
        .filter(|one| one.method == "GET")
        .map(|one| one.path.clone())
        .collect();
    let of = |part: &str| reads.iter().filter(|path| path.contains(part)).count();
    assert!(of("/compare/") >= 1 && of("/git/trees/") >= 1, "{reads:#?}");
    // Once each: the pull request, the comparison, the new tree, the new blob.
    assert!(reads.len() <= 4, "{reads:#?}");
    assert_eq!(
        (fetches(GitStep::References), fetches(GitStep::Pack)),
        (listed, packed),
        "that it is too large is remembered"
    );
}
