// SPDX-License-Identifier: Apache-2.0
//! Recorded trades, from the prepared file of docs/participants.md, "Recorded trades".

use std::fs::File;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use crate::Error;
use crate::tick::{PADDING_AT, STAMP_AT, TICK_BYTES};

const MAGIC: &[u8; 8] = b"TICKTRAD";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 32;
const TRADE_BYTES: usize = 32;
const OFFSET_AT: usize = 24;
/// Symbol, price and quantity, which a message has in the same places.
const VALUE_BYTES: usize = 20;

/// The trades of a prepared file. All of it is in memory, which it shares with whoever else opens
/// the file.
#[derive(Debug)]
pub struct Trades {
    map: Mmap,
}

impl Trades {
    /// # Errors
    /// EINVAL when `path` is no prepared file, else what opening it ran into.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let map = File::open(path)
            // SAFETY: the harness has made the file for this run, and nobody writes to it.
            .and_then(|file| unsafe { MmapOptions::new().populate().map(&file) })
            .map_err(|error| Error::io(format_args!("cannot read {shown}"), &error))?;
        let trades = Self { map };
        if trades.is_whole() {
            return Ok(trades);
        }
        Err(Error::invalid(format!(
            "ticks is {shown}; a prepared file of version {VERSION} is needed"
        )))
    }

    fn is_whole(&self) -> bool {
        let has_header = self.map.len() >= HEADER_BYTES
            && self.map.starts_with(MAGIC)
            && self.map[8..12] == VERSION.to_le_bytes();
        has_header
            && self.count().checked_mul(TRADE_BYTES as u64)
                == Some((self.map.len() - HEADER_BYTES) as u64)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|i| self.map[16 + i]))
    }

    #[inline]
    fn get(&self, sequence: u64) -> Option<&[u8; TRADE_BYTES]> {
        let at =
            usize::try_from(sequence).ok()?.checked_mul(TRADE_BYTES)?.checked_add(HEADER_BYTES)?;
        self.map.get(at..)?.first_chunk()
    }

    /// When trade number `sequence` is due, from the start of the schedule; that of the last one for
    /// a number beyond it.
    #[inline]
    pub fn offset_ns(&self, sequence: u64) -> u64 {
        let last = || self.get(self.count().saturating_sub(1));
        let trade = self.get(sequence).or_else(last);
        trade.map_or(0, |trade| u64::from_le_bytes(std::array::from_fn(|i| trade[OFFSET_AT + i])))
    }

    /// The message of trade number `sequence`, with its send stamp (0: none). Zeros where there is
    /// no such trade.
    #[inline]
    pub fn message(&self, sequence: u64, stamp_ns: u64) -> [u8; TICK_BYTES] {
        let mut message = [0; TICK_BYTES];
        if let Some(trade) = self.get(sequence) {
            message[..VALUE_BYTES].copy_from_slice(&trade[..VALUE_BYTES]);
            message[STAMP_AT..PADDING_AT].copy_from_slice(&stamp_ns.to_le_bytes());
            message[PADDING_AT..].copy_from_slice(&(sequence as u32).to_le_bytes());
        }
        message
    }

    /// Whether a message has the values of trade number `sequence`.
    #[inline]
    pub(crate) fn is_trade(&self, sequence: u64, payload: &[u8]) -> bool {
        self.get(sequence).is_some_and(|trade| payload.starts_with(&trade[..VALUE_BYTES]))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write;

    /// A prepared file of `count` trades, one microsecond apart.
    pub fn prepared(count: u64) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(count.to_le_bytes());
        bytes.extend((count.saturating_sub(1) * 1000).to_le_bytes());
        for trade in 0..count {
            bytes.extend(b"ETHUSDT\0");
            bytes.extend((3000.0 + trade as f64).to_le_bytes());
            bytes.extend((trade as u32 * 7).to_le_bytes());
            bytes.extend([0; 4]);
            bytes.extend((trade * 1000).to_le_bytes());
        }
        file.write_all(&bytes).unwrap();
        file
    }

    #[test]
    fn a_message_has_the_values_of_its_trade_its_stamp_and_its_number() {
        let file = prepared(3);
        let trades = Trades::open(file.path()).unwrap();
        let message = trades.message(2, 0x0102);
        assert_eq!(message[..8], *b"ETHUSDT\0");
        assert_eq!(message[8..16], 3002.0_f64.to_le_bytes());
        assert_eq!(message[16..20], 14_u32.to_le_bytes());
        assert_eq!(message[20..28], 0x0102_u64.to_le_bytes());
        assert_eq!(message[28..], 2_u32.to_le_bytes());
        assert_eq!((trades.count(), trades.offset_ns(2)), (3, 2000));
    }

    #[test]
    fn a_number_beyond_the_last_trade_is_due_with_it_and_has_no_message() {
        let file = prepared(3);
        let trades = Trades::open(file.path()).unwrap();
        for sequence in [3, u64::MAX] {
            assert_eq!(trades.offset_ns(sequence), 2000);
            assert_eq!(trades.message(sequence, 9), [0; TICK_BYTES]);
            assert!(!trades.is_trade(sequence, &[0; TICK_BYTES]));
        }
    }

    #[test]
    fn a_changed_value_is_not_the_trade() {
        let file = prepared(3);
        let trades = Trades::open(file.path()).unwrap();
        assert!(trades.is_trade(1, &trades.message(1, 5)));
        for byte in 0..VALUE_BYTES {
            let mut message = trades.message(1, 5);
            message[byte] ^= 1;
            assert!(!trades.is_trade(1, &message), "byte {byte}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_or_something_else_is_refused() {
        let whole = std::fs::read(prepared(3).path()).unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("ticks");
        for bytes in [&whole[..], &whole[..127], &whole[..31], b"", &[7; 128]] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(Trades::open(&path).is_ok(), bytes.len() == whole.len() && bytes[0] != 7);
        }
    }
}
