//! The story that `specwarden demo` plays, step by step. Each step does something as a person
//! would, and then checks what came of it against the stand-in's state.

mod acme;
mod note;
mod steps;

use anyhow::bail;

use super::stage::Stage;
use super::tell::Teller;

pub use acme::Acme;

/// Plays the story to its end.
///
/// # Errors
/// At the first thing that did not come out as told, saying which.
pub async fn play(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    let acme = Acme::furnish(stage).await?;
    teller.opening(stage);
    let number = steps::loosens_without_a_bump(stage, &acme, teller).await?;
    steps::bumps_and_logs(stage, &acme, teller, number).await?;
    steps::approvals_that_do_not_count(stage, &acme, teller, number).await?;
    steps::a_members_approval(stage, &acme, teller, number).await?;
    steps::a_rebase(stage, &acme, teller, number).await?;
    steps::one_more_loosening(stage, &acme, teller, number).await?;
    steps::the_decision_travels(stage, &acme, teller, number).await?;
    teller.closing(stage);
    Ok(())
}

/// Opens one more pull request, for whoever wants to go on by hand. Returns its number.
///
/// # Errors
/// When it cannot be opened, or nothing is said about it.
pub async fn leave_open(stage: &Stage) -> anyhow::Result<u64> {
    let acme = Acme::on(stage)?;
    let text = Acme::loosened_again();
    let branch = "faster-migrations";
    acme.mara
        .push(
            &acme.repo,
            branch,
            &[(Acme::SPEC, Some(&text))],
            "let the agent migrate databases",
        )
        .await?;
    let number = acme
        .mara
        .open_pull(&acme.repo, branch, "main", "Migrate faster")
        .await?;
    stage.told(&acme.repo, number, "database_migrations").await?;
    Ok(number)
}

/// One thing that must hold.
fn holds(teller: &Teller, what: &str, holds: bool, found: impl FnOnce() -> String) -> anyhow::Result<()> {
    teller.expectation(what, holds);
    if holds {
        return Ok(());
    }
    bail!("{what}: it is not so\n{}", found())
}
