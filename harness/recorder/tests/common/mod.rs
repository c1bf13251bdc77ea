// SPDX-License-Identifier: Apache-2.0
//! Recorders in directories that go away.
#![allow(dead_code)]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use tickring_recorder::{Message, Options, Recorder, tick_payload, tick_type_id};

/// When the runs of the tests start: 2026 on the realtime clock.
pub const START_NS: u64 = 1_790_000_000_000_000_000;

pub struct Run {
    pub recorder: Recorder,
    pub directory: TempDir,
}

impl Run {
    pub fn new(change: impl FnOnce(&mut Options)) -> Self {
        let directory = TempDir::new().unwrap();
        let mut options = Options::new(directory.path());
        options.sample_capacity = 4096;
        change(&mut options);
        let mut recorder = Recorder::open(options).unwrap();
        recorder.start(START_NS);
        Self { recorder, directory }
    }

    /// Message number `sequence` arrives at `at_ns` after the start, `latency_ns` after its stamp.
    pub fn record(&mut self, sequence: u64, at_ns: u64, latency_ns: i64) {
        let receipt_ns = START_NS + at_ns;
        self.recorder.record(Message {
            sequence,
            intended_ns: self.recorder.intended_ns(sequence),
            stamp_ns: receipt_ns.wrapping_add_signed(-latency_ns),
            receipt_ns,
            position: None,
        });
    }

    pub fn tick(&mut self, sequence: u64) {
        let payload = tick_payload(sequence, START_NS + sequence * 1000);
        let receipt_ns = START_NS + sequence * 1000 + 500;
        self.recorder.tick(&payload, tick_type_id(sequence), receipt_ns, None);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Finishes and reads recorder.json.
    pub fn summary(&self) -> Value {
        self.recorder.finish(true).unwrap();
        serde_json::from_slice(&self.bytes("recorder.json")).unwrap()
    }
}

/// All messages received have their place.
pub fn adds_up(summary: &Value) -> bool {
    let count = |key: &str| summary["latency_ns"][key].as_u64().unwrap();
    let all = count("count") + count("negative_count") + count("overflow_count");
    Some(all) == summary["messages_received"].as_u64()
}
