//! Whom a review is asked of, and what a commenter is told.

use specwarden::demo::github::Exchange;
use specwarden::demo::github::GitHub;
use specwarden::demo::stage::PATIENCE;

use crate::scene::BEFORE;
use crate::scene::POLICY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::policy;
use crate::scene::stages;

/// Awaits that exactly these are asked.
async fn asked(scene: &Scene<'_>, names: &[&str]) {
    let wanted: Vec<String> = names
        .iter()
        .map(|name| format!("@{name}-{}", scene.org))
        .collect();
    let seen = || scene.stage.asked(&scene.repo, scene.number);
    let same = |_: &GitHub| (seen() == wanted).then_some(());
    if let Err(late) = scene.github().until("a request", PATIENCE, same).await {
        panic!(
            "{late}: {:?} and not {wanted:?}\n{}",
            seen(),
            scene.stage.server_log()
        );
    }
}

fn requests(scene: &Scene<'_>) -> usize {
    let asks = |one: &&Exchange| one.method == "POST" && one.path.ends_with("/requested_reviewers");
    scene.github().exchanges().iter().filter(asks).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_taken_off_is_left_alone_and_somebody_else_is_asked() {
    for stage in stages().await {
        let name = "askother";
        let rules = policy(&format!("{{ users: [mel-{name}, sam-{name}, vic-{name}] }}"));
        let mut scene = Scene::with(&stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        asked(&scene, &["mel"]).await;
        let ann = scene.who("ann");
        let off = async |who: &str| {
            ann.unrequest_review(&scene.repo, scene.number, &format!("{who}-{name}"))
                .await
                .unwrap();
        };
        off("mel").await;
        asked(&scene, &["sam"]).await;
        off("sam").await;
        asked(&scene, &["vic"]).await;
        off("vic").await;
        scene.looked_at().await;
        let so_far = requests(&scene);
        scene.pushes_something_harmless().await;
        scene.looked_at().await;
        asked(&scene, &[]).await;
        assert_eq!(requests(&scene), so_far, "nobody is left who could be asked");
        scene.says("sam", "/approve-role").await;
        scene.verdict("success").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_taken_off_is_not_asked_again() {
    for stage in stages().await {
        let name = "askteam";
        let rules = policy(&format!("{{ teams: [{name}/security], users: [mel-{name}] }}"));
        let mut scene = Scene::with(&stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
        scene.open(&[(SPEC, Some(&loosened()))]).await;
        stage
            .team_asked(&scene.repo, scene.number, "security")
            .await
            .unwrap();
        let ann = scene.who("ann");
        ann.unrequest_team(&scene.repo, scene.number, "security")
            .await
            .unwrap();
        asked(&scene, &["mel"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_found_by_any_of_its_names_and_by_one_that_is_nearly_right() {
    for stage in stages().await {
        const SHIFT: &str = "agents/night-shift.md";
        let name = "names";
        let titled = |text: &str| {
            text.replace("role: porter", "role_id: np-07")
                .replace("# Porter", "# Night Porter Role")
        };
        let rules = policy(&format!("{{ teams: [{name}/security] }}"));
        let before = BEFORE
            .replace("role: porter", "role_id: np-03")
            .replace("# Porter", "# Watchman");
        let mut scene = Scene::with(&stage, name, &[(POLICY, &rules), (SHIFT, &before)]).await;
        let after = titled(&loosened());
        scene.open(&[(SHIFT, Some(&after))]).await;
        scene.verdict("action_required").await;
        scene.says("sam", "/approve-role \"Nihgt Porter\"").await;
        scene
            .answered(|body| body.contains("Did you mean `Night Porter`?"))
            .await;
        assert_eq!(scene.conclusion().as_deref(), Some("action_required"));
        for called in [
            "np-07",
            "np-03",
            "\"Night Porter\"",
            "night-porter",
            "Watchman",
            "night-shift",
            "agents/night-shift.md",
        ] {
            scene.says("sam", &format!("/approve-role {called}")).await;
            scene.verdict("success").await;
            scene.says("sam", "/approve-role cancel").await;
            scene.verdict("action_required").await;
        }
    }
}
