//! A progress bar for runs that last.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stackseal_engine::Progress;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// A bar on the standard error of the process that appears when its run lasts.
#[derive(Debug)]
pub(crate) struct Bar {
    started: Instant,
    is_wanted: bool,
    shown: OnceLock<ProgressBar>,
}

impl Bar {
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self { started: Instant::now(), is_wanted, shown: OnceLock::new() }
    }

    /// Shows how far the run has come.
    pub(crate) fn show(&self, progress: Progress) {
        if !self.is_wanted || self.started.elapsed() < PATIENCE {
            return;
        }
        let Progress { done, total } = progress;
        let bar = self.shown.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::default_bar());
            bar
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }

    /// Takes the bar away, if there is one.
    pub(crate) fn clear(&self) {
        if let Some(bar) = self.shown.get() {
            bar.finish_and_clear();
        }
    }
}
