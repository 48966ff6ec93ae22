//! acme: an organisation that keeps its role specs in Git, and the people of the story.

use anyhow::Context;
use jiff::Timestamp;

use crate::demo::github::Player;
use crate::demo::stage::Stage;
use crate::ids::RepoName;

const REPO: &str = "acme/roles";
const POLICY: &str = include_str!("repo/specwarden.yml");
const PLATFORM_ENGINEER: &str = include_str!("repo/platform-engineer.md");
const DIRECTOR_OF_PLATFORM: &str = include_str!("repo/director-of-platform-engineering.md");
const DIRECTOR_OF_INFRASTRUCTURE: &str = include_str!("repo/director-of-infrastructure.md");

/// The scene: `acme/roles` with three specs and a policy; mara who edits, dana of the security
/// team, and theo who belongs to nothing here.
#[derive(Clone, Debug)]
pub struct Acme {
    /// The repository.
    pub repo: RepoName,
    /// An engineer of acme; she opens the pull request.
    pub mara: Player,
    /// A member of acme's security team.
    pub dana: Player,
    /// Somebody from outside.
    pub theo: Player,
}

impl Acme {
    /// Where the spec of the story stands.
    pub const SPEC: &str = "agents/platform-engineer.md";
    /// The branch of the story.
    pub const BRANCH: &str = "faster-deploys";

    /// Furnishes a stage with it, and installs the App.
    ///
    /// # Errors
    /// When the repository cannot be written.
    pub async fn furnish(stage: &Stage) -> anyhow::Result<Self> {
        let github = &stage.github;
        for login in ["mara", "dana", "theo"] {
            github.add_user(login);
        }
        github.add_organization("acme");
        github.add_team("acme", "platform", &["mara"]);
        github.add_team("acme", "security", &["dana"]);
        let repo = github.add_repository(
            REPO,
            &[
                (".github/specwarden.yml", POLICY),
                (Self::SPEC, PLATFORM_ENGINEER),
                ("roles/director-of-platform-engineering.md", DIRECTOR_OF_PLATFORM),
                ("roles/director-of-infrastructure.md", DIRECTOR_OF_INFRASTRUCTURE),
                ("README.md", "# Roles at acme\n"),
            ],
        )?;
        github.grant_team(&repo, "platform", "write");
        github.grant_team(&repo, "security", "write");
        github.install_app("acme").await?;
        Self::on(stage)
    }

    /// The scene on a stage that was furnished with it.
    ///
    /// # Errors
    /// Never on such a stage.
    pub fn on(stage: &Stage) -> anyhow::Result<Self> {
        let github = &stage.github;
        Ok(Self {
            repo: REPO.parse().context("acme's repository has a name")?,
            mara: github.player("mara"),
            dana: github.player("dana"),
            theo: github.player("theo"),
        })
    }

    /// The spec as it is on `main`.
    pub fn spec() -> &'static str {
        PLATFORM_ENGINEER
    }

    /// The spec without the line that makes a deployment wait for an approval.
    pub fn loosened() -> String {
        PLATFORM_ENGINEER.replace("    - deployment\n", "")
    }

    /// The same with a major step and a row that says so, dated today.
    pub fn bumped() -> String {
        let today = Timestamp::now().strftime("%Y-%m-%d");
        let row = format!("| 2.0.0 | {today} | Mara Lind | Deployment no longer waits for an approval |\n");
        let text = Self::loosened().replace("version: 1.2.0", "version: 2.0.0");
        format!("{text}{row}")
    }

    /// The bumped spec with one more line gone, and nothing said of it.
    pub fn loosened_again() -> String {
        Self::bumped().replace("    - database_migrations\n", "")
    }
}
