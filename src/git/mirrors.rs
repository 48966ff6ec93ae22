//! Bare mirrors of remote repositories: a bounded cache on disk that can be thrown away at any time.
//!
//! [`Mirrors::fetch`] makes sure that the wanted commits are on disk and hands out a [`Mirror`] to
//! read them from. One fetch at a time per mirror; a mirror that is in
//! use is never deleted under its reader: it is *doomed*, and goes with its last reader.
//! Of a repository that is larger than a fetch may be, [`Mirrors::partial`] keeps the objects that
//! were asked for one by one.

use std::collections::HashMap;
use std::fs;
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use crate::git::Limits;
use crate::git::MirrorError;
use crate::git::Parts;
use crate::git::Reach;
use crate::git::Remote;
use crate::git::Repository;
use crate::git::Want;
use crate::git::fetch;
use crate::git::partial::Beyond;
use crate::git::session::Budget;
use crate::git::session::Session;
use crate::git::transport;
use crate::ids::CommitSha;

/// How many processes may have a cache in the same folder at the same time.
const LANES: usize = 16;

/// Packs in a mirror above which it is made anew: each fetch leaves one, and each costs a look.
const PACK_LIMIT: usize = 100;

/// A bounded set of mirrors below one folder.
#[derive(Debug)]
pub struct Mirrors {
    lane: PathBuf,
    limits: Limits,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    clock: AtomicU64,
    /// Held as long as the lane is ours.
    _lock: LaneLock,
}

/// The right to a lane.
#[derive(Debug)]
struct LaneLock(File);

impl Drop for LaneLock {
    fn drop(&mut self) {
        // Closing the file would not do: a child process that is just being started has it, too.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "a folder of mirrors stays locked");
        }
    }
}

/// One mirror's place; the lock is the right to fetch.
#[derive(Debug, Default)]
struct Slot {
    home: Mutex<Option<Arc<Home>>>,
    used: AtomicU64,
    bytes: AtomicU64,
    /// Until when nobody has to be asked whether it is too large.
    too_large: Mutex<Option<Instant>>,
}

impl Slot {
    fn is_too_large(&self) -> bool {
        let until = self.too_large.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn remember_too_large(&self, how_long: Duration) {
        let until = Instant::now().checked_add(how_long);
        *self.too_large.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// A mirror's folder on disk.
#[derive(Debug)]
struct Home {
    path: PathBuf,
    doomed: AtomicBool,
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.doomed.load(Ordering::Relaxed)
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "a mirror's folder could not be removed");
        }
    }
}

impl Home {
    fn doom(&self) {
        self.doomed.store(true, Ordering::Relaxed);
    }
}

/// A mirror that can be read; it stays on disk as long as this lives.
#[derive(Debug)]
pub struct Mirror {
    repository: Repository,
    home: Arc<Home>,
    wanted: Vec<CommitSha>,
    received: u64,
}

impl Mirror {
    /// The commits that were wanted, in the order of the wants. Where refs were wanted, prefer this to
    /// resolving them: another fetch may have moved them since.
    pub fn wanted(&self) -> &[CommitSha] {
        &self.wanted
    }

    /// Bytes that the fetch has cost; 0 where everything was there.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Has the mirror made anew by the next fetch: for an object that cannot be read.
    pub fn discard(self) {
        self.home.doom();
    }
}

impl Deref for Mirror {
    type Target = Repository;

    fn deref(&self) -> &Repository {
        &self.repository
    }
}

impl Mirrors {
    /// Opens a cache below a folder, which is made if need be. What an earlier process left there
    /// is used again.
    ///
    /// # Errors
    ///
    /// A folder that cannot be written.
    pub fn new(folder: &Path, limits: Limits) -> Result<Self, MirrorError> {
        transport::register()?;
        let (lane, lock) = free_lane(folder).map_err(|error| disk(folder, &error))?;
        let slots = adopt(&lane).map_err(|error| disk(&lane, &error))?;
        let clock = AtomicU64::new(slots.len() as u64 + 1);
        let mirrors = Self {
            lane,
            limits,
            slots: Mutex::new(slots),
            clock,
            _lock: lock,
        };
        mirrors.evict(None);
        Ok(mirrors)
    }

