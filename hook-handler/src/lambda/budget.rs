//! How long an answer may take.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Until when what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Until when the payload is there.
    pub(super) fetched: Instant,
    /// Until when it is judged.
    pub(super) judged: Instant,
    /// Until when an answer is given.
    pub(super) answered: Instant,
}

/// CloudFormation waits 30 s for a hook, and what it takes to call the function is part of it.
const ALL: Duration = Duration::from_secs(24);
/// Set apart from what the function has left, to send the answer.
const TO_SEND: Duration = Duration::from_millis(500);
/// How long a job may take where no deadline is known.
const JOB: Duration = Duration::from_secs(60);
/// A deadline further away than a function can run is none.
const MAX: Duration = Duration::from_secs(15 * 60);

impl Budget {
    /// The budget of an invocation that the environment ends at `deadline`.
    ///
    /// A deadline that is over, or far away, is one of an emulator and tells nothing.
    pub(super) fn of(deadline: SystemTime, now: SystemTime) -> Self {
        let left = deadline.duration_since(now).ok().filter(|it| !it.is_zero() && *it <= MAX);
        let all = left.map_or(ALL, |it| it.saturating_sub(TO_SEND).min(ALL));
        let start = Instant::now();
        // A quarter is enough for a template of any size CloudFormation takes.
        Self { fetched: start + all * 3 / 4, judged: start + all, answered: start + all }
    }

    /// The budget of a job, for which nobody waits: as long as the function may run, or a minute.
    pub(super) fn of_job(deadline: SystemTime, now: SystemTime) -> Self {
        let left = deadline.duration_since(now).ok().filter(|it| !it.is_zero() && *it <= MAX);
        let all = left.unwrap_or(JOB).saturating_sub(TO_SEND);
        let start = Instant::now();
        // The result is still to be reported.
        Self { fetched: start + all / 2, judged: start + all * 3 / 4, answered: start + all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left_s: f64, expected: Duration) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let before = Instant::now();
        let Budget { fetched, judged: _, answered } =
            Budget::of(now + Duration::from_secs_f64(left_s), now);
        let (took, slack) = (answered - before, Duration::from_secs(1));
        assert!(took >= expected && took < expected + slack, "{took:?}");
        assert!(fetched < answered);
    }

    #[test]
    fn the_deadline_of_the_function_counts_up_to_that_of_the_hook() {
        check(10.5, Duration::from_secs(10));
        check(25.0, Duration::from_secs(24));
        check(300.0, Duration::from_secs(24));
    }

    #[test]
    fn a_deadline_of_another_age_counts_for_nothing() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let before = Instant::now();
        for deadline in [SystemTime::UNIX_EPOCH + Duration::from_secs(600), now + MAX * 2, now] {
            assert!(Budget::of(deadline, now).answered >= before + ALL);
        }
    }
}
