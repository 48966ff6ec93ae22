//! The ways in which somebody tries to get a loosened constraint through.

use specwarden::demo::github::Commit;
use specwarden::demo::github::bare::Identity;
use specwarden::demo::github::faults::ApiFault;
use specwarden::demo::github::faults::Effect;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::Stage;

use crate::scene::BEFORE;
use crate::scene::BRANCH;
use crate::scene::POLICY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::policy;
use crate::scene::policy_with;

pub(crate) async fn author<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("ann", "/approve-role").await;
    scene
}

async fn push_as(scene: &Scene<'_>, author: Identity) {
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(author.clone()),
        committer: Some(author),
    };
    scene
        .who("ann")
        .push_commit(&scene.repo, BRANCH, &commit)
        .await
        .unwrap();
}

pub(crate) async fn second_identity<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    push_as(&scene, scene.who("sam").identity()).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn pusher<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let ann = scene.who("ann").identity();
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(ann.clone()),
        committer: Some(ann),
    };
    scene
        .who("sam")
        .push_commit(&scene.repo, BRANCH, &commit)
        .await
        .unwrap();
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn unattributable<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let nobody = Identity {
        name: "N. N.".to_owned(),
        email: format!("nn-{name}@nowhere.invalid"),
    };
    push_as(&scene, nobody).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn outsider<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn former_member<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let sam = scene.who("sam");
    scene
        .who("mel")
        .remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn stale_membership<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene.says("sam", "/approve-role cancel").await;
    scene.verdict("action_required").await;
    scene.github().fail_deliveries([HookFault::Vanish]);
    let sam = scene.who("sam");
    scene
        .who("mel")
        .remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene
}

async fn with_policy<'s>(stage: &'s Stage, name: &str, text: &str) -> Scene<'s> {
    let mut scene = Scene::with(stage, name, &[(POLICY, text), (SPEC, BEFORE)]).await;
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene
}

pub(crate) async fn no_such_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/ghosts] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn empty_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    stage.github.add_team(name, "void", &[]);
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/void] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn before_it_was_shown<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.github().fail_deliveries([HookFault::Hold, HookFault::Hold]);
    let text = loosened_twice();
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "one more")
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene.github().release_held().await;
    scene
}

pub(crate) async fn edited_into<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene
        .who("sam")
        .comment(&scene.repo, scene.number, "Looking.")
        .await
        .unwrap();
    scene
        .who("mel")
        .edit_comment(&scene.repo, comment, "/approve-role")
        .await
        .unwrap();
    scene
}

pub(crate) async fn edited_by_himself<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene
        .who("sam")
        .comment(&scene.repo, scene.number, "Looking.")
        .await
        .unwrap();
    scene
        .who("sam")
        .edit_comment(&scene.repo, comment, "/approve-role")
        .await
        .unwrap();
    scene
}

pub(crate) async fn not_said<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    for text in [
        "> /approve-role",
        "```\n/approve-role\n```",
        "    /approve-role",
        "Hello <!--\n/approve-role\n-->",
        "I would say `/approve-role` if I were sure",
        "[x](/approve-role)",
        "<details>\n<!-- /approve-role -->\n</details>",
    ] {
        scene
            .who("sam")
            .comment(&scene.repo, scene.number, text)
            .await
            .unwrap();
    }
    scene
}

pub(crate) async fn bot<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let slug = format!("helper-{name}");
    scene.github().add_bot(&slug);
    let bot = format!("{slug}[bot]");
    scene
        .who("mel")
        .add_to_team(name, "security", &bot)
        .await
        .unwrap();
    scene
        .github()
        .player(&bot)
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    scene
}

pub(crate) async fn force_push<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened_twice();
    scene
        .who("ann")
        .force_push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "edit")
        .await
        .unwrap();
    scene
}

pub(crate) async fn moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened();
    scene.open(&[(SPEC, None), ("docs/porter.md", Some(&text))]).await;
    scene
}

pub(crate) async fn merely_moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene
        .open(&[(SPEC, None), ("docs/porter.md", Some(BEFORE))])
        .await;
    scene
}

pub(crate) async fn moved_to_where_less_is_asked<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let rules = rules.replace(
        "approvals:",
        "  - paths: [\"drafts/**/*.md\"]\n    mode: warn\napprovals:",
    );
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    let unsaid = BEFORE.replace("    - deployment\n", "");
    scene
        .open(&[(SPEC, None), ("drafts/porter.md", Some(&unsaid))])
        .await;
    scene
}

