//! One file on one machine: the default, nothing to set up.

use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteSynchronous;

use super::*;
use crate::ids::PullNumber;
use sql::signed;
use sql::timestamp;
use sql::unsigned;

type Transaction<'a> = sqlx::Transaction<'a, sqlx::Sqlite>;

/// A store in one SQLite file (write-ahead log, synced at every commit).
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
}

impl SqliteStore {
    /// Opens or creates the file and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened or its tables cannot be brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let store = Self::connect(options).await?;
        sqlx::migrate!("src/store/migrations/sqlite")
            .run(&store.pool)
            .await?;
        Ok(store)
    }

    /// Opens a file that exists and changes nothing in it.
    ///
    /// # Errors
    ///
    /// Where there is no such file or it cannot be opened.
    pub async fn open_to_read(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(false);
        Self::connect(options.pragma("query_only", "on")).await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let options = options.busy_timeout(Duration::from_secs(5));
        // One connection: SQLite has one writer, and waiting for it in our own queue is fair where
        // its busy handler is not. It also keeps a database in memory alive.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(9))
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    async fn begin(&self) -> Result<Transaction<'static>, StoreError> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.pool.begin_with(BEGIN).await {
            // SQLite ends a transaction by itself where the disk is full or fails. The connection does
            // not hear of it, takes itself to be in that transaction for ever, and begins no other.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                tracing::warn!(
                    "the connection to the store has lost count of its transactions; opening another"
                );
                self.pool.acquire().await?.close().await?;
                Ok(self.pool.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
    }
}

sql::implement_store!(SqliteStore, sql::lease_statement!(""), sql::RECLAIM_ALL, None);
