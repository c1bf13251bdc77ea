// SPDX-License-Identifier: Apache-2.0
//! Produces into bare lines, which the consumer has made.

use std::process::ExitCode;
use std::sync::atomic::Ordering;

use peer_lines::Lines;
use tickring_participant::{Arguments, End, Patience, Sender, Tick, Unable, run_producer};

struct Writer {
    lines: Lines,
    publish_every: u64,
    written: u64,
    /// Told of when this many are written.
    next_told: u64,
    /// Room up to this many, as last seen.
    limit: u64,
    patience: Patience,
    full_count: u64,
}

fn main() -> ExitCode {
    run_producer(take_lines)
}

fn take_lines(arguments: &Arguments) -> Result<Writer, Unable> {
    let lines = Lines::take(arguments)?;
    let publish_every = u64::from(arguments.publish_every);
    Ok(Writer {
        limit: lines.room(),
        lines,
        publish_every,
        written: 0,
        next_told: publish_every,
        patience: Patience::new(arguments),
        full_count: 0,
    })
}

impl Writer {
    #[inline]
    fn push(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
        if self.written == self.limit {
            self.wait_for_room()?;
        }
        // SAFETY: below the limit the slot is ours until it is told of; nobody else has it.
        write(unsafe { &mut *self.lines.slot(self.written) });
        self.written += 1;
        if self.written == self.next_told {
            self.tell();
        }
        Ok(())
    }

    #[inline]
    fn tell(&mut self) {
        self.next_told = self.written + self.publish_every;
        // Pairs with the consumer's load.
        self.lines.written().store(self.written, Ordering::Release);
    }

    #[cold]
    fn wait_for_room(&mut self) -> Result<(), End> {
        self.tell();
        loop {
            // Pairs with the consumer's store: what it has taken it does not read any more.
            self.limit = self.lines.taken().load(Ordering::Acquire) + self.lines.room();
            if self.written < self.limit {
                self.patience.renew();
                return Ok(());
            }
            self.full_count += 1;
            self.patience.spend()?;
        }
    }
}

impl Sender for Writer {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        self.push(|payload| tick.write(payload))
    }

    fn flush(&mut self) -> Result<(), End> {
        self.tell();
        Ok(())
    }

    /// A message of zeros.
    fn finish(&mut self) -> Result<(), End> {
        self.push(|payload| payload.fill(0))?;
        self.flush()
    }

    fn full_count(&self) -> u64 {
        self.full_count
    }
}
