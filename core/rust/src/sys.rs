// SPDX-License-Identifier: Apache-2.0
//! `tickring/tickring.h` and `tickring/trace.h` as they are. The headers document every call.
#![allow(non_camel_case_types, missing_docs)]

use std::ffi::{c_char, c_int, c_void};
use std::marker::{PhantomData, PhantomPinned};

pub const TICKRING_OK: c_int = 0;
pub const TICKRING_EMPTY: c_int = 1;
pub const TICKRING_FULL: c_int = 2;
pub const TICKRING_TIMEOUT: c_int = 3;
pub const TICKRING_INTERRUPTED: c_int = 4;
pub const TICKRING_PEER_CLOSED: c_int = 5;
pub const TICKRING_PEER_DEAD: c_int = 6;
pub const TICKRING_CORRUPT: c_int = 7;
pub const TICKRING_TOO_LARGE: c_int = 8;
pub const TICKRING_INVALID_ARGUMENT: c_int = 9;
pub const TICKRING_BAD_STATE: c_int = 10;
pub const TICKRING_ADDRESS_IN_USE: c_int = 11;
pub const TICKRING_NOT_FOUND: c_int = 12;
pub const TICKRING_PERMISSION: c_int = 13;
pub const TICKRING_PROTOCOL: c_int = 14;
pub const TICKRING_NO_RESOURCES: c_int = 15;
pub const TICKRING_FORKED: c_int = 16;
pub const TICKRING_UNSUPPORTED: c_int = 17;

pub const TICKRING_ROLE_DEFAULT: u32 = 0;
pub const TICKRING_ROLE_PRODUCER: u32 = 1;
pub const TICKRING_ROLE_CONSUMER: u32 = 2;

pub const TICKRING_WAIT_SPIN: u32 = 0;
pub const TICKRING_WAIT_HYBRID: u32 = 1;
pub const TICKRING_WAIT_PARK: u32 = 2;

pub const TICKRING_PEER_STATE_ALIVE: c_int = 0;
pub const TICKRING_PEER_STATE_CLOSED: c_int = 1;
pub const TICKRING_PEER_STATE_DEAD: c_int = 2;

pub const TICKRING_CLOCK_REALTIME: u32 = 0;
pub const TICKRING_CLOCK_MONOTONIC: u32 = 1;

#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub struct tickring_options_t {
    pub struct_bytes: u32,
    pub role: u32,
    pub wait: u32,
    pub publish_every: u32,
    pub spin_threshold: u32,
    pub reserved: u32,
    pub arrival_timeout_ns: i64,
    pub handshake_timeout_ns: i64,
    pub max_capacity_bytes: u64,
}

#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub struct tickring_stats_t {
    pub struct_bytes: u32,
    pub reserved: u32,
    pub messages_count: u64,
    pub payload_bytes: u64,
    pub publications_count: u64,
    pub full_count: u64,
    pub sleeps_count: u64,
    pub sleep_timeouts_count: u64,
    pub late_wakes_count: u64,
    pub wakes_count: u64,
    pub liveness_looks_count: u64,
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tickring_message_t {
    pub payload: *const c_void,
    pub payload_bytes: u32,
    pub type_id: u32,
}

/// Only ever behind a pointer.
#[repr(C)]
pub struct tickring_bus_t {
    _opaque: [u8; 0],
    _not_send_nor_sync: PhantomData<(*mut u8, PhantomPinned)>,
}

