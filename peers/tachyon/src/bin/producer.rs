// SPDX-License-Identifier: Apache-2.0
//! Produces into a tachyon bus by its C interface: its acquire fails when the bus is full, and is
//! then called again.

use std::process::ExitCode;
use std::slice;

use peer_tachyon::{Bus, flushes_each};
use tachyon_sys::{tachyon_acquire_tx, tachyon_commit_tx, tachyon_flush};
use tickring_participant::{Arguments, End, Patience, Sender, Tick, Unable, run_producer};

const END_OF_STREAM: u32 = 0;

struct Tachyon {
    bus: Bus,
    payload_bytes: usize,
    flushes_each: bool,
    patience: Patience,
    full_count: u64,
}

fn main() -> ExitCode {
    run_producer(|arguments: &Arguments| -> Result<Tachyon, Unable> {
        arguments.require_api(&["reference"])?;
        Ok(Tachyon {
            flushes_each: flushes_each(arguments)?,
            bus: Bus::connect(&arguments.endpoint, arguments)?,
            payload_bytes: arguments.payload_bytes as usize,
            patience: Patience::new(arguments),
            full_count: 0,
        })
    })
}

impl Tachyon {
    #[inline]
    fn send_payload(&mut self, type_id: u32, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
        let bytes = self.payload_bytes;
        let room = loop {
            // SAFETY: the bus is open, and only this thread uses it.
            let room = unsafe { tachyon_acquire_tx(self.bus.as_ptr(), bytes) };
            if !room.is_null() {
                break room;
            }
            self.wait_for_room()?;
        };
        // SAFETY: the room is ours, with so many bytes, until it is committed.
        unsafe {
            write(slice::from_raw_parts_mut(room.cast(), bytes));
            tachyon_commit_tx(self.bus.as_ptr(), bytes, type_id);
        }
        self.patience.renew();
        Ok(())
    }

    #[cold]
    fn wait_for_room(&mut self) -> Result<(), End> {
        self.full_count += 1;
        self.flush()?;
        if self.bus.is_broken() {
            return Err(End::PeerDead("tachyon reports a fatal error".into()));
        }
        self.patience.spend()
    }
}

impl Sender for Tachyon {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        self.send_payload(tick.type_id(), |payload| tick.write(payload))?;
        if self.flushes_each { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), End> {
        // SAFETY: the bus is open, and only this thread uses it.
        unsafe { tachyon_flush(self.bus.as_ptr()) };
        Ok(())
    }

    fn finish(&mut self) -> Result<(), End> {
        self.send_payload(END_OF_STREAM, |payload| payload.fill(0))?;
        self.flush()
    }

    fn full_count(&self) -> u64 {
        self.full_count
    }
}
