//! Calls of the API, counted act by act. Git's own transport is not counted, and neither is what no event
//! asks for: an installation's token, which serves for an hour, and the App's own look at what could
//! not be delivered, which runs by the clock.

use specwarden::demo::github::Exchange;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::faults::HookFault;
use specwarden::demo::stage::PATIENCE;

use crate::scene::BRANCH;
use crate::scene::SPEC;
use crate::scene::Scene;
use crate::scene::idle;
use crate::scene::loosened;

/// The calls about a scene since a mark, as `METHOD route`.
pub(crate) fn calls(scene: &Scene<'_>, since: usize) -> Vec<String> {
    let here = format!("/{}/", scene.org);
    let counted = |one: &Exchange| !one.path.starts_with("/app/") && one.path.contains(&here);
    let all = scene.github().exchanges();
    let told = all[since..].iter().filter(|one| counted(one));
    told.map(|one| format!("{} {} {}", one.method, one.path, one.status))
        .collect()
}

/// A scene whose calls are counted act by act.
pub(crate) struct Bill<'s> {
    pub(crate) scene: Scene<'s>,
    mark: usize,
}

impl<'s> Bill<'s> {
    /// Begins to count once the App has looked at the repository that it was installed on.
    pub(crate) async fn of(scene: Scene<'s>) -> Self {
        let list = format!("/repos/{}/pulls", scene.repo);
        let looked = |github: &GitHub| {
            let all = github.exchanges();
            all.iter().any(|one| one.path == list).then_some(())
        };
        let limit = PATIENCE;
        scene.github().until("a look at it", limit, looked).await.unwrap();
        let mut bill = Self { scene, mark: 0 };
        bill.begin();
        bill
    }

    pub(crate) fn begin(&mut self) {
        self.mark = self.scene.github().exchanges().len();
    }

    /// Nobody hears of the next push: the App gets no `push` for it.
    pub(crate) fn no_push_event(&self) {
        self.scene.github().fail_deliveries([HookFault::Vanish]);
    }

    /// Awaits the end of what was done since the last time, which must not have cost more than this.
    pub(crate) async fn at_most(&mut self, most: usize, what: &str) {
        idle(self.scene.stage).await;
        let calls = calls(&self.scene, self.mark);
        let (org, many, told) = (&self.scene.org, calls.len(), calls.join("\n"));
        assert!(
            many <= most,
            "{org}, {what}: {many} calls, {most} allowed:\n{told}"
        );
        self.begin();
    }

    pub(crate) async fn verdict(&self, conclusion: &str) {
        self.scene.verdict(conclusion).await;
    }

    /// Ann pushes another way to write the same list, each time another one.
    pub(crate) async fn pushes_other_marks(&self, round: usize) {
        let mark = ["*", "+", "-"][round % 3];
        let text = loosened()
            .replace("- Carry", &format!("{mark} Carry"))
            .replace("- Keep", &format!("{mark} Keep"));
        let files = [(SPEC, Some(text.as_str()))];
        let ann = self.scene.who("ann");
        ann.push(&self.scene.repo, BRANCH, &files, mark).await.unwrap();
    }
}
