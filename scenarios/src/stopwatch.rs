//! The wall clock and the machine: the one place of the simulation that reads them. Nothing that it
//! says reaches a trace.

use std::time::{Duration, Instant};

/// Measures how long something takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "speed is measured on the wall clock, and only reported")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns how long it has been.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Returns the most memory that this process has held, in MiB; none where the system does not say.
pub fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
}
