// SPDX-License-Identifier: Apache-2.0
//! What a peer tells the driver, one line of JSON each (tests/kills/verdict.py reads it).

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// What a side saw of one session.
#[derive(Default)]
pub struct Session {
    pub messages: u64,
    violations: u64,
    first_violation: String,
}

impl Session {
    pub fn expect<T: PartialEq + std::fmt::Display>(&mut self, what: &str, value: T, expected: T) {
        if value != expected {
            self.violations += 1;
            if self.violations == 1 {
                self.first_violation = format!("{what} is {value}, expected {expected}");
            }
        }
    }

    /// To be called after the bus is closed: counts what this process holds then.
    pub fn report_end(&self, code: i32) {
        let ended_ns = now_ns();
        let run_delay_ns = run_delay_ns();
        let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let descriptors = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        println!(
            "{{\"event\": \"ended\", \"ns\": {ended_ns}, \"code\": {code}, \"messages\": {}, \
             \"violations\": {}, \"first_violation\": \"{}\", \"descriptors\": {}, \
             \"mappings\": {}, \"ring_mappings\": {}, \"run_delay_ns\": {run_delay_ns}}}",
            self.messages,
            self.violations,
            self.first_violation,
            descriptors - 1, // without the one that looked
            maps.lines().count(),
            maps.matches("/memfd:tickring").count(),
        );
    }
}

fn now_ns() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

/// How long this process could have run and was kept waiting; 0 where the kernel does not count it.
fn run_delay_ns() -> i64 {
    let counts = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    counts.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// "opening": about to listen or connect; "connected": a session has begun.
pub fn event(name: &str) {
    println!("{{\"event\": \"{name}\", \"ns\": {}}}", now_ns());
}
