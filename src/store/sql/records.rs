//! The methods of [`Store`](crate::store::Store) that keep what is known.

macro_rules! record_methods {
    ($lock_chain:expr) => {
        fn pending(&self, pull: PullKey) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>> {
            Box::pin(async move {
                let rows: Vec<(String, String, i64, Option<Vec<u8>>)> = sqlx::query_as(sql::PENDING)
                    .bind(signed(pull.repo.0))
                    .bind(signed(pull.number.0))
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter()
                    .map(|(guid, event, received, body)| {
                        Ok(Kept {
                            id: DeliveryId(guid),
                            event,
                            received_at: timestamp("delivery", received)?,
                            body: body.unwrap_or_default(),
                        })
                    })
                    .collect()
            })
        }

        fn record<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                let mut tx = self.begin().await?;
                let pull = &record.pull;
                let repo = signed(pull.key.repo.0);
                let number = signed(pull.key.number.0);
                if let Some(worker) = &record.worker {
                    let held = sqlx::query(sql::HELD)
                        .bind(repo)
                        .bind(number)
                        .bind(worker.as_str())
                        .execute(&mut *tx)
                        .await?;
                    if held.rows_affected() == 0 {
                        tx.rollback().await?;
                        return Err(StoreError::LeaseLost);
                    }
                }
                sqlx::query(sql::PUT_PULL)
                    .bind(repo)
                    .bind(number)
                    .bind(signed(pull.key.installation.0))
                    .bind(pull.name.as_str())
                    .bind(pull.base_ref.as_str())
                    .bind(i64::from(pull.open))
                    .bind(pull.evaluated_at.as_millisecond())
                    .bind(pull.state.as_str())
                    .bind(pull.head.as_str())
                    .execute(&mut *tx)
                    .await?;
                if !record.entries.is_empty() {
                    let lock: Option<&'static str> = $lock_chain;
                    if let Some(lock) = lock {
                        sqlx::query(lock).bind(repo).execute(&mut *tx).await?;
                    }
                    let last: Option<(i64, String)> = sqlx::query_as(sql::LAST_ENTRY)
                        .bind(repo)
                        .fetch_optional(&mut *tx)
                        .await?;
                    let (mut seq, mut prev) = last.unwrap_or_default();
                    for entry in &record.entries {
                        seq += 1;
                        let hash = $crate::approvals::ledger::link(&prev, &entry.entry);
                        sqlx::query(sql::APPEND_ENTRY)
                            .bind(repo)
                            .bind(seq)
                            .bind(number)
                            .bind(entry.at.as_millisecond())
                            .bind(entry.entry.as_str())
                            .bind(prev.as_str())
                            .bind(hash.as_str())
                            .execute(&mut *tx)
                            .await?;
                        prev = hash;
                    }
                }
                for id in &record.done {
                    sqlx::query(sql::DONE)
                        .bind(id.as_str())
                        .bind(record.at.as_millisecond())
                        .execute(&mut *tx)
                        .await?;
                }
                tx.commit().await?;
                Ok(())
            })
        }

        fn pull(&self, pull: PullKey) -> BoxFuture<'_, Result<Option<PullRow>, StoreError>> {
            Box::pin(async move {
                let row: Option<sql::PullTuple> = sqlx::query_as(sql::PULL)
                    .bind(signed(pull.repo.0))
                    .bind(signed(pull.number.0))
                    .fetch_optional(&self.pool)
                    .await?;
                row.map(sql::pull_row).transpose()
            })
        }

        fn pull_named<'a>(
            &'a self,
            name: &'a str,
            number: u64,
        ) -> BoxFuture<'a, Result<Option<PullRow>, StoreError>> {
            Box::pin(async move {
                let row: Option<sql::PullTuple> = sqlx::query_as(sql::PULL_NAMED)
                    .bind(name)
                    .bind(signed(number))
                    .fetch_optional(&self.pool)
                    .await?;
                row.map(sql::pull_row).transpose()
            })
        }

        fn pulls_at<'a>(
            &'a self,
            repo: RepoId,
            head: &'a str,
        ) -> BoxFuture<'a, Result<Vec<PullRow>, StoreError>> {
            Box::pin(async move {
                let rows: Vec<sql::PullTuple> = sqlx::query_as(sql::PULLS_AT)
                    .bind(signed(repo.0))
                    .bind(head)
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter().map(sql::pull_row).collect()
            })
        }

        fn ledger(
            &self,
            repo: RepoId,
            number: Option<u64>,
        ) -> BoxFuture<'_, Result<Vec<LedgerRow>, StoreError>> {
            Box::pin(async move {
                let rows: Vec<(i64, i64, i64, i64, String, String, String)> = sqlx::query_as(sql::LEDGER)
                    .bind(signed(repo.0))
                    .bind(number.map_or(-1, signed))
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter()
                    .map(|(repo, seq, number, at, entry, prev, hash)| {
                        Ok(LedgerRow {
                            repo: RepoId(unsigned("repository", repo)?),
                            seq: unsigned("ledger row", seq)?,
                            number: PullNumber(unsigned("number", number)?),
                            at: timestamp("ledger row", at)?,
                            entry,
                            prev,
                            hash,
                        })
                    })
                    .collect()
            })
        }

        fn repositories(&self) -> BoxFuture<'_, Result<Vec<(RepoId, String)>, StoreError>> {
            Box::pin(async move {
                let rows: Vec<(i64, String)> = sqlx::query_as(sql::REPOSITORIES)
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter()
                    .map(|(repo, name)| Ok((RepoId(unsigned("repository", repo)?), name)))
                    .collect()
            })
        }

        fn prune(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
            Box::pin(async move {
                let gone = sqlx::query(sql::PRUNE)
                    .bind(before.as_millisecond())
                    .execute(&self.pool)
                    .await?;
                Ok(gone.rows_affected())
            })
        }

        fn known<'a>(&'a self, ids: &'a [DeliveryId]) -> BoxFuture<'a, Result<Vec<DeliveryId>, StoreError>> {
            Box::pin(async move {
                let mut known = Vec::new();
                for id in ids {
                    let row: Option<(String,)> = sqlx::query_as(sql::KNOWN)
                        .bind(id.as_str())
                        .fetch_optional(&self.pool)
                        .await?;
                    known.extend(row.map(|(guid,)| DeliveryId(guid)));
                }
                Ok(known)
            })
        }

        fn note<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
            Box::pin(async move {
                let row: Option<(String,)> = sqlx::query_as(sql::NOTE)
                    .bind(name)
                    .fetch_optional(&self.pool)
                    .await?;
                Ok(row.map(|(value,)| value))
            })
        }

        fn set_note<'a>(&'a self, name: &'a str, value: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                sqlx::query(sql::SET_NOTE)
                    .bind(name)
                    .bind(value)
                    .execute(&self.pool)
                    .await?;
                Ok(())
            })
        }

        fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
            Box::pin(async move { self.set_note("ping", "pong").await })
        }

        fn close(&self) -> BoxFuture<'_, ()> {
            Box::pin(async move { self.pool.close().await })
        }
    };
}
pub(in crate::store) use record_methods;
