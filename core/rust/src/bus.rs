// SPDX-License-Identifier: Apache-2.0
use std::ptr::NonNull;

use crate::{Code, Error, sys};

/// A record is one unit or more (`TICKRING_UNIT_BYTES`).
pub(crate) const LEAST_RECORD_BYTES: usize = 64;

/// What is known of the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerState {
    /// It is there.
    Alive,
    /// It closed its end.
    Closed,
    /// It is gone without closing.
    Dead,
}

/// Counters of one end since it was connected.
pub type Stats = sys::tickring_stats_t;

/// One end of a bus, closed when dropped.
#[derive(Debug)]
pub(crate) struct Bus {
    raw: NonNull<sys::tickring_bus_t>,
}

// SAFETY: an end may be used by any one thread at a time; nothing in it is bound to a thread. It is
// not Sync, because NonNull is not.
unsafe impl Send for Bus {}

impl Bus {
    /// # Safety
    /// `raw` is of the library, not NULL, and nobody else uses or closes it.
    pub unsafe fn from_raw(raw: *mut sys::tickring_bus_t) -> Self {
        // SAFETY: by this function's contract.
        Self { raw: unsafe { NonNull::new_unchecked(raw) } }
    }

    #[inline]
    pub fn as_ptr(&self) -> *mut sys::tickring_bus_t {
        self.raw.as_ptr()
    }

    pub fn peer_state(&self) -> Result<PeerState, Error> {
        // SAFETY: the bus is open while self lives, and only this thread uses it.
        match unsafe { sys::tickring_peer_state(self.as_ptr()) } {
            sys::TICKRING_PEER_STATE_ALIVE => Ok(PeerState::Alive),
            sys::TICKRING_PEER_STATE_CLOSED => Ok(PeerState::Closed),
            sys::TICKRING_PEER_STATE_DEAD => Ok(PeerState::Dead),
            _ => Err(Error::last()),
        }
    }

    pub fn stats(&self) -> Result<Stats, Error> {
        let mut stats = Stats { struct_bytes: size_of::<Stats>() as u32, ..Stats::default() };
        // SAFETY: as above; `stats` says its own size.
        Error::check(unsafe { sys::tickring_stats(self.as_ptr(), &mut stats) })?;
        Ok(stats)
    }

    pub fn max_payload_bytes(&self) -> usize {
        // SAFETY: as above.
        unsafe { sys::tickring_max_payload_bytes(self.as_ptr()) }
    }

    pub fn capacity_bytes(&self) -> usize {
        // SAFETY: as above.
        unsafe { sys::tickring_capacity_bytes(self.as_ptr()) }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // SAFETY: ours alone, and not used after this.
        unsafe { sys::tickring_bus_close(self.as_ptr()) };
    }
}

/// A result without the one failure that is an expected state.
pub(crate) fn expecting<T>(code: Code, result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == code => Ok(None),
        Err(error) => Err(error),
    }
}

macro_rules! common_calls {
    () => {
        /// Asks the kernel for the peer.
        ///
        /// # Errors
        /// `Forked`.
        pub fn peer_state(&self) -> Result<$crate::PeerState, $crate::Error> {
            self.bus.peer_state()
        }

        /// The counters of this end.
        ///
        /// # Errors
        /// `Forked`.
        pub fn stats(&self) -> Result<$crate::Stats, $crate::Error> {
            self.bus.stats()
        }

        /// The largest payload that this ring takes: capacity - 80.
        pub fn max_payload_bytes(&self) -> usize {
            self.bus.max_payload_bytes()
        }

        /// The ring's capacity.
        pub fn capacity_bytes(&self) -> usize {
            self.bus.capacity_bytes()
        }

        /// The C interface's handle, for calls of [`sys`](crate::sys). It is closed with this end.
        pub fn as_ptr(&self) -> *mut $crate::sys::tickring_bus_t {
            self.bus.as_ptr()
        }
    };
}
pub(crate) use common_calls;
