// SPDX-License-Identifier: Apache-2.0
//! The pattern round-trip: the consumer sets off each round trip, the producer answers. Messages,
//! which are stamped one by one, take turns with groups of round trips under one pair of clock
//! reads.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use tickring_recorder::{Recorder, Schedule, TICK_BYTES, tick_payload};

use crate::consumer::run_recording;
use crate::producer::{Plan, wait_until};
use crate::{Arguments, End, Session, Totals, Unable, stop_requested, type_id_by_rule};

/// After so many messages comes a group of so many round trips, so that both share what the machine
/// does in the meantime.
const PER_BLOCK: u32 = 64;
/// In the padding of a ping that belongs to a group and is no message.
const GROUP_MARK: usize = 28;
const GROUP_NUMBER: usize = 16;

/// The receiving end of one direction.
pub trait Inbox {
    /// Waits for a message of the run's size and shows it.
    ///
    /// # Errors
    /// How the run ends.
    fn receive<R>(&mut self, look: impl FnOnce(&[u8]) -> R) -> Result<R, End>;
}

/// The sending end of one direction.
pub trait Outbox {
    /// Sends a message of the run's size, waiting for room, and hands it over at once.
    ///
    /// # Errors
    /// How the run ends.
    fn send(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End>;
}

/// A consumer of round trips from its command line to its report; `connect` is as in
/// [`run_consumer`](crate::run_consumer).
pub fn run_asking<I: Inbox, O: Outbox>(
    connect: impl FnOnce(&Arguments) -> Result<(I, O), Unable>,
) -> ExitCode {
    let connect = |arguments: &Arguments| {
        arguments.refuse_instruments()?;
        connect(arguments)
    };
    let ask = |(inbox, outbox): &mut (I, O), recorder: &mut _, arguments: &_, start_ns| {
        let mut asker = Asker { inbox, outbox, recorder, arguments, group_pings: 0 };
        match asker.ask_all(start_ns) {
            Err(end) => end,
            Ok(()) => match asker.outbox.send(|payload| payload.fill(0)) {
                Err(end) => end,
                Ok(()) if stop_requested() => End::Stopped,
                Ok(()) => End::Complete,
            },
        }
    };
    match run_recording(connect, ask, |_| Ok(())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unable) => unable.exit(),
    }
}

struct Asker<'a, I, O> {
    inbox: &'a mut I,
    outbox: &'a mut O,
    recorder: &'a mut Recorder,
    arguments: &'a Arguments,
    group_pings: u32,
}

impl<I: Inbox, O: Outbox> Asker<'_, I, O> {
    fn ask_all(&mut self, start_ns: u64) -> Result<(), End> {
        let mut schedule = Schedule::new(0);
        schedule.start_at(start_ns);
        let mut plan = Plan::new(self.arguments, schedule);
        wait_until(start_ns, self.arguments);
        while plan.is_due() {
            self.ask_message(plan.sent)?;
            plan.sent += 1;
            if plan.sent.is_multiple_of(PER_BLOCK.into()) {
                self.ask_group()?;
            }
        }
        Ok(())
    }

    #[inline]
    fn ask_message(&mut self, sequence: u64) -> Result<(), End> {
        let (recorder, clock) = (&mut *self.recorder, self.arguments.clock);
        let stamp_ns = clock.now_ns();
        self.outbox.send(|payload| {
            payload[..TICK_BYTES].copy_from_slice(&tick_payload(sequence, stamp_ns));
            payload[TICK_BYTES..].fill(0);
        })?;
        self.inbox.receive(|answer| {
            let receipt_ns = clock.now_ns();
            if answer[0] == 0 {
                return Err(End::Complete);
            }
            recorder.tick(answer, type_id_by_rule(answer), receipt_ns, Some(0));
            Ok(())
        })?
    }

    fn ask_group(&mut self) -> Result<(), End> {
        let begin = Instant::now();
        for _ in 0..PER_BLOCK {
            self.ask_again()?;
        }
        self.recorder.group(PER_BLOCK, begin.elapsed().as_nanos() as u64);
        Ok(())
    }

    #[inline]
    fn ask_again(&mut self) -> Result<(), End> {
        self.group_pings = self.group_pings.wrapping_add(1);
        let mut ping = tick_payload(0, 0);
        ping[GROUP_NUMBER..GROUP_NUMBER + 4].copy_from_slice(&self.group_pings.to_le_bytes());
        ping[GROUP_MARK] = 1;
        self.outbox.send(|payload| {
            payload[..TICK_BYTES].copy_from_slice(&ping);
            payload[TICK_BYTES..].fill(0);
        })?;
        self.inbox.receive(|answer| match answer[0] {
            0 => Err(End::Complete),
            _ if answer[..TICK_BYTES] == ping => Ok(()),
            _ => Err(End::Error("an answer is not its ping".into())),
        })?
    }
}

