//! When GitHub is in trouble for one installation: nobody of it tries for a while, longer each time,
//! and then one alone finds out whether it is over. All other installations go on.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;

use crate::ids::InstallationId;
use crate::store::PullKey;

/// Failures in a row after which one at a time is let through.
const OPENS_AT: u32 = 3;
/// The longest pause of an installation that GitHub does not ask for.
const LONGEST: Duration = Duration::from_secs(300);
/// The same where one pull request alone fails: it may be the trouble of that one.
const LONGEST_ALONE: Duration = Duration::from_secs(20);
/// How long the one that was let through keeps the others out, unless it ends before.
const TRIAL: Duration = Duration::from_secs(60);
/// Whoever comes during a trial comes again after this.
const AGAIN: Duration = Duration::from_secs(2);

/// The installations that GitHub is in trouble for.
#[derive(Debug, Default)]
pub(super) struct Circuits {
    known: Mutex<HashMap<InstallationId, Circuit>>,
}

#[derive(Debug)]
struct Circuit {
    /// In a row, of any pull requests.
    failures: u32,
    /// The one that failed, while it is the same.
    only: Option<PullKey>,
    /// Nobody tries before.
    closed_until: Timestamp,
    /// Until when one is trying.
    trial_until: Option<Timestamp>,
}

/// Whether somebody may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Now.
    Enter,
    /// Not before.
    Wait(Timestamp),
}

/// How long an installation pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) length: Duration,
    /// Whether one pull request alone was not served.
    pub(super) alone: bool,
}

impl Circuits {
    /// Asks for admission.
    pub(super) fn admit(&self, installation: InstallationId, now: Timestamp) -> Admission {
        let mut known = self.lock();
        let Some(circuit) = known.get_mut(&installation) else {
            return Admission::Enter;
        };
        if now < circuit.closed_until {
            return Admission::Wait(circuit.closed_until);
        }
        if circuit.failures < OPENS_AT {
            return Admission::Enter;
        }
        if circuit.trial_until.is_some_and(|until| now < until) {
            return Admission::Wait(now + AGAIN);
        }
        circuit.trial_until = Some(now + TRIAL);
        Admission::Enter
    }

    /// Notes that GitHub did not serve a pull request, and says how long nobody of that installation
    /// should try: at least as long as GitHub asks for. `spread` is from 1 up, and different each time.
    pub(super) fn failed(&self, pull: PullKey, now: Timestamp, asked: Duration, spread: f64) -> Pause {
        let mut known = self.lock();
        let circuit = known.entry(pull.installation).or_insert(Circuit {
            failures: 0,
            only: Some(pull),
            closed_until: now,
            trial_until: None,
        });
        // Those who were at it together learn one thing, not several.
        if now >= circuit.closed_until {
            circuit.failures = circuit.failures.saturating_add(1);
        }
        circuit.only = circuit.only.filter(|only| *only == pull);
        circuit.trial_until = None;
        let longest = match circuit.only {
            Some(_) => LONGEST_ALONE,
            None => LONGEST,
        };
        let doubled = Duration::from_secs(1 << circuit.failures.saturating_sub(1).min(16));
        let pause = doubled.min(longest).max(asked).mul_f64(spread);
        circuit.closed_until = circuit.closed_until.max(now + pause);
        Pause {
            length: pause,
            alone: circuit.only.is_some(),
        }
    }

    /// Notes that a look ended otherwise. Only an answer of GitHub's tells that the trouble is over.
    pub(super) fn ended(&self, installation: InstallationId, answered: bool) {
        let mut known = self.lock();
        if answered {
            known.remove(&installation);
        } else if let Some(circuit) = known.get_mut(&installation) {
            circuit.trial_until = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<InstallationId, Circuit>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PullNumber;
    use crate::ids::RepoId;

    fn pull(installation: u64, number: u64) -> PullKey {
        PullKey {
            installation: InstallationId(installation),
            repo: RepoId(1),
            number: PullNumber(number),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Fails again and again, as soon as it may; how long each pause was, in seconds.
    fn pauses(circuits: &Circuits, pulls: &[PullKey], asked: u64) -> Vec<u64> {
        let mut now = at(0);
        pulls
            .iter()
            .map(|pull| {
                let pause = circuits
                    .failed(*pull, now, Duration::from_secs(asked), 1.0)
                    .length;
                now += pause;
                pause.as_secs()
            })
            .collect()
    }

    #[test]
    fn pauses_double_and_end() {
        let several: Vec<PullKey> = (0..11).map(|number| pull(1, number)).collect();
        let longer = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
        assert_eq!(pauses(&Circuits::default(), &several, 0), longer);
        let asked = [60, 60, 60, 60, 60, 60, 64, 128, 256, 300, 300];
        assert_eq!(pauses(&Circuits::default(), &several, 60), asked);
        let alone = [1, 2, 4, 8, 16, 20, 20];
        assert_eq!(pauses(&Circuits::default(), &[pull(1, 1); 7], 0), alone);
        assert_eq!(
            pauses(&Circuits::default(), &[pull(1, 1); 2], 3_600),
            [3_600, 3_600]
        );
    }

    #[test]
    fn those_who_fail_together_count_once() {
        let circuits = Circuits::default();
        for number in 0..4 {
            let pause = circuits.failed(pull(1, number), at(0), Duration::ZERO, 1.0);
            assert_eq!((pause.length.as_secs(), pause.alone), (1, number == 0));
        }
        assert_eq!(circuits.admit(InstallationId(1), at(0)), Admission::Wait(at(1)));
        assert_eq!(circuits.admit(InstallationId(1), at(1)), Admission::Enter);
    }

    #[test]
    fn one_alone_finds_out_whether_it_is_over() {
        let circuits = Circuits::default();
        let one = InstallationId(1);
        let pulls: Vec<PullKey> = (0..3).map(|number| pull(1, number)).collect();
        assert_eq!(pauses(&circuits, &pulls, 0), [1, 2, 4]);
        assert_eq!(circuits.admit(one, at(6)), Admission::Wait(at(7)));
        assert_eq!(circuits.admit(one, at(7)), Admission::Enter);
        assert_eq!(circuits.admit(one, at(7)), Admission::Wait(at(9)));
        // It came to nothing: another one tries.
        circuits.ended(one, false);
        assert_eq!(circuits.admit(one, at(8)), Admission::Enter);
        // It never came back.
        assert_eq!(circuits.admit(one, at(67)), Admission::Wait(at(69)));
        assert_eq!(circuits.admit(one, at(68)), Admission::Enter);
        circuits.ended(one, true);
        for _ in 0..4 {
            assert_eq!(circuits.admit(one, at(68)), Admission::Enter);
        }
    }

    #[test]
    fn one_installations_trouble_is_nobody_elses() {
        let circuits = Circuits::default();
        pauses(&circuits, &[pull(1, 1); 5], 0);
        assert!(matches!(
            circuits.admit(InstallationId(1), at(3)),
            Admission::Wait(_)
        ));
        assert_eq!(circuits.admit(InstallationId(2), at(3)), Admission::Enter);
    }
}
