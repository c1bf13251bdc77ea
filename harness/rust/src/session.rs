// SPDX-License-Identifier: Apache-2.0
use std::io::{self, BufRead, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::usage::Usage;

static STOP: AtomicBool = AtomicBool::new(false);

extern "C" fn request_stop(_signal: libc::c_int) {
    // Relaxed: nothing else is handed over by it.
    STOP.store(true, Ordering::Relaxed);
}

/// SIGTERM has come: end the stream and report.
#[inline]
pub fn stop_requested() -> bool {
    // Relaxed: nothing else is handed over by it.
    STOP.load(Ordering::Relaxed)
}

/// From now on SIGTERM only sets the flag of [`stop_requested`]; calls that sleep are interrupted.
fn catch_sigterm() {
    let handler: extern "C" fn(libc::c_int) = request_stop;
    // SAFETY: a sigaction is plain numbers; without SA_RESTART, so that a sleep ends.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as usize;
    // SAFETY: the handler only stores to an atomic, which a signal handler may.
    unsafe { libc::sigaction(libc::SIGTERM, &action, std::ptr::null_mut()) };
}

/// Consumer: a producer may be started. SIGTERM is caught from here on.
///
/// # Errors
/// The harness no longer reads.
pub fn say_listening() -> io::Result<()> {
    catch_sigterm();
    say("listening")
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With the end-of-stream message, or everything sent.
    Complete,
    /// By SIGTERM.
    Stopped,
    /// The peer closed before the end of the stream.
    PeerClosed(String),
    /// The peer died.
    PeerDead(String),
    /// Nothing happened for so long.
    Timeout(String),
    /// Anything else.
    Error(String),
}

impl End {
    fn parts(self) -> (&'static str, Option<String>) {
        match self {
            Self::Complete => ("complete", None),
            Self::Stopped => ("stopped", Some("stopped by SIGTERM".into())),
            Self::PeerClosed(why) => ("peer_closed", Some(why)),
            Self::PeerDead(why) => ("peer_dead", Some(why)),
            Self::Timeout(why) => ("timeout", Some(why)),
            Self::Error(why) => ("error", Some(why)),
        }
    }
}

/// What a participant did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Totals {
    /// Sent or received, without the end-of-stream message.
    pub messages: u64,
    /// From the first message to the last.
    pub elapsed_ns: u64,
    /// Producer: how often the transport was full; consumer: 0.
    pub backpressure_count: u64,
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    totals: Totals,
    #[serde(flatten)]
    usage: Option<Usage>,
    end: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A run between `go` and its report.
#[derive(Debug)]
pub struct Session {
    start_ns: u64,
    at_start: Usage,
    used: Option<Usage>,
}

impl Session {
    /// Says `ready` and waits for `go`. SIGTERM is caught from here on at the latest.
    ///
    /// # Errors
    /// Standard input ended, or holds something other than `go START_NS`.
    pub fn ready() -> io::Result<Self> {
        catch_sigterm();
        say("ready")?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let start_ns = parse_go(&line)?;
        Ok(Self { start_ns, at_start: Usage::now(), used: None })
    }

    /// The start of the schedule on the run's clock.
    pub fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// The run is over: what the process does from here on is not counted.
    pub fn stop(&mut self) {
        self.used.get_or_insert_with(|| Usage::now().since(self.at_start));
    }

    /// Says what was done.
    ///
    /// # Errors
    /// The harness no longer reads.
    pub fn report(mut self, totals: Totals, end: End) -> io::Result<()> {
        self.stop();
        let usage = self.used;
        let (end, error) = end.parts();
        let report = serde_json::to_string(&Report { totals, usage, end, error })?;
        say(&format!("report {report}"))
    }
}

fn parse_go(line: &str) -> io::Result<u64> {
    let start_ns = line.trim_end().strip_prefix("go ").and_then(|number| number.parse().ok());
    start_ns.ok_or_else(|| {
        let said = if line.is_empty() { "its end".into() } else { format!("{line:?}") };
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("standard input has {said}; `go START_NS` is needed"),
        )
    })
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_carries_the_start() {
        assert_eq!(parse_go("go 1700000000000000000\n").unwrap(), 1_700_000_000_000_000_000);
    }

    #[test]
    fn anything_but_go_is_refused_with_what_was_said() {
        assert!(parse_go("").unwrap_err().to_string().contains("its end"));
        assert!(parse_go("stop\n").unwrap_err().to_string().contains("\"stop\\n\""));
        assert!(parse_go("go soon\n").is_err());
    }

    #[test]
    fn the_report_has_the_keys_of_the_contract() {
        let now = Usage::now();
        let (end, error) = End::PeerDead("gone".into()).parts();
        let totals = Totals { messages: 3, ..Totals::default() };
        let report = Report { totals, usage: Some(now.since(now)), end, error };
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            "{\"messages\":3,\"elapsed_ns\":0,\"backpressure_count\":0,\"voluntary_switches\":0,\
             \"involuntary_switches\":0,\"minor_faults\":0,\"major_faults\":0,\
             \"end\":\"peer_dead\",\"error\":\"gone\"}"
        );
    }

    #[test]
    fn a_complete_run_reports_no_error() {
        assert_eq!(End::Complete.parts(), ("complete", None));
    }

    #[test]
    fn sigterm_asks_for_a_stop_instead_of_ending_the_process() {
        catch_sigterm();
        assert!(!stop_requested());
        // SAFETY: the handler is in place.
        unsafe { libc::raise(libc::SIGTERM) };
        assert!(stop_requested());
    }
}
