//! Who is inside: how many connections there may be, and who has to go when it is full.
//!
//! A connection either waits for its client (for a request's head, for the rest of its body, for the
//! reading of an answer) or for us. When it is full, the one that has waited longest for its client
//! leaves: an honest client sends its whole request within moments, so that however many connections
//! somebody holds open, whoever comes next is served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The connections that are open.
#[derive(Clone)]
pub(super) struct Crowd {
    inner: Arc<Inner>,
}

struct Inner {
    most: usize,
    seats: Mutex<Seats>,
    /// Somebody left, or began to wait for its client.
    moved: Notify,
}

#[derive(Default)]
struct Seats {
    taken: usize,
    /// Counts up, so that the lowest of those that wait has waited longest.
    next: u64,
    waiting: BTreeMap<u64, CancellationToken>,
}

impl Crowd {
    /// A crowd of `most` connections.
    pub(super) fn new(most: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                most: most.max(1),
                seats: Mutex::default(),
                moved: Notify::new(),
            }),
        }
    }

    /// A place for one more connection. Where there is none, the one that has waited longest for its
    /// client is asked to leave; where all of them wait for us, the first that is done.
    pub(super) async fn enter(&self) -> Turn {
        let mut asked = false;
        loop {
            let moved = self.inner.moved.notified();
            {
                let mut seats = self.inner.seats();
                if seats.taken < self.inner.most {
                    seats.taken += 1;
                    drop(seats);
                    let turn = Turn {
                        seat: Arc::new(Seat {
                            crowd: self.clone(),
                            leave: CancellationToken::new(),
                            waits: Mutex::new(None),
                        }),
                    };
                    turn.waits_for_client();
                    return turn;
                }
                if !asked && let Some((_, longest)) = seats.waiting.pop_first() {
                    longest.cancel();
                    asked = true;
                }
            }
            moved.await;
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.inner.seats().taken
    }
}

impl Inner {
    fn seats(&self) -> std::sync::MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place in the crowd, given up when the last clone is gone.
#[derive(Clone)]
pub(super) struct Turn {
    seat: Arc<Seat>,
}

struct Seat {
    crowd: Crowd,
    leave: CancellationToken,
    waits: Mutex<Option<u64>>,
}

impl Turn {
    /// From now on its client keeps us waiting.
    pub(super) fn waits_for_client(&self) {
        let mut waits = self.seat.waits();
        if waits.is_some() {
            return;
        }
        let mut seats = self.seat.crowd.inner.seats();
        let number = seats.next;
        seats.next += 1;
        seats.waiting.insert(number, self.seat.leave.clone());
        *waits = Some(number);
        drop(seats);
        self.seat.crowd.inner.moved.notify_one();
    }

    /// The request is here as a whole: now it waits for us, and will not be asked to leave.
    pub(super) fn waits_for_us(&self) {
        if let Some(number) = self.seat.waits().take() {
            self.seat.crowd.inner.seats().waiting.remove(&number);
        }
    }

    /// Completes when it has to make room.
    pub(super) async fn has_to_leave(&self) {
        self.seat.leave.cancelled().await;
    }
}

impl Seat {
    fn waits(&self) -> std::sync::MutexGuard<'_, Option<u64>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let number = self.waits().take();
        let mut seats = self.crowd.inner.seats();
        if let Some(number) = number {
            seats.waiting.remove(&number);
        }
        seats.taken = seats.taken.saturating_sub(1);
        drop(seats);
        self.crowd.inner.moved.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::Context;
    use std::task::Poll;
    use std::task::Waker;

    fn now<F: Future>(future: F) -> Option<F::Output> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    #[test]
    fn whoever_waited_longest_for_its_client_leaves_first() {
        let crowd = Crowd::new(3);
        let [first, second, third] = [0; 3].map(|_| now(crowd.enter()).expect("room"));
        first.waits_for_us();
        assert!(now(crowd.enter()).is_none());
        assert!(now(first.has_to_leave()).is_none());
        assert!(now(second.has_to_leave()).is_some());
        assert!(now(third.has_to_leave()).is_none());
        drop(second);
        assert!(now(crowd.enter()).is_some());
    }

    #[test]
    fn who_was_answered_goes_to_the_end_of_the_line() {
        let crowd = Crowd::new(2);
        let [first, second] = [0; 2].map(|_| now(crowd.enter()).expect("room"));
        first.waits_for_us();
        first.waits_for_client();
        assert!(now(crowd.enter()).is_none());
        assert!(now(second.has_to_leave()).is_some());
        assert!(now(first.has_to_leave()).is_none());
    }

    #[test]
    fn nobody_leaves_whom_we_keep_waiting() {
        let crowd = Crowd::new(2);
        let [first, second] = [0; 2].map(|_| now(crowd.enter()).expect("room"));
        first.waits_for_us();
        second.waits_for_us();
        let mut third = pin!(crowd.enter());
        let mut context = Context::from_waker(Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending());
        assert!(now(first.has_to_leave()).is_none() && now(second.has_to_leave()).is_none());
        first.waits_for_client();
        assert!(third.as_mut().poll(&mut context).is_pending());
        assert!(now(first.has_to_leave()).is_some());
        drop(first);
        assert!(third.as_mut().poll(&mut context).is_ready());
        drop(second);
    }

    #[test]
    fn a_place_is_given_up_with_the_last_hold_on_it() {
        let crowd = Crowd::new(1);
        let turn = now(crowd.enter()).expect("room");
        let held = turn.clone();
        drop(turn);
        assert_eq!(crowd.len(), 1);
        drop(held);
        assert_eq!(crowd.len(), 0);
    }
}
