//! Ways that use what GitHub lets people do besides: rename, retarget, close, dismiss, revert.

use specwarden::demo::github::Commit;
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
use crate::scene::with_policy;

/// Sam has approved, leaves the team, and nobody tells us; then something harmless is pushed.
pub(crate) async fn left_before_a_push<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene.github().fail_deliveries([HookFault::Vanish]);
    let sam = scene.who("sam");
    let mel = scene.who("mel");
    mel.remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.pushes_something_harmless().await;
    scene
}

/// The same where two of one team were needed and have approved.
pub(crate) async fn one_of_two_left_before_a_push<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy_with(2, &format!("{{ teams: [{name}/security] }}"));
    let scene = with_policy(stage, name, &rules).await;
    scene.verdict("action_required").await;
    let mel = scene.who("mel");
    mel.add_to_team(name, "security", mel.login().as_str())
        .await
        .unwrap();
    scene.says("sam", "/approve-role").await;
    scene.says("mel", "/approve-role").await;
    scene.verdict("success").await;
    scene.github().fail_deliveries([HookFault::Vanish]);
    let sam = scene.who("sam");
    mel.remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene.pushes_something_harmless().await;
    scene
}

/// Sam's address is known from an earlier pull request only; the push of his commit here goes unheard.
pub(crate) async fn maker_known_from_elsewhere<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let ann = scene.who("ann");
    let sam = scene.who("sam").identity();
    for branch in ["earlier", BRANCH] {
        let text = loosened();
        let note = format!("{branch}\n");
        let files = [(SPEC, Some(text.as_str())), ("notes.txt", Some(note.as_str()))];
        let commit = Commit {
            files: &files,
            message: branch,
            author: Some(sam.clone()),
            committer: None,
        };
        scene.github().fail_deliveries([HookFault::Vanish]);
        ann.push_commit(&scene.repo, branch, &commit).await.unwrap();
        scene.number = ann.open_pull(&scene.repo, branch, "main", branch).await.unwrap();
        scene.verdict("action_required").await;
    }
    scene.says("sam", "/approve-role").await;
    scene
}

/// An address like those that GitHub gives out, with a number that nobody has.
pub(crate) async fn made_up_number<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let invented = specwarden::demo::github::bare::Identity {
        name: "N. N.".to_owned(),
        email: format!("987654321+nn-{name}@users.noreply.127.0.0.1"),
    };
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(invented),
        committer: None,
    };
    scene.github().fail_deliveries([HookFault::Vanish]);
    let ann = scene.who("ann");
    ann.push_commit(&scene.repo, BRANCH, &commit).await.unwrap();
    scene.looked_at().await;
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn left_after_it_was_green<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let sam = scene.who("sam");
    let mel = scene.who("mel");
    mel.remove_from_team(name, "security", sam.login().as_str())
        .await
        .unwrap();
    scene
}

/// Eve may approve into the branch `easy`, and does; then it goes into `main` again.
pub(crate) async fn retargeted_and_back<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let easy = policy(&format!("{{ users: [eve-{name}] }}"));
    let mel = scene.who("mel");
    mel.push(&scene.repo, "easy", &[(POLICY, Some(&easy))], "easy")
        .await
        .unwrap();
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene.verdict("action_required").await;
    let ann = scene.who("ann");
    ann.retarget(&scene.repo, scene.number, "easy").await.unwrap();
    scene.looked_at().await;
    scene.says("eve", "/approve-role").await;
    ann.retarget(&scene.repo, scene.number, "main").await.unwrap();
    scene
}

pub(crate) async fn taken_back_at_once<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let sam = scene.who("sam");
    let comment = sam
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    sam.edit_comment(&scene.repo, comment, "Let me think.")
        .await
        .unwrap();
    scene
}

/// The news of the edit arrives before the news of the comment.
pub(crate) async fn taken_back_before_it_was_told<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene.github().fail_deliveries([HookFault::Hold, HookFault::Hold]);
    let sam = scene.who("sam");
    let comment = sam
        .comment(&scene.repo, scene.number, "/approve-role")
        .await
        .unwrap();
    sam.edit_comment(&scene.repo, comment, "Let me think.")
        .await
        .unwrap();
    scene.github().release_held().await;
    scene
}

