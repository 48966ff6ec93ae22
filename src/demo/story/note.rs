//! What Git says about a merged commit: fetched from the stand-in as anybody would fetch it, with
//! libgit2, since `git` itself may not be installed here.

use anyhow::Context;
use git2::Oid;
use git2::Repository;

use crate::demo::stage::NOTES;
use crate::demo::stage::Stage;
use crate::ids::RepoName;

/// The commands that a person would type in a clone, and what the last of them prints.
pub(super) struct Shown {
    pub(super) commands: [String; 2],
    pub(super) note: String,
}

/// Fetches the notes over HTTP and reads the one on a commit.
///
/// # Errors
/// When the notes cannot be fetched, or there is none on this commit.
pub(super) async fn show(stage: &Stage, repo: &RepoName, commit: &str) -> anyhow::Result<Shown> {
    let url = format!("{}/{repo}.git", stage.github.url());
    let refspec = format!("{NOTES}:{NOTES}");
    let short = commit.get(..7).unwrap_or(commit);
    let commands = [
        format!("git fetch {url} {refspec}"),
        format!("git notes --ref=specwarden show {short}"),
    ];
    let commit = Oid::from_str(commit).context("the merged commit has no id")?;
    let read = move || -> anyhow::Result<String> {
        let dir = tempfile::tempdir().context("no temporary directory for a clone")?;
        let git = Repository::init_bare(dir.path()).context("cannot make a repository")?;
        git.remote_anonymous(&url)?
            .fetch(&[&refspec], None, None)
            .with_context(|| format!("cannot fetch {NOTES} from {url}"))?;
        let note = git.find_note(Some(NOTES), commit).context("there is no note")?;
        Ok(note.message().context("the note is no text")?.to_owned())
    };
    let note = tokio::task::spawn_blocking(read).await??;
    Ok(Shown { commands, note })
}
