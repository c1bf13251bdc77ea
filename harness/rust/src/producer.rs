// SPDX-License-Identifier: Apache-2.0
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tickring_recorder::{Schedule, Trades};

use crate::tick::Tick;
use crate::{Arguments, End, Session, Totals, Unable, stop_requested};

const NS_PER_S: u128 = 1_000_000_000;
/// A run without open loop looks at the clock for its end once in so many messages.
const BLOCK_MESSAGES: u64 = 1024;
/// The last part of the wait for the start, which is not slept.
const SPIN_NS: u64 = 2_000_000;

/// The sending end of a transport. A call that fails says how the run ends; [`End::Stopped`] where
/// SIGTERM interrupted a wait.
pub trait Sender {
    /// Sends one message, waiting for room.
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End>;

    /// The sender's own flush, for transports that have one.
    fn flush(&mut self) -> Result<(), End> {
        Ok(())
    }

    /// Ends the stream, waiting for room, and hands over all that was sent.
    fn finish(&mut self) -> Result<(), End>;

    /// How often the transport was full.
    fn full_count(&self) -> u64;

    /// Whether the program can be instrumented; without, such a run is refused.
    const HAS_INSTRUMENTS: bool = false;

    /// Whether recorded trades can be sent, which take a transport that tells the type of a message;
    /// without, such a run is refused.
    const SENDS_TRADES: bool = false;

    /// Writes the trace of an instrumented run, after the end of the stream.
    fn write_trace(&mut self) -> Result<(), End> {
        Ok(())
    }
}

/// A producer from its command line to its report. `connect` waits for the consumer.
pub fn run_producer<S: Sender>(connect: impl FnOnce(&Arguments) -> Result<S, Unable>) -> ExitCode {
    match run(connect) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unable) => unable.exit(),
    }
}

fn run<S: Sender>(connect: impl FnOnce(&Arguments) -> Result<S, Unable>) -> Result<(), Unable> {
    let arguments = Arguments::from_command_line()?;
    if !S::HAS_INSTRUMENTS {
        arguments.refuse_instruments()?;
    }
    if !S::SENDS_TRADES {
        arguments.refuse_trades()?;
    }
    let mut schedule = match &arguments.ticks {
        Some(path) => Schedule::of_trades(Arc::new(Trades::open(path)?)),
        None => Schedule::new(arguments.rate_per_s),
    };
    let mut sender = connect(&arguments)?;
    let mut session = Session::ready()?;
    schedule.start_at(session.start_ns());
    wait_until(session.start_ns(), &arguments);
    let first = Instant::now();
    let mut plan = Plan::new(&arguments, schedule);
    let mut end = match plan.send_all(&mut sender) {
        Ok(()) if stop_requested() => sender.finish().map_or_else(|end| end, |()| End::Stopped),
        Ok(()) => sender.finish().map_or_else(|end| end, |()| End::Complete),
        Err(end) => end,
    };
    let elapsed_ns = first.elapsed().as_nanos() as u64;
    session.stop();
    if let Err(failure) = sender.write_trace() {
        end = failure;
    }
    let totals =
        Totals { messages: plan.sent, elapsed_ns, backpressure_count: sender.full_count() };
    Ok(session.report(totals, end)?)
}

pub(crate) fn wait_until(start_ns: u64, arguments: &Arguments) {
    let spare_ns = start_ns.saturating_sub(arguments.clock.now_ns() + SPIN_NS);
    std::thread::sleep(Duration::from_nanos(spare_ns));
    while arguments.clock.now_ns() < start_ns {
        std::hint::spin_loop();
    }
}

/// Which messages are to be sent, and when.
pub(crate) struct Plan<'a> {
    arguments: &'a Arguments,
    schedule: Schedule,
    /// The number of messages; `u64::MAX`: no limit.
    messages: u64,
    /// When to stop on the run's clock; `u64::MAX`: no limit.
    end_ns: u64,
    pub sent: u64,
}

impl<'a> Plan<'a> {
    /// The schedule knows its start.
    pub fn new(arguments: &'a Arguments, schedule: Schedule) -> Self {
        let Arguments { messages, duration_ns, rate_per_s, .. } = *arguments;
        let start_ns = schedule.start_ns();
        let mut plan = Self { arguments, schedule, messages, end_ns: u64::MAX, sent: 0 };
        if messages == 0 {
            plan.messages = u64::MAX;
        }
        if duration_ns > 0 && rate_per_s > 0 {
            // In open loop a limit in time is a number of messages.
            let limit = u128::from(duration_ns) * u128::from(rate_per_s) / NS_PER_S;
            plan.messages = plan.messages.min(limit as u64);
        } else if duration_ns > 0 {
            plan.end_ns = start_ns.saturating_add(duration_ns);
        }
        plan
    }

    /// Whether another message is to be sent; in open loop, waits for its time.
    pub fn is_due(&self) -> bool {
        let now_ns = || self.arguments.clock.now_ns();
        let block_begins = self.sent.is_multiple_of(BLOCK_MESSAGES);
        if stop_requested()
            || self.sent == self.messages
            || (self.end_ns != u64::MAX && block_begins && now_ns() >= self.end_ns)
        {
            return false;
        }
        let intended_ns = self.schedule.intended_ns(self.sent);
        while intended_ns != 0 && now_ns() < intended_ns {
            std::hint::spin_loop();
        }
        true
    }

    fn send_all(&mut self, sender: &mut impl Sender) -> Result<(), End> {
        let flush_every = self.arguments.flush_every;
        let mut next_flush = flush_every;
        while self.is_due() {
            let tick = Tick::new(self.sent, self.arguments, self.schedule.trades());
            match sender.send(&tick) {
                Err(End::Stopped) => break,
                result => result?,
            }
            self.sent += 1;
            if self.sent == next_flush {
                sender.flush()?;
                next_flush += flush_every;
            }
        }
        Ok(())
    }
}