/// A producer of round trips from its command line to its report: sends back what it gets.
/// `connect` waits for the consumer.
pub fn run_answering<I: Inbox, O: Outbox>(
    connect: impl FnOnce(&Arguments) -> Result<(I, O), Unable>,
) -> ExitCode {
    match answer_all(connect) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unable) => unable.exit(),
    }
}

fn answer_all<I: Inbox, O: Outbox>(
    connect: impl FnOnce(&Arguments) -> Result<(I, O), Unable>,
) -> Result<(), Unable> {
    let arguments = Arguments::from_command_line()?;
    arguments.refuse_instruments()?;
    let (mut inbox, mut outbox) = connect(&arguments)?;
    let mut session = Session::ready()?;
    let begin = Instant::now();
    let mut totals = Totals::default();
    let mut end = loop {
        match inbox.receive(|ping| answer(ping, &mut outbox)) {
            Ok(Ok(is_message)) => totals.messages += u64::from(is_message),
            Ok(Err(end)) | Err(end) => break end,
        }
        if stop_requested() {
            break End::Stopped;
        }
    };
    if end == End::Stopped {
        end = outbox.send(|payload| payload.fill(0)).map_or_else(|broken| broken, |()| end);
    }
    totals.elapsed_ns = begin.elapsed().as_nanos() as u64;
    session.stop();
    Ok(session.report(totals, end)?)
}

/// Whether the ping was a message; the end of the stream is an error.
#[inline]
fn answer(ping: &[u8], outbox: &mut impl Outbox) -> Result<bool, End> {
    if ping[0] == 0 {
        return Err(End::Complete);
    }
    outbox.send(|payload| payload.copy_from_slice(ping))?;
    Ok(ping[GROUP_MARK] == 0)
}

/// Where the pings go, for transports that know addresses; the answers have the endpoint itself.
pub fn ping_endpoint(arguments: &Arguments) -> PathBuf {
    let mut path = arguments.endpoint.clone().into_os_string();
    path.push(".ping");
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Kept(Vec<Vec<u8>>);

    impl Outbox for Kept {
        fn send(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
            let mut payload = vec![0xff; TICK_BYTES];
            write(&mut payload);
            self.0.push(payload);
            Ok(())
        }
    }

    #[test]
    fn an_answer_is_the_ping() {
        let mut outbox = Kept::default();
        let ping = tick_payload(7, 123);
        assert_eq!(answer(&ping, &mut outbox), Ok(true));
        assert_eq!(outbox.0, [ping.to_vec()]);
    }

    #[test]
    fn a_ping_of_a_group_is_answered_and_is_no_message() {
        let mut outbox = Kept::default();
        let mut ping = tick_payload(0, 0);
        ping[GROUP_MARK] = 1;
        assert_eq!(answer(&ping, &mut outbox), Ok(false));
        assert_eq!(outbox.0, [ping.to_vec()]);
    }

    #[test]
    fn a_message_of_zeros_ends_the_stream_and_has_no_answer() {
        let mut outbox = Kept::default();
        assert_eq!(answer(&[0; TICK_BYTES], &mut outbox), Err(End::Complete));
        assert!(outbox.0.is_empty());
    }
}