    /// Makes sure that what is wanted is on disk. Asks nobody where it is; blocks until it is.
    ///
    /// # Errors
    ///
    /// See [`MirrorError`]. A damaged mirror is made anew once before that is an error.
    pub fn fetch(&self, remote: &Remote, wants: &[Want], reach: Reach) -> Result<Mirror, MirrorError> {
        let slot = self.slot(&remote.key);
        let mirror = self.fetch_into(&slot, remote, wants, reach);
        self.evict(Some(&remote.key));
        mirror
    }

    /// What has been kept of a repository that is too large to be fetched; the rest is asked for when
    /// it is read.
    ///
    /// # Errors
    ///
    /// A folder that cannot be written.
    pub fn partial(&self, remote: &Remote, parts: Parts) -> Result<Mirror, MirrorError> {
        let key = format!("{}.parts", remote.key);
        let slot = self.slot(&key);
        let mut place = slot.home.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = place.take().filter(|home| !home.doomed.load(Ordering::Relaxed));
        let opened = kept.and_then(|home| match Repository::bare(&home.path) {
            Ok(repository) => Some((home, repository)),
            Err(error) => {
                tracing::warn!(mirror = %key, %error, "what was kept of a repository is damaged and is made anew");
                home.doom();
                None
            }
        });
        let (home, mut repository) = match opened {
            Some(opened) => opened,
            None => {
                let home = self.make(&key)?;
                let repository = Repository::bare(&home.path);
                let repository = repository.map_err(|error| MirrorError::Disk(error.to_string()))?;
                (home, repository)
            }
        };
        slot.bytes.store(size(&home.path), Ordering::Relaxed);
        *place = Some(Arc::clone(&home));
        drop(place);
        self.evict(Some(&key));
        repository.beyond = Some(Beyond::new(parts));
        Ok(Mirror {
            repository,
            home,
            wanted: Vec::new(),
            received: 0,
        })
    }

    fn slot(&self, key: &str) -> Arc<Slot> {
        let slot = Arc::clone(self.lock().entry(key.to_owned()).or_default());
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        slot.used.store(now, Ordering::Relaxed);
        slot
    }

    fn fetch_into(
        &self,
        slot: &Slot,
        remote: &Remote,
        wants: &[Want],
        reach: Reach,
    ) -> Result<Mirror, MirrorError> {
        let mut place = slot.home.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_too_large() {
            return Err(MirrorError::TooLarge);
        }
        let budget = Budget {
            connect: self.limits.connect,
            silence: self.limits.silence,
            overall: self.limits.overall,
            bytes: self.limits.fetch_bytes,
        };
        let session = Session::new(&remote.url, remote.token.as_ref(), &budget);
        let mut anew = false;
        loop {
            let worn =
                |home: &Arc<Home>| home.doomed.load(Ordering::Relaxed) || packs(&home.path) > PACK_LIMIT;
            if let Some(old) = place.take_if(|home| worn(home)) {
                old.doom();
            }
            let (home, fresh) = match place.clone() {
                Some(home) => (home, false),
                None => (self.make(&remote.key)?, true),
            };
            let tried = Repository::bare(&home.path)
                .map_err(|error| MirrorError::Damaged(error.to_string()))
                .and_then(|repository| {
                    let wanted = session.run(|| fetch::fetch(&repository.inner, &session, wants, reach))?;
                    Ok((repository, wanted))
                });
            let retry = match &tried {
                Err(MirrorError::Damaged(why)) => {
                    home.doom();
                    tracing::warn!(mirror = %remote.key, why, "a mirror is damaged and is made anew");
                    !anew && !fresh
                }
                _ => false,
            };
            if retry {
                *place = None;
                anew = true;
                continue;
            }
            // What a new mirror calls damage is what the server has just sent.
            let tried = tried.map_err(|error| match error {
                MirrorError::Damaged(why) if fresh => {
                    MirrorError::Network(format!("sends no sound pack: {why}"))
                }
                error => error,
            });
            if let Err(MirrorError::TooLarge) = &tried {
                slot.remember_too_large(self.limits.large_for);
            }
            // A first fetch that failed leaves nothing worth keeping.
            if tried.is_err() && fresh {
                home.doom();
                *place = None;
                slot.bytes.store(0, Ordering::Relaxed);
            } else {
                *place = Some(Arc::clone(&home));
                slot.bytes.store(size(&home.path), Ordering::Relaxed);
            }
            return tried.map(|(repository, wanted)| Mirror {
                repository,
                home,
                wanted,
                received: session.received(),
            });
        }
    }

