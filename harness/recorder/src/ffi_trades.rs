// SPDX-License-Identifier: Apache-2.0
//! The C interface of [`Trades`], for producers.

use std::ffi::{c_char, c_int, c_void};
use std::{ptr, slice};

use crate::ffi::{answer, path_of};
use crate::{Error, TICK_BYTES, Trades};

/// # Safety
/// `path` is NULL or a string; `out` is NULL or may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_trades_open(path: *const c_char, out: *mut *mut Trades) -> c_int {
    answer(|| {
        if out.is_null() {
            return Err(Error::invalid("out is NULL; a place for the trades is needed"));
        }
        // SAFETY: not NULL, so writable by this function's contract.
        unsafe { *out = ptr::null_mut() };
        // SAFETY: NULL or a string by this function's contract.
        let Some(path) = (unsafe { path_of(path) }) else {
            return Err(Error::invalid("path is NULL; a path is needed"));
        };
        let trades = Box::new(Trades::open(&path)?);
        // SAFETY: as above.
        unsafe { *out = Box::into_raw(trades) };
        Ok(())
    })
}

/// # Safety
/// `trades` is of [`tickring_trades_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_trades_offset_ns(trades: *const Trades, sequence: u64) -> u64 {
    // SAFETY: live by this function's contract.
    unsafe { &*trades }.offset_ns(sequence)
}

/// # Safety
/// `trades` is of [`tickring_trades_open`] and not closed; `payload` has 32 bytes that nobody else
/// uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_trades_write(
    trades: *const Trades,
    payload: *mut c_void,
    sequence: u64,
    stamp_ns: u64,
) {
    // SAFETY: so many bytes are there, and ours alone, by this function's contract.
    let payload = unsafe { slice::from_raw_parts_mut(payload.cast::<u8>(), TICK_BYTES) };
    // SAFETY: live by this function's contract.
    payload.copy_from_slice(&unsafe { &*trades }.message(sequence, stamp_ns));
}

/// # Safety
/// `trades` is NULL or of [`tickring_trades_open`] and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tickring_trades_close(trades: *mut Trades) {
    if !trades.is_null() {
        // SAFETY: made by Box::into_raw and not closed by this function's contract.
        drop(unsafe { Box::from_raw(trades) });
    }
}
