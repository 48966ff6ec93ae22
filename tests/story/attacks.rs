//! The attack list: each of these must not turn green, and each of those below must stay green.

use std::future::Future;
use std::pin::Pin;

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
use crate::scene::stage;

type Act<'s> = Pin<Box<dyn Future<Output = Scene<'s>> + 's>>;
type Case = (&'static str, for<'s> fn(&'s Stage, &'s str) -> Act<'s>);

macro_rules! cases {
    ($($claim:literal => $act:ident),* $(,)?) => {
        &[$(($claim, |stage, name| Box::pin($act(stage, name)))),*]
    };
}

const ATTACKS: &[Case] = cases! {
    "the author approves" => author,
    "the author approves through a second identity" => second_identity,
    "somebody who pushed to it approves" => pusher,
    "a commit's author is tied to no account" => unattributable,
    "an outsider approves" => outsider,
    "a former member approves" => former_member,
    "a former member approves, and the event of that was lost" => stale_membership,
    "the team does not exist" => no_such_team,
    "the team is empty" => empty_team,
    "the approval is older than what it would cover" => before_it_was_shown,
    "a maintainer edits a comment into an approval" => edited_into,
    "a member edits his own comment into an approval" => edited_by_himself,
    "the command is quoted, fenced, indented or hidden" => not_said,
    "a bot approves" => bot,
    "one more constraint comes by force-push after the approval" => force_push,
    "the file is moved out of the policy's path" => moved_out,
    "the file is moved out of the policy's path and means what it meant" => merely_moved_out,
    "the file is moved to where the policy only warns" => moved_to_where_less_is_asked,
    "the change makes its author's friend the owner" => owner_change,
    "the policy is relaxed in the same pull request" => relaxed_policy,
    "CODEOWNERS is changed in the same pull request" => codeowners_change,
    "a delegation stands only on the head" => delegated_at_head,
    "the role's name is Markdown with a mention" => markdown_name,
    "the command has 10,000 arguments" => many_arguments,
    "one person approves twice where two are needed" => twice_the_same,
    "the membership cannot be looked up" => lookup_fails,
    "the approving comment is deleted" => deleted,
    "the approving comment is edited" => withdrawn_by_edit,
    "the approving review is dismissed" => dismissed,
    "it is a draft" => draft,
    "the base branch is changed to one with a policy" => retargeted,
    "the policy's file is deleted in the same pull request" => policy_deleted,
    "the spec is deleted" => spec_deleted,
};

const KEEPS: &[Case] = cases! {
    "a rebase" => rebase,
    "a squash" => squash,
    "a merge from the base branch" => merge_from_base,
    "other formatting" => reformatted,
    "a move inside the policy's path" => moved_inside,
    "a typo mended elsewhere" => typo,
};

async fn author<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn second_identity<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    push_as(&scene, scene.who("sam").identity()).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

async fn pusher<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn unattributable<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn outsider<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.says("eve", "/approve-role").await;
    scene
}

async fn former_member<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn stale_membership<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn no_such_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/ghosts] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

async fn empty_team<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    stage.github.add_team(name, "void", &[]);
    let scene = with_policy(stage, name, &policy(&format!("{{ teams: [{name}/void] }}"))).await;
    scene.settled().await;
    scene.says("sam", "/approve-role").await;
    scene
}

async fn before_it_was_shown<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn edited_into<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn edited_by_himself<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn not_said<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn bot<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn force_push<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened_twice();
    scene
        .who("ann")
        .force_push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "edit")
        .await
        .unwrap();
    scene
}

async fn moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened();
    scene.open(&[(SPEC, None), ("docs/porter.md", Some(&text))]).await;
    scene
}

async fn merely_moved_out<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene
        .open(&[(SPEC, None), ("docs/porter.md", Some(BEFORE))])
        .await;
    scene
}

async fn moved_to_where_less_is_asked<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn owner_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn relaxed_policy<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let relaxed = policy(&format!("{{ users: [eve-{name}] }}"));
    scene
        .open(&[(SPEC, Some(&loosened())), (POLICY, Some(&relaxed))])
        .await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

async fn codeowners_change<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn delegated_at_head<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn markdown_name<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn many_arguments<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = format!("/approve-role {}", "x ".repeat(10_000));
    scene.says("sam", &text).await;
    scene
}

async fn twice_the_same<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn lookup_fails<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn withdrawn_by_edit<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn dismissed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn draft<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn retargeted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
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

async fn policy_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    scene.open(&[(SPEC, Some(&loosened())), (POLICY, None)]).await;
    scene.settled().await;
    scene.says("eve", "/approve-role").await;
    scene
}

async fn spec_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy(&format!("{{ teams: [{name}/security] }}"))
        .replace("authority.*", "authority.*, spec.removed");
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE)]).await;
    scene.open(&[(SPEC, None)]).await;
    scene.settled().await;
    scene.says("ann", "/approve-role").await;
    scene
}

async fn rebase<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("mel")
        .push(&scene.repo, "main", &[("README.md", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .rebase(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

async fn squash<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[("notes.txt", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .squash(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

async fn merge_from_base<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene
        .who("mel")
        .push(&scene.repo, "main", &[("README.md", Some("x\n"))], "more")
        .await
        .unwrap();
    scene
        .who("ann")
        .merge_into(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

async fn reformatted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened()
        .replace("- Carry", "* Carry")
        .replace("- Keep", "* Keep");
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "stars")
        .await
        .unwrap();
    scene
}

async fn moved_inside<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened();
    let files = [(SPEC, None), ("agents/house/porter.md", Some(text.as_str()))];
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &files, "move")
        .await
        .unwrap();
    scene
}

async fn typo<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let text = loosened().replace("every parcel", "every parcell");
    scene
        .who("ann")
        .push(&scene.repo, BRANCH, &[(SPEC, Some(&text))], "typo")
        .await
        .unwrap();
    scene
}

/// Plays every case and says what its head's check run says at the end.
async fn play(
    cases: &'static [Case],
    stage: &Stage,
    prefix: &str,
) -> Vec<(&'static str, Option<String>, bool)> {
    let mut told = Vec::new();
    for (place, (claim, act)) in cases.iter().enumerate() {
        let name = format!("{prefix}{place}");
        let scene = act(stage, &name).await;
        let faults = scene
            .github()
            .exchanges()
            .iter()
            .any(|one| one.fault && one.path.contains(&name));
        if faults {
            told.push((*claim, scene.conclusion(), false));
            scene.github().calm();
            continue;
        }
        scene.settled().await;
        let asked_in_vain = scene.stage.checks(&scene.repo, scene.number).len() > 1;
        told.push((*claim, scene.conclusion(), asked_in_vain));
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_turns_green() {
    let stage = stage().await;
    let told = play(ATTACKS, &stage, "attack").await;
    let wrong: Vec<_> = told
        .iter()
        .filter(|(_, conclusion, _)| !matches!(conclusion.as_deref(), Some("action_required" | "failure")))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_means_the_same_stays_green() {
    let stage = stage().await;
    let told = play(KEEPS, &stage, "keep").await;
    let wrong: Vec<_> = told
        .iter()
        .filter(|(_, conclusion, twice)| conclusion.as_deref() != Some("success") || *twice)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
