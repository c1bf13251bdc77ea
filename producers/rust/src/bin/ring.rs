// SPDX-License-Identifier: Apache-2.0
//! Produces into a tickring bus. It connects; the consumer listens.

use std::process::ExitCode;
use std::time::Duration;

use tickring::{BatchSender, Code, Error, Options, Producer};
use tickring_participant::{
    Arguments, End, Sender, Tick, Trace, Unable, require_ticks, run_producer, stop_requested,
};

const END_OF_STREAM: u32 = 0;

/// The two interfaces that there are for it.
enum Way {
    OneByOne(Producer),
    ByTheBatch(BatchSender),
}

struct Ring {
    /// Ends before the producer does.
    trace: Option<Trace>,
    way: Way,
    timeout: Duration,
}

fn main() -> ExitCode {
    run_producer(connect)
}

fn connect(arguments: &Arguments) -> Result<Ring, Unable> {
    arguments.require_api(&["reference", "batch"])?;
    let has_batches = arguments.api == "batch";
    if has_batches {
        require_ticks(arguments)?; // of one size
    }
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
    let way = if has_batches {
        Way::ByTheBatch(producer.into_batches(payload_bytes, arguments.publish_every as usize))
    } else {
        Way::OneByOne(producer)
    };
    Ok(Ring { trace, way, timeout })
}

impl Ring {
    #[inline]
    fn send_once(&mut self, tick: &Tick<'_>) -> Result<(), Error> {
        let (timeout, bytes, type_id) = (Some(self.timeout), tick.bytes(), tick.type_id());
        match &mut self.way {
            Way::OneByOne(producer) => {
                let mut room = producer.acquire(bytes, timeout)?;
                tick.write(&mut room);
                room.commit(bytes, type_id)
            }
            Way::ByTheBatch(sender) => sender.send(type_id, timeout, |room| tick.write(room)),
        }
    }

    fn end_once(&mut self) -> Result<(), Error> {
        let producer = match &mut self.way {
            Way::OneByOne(producer) => producer,
            Way::ByTheBatch(sender) => sender.get_mut()?,
        };
        producer.acquire(0, Some(self.timeout))?.commit(0, END_OF_STREAM)
    }
}

/// False: a signal interrupted the wait for room, and nothing was sent.
#[inline]
fn was_sent(result: Result<(), Error>) -> Result<bool, End> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.code() == Code::Interrupted => Ok(false),
        Err(error) => Err(error.into()),
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
        while !was_sent(self.send_once(tick))? {
            if stop_requested() {
                return Err(End::Stopped);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), End> {
        Ok(match &mut self.way {
            Way::OneByOne(producer) => producer.flush(),
            Way::ByTheBatch(sender) => sender.flush(),
        }?)
    }

    fn finish(&mut self) -> Result<(), End> {
        while !was_sent(self.end_once())? {}
        self.flush()
    }

    fn full_count(&self) -> u64 {
        let producer = match &self.way {
            Way::OneByOne(producer) => producer,
            Way::ByTheBatch(sender) => sender.get_ref(),
        };
        producer.stats().map_or(0, |stats| stats.full_count)
    }
}
