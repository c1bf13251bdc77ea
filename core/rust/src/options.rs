// SPDX-License-Identifier: Apache-2.0
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::time::Duration;

use crate::bus::Bus;
use crate::{Consumer, Error, Producer, sys};

/// How a blocking call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wait {
    /// Polls, never sleeps: lowest latency, one CPU busy.
    Spin,
    /// Polls for a while, then sleeps.
    #[default]
    Hybrid,
    /// Sleeps at once.
    Park,
}

/// How to listen or connect. The end that is made decides the role: a listener that produces needs a
/// connector that consumes.
#[derive(Debug, Clone)]
pub struct Options {
    raw: sys::tickring_options_t,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The library's defaults.
    pub fn new() -> Self {
        let mut raw = sys::tickring_options_t::default();
        // SAFETY: `raw` is of the library's layout.
        unsafe { sys::tickring_options_init(&mut raw) };
        Self { raw }
    }

    /// How blocking calls wait.
    pub fn wait(mut self, wait: Wait) -> Self {
        self.raw.wait = match wait {
            Wait::Spin => sys::TICKRING_WAIT_SPIN,
            Wait::Hybrid => sys::TICKRING_WAIT_HYBRID,
            Wait::Park => sys::TICKRING_WAIT_PARK,
        };
        self
    }

    /// Producer: publish by itself every so many messages; 1 or more, default 1.
    pub fn publish_every(mut self, messages: u32) -> Self {
        self.raw.publish_every = messages;
        self
    }

    /// Polls before a hybrid wait sleeps; default 10,000.
    pub fn spin_threshold(mut self, polls: u32) -> Self {
        self.raw.spin_threshold = polls;
        self
    }

    /// How long to wait for the peer to arrive; None: for ever. Default: for ever to listen, not at
    /// all to connect.
    pub fn arrival_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.raw.arrival_timeout_ns = timeout_ns(timeout);
        self
    }

    /// For the whole handshake once the peer is there; more than zero, default 2 s.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.raw.handshake_timeout_ns = timeout_ns(Some(timeout));
        self
    }

    /// Connector: refuse a larger ring; default 2^31 bytes, the largest there is.
    pub fn max_capacity_bytes(mut self, bytes: u64) -> Self {
        self.raw.max_capacity_bytes = bytes;
        self
    }

    /// Listens as the consumer, the usual way round, and waits for the producer.
    ///
    /// # Errors
    /// `InvalidArgument` (path of 1 to 107 bytes; capacity a power of two from the page size to
    /// 2^31), `AddressInUse`, `NotFound` or `Permission` (of the directory), `Timeout`,
    /// `Interrupted`, `NoResources`, `Unsupported`.
    pub fn listen(&self, path: impl AsRef<Path>, capacity_bytes: usize) -> Result<Consumer, Error> {
        self.open(path.as_ref(), Some(capacity_bytes), sys::TICKRING_ROLE_CONSUMER)
            .map(Consumer::new)
    }

    /// Listens as the producer and waits for the consumer.
    ///
    /// # Errors
    /// Those of [`listen`](Self::listen).
    pub fn listen_as_producer(
        &self,
        path: impl AsRef<Path>,
        capacity_bytes: usize,
    ) -> Result<Producer, Error> {
        self.open(path.as_ref(), Some(capacity_bytes), sys::TICKRING_ROLE_PRODUCER)
            .map(Producer::new)
    }

    /// Connects as the producer, the usual way round.
    ///
    /// # Errors
    /// `InvalidArgument`, `NotFound` (nobody listens there), `Permission`, `Protocol` (the peer is
    /// of another version, layout or role, or left in the handshake when it was tried once),
    /// `Timeout`, `Interrupted`, `NoResources`, `Unsupported`.
    pub fn connect(&self, path: impl AsRef<Path>) -> Result<Producer, Error> {
        self.open(path.as_ref(), None, sys::TICKRING_ROLE_PRODUCER).map(Producer::new)
    }

    /// Connects as the consumer.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub fn connect_as_consumer(&self, path: impl AsRef<Path>) -> Result<Consumer, Error> {
        self.open(path.as_ref(), None, sys::TICKRING_ROLE_CONSUMER).map(Consumer::new)
    }

    /// Listens with a capacity, connects without.
    fn open(&self, path: &Path, capacity_bytes: Option<usize>, role: u32) -> Result<Bus, Error> {
        let Ok(c_path) = CString::new(path.as_os_str().as_bytes()) else {
            return Err(Error::invalid(format!(
                "socket_path is {path:?}; a path without a NUL byte is needed"
            )));
        };
        let options = sys::tickring_options_t { role, ..self.raw };
        let mut bus = ptr::null_mut();
        // SAFETY: path, options and bus outlive the call.
        let code = unsafe {
            match capacity_bytes {
                Some(bytes) => {
                    sys::tickring_bus_listen_with(c_path.as_ptr(), bytes, &options, &mut bus)
                }
                None => sys::tickring_bus_connect_with(c_path.as_ptr(), &options, &mut bus),
            }
        };
        Error::check(code)?;
        // SAFETY: the library has just made it, for us alone.
        Ok(unsafe { Bus::from_raw(bus) })
    }
}

/// -1 stands for ever; beyond 292 years it is for ever too.
pub(crate) fn timeout_ns(timeout: Option<Duration>) -> i64 {
    timeout.and_then(|timeout| timeout.as_nanos().try_into().ok()).unwrap_or(-1)
}
