//! Who may decide, through the real door: the shipped server against the stand-in GitHub, over HTTP
//! with real Git. The attack list itself is in `tests/story`; here are objections, reviews, single
//! changes, delegations, and the sources of approvers, each with what does not suffice.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use anyhow::ensure;
use futures_util::FutureExt as _;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use specwarden::demo::github::Commit;
use specwarden::demo::github::Player;
use specwarden::demo::github::bare::Identity;
use specwarden::demo::stage::PATIENCE;
use specwarden::demo::stage::Stage;
use specwarden::ids::RepoName;

const SPEC: &str = "roles/agent.md";
const POLICY: &str = ".github/specwarden.yml";
const BRANCH: &str = "edit";

/// The rule of most stories; `TEAM` becomes the team of the story.
const SECURITY: &str = "{ teams: [acme/TEAM] }";

fn policy(from: &str, require: usize) -> String {
    format!(
        "specs:\n  - paths: [\"roles/**\"]\napprovals:\n  - name: security\n    \
         on: [constraint.loosened, constraint.unclear, authority.*]\n    require: {require}\n    from: {from}\n"
    )
}

/// A spec in which these things need an approval.
fn spec(owner: &str, guarded: &[&str]) -> String {
    let list: String = guarded.iter().map(|thing| format!("    - {thing}\n")).collect();
    format!(
        "---\nrole: agent\nowner: \"{owner}\"\nconstraints:\n  - requires_approval_for:\n{list}---\n\n# Agent\n\n\
         ## Responsibilities\n\n- Keep the lights on\n- Tell what was done\n"
    )
}

fn whole() -> String {
    spec("@olga", &["deployment", "spending", "deletion"])
}

fn loosened() -> String {
    spec("@olga", &["spending", "deletion"])
}

fn loosened_twice() -> String {
    spec("@olga", &["deletion"])
}

/// One story: `acme/NAME` with a policy of its own and a team of its own in which dana and sue are.
/// mara writes, theo is from outside, max maintains, olga owns.
#[derive(Clone)]
struct Scene {
    stage: Arc<Stage>,
    repo: RepoName,
    team: String,
}

type Play = fn(Scene) -> BoxFuture<'static, anyhow::Result<()>>;

/// What it is called, whom its rule asks, how many of them, and what happens.
struct Story(&'static str, &'static str, usize, Play);

impl Scene {
    fn player(&self, login: &str) -> Player {
        self.stage.github.player(login)
    }

    async fn push(&self, login: &str, files: &[(&str, &str)]) -> anyhow::Result<()> {
        let files: Vec<(&str, Option<&str>)> =
            files.iter().map(|(path, text)| (*path, Some(*text))).collect();
        self.player(login)
            .push(&self.repo, BRANCH, &files, "edit")
            .await?;
        Ok(())
    }

    async fn commit(
        &self,
        pusher: &str,
        author: Option<Identity>,
        committer: Option<Identity>,
    ) -> anyhow::Result<()> {
        let text = loosened();
        let files = [(SPEC, Some(text.as_str()))];
        let commit = Commit {
            files: &files,
            message: "edit",
            author,
            committer,
        };
        self.player(pusher)
            .push_commit(&self.repo, BRANCH, &commit)
            .await?;
        Ok(())
    }

    /// mara opens a pull request from the branch as it is, and it has been looked at.
    async fn open(&self) -> anyhow::Result<u64> {
        let number = self
            .player("mara")
            .open_pull(&self.repo, BRANCH, "main", "Edit")
            .await?;
        self.stage.verdict(&self.repo, number, "action_required").await?;
        Ok(number)
    }

    /// mara loosens a constraint and opens a pull request.
    async fn loosen(&self) -> anyhow::Result<u64> {
        self.push("mara", &[(SPEC, &loosened())]).await?;
        self.open().await
    }

    /// Somebody says something, and it has been dealt with.
    async fn say(&self, login: &str, number: u64, text: &str) -> anyhow::Result<u64> {
        let comment = self.player(login).comment(&self.repo, number, text).await?;
        self.stage.reaction(&self.repo, comment).await?;
        Ok(comment)
    }

