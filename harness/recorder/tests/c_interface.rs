// SPDX-License-Identifier: Apache-2.0
//! The C interface, called as C does.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use tickring_recorder::{tick_payload, tick_type_id};

#[repr(C)]
#[derive(Clone, Copy)]
struct Options {
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

unsafe extern "C" {
    fn tickring_recorder_open(options: *const Options, out: *mut *mut c_void) -> c_int;
    fn tickring_recorder_now_ns(recorder: *const c_void) -> u64;
    fn tickring_recorder_start(recorder: *mut c_void, start_ns: u64);
    fn tickring_recorder_intended_ns(recorder: *const c_void, sequence: u64) -> u64;
    fn tickring_recorder_record(
        recorder: *mut c_void,
        sequence: u64,
        intended_ns: u64,
        stamp_ns: u64,
        receipt_ns: u64,
        position: u32,
    );
    fn tickring_recorder_tick(
        recorder: *mut c_void,
        payload: *const c_void,
        payload_bytes: usize,
        type_id: u32,
        receipt_ns: u64,
        position: u32,
    );
    fn tickring_recorder_mixed_bytes(sequence: u64, most_bytes: usize) -> usize;
    fn tickring_recorder_write_mixed(
        payload: *mut c_void,
        payload_bytes: usize,
        sequence: u64,
        stamp_ns: u64,
    );
    fn tickring_recorder_group(recorder: *mut c_void, round_trips: u32, elapsed_ns: u64);
    fn tickring_recorder_received(recorder: *const c_void) -> u64;
    fn tickring_recorder_finish(recorder: *mut c_void, complete: c_int) -> c_int;
    fn tickring_recorder_close(recorder: *mut c_void);
    fn tickring_recorder_error_text() -> *const c_char;
}

fn options(directory: &CStr) -> Options {
    Options {
        struct_bytes: size_of::<Options>() as u32,
        clock: 1,
        stamped: 1,
        publish_every: 2,
        messages_per_window: 10,
        mixed_payload_bytes: 0,
        expected_messages: 0,
        sample_capacity: 2048,
        interval_ns: 0,
        rate_per_s: 1000,
        directory: directory.as_ptr(),
        ticks: ptr::null(),
    }
}

fn error_text() -> String {
    // SAFETY: never NULL, and no call on this thread fails meanwhile.
    unsafe { CStr::from_ptr(tickring_recorder_error_text()) }.to_str().unwrap().to_owned()
}

fn refusal(change: impl FnOnce(&mut Options)) -> String {
    let mut bad = options(c"/tmp");
    change(&mut bad);
    let mut out = ptr::dangling_mut();
    // SAFETY: options and out are as the header asks.
    assert_eq!(unsafe { tickring_recorder_open(&bad, &mut out) }, libc::EINVAL);
    assert!(out.is_null());
    error_text()
}

#[test]
fn a_run_goes_through_from_open_to_close() {
    let directory = tempfile::tempdir().unwrap();
    let path = CString::new(directory.path().to_str().unwrap()).unwrap();
    let mut recorder = ptr::null_mut();
    let payload = tick_payload(1, 1500);
    // SAFETY: the calls are as the header asks.
    unsafe {
        assert_eq!(tickring_recorder_open(&options(&path), &mut recorder), 0);
        assert!(tickring_recorder_now_ns(recorder) > 0);
        tickring_recorder_start(recorder, 1000);
        assert_eq!(tickring_recorder_intended_ns(recorder, 2), 2_001_000);
        tickring_recorder_record(recorder, 0, 1000, 1100, 1200, u32::MAX);
        let bytes = payload.as_ptr().cast();
        tickring_recorder_tick(recorder, bytes, payload.len(), tick_type_id(1), 2_000_000, 5);
        tickring_recorder_tick(recorder, ptr::null(), 0, 1, 3_000_000, 0);
        tickring_recorder_group(recorder, 64, 16_000);
        assert_eq!(tickring_recorder_received(recorder), 3);
        assert_eq!(tickring_recorder_finish(recorder, 1), 0);
        tickring_recorder_close(recorder);
    }
    let samples = std::fs::read(directory.path().join("samples.bin")).unwrap();
    let position = |i: usize| samples[i * 32 + 24];
    assert_eq!((samples.len(), position(0), position(1)), (96, 0, 5));
}

#[test]
fn mixed_contents_are_written_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let path = CString::new(directory.path().to_str().unwrap()).unwrap();
    let options = Options { mixed_payload_bytes: 100, ..options(&path) };
    let mut recorder = ptr::null_mut();
    // SAFETY: the calls are as the header asks.
    unsafe {
        assert_eq!(tickring_recorder_open(&options, &mut recorder), 0);
        for sequence in 0..5 {
            let mut message = vec![0_u8; tickring_recorder_mixed_bytes(sequence, 100)];
            let (payload, bytes) = (message.as_mut_ptr(), message.len());
            tickring_recorder_write_mixed(payload.cast(), bytes, sequence, 1);
            let type_id = tick_type_id(sequence);
            let cut = usize::from(sequence == 3);
            tickring_recorder_tick(recorder, payload.cast(), bytes - cut, type_id, 2, 0);
        }
        assert_eq!(tickring_recorder_finish(recorder, 1), 0);
        tickring_recorder_close(recorder);
    }
    let json = std::fs::read(directory.path().join("recorder.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&summary["messages_received"], &summary["torn"]), (&5.into(), &0.into()));
    assert_eq!(summary["wrong_length"], 1);
}

#[test]
fn options_that_c_alone_can_get_wrong_are_named() {
    assert!(refusal(|o| o.struct_bytes = 8).starts_with("struct_bytes is 8; allowed are "));
    assert_eq!(refusal(|o| o.clock = 2), "clock is 2; allowed are 0 to 1");
    assert_eq!(refusal(|o| o.stamped = 7), "stamped is 7; allowed are 0 to 1");
    assert!(refusal(|o| o.directory = ptr::null()).starts_with("directory is NULL"));
}

#[test]
fn a_null_is_refused_or_allowed_as_the_header_says() {
    let mut out = ptr::null_mut();
    // SAFETY: the calls are as the header allows.
    unsafe {
        assert_eq!(tickring_recorder_open(ptr::null(), &mut out), libc::EINVAL);
        assert_eq!(tickring_recorder_open(&options(c"/tmp"), ptr::null_mut()), libc::EINVAL);
        assert_eq!(tickring_recorder_finish(ptr::null_mut(), 1), libc::EINVAL);
        tickring_recorder_close(ptr::null_mut());
    }
    assert!(error_text().starts_with("recorder is NULL"));
}

#[test]
fn a_second_finish_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = CString::new(directory.path().to_str().unwrap()).unwrap();
    let mut recorder = ptr::null_mut();
    // SAFETY: the calls are as the header asks.
    unsafe {
        assert_eq!(tickring_recorder_open(&options(&path), &mut recorder), 0);
        assert_eq!(tickring_recorder_finish(recorder, 1), 0);
        assert_eq!(tickring_recorder_finish(recorder, 1), libc::EINVAL);
        tickring_recorder_close(recorder);
    }
    assert!(error_text().contains("finished already"));
}
