//! The threads of a run.

use std::num::NonZeroUsize;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// As many threads as asked for; where nothing is asked for, those that all of the process share, which
/// only start once there is enough to do.
pub(super) struct Pool(Option<ThreadPool>);

impl Pool {
    /// The threads that `--jobs` asks for.
    pub(super) fn of(jobs: Option<NonZeroUsize>) -> Self {
        // Threads that cannot be had make a run slower, not wrong.
        Self(jobs.and_then(|it| ThreadPoolBuilder::new().num_threads(it.get()).build().ok()))
    }

    /// Does `work`; what it shares among threads is shared among these.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
