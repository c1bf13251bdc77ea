// SPDX-License-Identifier: Apache-2.0
use tickring_recorder::{TICK_BYTES, Trades, mixed_bytes, tick_payload, tick_type_id, write_mixed};

use crate::{Arguments, Unable};

const BID: u32 = 1;
const ASK: u32 = 2;

/// The type of a message for transports without a type field, by the rule of the workload: even
/// sequence numbers are bids. `payload` has 32 bytes or more.
#[inline]
pub fn type_id_by_rule(payload: &[u8]) -> u32 {
    // The lowest byte of the quantity has the lowest bit of the sequence number.
    if payload[16].is_multiple_of(2) { BID } else { ASK }
}

/// For programs that carry nothing but ticks, all of one size.
///
/// # Errors
/// Mixed contents are asked for, or recorded trades.
pub fn require_ticks(arguments: &Arguments) -> Result<(), Unable> {
    if arguments.ticks.is_some() {
        return Err(Unable::asked_wrongly("--contents is `replay`; this program has only tick"));
    }
    if arguments.mixed {
        return Err(Unable::asked_wrongly("--contents is `mixed`; this program has only tick"));
    }
    Ok(())
}

/// A message of the workload that is due.
#[derive(Debug)]
pub struct Tick<'a> {
    sequence: u64,
    arguments: &'a Arguments,
    trades: Option<&'a Trades>,
}

impl<'a> Tick<'a> {
    /// `trades`: where they are what is sent.
    pub(crate) fn new(sequence: u64, arguments: &'a Arguments, trades: Option<&'a Trades>) -> Self {
        Self { sequence, arguments, trades }
    }

    /// 1 (BID) or 2 (ASK).
    #[inline]
    pub fn type_id(&self) -> u32 {
        tick_type_id(self.sequence)
    }

    /// The size of the message: that of all, or in mixed contents its own.
    #[inline]
    pub fn bytes(&self) -> usize {
        let payload_bytes = self.arguments.payload_bytes as usize;
        if self.arguments.mixed { mixed_bytes(self.sequence, payload_bytes) } else { payload_bytes }
    }

    /// Stamps the message and writes it over `payload`, which has [`bytes`](Self::bytes) bytes.
    #[inline]
    pub fn write(&self, payload: &mut [u8]) {
        let stamp_ns = if self.arguments.stamped { self.arguments.clock.now_ns() } else { 0 };
        if self.arguments.mixed {
            self.write_mixed(payload, stamp_ns);
            return;
        }
        let tick = match self.trades {
            Some(trades) => trades.message(self.sequence, stamp_ns),
            None => tick_payload(self.sequence, stamp_ns),
        };
        payload[..TICK_BYTES].copy_from_slice(&tick);
        if payload.len() > TICK_BYTES {
            payload[TICK_BYTES..].fill(0);
        }
    }

    /// Out of the way, or a compiler begins with it for every message, whatever its contents.
    #[cold]
    #[inline(never)]
    fn write_mixed(&self, payload: &mut [u8], stamp_ns: u64) {
        write_mixed(payload, self.sequence, stamp_ns);
    }
}