    /// Everything that has happened so far has been looked at: the answer to a later question comes
    /// after it.
    async fn settled(&self, number: u64) -> anyhow::Result<Option<String>> {
        self.stage.github.delivered(PATIENCE).await?;
        self.say("theo", number, "/spec-status").await?;
        let check = self
            .stage
            .check(&self.repo, number)
            .context("no check run on the head")?;
        Ok(check.conclusion)
    }

    async fn not_green(&self, number: u64) -> anyhow::Result<()> {
        let conclusion = self.settled(number).await?;
        ensure!(
            matches!(conclusion.as_deref(), Some("action_required" | "failure")),
            "the check run says {conclusion:?}"
        );
        Ok(())
    }

    async fn still_green(&self, number: u64) -> anyhow::Result<()> {
        let conclusion = self.settled(number).await?;
        ensure!(
            conclusion.as_deref() == Some("success"),
            "the check run says {conclusion:?}"
        );
        Ok(())
    }

    /// dana approves, and it is green.
    async fn approved(&self) -> anyhow::Result<u64> {
        let number = self.loosen().await?;
        self.say("dana", number, "/approve-role").await?;
        self.stage.verdict(&self.repo, number, "success").await?;
        Ok(number)
    }

    /// A pull request in which somebody's approval must not count.
    async fn approval_by(&self, login: &str) -> anyhow::Result<()> {
        let number = self.loosen().await?;
        self.say(login, number, "/approve-role").await?;
        self.not_green(number).await
    }

    /// The ids of the changes that ask for an approval, as the summary names them.
    fn ids(&self, number: u64) -> anyhow::Result<Vec<String>> {
        let body = self.stage.sticky(&self.repo, number).context("no summary")?.body;
        let words = body.split(|c: char| !c.is_ascii_alphanumeric());
        let id = |word: &&str| {
            let hex = word.strip_prefix('c').unwrap_or_default();
            hex.len() == 7 && hex.chars().all(|c| c.is_ascii_hexdigit())
        };
        let mut ids: Vec<String> = Vec::new();
        for word in words.filter(id) {
            if !ids.iter().any(|known| known == word) {
                ids.push(word.to_owned());
            }
        }
        Ok(ids)
    }

    /// Awaits so many comments of the App besides its summary.
    async fn answers(&self, number: u64, count: usize) -> anyhow::Result<()> {
        let enough = || (self.stage.bot_comments(&self.repo, number).len() > count).then_some(());
        Ok(self
            .stage
            .github
            .until("an answer", PATIENCE, |_| enough())
            .await?)
    }

    fn policy(&self, from: &str, require: usize) -> String {
        policy(&from.replace("TEAM", &self.team), require)
    }
}

fn stranger(email: &str) -> Identity {
    Identity {
        name: "Somebody".to_owned(),
        email: email.to_owned(),
    }
}

macro_rules! play {
    (|$scene:ident| $body:block) => {
        |$scene: Scene| async move { $body }.boxed()
    };
}