    /// A new, empty mirror.
    fn make(&self, key: &str) -> Result<Arc<Home>, MirrorError> {
        let number = self.clock.fetch_add(1, Ordering::Relaxed);
        let stamp = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let path = self.lane.join(format!("{key}@{stamp}-{number}"));
        git2::Repository::init_bare(&path)
            .map_err(|error| MirrorError::Disk(format!("{}: {}", path.display(), error.message())))?;
        Ok(Arc::new(Home {
            path,
            doomed: AtomicBool::new(false),
        }))
    }

    /// Drops the mirrors that were not used for longest, until the rest is within the limits. The
    /// newest stays, however large it is.
    fn evict(&self, newest: Option<&str>) {
        let slots = self.lock();
        let bytes = |slot: &Slot| slot.bytes.load(Ordering::Relaxed);
        let mut kept: Vec<(u64, &String, &Arc<Slot>)> = slots
            .iter()
            .filter(|(_, slot)| bytes(slot) > 0)
            .map(|(key, slot)| (slot.used.load(Ordering::Relaxed), key, slot))
            .collect();
        kept.sort_by_key(|(used, _, _)| *used);
        let mut count = kept.len();
        let mut total: u64 = kept.iter().map(|(_, _, slot)| bytes(slot)).sum();
        for (_, key, slot) in kept {
            if count <= self.limits.mirrors && total <= self.limits.total_bytes {
                break;
            }
            if Some(key.as_str()) == newest {
                continue;
            }
            // Somebody is fetching into it: it is not the one that nobody needs.
            let Ok(mut home) = slot.home.try_lock() else {
                continue;
            };
            if let Some(home) = home.take() {
                home.doom();
            }
            count -= 1;
            // The slot itself stays: a fetch may be waiting for it.
            total -= slot.bytes.swap(0, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn disk(path: &Path, error: &io::Error) -> MirrorError {
    MirrorError::Disk(format!("{}: {error}", path.display()))
}

/// The first lane that no other process holds: two servers on one disk, as while one replaces the
/// other, do not share mirrors.
fn free_lane(folder: &Path) -> io::Result<(PathBuf, LaneLock)> {
    for lane in 0..LANES {
        let lane = folder.join(lane.to_string());
        fs::create_dir_all(&lane)?;
        let lock = File::create(lane.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => return Ok((lane, LaneLock(lock))),
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::other(format!("{LANES} processes use it already")))
}

/// What an earlier process left in a lane: the newest folder per key; the rest is removed.
fn adopt(lane: &Path) -> io::Result<HashMap<String, Arc<Slot>>> {
    let mut found: Vec<(SystemTime, String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(lane)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some((key, _)) = name.rsplit_once('@') {
            found.push((entry.metadata()?.modified()?, key.to_owned(), entry.path()));
        }
    }
    found.sort();
    let mut slots: HashMap<String, Arc<Slot>> = HashMap::new();
    for (used, (_, key, path)) in found.into_iter().enumerate() {
        let bytes = AtomicU64::new(size(&path));
        let home = Arc::new(Home {
            path,
            doomed: AtomicBool::new(false),
        });
        let slot = Slot {
            home: Mutex::new(Some(home)),
            used: AtomicU64::new(used as u64),
            bytes,
            ..Slot::default()
        };
        if let Some(older) = slots.insert(key, Arc::new(slot))
            && let Ok(Some(home)) = older.home.try_lock().as_deref()
        {
            home.doom();
        }
    }
    Ok(slots)
}

fn packs(home: &Path) -> usize {
    let names = fs::read_dir(home.join("objects/pack"));
    names.map_or(0, |names| {
        names
            .flatten()
            .filter(|e| e.path().extension().is_some_and(|x| x == "pack"))
            .count()
    })
}

/// Bytes of all files below a folder; what cannot be read counts nothing.
fn size(folder: &Path) -> u64 {
    let mut total = 0;
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(data) if data.is_dir() => waiting.push(entry.path()),
                Ok(data) => total += data.len(),
                Err(_) => {}
            }
        }
    }
    total
}
