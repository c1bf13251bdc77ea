// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;
use std::ops::Deref;
use std::path::Path;
use std::ptr::NonNull;
use std::slice;
use std::time::Duration;

use crate::bus::{Bus, LEAST_RECORD_BYTES, common_calls, expecting};
use crate::options::timeout_ns;
use crate::{Code, Error, Options, sys};

/// The consuming end of a bus.
#[derive(Debug)]
pub struct Consumer {
    bus: Bus,
    /// What the last batch held: room that is used again.
    batch: Vec<sys::tickring_message_t>,
}

// SAFETY: as Bus is; the pointers in `batch` are into its ring, and looked at through a borrow of
// this alone.
unsafe impl Send for Consumer {}

impl Consumer {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus, batch: Vec::new() }
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

    /// Up to `most` messages of one publication, waiting for the first up to `timeout` (None: for
    /// ever). There may be fewer: a batch ends where the publication does, and where it holds an
    /// eighth of the ring. Of a stream that is nearly as fast as it can be, the newest 16 KiB are
    /// left for some microseconds, which makes both ends faster; not so with a `timeout` of zero.
    /// Allocates only when `most` is larger than ever before.
    ///
    /// # Errors
    /// `InvalidArgument` (`most` is 0), and those of [`acquire`](Self::acquire).
    pub fn acquire_batch(
        &mut self,
        most: usize,
        timeout: Option<Duration>,
    ) -> Result<RxBatch<'_>, Error> {
        let timeout_ns = timeout_ns(timeout);
        // No record is smaller than this; room for more would never be filled.
        let most = most.min(self.capacity_bytes() / LEAST_RECORD_BYTES);
        self.batch.clear();
        self.batch.reserve(most);
        let mut count = self.fill_batch(most, timeout_ns);
        if count == 0 && self.gives_back_a_forgotten_message() {
            count = self.fill_batch(most, timeout_ns);
        }
        if count == 0 {
            return Err(Error::last());
        }
        // SAFETY: the library has filled in so many.
        unsafe { self.batch.set_len(count) };
        Ok(RxBatch { consumer: self })
    }

    fn fill_batch(&mut self, most: usize, timeout_ns: i64) -> usize {
        let messages = self.batch.as_mut_ptr();
        // SAFETY: the bus is open while self lives, `&mut` keeps other users out, and there is room
        // for `most` messages.
        unsafe { sys::tickring_acquire_rx_batch(self.bus.as_ptr(), messages, most, timeout_ns) }
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

/// Messages in the ring, released together when this is dropped; forgotten, at the next call.
/// What [`RxGuard`] says of the bytes holds for each of them.
#[derive(Debug)]
pub struct RxBatch<'a> {
    consumer: &'a mut Consumer,
}

impl RxBatch<'_> {
    /// How many messages these are; 1 or more.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.consumer.batch.len()
    }

    /// How many messages of the same publication came before the first one.
    pub fn run_position(&self) -> u32 {
        // SAFETY: the bus outlives the batch.
        unsafe { sys::tickring_rx_run_position(self.consumer.bus.as_ptr()) }
    }

    /// Type and bytes of each message, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &[u8])> {
        self.consumer.batch.iter().map(|message| {
            let bytes = message.payload_bytes as usize;
            // SAFETY: the library gave so many bytes for as long as the batch is acquired.
            let payload = unsafe { slice::from_raw_parts(message.payload.cast(), bytes) };
            (message.type_id, payload)
        })
    }
}

impl Drop for RxBatch<'_> {
    fn drop(&mut self) {
        // SAFETY: messages are acquired, and the bus outlives the batch.
        unsafe { sys::tickring_commit_rx(self.consumer.bus.as_ptr()) };
    }
}
