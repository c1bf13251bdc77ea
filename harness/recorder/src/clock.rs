// SPDX-License-Identifier: Apache-2.0
/// The clock of a run's stamps and receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// `CLOCK_REALTIME`, what Python's `time.time_ns()` reads.
    #[default]
    Realtime,
    /// `CLOCK_MONOTONIC`.
    Monotonic,
}

impl Clock {
    /// The time now in nanoseconds.
    #[inline]
    pub fn now_ns(self) -> u64 {
        let id = match self {
            Self::Realtime => libc::CLOCK_REALTIME,
            Self::Monotonic => libc::CLOCK_MONOTONIC,
        };
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` outlives the call, and both clocks exist on every Linux.
        unsafe { libc::clock_gettime(id, &mut time) };
        time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
    }

    /// What to add to a time on this clock for nanoseconds since the epoch.
    pub(crate) fn epoch_offset_ns(self) -> u64 {
        Self::Realtime.now_ns().saturating_sub(self.now_ns())
    }
}
