//! A few organisations with many pull requests, each of which loosens a constraint of its own spec.

use std::collections::BTreeMap;

use anyhow::Context;
use axum::Router;
use axum::routing::post;
use http::StatusCode;
use specwarden::demo::github::Delivery;
use specwarden::demo::github::GitHub;
use specwarden::demo::github::Player;
use specwarden::ids::RepoName;

/// Organisations, with one repository each.
const ORGANIZATIONS: usize = 5;

const POLICY: &str = "specs:\n  - paths: [\"agents/**/*.md\"]\n";

const RULES: &str = "approvals:\n  - name: security\n    on: [constraint.loosened, authority.*]\n";

/// The stand-in GitHub and the pull requests on it.
pub struct Scene {
    /// The stand-in.
    pub github: GitHub,
    /// Every pull request, those of one organisation not in a row.
    pub pulls: Vec<Pull>,
    letter_box: String,
}

/// One pull request.
pub struct Pull {
    /// Its repository.
    pub repo: RepoName,
    /// Its number.
    pub number: u64,
    place: usize,
}

/// What GitHub would tell about one pull request: an event's name and its body, in order.
pub type Told = Vec<(String, std::sync::Arc<str>)>;

fn spec(place: usize, version: &str, approvals: &str, row: &str) -> String {
    format!(
        "---\nrole: porter{place}\nversion: {version}\nowner: keeper\nconstraints:\n  - requires_approval_for: [{approvals}]\n---\n\n\
         # Porter {place}\n\n## Responsibilities\n\n- Carry every parcel to floor {place}\n- Keep the lift free\n\n\
         ## Change Log\n\n| Version | Date | Author | Change |\n|---|---|---|---|\n| 1.0.0 | 2026-01-05 | Ann Roe | First version |\n{row}"
    )
}

fn path(place: usize) -> String {
    format!("agents/porter{place}.md")
}

impl Scene {
    /// Organisations, people, repositories and policies; no pull request yet.
    pub async fn furnish(pulls: usize) -> anyhow::Result<Self> {
        let github = GitHub::start().await?;
        let letter_box = letter_box().await?;
        github.register_webhook(&letter_box, "nobody reads this");
        let mut repos = Vec::new();
        for organization in 0..ORGANIZATIONS {
            let org = format!("org{organization}");
            github.add_organization(&org);
            for who in ["ann", "sam"] {
                github.add_user(&format!("{who}-{org}"));
                github.join_organization(&org, &format!("{who}-{org}"));
            }
            github.add_team(&org, "security", &[&format!("sam-{org}")]);
            let specs: Vec<(String, String)> = (organization..pulls)
                .step_by(ORGANIZATIONS)
                .map(|place| {
                    (
                        path(place),
                        spec(place, "1.0.0", "deployment, payments, hiring", ""),
                    )
                })
                .collect();
            let policy = format!("{POLICY}{RULES}    from: {{ teams: [{org}/security] }}\n");
            let mut files: Vec<(&str, &str)> = specs
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .collect();
            files.push((".github/specwarden.yml", &policy));
            let repo = github.add_repository(&format!("{org}/roles"), &files)?;
            github.grant_team(&repo, "security", "write");
            github.grant(&repo, &format!("ann-{org}"), "write");
            github.install_app(&org).await?;
            repos.push(repo);
        }
        let pulls = (0..pulls)
            .map(|place| Pull {
                repo: repos[place % ORGANIZATIONS].clone(),
                number: u64::try_from(place / ORGANIZATIONS + 1).unwrap_or(u64::MAX),
                place,
            })
            .collect();
        Ok(Self {
            github,
            pulls,
            letter_box,
        })
    }

    fn ann(&self, pull: &Pull) -> Player {
        self.github.player(&format!("ann-{}", pull.repo.owner))
    }