/// Somebody of the team opens it, takes another login and approves under that.
pub(crate) async fn author_renamed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let mel = scene.who("mel");
    let (old, new) = (format!("ann-{name}"), format!("anna-{name}"));
    mel.add_to_team(name, "security", &old).await.unwrap();
    scene.github().rename_user(&old, &new);
    scene.says("anna", "/approve-role").await;
    scene
}

/// Ann pushes what sam has committed, sam takes another login and approves under that.
pub(crate) async fn maker_renamed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let sam = scene.who("sam").identity();
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(sam.clone()),
        committer: Some(sam),
    };
    let ann = scene.who("ann");
    ann.push_commit(&scene.repo, BRANCH, &commit).await.unwrap();
    scene.looked_at().await;
    scene
        .github()
        .rename_user(&format!("sam-{name}"), &format!("samuel-{name}"));
    scene.says("samuel", "/approve-role").await;
    scene
}

pub(crate) async fn one_under_two_names<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let rules = policy_with(2, &format!("{{ teams: [{name}/security] }}"));
    let scene = with_policy(stage, name, &rules).await;
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role").await;
    scene
        .github()
        .rename_user(&format!("sam-{name}"), &format!("samuel-{name}"));
    scene.says("samuel", "/approve-role").await;
    scene
}

pub(crate) async fn team_renamed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let mel = scene.who("mel");
    mel.rename_team(name, "security", "guards").await.unwrap();
    scene.says("sam", "/approve-role").await;
    scene
}

pub(crate) async fn team_deleted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    scene.who("mel").delete_team(name, "security").await.unwrap();
    scene
}

pub(crate) async fn policy_moved<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let moved = [
        (SPEC, Some(loosened())),
        (POLICY, None),
        (".github/old/specwarden.yml", Some(rules)),
    ];
    let files: Vec<(&str, Option<&str>)> = moved
        .iter()
        .map(|(path, text)| (*path, text.as_deref()))
        .collect();
    scene.open(&files).await;
    scene.looked_at().await;
    scene.says("eve", "/approve-role").await;
    scene.says("ann", "/approve-role").await;
    scene
}

/// The policy on the base branch becomes stricter after the approval.
pub(crate) async fn policy_tightened_on_base<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let strict = policy_with(2, &format!("{{ teams: [{name}/security] }}"));
    scene
        .who("mel")
        .push(&scene.repo, "main", &[(POLICY, Some(&strict))], "two")
        .await
        .unwrap();
    scene
}

/// Two specs go by one name, and the approval says no more than that.
pub(crate) async fn two_of_one_name<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    const OTHER: &str = "agents/night/porter.md";
    let rules = policy(&format!("{{ teams: [{name}/security] }}"));
    let mut scene = Scene::with(stage, name, &[(POLICY, &rules), (SPEC, BEFORE), (OTHER, BEFORE)]).await;
    let (one, other) = (loosened(), loosened_twice());
    scene.open(&[(SPEC, Some(&one)), (OTHER, Some(&other))]).await;
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role porter").await;
    let told = |body: &str| body.contains(OTHER) && body.contains(&format!("`{SPEC}`"));
    scene.answered(told).await;
    scene.says("sam", &format!("/approve-role {SPEC}")).await;
    scene
}

/// `main` asks for one more approval meanwhile; the merge of it throws that away.
pub(crate) async fn merged_and_reverted<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let tightened = BEFORE.replace("    - payments\n", "    - payments\n    - refunds\n");
    let mel = scene.who("mel");
    mel.push(&scene.repo, "main", &[(SPEC, Some(&tightened))], "refunds")
        .await
        .unwrap();
    scene
        .who("ann")
        .merge_and_revert(&scene.repo, BRANCH, "main")
        .await
        .unwrap();
    scene
}

/// Sam pushes what ann has written before there is a pull request, and approves it.
pub(crate) async fn pushed_before_it_was_opened<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let ann = scene.who("ann");
    let text = loosened();
    let files = [(SPEC, Some(text.as_str()))];
    let commit = Commit {
        files: &files,
        message: "edit",
        author: Some(ann.identity()),
        committer: None,
    };
    let sam = scene.who("sam");
    sam.push_commit(&scene.repo, BRANCH, &commit).await.unwrap();
    scene.number = ann.open_pull(&scene.repo, BRANCH, "main", "Edit").await.unwrap();
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role").await;
    scene
}

