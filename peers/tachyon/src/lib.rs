// SPDX-License-Identifier: Apache-2.0
//! What both ends of a tachyon bus share.

mod round_trip;

pub use round_trip::{Receiving, Sending};

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::thread;
use std::time::{Duration, Instant};

use tachyon_sys::{
    tachyon_bus_connect, tachyon_bus_destroy, tachyon_bus_listen, tachyon_bus_t,
    tachyon_error_t_TACHYON_ERR_INTERRUPTED, tachyon_error_t_TACHYON_SUCCESS, tachyon_get_state,
    tachyon_state_t_TACHYON_STATE_FATAL_ERROR,
};
use tickring_participant::{Arguments, Unable, require_ticks, stop_requested};

/// The bus publishes by itself after so many messages; nothing changes that.
const OWN_BATCH: u32 = 32;
const RETRY: Duration = Duration::from_millis(1);

/// A bus that is open.
pub struct Bus(NonNull<tachyon_bus_t>);

impl Drop for Bus {
    fn drop(&mut self) {
        // SAFETY: the bus is open, and nobody uses it any more.
        unsafe { tachyon_bus_destroy(self.as_ptr()) };
    }
}

impl Bus {
    /// Waits for the producer.
    pub fn listen(path: &Path, arguments: &Arguments) -> Result<Self, Unable> {
        require_ticks(arguments)?;
        let path = c_string(path)?;
        let mut bus = ptr::null_mut();
        loop {
            // SAFETY: path and bus outlive the call.
            let code = unsafe {
                tachyon_bus_listen(path.as_ptr(), arguments.capacity_bytes as usize, &mut bus)
            };
            if code != tachyon_error_t_TACHYON_ERR_INTERRUPTED || stop_requested() {
                return Self::opened(code, bus);
            }
        }
    }

    /// Waits for a consumer that listens.
    pub fn connect(path: &Path, arguments: &Arguments) -> Result<Self, Unable> {
        require_ticks(arguments)?;
        let path = c_string(path)?;
        let deadline = Instant::now() + Duration::from_nanos(arguments.timeout_ns);
        loop {
            let mut bus = ptr::null_mut();
            // SAFETY: path and bus outlive the call.
            let opened = Self::opened(unsafe { tachyon_bus_connect(path.as_ptr(), &mut bus) }, bus);
            if opened.is_ok() || Instant::now() >= deadline {
                return opened;
            }
            thread::sleep(RETRY);
        }
    }

    /// For the calls of the C interface.
    #[inline]
    pub fn as_ptr(&self) -> *mut tachyon_bus_t {
        self.0.as_ptr()
    }

    /// Whether the bus has given itself up.
    pub fn is_broken(&self) -> bool {
        // SAFETY: the bus is open.
        let state = unsafe { tachyon_get_state(self.as_ptr()) };
        state == tachyon_state_t_TACHYON_STATE_FATAL_ERROR
    }

    fn opened(code: u32, bus: *mut tachyon_bus_t) -> Result<Self, Unable> {
        if code != tachyon_error_t_TACHYON_SUCCESS {
            return Err(Unable::broken(format!("tachyon does not open its bus: error {code}")));
        }
        NonNull::new(bus).map(Self).ok_or_else(|| Unable::broken("tachyon gave no bus"))
    }
}

/// Whether each message is to be flushed; else the bus publishes by itself.
pub fn flushes_each(arguments: &Arguments) -> Result<bool, Unable> {
    match arguments.publish_every {
        1 => Ok(true),
        OWN_BATCH => Ok(false),
        other => Err(Unable::asked_wrongly(format!(
            "--publish-every is {other}; tachyon publishes after {OWN_BATCH} messages, or each (1)"
        ))),
    }
}

fn c_string(path: &Path) -> Result<CString, Unable> {
    CString::new(path.as_os_str().as_bytes()).map_err(Unable::asked_wrongly)
}
