// SPDX-License-Identifier: Apache-2.0
use tickring_recorder::{TICK_BYTES, tick_payload, tick_type_id};

use crate::Arguments;

/// A message of the workload that is due.
#[derive(Debug)]
pub struct Tick<'a> {
    sequence: u64,
    arguments: &'a Arguments,
}

impl<'a> Tick<'a> {
    pub(crate) fn new(sequence: u64, arguments: &'a Arguments) -> Self {
        Self { sequence, arguments }
    }

    /// 1 (BID) or 2 (ASK).
    #[inline]
    pub fn type_id(&self) -> u32 {
        tick_type_id(self.sequence)
    }

    /// Stamps the message and writes it, with zeros up to the end of `payload`, which has 32 bytes
    /// or more.
    #[inline]
    pub fn write(&self, payload: &mut [u8]) {
        let stamp_ns = if self.arguments.stamped { self.arguments.clock.now_ns() } else { 0 };
        payload[..TICK_BYTES].copy_from_slice(&tick_payload(self.sequence, stamp_ns));
        payload[TICK_BYTES..].fill(0);
    }
}
