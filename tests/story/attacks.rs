//! The attack list: each of these must not turn green, and each of those below must stay green.

use std::future::Future;
use std::pin::Pin;

use specwarden::demo::stage::Stage;

use crate::harmless;
use crate::scene::Scene;
use crate::scene::stage;
use crate::ways;

type Act<'s> = Pin<Box<dyn Future<Output = Scene<'s>> + 's>>;
type Case = (&'static str, for<'s> fn(&'s Stage, &'s str) -> Act<'s>);

macro_rules! cases {
    ($($claim:literal => $act:path),* $(,)?) => {
        &[$(($claim, |stage, name| Box::pin($act(stage, name)))),*]
    };
}

const ATTACKS: &[Case] = cases! {
    "the author approves" => ways::author,
    "the author approves through a second identity" => ways::second_identity,
    "somebody who pushed to it approves" => ways::pusher,
    "a commit's author is tied to no account" => ways::unattributable,
    "an outsider approves" => ways::outsider,
    "a former member approves" => ways::former_member,
    "a former member approves, and the event of that was lost" => ways::stale_membership,
    "the team does not exist" => ways::no_such_team,
    "the team is empty" => ways::empty_team,
    "the approval is older than what it would cover" => ways::before_it_was_shown,
    "a maintainer edits a comment into an approval" => ways::edited_into,
    "a member edits his own comment into an approval" => ways::edited_by_himself,
    "the command is quoted, fenced, indented or hidden" => ways::not_said,
    "a bot approves" => ways::bot,
    "one more constraint comes by force-push after the approval" => ways::force_push,
    "the file is moved out of the policy's path" => ways::moved_out,
    "the file is moved out of the policy's path and means what it meant" => ways::merely_moved_out,
    "the file is moved to where the policy only warns" => ways::moved_to_where_less_is_asked,
    "the change makes its author's friend the owner" => ways::owner_change,
    "the policy is relaxed in the same pull request" => ways::relaxed_policy,
    "CODEOWNERS is changed in the same pull request" => ways::codeowners_change,
    "a delegation stands only on the head" => ways::delegated_at_head,
    "the role's name is Markdown with a mention" => ways::markdown_name,
    "the command has 10,000 arguments" => ways::many_arguments,
    "one person approves twice where two are needed" => ways::twice_the_same,
    "the membership cannot be looked up" => ways::lookup_fails,
    "the approving comment is deleted" => ways::deleted,
    "the approving comment is edited" => ways::withdrawn_by_edit,
    "the approving review is dismissed" => ways::dismissed,
    "it is a draft" => ways::draft,
    "the base branch is changed to one with a policy" => ways::retargeted,
    "the policy's file is deleted in the same pull request" => ways::policy_deleted,
    "the spec is deleted" => ways::spec_deleted,
};

const KEEPS: &[Case] = cases! {
    "a rebase" => harmless::rebase,
    "a squash" => harmless::squash,
    "a merge from the base branch" => harmless::merge_from_base,
    "other formatting" => harmless::reformatted,
    "a move inside the policy's path" => harmless::moved_inside,
    "a typo mended elsewhere" => harmless::typo,
};

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
