// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;
use std::ops::Deref;
use std::path::Path;
use std::ptr::NonNull;
use std::slice;
use std::time::Duration;

use crate::bus::{Bus, common_calls, expecting};
use crate::options::timeout_ns;
use crate::{Code, Error, Options, sys};

/// The consuming end of a bus.
#[derive(Debug)]
pub struct Consumer {
    bus: Bus,
}

impl Consumer {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus }
    }

    /// Listens with the default options; see [`Options::listen`].
    ///
    /// # Errors
    /// Those of [`Options::listen`].
    pub fn listen(path: impl AsRef<Path>, capacity_bytes: usize) -> Result<Self, Error> {
        Options::new().listen(path, capacity_bytes)
    }

    /// The next message, waiting for it up to `timeout` (None: for ever).
    ///
    /// # Errors
    /// `PeerClosed` or `PeerDead` (everything published before was delivered first), `Timeout`,
    /// `Interrupted`, `Corrupt`, `Forked`.
    #[inline]
    pub fn acquire(&mut self, timeout: Option<Duration>) -> Result<RxGuard<'_>, Error> {
        let timeout_ns = timeout_ns(timeout);
        self.guard(|bus, type_id, payload_bytes| {
            // SAFETY: the bus is open while self lives, and `&mut` keeps other users out.
            unsafe { sys::tickring_acquire_rx_timed(bus, type_id, payload_bytes, timeout_ns) }
        })
    }

    /// The same without waiting; None: nothing has been published.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire) that do not come from waiting.
    #[inline]
    pub fn try_acquire(&mut self) -> Result<Option<RxGuard<'_>>, Error> {
        let message = self.guard(|bus, type_id, payload_bytes| {
            // SAFETY: as above.
            unsafe { sys::tickring_try_acquire_rx(bus, type_id, payload_bytes) }
        });
        expecting(Code::Empty, message)
    }

    #[inline]
    fn guard(
        &mut self,
        acquire: impl Fn(*mut sys::tickring_bus_t, &mut u32, &mut usize) -> *const c_void,
    ) -> Result<RxGuard<'_>, Error> {
        let (mut type_id, mut bytes) = (0, 0);
        let mut payload = acquire(self.bus.as_ptr(), &mut type_id, &mut bytes);
        if payload.is_null() && self.gives_back_a_forgotten_message() {
            payload = acquire(self.bus.as_ptr(), &mut type_id, &mut bytes);
        }
        let payload = NonNull::new(payload.cast_mut().cast()).ok_or_else(Error::last)?;
        Ok(RxGuard { consumer: self, payload, bytes, type_id })
    }

    /// Nobody else borrows this end, so the guard of a message that is still acquired is forgotten.
    #[cold]
    fn gives_back_a_forgotten_message(&mut self) -> bool {
        // SAFETY: as above.
        unsafe {
            sys::tickring_last_error() == sys::TICKRING_BAD_STATE
                && sys::tickring_commit_rx(self.bus.as_ptr()) == sys::TICKRING_OK
        }
    }

    /// Replaces what is in `buffer` by the next message, releases it and answers its type; waits for
    /// it up to `timeout` (None: for ever). Allocates only when the buffer is too small.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire); the buffer is then as it was.
    pub fn recv_into(
        &mut self,
        buffer: &mut Vec<u8>,
        timeout: Option<Duration>,
    ) -> Result<u32, Error> {
        let message = self.acquire(timeout)?;
        buffer.clear();
        buffer.extend_from_slice(&message);
        Ok(message.type_id())
    }

    common_calls!();
}

/// A message in the ring, released when dropped; forgotten, it is so at the next call.
///
/// The bytes are shared with the producer's process. A working producer does not touch them until
/// they are released; with one that is not trusted copy them out before looking twice.
#[derive(Debug)]
pub struct RxGuard<'a> {
    consumer: &'a mut Consumer,
    payload: NonNull<u8>,
    bytes: usize,
    type_id: u32,
}

impl RxGuard<'_> {
    /// What the producer gave with the message.
    pub fn type_id(&self) -> u32 {
        self.type_id
    }

    /// How many messages of the same publication came before it.
    pub fn run_position(&self) -> u32 {
        // SAFETY: the bus outlives the guard.
        unsafe { sys::tickring_rx_run_position(self.consumer.bus.as_ptr()) }
    }
}

impl Deref for RxGuard<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the library gave so many bytes for as long as the message is acquired.
        unsafe { slice::from_raw_parts(self.payload.as_ptr(), self.bytes) }
    }
}

impl Drop for RxGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: a message is acquired, and the bus outlives the guard.
        unsafe { sys::tickring_commit_rx(self.consumer.bus.as_ptr()) };
    }
}
