//! The steps of the story.

use crate::demo::github::bare::Fold;
use crate::demo::stage::Stage;
use crate::demo::tell::Teller;

use super::Acme;
use super::holds;
use super::note;

/// Step 1: a constraint is loosened without a bump.
pub(super) async fn loosens_without_a_bump(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
) -> anyhow::Result<u64> {
    let repo = &acme.repo;
    teller.step(
        "Mara lets the platform agent deploy on its own",
        "She deletes `deployment` from `requires_approval_for` in agents/platform-engineer.md and opens a\n\
         pull request. The version stays what it was.",
    );
    let files = [(Acme::SPEC, Some(Acme::loosened()))];
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_deref()))
        .collect();
    acme.mara
        .push(repo, Acme::BRANCH, &files, "let the agent deploy")
        .await?;
    let number = acme
        .mara
        .open_pull(repo, Acme::BRANCH, "main", "Ship faster")
        .await?;
    teller.event(stage);
    let check = stage.verdict(repo, number, "failure").await?;
    teller.check(&check);
    let comment = stage.told(repo, number, "version-not-bumped").await?;
    teller.comment(&comment);
    let text = comment.body.to_lowercase();
    holds(
        teller,
        "the check run says `failure`",
        check.name == "specwarden",
        || check.name.clone(),
    )?;
    holds(
        teller,
        "the comment names the loosened constraint: `deployment` before, nothing after",
        text.contains("constraint loosened")
            && text.contains("deployment")
            && text.contains("requires_approval_for"),
        || comment.body.clone(),
    )?;
    holds(
        teller,
        "the comment names the rule `version-not-bumped`",
        text.contains("version-not-bumped"),
        || comment.body.clone(),
    )?;
    stage.team_asked(repo, number, "security").await?;
    teller.asked(&stage.asked(repo, number));
    holds(
        teller,
        "the security team was asked for a review, and nobody else",
        stage.asked(repo, number) == ["@acme/security"],
        || format!("asked: {:?}", stage.asked(repo, number)),
    )?;
    Ok(number)
}

/// Step 2: the right version and the right row.
pub(super) async fn bumps_and_logs(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
    number: u64,
) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Mara says so in the version and in the change log",
        "1.2.0 becomes 2.0.0, and a row tells what changed. Now only a person is missing.",
    );
    let before = stage.sticky(repo, number).map(|comment| comment.id);
    let text = Acme::bumped();
    acme.mara
        .push(repo, Acme::BRANCH, &[(Acme::SPEC, Some(&text))], "2.0.0")
        .await?;
    teller.event(stage);
    let check = stage.verdict(repo, number, "action_required").await?;
    teller.check(&check);
    let edited = stage
        .github
        .until("an edit of the comment", crate::demo::stage::PATIENCE, |_| {
            stage
                .sticky(repo, number)
                .filter(|comment| !comment.body.contains("version-not-bumped"))
        })
        .await?;
    teller.comment(&edited);
    holds(
        teller,
        "the check run says `action_required`",
        check.name == "specwarden",
        || check.name.clone(),
    )?;
    holds(
        teller,
        "it is the same comment, edited in place",
        Some(edited.id) == before
            && !edited.earlier.is_empty()
            && stage.bot_comments(repo, number).len() == 1,
        || format!("{before:?} before, then {:?}", stage.bot_comments(repo, number)),
    )
}

/// Step 3: the author and an outsider try.
pub(super) async fn approvals_that_do_not_count(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
    number: u64,
) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Mara approves her own change, and so does a passer-by",
        "Both write `/approve-role`. Neither may: she is the author, and Theo is in no team that was asked.",
    );
    for player in [&acme.mara, &acme.theo] {
        let comment = player.comment(repo, number, "/approve-role").await?;
        teller.says(player.login().as_str(), "/approve-role");
        let reaction = stage.reaction(repo, comment).await?;
        teller.reaction(&reaction);
        let check = stage.check(repo, number);
        let conclusion = check.as_ref().and_then(|check| check.conclusion.as_deref());
        holds(
            teller,
            &format!(
                "after {}'s comment the check run still says `action_required`",
                player.login()
            ),
            conclusion == Some("action_required"),
            || format!("it says {conclusion:?}"),
        )?;
    }
    Ok(())
}

