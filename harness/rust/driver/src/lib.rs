// SPDX-License-Identifier: Apache-2.0
//! Drives one participant as the harness does (docs/participants.md), for its tests: whatever goes
//! wrong here is a panic.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tickring_recorder::Clock;

/// A participant that runs; it ends with this.
#[derive(Debug)]
pub struct Driven {
    process: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    directory: TempDir,
}

impl Driven {
    /// Starts a program with all keys of the contract; `change` replaces values.
    pub fn start(program: &str, role: &str, change: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let endpoint = directory.path().join("bus");
        let mut arguments = vec![
            ("role", role),
            ("endpoint", endpoint.to_str().unwrap()),
            ("messages", "1000"),
            ("duration-ns", "0"),
            ("payload-bytes", "32"),
            ("capacity-bytes", "65536"),
            ("publish-every", "8"),
            ("flush-every", "0"),
            ("rate-per-s", "0"),
            ("wait", "hybrid"),
            ("clock", "realtime"),
            ("stamp", "time_ns"),
            ("contents", "tick"),
            ("pattern", "one-way"),
            ("api", "reference"),
            ("record", directory.path().to_str().unwrap()),
            ("timeout-ns", "20000000000"),
        ];
        for (key, value) in change {
            arguments.iter_mut().find(|(name, _)| name == key).unwrap().1 = value;
        }
        let mut process = Command::new(program)
            .args(arguments.iter().flat_map(|(key, value)| [format!("--{key}"), value.to_string()]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, input, output, directory }
    }

    /// The folder of the endpoint and of the recorder's files.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// `--endpoint`.
    pub fn endpoint(&self) -> PathBuf {
        self.directory().join("bus")
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The next line on standard output is this one.
    pub fn expect(&mut self, line: &str) {
        assert_eq!(self.output.next().unwrap().unwrap(), line);
    }

    /// Waits for `ready` and has the schedule start now.
    pub fn go(&mut self) {
        self.go_at(Clock::Realtime.now_ns());
    }

    /// Waits for `ready` and says when the schedule starts.
    pub fn go_at(&mut self, start_ns: u64) {
        self.expect("ready");
        writeln!(self.input.as_ref().unwrap(), "go {start_ns}").unwrap();
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        // SAFETY: our own child, which has not been waited for.
        unsafe { libc::kill(self.process.id() as i32, libc::SIGTERM) };
    }

    /// The report of one that ends as it should.
    pub fn report(&mut self) -> Value {
        let line = self.output.next().unwrap().unwrap();
        let report = serde_json::from_str(line.strip_prefix("report ").unwrap()).unwrap();
        assert!(self.process.wait().unwrap().success());
        report
    }

    /// One that gives up, at the end of its input at the latest: its status and what it says.
    pub fn failure(mut self) -> (ExitStatus, String) {
        drop(self.input.take());
        let status = self.process.wait().unwrap();
        let text = std::io::read_to_string(self.process.stderr.take().unwrap()).unwrap();
        (status, text)
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