    /// Opens every pull request; what GitHub would tell about each.
    pub async fn first_heads(&self) -> anyhow::Result<Vec<Told>> {
        for pull in &self.pulls {
            let (ann, branch) = (self.ann(pull), format!("edit{}", pull.place));
            let text = spec(pull.place, "1.0.0", "payments, hiring", "");
            let files = [(path(pull.place), text)];
            let files = files
                .each_ref()
                .map(|(path, text)| (path.as_str(), Some(text.as_str())));
            ann.push(&pull.repo, &branch, &files, "let them deploy").await?;
            let number = ann
                .open_pull(&pull.repo, &branch, "main", "Let them deploy")
                .await?;
            anyhow::ensure!(
                number == pull.number,
                "{}#{number} is not #{}",
                pull.repo,
                pull.number
            );
            self.talk(pull, &ann, "Let them deploy, please").await?;
        }
        self.told(0)
    }

    /// Pushes once more to every pull request, while the server works on the first heads; what
    /// GitHub would tell about each. What the server's own writes set off meanwhile stays in the
    /// letter box: nothing depends on it.
    pub async fn second_heads(&self) -> anyhow::Result<Vec<Told>> {
        self.github
            .register_webhook(&self.letter_box, "nobody reads this");
        let from = self.github.deliveries().len();
        for pull in &self.pulls {
            let (ann, branch) = (self.ann(pull), format!("edit{}", pull.place));
            let row = "| 2.0.0 | 2026-11-20 | Ann Roe | Deployment waits for nobody any more |\n";
            let text = spec(pull.place, "2.0.0", "payments, hiring", row);
            let files = [(path(pull.place), text)];
            let files = files
                .each_ref()
                .map(|(path, text)| (path.as_str(), Some(text.as_str())));
            ann.push(&pull.repo, &branch, &files, "say so").await?;
            self.talk(pull, &ann, "Let them deploy").await?;
        }
        self.told(from)
    }

    /// What moves nothing: a new title, and people who talk.
    async fn talk(&self, pull: &Pull, ann: &Player, title: &str) -> anyhow::Result<()> {
        ann.retitle(&pull.repo, pull.number, title).await?;
        let comment = ann
            .comment(&pull.repo, pull.number, "Who else should read this?")
            .await?;
        ann.edit_comment(&pull.repo, comment, "Who else should have read this?")
            .await
    }

    /// What was delivered from a place in the log on, by pull request.
    fn told(&self, from: usize) -> anyhow::Result<Vec<Told>> {
        let mut by_pull: BTreeMap<(String, u64), Told> = BTreeMap::new();
        let mut by_branch: BTreeMap<(String, String), Told> = BTreeMap::new();
        for delivery in self.github.deliveries().into_iter().skip(from) {
            let Delivery { event, payload, .. } = delivery;
            let read: serde_json::Value = serde_json::from_str(&payload)?;
            let repo = read["repository"]["full_name"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let number = read["pull_request"]["number"]
                .as_u64()
                .or_else(|| read["issue"]["number"].as_u64());
            match (number, read["ref"].as_str()) {
                (Some(number), _) => by_pull.entry((repo, number)).or_default().push((event, payload)),
                (None, Some(branch)) => by_branch
                    .entry((repo, branch.to_owned()))
                    .or_default()
                    .push((event, payload)),
                (None, None) => {}
            }
        }
        let told = self.pulls.iter().map(|pull| {
            let repo = pull.repo.to_string();
            let branch = format!("refs/heads/edit{}", pull.place);
            let mut told = by_branch.remove(&(repo.clone(), branch)).unwrap_or_default();
            told.extend(by_pull.remove(&(repo, pull.number)).unwrap_or_default());
            (!told.is_empty()).then_some(told)
        });
        told.collect::<Option<Vec<Told>>>()
            .context("nothing was told about a pull request")
    }
}

/// Where GitHub's own deliveries go while the flood is being prepared: they are read from its log.
async fn letter_box() -> anyhow::Result<String> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/", post(|| async { StatusCode::ACCEPTED }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/"))
}

/// A fresh schema in a database.
pub async fn schema(url: &str) -> anyhow::Result<String> {
    use sqlx::Connection;
    use sqlx::Executor;
    let schema = format!("load{}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    connection.execute(sqlx::raw_sql(create)).await?;
    let joint = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{joint}options=-c%20search_path%3D{schema}"))
}
