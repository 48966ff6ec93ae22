//! What nobody told us: deliveries that failed, and pull requests not looked at for long.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::App;
use super::worker::Failure;
use crate::github::HookDelivery;
use crate::ids::DeliveryId;

const REDELIVERY_EVERY: Duration = Duration::from_secs(10 * 60);
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// An open pull request is looked at anew when nobody did for this long.
const STALE: Duration = Duration::from_secs(24 * 3600);
const STALE_AT_ONCE: u32 = 50;
/// GitHub redelivers what is no older than three days; keep ids much longer than that.
const INBOX_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Pages of 100 attempts of the delivery log that one sweep reads.
const LOG_PAGES: usize = 10;
/// Past this, a delivery that fails again and again is left to the re-evaluation. Many, because each
/// restart tries once, and a server that is in trouble restarts often.
const ATTEMPTS: usize = 20;

impl App {
    pub(super) async fn sweeper(self: Arc<Self>, stop: CancellationToken) {
        let mut redelivery = tokio::time::interval(REDELIVERY_EVERY);
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            let swept = async {
                tokio::select! {
                    _ = redelivery.tick() => {
                        if let Err(failure) = self.redeliver_failed().await {
                            tracing::warn!(%failure, "GitHub's delivery log cannot be swept; next time");
                        }
                    }
                    _ = look.tick() => {
                        if let Err(failure) = self.look_around().await {
                            tracing::warn!(%failure, "the store cannot be swept; next time");
                        }
                    }
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = swept => {}
            }
        }
    }

    /// Has deliveries sent again that never arrived.
    async fn redeliver_failed(&self) -> Result<(), Failure> {
        let log = self.github.hook_deliveries(LOG_PAGES).await?;
        let lost = lost(&log);
        let ids: Vec<DeliveryId> = lost.iter().map(|attempt| attempt.guid.clone()).collect();
        let known = self.store.known(&ids).await?;
        for attempt in lost {
            // It did arrive, and only our answer was lost.
            if known.contains(&attempt.guid) {
                continue;
            }
            match self.github.redeliver(attempt.id).await {
                Ok(()) => {}
                Err(error) if error.is_passing() => return Err(error.into()),
                // GitHub will not send this one again; the others it may.
                Err(error) => {
                    tracing::warn!(delivery = %attempt.guid, %error, "a delivery is lost");
                    continue;
                }
            }
            metrics::counter!("specwarden_redeliveries_total").increment(1);
            tracing::info!(delivery = %attempt.guid, "a delivery that had failed is sent again");
        }
        Ok(())
    }

    async fn look_around(&self) -> Result<(), Failure> {
        let now = Timestamp::now();
        let marked = self.store.mark_stale(now - STALE, now, STALE_AT_ONCE).await?;
        if marked > 0 {
            tracing::info!(marked, "pull requests that nobody looked at for long are due");
            self.wake.notify_one();
        }
        let forgotten = self.store.prune(now - INBOX_KEPT).await?;
        if forgotten > 0 {
            tracing::debug!(forgotten, "old deliveries forgotten");
        }
        Ok(())
    }
}

/// The newest attempt of each delivery of which no attempt arrived, oldest delivery first.
fn lost(log: &[HookDelivery]) -> Vec<&HookDelivery> {
    // What is delivered while the log is paged shifts it: an attempt may be on two pages.
    let mut attempts: HashMap<&DeliveryId, BTreeMap<u64, &HookDelivery>> = HashMap::new();
    for attempt in log {
        attempts
            .entry(&attempt.guid)
            .or_default()
            .insert(attempt.id, attempt);
    }
    let mut lost: Vec<&HookDelivery> = attempts
        .into_values()
        .filter(|attempts| attempts.len() < ATTEMPTS && !attempts.values().any(|attempt| attempt.arrived()))
        .filter_map(|attempts| Some(attempts.into_iter().next_back()?.1))
        .collect();
    lost.sort_by_key(|attempt| attempt.id);
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(id: u64, guid: &str, status: u16) -> HookDelivery {
        HookDelivery {
            id,
            guid: DeliveryId::new(guid),
            delivered_at: String::new(),
            status_code: status,
        }
    }

    #[test]
    fn only_what_never_arrived_is_sent_again_once() {
        let log = [
            attempt(9, "a", 502),
            attempt(8, "b", 202),
            attempt(7, "b", 500),
            attempt(6, "c", 0),
            attempt(5, "a", 500),
        ];
        let ids: Vec<u64> = lost(&log).into_iter().map(|attempt| attempt.id).collect();
        assert_eq!(ids, [6, 9]);
    }

    #[test]
    fn what_fails_again_and_again_is_left() {
        let log: Vec<HookDelivery> = (0..20).map(|id| attempt(id, "a", 500)).collect();
        assert!(lost(&log).is_empty());
        assert_eq!(lost(&log[1..]).len(), 1);
    }

    #[test]
    fn an_attempt_that_is_on_two_pages_of_the_log_counts_once() {
        let log: Vec<HookDelivery> = (0..30).map(|nth| attempt(nth / 2, "a", 500)).collect();
        let ids: Vec<u64> = lost(&log).into_iter().map(|attempt| attempt.id).collect();
        assert_eq!(ids, [14]);
    }
}
