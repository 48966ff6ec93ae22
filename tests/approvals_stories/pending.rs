//! What does not suffice.

use anyhow::ensure;
use futures_util::FutureExt as _;

use crate::scene::POLICY;
use crate::scene::SECURITY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::Story;
use crate::scene::loosened_twice;
use crate::scene::play;
use crate::scene::stranger;
use crate::scene::whole;

pub(crate) fn pending() -> Vec<Story> {
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
