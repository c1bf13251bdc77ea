// SPDX-License-Identifier: Apache-2.0
//! What cannot be recorded, or not be written, is said.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use common::Run;
use tickring_recorder::{Options, Recorder};

fn refusal(change: impl FnOnce(&mut Options)) -> (i32, String) {
    let directory = tempfile::tempdir().unwrap();
    let mut options = Options::new(directory.path());
    change(&mut options);
    let error = Recorder::open(options).expect_err("options that cannot be");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing is left behind");
    (error.errno(), error.to_string())
}

#[test]
fn an_option_out_of_range_is_named_with_its_value_and_what_is_allowed() {
    assert_eq!(
        refusal(|options| options.publish_every = 0),
        (libc::EINVAL, "publish_every is 0; allowed are 1 to 4294967295".into())
    );
    assert_eq!(
        refusal(|options| options.messages_per_window = 0).1,
        "messages_per_window is 0; allowed are 1 to 4294967295"
    );
    assert_eq!(
        refusal(|options| options.sample_capacity = 2047).1,
        "sample_capacity is 2047; allowed are 2048 to 134217728"
    );
    assert_eq!(
        refusal(|options| options.interval_ns = 3_600_000_000_001).1,
        "interval_ns is 3600000000001; allowed are 1 to 3600000000000"
    );
    assert_eq!(
        refusal(|options| options.mixed_payload_bytes = 31).1,
        "mixed_payload_bytes is 31; allowed are 32 to 2147483648"
    );
    assert_eq!(
        refusal(|options| options.rate_per_s = 1_000_000_001).1,
        "rate_per_s is 1000000001; allowed are 0 to 1000000000"
    );
}

#[test]
fn a_directory_that_is_not_there_or_not_one_or_not_writable_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (path, errno) in [
        (Path::new("/nonexistent/run"), libc::ENOENT),
        (file.path(), libc::ENOTDIR),
        (Path::new("/proc/self/task"), libc::EACCES),
    ] {
        let error = Recorder::open(Options::new(path)).expect_err("a bad directory");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        // As root it is the file system that refuses.
        let refused = [errno, libc::ENOENT, libc::EPERM];
        assert!(refused.contains(&error.errno()), "{error}");
    }
}

/// Writing `name` ends on a full disk.
fn fill_disk_for(run: &Run, name: &str) {
    symlink("/dev/full", run.path(&format!(".{name}.partial"))).unwrap();
}

#[test]
fn a_full_disk_is_reported_and_leaves_no_half_written_file() {
    for name in ["latency.hlog", "latency.hgrm", "samples.bin", "recorder.json"] {
        let mut run = Run::new(|_| {});
        (0..100).for_each(|sequence| run.tick(sequence));
        fill_disk_for(&run, name);
        let error = run.recorder.finish(true).expect_err("a full disk");
        assert_eq!(error.errno(), libc::ENOSPC);
        assert!(error.to_string().contains(name), "{error}");
        assert!(!run.path(name).exists());
        assert!(!run.path(&format!(".{name}.partial")).is_symlink());
    }
}

#[test]
fn a_file_that_cannot_be_written_does_not_keep_the_others_from_it() {
    let mut run = Run::new(|_| {});
    (0..100).for_each(|sequence| run.tick(sequence));
    fill_disk_for(&run, "latency.hlog");
    run.recorder.finish(true).expect_err("a full disk");
    for name in ["latency.hgrm", "samples.bin", "recorder.json"] {
        assert!(run.path(name).exists(), "{name}");
    }
}
