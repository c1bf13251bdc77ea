// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;
use std::ptr;
use std::slice;
use std::time::Duration;

use crate::bus::LEAST_RECORD_BYTES;
use crate::options::timeout_ns;
use crate::{Error, Producer, sys};

/// Sends messages of one size by the batch, which costs less than sending each by itself: they are
/// written in place, and committed together when the batch is full. See [`Producer::into_batches`].
///
/// Dropping it commits what it holds and ends the stream.
#[derive(Debug)]
pub struct BatchSender {
    producer: Producer,
    payload_bytes: usize,
    most: usize,
    /// The payload of the first message of the acquired batch.
    first: *mut c_void,
    stride_bytes: usize,
    /// How many messages the acquired batch has room for; 0: none is acquired.
    room: usize,
    /// Of the messages that are written.
    type_ids: Vec<u32>,
}

// SAFETY: the pointer leads into the producer's own mapping, which moves along.
unsafe impl Send for BatchSender {}

impl BatchSender {
    pub(crate) fn new(producer: Producer, payload_bytes: usize, most: usize) -> Self {
        // No record is smaller than this; room for more would never be had.
        let most = most.min(producer.capacity_bytes() / LEAST_RECORD_BYTES);
        let type_ids = Vec::with_capacity(most);
        let first = ptr::null_mut();
        Self { producer, payload_bytes, most, first, stride_bytes: 0, room: 0, type_ids }
    }

    /// Sends one message, whose bytes `write` fills in; what they hold at first is unspecified. Waits
    /// for room up to `timeout` (None: for ever). The message is committed with the batch: when that
    /// is full, by [`flush`](Self::flush) or by [`get_mut`](Self::get_mut).
    ///
    /// # Errors
    /// Those of [`Producer::acquire`]; nothing was written then.
    #[inline]
    pub fn send(
        &mut self,
        type_id: u32,
        timeout: Option<Duration>,
        write: impl FnOnce(&mut [u8]),
    ) -> Result<(), Error> {
        if self.room == 0 {
            self.acquire(timeout)?;
        }
        let written = self.type_ids.len();
        // SAFETY: the library gave room for so many messages, until they are committed. The bytes
        // are the producer's own mapping and initialised, be it with an old message.
        write(unsafe {
            let payload = self.first.byte_add(written * self.stride_bytes);
            slice::from_raw_parts_mut(payload.cast(), self.payload_bytes)
        });
        self.type_ids.push(type_id);
        if written + 1 == self.room {
            self.commit()?;
        }
        Ok(())
    }

    /// Commits what the batch holds, and publishes it.
    ///
    /// # Errors
    /// `Forked`.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.commit()?;
        self.producer.flush()
    }

    /// Commits what the batch holds: the producer, for messages of other sizes.
    ///
    /// # Errors
    /// `Forked`.
    pub fn get_mut(&mut self) -> Result<&mut Producer, Error> {
        self.commit()?;
        Ok(&mut self.producer)
    }

    /// The producer, to look at. Its counters do not have what the batch holds.
    pub fn get_ref(&self) -> &Producer {
        &self.producer
    }

    #[cold]
    fn acquire(&mut self, timeout: Option<Duration>) -> Result<(), Error> {
        self.room = self.acquire_once(timeout);
        if self.room == 0 && self.producer.takes_back_a_forgotten_message() {
            self.room = self.acquire_once(timeout);
        }
        if self.room == 0 { Err(Error::last()) } else { Ok(()) }
    }

    fn acquire_once(&mut self, timeout: Option<Duration>) -> usize {
        // SAFETY: the bus is open while the producer lives, `&mut` keeps other users out, and both
        // results outlive the call.
        unsafe {
            sys::tickring_acquire_tx_batch(
                self.producer.as_ptr(),
                self.payload_bytes,
                self.most,
                timeout_ns(timeout),
                &mut self.first,
                &mut self.stride_bytes,
            )
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        if self.room == 0 {
            return Ok(());
        }
        let (bus, count) = (self.producer.as_ptr(), self.type_ids.len());
        // SAFETY: as above; a batch with room for so many is acquired.
        let code = unsafe { sys::tickring_commit_tx_batch(bus, self.type_ids.as_ptr(), count) };
        self.room = 0;
        self.type_ids.clear();
        Error::check(code)
    }
}

impl Drop for BatchSender {
    fn drop(&mut self) {
        // In the child of a fork there is nothing to be done.
        let _ = self.commit();
    }
}
