//! The attack list: each of these must not turn green, and each of those below must stay green.

use std::future::Future;
use std::pin::Pin;

use specwarden::demo::github::Exchange;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

use crate::files;
use crate::harmless;
use crate::nasty;
use crate::people;
use crate::scene::Scene;
use crate::scene::stages;
use crate::words;

type Act<'s> = Pin<Box<dyn Future<Output = Scene<'s>> + 's>>;
type Case = (&'static str, for<'s> fn(&'s Stage, &'s str) -> Act<'s>);

macro_rules! cases {
    ($($claim:literal => $act:path),* $(,)?) => {
        &[$(($claim, |stage, name| Box::pin($act(stage, name)))),*]
    };
}

const ATTACKS: &[Case] = cases! {
    "the author approves" => people::author,
    "the author approves through a second identity" => people::second_identity,
    "somebody who pushed to it approves" => people::pusher,
    "a commit's author is tied to no account" => people::unattributable,
    "an outsider approves" => people::outsider,
    "a former member approves" => people::former_member,
    "a former member approves, and the event of that was lost" => people::stale_membership,
    "the team does not exist" => people::no_such_team,
    "the team is empty" => people::empty_team,
    "the approval is older than what it would cover" => words::before_it_was_shown,
    "a maintainer edits a comment into an approval" => words::edited_into,
    "a member edits his own comment into an approval" => words::edited_by_himself,
    "the command is quoted, fenced, indented or hidden" => words::not_said,
    "a bot approves" => people::bot,
    "one more constraint comes by force-push after the approval" => files::force_push,
    "the file is moved out of the policy's path" => files::moved_out,
    "the file is moved out of the policy's path and means what it meant" => files::merely_moved_out,
    "the file is moved to where the policy only warns" => files::moved_to_where_less_is_asked,
    "the change makes its author's friend the owner" => files::owner_change,
    "the policy is relaxed in the same pull request" => files::relaxed_policy,
    "CODEOWNERS is changed in the same pull request" => files::codeowners_change,
    "a delegation stands only on the head" => files::delegated_at_head,
    "the role's name is Markdown with a mention" => words::markdown_name,
    "the command has 10,000 arguments" => words::many_arguments,
    "one person approves twice where two are needed" => people::twice_the_same,
    "the membership cannot be looked up" => people::lookup_fails,
    "the approving comment is deleted" => words::deleted,
    "the approving comment is edited" => words::withdrawn_by_edit,
    "the approving review is dismissed" => words::dismissed,
    "it is a draft" => files::draft,
    "the base branch is changed to one with a policy" => files::retargeted,
    "the policy's file is deleted in the same pull request" => files::policy_deleted,
    "the spec is deleted" => files::spec_deleted,
    "who approved leaves unheard of, and something is pushed" => nasty::left_before_a_push,
    "one of two who approved leaves unheard of, and something is pushed" => nasty::one_of_two_left_before_a_push,
    "who made a commit is known from an earlier pull request only" => nasty::maker_known_from_elsewhere,
    "a commit's address bears a number that nobody has" => nasty::made_up_number,
    "who approved leaves after it was green" => nasty::left_after_it_was_green,
    "it is approved into an easy base branch and retargeted back" => nasty::retargeted_and_back,
    "the approval is edited away within the same second" => nasty::taken_back_at_once,
    "the news of that edit overtakes the comment" => nasty::taken_back_before_it_was_told,
    "the author approves under a new login" => nasty::author_renamed,
    "who made a commit approves under a new login" => nasty::maker_renamed,
    "one person approves under two logins where two are needed" => nasty::one_under_two_names,
    "the team goes by another name now" => nasty::team_renamed,
    "the team is deleted after the approval" => nasty::team_deleted,
    "the policy's file is moved in the same pull request" => nasty::policy_moved,
    "the policy on the base branch becomes stricter" => nasty::policy_tightened_on_base,
    "one of two specs of the same name is approved" => nasty::two_of_one_name,
    "a merge from the base branch reverts what came from there" => nasty::merged_and_reverted,
    "who pushed before it was opened approves" => nasty::pushed_before_it_was_opened,
    "who pushed while it was closed approves" => nasty::pushed_while_it_was_closed,
    "one more constraint goes while it is closed" => nasty::more_while_it_was_closed,
    "the author dismisses a review that objects" => nasty::objection_dismissed_by_its_author,
    "the App loses its permission to see teams" => nasty::permission_lost,
    "CODEOWNERS is larger than GitHub reads" => nasty::codeowners_too_large,
    "the same change was approved in another pull request" => nasty::approved_elsewhere,
    "the file leaves the policy's path by a capital letter" => nasty::moved_by_a_letter,
    "a commit claims to be GitHub's own" => nasty::in_githubs_name,
    "a review that only comments says the command" => nasty::said_in_a_review,
};

/// What these leave green also stays so over a restart of the server and one more push.
const KEEPS: &[Case] = cases! {
    "a rebase" => harmless::rebase,
    "a squash" => harmless::squash,
    "a merge from the base branch" => harmless::merge_from_base,
    "other formatting" => harmless::reformatted,
    "a move inside the policy's path" => harmless::moved_inside,
    "a typo mended elsewhere" => harmless::typo,
    "a second delivery of everything" => harmless::delivered_again,
    "a force-push to something else and back" => harmless::there_and_back,
    "closing and opening again" => harmless::reopened,
    "a draft for a while" => harmless::draft_for_a_while,
    "another base branch with the same policy, and back" => harmless::retargeted_and_back,
    "a refused approval that is given again by who has joined the team unheard of" => harmless::joined_unheard_of,
    "a login renamed after the approval, which is given again" => harmless::approver_renamed,
};

/// How a case ended.
struct Ending {
    claim: &'static str,
    /// What the head's check run said when all was looked at, and once more when everything that was
    /// remembered had been asked anew.
    conclusions: Vec<Option<String>>,
    checks: usize,
    org: String,
    repo: RepoName,
    number: u64,
}

impl Ending {
    fn of(claim: &'static str, scene: Scene<'_>, first: Option<String>) -> Self {
        Self {
            claim,
            conclusions: vec![first, scene.conclusion()],
            checks: scene.stage.checks(&scene.repo, scene.number).len(),
            org: scene.org,
            repo: scene.repo,
            number: scene.number,
        }
    }
}

fn told(endings: &[Ending]) -> Vec<String> {
    let tell = |one: &Ending| format!("{}: {:?}, {} check runs", one.claim, one.conclusions, one.checks);
    endings.iter().map(tell).collect()
}

/// Plays every case.
async fn play(cases: &'static [Case], stage: &Stage, prefix: &str) -> Vec<Ending> {
    let mut endings = Vec::new();
    for (place, (claim, act)) in cases.iter().enumerate() {
        let name = format!("{prefix}{place}");
        let scene = act(stage, &name).await;
        let broken = |one: &Exchange| one.fault && one.status >= 500 && one.path.contains(&name);
        // While GitHub is broken nothing more is looked at.
        let first = if scene.github().exchanges().iter().any(broken) {
            scene.conclusion()
        } else {
            scene.looked_at().await;
            let first = scene.conclusion();
            scene.settled().await;
            first
        };
        scene.github().calm();
        endings.push(Ending::of(claim, scene, first));
    }
    endings
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_turns_green() {
    for stage in stages().await {
        let mut endings = play(ATTACKS, &stage, "attack").await;
        let red = |conclusion: &Option<String>| {
            matches!(conclusion.as_deref(), Some("action_required" | "failure"))
        };
        endings.retain(|ending| !ending.conclusions.iter().all(red));
        assert!(endings.is_empty(), "{:#?}", told(&endings));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_means_the_same_stays_green() {
    for mut stage in stages().await {
        let mut endings = play(KEEPS, &stage, "keep").await;
        stage.stop_server().await.unwrap();
        stage.start_server().await.unwrap();
        for ending in &mut endings {
            let scene = Scene {
                stage: &stage,
                org: ending.org.clone(),
                repo: ending.repo.clone(),
                number: ending.number,
            };
            scene.pushes_something_harmless().await;
            scene.looked_at().await;
            ending.conclusions.push(scene.conclusion());
        }
        let green = |conclusion: &Option<String>| conclusion.as_deref() == Some("success");
        endings.retain(|ending| !ending.conclusions.iter().all(green) || ending.checks != 1);
        assert!(endings.is_empty(), "{:#?}", told(&endings));
    }
}
