//! The flood: signed deliveries, as fast as a number of clients can send them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::ensure;
use specwarden::demo::github::signature;
use specwarden::demo::shipped::Shipped;
use tokio::task::JoinSet;

use crate::scene::Told;

/// Deliveries that are on their way at once.
const CLIENTS: usize = 32;

/// GitHub gives a receiver so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How deliveries were answered.
pub struct Flood {
    times: Vec<Duration>,
    statuses: BTreeMap<u16, usize>,
    took: Duration,
}

impl AddAssign for Flood {
    fn add_assign(&mut self, other: Self) {
        self.times.extend(other.times);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.took += other.took;
    }
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.times.clone();
        times.sort();
        let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied();
        let [p50, p99, longest] = [50, 99, 100].map(|share| at(share).unwrap_or_default());
        write!(
            f,
            "{} deliveries in {:.1} s by {CLIENTS} clients: {:.0}/s, p50 {p50:.1?}, p99 {p99:.1?}, longest {longest:.1?}",
            times.len(),
            self.took.as_secs_f64(),
            times.len() as f64 / self.took.as_secs_f64(),
        )
    }
}

impl Flood {
    /// Fails unless all of them were accepted.
    pub fn check(&self, deliveries: usize) -> anyhow::Result<()> {
        let accepted: usize = self
            .statuses
            .iter()
            .filter(|(status, _)| (200..300).contains(*status))
            .map(|(_, count)| count)
            .sum();
        ensure!(
            accepted == deliveries,
            "{accepted} of {deliveries} deliveries were accepted; by status: {:?}",
            self.statuses
        );
        Ok(())
    }
}

/// Sends `count` deliveries in turns: one about each pull request, then one more about each. Where
/// there is no more to tell, the last `pull_request` event is told again, as a new delivery.
pub async fn send(server: &Shipped, secret: &str, told: &[Told], count: usize) -> anyhow::Result<Flood> {
    let mut parcels = Vec::with_capacity(count);
    for nth in 0..count {
        let about = &told[nth % told.len()];
        let again = || about.iter().rev().find(|(event, _)| event == "pull_request");
        let (event, body) = about
            .get(nth / told.len())
            .or_else(again)
            .context("no pull request event")?;
        parcels.push((
            event.clone(),
            Arc::clone(body),
            signature(secret, body.as_bytes()),
        ));
    }
    let parcels = Arc::new(parcels);
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let url = format!("{}/webhook", server.url());
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, url, next, parcels) = (client.clone(), url.clone(), next.clone(), parcels.clone());
        clients.spawn(async move {
            let mut answers = Vec::new();
            while let Some((event, body, signature)) = parcels.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                let sent = client
                    .post(&url)
                    .header("content-type", "application/json")
                    .header("x-github-delivery", format!("{:032x}", rand::random::<u128>()))
                    .header("x-github-event", event)
                    .header("x-hub-signature-256", signature)
                    .body(body.to_string())
                    .send()
                    .await;
                let status = sent.map_or(0, |answer| answer.status().as_u16());
                answers.push((status, began.elapsed()));
            }
            answers
        });
    }
    let mut flood = Flood {
        times: Vec::with_capacity(count),
        statuses: BTreeMap::new(),
        took: Duration::ZERO,
    };
    while let Some(answers) = clients.join_next().await {
        for (status, time) in answers? {
            flood.times.push(time);
            *flood.statuses.entry(status).or_default() += 1;
        }
    }
    flood.took = began.elapsed();
    Ok(flood)
}