/// Step 4: a member of the security team approves.
pub(super) async fn a_members_approval(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
    number: u64,
) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Dana, of the security team, approves",
        "She has read what changes, and writes `/approve-role`.",
    );
    let comment = acme.dana.comment(repo, number, "/approve-role").await?;
    teller.says("dana", "/approve-role");
    let reaction = stage.reaction(repo, comment).await?;
    teller.reaction(&reaction);
    let check = stage.verdict(repo, number, "success").await?;
    teller.check(&check);
    teller.comment_of(stage.sticky(repo, number).as_ref());
    holds(
        teller,
        "the check run says `success`",
        check.conclusion.as_deref() == Some("success"),
        || format!("it says {:?}", check.conclusion),
    )
}

/// Step 5: the branch is rebased.
pub(super) async fn a_rebase(stage: &Stage, acme: &Acme, teller: &Teller, number: u64) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Main moves on, and Mara rebases",
        "Every commit gets a new name, and the change means what it meant. The approval was for the\n\
         meaning, so it stays.",
    );
    acme.dana
        .push(
            repo,
            "main",
            &[("README.md", Some("# Roles at acme\n\nAll of them.\n"))],
            "say more",
        )
        .await?;
    let before = stage.head(repo, number);
    acme.mara.rebase(repo, Acme::BRANCH, "main").await?;
    teller.event(stage);
    let check = stage.verdict(repo, number, "success").await?;
    teller.check(&check);
    holds(
        teller,
        "the head is another commit",
        stage.head(repo, number) != before,
        || format!("{before:?}"),
    )?;
    holds(
        teller,
        "the check run on it says `success`, without anybody asked again",
        Some(&check.head_sha) == stage.head(repo, number).as_ref(),
        || check.head_sha.clone(),
    )
}

/// Step 6: one more constraint goes.
pub(super) async fn one_more_loosening(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
    number: u64,
) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Mara slips one more line in",
        "She force-pushes the branch with `database_migrations` gone as well. Dana has never seen that.",
    );
    let text = Acme::loosened_again();
    acme.mara
        .force_push(repo, Acme::BRANCH, &[(Acme::SPEC, Some(&text))], "2.0.0")
        .await?;
    teller.event(stage);
    let check = stage.verdict(repo, number, "action_required").await?;
    teller.check(&check);
    let comment = stage.told(repo, number, "database_migrations").await?;
    teller.comment(&comment);
    holds(
        teller,
        "the check run waits for an approval again, and the comment names the new item",
        comment.body.contains("database_migrations"),
        || comment.body.clone(),
    )
}

/// Step 7: what was decided goes with the merged commit.
pub(super) async fn the_decision_travels(
    stage: &Stage,
    acme: &Acme,
    teller: &Teller,
    number: u64,
) -> anyhow::Result<()> {
    let repo = &acme.repo;
    teller.step(
        "Mara takes that line back, and merges",
        "What is left is what Dana approved, so nobody is asked again. Who agreed to what goes with the\n\
         merged commit, as the policy wants (`ledger: { notes: true }`), and plain Git reads it there.",
    );
    let text = Acme::bumped();
    acme.mara
        .force_push(repo, Acme::BRANCH, &[(Acme::SPEC, Some(&text))], "2.0.0")
        .await?;
    teller.event(stage);
    let check = stage.verdict(repo, number, "success").await?;
    teller.check(&check);
    holds(
        teller,
        "the check run says `success` without anybody asked again",
        check.conclusion.as_deref() == Some("success"),
        || format!("it says {:?}", check.conclusion),
    )?;
    let commit = acme.mara.merge(repo, number, Fold::Merge).await?;
    teller.event(stage);
    stage.noted(repo, &commit).await?;
    let shown = note::show(stage, repo, &commit).await?;
    for command in &shown.commands {
        teller.typed(command);
    }
    teller.printed(&shown.note);
    let says = |words: &str| shown.note.contains(words);
    holds(
        teller,
        "Git says on which approval the merged change rests: @dana's, and not Mara's or Theo's",
        says("security: @dana approved") && !says("@mara approved c") && !says("@theo approved c"),
        || shown.note.clone(),
    )
}
