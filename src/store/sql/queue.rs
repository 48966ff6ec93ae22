//! The methods of [`Store`](crate::store::Store) that make and hand out what is due.

macro_rules! queue_methods {
    ($lease:expr, $reclaim:expr) => {
        fn accept<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Accepted, StoreError>> {
            Box::pin(async move {
                let mut tx = self.begin().await?;
                let about = delivery.about.as_ref();
                let received = delivery.received_at.as_millisecond();
                let inserted = sqlx::query(sql::INSERT_DELIVERY)
                    .bind(delivery.id.as_str())
                    .bind(delivery.event.as_str())
                    .bind(signed(delivery.installation.0))
                    .bind(about.map(|key| signed(key.repo.0)))
                    .bind(about.map(|key| signed(key.number.0)))
                    .bind(received)
                    .bind(about.is_none().then_some(received))
                    .bind(about.map(|_| delivery.body.as_slice()))
                    .execute(&mut *tx)
                    .await?;
                if inserted.rows_affected() == 0 {
                    tx.rollback().await?;
                    return Ok(Accepted::Duplicate);
                }
                for (name, value) in &delivery.notes {
                    sqlx::query(sql::SET_NOTE)
                        .bind(name.as_str())
                        .bind(value.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
                for mark in &delivery.marks {
                    Self::make(&mut tx, mark, delivery.received_at).await?;
                }
                tx.commit().await?;
                Ok(Accepted::New)
            })
        }

        fn mark<'a>(&'a self, marks: &'a [Mark], now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                let mut tx = self.begin().await?;
                for mark in marks {
                    Self::make(&mut tx, mark, now).await?;
                }
                tx.commit().await?;
                Ok(())
            })
        }

        fn lease<'a>(
            &'a self,
            worker: &'a str,
            now: Timestamp,
            until: Timestamp,
        ) -> BoxFuture<'a, Result<Option<Lease>, StoreError>> {
            Box::pin(async move {
                let mut tx = self.begin().await?;
                let row: Option<(i64, i64, i64, String, i64, i64, i64, i64)> = sqlx::query_as($lease)
                    .bind(worker)
                    .bind(now.as_millisecond())
                    .bind(until.as_millisecond())
                    .fetch_optional(&mut *tx)
                    .await?;
                let Some((repo, number, installation, name, evaluate, generation, attempts, marked)) = row
                else {
                    tx.rollback().await?;
                    return Ok(None);
                };
                sqlx::query(sql::SERVED)
                    .bind(installation)
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                Ok(Some(Lease {
                    key: PullKey {
                        installation: InstallationId(unsigned("installation", installation)?),
                        repo: RepoId(unsigned("repository", repo)?),
                        number: PullNumber(unsigned("number", number)?),
                    },
                    name,
                    work: if evaluate == 1 {
                        Work::Evaluate
                    } else {
                        Work::Deliveries
                    },
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                    marked_at: timestamp("mark", marked)?,
                    worker: worker.to_owned(),
                    generation,
                }))
            })
        }

        fn renew<'a>(
            &'a self,
            lease: &'a Lease,
            until: Timestamp,
        ) -> BoxFuture<'a, Result<bool, StoreError>> {
            Box::pin(async move {
                let done = sqlx::query(sql::RENEW)
                    .bind(signed(lease.key.repo.0))
                    .bind(signed(lease.key.number.0))
                    .bind(lease.worker.as_str())
                    .bind(until.as_millisecond())
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() == 1)
            })
        }

        fn finish<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                let mut tx = self.begin().await?;
                let gone = sqlx::query(sql::FINISH)
                    .bind(signed(lease.key.repo.0))
                    .bind(signed(lease.key.number.0))
                    .bind(lease.worker.as_str())
                    .bind(lease.generation)
                    .execute(&mut *tx)
                    .await?;
                if gone.rows_affected() == 0 {
                    sqlx::query(sql::FINISH_MARKED_AGAIN)
                        .bind(signed(lease.key.repo.0))
                        .bind(signed(lease.key.number.0))
                        .bind(lease.worker.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
                tx.commit().await?;
                Ok(())
            })
        }

        fn postpone<'a>(
            &'a self,
            lease: &'a Lease,
            at: Timestamp,
            trouble: &'a Trouble,
        ) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                let (counts, reason) = match trouble {
                    Trouble::Failed(reason) => (1_i64, reason),
                    Trouble::Waiting(reason) => (0, reason),
                };
                sqlx::query(sql::POSTPONE)
                    .bind(signed(lease.key.repo.0))
                    .bind(signed(lease.key.number.0))
                    .bind(lease.worker.as_str())
                    .bind(lease.generation)
                    .bind(at.as_millisecond())
                    .bind(counts)
                    .bind(reason.as_str())
                    .execute(&self.pool)
                    .await?;
                Ok(())
            })
        }

        fn bury<'a>(&'a self, lease: &'a Lease, reason: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                sqlx::query(sql::BURY)
                    .bind(signed(lease.key.repo.0))
                    .bind(signed(lease.key.number.0))
                    .bind(lease.worker.as_str())
                    .bind(lease.generation)
                    .bind(reason)
                    .execute(&self.pool)
                    .await?;
                Ok(())
            })
        }

        fn hold<'a>(
            &'a self,
            installation: InstallationId,
            until: Timestamp,
            reason: &'a str,
        ) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(async move {
                sqlx::query(sql::HOLD)
                    .bind(signed(installation.0))
                    .bind(until.as_millisecond())
                    .bind(reason)
                    .execute(&self.pool)
                    .await?;
                Ok(())
            })
        }

        fn reclaim(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
            Box::pin(async move {
                let freed = sqlx::query($reclaim)
                    .bind(now.as_millisecond())
                    .execute(&self.pool)
                    .await?;
                Ok(freed.rows_affected())
            })
        }

        fn mark_stale(
            &self,
            before: Timestamp,
            now: Timestamp,
            limit: u32,
        ) -> BoxFuture<'_, Result<u64, StoreError>> {
            Box::pin(async move {
                let marked = sqlx::query(sql::MARK_STALE)
                    .bind(before.as_millisecond())
                    .bind(now.as_millisecond())
                    .bind(i64::from(limit))
                    .execute(&self.pool)
                    .await?;
                Ok(marked.rows_affected())
            })
        }

        fn depth(&self) -> BoxFuture<'_, Result<Depth, StoreError>> {
            Box::pin(async move {
                let (due, dead, oldest): (i64, i64, Option<i64>) =
                    sqlx::query_as(sql::DEPTH).fetch_one(&self.pool).await?;
                Ok(Depth {
                    due: unsigned("count", due)?,
                    dead: unsigned("count", dead)?,
                    oldest: oldest.map(|at| timestamp("mark", at)).transpose()?,
                })
            })
        }
    };
}
pub(in crate::store) use queue_methods;
