// SPDX-License-Identifier: Apache-2.0
//! The C interface, `tickring/recorder.h`. A panic while setting up or finishing becomes EIO; one
//! anywhere else aborts, as every `extern "C"` function does: none crosses into C.

use std::cell::RefCell;
use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::{ptr, slice};

use crate::options::within;
use crate::{Clock, Error, Message, Options, Recorder, mixed_bytes, write_mixed};

const POSITION_UNKNOWN: u32 = u32::MAX;

/// `tickring_recorder_options_t`.
#[repr(C)]
pub struct RawOptions {
    struct_bytes: u32,
    clock: u32,
    stamped: u32,
    publish_every: u32,
    messages_per_window: u32,
    mixed_payload_bytes: u32,
    expected_messages: u64,
    sample_capacity: u64,
    interval_ns: u64,
    rate_per_s: u64,
    directory: *const c_char,
    ticks: *const c_char,
}

/// `tickring_recorder_t`.
pub struct Handle {
    recorder: Recorder,
    finished: bool,
}

thread_local! {
    static ERROR_TEXT: RefCell<CString> = RefCell::default();
}

impl RawOptions {
    /// # Safety
    /// `directory` and `ticks` are NULL or strings.
    unsafe fn read(&self) -> Result<Options, Error> {
        let expected = size_of::<Self>() as u32;
        within("struct_bytes", self.struct_bytes, expected..=expected)?;
        within("clock", self.clock, 0..=1)?;
        within("stamped", self.stamped, 0..=1)?;
        if self.directory.is_null() {
            return Err(Error::invalid("directory is NULL; a path is needed"));
        }
        // SAFETY: NULL or a string by this function's contract.
        let path = |text| unsafe { path_of(text) };
        Ok(Options {
            clock: if self.clock == 0 { Clock::Realtime } else { Clock::Monotonic },
            stamped: self.stamped == 1,
            publish_every: self.publish_every,
            messages_per_window: self.messages_per_window,
            mixed_payload_bytes: self.mixed_payload_bytes,
            expected_messages: self.expected_messages,
            sample_capacity: self.sample_capacity,
            interval_ns: self.interval_ns,
            rate_per_s: self.rate_per_s,
            directory: path(self.directory).unwrap_or_default(),
            ticks: path(self.ticks),
        })
    }
}

/// # Safety
/// `text` is NULL or a string.
pub(crate) unsafe fn path_of(text: *const c_char) -> Option<PathBuf> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, so a string by this function's contract.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    Some(OsStr::from_bytes(bytes).into())
}

/// Runs a fallible call, keeps the text of its failure, and answers with its errno.
pub(crate) fn answer(call: impl FnOnce() -> Result<(), Error>) -> c_int {
    let result = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(Error::panicked()));
    let Err(error) = result else { return 0 };
    // A NUL can only come from a path, and a path from C has none.
    let text = CString::new(error.to_string()).unwrap_or_default();
    ERROR_TEXT.with_borrow_mut(|kept| *kept = text);
    error.errno()
}

