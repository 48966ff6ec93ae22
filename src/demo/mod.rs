//! The whole story on one machine: a stand-in GitHub, the shipped server, and people who push,
//! comment and approve.
//!
//! [`github`] is the stand-in. It serves the demonstration and the tests alike, over real HTTP.
//! [`shipped`] runs the server as a child process, as an operator would. A [`stage::Stage`] is the
//! two together with an onlooker's eyes; [`story`] is what happens on it, and [`tell`] how a
//! person reads of it. [`run`] is `specwarden demo`.

pub mod github;
pub mod shipped;
pub mod stage;
pub mod story;
pub mod tell;

use anyhow::Context;

use stage::Stage;
use tell::Teller;

/// What becomes of the stage when the story is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// Everything stops and is removed.
    Stop,
    /// It goes on running until it is interrupted.
    Keep,
}

/// How the story went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every step came out as told.
    AsTold,
    /// A step did not; which one was said.
    Otherwise,
}

/// Plays the story on the terminal.
///
/// # Errors
/// When the stage cannot be set: no port, no temporary directory, no server.
pub fn run(afterwards: Afterwards) -> anyhow::Result<Ending> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ending = runtime.block_on(play(afterwards));
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    ending
}

async fn play(afterwards: Afterwards) -> anyhow::Result<Ending> {
    let teller = Teller::on_the_terminal();
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let mut stage = Stage::set(&program).await?;
    let ending = match story::play(&stage, &teller).await {
        Ok(()) => Ending::AsTold,
        Err(error) => {
            teller.went_wrong(&error, &stage.server_log());
            Ending::Otherwise
        }
    };
    if afterwards == Afterwards::Keep {
        match story::leave_open(&stage).await {
            Ok(number) => teller.explore(&stage, number),
            Err(error) => teller.went_wrong(&error, &stage.server_log()),
        }
        tokio::signal::ctrl_c()
            .await
            .context("cannot listen for Ctrl-C")?;
    }
    stage.stop_server().await?;
    stage.github.stop();
    Ok(ending)
}
