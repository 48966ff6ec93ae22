//! What suffices.

use futures_util::FutureExt as _;

use crate::scene::BRANCH;
use crate::scene::POLICY;
use crate::scene::SECURITY;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::Story;
use crate::scene::loosened;
use crate::scene::loosened_twice;
use crate::scene::play;

pub(crate) fn green() -> Vec<Story> {
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