fn pending() -> Vec<Story> {
    vec![
        Story(
            "committer-of-no-account",
            SECURITY,
            1,
            play!(|s| {
                let mara = s.player("mara").identity();
                s.commit("mara", Some(mara), Some(stranger("who@nowhere.example")))
                    .await?;
                let number = s.open().await?;
                s.say("dana", number, "/approve-role").await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "only-the-owner-changed",
            "{ owner: true }",
            1,
            play!(|s| {
                s.push("mara", &[(SPEC, &whole().replace("@olga", "@theo"))])
                    .await?;
                let number = s.open().await?;
                s.say("theo", number, "/approve-role").await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "policy-relaxed-and-only-the-spec-approved-before",
            SECURITY,
            1,
            play!(|s| {
                let number = s.approved().await?;
                let relaxed = s.policy("{ users: [theo] }", 1);
                s.push("mara", &[(POLICY, &relaxed)]).await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "changes-requested",
            SECURITY,
            1,
            play!(|s| {
                let number = s.approved().await?;
                s.player("sue")
                    .review(&s.repo, number, "CHANGES_REQUESTED", "not yet")
                    .await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "objection",
            SECURITY,
            1,
            play!(|s| {
                let number = s.approved().await?;
                s.say("sue", number, "/reject-role agent it may deploy alone")
                    .await?;
                s.say("theo", number, "/reject-role cancel").await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "withdrawn",
            SECURITY,
            1,
            play!(|s| {
                let number = s.approved().await?;
                s.say("dana", number, "/approve-role cancel").await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "one-of-two-changes-approved",
            SECURITY,
            1,
            play!(|s| {
                s.push("mara", &[(SPEC, &loosened_twice())]).await?;
                let number = s.open().await?;
                let ids = s.ids(number)?;
                ensure!(ids.len() == 2, "{ids:?}");
                s.say("dana", number, &format!("/approve-role agent#{}", ids[0]))
                    .await?;
                s.not_green(number).await
            }),
        ),
        Story(
            "a-wrong-name-approves-nothing",
            SECURITY,
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("dana", number, "/approve-role agent agnet").await?;
                s.answers(number, 1).await?;
                let answers = s.stage.bot_comments(&s.repo, number);
                let told = answers
                    .iter()
                    .any(|one| one.body.contains("Did you mean `agent`?"));
                ensure!(told, "{answers:?}");
                s.not_green(number).await
            }),
        ),
        Story(
            "a-delegation-that-is-over",
            "{ teams: [acme/TEAM] }\ndelegates: [{ from: dana, to: theo, until: 2020-01-01 }]",
            1,
            play!(|s| { s.approval_by("theo").await }),
        ),
        Story(
            "a-delegation-by-the-author",
            "{ users: [mara, olga] }\ndelegates: [{ from: mara, to: theo, until: 2999-01-01 }]",
            1,
            play!(|s| { s.approval_by("theo").await }),
        ),
    ]
}

fn green() -> Vec<Story> {
    vec![
        Story(
            "review",
            SECURITY,
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.player("dana").review(&s.repo, number, "APPROVED", "").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "two-members",
            SECURITY,
            2,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("dana", number, "/approve-role").await?;
                s.say("sue", number, "/approve-role agent").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "previous-approvers-agree-to-the-policy",
            SECURITY,
            1,
            play!(|s| {
                s.push(
                    "mara",
                    &[(SPEC, &loosened()), (POLICY, &s.policy("{ users: [theo] }", 1))],
                )
                .await?;
                let number = s.open().await?;
                s.say("dana", number, "/approve-role").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "draft-made-ready",
            SECURITY,
            1,
            play!(|s| {
                s.push("mara", &[(SPEC, &loosened())]).await?;
                let number = s
                    .player("mara")
                    .open_draft(&s.repo, BRANCH, "main", "Edit")
                    .await?;
                s.stage.verdict(&s.repo, number, "action_required").await?;
                s.say("dana", number, "/approve-role").await?;
                s.player("mara").ready(&s.repo, number).await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "objection-withdrawn",
            SECURITY,
            1,
            play!(|s| {
                let number = s.approved().await?;
                s.say("sue", number, "/reject-role wait").await?;
                s.say("max", number, "/reject-role cancel").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "both-changes-approved-by-name",
            SECURITY,
            1,
            play!(|s| {
                s.push("mara", &[(SPEC, &loosened_twice())]).await?;
                let number = s.open().await?;
                let ids = s.ids(number)?;
                s.say("dana", number, &format!("/approve-role agent#{}", ids[0]))
                    .await?;
                s.say("sue", number, &format!("/approve-role {SPEC}#{}", ids[1]))
                    .await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "a-delegation",
            "{ teams: [acme/TEAM] }\ndelegates: [{ from: dana, to: theo, until: 2999-01-01, rules: [security] }]",
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("theo", number, "/approve-role").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "the-owner-at-base",
            "{ owner: true }",
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("olga", number, "/approve-role").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "a-code-owner",
            "{ codeowners: true }",
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("olga", number, "/approve-role").await?;
                s.still_green(number).await
            }),
        ),
        Story(
            "a-maintainer",
            "{ permission: maintain }",
            1,
            play!(|s| {
                let number = s.loosen().await?;
                s.say("dana", number, "/approve-role").await?;
                s.not_green(number).await?;
                s.say("max", number, "/approve-role").await?;
                s.still_green(number).await
            }),
        ),
    ]
}

async fn stage() -> Stage {
    let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_specwarden")))
        .await
        .unwrap();
    let github = &stage.github;
    for login in ["mara", "dana", "sue", "theo", "max", "olga"] {
        github.add_user(login);
    }
    github.add_bot("helper");
    github.add_organization("acme");
    github.add_team("acme", "empty", &[]);
    github.add_team("acme", "writers", &["mara", "dana", "sue"]);
    stage
}

fn furnish(stage: &Arc<Stage>, Story(name, from, require, _): &Story) -> Scene {
    let team = format!("sec-{name}");
    let github = &stage.github;
    github.add_team("acme", &team, &["dana", "sue", "helper[bot]"]);
    let policy = policy(&from.replace("TEAM", &team), *require);
    let spec = whole();
    let files = [
        (POLICY, policy.as_str()),
        (SPEC, spec.as_str()),
        ("CODEOWNERS", "* @olga\n"),
        ("README.md", "roles\n"),
    ];
    let repo = github.add_repository(&format!("acme/{name}"), &files).unwrap();
    github.grant_team(&repo, "writers", "write");
    github.grant(&repo, "max", "maintain");
    github.grant(&repo, "olga", "read");
    Scene {
        stage: Arc::clone(stage),
        repo,
        team,
    }
}

/// Plays all stories, several at a time, and says which did not come out.
async fn play(stories: Vec<Story>) {
    let stage = Arc::new(stage().await);
    let scenes: Vec<(Scene, Story)> = stories
        .into_iter()
        .map(|story| (furnish(&stage, &story), story))
        .collect();
    stage.github.install_app("acme").await.unwrap();
    let failed: Vec<String> = futures_util::stream::iter(scenes)
        .map(|(scene, Story(name, _, _, play))| async move {
            play(scene).await.err().map(|error| format!("{name}: {error:#}"))
        })
        .buffer_unordered(6)
        .filter_map(|failure| async { failure })
        .collect()
        .await;
    assert!(
        failed.is_empty(),
        "{} stories:\n{}\n{}",
        failed.len(),
        failed.join("\n"),
        stage.server_log()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_suffice_stays_pending() {
    play(pending()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_suffices_turns_green() {
    play(green()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_costs_one_call_beside_its_reaction() {
    let stage = Arc::new(stage().await);
    let scene = furnish(
        &stage,
        &Story("status", SECURITY, 1, |_| async { Ok(()) }.boxed()),
    );
    stage.github.install_app("acme").await.unwrap();
    let number = scene.loosen().await.unwrap();
    scene.settled(number).await.unwrap();
    scene.answers(number, 1).await.unwrap();
    let before = stage.github.exchanges().len();
    scene.say("theo", number, "/spec-status").await.unwrap();
    scene.answers(number, 2).await.unwrap();
    let calls: Vec<String> = stage.github.exchanges()[before..]
        .iter()
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    let answer = stage.bot_comments(&scene.repo, number).pop().unwrap().body;
    assert!(
        answer.contains("security") && answer.contains("0 of 1 approvals"),
        "{answer}"
    );
    assert!(!answer.contains("@acme/"), "it mentions the team:\n{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reviewers_are_asked_once_and_not_again_when_a_person_took_them_off() {
    let stage = Arc::new(stage().await);
    let scene = furnish(
        &stage,
        &Story("reviewers", "{ users: [mara, olga, sue] }", 1, |_| {
            async { Ok(()) }.boxed()
        }),
    );
    stage.github.install_app("acme").await.unwrap();
    let number = scene.loosen().await.unwrap();
    scene.settled(number).await.unwrap();
    assert_eq!(
        stage.asked(&scene.repo, number),
        ["@olga"],
        "one is enough, and never the author"
    );
    scene
        .player("max")
        .unrequest_review(&scene.repo, number, "olga")
        .await
        .unwrap();
    scene.push("mara", &[(SPEC, &loosened_twice())]).await.unwrap();
    scene.settled(number).await.unwrap();
    let asked = stage.asked(&scene.repo, number);
    assert!(
        !asked.contains(&"@olga".to_owned()),
        "she was taken off by hand: {asked:?}"
    );
}
