//! PostgreSQL, where several servers share one queue.

use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::Connection;
use sqlx::PgConnection;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;

use super::*;
use crate::ids::PullNumber;
use sql::signed;
use sql::timestamp;
use sql::unsigned;

/// How long PostgreSQL may take to take a first connection.
const PATIENCE: Duration = Duration::from_secs(9);

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
        greet(&options).await?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        sqlx::migrate!("src/store/migrations/postgres").run(&pool).await?;
        Ok(Self { pool })
    }

    async fn begin(&self) -> Result<Transaction<'static>, StoreError> {
        Ok(self.pool.begin().await?)
    }
}

/// Connects once. A pool would go on trying in the hope that it passes, and tell in the end only how
/// long it tried.
async fn greet(options: &PgConnectOptions) -> Result<(), StoreError> {
    let why = match tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await {
        Ok(Ok(connection)) => return Ok(connection.close().await?),
        Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    };
    let server = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let database = options.get_database().unwrap_or(options.get_username());
    Err(StoreError::Refused {
        server,
        database: database.to_owned(),
        why,
    })
}

// Two workers may write decisions about two pull requests of one repository at once: the advisory
// lock, gone with the transaction, keeps their rows in one chain.
sql::implement_store!(
    PostgresStore,
    sql::lease_statement!("FOR UPDATE OF d SKIP LOCKED"),
    sql::RECLAIM_EXPIRED,
    Some("SELECT pg_advisory_xact_lock($1)")
);