/// The same while it is closed.
pub(crate) async fn pushed_while_it_was_closed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let ann = scene.who("ann");
    ann.close(&scene.repo, scene.number).await.unwrap();
    let files = [("notes.txt", Some("x\n"))];
    let commit = Commit {
        files: &files,
        message: "notes",
        author: Some(ann.identity()),
        committer: None,
    };
    let sam = scene.who("sam");
    sam.push_commit(&scene.repo, BRANCH, &commit).await.unwrap();
    ann.reopen(&scene.repo, scene.number).await.unwrap();
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role").await;
    scene
}

/// One more constraint goes while it is closed.
pub(crate) async fn more_while_it_was_closed<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let ann = scene.who("ann");
    ann.close(&scene.repo, scene.number).await.unwrap();
    let files = [(SPEC, Some(loosened_twice()))];
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_deref()))
        .collect();
    ann.push(&scene.repo, BRANCH, &files, "one more").await.unwrap();
    ann.reopen(&scene.repo, scene.number).await.unwrap();
    scene
}

/// Mel objects by a review, and the author dismisses it.
pub(crate) async fn objection_dismissed_by_its_author<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::green(stage, name).await;
    let mel = scene.who("mel");
    let review = mel
        .review(&scene.repo, scene.number, "CHANGES_REQUESTED", "not yet")
        .await
        .unwrap();
    scene.verdict("failure").await;
    let ann = scene.who("ann");
    ann.dismiss_review(&scene.repo, scene.number, review)
        .await
        .unwrap();
    scene
}

/// The App may no longer read the organisation's members.
pub(crate) async fn permission_lost<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let path = format!("/orgs/{name}/teams");
    let refused = ApiFault::Status(403, Effect::Skipped);
    scene.github().fail_requests(1_000, None, &path, refused);
    scene.says("sam", "/approve-role").await;
    scene
}

/// GitHub reads no CODEOWNERS of more than 3 MB.
pub(crate) async fn codeowners_too_large<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let padding = "# nobody\n".repeat(360_000);
    let owners = format!("{padding}* @sam-{name}\n");
    let rules = policy("{ codeowners: true }");
    let files = [
        (POLICY, rules.as_str()),
        (SPEC, BEFORE),
        (".github/CODEOWNERS", owners.as_str()),
    ];
    let mut scene = Scene::with(stage, name, &files).await;
    scene.open(&[(SPEC, Some(&loosened()))]).await;
    scene.verdict("action_required").await;
    scene.says("sam", "/approve-role").await;
    scene
}

/// The same change was approved in another pull request.
pub(crate) async fn approved_elsewhere<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::green(stage, name).await;
    let ann = scene.who("ann");
    let files = [(SPEC, Some(loosened())), ("notes.txt", Some("x\n".to_owned()))];
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_deref()))
        .collect();
    ann.push(&scene.repo, "again", &files, "again").await.unwrap();
    scene.number = ann
        .open_pull(&scene.repo, "again", "main", "Again")
        .await
        .unwrap();
    scene
}

/// Another ending, and the policy's pattern no longer means the file.
pub(crate) async fn moved_by_a_letter<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let mut scene = Scene::furnish(stage, name).await;
    let text = loosened();
    scene
        .open(&[(SPEC, None), ("agents/porter.MD", Some(&text))])
        .await;
    scene
}

/// The commit says that GitHub itself wrote it.
pub(crate) async fn in_githubs_name<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    let web = specwarden::demo::github::bare::Identity {
        name: "GitHub".to_owned(),
        email: "noreply@github.com".to_owned(),
    };
    let text = loosened().replace("lift free", "lift clear");
    let files = [(SPEC, Some(text.as_str()))];
    let commit = Commit {
        files: &files,
        message: "more",
        author: Some(web),
        committer: None,
    };
    let ann = scene.who("ann");
    ann.push_commit(&scene.repo, BRANCH, &commit).await.unwrap();
    scene.looked_at().await;
    scene.says("sam", "/approve-role").await;
    scene
}

/// A review that neither approves nor objects says it.
pub(crate) async fn said_in_a_review<'s>(stage: &'s Stage, name: &str) -> Scene<'s> {
    let scene = Scene::waiting(stage, name).await;
    scene
        .who("sam")
        .review(&scene.repo, scene.number, "COMMENTED", "/approve-role")
        .await
        .unwrap();
    scene
}
