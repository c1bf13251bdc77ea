// SPDX-License-Identifier: Apache-2.0
//! Produces into a tickring bus. It connects; the consumer listens.

use std::process::ExitCode;
use std::time::Duration;

use tickring::{Code, Options, Producer};
use tickring_participant::{
    Arguments, End, Sender, Tick, Trace, Unable, run_producer, stop_requested,
};

const END_OF_STREAM: u32 = 0;

struct Ring {
    /// Ends before the producer does.
    trace: Option<Trace>,
    producer: Producer,
    timeout: Duration,
}

fn main() -> ExitCode {
    run_producer(connect)
}

fn connect(arguments: &Arguments) -> Result<Ring, Unable> {
    arguments.require_api(&["reference"])?;
    let producer = Options::from(arguments).connect(&arguments.endpoint)?;
    let (payload_bytes, most) = (arguments.payload_bytes as usize, producer.max_payload_bytes());
    if payload_bytes > most {
        let capacity_bytes = producer.capacity_bytes();
        return Err(Unable::asked_wrongly(format!(
            "--payload-bytes is {payload_bytes}; a ring of {capacity_bytes} bytes takes at most \
             {most}"
        )));
    }
    let timeout = Duration::from_nanos(arguments.timeout_ns);
    // SAFETY: the producer is open, stays with the trace and outlives it.
    let trace = unsafe { Trace::begin(arguments, producer.as_ptr())? };
    Ok(Ring { trace, producer, timeout })
}

impl Ring {
    /// None: a signal interrupted the wait for room.
    #[inline]
    fn send_once(
        &mut self,
        bytes: usize,
        type_id: u32,
        write: impl FnOnce(&mut [u8]),
    ) -> Result<Option<()>, End> {
        match self.producer.acquire(bytes, Some(self.timeout)) {
            Ok(mut room) => {
                write(&mut room);
                Ok(Some(room.commit(bytes, type_id)?))
            }
            Err(error) if error.code() == Code::Interrupted => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Sender for Ring {
    const HAS_INSTRUMENTS: bool = true;
    const SENDS_TRADES: bool = true;

    fn write_trace(&mut self) -> Result<(), End> {
        self.trace.take().map_or(Ok(()), Trace::write)
    }

    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        while self.send_once(tick.bytes(), tick.type_id(), |payload| tick.write(payload))?.is_none()
        {
            if stop_requested() {
                return Err(End::Stopped);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), End> {
        Ok(self.producer.flush()?)
    }

    fn finish(&mut self) -> Result<(), End> {
        while self.send_once(0, END_OF_STREAM, |_| ())?.is_none() {}
        self.flush()
    }

    fn full_count(&self) -> u64 {
        self.producer.stats().map_or(0, |stats| stats.full_count)
    }
}
