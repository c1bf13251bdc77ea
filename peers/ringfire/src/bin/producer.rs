// SPDX-License-Identifier: Apache-2.0
//! Produces into a ringfire ring, which it makes.

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use peer_ringfire::{Payload, RETRY, attached_mark, make, require_payload};
use ringfire::RingProducer;
use tickring_participant::{Arguments, End, Patience, Sender, Tick, Unable, run_producer};

struct Ringfire {
    ring: RingProducer<Payload>,
    patience: Patience,
    full_count: u64,
}

fn main() -> ExitCode {
    run_producer(make_ring)
}

fn make_ring(arguments: &Arguments) -> Result<Ringfire, Unable> {
    require_payload(arguments)?;
    let ring = make(&arguments.endpoint, arguments)?;
    wait_for_consumer(arguments)?;
    Ok(Ringfire { ring, patience: Patience::new(arguments), full_count: 0 })
}

fn wait_for_consumer(arguments: &Arguments) -> Result<(), Unable> {
    let deadline = Instant::now() + Duration::from_nanos(arguments.timeout_ns);
    while !attached_mark(&arguments.endpoint).exists() {
        if Instant::now() >= deadline {
            return Err(Unable::broken("no consumer came within the time-out"));
        }
        thread::sleep(RETRY);
    }
    Ok(())
}

impl Ringfire {
    #[inline]
    fn push(&mut self, payload: &Payload) -> Result<(), End> {
        while self.ring.try_push(payload).is_err() {
            self.full_count += 1;
            self.patience.spend()?;
        }
        self.patience.renew();
        Ok(())
    }
}

impl Sender for Ringfire {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        let mut payload = Payload::default();
        tick.write(&mut payload);
        self.push(&payload)
    }

    /// A message of zeros.
    fn finish(&mut self) -> Result<(), End> {
        self.push(&Payload::default())
    }

    fn full_count(&self) -> u64 {
        self.full_count
    }
}