/// # Safety
/// `options` is NULL or points to options; `out` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_open(
    options: *const RawOptions,
    out: *mut *mut Handle,
) -> c_int {
    answer(|| {
        if out.is_null() {
            return Err(Error::invalid("out is NULL; a place for the recorder is needed"));
        }
        // SAFETY: not NULL, so writable by this function's contract.
        unsafe { *out = ptr::null_mut() };
        // SAFETY: NULL or options by this function's contract.
        let Some(options) = (unsafe { options.as_ref() }) else {
            return Err(Error::invalid("options is NULL; options are needed"));
        };
        // SAFETY: directory and ticks are NULL or strings, as recorder.h asks.
        let recorder = Recorder::open(unsafe { options.read() }?)?;
        let handle = Box::new(Handle { recorder, finished: false });
        // SAFETY: as above.
        unsafe { *out = Box::into_raw(handle) };
        Ok(())
    })
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_now_ns(handle: *const Handle) -> u64 {
    // SAFETY: live by this function's contract.
    unsafe { &*handle }.recorder.now_ns()
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_start(handle: *mut Handle, start_ns: u64) {
    // SAFETY: live and ours alone by this function's contract.
    unsafe { &mut *handle }.recorder.start(start_ns);
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_intended_ns(
    handle: *const Handle,
    sequence: u64,
) -> u64 {
    // SAFETY: live by this function's contract.
    unsafe { &*handle }.recorder.intended_ns(sequence)
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_record(
    handle: *mut Handle,
    sequence: u64,
    intended_ns: u64,
    stamp_ns: u64,
    receipt_ns: u64,
    position: u32,
) {
    let position = (position != POSITION_UNKNOWN).then_some(position);
    // SAFETY: live and ours alone by this function's contract.
    let recorder = unsafe { &mut (*handle).recorder };
    recorder.record(Message { sequence, intended_ns, stamp_ns, receipt_ns, position });
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed; no other thread uses it. `payload` has
/// `payload_bytes` bytes; it may be NULL when there are none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_tick(
    handle: *mut Handle,
    payload: *const c_void,
    payload_bytes: usize,
    type_id: u32,
    receipt_ns: u64,
    position: u32,
) {
    let payload = match payload_bytes {
        0 => &[],
        // SAFETY: so many bytes are there by this function's contract.
        bytes => unsafe { slice::from_raw_parts(payload.cast::<u8>(), bytes) },
    };
    let position = (position != POSITION_UNKNOWN).then_some(position);
    // SAFETY: live and ours alone by this function's contract.
    unsafe { &mut *handle }.recorder.tick(payload, type_id, receipt_ns, position);
}

/// `most_bytes` is 32 or more.
#[unsafe(no_mangle)]
pub extern "C" fn tickring_recorder_mixed_bytes(sequence: u64, most_bytes: usize) -> usize {
    mixed_bytes(sequence, most_bytes)
}

/// # Safety
/// `payload` has `payload_bytes` bytes, 32 or more, that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_write_mixed(
    payload: *mut c_void,
    payload_bytes: usize,
    sequence: u64,
    stamp_ns: u64,
) {
    // SAFETY: so many bytes are there, and ours alone, by this function's contract.
    let payload = unsafe { slice::from_raw_parts_mut(payload.cast::<u8>(), payload_bytes) };
    write_mixed(payload, sequence, stamp_ns);
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_group(
    handle: *mut Handle,
    round_trips: u32,
    elapsed_ns: u64,
) {
    // SAFETY: live and ours alone by this function's contract.
    unsafe { &mut *handle }.recorder.group(round_trips, elapsed_ns);
}

/// # Safety
/// `handle` is of [`tickring_recorder_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_received(handle: *const Handle) -> u64 {
    // SAFETY: live by this function's contract.
    unsafe { &*handle }.recorder.received()
}

/// # Safety
/// `handle` is NULL or of [`tickring_recorder_open`] and not closed; no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_finish(handle: *mut Handle, complete: c_int) -> c_int {
    answer(|| {
        // SAFETY: NULL or live and ours alone by this function's contract.
        let Some(handle) = (unsafe { handle.as_mut() }) else {
            return Err(Error::invalid("recorder is NULL; an open one is needed"));
        };
        if std::mem::replace(&mut handle.finished, true) {
            return Err(Error::invalid("recorder is finished already; it can be finished once"));
        }
        handle.recorder.finish(complete != 0)
    })
}

/// # Safety
/// `handle` is NULL or of [`tickring_recorder_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_recorder_close(handle: *mut Handle) {
    if !handle.is_null() {
        // SAFETY: made by Box::into_raw and not closed by this function's contract.
        drop(unsafe { Box::from_raw(handle) });
    }
}

/// What the last failed call on this thread ran into; valid until the next failure on it.
#[unsafe(no_mangle)]
pub extern "C" fn tickring_recorder_error_text() -> *const c_char {
    ERROR_TEXT.with_borrow(|text| text.as_ptr())
}
