//! Both databases from one text: what differs is named where a store is made of it.

mod queue;
mod records;
mod statements;

use super::StoreError;
use jiff::Timestamp;

pub(super) use queue::queue_methods;
pub(super) use records::record_methods;
pub(super) use statements::*;

pub(super) fn timestamp(what: &'static str, milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::Unreadable {
        what,
        why: error.to_string(),
    })
}

pub(super) fn unsigned(what: &'static str, number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|error| StoreError::Unreadable {
        what,
        why: error.to_string(),
    })
}

/// Ids and counts are below 2^63 in both GitHub and our tables; what is not is cut off there.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes [`Store`](super::Store) for one database. `$lease` and `$reclaim` are statements, and so is
/// `$lock_chain`, which keeps others from a repository's ledger until the transaction ends.
macro_rules! implement_store {
    ($store:ty, $lease:expr, $reclaim:expr, $lock_chain:expr) => {
        impl $crate::store::Store for $store {
            sql::queue_methods!($lease, $reclaim);
            sql::record_methods!($lock_chain);
        }

        impl $store {
            async fn make(tx: &mut Transaction<'_>, mark: &Mark, now: Timestamp) -> Result<(), StoreError> {
                let now = now.as_millisecond();
                let statement = match mark {
                    Mark::Pull { key, name, work } => sqlx::query(sql::MARK_PULL)
                        .bind(signed(key.repo.0))
                        .bind(signed(key.number.0))
                        .bind(signed(key.installation.0))
                        .bind(name.as_str())
                        .bind(i64::from(*work == Work::Evaluate))
                        .bind(now),
                    Mark::OpenPulls {
                        repo,
                        base,
                        settles_in,
                    } => sqlx::query(sql::MARK_OPEN_PULLS)
                        .bind(signed(repo.0))
                        .bind(base.as_deref().unwrap_or(""))
                        .bind(now)
                        .bind(now + i64::try_from(settles_in.as_millis()).unwrap_or(i64::MAX / 2)),
                    Mark::OpenPullsOf { installation } => sqlx::query(sql::MARK_OPEN_PULLS_OF)
                        .bind(signed(installation.0))
                        .bind(now),
                };
                statement.execute(&mut **tx).await?;
                Ok(())
            }
        }
    };
}
pub(super) use implement_store;

pub(super) type PullTuple = (i64, i64, i64, String, String, i64, i64, String, String);

pub(super) fn pull_row(row: PullTuple) -> Result<super::PullRow, StoreError> {
    let (repo, number, installation, name, base_ref, open, evaluated, state, head) = row;
    Ok(super::PullRow {
        key: super::PullKey {
            installation: crate::ids::InstallationId(unsigned("installation", installation)?),
            repo: crate::ids::RepoId(unsigned("repository", repo)?),
            number: crate::ids::PullNumber(unsigned("number", number)?),
        },
        name,
        base_ref,
        open: open == 1,
        evaluated_at: timestamp("pull request", evaluated)?,
        state,
        head,
    })
}
