//! PostgreSQL, where several servers share one queue.

use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;

use super::*;
use crate::ids::PullNumber;
use sql::signed;
use sql::timestamp;
use sql::unsigned;

type Transaction<'a> = sqlx::Transaction<'a, sqlx::Postgres>;

/// A store in a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    ///
    /// Where the database cannot be reached or its tables cannot be brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(9))
            .connect_with(options)
            .await?;
        sqlx::migrate!("src/store/migrations/postgres").run(&pool).await?;
        Ok(Self { pool })
    }

    async fn begin(&self) -> Result<Transaction<'static>, StoreError> {
        Ok(self.pool.begin().await?)
    }
}

// Two workers may write decisions about two pull requests of one repository at once: the advisory
// lock, gone with the transaction, keeps their rows in one chain.
sql::implement_store!(
    PostgresStore,
    sql::lease_statement!("FOR UPDATE OF d SKIP LOCKED"),
    sql::RECLAIM_EXPIRED,
    Some("SELECT pg_advisory_xact_lock($1)")
);