pub(crate) async fn owner_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let owned = BEFORE.replace("owner: keeper", &format!("owner: sam-{name}"));
    let files = [(POLICY, policy("{ owner: true }")), (SPEC, owned)];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let mut scene = Scene::with(stage, name, &files).await;
    let mine = loosened().replace("owner: keeper", &format!("owner: eve-{name}"));
    scene.open(&[(SPEC, Some(&mine))]).await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn relaxed_policy<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let relaxed = policy(&format!("{{ users: [eve-{name}] }}"));
    scene
        .open(&[(SPEC, Some(&loosened())), (POLICY, Some(&relaxed))])
        .await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn codeowners_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let before = format!("/agents/ @sam-{name}\n");
    let after = format!("/agents/ @eve-{name}\n");
    let rules = policy("{ codeowners: true }");
    let files = [
        (POLICY, rules.as_str()),
        (SPEC, BEFORE),
        (".github/CODEOWNERS", before.as_str()),
    ];
    let mut scene = Scene::with(stage, name, &files).await;
    scene
        .open(&[(SPEC, Some(&loosened())), (".github/CODEOWNERS", Some(&after))])
        .await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn delegated_at_head<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let delegated = format!("{rules}people: {{ \"keeper\": eve-{name} }}\napprove: {{ author: true }}\n");
    scene
        .open(&[(SPEC, Some(&loosened())), (POLICY, Some(&delegated))])
        .await;
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn markdown_name<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened().replace(
        "role: porter",
        "role: \"**x** @victim [a](http://b) /approve-role\"",
    );
    scene.open(&[(SPEC, Some(&text))]).await;
    scene.settled().await;
    let body = scene.stage.sticky(&scene.repo, scene.number).unwrap().body;
    assert!(!body.contains(" @victim"), "{body}");
    assert!(!body.contains("](http://b)"), "{body}");
    scene
}

pub(crate) async fn many_arguments<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = format!("/approve-role {}", "x ".repeat(10_000));
    scene.says("sam", &text).await;
    scene
}

pub(crate) async fn twice_the_same<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = with_policy(
        stage,
        name,
        &policy_with(2, &format!("{{ teams: [{name}/security] }}")),
    )
    .await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn lookup_fails<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let path = format!("/orgs/{name}/teams/security/memberships");
    scene
        .github()
        .fail_requests(1_000, None, &path, ApiFault::Status(500, Effect::Skipped));
    scene.github().fail_requests(
        1_000,
        None,
        &format!("/orgs/{name}/teams"),
        ApiFault::Status(500, Effect::Skipped),
    );
    scene
        .who("sam")
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    let asked =
        |exchange: &specwarden::demo::github::Exchange| exchange.fault && exchange.path.contains(name);
    let limit = specwarden::demo::stage::PATIENCE;
    let seen = |github: &specwarden::demo::github::GitHub| github.exchanges().iter().any(asked).then_some(());
    scene
        .github()
        .until("a failed lookup", limit, seen)
        .await
        .unwrap();
    scene
}

pub(crate) async fn deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene.says("sam", "/approve-role").await;
    scene.verdict("success").await;
    scene
        .who("sam")
        .delete_comment(&scene.repo, comment)
        .await
        .unwrap();
    scene
}

pub(crate) async fn withdrawn_by_edit<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let comment = scene.says("sam", "/approve-role").await;
    scene.verdict("success").await;
    scene
        .who("sam")
        .edit_comment(&scene.repo, comment, "I take it back.")
        .await
        .unwrap();
    scene
}

pub(crate) async fn dismissed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = format!(
        "{}approve: {{ reviews: true }}\n",
        policy(&format!("{{ teams: [{name}/security] }}"))
    );
    let scene = with_policy(stage, name, &rules).await;
    scene.verdict("action_required").await;
    let review = scene
        .who("sam")
        .review(&scene.repo, scene.number, "APPROVED", "")
        .await
        .unwrap();
    scene.verdict("success").await;
    scene
        .who("mel")
        .dismiss_review(&scene.repo, scene.number, review)
        .await
        .unwrap();
    scene
}

pub(crate) async fn draft<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let ann = scene.who("ann");
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&loosened()))], "edit")
        .await
        .unwrap();
    scene.number = ann.open_draft(&scene.repo, BRANCH, "main", "Edit").await.unwrap();
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene.who("ann").ready(&scene.repo, scene.number).await.unwrap();
    scene
}

pub(crate) async fn retargeted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let lax = "specs:\n  - paths: [\"agents/**/*.md\"]\n    mode: off\n";
    let mel = scene.who("mel");
    mel.push(&scene.repo, "lax", &[(POLICY, Some(lax))], "no rules")
        .await
        .unwrap();
    let ann = scene.who("ann");
    ann.push(&scene.repo, BRANCH, &[(SPEC, Some(&loosened()))], "edit")
        .await
        .unwrap();
    scene.number = ann.open_pull(&scene.repo, BRANCH, "lax", "Edit").await.unwrap();
    scene.settled().await;
    ann.retarget(&scene.repo, scene.number, "main").await.unwrap();
    scene
}

pub(crate) async fn policy_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene.open(&[(SPEC, Some(&loosened())), (POLICY, None)]).await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

pub(crate) async fn spec_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"))
        .replace("authority.*", "authority.*, spec.removed");
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    scene.open(&[(SPEC, None)]).await;
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene
}