unsafe extern "C" {
    pub fn tickring_options_init(options: *mut tickring_options_t);
    pub fn tickring_bus_listen(
        socket_path: *const c_char,
        capacity_bytes: usize,
        out: *mut *mut tickring_bus_t,
    ) -> c_int;
    pub fn tickring_bus_listen_with(
        socket_path: *const c_char,
        capacity_bytes: usize,
        options: *const tickring_options_t,
        out: *mut *mut tickring_bus_t,
    ) -> c_int;
    pub fn tickring_bus_connect(socket_path: *const c_char, out: *mut *mut tickring_bus_t)
    -> c_int;
    pub fn tickring_bus_connect_with(
        socket_path: *const c_char,
        options: *const tickring_options_t,
        out: *mut *mut tickring_bus_t,
    ) -> c_int;
    pub fn tickring_bus_close(bus: *mut tickring_bus_t);

    pub fn tickring_acquire_tx(bus: *mut tickring_bus_t, max_payload_bytes: usize) -> *mut c_void;
    pub fn tickring_acquire_tx_blocking(
        bus: *mut tickring_bus_t,
        max_payload_bytes: usize,
        timeout_ns: i64,
    ) -> *mut c_void;
    pub fn tickring_commit_tx(
        bus: *mut tickring_bus_t,
        payload_bytes: usize,
        type_id: u32,
    ) -> c_int;
    pub fn tickring_send(
        bus: *mut tickring_bus_t,
        payload: *const c_void,
        payload_bytes: usize,
        type_id: u32,
        timeout_ns: i64,
    ) -> c_int;
    pub fn tickring_acquire_tx_batch(
        bus: *mut tickring_bus_t,
        payload_bytes: usize,
        most: usize,
        timeout_ns: i64,
        first: *mut *mut c_void,
        stride_bytes: *mut usize,
    ) -> usize;
    pub fn tickring_commit_tx_batch(
        bus: *mut tickring_bus_t,
        type_ids: *const u32,
        count: usize,
    ) -> c_int;
    pub fn tickring_rollback_tx(bus: *mut tickring_bus_t) -> c_int;
    pub fn tickring_flush(bus: *mut tickring_bus_t) -> c_int;

    pub fn tickring_acquire_rx_blocking(
        bus: *mut tickring_bus_t,
        type_id: *mut u32,
        payload_bytes: *mut usize,
        spin_threshold: u32,
    ) -> *const c_void;
    pub fn tickring_acquire_rx_timed(
        bus: *mut tickring_bus_t,
        type_id: *mut u32,
        payload_bytes: *mut usize,
        timeout_ns: i64,
    ) -> *const c_void;
    pub fn tickring_try_acquire_rx(
        bus: *mut tickring_bus_t,
        type_id: *mut u32,
        payload_bytes: *mut usize,
    ) -> *const c_void;
    pub fn tickring_acquire_rx_batch(
        bus: *mut tickring_bus_t,
        messages: *mut tickring_message_t,
        most: usize,
        timeout_ns: i64,
    ) -> usize;
    pub fn tickring_commit_rx(bus: *mut tickring_bus_t) -> c_int;
    pub fn tickring_rx_run_position(bus: *const tickring_bus_t) -> u32;

    pub fn tickring_trace_bytes(messages: usize, events: usize) -> usize;
    pub fn tickring_bus_trace(
        bus: *mut tickring_bus_t,
        block: *mut c_void,
        block_bytes: usize,
        message_capacity: usize,
        clock: u32,
        gap_ns: u64,
    ) -> c_int;
    pub fn tickring_trace_alternate(bus: *mut tickring_bus_t, stretch_messages: u64) -> c_int;
    pub fn tickring_trace_add(
        bus: *mut tickring_bus_t,
        kind: u32,
        from_ns: u64,
        to_ns: u64,
    ) -> c_int;

    pub fn tickring_peer_state(bus: *mut tickring_bus_t) -> c_int;
    pub fn tickring_max_payload_bytes(bus: *const tickring_bus_t) -> usize;
    pub fn tickring_capacity_bytes(bus: *const tickring_bus_t) -> usize;
    pub fn tickring_stats(bus: *const tickring_bus_t, out: *mut tickring_stats_t) -> c_int;
    pub fn tickring_last_error() -> c_int;
    pub fn tickring_last_error_text() -> *const c_char;
    pub fn tickring_strerror(code: c_int) -> *const c_char;
    pub fn tickring_version() -> *const c_char;
}
