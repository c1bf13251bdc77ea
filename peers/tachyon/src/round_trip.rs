// SPDX-License-Identifier: Apache-2.0
use std::slice;

use tachyon_sys::{
    tachyon_acquire_rx_spin, tachyon_acquire_tx, tachyon_bus_set_polling_mode, tachyon_commit_rx,
    tachyon_commit_tx, tachyon_flush,
};
use tickring_participant::{Arguments, End, Inbox, Outbox, Patience, Unable};

use crate::Bus;

const TYPE_ID: u32 = 1;
/// Polls of one call; it cannot be interrupted.
const SPINS: u32 = 100_000;

/// A bus that is only received from, spinning.
pub struct Receiving {
    bus: Bus,
    patience: Patience,
}

/// A bus that is only sent into.
pub struct Sending {
    bus: Bus,
    payload_bytes: usize,
    patience: Patience,
}

/// With `--api polling` the receiver says that it never sleeps, which spares the sender a look.
/// The published benchmark (`reference`) does not say so.
fn prepare(bus: &Bus, arguments: &Arguments) -> Result<(), Unable> {
    arguments.require_api(&["reference", "polling"])?;
    if arguments.api == "polling" {
        // SAFETY: the bus is open, and only this thread uses it.
        unsafe { tachyon_bus_set_polling_mode(bus.as_ptr(), 1) };
    }
    Ok(())
}

impl Receiving {
    /// Takes over an open bus.
    pub fn new(bus: Bus, arguments: &Arguments) -> Result<Self, Unable> {
        prepare(&bus, arguments)?;
        Ok(Self { bus, patience: Patience::new(arguments) })
    }
}

impl Sending {
    /// Takes over an open bus.
    pub fn new(bus: Bus, arguments: &Arguments) -> Result<Self, Unable> {
        prepare(&bus, arguments)?;
        let payload_bytes = arguments.payload_bytes as usize;
        Ok(Self { bus, payload_bytes, patience: Patience::new(arguments) })
    }
}

impl Inbox for Receiving {
    #[inline]
    fn receive<R>(&mut self, look: impl FnOnce(&[u8]) -> R) -> Result<R, End> {
        let (mut type_id, mut bytes) = (0, 0);
        let payload = loop {
            // SAFETY: the bus is open, and only this thread uses it.
            let payload = unsafe {
                tachyon_acquire_rx_spin(self.bus.as_ptr(), &mut type_id, &mut bytes, SPINS)
            };
            if !payload.is_null() {
                break payload;
            }
            self.patience.spend()?;
        };
        // SAFETY: the message is ours until it is committed; the bus is as above.
        let seen = look(unsafe { slice::from_raw_parts(payload.cast(), bytes) });
        // SAFETY: as above.
        unsafe { tachyon_commit_rx(self.bus.as_ptr()) };
        self.patience.renew();
        Ok(seen)
    }
}

impl Outbox for Sending {
    #[inline]
    fn send(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
        let room = loop {
            // SAFETY: the bus is open, and only this thread uses it.
            let room = unsafe { tachyon_acquire_tx(self.bus.as_ptr(), self.payload_bytes) };
            if !room.is_null() {
                break room;
            }
            self.patience.spend()?;
        };
        // SAFETY: the room is ours, with so many bytes, until it is committed.
        unsafe {
            write(slice::from_raw_parts_mut(room.cast(), self.payload_bytes));
            tachyon_commit_tx(self.bus.as_ptr(), self.payload_bytes, TYPE_ID);
            tachyon_flush(self.bus.as_ptr());
        }
        self.patience.renew();
        Ok(())
    }
}
