// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::ptr::NonNull;
use std::slice;
use std::time::Duration;

use crate::bus::{Bus, common_calls, expecting};
use crate::options::timeout_ns;
use crate::{BatchSender, Code, Error, Options, sys};

/// The producing end of a bus. Dropping it publishes what was committed and ends the stream.
#[derive(Debug)]
pub struct Producer {
    bus: Bus,
}

impl Producer {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus }
    }

    /// Connects with the default options; see [`Options::connect`].
    ///
    /// # Errors
    /// Those of [`Options::connect`].
    pub fn connect(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().connect(path)
    }

    /// Room for one message of up to `max_payload_bytes`; waits for it up to `timeout` (None: for
    /// ever). Publishes what is pending before it waits.
    ///
    /// # Errors
    /// `TooLarge`, `Timeout`, `Interrupted`, `PeerClosed`, `PeerDead`, `Corrupt`, `Forked`.
    #[inline]
    pub fn acquire(
        &mut self,
        max_payload_bytes: usize,
        timeout: Option<Duration>,
    ) -> Result<TxGuard<'_>, Error> {
        let timeout_ns = timeout_ns(timeout);
        self.guard(max_payload_bytes, |bus| {
            // SAFETY: the bus is open while self lives, and `&mut` keeps other users out.
            unsafe { sys::tickring_acquire_tx_blocking(bus, max_payload_bytes, timeout_ns) }
        })
    }

    /// The same without waiting; None: the ring is full.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire) that do not come from waiting.
    #[inline]
    pub fn try_acquire(&mut self, max_payload_bytes: usize) -> Result<Option<TxGuard<'_>>, Error> {
        let message = self.guard(max_payload_bytes, |bus| {
            // SAFETY: as above.
            unsafe { sys::tickring_acquire_tx(bus, max_payload_bytes) }
        });
        expecting(Code::Full, message)
    }

    #[inline]
    fn guard(
        &mut self,
        bytes: usize,
        acquire: impl Fn(*mut sys::tickring_bus_t) -> *mut c_void,
    ) -> Result<TxGuard<'_>, Error> {
        let mut payload = acquire(self.bus.as_ptr());
        if payload.is_null() && self.takes_back_a_forgotten_message() {
            payload = acquire(self.bus.as_ptr());
        }
        let payload = NonNull::new(payload.cast()).ok_or_else(Error::last)?;
        Ok(TxGuard { producer: self, payload, bytes })
    }

    /// Nobody else borrows this end, so the guard of a message that is still acquired is forgotten.
    #[cold]
    pub(crate) fn takes_back_a_forgotten_message(&mut self) -> bool {
        // SAFETY: as above.
        unsafe {
            sys::tickring_last_error() == sys::TICKRING_BAD_STATE
                && sys::tickring_rollback_tx(self.bus.as_ptr()) == sys::TICKRING_OK
        }
    }

    /// Sends a copy of `payload`, waiting for room as long as it takes.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire).
    pub fn send(&mut self, payload: &[u8], type_id: u32) -> Result<(), Error> {
        let (from, bytes) = (payload.as_ptr().cast(), payload.len());
        let send = |bus| {
            // SAFETY: as above, and the library reads no more than the slice has.
            unsafe { sys::tickring_send(bus, from, bytes, type_id, -1) }
        };
        let mut code = send(self.bus.as_ptr());
        if code == sys::TICKRING_BAD_STATE && self.takes_back_a_forgotten_message() {
            code = send(self.bus.as_ptr());
        }
        Error::check(code)
    }

    /// Messages of `payload_bytes` each, sent up to `most` at a time. They are committed when so many
    /// are written, or fewer where the ring has less room; how often these are published is another
    /// question, see [`Options::publish_every`]. Where both numbers are the same, a batch is
    /// published as it is committed.
    pub fn into_batches(self, payload_bytes: usize, most: usize) -> BatchSender {
        BatchSender::new(self, payload_bytes, most)
    }

    /// Publishes what was committed.
    ///
    /// # Errors
    /// `Forked`.
    #[inline]
    pub fn flush(&mut self) -> Result<(), Error> {
        // SAFETY: as above.
        Error::check(unsafe { sys::tickring_flush(self.bus.as_ptr()) })
    }

    common_calls!();
}

/// Room for a message: the bytes to write. Dropped without [`commit`](Self::commit) it is rolled
/// back; forgotten, it is so at the next call. What it holds at first is unspecified.
#[derive(Debug)]
pub struct TxGuard<'a> {
    producer: &'a mut Producer,
    payload: NonNull<u8>,
    bytes: usize,
}

impl TxGuard<'_> {
    /// Commits the first `payload_bytes`. Others see the message when it is published.
    ///
    /// # Errors
    /// `InvalidArgument` (more than was acquired: the message is rolled back), `Forked`.
    #[inline]
    pub fn commit(self, payload_bytes: usize, type_id: u32) -> Result<(), Error> {
        let bus = self.producer.bus.as_ptr();
        // The library takes the message back in every case.
        std::mem::forget(self);
        // SAFETY: the bus outlives the guard, and a message is acquired.
        Error::check(unsafe { sys::tickring_commit_tx(bus, payload_bytes, type_id) })
    }
}

impl Deref for TxGuard<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the library gave so many bytes for as long as the message is acquired. They are
        // the producer's own mapping and initialised, be it with an old message.
        unsafe { slice::from_raw_parts(self.payload.as_ptr(), self.bytes) }
    }
}

impl DerefMut for TxGuard<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above; the consumer does not look at what is not committed.
        unsafe { slice::from_raw_parts_mut(self.payload.as_ptr(), self.bytes) }
    }
}

impl Drop for TxGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: a message is acquired, and the bus outlives the guard.
        unsafe { sys::tickring_rollback_tx(self.producer.bus.as_ptr()) };
    }
}
